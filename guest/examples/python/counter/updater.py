"""`counter` adds to `/count`: the updater on a plain dict.

Arguments: `{"by": 3}`, or `{}` for 1. Refuses when the count or the step is not a whole number.
"""

from amend import Refusal, updater


@updater
def update(current, args):
    count = whole("the document's count", current.get("count", 0))
    by = whole("the arguments' step", args.get("by", 1))
    current["count"] = count + by
    return current


def whole(what, value):
    # Not isinstance: True is an int.
    if type(value) is not int:
        raise Refusal(f"{what} is not a whole number: {value!r}")
    return value
