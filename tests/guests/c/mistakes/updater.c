/*
 * Uses up what there is, and commits the outcome as `x` if it goes on.
 *
 * Arguments: {"mistake": "memory, JSON", "at": 1000}, which is how many megabytes.
 */

#include "amend.h"
#include <string.h>

/* Calls itself until the stack ends, with frames that WebAssembly's own stack has room for. */
__attribute__((noinline)) static int64_t recurse(int64_t depth) {
    char frame[16 << 10];
    frame[0] = (char)depth;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return recurse(depth + 1) + frame[0];
}

/* A member whose value is megabytes long, again and again: each that has no memory would get lost. */
static int64_t fill(yyjson_mut_doc *json, yyjson_mut_val *object, int64_t times) {
    static char text[1 << 20];
    memset(text, 'x', sizeof text);
    for (int64_t part = 0; part < times; part++) {
        yyjson_mut_obj_add(object, yyjson_mut_str(json, "part"), yyjson_mut_strncpy(json, text, sizeof text));
    }
    return (int64_t)yyjson_mut_obj_size(object);
}

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    int64_t at = 1000, x = -1;
    yyjson_mut_val *named = NULL;
    if (!amend_only(&args, &refusal, "mistake", "at") || !amend_string(&args, "mistake", &named, &refusal) ||
        !amend_integer(&args, "at", &at, &refusal)) {
        return refusal;
    }
    const char *mistake = yyjson_mut_get_str(named);
    if (mistake == NULL) {
        return amend_refuse("there is no mistake to make");
    }
    if (strcmp(mistake, "memory, JSON") == 0) {
        x = fill(document.json, yyjson_mut_obj(document.json), at);
    } else if (strcmp(mistake, "memory, a refusal") == 0) {
        return amend_refuse("%0*d", (int)at << 20, 7);
    } else if (strcmp(mistake, "stack") == 0) {
        x = recurse(0);
    }
    yyjson_mut_obj_put(document.value, yyjson_mut_str(document.json, "x"), yyjson_mut_sint(document.json, x));
    return amend_replace(document.value);
}
