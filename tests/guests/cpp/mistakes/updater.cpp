// Makes one of the mistakes that C++ leaves undefined, and commits its outcome as `x` if it goes on.
//
// Arguments: {"mistake": "empty optional", "at": 1000}. The index is an argument, so that the compiler does not know it.

#include "amend.hpp"

#include <array>
#include <deque>
#include <span>
#include <vector>

namespace {

struct Number {
    std::int64_t value;
};

// Calls itself with frames of 16 KiB each, which are more than the stack has long before WebAssembly's own is full.
__attribute__((noinline)) std::int64_t recurse(std::size_t frames) {
    char frame[16 << 10];
    frame[0] = static_cast<char>(frames);
    asm volatile("" : : "r"(frame) : "memory");
    return frames > 1 ? recurse(frames - 1) + 1 : 1;
}

std::int64_t make(std::string_view mistake, std::size_t at) {
    std::optional<Number> nothing;
    std::expected<Number, Number> failed = std::unexpected(Number{7});
    std::expected<Number, Number> succeeded = Number{7};
    std::vector<std::int64_t> vector(3, 7), empty;
    std::deque<std::int64_t> deque(3, 7), no_deque;
    std::array<std::int64_t, 3> array = {7, 7, 7};
    std::span<std::int64_t> span(vector);
    std::string string = "seven", no_string;
    std::string_view view = string;

    if (mistake == "optional, *") {
        return (*nothing).value;
    } else if (mistake == "optional, ->") {
        return nothing->value;
    } else if (mistake == "optional, value()") {
        return nothing.value().value;
    } else if (mistake == "expected, *") {
        return (*failed).value;
    } else if (mistake == "expected, ->") {
        return failed->value;
    } else if (mistake == "expected, value()") {
        return failed.value().value;
    } else if (mistake == "expected, error()") {
        return succeeded.error().value;
    } else if (mistake == "vector, []") {
        return vector[at];
    } else if (mistake == "vector, at()") {
        return vector.at(at);
    } else if (mistake == "vector, front()") {
        return empty.front();
    } else if (mistake == "vector, back()") {
        return empty.back();
    } else if (mistake == "vector, pop_back()") {
        empty.pop_back();
        return static_cast<std::int64_t>(empty.size());
    } else if (mistake == "deque, []") {
        return deque[at];
    } else if (mistake == "deque, front()") {
        return no_deque.front();
    } else if (mistake == "deque, back()") {
        return no_deque.back();
    } else if (mistake == "array, []") {
        return array[at];
    } else if (mistake == "span, []") {
        return span[at];
    } else if (mistake == "span, front()") {
        return std::span(empty).front();
    } else if (mistake == "string, []") {
        return string[at];
    } else if (mistake == "string, front()") {
        return no_string.front();
    } else if (mistake == "string, back()") {
        return no_string.back();
    } else if (mistake == "string_view, []") {
        return view[at];
    } else if (mistake == "string_view, front()") {
        return std::string_view(no_string).front();
    } else if (mistake == "memory, a vector") {
        std::vector<std::vector<char>> kept;
        for (std::size_t part = 0; part < at; part++) {
            kept.emplace_back(1 << 20, 'x');
        }
        return static_cast<std::int64_t>(kept.size());
    } else if (mistake == "memory, a length") {
        return static_cast<std::int64_t>(std::string(at << 20, 'x').size());
    } else if (mistake == "stack") {
        return recurse(at);
    }
    return -1;
}

} // namespace

amend::Answer update(amend::Value document, amend::Value args) {
    auto state = AMEND_TRY(document.object());
    auto what = AMEND_TRY(args.only({"mistake", "at"}));
    auto mistake = AMEND_TRY(what.get<std::string_view>("mistake"));
    auto at = AMEND_TRY(what.get<std::int64_t>("at", 1000));
    if (mistake == "memory, JSON") {
        auto list = state.new_array();
        for (std::int64_t part = 0; part < at; part++) {
            list.push(std::string(1 << 20, 'x'));
        }
        state.set("x", static_cast<std::int64_t>(list.size()));
        return amend::replace(document);
    }
    state.set("x", make(mistake, static_cast<std::size_t>(at)));
    return amend::replace(document);
}
