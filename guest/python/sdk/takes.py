"""What an updater wants to be given."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Tuple, Type, Union

from .refusal import Refusal

#: A type, or several of which one is enough; `object` is any.
Types = Union[Type[Any], Tuple[Type[Any], ...]]

_ATTRIBUTE = "__amend_takes__"


class Takes(NamedTuple):
    """What an updater was declared to take."""

    document: Types = dict
    args: Types = dict
    #: The text that stands for a document that does not exist.
    missing: str = "{}"

    @classmethod
    def of(cls, update: Callable[..., Any]) -> Takes:
        """What was declared for a function; without a declaration, objects."""
        return getattr(update, _ATTRIBUTE, cls())

    def declare(self, update: Callable[..., Any]) -> None:
        """Notes it on the function."""
        setattr(update, _ATTRIBUTE, self)

    @staticmethod
    def check(what: str, value: Any, types: Types) -> None:
        """Refuses a value of another type."""
        wanted = types if isinstance(types, tuple) else (types,)
        if isinstance(value, bool) and bool not in wanted and object not in wanted:
            # It would pass for an int.
            fits = False
        else:
            fits = isinstance(value, wanted)
        if not fits:
            names = " or ".join(_KINDS.get(each, each.__name__) for each in wanted)
            raise Refusal(f"{what}: {kind_of(value)}, where {names} was expected")


_KINDS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    type(None): "null",
}


def kind_of(value: Any) -> str:
    """What a value is, in JSON's words where it has one."""
    kinds = (kind for base, kind in _KINDS.items() if isinstance(value, base))
    return next(kinds, f"a value of type {type(value).__name__}")
