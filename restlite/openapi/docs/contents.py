"""The order of the page: tags as the document lists them, their operations, then webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..reader import Document, OperationRecord, operations_of
from .markup import slug


class Entry(NamedTuple):
    """Hold one operation as the page shows it."""

    anchor: str
    method: str
    path: str
    title: str
    operation: Mapping[str, Any]
    #: Those of the path item too, references followed; an operation's own ones win.
    parameters: tuple[Mapping[str, Any], ...]
    #: Alternatives, each the scopes by scheme.
    security: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any]
    #: Sent by the API to its clients: a webhook, or a callback.
    outgoing: bool = False


class Section(NamedTuple):
    """Hold one tag with its operations."""

    anchor: str
    title: str
    description: str
    entries: tuple[Entry, ...]
    #: How many tags it lies in (``parent``, OpenAPI 3.2).
    depth: int = 0


def sections_of(document: Document) -> list[Section]:
    """List the sections of a document; an operation stands in that of its first tag."""
    entries = [entry_of(document, record) for record in operations_of(document)]
    by_tag: dict[str, list[Entry]] = {}
    for entry in entries:
        by_tag.setdefault(next(iter(entry.operation.get("tags", ())), ""), []).append(entry)
    sections = [
        Section(slug("tag", name), title, text, tuple(by_tag.pop(name, ())), depth)
        for name, title, text, depth in _tags(document.data.get("tags", []), by_tag)
    ]
    if rest := by_tag.get(""):
        title = "Other operations" if sections else "Operations"
        sections.append(Section("untagged", title, "", tuple(rest)))
    hooks = [entry_of(document, record, outgoing=True) for record in operations_of(document, "webhooks")]
    if hooks:
        sections.append(Section("webhooks", "Webhooks", "Requests that this API sends.", tuple(hooks)))
    return sections


def _tags(declared: list[Mapping[str, Any]], used: Mapping[str, Any]) -> Iterator[tuple[str, str, str, int]]:
    """List name, title, description and depth of tags, parents first; a circle of parents has no top."""
    names = {tag["name"] for tag in declared}
    seen: set[str] = set()

    def below(parent: str | None, depth: int) -> Iterator[tuple[str, str, str, int]]:
        for tag in declared:
            above = tag.get("parent") if tag.get("parent") in names else None
            if above == parent and tag["name"] not in seen:
                seen.add(tag["name"])
                yield tag["name"], tag.get("summary", tag["name"]), tag.get("description", ""), depth
                yield from below(tag["name"], depth + 1)

    yield from below(None, 0)
    for name in tuple(used):
        if name and name not in seen:
            yield name, name, "", 0


def content_of(document: Document, holder: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give what a body, an answer or a parameter holds by media type, references followed."""
    return {media_type: document.resolve(given) for media_type, given in holder.get("content", {}).items()}


def entry_of(document: Document, record: OperationRecord, *, outgoing: bool = False) -> Entry:
    """Join an operation with what its path item and the document say."""
    operation = record.operation
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for given in (*record.path_item.get("parameters", ()), *operation.get("parameters", ())):
        parameter = document.resolve(given)
        found[parameter["in"], parameter["name"]] = parameter
    name = operation.get("operationId") or f"{record.method} {record.path}"
    return Entry(
        anchor=slug("webhook" if outgoing else "operation", name),
        method=record.method,
        path=record.path,
        title=operation.get("summary") or name,
        operation=operation,
        parameters=tuple(found.values()),
        security=tuple(operation.get("security", document.data.get("security", ()))),
        body=document.resolve(operation.get("requestBody")) or {},
        outgoing=outgoing,
    )
