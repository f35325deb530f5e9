"""Values that show a shape: the document's own examples first, then drawn ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import read

from restlite.openapi.docs.samples import Direction, Sketch, examples_of, listing
from restlite.openapi.reader import Document, read_document


def document(**schemas: Any) -> Document:
    info = {"title": "T", "version": "1"}
    return read_document({"openapi": "3.1.0", "info": info, "components": {"schemas": schemas}})


def drawn(schema: Any, direction: Direction = "answer", **schemas: Any) -> Any:
    return Sketch(document(**schemas), direction).of(schema)


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        (True, None),
        ({}, None),
        ({"examples": [1, 2], "default": 3}, 1),
        ({"example": "a"}, "a"),
        ({"default": 3, "type": "integer"}, 3),
        ({"default": None, "type": "integer"}, 1),
        ({"const": "x"}, "x"),
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "string"}, "text"),
        ({"type": "string", "minLength": 6, "maxLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "contentMediaType": "image/png"}, None),
        ({"type": "string", "format": "date"}, "2026-03-31"),
        ({"type": ["null", "string"]}, "text"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, 6),
        ({"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5}, 0.5),
        ({"type": "integer", "maximum": 10}, 1),
        ({"type": "integer", "maximum": -3}, -4),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array"}, []),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": "b"}]}, [1, "b"]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"name": 1}),
        ({"type": "object", "additionalProperties": True}, {}),
        (
            {"properties": {"a": {"const": 1}, "old": {"deprecated": True}, "any": True}},
            {"a": 1, "any": None},
        ),
        ({"anyOf": [{"type": "null"}, {"const": 2}]}, 2),
        ({"oneOf": [{"type": "null"}]}, None),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}], "properties": {"b": {"const": 2}}},
            {"a": 1, "b": 2},
        ),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, "text"),
    ],
)
def test_values_are_drawn(schema: Any, expect: Any) -> None:
    assert drawn(schema) == expect


def test_members_that_only_the_other_side_sends_are_left_out() -> None:
    schema = {"properties": {"id": {"const": 1, "readOnly": True}, "secret": {"const": 2, "writeOnly": True}}}
    assert drawn(schema, "request") == {"secret": 2}
    assert drawn(schema, "answer") == {"id": 1}


def test_schemas_that_contain_themselves_end() -> None:
    tree = {
        "properties": {
            "name": {"const": "n"},
            "sub": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        }
    }
    assert drawn({"$ref": "#/components/schemas/Tree"}, Tree=tree) == {"name": "n", "sub": []}
    chain = {f"C{n}": {"properties": {"p": {"$ref": f"#/components/schemas/C{n + 1}"}}} for n in range(20)}
    assert str(drawn({"$ref": "#/components/schemas/C0"}, **chain, C20={})).count("p") == 7


@pytest.mark.parametrize(
    ("media", "expect"),
    [
        ({"example": 1, "schema": {"const": 2}}, {"Example": 1}),
        ({"examples": {"a": {"value": 1}, "b": {"summary": "Bee", "value": 2}}}, {"a": 1, "Bee": 2}),
        ({"examples": {"a": {"dataValue": 1}, "b": {"serializedValue": "2"}}}, {"a": 1, "b": "2"}),
        ({"examples": {"a": {"externalValue": "x.json"}}, "schema": {"const": 2}}, {"Example": 2}),
        ({"itemSchema": {"const": 3}}, {"Example": 3}),
        ({}, {}),
    ],
)
def test_examples_of_the_document_come_first(media: Any, expect: Any) -> None:
    assert examples_of(document(), media, "answer") == expect


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    )
)
def test_listings_are_the_same_json(value: Any) -> None:
    assert json.loads(read(listing(value)).text) == value


def test_listings_mark_keys_texts_and_the_rest() -> None:
    assert listing({"a": ["<b>", 1], "c": {}}) == (
        "{\n  <b>&quot;a&quot;</b>: [\n    <i>&quot;&lt;b&gt;&quot;</i>,\n    <u>1</u>\n  ],\n"
        "  <b>&quot;c&quot;</b>: <u>{}</u>\n}"
    )
