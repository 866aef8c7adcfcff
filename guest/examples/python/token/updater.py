"""`token` registers a deployment token at `/token`: the updater that answers with a patch.

Two deployments at once: one wins, the other is refused, nobody is clobbered. A deployment that takes over says whose
token it expects to find.

Arguments: `{"token": "...", "previous": "..."}`, `previous` only when taking over. Refuses when the stored token is
neither absent nor `previous`.
"""

from amend import Patch, Refusal, updater


@updater
def update(current, args):
    token, previous, stored = args["token"], args.get("previous"), current.get("token")
    if not isinstance(token, str) or not isinstance(previous, (str, type(None))):
        raise Refusal("the arguments' tokens are not strings")
    if not isinstance(stored, (str, type(None))):
        raise Refusal("the document's token is not a string")
    # The reason goes into logs, where somebody's token must not be read.
    if stored is not None and stored != previous:
        raise Refusal("another token is registered")
    return Patch.operations([{"op": "add", "path": "/token", "value": token}])
