/*
 * `token` registers a deployment token at `/token`, and answers with one operation.
 *
 * Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says whose
 * token it expects to find.
 *
 * Arguments: {"token": "...", "previous": "..."}, `previous` only when taking over. Refuses when the stored token is
 * neither absent nor `previous`.
 */

#include "amend.h"

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    yyjson_mut_val *stored = NULL, *token = NULL, *previous = NULL;
    if (!amend_string(&document, "token", &stored, &refusal) || !amend_only(&args, &refusal, "token", "previous") ||
        !amend_string(&args, "token", &token, &refusal) || !amend_string(&args, "previous", &previous, &refusal)) {
        return refusal;
    }
    if (token == NULL) {
        return amend_refuse("the arguments: there is no \"token\" to register");
    }
    if (stored != NULL && !yyjson_mut_equals(stored, previous)) {
        /* The reason goes into logs, where somebody's token must not be read. */
        return amend_refuse("another token is registered");
    }
    yyjson_mut_val *operations = yyjson_mut_arr(document.json);
    amend_add_operation(document.json, operations, "add", "/token", token);
    return amend_operations(operations);
}
