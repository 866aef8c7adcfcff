/* {{name}} takes apples out of stock: {"take": 2}. Refuses when there are not as many. */

#include "amend.h"
#include <inttypes.h>

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    int64_t apples = 0, take = 1;
    if (!amend_integer(&document, "apples", &apples, &refusal) || !amend_only(&args, &refusal, "take") ||
        !amend_integer(&args, "take", &take, &refusal)) {
        return refusal;
    }
    if (take < 0 || take > apples) {
        return amend_refuse("%" PRId64 " apples were ordered, %" PRId64 " are left", take, apples);
    }
    yyjson_mut_val *left = yyjson_mut_sint(document.json, apples - take);
    yyjson_mut_obj_put(document.value, yyjson_mut_str(document.json, "apples"), left);
    return amend_replace(document.value);
}
