/*
 * Writing a program for amend in C: an ordinary command, which changes the documents that it was granted.
 *
 * A path is the name of a grant, a slash, and a path in it: "state/app.json". Locks are the host's: none is held
 * between two calls.
 *
 *     amend_error error;
 *     if (!amend_store_update("state/app.json", amend_patch(AMEND_MERGE, "{\"ready\": true}"), NULL, &error)) {
 *         fprintf(stderr, "%s: %s\n", amend_error_name(error.kind), error.message);
 *         return EXIT_FAILURE;
 *     }
 */
#ifndef AMEND_STORE_H
#define AMEND_STORE_H

#include "amend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a call failed: the cases of the contract, in its order. */
typedef enum amend_error_kind {
    AMEND_DENIED,
    AMEND_NOT_FOUND,
    AMEND_MALFORMED,
    AMEND_INVALID_PATCH,
    AMEND_CONFLICT,
    AMEND_REFUSED_BY_UPDATER,
    AMEND_TOO_LARGE,
    AMEND_TIMED_OUT,
    AMEND_OTHER,
} amend_error_kind;

typedef struct amend_error {
    amend_error_kind kind;
    char *message; /* for people */
} amend_error;

/* A document, or a part of it, as it was at one moment. Both are NULL when there is nothing. */
typedef struct amend_snapshot {
    char *text;    /* the exact text at the pointer that was asked for */
    char *version; /* of the whole document */
} amend_snapshot;

/* What an update did. The document is durable. */
typedef struct amend_receipt {
    char *version;
    bool changed;
} amend_receipt;

/*
 * The four functions of the store. They answer false when nothing was done, and say why in `error`. A patch that is
 * passed in is used up. Whoever wants no receipt passes NULL for it; what comes back is freed with the functions below.
 */
bool amend_store_read(const char *path, const char *at, amend_snapshot *snapshot, amend_error *error);
bool amend_store_update(const char *path, amend_answer patch, amend_receipt *receipt, amend_error *error);
/* `expected` is a version, or NULL for "there is no such document". */
bool amend_store_update_if(const char *path, amend_answer patch, const char *expected, amend_receipt *receipt,
                           amend_error *error);
bool amend_store_apply(const char *path, const char *updater, const yyjson_mut_val *args, amend_receipt *receipt,
                       amend_error *error);

void amend_snapshot_free(amend_snapshot *snapshot);
void amend_receipt_free(amend_receipt *receipt);
void amend_error_free(amend_error *error);

/* The case's name as the contract spells it: "not-found". */
const char *amend_error_name(amend_error_kind kind);

#ifdef __cplusplus
}
#endif

#endif
