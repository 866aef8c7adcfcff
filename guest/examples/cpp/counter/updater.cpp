// `counter` adds to `/count`, and answers with the whole document.
//
// Arguments: {"by": 3}, or {} for 1. Refuses when the count is not a whole number, or would no longer fit 64 bits.

#include "amend.hpp"

amend::Answer update(amend::Value document, amend::Value args) {
    auto state = AMEND_TRY(document.object());
    auto count = AMEND_TRY(state.get<std::int64_t>("count", 0));
    auto by = AMEND_TRY(AMEND_TRY(args.only({"by"})).get<std::int64_t>("by", 1));
    std::int64_t sum;
    if (__builtin_add_overflow(count, by, &sum)) {
        return amend::refuse(std::to_string(count) + " and " + std::to_string(by) +
                             " more are too many for a counter of 64 bits");
    }
    state.set("count", sum);
    return amend::replace(document);
}
