"""What a field takes in a document, in a text and in a form."""

from __future__ import annotations

import enum
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, fields

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.violations import Refusal

ID = UUID("12345678-1234-1234-1234-123456789012")


class Color(enum.Enum):
    RED = "red"
    BLUE = 2
    ON = True


def adapter(field: fields.Field[Any], *, strict: bool = True) -> MarshmallowAdapter:
    return MarshmallowAdapter(Schema.from_dict({"x": field}), strict=strict)


def codes(load: Any, data: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        load(data)
    return [code for _, code, _ in caught.value.items]


JSON = [
    (fields.Integer(), -5, -5),
    (fields.Integer(as_string=True), "5", 5),
    (fields.Integer(strict=True), 5, 5),
    (fields.Float(), 5, 5.0),
    (fields.Float(as_string=True), "5.5", 5.5),
    (fields.Decimal(), 1.5, Decimal("1.5")),
    (fields.Decimal(), "1.50", Decimal("1.50")),
    (fields.Boolean(), False, False),
    (fields.Boolean(truthy={"ja"}, falsy={"nein"}), "ja", True),
    (fields.UUID(), str(ID), ID),
    (fields.Date(), "2024-05-01", date(2024, 5, 1)),
    (fields.Date("%d.%m.%Y"), "01.05.2024", date(2024, 5, 1)),
    (fields.Time(), "12:30", time(12, 30)),
    (fields.DateTime(), "2024-05-01T12:30:00.5Z", datetime(2024, 5, 1, 12, 30, 0, 500_000, UTC)),
    (fields.NaiveDateTime(), "2024-05-01T12:30:00", datetime(2024, 5, 1, 12, 30)),
    (fields.DateTime("timestamp"), 0, datetime(1970, 1, 1)),
    (fields.DateTime("rfc"), "Wed, 01 May 2024 12:30:00 GMT", datetime(2024, 5, 1, 12, 30, tzinfo=UTC)),
    (fields.TimeDelta(), 90, timedelta(seconds=90)),
    (fields.Enum(Color), "RED", Color.RED),
    (fields.Enum(Color, by_value=True), 2, Color.BLUE),
    (fields.Enum(Color, by_value=True), True, Color.ON),
    (fields.Enum(Color, by_value=fields.Raw), "red", Color.RED),
    (fields.Dict(keys=fields.Integer(), values=fields.Integer()), {"1": 2}, {1: 2}),
    (fields.Dict(keys=fields.Enum(Color), values=fields.Raw()), {"RED": None}, None),
    (fields.Raw(), {"a": [1, None]}, {"a": [1, None]}),
]


@pytest.mark.parametrize(("field", "value", "expect"), JSON)
def test_a_document_holds_json_types(field: fields.Field[Any], value: Any, expect: Any) -> None:
    load = adapter(field).json_loader()
    raw = json.dumps({"x": value}).encode()

    if expect is None:
        assert codes(load, raw) == ["null"]
    else:
        assert load(raw) == {"x": expect}


@pytest.mark.parametrize(
    ("field", "value", "expect"),
    [
        (fields.Integer(), "5", 5),
        (fields.Integer(), 1.9, 1),
        (fields.Boolean(), "yes", True),
        (fields.Date(), "20240501", date(2024, 5, 1)),
        (fields.Enum(Color, by_value=True), 2.0, Color.BLUE),
    ],
)
def test_without_strictness_marshmallow_decides(field: fields.Field[Any], value: Any, expect: Any) -> None:
    raw = json.dumps({"x": value}).encode()

    assert adapter(field, strict=False).json_loader()(raw) == {"x": expect}
    assert len(codes(adapter(field).json_loader(), raw)) == 1


def test_strictness_that_a_field_asks_for_holds_without_ours() -> None:
    load = adapter(fields.Integer(strict=True), strict=False).json_loader()

    assert codes(load, b'{"x": "5"}') == ["integer"]


TEXT = [
    (fields.Integer(), "-05", -5),
    (fields.Integer(strict=True), "5", 5),
    (fields.Float(), "1e3", 1000.0),
    (fields.Decimal(), "1.50", Decimal("1.50")),
    (fields.Boolean(), "true", True),
    (fields.Boolean(), "false", False),
    (fields.Boolean(truthy={"ja"}, falsy={"nein"}), "nein", False),
    (fields.String(), "5", "5"),
    (fields.UUID(), str(ID), ID),
    (fields.UUID(), ID, ID),
    (fields.Date(), "2024-05-01", date(2024, 5, 1)),
    (fields.Date(), date(2024, 5, 1), date(2024, 5, 1)),
    (fields.DateTime("timestamp_ms"), "1000", datetime(1970, 1, 1, 0, 0, 1)),
    (fields.DateTime("%Y"), "2024", datetime(2024, 1, 1)),
    (fields.TimeDelta("minutes"), "1.5", timedelta(seconds=90)),
    (fields.Enum(Color), "RED", Color.RED),
    (fields.Enum(Color, by_value=True), "2", Color.BLUE),
    (fields.Enum(Color, by_value=True), "true", Color.ON),
    (fields.Enum(Color, by_value=True), 2, Color.BLUE),
    (fields.List(fields.Integer()), ["1", "2"], [1, 2]),
    (fields.List(fields.Integer()), "1", [1]),
    (fields.Pluck(Schema.from_dict({"id": fields.Integer()}), "id", many=True), "1", [{"id": 1}]),
    (fields.Raw(), ["a", "b"], ["a", "b"]),
]


@pytest.mark.parametrize(("field", "value", "expect"), TEXT)
def test_a_text_is_spelled_plainly(field: fields.Field[Any], value: Any, expect: Any) -> None:
    assert adapter(field).text_loader()({"x": value}) == {"x": expect}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((fields.Integer(), value, "integer") for value in ("1_0", " 1", "+1", "1.0", "٣", "", "9" * 5000)),
        *((fields.Float(), value, "number") for value in ("inf", "nan", "1_0", " 1", "+1", ".5", "0x1", "")),
        (fields.Float(), "1e400", "finite"),
        (fields.Decimal(), "NaN", "number"),
        *((fields.Boolean(), value, "boolean") for value in ("yes", "1", "True", "on", "")),
        (fields.UUID(), ID.hex, "uuid"),
        (fields.Date(), "0", "date"),
        (fields.DateTime("timestamp"), "inf", "number"),
        (fields.TimeDelta(), "inf", "number"),
        (fields.Enum(Color, by_value=True), "True", "choice"),
        (fields.Enum(Color, by_value=True), "", "choice"),
        (fields.List(fields.Integer()), ["1", "x"], "integer"),
        (fields.List(fields.Integer()), {}, "array"),
        *((field, ["1", "2"], "repeated") for field in (fields.Integer(), fields.String(), fields.Boolean())),
    ],
)
def test_other_texts_are_refused(field: fields.Field[Any], value: Any, code: str) -> None:
    assert codes(adapter(field).text_loader(), {"x": value}) == [code]


