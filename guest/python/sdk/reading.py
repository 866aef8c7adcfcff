"""From JSON text to Python's own values."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any, NamedTuple, Optional

from .digits import unlimited
from .floats import Float


class Reading(NamedTuple):
    """What a text says."""

    value: Any
    #: The name of a member that stands twice in one object. A dict holds only the last of them.
    twice: Optional[str]


def read(text: str) -> Reading:
    """Reads one JSON value. Raises ValueError when it is none, and RecursionError when it is nested too deep."""
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice.append(next(name for name in names if names.count(name) > 1))
        return made

    decoder = JSONDecoder(object_pairs_hook=members, parse_float=Float, parse_constant=_no_number)
    value = unlimited(lambda: decoder.decode(text))
    return Reading(value, twice[0] if twice else None)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
