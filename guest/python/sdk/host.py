"""The store that the host offers to programs. Only for WebAssembly: the modules it needs exist nowhere else."""

from __future__ import annotations

from typing import Any

from componentize_py_types import Err  # type: ignore
from wit_world.imports import store, types  # type: ignore

from . import store_errors
from .contract import in_contract

__all__ = ["Err", "in_contract", "store", "store_error"]

_ERRORS = {
    types.Error_Denied: store_errors.Denied,
    types.Error_NotFound: store_errors.NotFound,
    types.Error_Malformed: store_errors.Malformed,
    types.Error_InvalidPatch: store_errors.InvalidPatch,
    types.Error_Conflict: store_errors.Conflict,
    types.Error_Refused: store_errors.Refused,
    types.Error_TooLarge: store_errors.TooLarge,
    types.Error_TimedOut: store_errors.TimedOut,
    types.Error_Other: store_errors.Other,
}


def store_error(error: Any) -> store_errors.StoreError:
    """The exception for a case of the contract's error."""
    return _ERRORS[type(error)](error.value)
