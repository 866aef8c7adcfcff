"""For programs: the documents that this one was granted, and changes of them.

A path is the name of a grant, a slash, and a path in it. Locks are the host's: none is held between two calls.

    from amend import Patch, store

    receipt = store.update("state/app.json", Patch.merge({"ready": True}))
    print("now at version", receipt.version)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional

from .patch import Patch
from .reading import read as _read
from .store_errors import (
    Conflict,
    Denied,
    InvalidPatch,
    Malformed,
    NotFound,
    Other,
    Refused,
    StoreError,
    TimedOut,
    TooLarge,
)
from .writing import write

try:
    from . import host as _host
except ImportError:
    # Not in a program's component, but in the author's tests.
    _host = None  # type: ignore[assignment]

__all__ = [
    "Conflict",
    "Denied",
    "InvalidPatch",
    "Malformed",
    "NotFound",
    "Other",
    "Receipt",
    "Refused",
    "Snapshot",
    "StoreError",
    "TimedOut",
    "TooLarge",
    "apply",
    "read",
    "update",
    "update_if",
]


@dataclass(frozen=True)
class Snapshot:
    """A document, or a part of it, as it was at one moment."""

    #: The exact text at the pointer that was asked for.
    text: str
    #: The version of the whole document it was read from.
    version: str

    @property
    def value(self) -> Any:
        """What the text says, on plain dicts and lists."""
        return _read(self.text).value


@dataclass(frozen=True)
class Receipt:
    """What an update did. The document is durable when it is returned."""

    #: The version of the document that is now stored.
    version: str
    #: Whether the update changed anything.
    changed: bool


def read(path: str, at: str = "") -> Optional[Snapshot]:
    """The text at a pointer; None when there is no such document, or nothing at the pointer. Takes no lock."""
    snapshot = _call(lambda host: host.store.read(path, at))
    return None if snapshot is None else Snapshot(snapshot.text, snapshot.version)


def update(path: str, patch: Patch) -> Receipt:
    """Changes a document: the host locks it, applies the patch, and replaces it durably."""
    return _receipt(lambda host: host.store.update(path, host.in_contract(patch)))


def update_if(path: str, patch: Patch, expected: Optional[str]) -> Receipt:
    """The same, when the document still has the expected version; None expects that there is no such document.

    Raises Conflict when it has another.
    """
    return _receipt(lambda host: host.store.update_if(path, host.in_contract(patch), expected))


def apply(path: str, updater: str, args: Any = {}) -> Receipt:
    """Runs an updater, one that the host was given by name, on the document under its lock, and applies its answer.

    `args` is any JSON value. Raises Refused when the updater refuses.
    """
    text = write(args)
    return _receipt(lambda host: host.store.apply(path, updater, text))


def _receipt(ask: Callable[[Any], Any]) -> Receipt:
    receipt = _call(ask)
    return Receipt(receipt.version, receipt.changed)


def _call(ask: Callable[[Any], Any]) -> Any:
    if _host is None:
        raise RuntimeError("there is no store outside of amend: tests put something else in place of these functions")
    try:
        return ask(_host)
    except _host.Err as error:
        raise _host.store_error(error.value) from None

