"""Running an updater: text in, patch out."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .patch import Patch
from .reading import Reading, read
from .refusal import Refusal, reason_of
from .takes import Takes, kind_of
from .writing import write


def run(update: Callable[[Any, Any], Any], current: Optional[str], args: str = "{}") -> Optional[Patch]:
    """Runs an updater as the host does, without WebAssembly: for the author's own tests.

    `current` is the document's text, None when there is none; `args` is one JSON value. Raises Refusal when the updater
    refuses, whatever it refused with; that is the cause then.
    """
    try:
        return answer(update, current, args)
    except Refusal:
        raise
    except (Exception, SystemExit) as error:
        raise Refusal(reason_of(error)) from error


def answer(update: Callable[[Any, Any], Any], current: Optional[str], args: str) -> Optional[Patch]:
    """The patch that an updater answers with. Raises what it raises, and Refusal."""
    takes = Takes.of(update)
    given_args = _read("the arguments", args)
    if given_args.twice is not None:
        raise Refusal(f"the arguments have two members {given_args.twice!r} in one object")
    takes.check("the arguments", given_args.value, takes.args)
    text = takes.missing if current is None else current
    document = _read("the document", text)
    if current is not None:
        takes.check("the document", document.value, takes.document)

    answered = update(document.value, given_args.value)
    patch = _patch(answered, document.value, text)
    if patch is not None and patch.kind == "replace" and document.twice is not None:
        # The host would take the other for removed.
        raise Refusal(
            f"the document has two members {document.twice!r} in one object, and a new document would lose one: "
            "answer with Patch.merge or Patch.operations, or remove one by hand"
        )
    return patch


def _read(what: str, text: str) -> Reading:
    try:
        return read(text)
    except RecursionError:
        raise Refusal(f"{what}: nested deeper than Python can follow") from None
    except ValueError as error:
        raise Refusal(f"{what}: not JSON: {error}") from None


def _patch(answered: Any, document: Any, text: str) -> Optional[Patch]:
    if isinstance(answered, Patch):
        return answered
    if isinstance(answered, (dict, list)):
        try:
            return Patch.replace(answered)
        except (TypeError, ValueError) as error:
            raise Refusal(f"the new document cannot be written as JSON: {error}") from error
    if answered is None:
        if _is_changed(document, text):
            raise Refusal(
                "the updater changed `current` and returned nothing: `return current` makes it the new document, and "
                "an updater that leaves the document as it is must not change `current`"
            )
        return None
    raise Refusal(
        f"the updater returned {kind_of(answered)}: return a dict or a list as the new document, a Patch, or None "
        "to leave the document as it is (Patch.replace takes any value)"
    )


def _is_changed(document: Any, text: str) -> bool:
    """Whether a document is another than it was read as."""
    before = read(text).value
    # `==` sees what cannot be written at all; only the text tells 1 from 1.0 and from True.
    return bool(document != before) or write(document) != write(before)
