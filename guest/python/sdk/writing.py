"""From Python's own values to JSON text.

Not with `json.dumps`: that rounds numbers that were read from a document, writes `Infinity`, and turns the keys 1 and
"1" into two members of one name. The host compares what is written here with the document by value, so it may be
compact.
"""

from __future__ import annotations

import re
from json.encoder import encode_basestring as quote
from math import isfinite
from typing import Any, Callable, Optional

from .digits import unlimited
from .floats import Float
from .pointers import pointer

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _Unwritable(Exception):
    """What is wrong with a value, and the keys that lead to it, the innermost first."""

    def __init__(self, error: type[Exception], problem: str) -> None:
        self.error = error
        self.problem = problem
        self.keys: list[Any] = []


def write(value: Any) -> str:
    """Writes one JSON value. Raises TypeError or ValueError, which say where, when there is no JSON for it."""
    pieces: list[str] = []
    try:
        unlimited(lambda: _write(value, pieces.append))
    except _Unwritable as unwritable:
        where = pointer(*reversed(unwritable.keys)) or "the top"
        raise unwritable.error(f"{unwritable.problem}, at {where}") from None
    except RecursionError:
        raise ValueError("it contains itself, or is nested too deep") from None
    text = "".join(pieces)
    # They can be in a str and in JSON, but not in the UTF-8 that the host gets.
    if not text.isascii() and _LONE_SURROGATE.search(text):
        text = _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def _write(value: Any, emit: Callable[[str], Any]) -> None:
    scalar = _scalar(value)
    if scalar is not None:
        emit(scalar)
    elif isinstance(value, dict):
        _write_object(value, emit)
    elif isinstance(value, (list, tuple)):
        _write_array(value, emit)
    else:
        raise _Unwritable(TypeError, f"a value of type {type(value).__name__} is not JSON")


def _write_object(members: dict[Any, Any], emit: Callable[[str], Any]) -> None:
    mark = "{"
    for name, value in members.items():
        if not isinstance(name, str):
            raise _Unwritable(TypeError, f"the key {name!r} is not a str")
        emit(f"{mark}{quote(name)}:")
        mark = ","
        try:
            _write(value, emit)
        except _Unwritable as unwritable:
            unwritable.keys.append(name)
            raise
    emit("}" if mark == "," else "{}")


def _write_array(elements: Any, emit: Callable[[str], Any]) -> None:
    mark = "["
    for index, value in enumerate(elements):
        emit(mark)
        mark = ","
        try:
            _write(value, emit)
        except _Unwritable as unwritable:
            unwritable.keys.append(index)
            raise
    emit("]" if mark == "," else "[]")


def _scalar(value: Any) -> Optional[str]:
    """The text of what is neither an object nor an array."""
    if isinstance(value, str):
        return quote(value)
    # Before int: a bool is one.
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    # The base classes' own: an enum of numbers shows itself as something else.
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Float):
        return value.text
    if isinstance(value, float):
        if not isfinite(value):
            raise _Unwritable(ValueError, f"{value} is not a number that JSON has")
        return float.__repr__(value)
    return None
