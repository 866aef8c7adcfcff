"""The updater's export. Only for WebAssembly: the modules it needs exist nowhere else."""

from __future__ import annotations

from typing import Any, Callable, Optional

from componentize_py_types import Err  # type: ignore

from .contract import in_contract
from .refusal import Refusal, reason_of
from .run import answer
from .streams import flush, report


def updater_class(update: Callable[[Any, Any], Any]) -> type:
    """The class that the component exports."""

    class Updater:
        def update(self, current: Optional[str], args: str) -> Any:
            try:
                patch = answer(update, current, args)
                return None if patch is None else in_contract(patch)
            # All of them: what gets out of here is a trap, which tells the caller nothing.
            except BaseException as error:
                reason = _reason(error)
            finally:
                flush()
            raise Err(reason)

    return Updater


def _reason(error: BaseException) -> str:
    if not isinstance(error, Refusal):
        report(error)
    reason = reason_of(error)
    if isinstance(error, ModuleNotFoundError):
        reason += " (import it at the top of a file: a component has in it what was imported when it was made)"
    # A str may hold what UTF-8 does not.
    return reason.encode("utf-8", "backslashreplace").decode("utf-8")
