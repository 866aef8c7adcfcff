// What the C part of the SDK calls.

#include "amend.hpp"

extern "C" amend_answer update(amend_input document, amend_input args) {
    amend::Answer answer = update(amend::Value(document.name, document.json, document.value),
                                  amend::Value(args.name, args.json, args.value));
    return answer ? answer->answer() : amend_patch(AMEND_REFUSED, answer.error().reason.c_str());
}
