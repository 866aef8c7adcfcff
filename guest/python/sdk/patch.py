"""Changes as data, for updaters that say exactly what should change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from .writing import write


@dataclass(frozen=True)
class Patch:
    """A change of a document.

    An updater that answers with the whole new document needs none of this: the host compares it with the current one
    and edits only what differs. A patch is for a large document of which little changes.
    """

    #: How the text is meant: `operations`, `merge` or `replace`, as in the contract.
    kind: str
    #: The change as JSON text.
    text: str

    @classmethod
    def operations(cls, operations: Iterable[Mapping[str, Any]]) -> Patch:
        """A JSON Patch (RFC 6902), applied in order, all or nothing.

        >>> Patch.operations([{"op": "add", "path": "/owner", "value": "me"}])
        Patch(kind='operations', text='[{"op":"add","path":"/owner","value":"me"}]')
        """
        return cls("operations", write(list(operations)))

    @classmethod
    def merge(cls, changes: Any) -> Patch:
        """A JSON Merge Patch (RFC 7396): None removes a member, a dict merges, all else replaces.

        >>> Patch.merge({"added": 1, "removed": None})
        Patch(kind='merge', text='{"added":1,"removed":null}')
        """
        return cls("merge", write(changes))

    @classmethod
    def replace(cls, document: Any) -> Patch:
        """The whole new document, any JSON value."""
        return cls("replace", write(document))
