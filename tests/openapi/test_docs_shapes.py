"""What a schema is made of, row by row, for every keyword that holds schemas."""

from __future__ import annotations

from typing import Any

import pytest
from pages import read

from restlite.openapi.docs.shapes import Shapes
from restlite.openapi.reader import read_document


def shapes(**components: Any) -> Shapes:
    """Show the schemas of a document with some components."""
    components = {
        "Pet": {
            "type": "object",
            "properties": {"name": {"type": "string", "minLength": 1}},
            "required": ["name"],
        },
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}},
        "Colour": {"type": "string", "enum": ["red", "blue"]},
        **components,
    }
    info = {"title": "T", "version": "1"}
    return Shapes(read_document({"openapi": "3.1.0", "info": info, "components": {"schemas": components}}))


def lines(schema: Any, **components: Any) -> list[str]:
    return read(shapes(**components).full(schema)).lines()


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        ({"type": "string", "maxLength": 3}, ["textup to 3 characters"]),
        (ref("Pet"), ["Pet", "name textrequired", "at least 1 character"]),
        (
            {"type": "array", "items": ref("Pet")},
            ["list of Pet", "name textrequired", "at least 1 character"],
        ),
        ({"type": "object", "properties": {}, "required": ["a"]}, ["object", "a any valuerequired"]),
        (
            {"type": "object", "properties": {"a": True}, "additionalProperties": False},
            ["object", "a any value", "no other members"],
        ),
        ({"type": "object", "additionalProperties": False}, ["object"]),
        (
            {"type": "object", "additionalProperties": {"type": "string", "maxLength": 2}},
            ["map of text", "each value up to 2 characters"],
        ),
        (
            {
                "type": "object",
                "patternProperties": {"^x<": {"type": "integer"}},
                "propertyNames": {"maxLength": 9},
            },
            ["object", "names matching ^x< integer", "every name is any value", "up to 9 characters"],
        ),
        (
            {"type": "object", "dependentRequired": {"a": ["b", "c"]}, "dependentSchemas": {"d": ref("Pet")}},
            [
                "object",
                "with a also b, c",
                "with d Pet",
                "Pet in full",
                "name textrequired",
                "at least 1 character",
            ],
        ),
        (
            {"prefixItems": [{"type": "number"}], "items": False},
            ["list: number", "item 1 number", "no other items"],
        ),
        (
            {"prefixItems": [{"type": "number"}], "unevaluatedItems": {"type": "string"}},
            ["list: number", "item 1 number", "every other item text"],
        ),
        (
            {"type": "array", "contains": {"const": 1}, "minContains": 2},
            ["listat least 2 items of the kind below", "among the items always 1"],
        ),
        (
            {
                "type": "object",
                "if": {"required": ["a"]},
                "then": {"required": ["b"]},
                "else": False,
                "not": True,
            },
            [
                "object",
                "but not any value",
                "if it is object",
                "a any valuerequired",
                "then it is object",
                "b any valuerequired",
                "else it is nothing",
            ],
        ),
        (
            {"type": "string", "contentMediaType": "application/json", "contentSchema": ref("Colour")},
            ["file, application/json", "which holds Colour", "Colour: one of red, blue"],
        ),
    ],
)
def test_structures(schema: Any, expect: list[str]) -> None:
    assert lines(schema) == expect


def test_a_component_that_contains_itself_is_linked() -> None:
    assert lines(ref("Node")) == ["Node", "next Node"]


def test_components_unfold_so_deep_and_no_deeper() -> None:
    chain = {f"C{n}": {"properties": {f"p{n}": ref(f"C{n + 1}")}} for n in range(9)}
    found = lines(ref("C0"), **chain, C9={"properties": {}})
    assert found == ["C0", "p0 C1", "C1 in full", "p1 C2", "C2 in full", "p2 C3"]


def test_parts_of_all_of_show_their_members_together() -> None:
    schema = {"allOf": [ref("Pet"), {"properties": {"id": {"type": "integer"}}}, {"minProperties": 2}]}
    assert lines(schema) == [
        "object",
        "name textrequired",
        "at least 1 character",
        "id integer",
        "also any value",
        "at least 2 members",
    ]


