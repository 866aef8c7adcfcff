"""JSON Pointers out of keys."""

from __future__ import annotations

from typing import Union


def pointer(*keys: Union[str, int]) -> str:
    """The JSON Pointer (RFC 6901) that leads through these keys, which may contain any character.

    >>> pointer("paths", "/etc/hosts", 0)
    '/paths/~1etc~1hosts/0'
    """
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
