"""Schemas in the words of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator

from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validators
from restlite.openapi.versions import lower
from tests.openapi.satisfiable import satisfiable, values

NULL = {"type": "string", "nullable": True, "enum": [None]}
REF = {"$ref": "#/components/schemas/Other"}


def in_3_0(schema: Any, other: Any = None) -> tuple[Any, list[str]]:
    """Lower one schema, beside another that it may refer to."""
    other = {"type": "object"} if other is None else other
    schemas = {"S": schema, "Other": other}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    made, losses = lower(document, "3.0")
    assert not list(OpenAPIV30SpecValidator(made).iter_errors())
    told = [f"{loss.what} -> {loss.became}" for loss in losses]
    return made["components"]["schemas"]["S"], told


EXACT = [
    (True, {}),
    (False, {"not": {}}),
    ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    ({"type": "null"}, NULL),
    ({"type": "null", "title": "N"}, {"title": "N", **NULL}),
    ({"type": ["null"], "enum": ["a"]}, {"enum": ["a"], "allOf": [NULL]}),
    ({"const": None}, NULL),
    ({"const": 3}, {"enum": [3]}),
    ({"const": 3, "enum": [3, 4]}, {"enum": [3]}),
    ({"const": 3, "enum": [4]}, {"enum": [4], "allOf": [{"not": {}}]}),
    ({"type": ["number", "integer"]}, {"type": "number"}),
    (
        {"type": ["array", "string", "null"]},
        {"anyOf": [{"type": "array", "items": {}, "nullable": True}, {"type": "string"}]},
    ),
    (
        {"type": ["string", "integer"], "anyOf": [{"minLength": 1}]},
        {"anyOf": [{"minLength": 1}], "allOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}]},
    ),
    (
        {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}], "title": "T"},
        {"title": "T", "type": "string", "maxLength": 3, "nullable": True},
    ),
    (
        {"anyOf": [{"enum": ["a"], "type": "string"}, {"type": "null"}]},
        {"enum": ["a", None], "type": "string", "nullable": True},
    ),
    (
        {"anyOf": [{"title": "In", "type": "string"}, {"type": "null"}], "title": "Out"},
        {"anyOf": [{"title": "In", "type": "string", "nullable": True}], "title": "Out"},
    ),
    ({"anyOf": [REF, {"type": "null"}]}, {"type": "object", "nullable": True, "allOf": [REF]}),
    (
        {"oneOf": [REF, {"type": "integer"}, {"type": "null"}]},
        {"oneOf": [REF, {"type": "integer", "nullable": True}]},
    ),
    ({"anyOf": [REF, REF, {"type": "null"}]}, {"anyOf": [REF, REF, NULL]}),
    ({**REF, "description": "D"}, {"description": "D", "allOf": [REF]}),
    ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
    ({"exclusiveMinimum": 1, "minimum": 2}, {"minimum": 2}),
    ({"exclusiveMaximum": 1, "maximum": 2}, {"maximum": 1, "exclusiveMaximum": True}),
    ({"type": "array"}, {"type": "array", "items": {}}),
    ({"examples": [1]}, {"example": 1}),
    ({"enum": [1, 1.0, True, [1]]}, {"enum": [1, True, [1]]}),
    ({"examples": [], "required": [], "enum": []}, {}),
    ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
    (
        {"type": "string", "contentMediaType": "application/octet-stream"},
        {"type": "string", "format": "binary"},
    ),
    (
        {"if": {"minLength": 2}, "then": {"maxLength": 3}, "else": {"enum": ["a"]}},
        {
            "anyOf": [{"not": {"minLength": 2}}, {"maxLength": 3}],
            "allOf": [{"anyOf": [{"minLength": 2}, {"enum": ["a"]}]}],
        },
    ),
    ({"if": {"minLength": 2}, "maxLength": 3}, {"maxLength": 3}),
    (
        {"dependentRequired": {"a": ["b"], "c": []}},
        {"anyOf": [{"not": {"required": ["a"]}}, {"required": ["b"]}]},
    ),
    (
        {"dependentSchemas": {"a": {"required": ["b"]}}},
        {"anyOf": [{"not": {"required": ["a"]}}, {"required": ["b"]}]},
    ),
    ({"unevaluatedProperties": False}, {"additionalProperties": False}),
    ({"unevaluatedProperties": {"type": "integer"}}, {"additionalProperties": {"type": "integer"}}),
    (
        {"additionalProperties": False, "properties": {"additionalProperties": False}},
        {"additionalProperties": False, "properties": {"additionalProperties": {"not": {}}}},
    ),
    ({"additionalProperties": True}, {"additionalProperties": True}),
    ({"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": "c"}, {}),
    ({"x-mine": 1}, {"x-mine": 1}),
]


@pytest.mark.parametrize(("given", "expect"), EXACT)
def test_what_3_0_says_in_other_words_is_no_loss(given: Any, expect: Any) -> None:
    assert in_3_0(given) == (expect, [])


LOSSY = [
    (
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        {"items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "maxItems": 2},
        ["prefixItems -> items"],
    ),
    (
        {"prefixItems": [{"type": "string"}], "unevaluatedItems": False},
        {"items": {"type": "string"}, "maxItems": 1},
        ["prefixItems -> items"],
    ),
    ({"prefixItems": [{"type": "string"}]}, {"items": {}}, ["prefixItems -> items"]),
    ({"examples": [1, 2]}, {"example": 1}, ["examples -> example"]),
    (
        {"type": "string", "contentEncoding": "base64url"},
        {"type": "string", "format": "byte"},
        ["contentEncoding, contentMediaType -> format: byte"],
    ),
    (
        {"type": "string", "contentMediaType": "image/png"},
        {"type": "string", "format": "binary"},
        ["contentMediaType -> format: binary"],
    ),
    (
        {"type": "string", "contentMediaType": "application/json", "contentSchema": {"type": "array"}},
        {"type": "string"},
        ["contentEncoding, contentMediaType -> ", "contentSchema -> "],
    ),
    (
        {"patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": False},
        {"additionalProperties": {"type": "integer"}},
        ["patternProperties -> additionalProperties"],
    ),
    (
        {"patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
        {"additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]}},
        ["patternProperties -> additionalProperties"],
    ),
    (
        {"patternProperties": {"^a": {"type": "integer"}}},
        {},
        ["patternProperties -> additionalProperties"],
    ),
    ({"contains": {"type": "string"}, "minContains": 2}, {}, ["contains -> ", "minContains -> "]),
    ({"propertyNames": {"maxLength": 3}}, {}, ["propertyNames -> "]),
    ({"allOf": [REF], "unevaluatedProperties": False}, {"allOf": [REF]}, ["unevaluatedProperties -> "]),
    ({"not": {"propertyNames": {"maxLength": 3}}}, {}, ["not -> ", "propertyNames -> "]),
    (
        {"if": {"propertyNames": {"maxLength": 3}}, "then": {"required": ["a"]}},
        {},
        ["if -> ", "propertyNames -> ", "then -> "],
    ),
    (
        {"oneOf": [{"contains": {}}, {"type": "string"}]},
        {"anyOf": [{}, {"type": "string"}]},
        ["oneOf -> anyOf", "contains -> "],
    ),
]


@pytest.mark.parametrize(("given", "expect", "told"), LOSSY)
def test_what_3_0_cannot_say_is_told(given: Any, expect: Any, told: list[str]) -> None:
    assert in_3_0(given) == (expect, told)


def test_what_stands_behind_a_reference_is_loosened_too() -> None:
    tree = {"a": {"$ref": "#/components/schemas/Other"}}
    loose = {"properties": tree, "allOf": [{"propertyNames": {"maxLength": 3}}]}

    assert in_3_0({"not": REF}, loose)[0] == {}
    assert in_3_0({"oneOf": [REF, {"type": "string"}]}, loose)[0] == {"anyOf": [REF, {"type": "string"}]}
    assert in_3_0({"not": REF, "oneOf": [REF, REF]}) == ({"not": REF, "oneOf": [REF, REF]}, [])
    tagged = {"oneOf": [REF], "discriminator": {"propertyName": "kind"}}
    assert in_3_0(tagged, loose)[0] == tagged


@pytest.mark.parametrize(
    ("other", "expect"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True, "allOf": [REF]}),
        ({"oneOf": [{"type": "string"}]}, {"anyOf": [REF, NULL]}),
        ({"type": "null"}, {"anyOf": [REF, NULL]}),
        (True, {"anyOf": [REF, NULL]}),
    ],
)
def test_a_reference_or_null_has_the_type_of_what_it_refers_to(other: Any, expect: Any) -> None:
    assert in_3_0({"anyOf": [REF, {"type": "null"}]}, other) == (expect, [])


def test_definitions_move_and_references_follow() -> None:
    given = {"$ref": "#/components/schemas/S/allOf/0/$defs/A", "$defs": {"A": {"type": "string"}}}

    assert in_3_0({"allOf": [given]}) == (
        {
            "allOf": [
                {
                    "x-defs": {"A": {"type": "string"}},
                    "allOf": [{"$ref": "#/components/schemas/S/allOf/0/x-defs/A"}],
                }
            ]
        },
        ["$defs -> x-defs"],
    )


@given(satisfiable(), values)
@settings(max_examples=300, deadline=None)
def test_a_schema_takes_at_least_what_it_took_and_the_same_where_nothing_was_lost(
    drawn: tuple[dict[str, Any], Any], other: Any
) -> None:
    document, value = drawn
    made, losses = lower({**document, "paths": {}}, "3.0")
    before = Validators(read_document(document)).at("/components/schemas/Root", "request")
    after = Validators(read_document(made)).at("/components/schemas/Root", "request")

    assert not list(OpenAPIV30SpecValidator(made).iter_errors())
    assert after.accepts(value), (document, made, value)
    if not losses:
        assert after.accepts(other) == before.accepts(other)
