"""Every code that a marshmallow schema can give, with the sentence a client reads."""

from __future__ import annotations

import enum
import json
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.adapters.marshmallow_codes import MAX_CHOICES, At, Coded, items_of
from restlite.violations import CODES, Refusal


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


def refusals(field: fields.Field[Any], value: Any) -> list[tuple[str, str]]:
    schema = Schema.from_dict({"x": field})()
    with pytest.raises(Refusal) as caught:
        MarshmallowAdapter(schema).json_loader()(json.dumps({"x": value}).encode())
    assert {steps for steps, _, _ in caught.value.items} == {("x",)}
    return [(code, detail) for _, code, detail in caught.value.items]


def fails(value: Any) -> None:
    raise ValidationError(f"{value} is no good")


TYPES = [
    (fields.Integer(), "5", "integer", "This must be an integer."),
    (fields.Integer(), True, "integer", "This must be an integer."),
    (fields.Integer(), 1.0, "integer", "This must be an integer."),
    (fields.Integer(), None, "null", "This must not be null."),
    (fields.Float(), "1.5", "number", "This must be a number."),
    (fields.Float(), False, "number", "This must be a number."),
    (fields.Float(), 10**400, "finite", "This must be a finite number."),
    (fields.Decimal(), True, "number", "This must be a number."),
    (fields.Decimal(), " 1.5", "number", "This must be a number."),
    (fields.Decimal(), "1_0", "number", "This must be a number."),
    (fields.Decimal(places=2), 1e30, "digits", "This has too many digits."),
    (fields.Boolean(), "yes", "boolean", "This must be true or false."),
    (fields.Boolean(), 1, "boolean", "This must be true or false."),
    (fields.Boolean(), [], "boolean", "This must be true or false."),
    (fields.String(), 5, "string", "This must be a string."),
    (fields.UUID(), 5, "uuid", "This must be a UUID."),
    (fields.UUID(), "{12345678-1234-1234-1234-123456789012}", "uuid", "This must be a UUID."),
    (fields.Date(), "0", "date", "This must be a date such as 2024-05-01."),
    (fields.Date(), "20240501", "date", "This must be a date such as 2024-05-01."),
    (fields.Date(), "2024-02-30", "date", "This must be a date such as 2024-05-01."),
    (fields.Time(), "noon", "time", "This must be a time such as 12:30:00."),
    (fields.Time(), "123000", "time", "This must be a time such as 12:30:00."),
    (fields.DateTime(), "1600000000", "date_time", CODES["date_time"]),
    (fields.DateTime(), "2024-05-01", "date_time", CODES["date_time"]),
    (fields.DateTime(), 1600000000, "date_time", CODES["date_time"]),
    (fields.AwareDateTime(), "2024-05-01T12:30:00", "timezone", "The timezone is wrong or missing."),
    (fields.NaiveDateTime(), "2024-05-01T12:30:00Z", "timezone", "The timezone is wrong or missing."),
    (fields.DateTime("rfc"), "2024-05-01", "format", "This does not have the expected format."),
    (fields.DateTime("rfc"), f"Wed, 01 May {9**99} 12:30:00 GMT", "invalid", "This is not valid."),
    (fields.DateTime("%Y"), 5, "format", "This does not have the expected format."),
    (fields.DateTime("%Y"), "x", "format", "This does not have the expected format."),
    (fields.DateTime("timestamp"), "5", "number", "This must be a number."),
    (fields.DateTime("timestamp"), -1, "format", "This does not have the expected format."),
    (fields.DateTime("timestamp"), 10**400, "invalid", "This is not valid."),
    (fields.TimeDelta(), "5", "number", "This must be a number."),
    (fields.TimeDelta(), 1e30, "invalid", "This is not valid."),
    (fields.TimeDelta(), 10**400, "invalid", "This is not valid."),
    (fields.IP(), "x", "format", "This does not have the expected format."),
    (fields.IPv4(), 5, "format", "This does not have the expected format."),
    (fields.IPInterface(), "x", "format", "This does not have the expected format."),
    (fields.List(fields.Integer()), {}, "array", "This must be an array."),
    (fields.Tuple((fields.Integer(),)), "x", "array", "This must be an array."),
    (fields.Dict(), [], "object", "This must be an object."),
    (fields.Nested({"a": fields.Integer()}), [], "object", "This must be an object."),
    (fields.Nested({"a": fields.Integer()}, many=True), {}, "array", "This must be an array."),
    (fields.Nested({"a": fields.Integer()}, many=True), "ab", "array", "This must be an array."),
    (fields.Enum(Color), "GREEN", "choice", "This must be one of: RED, BLUE."),
    (fields.Enum(Color), 1, "string", "This must be a string."),
    (fields.Enum(Color, by_value=True), 3, "choice", "This must be one of: 1, 2."),
    (fields.Enum(Color, by_value=True), True, "choice", "This must be one of: 1, 2."),
    (fields.Enum(Color, by_value=True), 1.0, "choice", "This must be one of: 1, 2."),
    (fields.Enum(Size, by_value=fields.Integer), "1", "integer", "This must be an integer."),
    (fields.Enum(Size, by_value=fields.Integer), 3, "choice", "This must be one of: 1, 2."),
    (fields.Raw(), None, "null", "This must not be null."),
]


@pytest.mark.parametrize(("field", "value", "code", "detail"), TYPES)
def test_types(field: fields.Field[Any], value: Any, code: str, detail: str) -> None:
    assert refusals(field, value) == [(code, detail)]


