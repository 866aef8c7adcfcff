"""Write an amend updater in Python as one plain function.

An updater decides how one JSON document should change. It reads no file and takes no lock: the host gives it the
document and the caller's arguments, and makes the change that it answers with.

    from amend import Refusal, updater

    @updater
    def update(current, args):
        if current.get("apples", 0) < args["take"]:
            raise Refusal("there are not so many apples")
        current["apples"] -= args["take"]
        return current

What it may return:

    a dict or a list    the new document; the host compares it with the current one and edits only what differs
    a Patch             exactly what should change
    None                nothing changes; when `current` was changed all the same, that is refused, so that no change is
                        lost because of a forgotten `return current`

Every exception refuses: the document stays as it is and the caller sees the reason, of a Refusal its message alone, of
all others their name as well. The traceback goes to standard error, which is the host's log.

A document that does not exist yet is `{}`. A document or arguments that are no objects are refused before the function
is called. `@updater(document=..., args=..., missing=...)` changes that.

Numbers stay as they are written where they are not touched, `1.10`, `1e400` and integers of any size; Infinity and NaN
are refused. So is a new document where the current one has two members of the same name in one object: a dict holds one
of them. Keys must be strings.

The host may call an updater again with a newer document, in a fresh instance: the answer depends on the document and
the arguments alone, not on a clock, on random numbers or on what was remembered.

Import at the top of a file what is needed: a component has in it what was imported when it was made, and no file.

`run` runs an updater on text, for tests. A program, which changes documents when it likes, is made with `program` and
`amend.store`.
"""

from .component import program, updater
from .patch import Patch
from .pointers import pointer
from .refusal import Refusal
from .run import run

__all__ = ["Patch", "Refusal", "pointer", "program", "run", "updater"]
