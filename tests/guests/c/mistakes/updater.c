/*
 * Uses up what there is, and commits the outcome as `x` if it goes on.
 *
 * Arguments: {"mistake": "memory, JSON", "at": 1000}, which is how many megabytes or frames.
 */

#include "amend.h"
#include <string.h>

/* Calls itself with frames of 16 KiB each, which are more than the stack has long before WebAssembly's own is full. */
__attribute__((noinline)) static int64_t recurse(int64_t frames) {
    char frame[16 << 10];
    frame[0] = (char)frames;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return frames > 1 ? recurse(frames - 1) + 1 : 1;
}

/* A list of as many strings of a megabyte each: one without memory would get lost. */
static yyjson_mut_val *list(yyjson_mut_doc *json, int64_t length) {
    static char text[1 << 20];
    memset(text, 'x', sizeof text);
    yyjson_mut_val *made = yyjson_mut_arr(json);
    for (int64_t part = 0; part < length; part++) {
        yyjson_mut_arr_append(made, yyjson_mut_strncpy(json, text, sizeof text));
    }
    return made;
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
        x = (int64_t)yyjson_mut_arr_size(list(document.json, at));
    } else if (strcmp(mistake, "memory, an answer") == 0) {
        yyjson_mut_obj_put(document.value, yyjson_mut_str(document.json, "x"), list(document.json, at));
        return amend_replace(document.value);
    } else if (strcmp(mistake, "memory, a refusal") == 0) {
        return amend_refuse("%0*d", (int)at << 20, 7);
    } else if (strcmp(mistake, "stack") == 0) {
        x = recurse(at);
    }
    yyjson_mut_obj_put(document.value, yyjson_mut_str(document.json, "x"), yyjson_mut_sint(document.json, x));
    return amend_replace(document.value);
}
