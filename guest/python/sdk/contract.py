"""Patches in the contract's own types. Only for WebAssembly: the modules it needs exist nowhere else."""

from __future__ import annotations

from typing import Any

from wit_world.imports import types  # type: ignore

from .patch import Patch

_KINDS = {
    "operations": types.Patch_Operations,
    "merge": types.Patch_Merge,
    "replace": types.Patch_Replace,
}


def in_contract(patch: Patch) -> Any:
    """The same patch, as the host takes it."""
    if not isinstance(patch, Patch):
        raise TypeError(f"a change is a Patch, not a value of type {type(patch).__name__}")
    return _KINDS[patch.kind](patch.text)
