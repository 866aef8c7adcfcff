// Reads `value` of the document as one of the kinds, and commits that it could.
//
// Arguments: {"as": "integer"}. "infinity" answers with a number that JSON has no text for.

#include "amend.hpp"

#include <limits>

amend::Answer update(amend::Value document, amend::Value args) {
    auto kind = AMEND_TRY(AMEND_TRY(args.only({"as"})).get<std::string_view>("as"));
    auto state = AMEND_TRY(document.object());
    auto answer = document.new_object();
    if (kind == "integer") {
        AMEND_TRY(state.get<std::int64_t>("value"));
    } else if (kind == "number") {
        AMEND_TRY(state.get<double>("value"));
    } else if (kind == "boolean") {
        AMEND_TRY(state.get<bool>("value"));
    } else if (kind == "string") {
        AMEND_TRY(state.get<std::string_view>("value"));
    } else if (kind == "object") {
        AMEND_TRY(state.get<amend::Object>("value"));
    } else if (kind == "array") {
        AMEND_TRY(state.get<amend::Array>("value"));
    } else if (kind == "an object to enter") {
        AMEND_TRY(state.enter("value"));
    } else if (kind == "infinity") {
        answer.set("read", std::numeric_limits<double>::infinity());
        return amend::merge(answer);
    } else {
        return amend::refuse("no such kind");
    }
    answer.set("read", true);
    return amend::merge(answer);
}
