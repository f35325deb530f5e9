"""The changes between two documents, and how they are written down."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

Severity: TypeAlias = Literal["breaking", "compatible"]

#: What may have changed. Whether it breaks anybody is the severity, not the kind.
Kind: TypeAlias = Literal[
    "path-added", "path-removed", "operation-added", "operation-removed", "operation-id",
    "callback-added", "callback-removed", "webhook-added", "webhook-removed",
    "deprecation-added", "deprecation-removed", "default",
    "parameter-added", "parameter-removed", "parameter-location", "parameter-style",
    "parameter-required", "parameter-optional",
    "body-added", "body-removed", "body-required", "body-optional",
    "media-type-added", "media-type-removed", "encoding",
    "status-added", "status-removed",
    "header-added", "header-removed", "header-required", "header-optional", "header-style",
    "security-added", "security-removed", "security-scopes", "server-added", "server-removed",
    "property-added", "property-removed", "property-required", "property-optional", "access",
    "type", "nullable", "enum-added", "enum-removed", "enum-value-added", "enum-value-removed",
    "branch-added", "branch-removed", "discriminator", "discriminator-added", "discriminator-removed",
    "mapping-added", "mapping-removed", "additionalProperties",
    "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "multipleOf", "pattern", "format", "contentEncoding", "contentMediaType", "contentSchema",
    "uniqueItems", "contains", "propertyNames", "dependentRequired", "dependentSchemas",
    "not", "if", "$dynamicRef",
]  # fmt: skip
KINDS: frozenset[str] = frozenset(get_args(Kind))


class Change(NamedTuple):
    """Hold one change from an old document to a new one."""

    severity: Severity
    #: Where (RFC 6901): in the new document, or in the old one where that is gone.
    pointer: str
    #: One of ``KINDS``.
    kind: str
    reason: str
    #: The document that the pointer is of.
    document: Literal["old", "new"] = "new"


def breaks(changes: Iterable[Change]) -> bool:
    """Tell whether any of the changes breaks a client."""
    return any(change.severity == "breaking" for change in changes)


def to_text(changes: Iterable[Change]) -> str:
    """Write one line a change.

    >>> print(to_text([Change("breaking", "/paths/~1books", "path-removed", "the path is gone.", "old")]))
    breaking    old#/paths/~1books  path-removed: the path is gone.
    """
    return "\n".join(
        f"{change.severity:<10}  {change.document}#{change.pointer}  {change.kind}: {change.reason}"
        for change in changes
    )


def to_json(changes: Iterable[Change]) -> str:
    """Write a JSON object: the number of each severity, and the list of changes."""
    listed: list[dict[str, Any]] = [change._asdict() for change in changes]
    counts = {severity: _count(listed, severity) for severity in get_args(Severity)}
    return json.dumps({**counts, "changes": listed}, indent=2, ensure_ascii=False)


def to_markdown(changes: Iterable[Change]) -> str:
    """Write a table for each severity, as for the comment of a review."""
    listed = list(changes)
    if not listed:
        return "No changes."
    blocks: list[str] = []
    for severity in get_args(Severity):
        rows = [
            f"| `{change.document}#{_cell(change.pointer)}` | {change.kind} | {_cell(change.reason)} |"
            for change in listed
            if change.severity == severity
        ]
        if rows:
            head = f"### {len(rows)} {severity}\n\n| place | kind | reason |\n|---|---|---|"
            blocks.append("\n".join((head, *rows)))
    return "\n\n".join(blocks)


def _count(listed: list[dict[str, Any]], severity: str) -> int:
    return sum(change["severity"] == severity for change in listed)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("`", "'").replace("<", "&lt;")
