/*
 * Writing an updater for amend in C: one function, on JSON.
 *
 * JSON is read and written with yyjson (yyjson/yyjson.h), whose functions work on all that is given out here. A
 * number that no int64_t, uint64_t or double holds exactly, such as 18446744073709551617 or 1e400, is
 * `yyjson_mut_is_raw`: it keeps its digits, and to all who ask for a number it is none.
 *
 * Memory belongs to the call and need not be freed. Where there is none left, the updater traps.
 */
#ifndef AMEND_H
#define AMEND_H

#include "yyjson/yyjson.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an answer is. */
typedef enum amend_kind {
    AMEND_UNCHANGED,  /* leave the document as it is */
    AMEND_OPERATIONS, /* a JSON Patch, RFC 6902 */
    AMEND_MERGE,      /* a JSON Merge Patch, RFC 7396 */
    AMEND_REPLACE,    /* the whole new document, of which the host writes only what differs */
    AMEND_REFUSED,    /* no; the text is the reason, which the caller sees */
} amend_kind;

/* What an updater answers with; the first four kinds are patches as well, for programs. Made by what follows here. */
typedef struct amend_answer {
    amend_kind kind;
    char *text;
    size_t length;
} amend_answer;

/* Leaves the document as it is. */
amend_answer amend_unchanged(void);

/* Patches, out of JSON that was made with yyjson. What cannot be written as JSON (an infinite double) is a refusal. */
amend_answer amend_operations(const yyjson_mut_val *operations);
amend_answer amend_merge(const yyjson_mut_val *changes);
amend_answer amend_replace(const yyjson_mut_val *document);

/* A patch out of text, which is copied. Whether it is one is for the host to say. */
amend_answer amend_patch(amend_kind kind, const char *text);

/* Refuses. Takes what printf takes; strings in it are UTF-8. */
__attribute__((format(printf, 1, 2))) amend_answer amend_refuse(const char *reason, ...);

/* An operation at the end of an array of them, for amend_operations(). The path is a JSON Pointer, the value NULL
 * where the operation has none. */
void amend_add_operation(yyjson_mut_doc *json, yyjson_mut_val *operations, const char *op, const char *path,
                         yyjson_mut_val *value);

/* An empty place to make JSON in. An updater has one already: see amend_input. */
yyjson_mut_doc *amend_json(void);

/* What an updater is given: the document, or the arguments. */
typedef struct amend_input {
    const char *name;      /* for messages: "the document" or "the arguments" */
    yyjson_mut_doc *json;  /* where values for the answer are made; the same for both, so values can move */
    yyjson_mut_val *value; /* an empty object when there is no document */
    bool exists;           /* whether there is a document */
} amend_input;

/*
 * Read a member of the document or the arguments. Where it is what the name says, it goes into `into`; where there is
 * none, `into` stays as it is. All else is refused, and so is what is not an object, or has the member twice:
 *
 *     amend_answer refusal;
 *     int64_t count = 0;
 *     if (!amend_integer(&document, "count", &count, &refusal)) {
 *         return refusal;
 *     }
 */
bool amend_integer(const amend_input *from, const char *member, int64_t *into, amend_answer *refusal);
bool amend_number(const amend_input *from, const char *member, double *into, amend_answer *refusal);
bool amend_boolean(const amend_input *from, const char *member, bool *into, amend_answer *refusal);
/* A string; null is none. Compare it with yyjson_mut_equals(): it may have any characters, NUL among them. */
bool amend_string(const amend_input *from, const char *member, yyjson_mut_val **into, amend_answer *refusal);
/* Anything, null too. */
bool amend_member(const amend_input *from, const char *member, yyjson_mut_val **into, amend_answer *refusal);

/* Refuses what is not an object, and members of other names than these, so that a mistyped argument is not lost. */
#define amend_only(from, refusal, ...) amend_only_these(from, refusal, (const char *const[]){__VA_ARGS__, NULL})
bool amend_only_these(const amend_input *from, amend_answer *refusal, const char *const *members);

/* The updater, which you write. It may be called again with a newer document, so it depends on nothing else. */
amend_answer update(amend_input document, amend_input args);

#ifdef __cplusplus
}
#endif
#endif
