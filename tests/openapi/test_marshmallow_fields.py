"""What a document says of marshmallow's fields, and that the adapter does as it says."""

from __future__ import annotations

import enum
import re
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from restlite.adapters.marshmallow import MarshmallowAdapter
from tests.openapi.marshmallow_documents import JSON, AuthorSchema, accepts, property_of, validator


class Color(enum.Enum):
    RED = "red"
    TWO = 2


FIELDS = [
    (fields.Integer(), {"type": "integer"}),
    (fields.Integer(as_string=True), {"type": ["integer", "string"], "pattern": "^-?[0-9]+$"}),
    (fields.Integer(validate=validate.Range(1, 9)), {"type": "integer", "minimum": 1, "maximum": 9}),
    (
        fields.Float(
            validate=validate.And(
                validate.Range(0, 1, min_inclusive=False, max_inclusive=False), validate.Range(max=5)
            )
        ),
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "maximum": 5},
    ),
    (
        fields.Decimal(validate=[validate.Range(Decimal("0.5"), Decimal(9)), validate.Range(1)]),
        {"type": ["number", "string"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "minimum": 1, "maximum": 9},
    ),
    (fields.Decimal(load_default=Decimal("1.5")), "default", 1.5),
    (fields.Integer(load_default=None), {"type": ["integer", "null"], "default": None}),
    (fields.Date(load_default=date(2024, 5, 1)), "default", "2024-05-01"),
    (fields.Date(load_default="no date"), {"type": "string", "format": "date"}),
    (fields.List(fields.Integer(), load_default=list), {"type": "array", "items": {"type": "integer"}}),
    (fields.String(metadata={"default": "x"}, load_default="y"), "default", "x"),
    (fields.TimeDelta(validate=validate.Range(timedelta(seconds=2))), "minimum", 2.0),
    (fields.Date(validate=validate.Range(date(2024, 1, 1))), {"type": "string", "format": "date"}),
    (fields.Boolean(), {"type": "boolean"}),
    (fields.Boolean(truthy={"ja"}, falsy={"nein"}), {"enum": ["ja", "nein"]}),
    (fields.UUID(), {"type": "string", "format": "uuid"}),
    (fields.DateTime(), {"type": "string", "format": "date-time"}),
    (fields.NaiveDateTime(), "pattern", "T[0-9:.]+$"),
    (fields.AwareDateTime(), "pattern", "(Z|[+-][0-9]{2}:[0-9]{2})$"),
    (fields.DateTime("timestamp"), {"type": "number", "minimum": 0}),
    (fields.DateTime("rfc"), {"type": "string"}),
    (fields.Time(), {"type": "string", "format": "time"}),
    (fields.URL(), {"type": "string", "format": "uri"}),
    (fields.Email(), {"type": "string", "format": "email"}),
    (fields.IP(), {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
    (fields.IPv4(), {"type": "string", "format": "ipv4"}),
    (fields.IPv6(), {"type": "string", "format": "ipv6"}),
    (fields.IPv4Interface(), {"type": "string"}),
    (
        fields.IP(allow_none=True),
        {
            "anyOf": [
                {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
                {"type": "null"},
            ]
        },
    ),
    (fields.Enum(Color), {"type": "string", "enum": ["RED", "TWO"]}),
    (fields.Enum(Color, by_value=True), {"type": ["integer", "string"], "enum": ["red", 2]}),
    (
        fields.Enum(Color, allow_none=True),
        {"type": ["string", "null"], "enum": ["RED", "TWO", None]},
    ),
    (fields.Raw(), {"type": ["array", "boolean", "number", "object", "string"]}),
    (fields.Raw(allow_none=True), {}),
    (fields.Constant(7), {"const": 7, "default": 7}),
    (fields.Constant(7, allow_none=True), "anyOf", [{"const": 7}, {"type": "null"}]),
    (fields.Dict(), {"type": "object"}),
    (
        fields.Dict(fields.Integer(), fields.Float(), validate=validate.Length(max=3)),
        {
            "type": "object",
            "additionalProperties": {"type": "number"},
            "propertyNames": {"pattern": "^-?[0-9]+$"},
            "maxProperties": 3,
        },
    ),
    (fields.Dict(keys=fields.String()), {"type": "object"}),
    (fields.Dict(keys=fields.UUID()), "propertyNames", {"type": "string", "format": "uuid"}),
    (
        fields.Tuple((fields.Integer(), fields.String())),
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "items": False,
            "minItems": 2,
            "maxItems": 2,
        },
    ),
    (
        fields.List(fields.String(), validate=[validate.Length(equal=2), validate.ContainsOnly(["a"])]),
        {
            "type": "array",
            "items": {"allOf": [{"type": "string"}, {"enum": ["a"]}]},
            "minItems": 2,
            "maxItems": 2,
        },
    ),
    (
        fields.List(fields.String(), validate=validate.ContainsNoneOf(["a"])),
        {"type": "array", "items": {"allOf": [{"type": "string"}, {"not": {"enum": ["a"]}}]}},
    ),
    (
        fields.UUID(validate=validate.OneOf([uuid.UUID(int=1), uuid.UUID(int=2)])),
        "enum",
        [str(uuid.UUID(int=1)), str(uuid.UUID(int=2))],
    ),
    (
        fields.String(validate=[validate.OneOf(["a", "b"]), validate.Equal("b")], allow_none=True),
        {"type": ["string", "null"], "enum": ["b", None]},
    ),
    (
        fields.Integer(validate=[validate.NoneOf([1]), validate.NoneOf([2])]),
        {"type": "integer", "not": {"enum": [1, 2]}},
    ),
    (fields.String(validate=validate.Regexp("a|b")), {"type": "string", "pattern": "^(?:a|b)"}),
    (fields.String(validate=validate.Regexp(r"^(?P<n>a)\Z")), "pattern", "^(?<n>a)$"),
    (fields.String(validate=validate.Regexp("a", re.IGNORECASE)), {"type": "string"}),
    (
        fields.String(validate=[validate.Regexp("^a"), validate.Regexp("^b")]),
        {"type": "string", "allOf": [{"pattern": "^a"}, {"pattern": "^b"}]},
    ),
    (fields.String(metadata={"nullable": True, "required": True, "x_a": 1}), {"type": "string", "x-a": 1}),
    (fields.String(metadata={"example": Decimal("1.5")}), {"type": "string", "examples": [1.5]}),
    (fields.Pluck(AuthorSchema, "name"), {"type": "string", "minLength": 1, "maxLength": 9}),
    (fields.Pluck(AuthorSchema, "born", many=True), "items", {"type": "string", "format": "date"}),
    (
        fields.Nested(AuthorSchema, many=True, validate=validate.Length(1)),
        {"type": "array", "items": {"$ref": "#/components/schemas/AuthorSchema"}, "minItems": 1},
    ),
    (
        fields.Nested(AuthorSchema(many=True)),
        {"type": "array", "items": {"$ref": "#/components/schemas/AuthorSchema"}},
    ),
]


@pytest.mark.parametrize("case", FIELDS)
def test_fields(case: Any) -> None:
    made = property_of(case[0])

    assert (made if len(case) == 2 else made[case[1]]) == case[-1]


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        (fields.Decimal(), {"type": "number"}),
        (fields.Decimal(as_string=True), {"type": "string"}),
        (fields.Float(as_string=True), "string"),
        (fields.Boolean(truthy={"ja"}, falsy={"nein"}), {"type": "boolean"}),
        (fields.Raw(), {}),
        (fields.Function(lambda item: 1), {"readOnly": True}),
    ],
)
def test_fields_of_answers(field: fields.Field[Any], expect: Any) -> None:
    made = property_of(field, "output")

    assert (made["type"] if isinstance(expect, str) else made) == expect


