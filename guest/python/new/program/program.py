"""`{{name}} PATH NAME VALUE` sets a member of a document to a text, and prints the version that is stored then.

It gives up when somebody else changes the document at the same time.
"""

import sys

from amend import Patch, program, store


@program
def main():
    if len(sys.argv) != 4:
        sys.exit("usage: {{name}} PATH NAME VALUE")
    try:
        print(assign(*sys.argv[1:]))
    except store.StoreError as error:
        sys.exit(f"{{name}}: {error.case}: {error}")


def assign(path, name, value):
    snapshot = store.read(path)
    if snapshot is not None and snapshot.value.get(name) == value:
        return snapshot.version
    expected = None if snapshot is None else snapshot.version
    return store.update_if(path, Patch.merge({name: value}), expected).version
