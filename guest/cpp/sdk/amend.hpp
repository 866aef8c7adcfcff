// Writing an updater for amend in C++: one function, on JSON.
//
//     #include "amend.hpp"
//
//     amend::Answer update(amend::Value document, amend::Value args) {
//         auto stock = AMEND_TRY(document.object());
//         auto apples = AMEND_TRY(stock.get<std::int64_t>("apples", 0));
//         auto take = AMEND_TRY(AMEND_TRY(args.only({"take"})).get<std::int64_t>("take"));
//         if (take > apples) {
//             return amend::refuse("only " + std::to_string(apples) + " are left");
//         }
//         stock.set("apples", apples - take);
//         return amend::replace(document);
//     }
//
// There are no exceptions: what can fail gives a std::expected, and a document that is not as it should be becomes a
// refusal that says what is wrong with it.
//
// A number that no std::int64_t or double holds exactly, such as 18446744073709551617 or 1e400, keeps its digits, and to
// all who ask for a number it is none.

#pragma once

#include "c/amend.h"
#include "value.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace amend {

// A change of the document, or that there is none.
class Patch {
public:
    explicit Patch(amend_answer answer) : answer_(answer) {}
    amend_answer answer() const { return answer_; }

private:
    amend_answer answer_;
};

// What an updater answers with.
using Answer = Result<Patch>;

// Leaves the document as it is.
inline Answer unchanged() { return Patch(amend_unchanged()); }

// The whole new document, of which the host writes only what differs.
inline Answer replace(Value document) { return Patch(amend_replace(document.raw())); }

// A JSON Merge Patch, RFC 7396.
inline Answer merge(Value changes) { return Patch(amend_merge(changes.raw())); }

// A JSON Patch, RFC 6902. The operations are made one after another:
//
//     return amend::Operations(document).test("/owner", "me").remove("/lease");
class Operations {
public:
    explicit Operations(Value place) : operations_(place.new_array()) {}

    Operations &add(std::string_view path, const auto &value) { return operation("add", path).with(value); }
    Operations &replace(std::string_view path, const auto &value) { return operation("replace", path).with(value); }
    Operations &test(std::string_view path, const auto &value) { return operation("test", path).with(value); }
    Operations &remove(std::string_view path) { return operation("remove", path); }
    Operations &move(std::string_view from, std::string_view path) { return operation("move", path).from(from); }
    Operations &copy(std::string_view from, std::string_view path) { return operation("copy", path).from(from); }

    operator Answer() const { return Patch(amend_operations(Value(operations_).raw())); }

private:
    Operations &operation(const char *op, std::string_view path) {
        last_ = operations_.push_object();
        last_->set("op", op);
        last_->set("path", path);
        return *this;
    }
    Operations &with(const auto &value) {
        last_->set("value", value);
        return *this;
    }
    Operations &from(std::string_view path) {
        last_->set("from", path);
        return *this;
    }

    Array operations_;
    std::optional<Object> last_;
};

} // namespace amend

// The updater, which you write. It may be called again with a newer document, so it depends on nothing else.
amend::Answer update(amend::Value document, amend::Value args);

// The value of a result; or returns its refusal from the function it stands in.
#define AMEND_TRY(...)                                                                                                 \
    ({                                                                                                                 \
        auto amend_result = (__VA_ARGS__);                                                                             \
        if (!amend_result) {                                                                                           \
            return std::unexpected(std::move(amend_result).error());                                                   \
        }                                                                                                              \
        *std::move(amend_result);                                                                                      \
    })
