"""``$ref``: what it names, in this document or in a file beside it; never over a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from .errors import DocumentError
from .nodes import is_list, is_map
from .parsing import parse, walk
from .pointers import below, follow

#: Members whose value is data, not a description: a ``$ref`` within is no reference.
_DATA = frozenset(("example", "default", "const", "enum", "value", "dataValue", "serializedValue"))
#: Members whose value maps names of the author to descriptions: a property may be called "default".
_NAMED = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas", "responses"}
    | {"parameters", "examples", "headers", "requestBodies", "securitySchemes", "links", "callbacks"}
    | {"pathItems", "mediaTypes", "paths", "webhooks", "content", "encoding", "mapping", "variables"}
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def is_reference(node: Any) -> bool:
    """Tell whether a node is a Reference Object, or a schema with ``$ref``."""
    return is_map(node) and isinstance(node.get("$ref"), str)


def references_of(root: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """List the references within a node with their pointers; those in examples and defaults are data."""
    waiting: list[tuple[str, Any, bool]] = [("", root, False)]
    while waiting:
        pointer, node, named = waiting.pop()
        if is_map(node):
            if not named and is_reference(node):
                yield pointer, node
            for key, value in node.items():
                if (is_map(value) or is_list(value)) and (named or not _is_data(key, value)):
                    waiting.append((below(pointer, key), value, not named and key in _NAMED))
        elif is_list(node):
            waiting += [(below(pointer, index), item, False) for index, item in enumerate(node)]


def _is_data(key: str, value: Any) -> bool:
    # The examples of a schema are a list of values; those of a media type a mapping of descriptions.
    return key in _DATA or key[:2] == "x-" or (key == "examples" and is_list(value))


class Files:
    """Find what references name; read each file once, all within one budget of bytes.

    A file's own references are rewritten once, as seen from the root document: so a node of it can be
    resolved without knowing where it came from.
    """

    def __init__(self, root: Path | None = None, budget: int = 0) -> None:
        self.root = root
        self.budget = budget
        self.read: dict[str, Any] = {}
        self.names: dict[str, dict[str, Any]] = {}

    def find(self, data: Any, reference: str, pointer: str, source: str, *, decoded: bool = False) -> Any:
        """Give the node that one reference names, without following it further."""
        file, _, fragment = reference.partition("#")
        root = data if not file else self.names_of(data, "").get(file)
        if root is None:
            root = self.load(file, reference, pointer, source)
        fragment = fragment if decoded else unquote(fragment)
        try:
            if fragment and not fragment.startswith("/"):
                return self.names_of(root, file)[f"#{fragment}"]
            return follow(root, fragment)
        except (LookupError, ValueError):
            found = f"the $ref {reference[:200]!r}, which names nothing"
            if decoded:
                found = "nothing"
            raise DocumentError(pointer, found=found, expected="what is there", source=source) from None

    def names_of(self, root: Any, file: str) -> dict[str, Any]:
        """Give the nodes of a file by ``#anchor``, and by their ``$id`` or ``$self``."""
        if file not in self.names:
            made: dict[str, Any] = {}
            for _, node in walk(root):
                if is_map(node):
                    for key, mark in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", ""), ("$self", "")):
                        if isinstance(name := node.get(key), str):
                            made.setdefault(mark + name.removesuffix("#"), node)
            self.names[file] = made
        return self.names[file]

    def load(self, file: str, reference: str, pointer: str, source: str) -> Any:
        if _SCHEME.match(file):
            found = f"the remote $ref {reference[:200]!r}"
            expected = "a local one: a remote $ref is never fetched; save the file beside the document"
            raise DocumentError(pointer, found=found, expected=expected, source=source)
        if file in self.read:
            return self.read[file]
        if self.root is None or file.startswith("/"):
            found = f"the $ref {reference[:200]!r} to a file"
            expected = "a path relative to a document that was read from a file"
            raise DocumentError(pointer, found=found, expected=expected, source=source)
        path = self.root.parent / unquote(file)
        self.read[file] = made = self.content(path, reference, pointer, source)
        for _, node in references_of(made):
            node["$ref"] = _seen_from_root(file, node["$ref"], self.root.name)
        return made

    def content(self, path: Path, reference: str, pointer: str, source: str) -> Any:
        try:
            size = path.stat().st_size
            if size > self.budget:
                found = f"the $ref {reference[:200]!r} to {size:,} bytes"
                raise DocumentError(pointer, found=found, expected=f"at most {self.budget:,}", source=source)
            self.budget -= size
            return parse(path.read_bytes(), source=str(path))
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            found = f"the $ref {reference[:200]!r}: {reason}"
            raise DocumentError(pointer, found=found, expected="a file", source=source) from None


def _seen_from_root(file: str, reference: str, root: str) -> str:
    """Rewrite a reference of a file so that it means the same in the root document.

    >>> _seen_from_root("models/book.yaml", "author.yaml#/Author", "api.yaml")
    'models/author.yaml#/Author'
    """
    target, mark, fragment = reference.partition("#")
    if _SCHEME.match(target):
        return reference
    parts: list[str] = []
    place = PurePosixPath(file).parent / target if target else PurePosixPath(file)
    for part in place.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    seen = "/".join(parts)
    return f"{'' if seen == root else seen}{mark}{fragment}" if mark or seen != root else "#"