def test_texts_are_not_both_number_and_string() -> None:
    assert property_of(fields.Decimal(), form="form") == {"type": "number"}


#: Fields whose documents say exactly what is taken; an e-mail or a URL is in no two libraries the same.
EXACT = [
    field
    for field, *_ in FIELDS
    if not isinstance(field, (fields.Email, fields.URL, fields.Constant, fields.IPInterface))
    and not ((isinstance(field, (fields.DateTime, fields.Date)) and field.format) or field.dump_only)
    and not (isinstance(field, fields.Decimal) and field.validators)
    and not (isinstance(field, fields.Date) and field.validators)
    and not (isinstance(field, fields.String) and any("IGNORE" in repr(v) for v in field.validators))
]


@pytest.mark.parametrize("field", EXACT, ids=[f"{at}-{type(f).__name__}" for at, f in enumerate(EXACT)])
def test_the_adapter_takes_what_the_document_takes_and_nothing_else(field: fields.Field[Any]) -> None:
    schema = Schema.from_dict({"x": field})
    adapter, document = MarshmallowAdapter(schema), validator(schema)

    @given(st.fixed_dictionaries({}, optional={"x": JSON, "y": JSON}))
    @settings(max_examples=100, deadline=None, database=None)
    def holds(value: Any) -> None:
        assert document.accepts(value) == accepts(adapter, value), value

    holds()
