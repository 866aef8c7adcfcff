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

What it may answer with, what refuses, and what becomes of numbers stands in the README of this kit.
A program, which changes documents when it likes, is made with `amend.program` and `amend.store`.
"""

from .component import program, updater
from .patch import Patch
from .pointers import pointer
from .refusal import Refusal
from .run import run

__all__ = ["Patch", "Refusal", "pointer", "program", "run", "updater"]
