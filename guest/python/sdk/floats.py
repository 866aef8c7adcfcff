"""Numbers that come back as they were written."""

from __future__ import annotations

from typing import Any


class Float(float):
    """A number of a document that has a fraction or an exponent.

    It is a float like any other, and remembers how it was written: `1.10`, `1e400` and thirty digits of pi are more
    than a float can hold. Whatever is computed with it is an ordinary float.
    """

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Float:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> Any:
        # So that `copy.deepcopy(current)` keeps the text.
        return Float, (self.text,)
