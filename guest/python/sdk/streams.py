"""What is printed. In a component nothing flushes at the end, because Python never ends there."""

from __future__ import annotations

import sys

from .refusal import trail_of


def report(error: BaseException) -> None:
    """Prints where an exception came from. Never raises: it may be the output that is full."""
    try:
        sys.stderr.write(trail_of(error))
    except Exception:
        pass


def flush() -> bool:
    """Hands over what was printed, and says whether all of it went out. Never raises."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        return False
    return True