def test_without_strictness_a_text_is_what_marshmallow_takes() -> None:
    load = adapter(fields.Boolean(), strict=False).text_loader()

    assert load({"x": "yes"}) == {"x": True}
    assert codes(load, {"x": ["yes", "no"]}) == ["repeated"]


class Order(Schema):
    gift = fields.Boolean(required=True)
    news = fields.Boolean(load_default=True)
    fast = fields.Boolean(truthy={"fast"}, falsy={"slow"})
    count = fields.Integer(allow_none=True)
    note = fields.String(allow_none=True)


@pytest.mark.parametrize(
    ("form", "expect"),
    [
        ({}, {"gift": False, "news": True}),
        ({"gift": "on", "news": "false", "fast": "fast"}, {"gift": True, "news": False, "fast": True}),
        ({"count": "", "note": ""}, {"gift": False, "news": True, "count": None, "note": ""}),
        ({"count": "5", "gift": "true"}, {"gift": True, "news": True, "count": 5}),
    ],
)
def test_a_form_is_read_as_browsers_send_it(form: dict[str, str], expect: dict[str, Any]) -> None:
    assert MarshmallowAdapter(Order).form_loader()(form) == expect


def test_a_partial_form_has_no_boxes() -> None:
    assert MarshmallowAdapter(Order(partial=True)).form_loader()({"count": ""}) == {"count": None}


def test_a_form_of_many_is_refused() -> None:
    assert codes(MarshmallowAdapter(Order(many=True)).form_loader(), ["a"]) == ["object"]


class Loud(fields.Integer):
    """A field class whose loading is the user's own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        return len(value)


class Even(fields.Integer):
    """A field class that leaves the loading to marshmallow's."""

    default_error_messages = {"odd": "{input} is odd."}

    def _validate(self, value: Any) -> None:
        if value % 2:
            raise self.make_error("odd", input=value)


def test_a_user_s_loading_is_left_alone() -> None:
    assert adapter(Loud()).json_loader()(b'{"x": "abc"}') == {"x": 3}
    assert adapter(Loud()).text_loader()({"x": ["a", "b"]}) == {"x": 2}
    assert codes(adapter(Loud()).json_loader(), b'{"x": null}') == ["null"]


def test_a_user_s_class_of_a_known_kind_has_its_guard() -> None:
    load = adapter(Even()).json_loader()

    assert load(b'{"x": 2}') == {"x": 2}
    assert codes(load, b'{"x": "2"}') == ["integer"]
    assert codes(load, b'{"x": 3}') == ["invalid"]
