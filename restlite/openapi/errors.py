"""What can be wrong with a document as a whole, told by its place."""

from __future__ import annotations

#: Lists and mappings within each other; what reads documents may recurse this deep.
MAX_DEPTH = 200


class DocumentError(Exception):
    """Say what is wrong with a document: where (RFC 6901), what was found, what was expected.

    >>> str(DocumentError("/info", found="a list", expected="a mapping", source="api.yaml"))
    'api.yaml#/info: found a list; expected a mapping.'
    """

    def __init__(self, pointer: str, *, found: str, expected: str, source: str = "") -> None:
        super().__init__(f"{source}#{pointer}: found {found}; expected {expected}.")
        self.pointer = pointer
        self.found = found
        self.expected = expected
        self.source = source


def repeated(pointer: str, source: str) -> DocumentError:
    """Make the error for a key that stands twice in one mapping."""
    return DocumentError(pointer, found="a key that stands twice", expected="each key once", source=source)
