// `manifest` sets a value at a path of keys and makes the objects that are missing on the way.
//
// Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
//
// Arguments: {"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}. Refuses when something on the way is not an
// object, and when there are no keys.

#include "amend.hpp"

// Far more than any manifest needs.
constexpr std::size_t most_keys = 32;

static amend::Result<std::vector<std::string_view>> strings(amend::Array array) {
    std::vector<std::string_view> strings;
    for (amend::Value element : array.elements()) {
        auto string = element.as<std::string_view>();
        if (!string) {
            return amend::refuse("the arguments: a key is not a string");
        }
        strings.push_back(*string);
    }
    return strings;
}

amend::Answer update(amend::Value document, amend::Value args) {
    auto order = AMEND_TRY(args.only({"keys", "value"}));
    auto keys = AMEND_TRY(strings(AMEND_TRY(order.get<amend::Array>("keys"))));
    auto value = AMEND_TRY(order.get<amend::Value>("value"));
    if (keys.empty()) {
        return amend::refuse("no keys: they say where in the document the value goes");
    }
    if (keys.size() > most_keys) {
        return amend::refuse(std::to_string(keys.size()) + " keys are too many: at most " + std::to_string(most_keys) +
                             " are taken");
    }
    auto last = keys.back();
    keys.pop_back();
    auto place = AMEND_TRY(document.object());
    for (auto key : keys) {
        place = AMEND_TRY(place.enter(key));
    }
    place.set(last, value);
    return amend::replace(document);
}
