/* Making answers. */

#include "json.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

amend_answer amend_unchanged(void) { return (amend_answer){AMEND_UNCHANGED, NULL, 0}; }

static amend_answer written(amend_kind kind, const yyjson_mut_val *value) {
    amend_answer answer = {kind, NULL, 0};
    const char *problem = NULL;
    answer.text = amend_write(value, &answer.length, &problem);
    return answer.text != NULL ? answer : amend_refuse("the answer cannot be written as JSON: %s", problem);
}

amend_answer amend_operations(const yyjson_mut_val *operations) { return written(AMEND_OPERATIONS, operations); }

amend_answer amend_merge(const yyjson_mut_val *changes) { return written(AMEND_MERGE, changes); }

amend_answer amend_replace(const yyjson_mut_val *document) { return written(AMEND_REPLACE, document); }

amend_answer amend_patch(amend_kind kind, const char *text) {
    amend_answer answer = {kind, NULL, strlen(text)};
    answer.text = amend_allocate(answer.length);
    memcpy(answer.text, text, answer.length);
    return answer;
}

amend_answer amend_refuse(const char *reason, ...) {
    va_list arguments;
    va_start(arguments, reason);
    int length = vsnprintf(NULL, 0, reason, arguments);
    va_end(arguments);
    if (length < 0) {
        return amend_patch(AMEND_REFUSED, reason);
    }
    amend_answer answer = {AMEND_REFUSED, amend_allocate((size_t)length + 1), (size_t)length};
    va_start(arguments, reason);
    vsnprintf(answer.text, answer.length + 1, reason, arguments);
    va_end(arguments);
    return answer;
}

void amend_add_operation(yyjson_mut_doc *json, yyjson_mut_val *operations, const char *op, const char *path,
                         yyjson_mut_val *value) {
    yyjson_mut_val *operation = yyjson_mut_arr_add_obj(json, operations);
    yyjson_mut_obj_add_strcpy(json, operation, "op", op);
    yyjson_mut_obj_add_strcpy(json, operation, "path", path);
    if (value != NULL) {
        /* A copy: a value stands in one place only, and this one may still stand in the document. */
        yyjson_mut_obj_add_val(json, operation, "value", yyjson_mut_val_mut_copy(json, value));
    }
}
