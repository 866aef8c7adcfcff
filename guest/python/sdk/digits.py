"""Integers of more than 4300 digits.

Python refuses to read and write them, because that takes more than linear time. Here the host bounds the time.
"""

from __future__ import annotations

import sys
from typing import Callable, TypeVar

try:
    # Python looks for it when it meets the first such integer, and a component can import nothing then.
    import _pylong  # type: ignore # noqa: F401
except ImportError:
    pass

T = TypeVar("T")


def unlimited(convert: Callable[[], T]) -> T:
    """Calls a function without the limit, which is then as it was."""
    # Older Pythons have no such limit.
    if not hasattr(sys, "set_int_max_str_digits"):
        return convert()
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return convert()
    finally:
        sys.set_int_max_str_digits(before)
