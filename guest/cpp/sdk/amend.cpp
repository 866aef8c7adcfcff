// What of the SDK is no template.

#include "amend.hpp"

#include <algorithm>

namespace amend {

Result<Object> Value::object() const {
    if (auto object = as<Object>()) {
        return *object;
    }
    return refuse(name() + ": not an object");
}

Result<Object> Value::only(std::initializer_list<std::string_view> members) const {
    auto object = this->object();
    if (!object) {
        return object;
    }
    for (auto [name, value] : object->members()) {
        if (std::ranges::find(members, name) == members.end()) {
            return refuse(this->name() + ": \"" + std::string(name) + "\" is not known here");
        }
    }
    return object;
}

Result<std::optional<Value>> Object::single(std::string_view member) const {
    std::optional<Value> found;
    for (auto [name, value] : members()) {
        if (name == member && found) {
            return refuse(this->name() + ": \"" + std::string(member) + "\" is there more than once");
        }
        if (name == member) {
            found = value;
        }
    }
    return found;
}

Result<Object> Object::enter(std::string_view member) {
    auto found = single(member);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (*found) {
        return fitting<Object>(member, **found);
    }
    auto made = new_object();
    yyjson_mut_obj_put(raw(), make(member), made.raw());
    return made;
}

std::vector<std::pair<std::string_view, Value>> Object::members() const {
    std::vector<std::pair<std::string_view, Value>> members;
    std::size_t index, count;
    yyjson_mut_val *name, *value;
    yyjson_mut_obj_foreach(raw(), index, count, name, value) {
        members.emplace_back(std::string_view(yyjson_mut_get_str(name), yyjson_mut_get_len(name)), other(value));
    }
    return members;
}

std::vector<Value> Array::elements() const {
    std::vector<Value> elements;
    std::size_t index, count;
    yyjson_mut_val *value;
    yyjson_mut_arr_foreach(raw(), index, count, value) { elements.push_back(other(value)); }
    return elements;
}

} // namespace amend

// The library's own would print, and thereby import files and a clock. What ends here is a mistake in an updater, such
// as looking into an empty std::optional: it traps, and the document stays as it is.
void std::__libcpp_verbose_abort(const char *, ...) noexcept { __builtin_trap(); }
