"""What makes a module of the author's a component: the class that componentize-py looks for in it.

It looks when the component is built, by the name of the interface: `Updater` or `Run`. Everywhere else, in the author's
tests for example, the decorators leave a function as it is.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Optional, TypeVar, overload

from .takes import Takes, Types
from .writing import write

U = TypeVar("U", bound=Callable[[Any, Any], Any])
P = TypeVar("P", bound=Callable[[], Any])

_IS_COMPONENT = sys.platform == "wasi"


@overload
def updater(update: U) -> U: ...
@overload
def updater(*, document: Types = ..., args: Types = ..., missing: Any = ...) -> Callable[[U], U]: ...
def updater(
    update: Optional[U] = None, *, document: Types = dict, args: Types = dict, missing: Any = {}
) -> Any:
    """Makes a function this component's updater: `@updater`, or `@updater(args=int)`.

    `document` and `args` say which types it takes: others are refused before it is called. A tuple allows several, and
    `object` any. `missing` is what it gets as the current document when there is none; with `missing=None` it can tell
    that from an empty one.
    """
    takes = Takes(document, args, write(missing))

    def decorate(update: U) -> U:
        takes.declare(update)
        if _IS_COMPONENT:
            from .exported import updater_class

            _export("Updater", updater_class(update), update)
        return update

    return decorate if update is None else decorate(update)


def program(main: P) -> P:
    """Makes a function the program that this component is, a `wasi:cli` command.

    It is called without arguments: they are in `sys.argv`. What it returns ends the program as `sys.exit` would.
    """
    if _IS_COMPONENT:
        from .command import run_class

        _export("Run", run_class(main), main)
    return main


def _export(name: str, exported: type, function: Any) -> None:
    function.__globals__[name] = exported
