/*
 * Reads `value` of the document as one of the kinds, and commits that it could.
 *
 * Arguments: {"as": "integer"}. "infinity" answers with a number that JSON has no text for.
 */

#include "amend.h"
#include <math.h>
#include <string.h>

static bool read_as(const char *kind, const amend_input *from, amend_answer *refusal) {
    int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    yyjson_mut_val *value = NULL;
    if (strcmp(kind, "integer") == 0) {
        return amend_integer(from, "value", &integer, refusal);
    } else if (strcmp(kind, "number") == 0) {
        return amend_number(from, "value", &number, refusal);
    } else if (strcmp(kind, "boolean") == 0) {
        return amend_boolean(from, "value", &boolean, refusal);
    } else if (strcmp(kind, "string") == 0) {
        return amend_string(from, "value", &value, refusal);
    }
    return amend_member(from, "value", &value, refusal);
}

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    yyjson_mut_val *named = NULL;
    if (!amend_only(&args, &refusal, "as") || !amend_string(&args, "as", &named, &refusal)) {
        return refusal;
    }
    if (named == NULL) {
        return amend_refuse("no kind is named");
    }
    yyjson_mut_val *answer = yyjson_mut_obj(document.json);
    if (yyjson_mut_equals_str(named, "infinity")) {
        yyjson_mut_obj_add_real(document.json, answer, "read", INFINITY);
        return amend_merge(answer);
    }
    if (!read_as(yyjson_mut_get_str(named), &document, &refusal)) {
        return refusal;
    }
    yyjson_mut_obj_add_bool(document.json, answer, "read", true);
    return amend_merge(answer);
}
