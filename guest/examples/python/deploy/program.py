"""`deploy PATH TOKEN [VERSION]` takes a deployment from its token to its end, in the document at PATH.

It has the host apply the updater `token`, which refuses when another deployment is under way; says so in `/status`; and
says that it is done if nobody has changed the document in between, or if the document still has the version that was
named.
"""

import sys

from amend import Patch, program, store


@program
def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: deploy PATH TOKEN [VERSION]")
    try:
        deploy(*sys.argv[1:])
    except store.StoreError as error:
        sys.exit(f"deploy: {error.case}: {error}")


def deploy(path, token, version=None):
    store.apply(path, "token", {"token": token})
    store.update(path, Patch.merge({"status": "deploying"}))

    snapshot = store.read(path, "/status")
    if snapshot is None:
        raise store.NotFound("the status is gone")
    print("status:", snapshot.text)

    done = Patch.operations([{"op": "replace", "path": "/status", "value": "deployed"}])
    store.update_if(path, done, snapshot.version if version is None else version)
    print("deployed")
