// `token` registers a deployment token at `/token`, and answers with one operation.
//
// Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says whose
// token it expects to find.
//
// Arguments: {"token": "...", "previous": "..."}, `previous` only when taking over. Refuses when the stored token is
// neither absent nor `previous`.

#include "amend.hpp"

amend::Answer update(amend::Value document, amend::Value args) {
    auto deployment = AMEND_TRY(args.only({"token", "previous"}));
    auto token = AMEND_TRY(deployment.get<std::string_view>("token"));
    auto previous = AMEND_TRY(deployment.find<std::string_view>("previous"));
    auto stored = AMEND_TRY(AMEND_TRY(document.object()).find<std::string_view>("token"));
    if (stored && stored != previous) {
        // The reason goes into logs, where somebody's token must not be read.
        return amend::refuse("another token is registered");
    }
    return amend::Operations(document).add("/token", token);
}
