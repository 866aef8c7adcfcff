"""The program's export. Only for WebAssembly: the modules it needs exist nowhere else.

Python was started when the component was built. What a process is given when it starts, it is given here.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Callable

from componentize_py_types import Err  # type: ignore
from wit_world.imports import environment  # type: ignore

from .streams import flush, report


def run_class(main: Callable[[], Any]) -> type:
    """The class that the component exports."""

    class Run:
        def run(self) -> None:
            sys.argv[:] = environment.get_arguments()
            os.environ.clear()
            os.environ.update(environment.get_environment())
            is_success = _succeeds(main)
            is_success = flush() and is_success
            if not is_success:
                raise Err(None)

    return Run


def _succeeds(main: Callable[[], Any]) -> bool:
    """Calls it. WASI 0.2 knows no other exit codes than 0 and 1."""
    try:
        code = main()
    except SystemExit as exit:
        code = exit.code
    except BaseException as error:
        report(error)
        return False
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        return False
    return not code
