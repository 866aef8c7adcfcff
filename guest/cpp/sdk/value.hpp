// JSON values: cheap handles of what belongs to the call, which lives as long as the updater runs.

#pragma once

#include "c/amend.h"

#include <concepts>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace amend {

// An updater's "no", with the reason that the caller sees.
struct Refusal {
    std::string reason;
};

template <class T> using Result = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(std::string reason) { return std::unexpected(Refusal{std::move(reason)}); }

class Object;
class Array;

// Any JSON value.
class Value {
public:
    Value(const char *name, yyjson_mut_doc *json, yyjson_mut_val *value) : name_(name), json_(json), value_(value) {}

    // The value as a bool, std::int64_t, double, std::string_view, Object, Array or Value; nothing when it is not one.
    template <class T> std::optional<T> as() const;
    bool is_null() const { return yyjson_mut_is_null(value_); }

    // The same for the document or the arguments as a whole: refuses when it is not one.
    Result<Object> object() const;
    // An object with no other members than these, so that a mistyped argument is not lost.
    Result<Object> only(std::initializer_list<std::string_view> members) const;

    // Values for an answer.
    Object new_object() const;
    Array new_array() const;

    // For yyjson's own functions.
    yyjson_mut_val *raw() const { return value_; }
    yyjson_mut_doc *json() const { return json_; }

    // "the document" or "the arguments", whichever it comes from.
    std::string name() const { return name_; }

protected:
    // Another value of the same origin.
    Value other(yyjson_mut_val *value) const { return {name_, json_, value}; }

    // A new yyjson value out of one of C++. One that stands somewhere already is copied: it cannot stand in two places.
    yyjson_mut_val *make(const auto &from) const {
        using T = std::remove_cvref_t<decltype(from)>;
        if constexpr (std::derived_from<T, Value>) {
            return yyjson_mut_val_mut_copy(json_, from.raw());
        } else if constexpr (std::same_as<T, bool>) {
            return yyjson_mut_bool(json_, from);
        } else if constexpr (std::signed_integral<T>) {
            return yyjson_mut_sint(json_, from);
        } else if constexpr (std::unsigned_integral<T>) {
            return yyjson_mut_uint(json_, from);
        } else if constexpr (std::floating_point<T>) {
            return yyjson_mut_real(json_, from);
        } else if constexpr (std::same_as<T, std::nullptr_t>) {
            return yyjson_mut_null(json_);
        } else {
            std::string_view text = from;
            return yyjson_mut_strncpy(json_, text.data(), text.size());
        }
    }

private:
    const char *name_;
    yyjson_mut_doc *json_;
    yyjson_mut_val *value_;
};

// A value that is an object.
class Object : public Value {
public:
    explicit Object(Value value) : Value(value) {}

    // A member, or nothing; null is nothing, unless a Value is asked for. Refuses when it is not a T, or there twice.
    template <class T> Result<std::optional<T>> find(std::string_view member) const;
    // A member; refuses when there is none.
    template <class T> Result<T> get(std::string_view member) const;
    // A member, or something else when there is none.
    template <class T> Result<T> get(std::string_view member, std::type_identity_t<T> otherwise) const;
    // An object in this one, made when it is not there.
    Result<Object> enter(std::string_view member);

    // Sets a member to a Value, a number, a bool, a string or nullptr.
    void set(std::string_view member, const auto &value) { yyjson_mut_obj_put(raw(), make(member), make(value)); }
    void remove(std::string_view member) { yyjson_mut_obj_remove_keyn(raw(), member.data(), member.size()); }

    std::vector<std::pair<std::string_view, Value>> members() const;

private:
    // A member of any kind, or nothing. Refuses when it is there twice.
    Result<std::optional<Value>> single(std::string_view member) const;
    template <class T> Result<T> fitting(std::string_view member, Value value) const;
};

// A value that is an array.
class Array : public Value {
public:
    explicit Array(Value value) : Value(value) {}

    std::size_t size() const { return yyjson_mut_arr_size(raw()); }
    std::vector<Value> elements() const;

    void push(const auto &value) { yyjson_mut_arr_append(raw(), make(value)); }
    // A new object at the end, to be filled.
    Object push_object() { return Object(other(yyjson_mut_arr_add_obj(json(), raw()))); }
};

inline Object Value::new_object() const { return Object(other(yyjson_mut_obj(json_))); }
inline Array Value::new_array() const { return Array(other(yyjson_mut_arr(json_))); }

// What a type is called in "is not ...".
template <class T> constexpr const char *wanted() {
    if constexpr (std::same_as<T, bool>) {
        return "true or false";
    } else if constexpr (std::same_as<T, std::int64_t>) {
        return "a whole number of 64 bits";
    } else if constexpr (std::same_as<T, double>) {
        return "a number that a double holds";
    } else if constexpr (std::same_as<T, std::string_view>) {
        return "a string";
    } else if constexpr (std::same_as<T, Object>) {
        return "an object";
    } else {
        return "an array";
    }
}

template <class T> std::optional<T> Value::as() const {
    if constexpr (std::same_as<T, Value>) {
        return *this;
    } else if constexpr (std::same_as<T, bool>) {
        return yyjson_mut_is_bool(value_) ? std::optional(yyjson_mut_get_bool(value_)) : std::nullopt;
    } else if constexpr (std::same_as<T, std::int64_t>) {
        bool fits = yyjson_mut_is_int(value_) && (yyjson_mut_is_sint(value_) || yyjson_mut_get_uint(value_) <= INT64_MAX);
        return fits ? std::optional(yyjson_mut_get_sint(value_)) : std::nullopt;
    } else if constexpr (std::same_as<T, double>) {
        return yyjson_mut_is_num(value_) ? std::optional(yyjson_mut_get_num(value_)) : std::nullopt;
    } else if constexpr (std::same_as<T, std::string_view>) {
        return yyjson_mut_is_str(value_)
                   ? std::optional(std::string_view(yyjson_mut_get_str(value_), yyjson_mut_get_len(value_)))
                   : std::nullopt;
    } else if constexpr (std::same_as<T, Object>) {
        return yyjson_mut_is_obj(value_) ? std::optional(Object(*this)) : std::nullopt;
    } else {
        static_assert(std::same_as<T, Array>, "bool, std::int64_t, double, std::string_view, Object, Array or Value");
        return yyjson_mut_is_arr(value_) ? std::optional(Array(*this)) : std::nullopt;
    }
}

template <class T> Result<T> Object::fitting(std::string_view member, Value value) const {
    if (auto fits = value.as<T>()) {
        return *fits;
    }
    return refuse(name() + ": \"" + std::string(member) + "\" is not " + wanted<T>());
}

template <class T> Result<std::optional<T>> Object::find(std::string_view member) const {
    auto found = single(member);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found || (!std::same_as<T, Value> && (*found)->is_null())) {
        return std::nullopt;
    }
    return fitting<T>(member, **found);
}

template <class T> Result<T> Object::get(std::string_view member) const {
    auto found = single(member);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return refuse(name() + ": there is no \"" + std::string(member) + "\"");
    }
    return fitting<T>(member, **found);
}

template <class T> Result<T> Object::get(std::string_view member, std::type_identity_t<T> otherwise) const {
    auto found = single(member);
    if (!found) {
        return std::unexpected(found.error());
    }
    return *found ? fitting<T>(member, **found) : otherwise;
}

} // namespace amend
