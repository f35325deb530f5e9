"""Documents of one operation, and what ``diff`` says of two."""

from __future__ import annotations

from typing import Any

from restlite.openapi.diff import diff
from restlite.openapi.reader import read_document


def document(
    request: Any = None, answer: Any = None, *, version: str = "3.1.0", schemas: Any = None, **operation: Any
) -> Any:
    """Make a document of one operation that takes and gives JSON."""
    done: dict[str, Any] = {"description": "Done."}
    if answer is not None:
        done["content"] = {"application/json": {"schema": answer}}
    operation.setdefault("responses", {"200": done})
    if request is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": request}}}
    return read_document(
        {
            "openapi": version,
            "info": {"title": "T", "version": "1"},
            "paths": {"/": {"post": operation}},
            "components": {"schemas": schemas or {}},
        }
    )


def said(old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(change.severity, change.kind, change.reason) for change in diff(old, new)]
