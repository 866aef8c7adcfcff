/*
 * `counter` adds to `/count`, and answers with the whole document.
 *
 * Arguments: {"by": 3}, or {} for 1. Refuses when the count is not a whole number, or would no longer fit 64 bits.
 */

#include "amend.h"
#include <inttypes.h>

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    int64_t count = 0, by = 1;
    if (!amend_integer(&document, "count", &count, &refusal) || !amend_only(&args, &refusal, "by") ||
        !amend_integer(&args, "by", &by, &refusal)) {
        return refusal;
    }
    int64_t sum;
    if (__builtin_add_overflow(count, by, &sum)) {
        return amend_refuse("%" PRId64 " and %" PRId64 " more are too many for a counter of 64 bits", count, by);
    }
    yyjson_mut_obj_put(document.value, yyjson_mut_str(document.json, "count"), yyjson_mut_sint(document.json, sum));
    return amend_replace(document.value);
}
