"""`manifest` sets a value at a path of keys and makes the objects that are missing on the way.

Build tools do this to a shared manifest from many processes at once: each adds its own artifact.

Arguments: `{"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}`. Refuses when something on the way is not an
object, and when there are no keys.
"""

from amend import Refusal, pointer, updater


@updater
def update(current, args):
    keys = args.get("keys")
    if not keys or not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise Refusal("the arguments need a list of at least one key: they say where the value goes")
    if "value" not in args:
        raise Refusal("the arguments have no value")
    place = current
    for depth, key in enumerate(keys[:-1], start=1):
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            raise Refusal(f"{pointer(*keys[:depth])} is not an object, so it cannot have a member {keys[depth]!r}")
    place[keys[-1]] = args["value"]
    return current