def test_all_of_that_contains_itself_ends() -> None:
    assert lines(ref("Loop"), Loop={"allOf": [ref("Loop"), {"required": ["a"], "properties": {}}]}) == [
        "Loop", "also Loop", "a any valuerequired",
    ]  # fmt: skip


def test_alternatives_are_told_apart_by_their_discriminator() -> None:
    schema = {
        "oneOf": [ref("Cat"), ref("Dog"), {"type": "object", "title": "Other", "properties": {}}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "Cat", "tom": "#/components/schemas/Cat"},
        },
    }
    assert lines(schema, Cat={"type": "object"}, Dog={"type": "object"}) == [
        "Cat or Dog or object",
        "one of these, told apart by kind",
        "cat, tom Cat",
        "Cat: object",
        "Dog Dog",
        "Dog: object",
        "object",
    ]


def test_one_alternative_beside_null_is_shown_as_it_is() -> None:
    found = lines({"properties": {"pet": {"anyOf": [ref("Pet"), {"type": "null"}]}}})
    assert found == ["object", "pet Pet or null", "Pet in full", "name textrequired", "at least 1 character"]
    assert lines({"anyOf": [{"properties": {"a": True}}, {"type": "null"}]}) == [
        "object or null",
        "a any value",
    ]
    assert lines({"anyOf": [{"type": "string"}, {"type": "integer", "format": "int32"}]}) == [
        "text or 32-bit integer"
    ]


def test_a_component_that_is_a_list_unfolds_its_items_and_keeps_its_limits() -> None:
    pets = {"type": "array", "items": ref("Pet"), "maxItems": 3}
    found = ["up to 3 items", "name textrequired", "at least 1 character"]
    assert lines(ref("Pets"), Pets=pets) == ["Pets", *found]
    assert lines({"properties": {"pets": ref("Pets")}}, Pets=pets) == [
        "object",
        "pets Pets",
        "Pets in full",
        *found,
    ]


def test_a_nullable_keeps_the_limits_of_its_value() -> None:
    schema = {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}]}
    assert lines({"properties": {"a": schema}}) == ["object", "a integer or null", "at least 3"]


def test_alternatives_beside_members_have_their_own_rows() -> None:
    schema = {
        "properties": {"a": True},
        "additionalProperties": True,
        "anyOf": [ref("Pet"), {"type": "null"}],
    }
    found = lines(schema)
    assert found[:5] == [
        "Pet or null",
        "a any value",
        "any other name any value",
        "at least one of these",
        "Pet",
    ]


def test_parts_of_all_of_may_be_lists() -> None:
    parts = [{"type": "array", "items": {"type": "string", "maxLength": 2}}, {"minItems": 1}]
    assert lines({"allOf": parts}) == [
        "list of text",
        "each item text",
        "up to 2 characters",
        "also any value",
        "at least 1 item",
    ]


def test_rows_describe_deprecated_members_examples_and_long_enums() -> None:
    schema = {
        "properties": {
            "old": {"type": "string", "deprecated": True, "description": "Gone *soon*.", "examples": ["x"]},
            "code": {"enum": list(range(9)), "example": 4},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 9}, "examples": [["a"]]},
            "map": {"additionalProperties": ref("Pet"), "type": "object"},
            "colours": {"type": "array", "items": ref("Colour")},
        }
    }
    page = read(shapes().full(schema))
    assert page.lines() == [
        "object",
        "old text",
        "deprecatedfor example x",
        "Gone soon.",
        "code one of 9 values",
        "for example 4",
        "All 9 values",
        "0 1 2 3 4 5 6 7 8",
        "tags list of text",
        "each item up to 9 characters",
        "map map of Pet",
        "Pet in full",
        "name textrequired",
        "at least 1 character",
        "colours list of Colour",
        "Colour: one of red, blue",
    ]
    assert page.one(".deprecated").text == "old"
