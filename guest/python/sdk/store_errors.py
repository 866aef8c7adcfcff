"""Why a call of the store failed: an exception for each case of the contract."""

from __future__ import annotations


class StoreError(Exception):
    """A call of the store failed. `str(error)` is the message for people."""

    #: The name of the case in the contract.
    case = "other"


class Denied(StoreError):
    """This program was not granted that, or the host may not do it."""

    case = "denied"


class NotFound(StoreError):
    """There is no such document, or nothing where a pointer leads."""

    case = "not-found"


class Malformed(StoreError):
    """The document, or JSON that was passed in, is not valid JSON."""

    case = "malformed"


class InvalidPatch(StoreError):
    """The patch is not one."""

    case = "invalid-patch"


class Conflict(StoreError):
    """The document is not in the state that the patch needs, or has another version than was expected."""

    case = "conflict"


class Refused(StoreError):
    """An updater refused; the message is its reason."""

    case = "refused"


class TooLarge(StoreError):
    """A limit on size was reached."""

    case = "too-large"


class TimedOut(StoreError):
    """It did not happen in time."""

    case = "timed-out"


class Other(StoreError):
    """Everything else, input and output among it. The message says so where the change may have been made."""

    case = "other"
