"""Schemas, in every position and in both directions, with a validator as the judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from restlite.openapi.diff import diff
from restlite.openapi.reader import Document, read_document
from restlite.openapi.validation import Validators
from tests.openapi.diff_schemas import CASES, SAME, Case


class Position(NamedTuple):
    """Say how a schema is used, and a value with it."""

    schema: Callable[[Any], Any]
    value: Callable[[Any], Any]


def _object(member: Any) -> Any:
    return {"type": "object", "properties": {"p": member}, "required": ["p"]}


POSITIONS = {
    "body": Position(lambda schema: schema, lambda value: value),
    "property": Position(_object, lambda value: {"p": value}),
    "deep property": Position(lambda s: _object(_object(s)), lambda value: {"p": {"p": value}}),
    "item": Position(lambda s: {"type": "array", "items": s}, lambda value: [value]),
    "tuple": Position(lambda s: {"type": "array", "prefixItems": [{}, s]}, lambda value: [0, value]),
    "map": Position(lambda s: {"type": "object", "additionalProperties": s}, lambda value: {"z": value}),
    "pattern": Position(
        lambda s: {"type": "object", "patternProperties": {"^z": s}}, lambda value: {"z": value}
    ),
    "allOf": Position(lambda s: {"allOf": [_object(s), {"maxProperties": 9}]}, lambda value: {"p": value}),
    "branch": Position(
        lambda s: {"anyOf": [{"type": "array", "items": s}, {"type": "null"}]}, lambda value: [value]
    ),
    "component": Position(lambda s: {"$ref": "#/components/schemas/S"}, lambda value: value),
    "recursive": Position(
        lambda s: {"$ref": "#/components/schemas/Tree"}, lambda value: {"left": {"s": value}}
    ),
}
#: A map of anything is an open object, and one of nothing a closed one: that has a kind of its own.
PLACED = [
    pytest.param(case, position, id=f"{case.name}, {position}")
    for case in CASES
    for position in POSITIONS
    if position != "map" or not any(schema in ({}, True, False) for schema in (case.old, case.new))
]


def document(schema: Any, direction: str, position: str = "body") -> Document:
    """Make a document that uses a schema once."""
    left = {"$ref": "#/components/schemas/Tree"}
    tree = {"type": "object", "properties": {"s": {"$ref": "#/components/schemas/S"}, "left": left}}
    schemas = {"S": schema, "Tree": tree, "Used": POSITIONS[position].schema(schema)}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Used"}}}
    post: dict[str, Any] = {"responses": {"200": {"description": "Done."}}}
    if direction == "request":
        post["requestBody"] = {"content": content}
    else:
        post["responses"]["200"]["content"] = content
    info = {"title": "T", "version": "1"}
    paths = {"/": {"post": post}}
    return read_document(
        {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
    )


@pytest.mark.parametrize("direction", ["request", "response"])
@pytest.mark.parametrize(("case", "position"), PLACED)
def test_a_verdict_is_proven_by_values(case: Case, direction: Any, position: str) -> None:
    old, new = document(case.old, direction, position), document(case.new, direction, position)
    bad, good = (case.lost, case.gained) if direction == "request" else (case.gained, case.lost)
    breaking = {("breaking", kind) for kind, _ in bad}
    compatible = {("compatible", kind) for kind, _ in good if ("breaking", kind) not in breaking}

    found = {(change.severity, change.kind) for change in diff(old, new)}

    assert found == breaking | compatible
    before = Validators(old).at("/components/schemas/Used", direction)
    after = Validators(new).at("/components/schemas/Used", direction)
    put = POSITIONS[position].value
    for _, value in case.lost:
        assert (before.accepts(put(value)), after.accepts(put(value))) == (True, False)
    for _, value in case.gained:
        assert (before.accepts(put(value)), after.accepts(put(value))) == (False, True)


@pytest.mark.parametrize("direction", ["request", "response"])
@pytest.mark.parametrize("pair", SAME.values(), ids=list(SAME))
def test_the_same_in_other_words_is_no_change(pair: tuple[Any, Any], direction: str) -> None:
    old, new = (document(schema, direction) for schema in pair)
    assert diff(old, new) == []
    assert diff(new, old) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_is_equal_to_itself(case: Case) -> None:
    for position in POSITIONS:
        assert diff(*(document(case.old, "response", position) for _ in range(2))) == []
