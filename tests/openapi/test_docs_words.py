"""Schemas in words: every keyword of JSON Schema 2020-12 and of OpenAPI's dialects."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from restlite.openapi.docs.words import LIMITS, NOUN, SILENT, STRUCTURE, limits, noun, number

#: By vocabulary, as the meta-schemas of 2020-12 list them; then OpenAPI's own (3.1, 4.8.24).
KEYWORDS = {
    "core": "$id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs",
    "applicator": "prefixItems items contains additionalProperties properties patternProperties"
    " dependentSchemas propertyNames if then else allOf anyOf oneOf not",
    "unevaluated": "unevaluatedItems unevaluatedProperties",
    "validation": "type const enum multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength"
    " minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties minProperties"
    " required dependentRequired",
    "meta-data": "title description default deprecated readOnly writeOnly examples",
    "format": "format",
    "content": "contentEncoding contentMediaType contentSchema",
    "openapi": "discriminator xml externalDocs example nullable",
}


def plain(text: str) -> str:
    """Take the markup away: code between backticks."""
    return html.unescape(re.sub(r"<.*?>", "", re.sub(r"</?code.*?>", "`", text)))


def said(schema: Any) -> str:
    return ", ".join(plain(words) for words in (noun(schema), *limits(schema)))


@pytest.mark.parametrize("vocabulary", KEYWORDS)
def test_every_keyword_has_a_place(vocabulary: str) -> None:
    known = NOUN | STRUCTURE | SILENT | LIMITS.keys()
    assert set(KEYWORDS[vocabulary].split()) - known == set()


def test_every_keyword_stands_once() -> None:
    tables = [NOUN, STRUCTURE, SILENT, LIMITS.keys()]
    assert sum(len(table) for table in tables) == len(set().union(*tables))


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        (True, "any value"),
        (False, "nothing"),
        ({}, "any value"),
        ({"type": "string"}, "text"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "null"}, "null"),
        ({"type": "object"}, "object"),
        ({"type": "array"}, "list"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "isbn"}, "text, format `isbn`"),
        ({"type": ["string", "null"], "format": "uuid"}, "UUID or null"),
        ({"type": ["null", "integer"]}, "integer or null"),
        ({"type": "integer", "format": "int64", "nullable": True}, "64-bit integer or null"),
        ({"type": "string", "contentMediaType": "image/png"}, "file, `image/png`"),
        (
            {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
            "text, `image/png`, encoded as `base64`",
        ),
        ({"contentMediaType": "image/png"}, "file"),
        ({"const": "card"}, "always `card`"),
        ({"const": None}, "always `null`"),
        ({"enum": ["a", "", 1, None, " b"]}, 'one of `a`, `""`, `1`, `null`, `" b"`'),
        ({"enum": ["a"], "nullable": True}, "always `a` or null"),
        ({"enum": list(range(300))}, "one of 300 values"),
        ({"$ref": "#/components/schemas/Book"}, "Book"),
        ({"$ref": "#/components/schemas/a~1b%20c"}, "a/b c"),
        ({"$ref": "#/components/schemas/Book", "nullable": True}, "Book or null"),
        ({"$ref": "other.json#/x"}, "`other.json#/x`"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Book"}}, "list of Book"),
        ({"items": {"type": "string"}}, "list of text"),
        ({"prefixItems": [{"type": "number"}, True]}, "list: number, then any value"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map of integer"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, "text or null"),
        ({"oneOf": [{"type": "string"}, {"type": "string"}, {"type": "integer"}]}, "text or integer"),
        ({"oneOf": [{"const": n} for n in range(20)]}, "one of 20 kinds"),
        ({"allOf": [{"$ref": "#/components/schemas/Book"}]}, "Book"),
        ({"allOf": [True, True]}, "object"),
        ({"properties": {"a": True}}, "object"),
    ],
)
def test_nouns(schema: Any, expect: str) -> None:
    assert said(schema) == expect


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        ({"minimum": 1, "maximum": 100, "default": 20}, "integer, 1 to 100, default `20`"),
        ({"minimum": 5, "maximum": 5}, "integer, exactly 5"),
        ({"minimum": 0}, "integer, at least 0"),
        ({"maximum": 1500}, "integer, at most 1\u202f500"),
        ({"exclusiveMinimum": 0, "maximum": 10}, "integer, more than 0, at most 10"),
        ({"minimum": 0, "exclusiveMaximum": 10}, "integer, at least 0, less than 10"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, "integer, more than 0, less than 1"),
        ({"minimum": 0, "exclusiveMinimum": True, "maximum": 9}, "integer, more than 0, at most 9"),
        ({"maximum": 9, "exclusiveMaximum": True}, "integer, less than 9"),
        ({"minimum": 0, "maximum": 9, "exclusiveMaximum": False}, "integer, 0 to 9"),
        ({"multipleOf": 0.01}, "integer, multiple of 0.01"),
        ({"deprecated": True, "readOnly": True}, "integer, deprecated, only in answers"),
        ({"writeOnly": True, "readOnly": False}, "integer, only in requests"),
        ({"default": None}, "integer, default `null`"),
    ],
)
def test_limits_of_numbers(schema: Any, expect: str) -> None:
    assert said({"type": "integer", **schema}) == expect


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        ({"minLength": 1, "maxLength": 200, "pattern": "^a<$"}, "1 to 200 characters, matching `^a<$`"),
        ({"minLength": 1}, "at least 1 character"),
        ({"minLength": 0}, ""),
        ({"maxLength": 1}, "up to 1 character"),
        ({"minLength": 3, "maxLength": 3}, "exactly 3 characters"),
        ({"minItems": 2, "uniqueItems": True}, "at least 2 items, no item twice"),
        ({"maxItems": 5, "minItems": 0}, "up to 5 items"),
        ({"minContains": 1, "maxContains": 1}, "exactly 1 item of the kind below"),
        ({"minProperties": 1, "maxProperties": 3}, "1 to 3 members"),
        ({"x-unit": "<mm>", "fooBar": {"a": 1}}, '`x-unit: "<mm>"`, `fooBar: {"a": 1}`'),
        ({"default": "<script>"}, "default `<script>`"),
    ],
)
def test_limits_of_everything_else(schema: Any, expect: str) -> None:
    assert ", ".join(plain(words) for words in limits(schema)) == expect
    assert "<script" not in "".join(limits(schema))


def test_a_boolean_schema_has_no_limits() -> None:
    assert list(limits(True)) == []


@pytest.mark.parametrize(
    ("value", "expect"),
    [
        (1, "1"),
        (-12345, "-12\u202f345"),
        (2.0, "2"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        ("x", '"x"'),
        (True, "true"),
    ],
)
def test_numbers_are_written_for_reading(value: Any, expect: str) -> None:
    assert number(value) == expect
