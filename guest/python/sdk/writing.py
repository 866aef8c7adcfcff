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
    # One function for all: each level costs one of the thousand calls that Python allows, and the host has 512 levels.
    scalar = _scalar(value)
    if scalar is not None:
        emit(scalar)
        return
    key: Any = None
    try:
        if isinstance(value, dict):
            mark = "{"
            for name, member in value.items():
                if not isinstance(name, str):
                    raise _Unwritable(TypeError, f"the key {name!r} is not a str")
                emit(f"{mark}{quote(name)}:")
                key, mark = name, ","
                _write(member, emit)
                key = None
            emit("}" if mark == "," else "{}")
        elif isinstance(value, (list, tuple)):
            mark = "["
            for key, element in enumerate(value):
                emit(mark)
                mark = ","
                _write(element, emit)
            emit("]" if mark == "," else "[]")
        else:
            raise _Unwritable(TypeError, f"a value of type {type(value).__name__} is not JSON")
    except _Unwritable as unwritable:
        if key is not None:
            unwritable.keys.append(key)
        raise


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