VALIDATORS = [
    (fields.Email(), "x", "email", "This must be an e-mail address."),
    (fields.Url(), "x", "url", "This must be a URL."),
    (fields.String(validate=validate.Length(2, 3)), "x", "min_length", CODES["min_length"].format(limit=2)),
    (
        fields.String(validate=validate.Length(2, 3)),
        "xxxx",
        "max_length",
        CODES["max_length"].format(limit=3),
    ),
    (
        fields.String(validate=validate.Length(equal=2)),
        "x",
        "min_length",
        CODES["min_length"].format(limit=2),
    ),
    (
        fields.String(validate=validate.Length(equal=2)),
        "xxx",
        "max_length",
        CODES["max_length"].format(limit=2),
    ),
    (fields.Tuple((fields.Integer(),)), [1, 2], "max_length", CODES["max_length"].format(limit=1)),
    (
        fields.Integer(validate=validate.Range(1)),
        0,
        "greater_than_equal",
        "This must be greater than or equal to 1.",
    ),
    (
        fields.Integer(validate=validate.Range(max=1)),
        2,
        "less_than_equal",
        "This must be less than or equal to 1.",
    ),
    (
        fields.Integer(validate=validate.Range(1, 9)),
        10,
        "less_than_equal",
        "This must be less than or equal to 9.",
    ),
    (
        fields.Decimal(validate=validate.Range(0, min_inclusive=False)),
        0,
        "greater_than",
        "This must be greater than 0.",
    ),
    (
        fields.Float(validate=validate.Range(0, 1, max_inclusive=False)),
        1.0,
        "less_than",
        "This must be less than 1.",
    ),
    (fields.String(validate=validate.OneOf(["a", "b"])), "c", "choice", "This must be one of: a, b."),
    (
        fields.List(fields.String(), validate=validate.ContainsOnly("ab")),
        ["c"],
        "choice",
        "This must be one of: a, b.",
    ),
    (fields.Integer(validate=validate.Equal(5)), 6, "choice", "This must be one of: 5."),
    (fields.String(validate=validate.NoneOf("ab")), "a", "invalid", "This is not valid."),
    (
        fields.List(fields.String(), validate=validate.ContainsNoneOf("ab")),
        ["a"],
        "invalid",
        "This is not valid.",
    ),
    (
        fields.String(validate=validate.Regexp("^a+$")),
        "b",
        "pattern",
        "This does not match the pattern ^a+$.",
    ),
    (fields.String(validate=fails), "secret", "invalid", "This is not valid."),
    (fields.String(validate=validate.Predicate("isdigit")), "secret", "invalid", "This is not valid."),
]


@pytest.mark.parametrize(("field", "value", "code", "detail"), VALIDATORS)
def test_validators(field: fields.Field[Any], value: Any, code: str, detail: str) -> None:
    assert refusals(field, value) == [(code, detail)]


def test_all_failing_validators_of_a_field_are_told() -> None:
    field = fields.String(validate=[validate.Length(max=2), validate.Regexp("a"), fails])

    assert [code for code, _ in refusals(field, "secret")] == ["max_length", "pattern", "invalid"]


def test_a_composed_validator_tells_what_its_parts_say() -> None:
    field = fields.String(validate=validate.And(validate.Length(max=2), validate.Regexp("a")))

    assert [code for code, _ in refusals(field, "secret")] == ["max_length", "pattern"]


def test_a_validator_s_own_message_is_not_repeated() -> None:
    field = fields.String(validate=validate.Length(max=2, error="{input} is too long"))

    assert refusals(field, "secret") == [("max_length", "This must have at most 2 items or characters.")]


def test_a_field_s_own_message_is_not_repeated() -> None:
    field = fields.Date(error_messages={"invalid": "{input} is no date"})

    assert refusals(field, "2024-02-30") == [("date", "This must be a date such as 2024-05-01.")]


def test_only_the_first_of_many_choices_are_named() -> None:
    field = fields.Integer(validate=validate.OneOf(range(1000)))

    [(code, detail)] = refusals(field, 5000)

    assert code == "choice"
    assert detail == f"This must be one of: {', '.join(map(str, range(MAX_CHOICES)))}, …."


def test_missing_and_unknown_members() -> None:
    class Book(Schema):
        title = fields.String(required=True, data_key="the/title")

    with pytest.raises(Refusal) as caught:
        MarshmallowAdapter(Book).json_loader()(b'{"b": 1, "a": 2, "_schema": 3}')

    assert caught.value.items == [
        (("the/title",), "missing", "This is required."),
        (("b",), "unknown", "This is not known here."),
        (("a",), "unknown", "This is not known here."),
        (("_schema",), "unknown", "This is not known here."),
    ]


def test_a_coded_message_stays_when_marshmallow_fills_it() -> None:
    message = Coded("max_length", limit=3)

    assert message.format(input="secret") is message
    assert (message, message.code) == ("This must have at most 3 items or characters.", "max_length")


def test_items_are_told_once_and_no_more_than_fifty() -> None:
    null = Coded("null")
    messages = {"_schema": [null, "a text", "another"], 3: {None: [null]}, "k": [At("_schema", [null])]}

    assert items_of(messages) == [
        ((), "null", "This must not be null."),
        ((), "invalid", "This is not valid."),
        ((3, "None"), "null", "This must not be null."),
        (("k", "_schema"), "null", "This must not be null."),
    ]
    assert len(items_of(dict.fromkeys(range(100_000), null))) == 50
