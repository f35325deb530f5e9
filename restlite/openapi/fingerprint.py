"""Fingerprints: texts that are equal where plain data, or schemas, mean the same."""

from __future__ import annotations

import json
from typing import Any

from .nodes import is_list, is_map
from .reader import Document
from .references import is_reference

#: Keywords that only speak to a reader: they never change what a schema accepts.
ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "default", "deprecated", "externalDocs", "xml"}
    | {"readOnly", "writeOnly", "$comment", "$id", "$anchor", "$dynamicAnchor", "$schema", "$defs"}
)


def canonical(value: Any) -> str:
    """Write JSON data so that equal values give equal texts: ``1`` and ``1.0`` are one number.

    >>> canonical({"b": 1.0, "a": [True]})
    '{"a": [true], "b": 1}'
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_map(value):
        return {str(key): _plain(item) for key, item in value.items()}
    if is_list(value):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fingerprint(document: Document, schema: Any) -> str:
    """Write a schema without its annotations and with its references resolved, whatever their names.

    A schema that holds itself is written as the number of references since it began.
    """
    return canonical(_expanded(document, schema, ()))


def _expanded(document: Document, node: Any, path: tuple[str, ...]) -> Any:
    if is_list(node):
        return [_expanded(document, item, path) for item in node]
    if not is_map(node):
        return node
    said = {
        key: _expanded(document, value, path)
        for key, value in node.items()
        if key != "$ref" and key not in ANNOTATIONS and key[:2] != "x-"
    }
    if not is_reference(node):
        return said
    reference = node["$ref"]
    if reference in path:
        return {"$ref": len(path) - path.index(reference)}
    target = document.files.find(document.data, reference, "", document.source)
    found = _expanded(document, target, (*path, reference))
    return found if not said or document.version == "3.0" else {"allOf": [found, said]}
