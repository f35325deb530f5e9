"""What each type is spelt like, in JSON and as text: a table of strings that are read and that are not."""

from __future__ import annotations

import datetime as dt
import enum
import fractions
import ipaddress
import pathlib
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict, Field, JsonValue, SecretStr, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import to_json

from restlite.adapters.pydantic import PydanticAdapter
from restlite.adapters.spelling import choice_json, finite
from restlite.violations import CODES, Malformed, Refusal


class Number(enum.Enum):
    ONE = 1
    TWO = "two"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Flag(enum.Enum):
    YES = True


class Loose(enum.Enum):
    ONE = 1

    @classmethod
    def _missing_(cls, value: object) -> Loose:
        return cls.ONE


class Point(NamedTuple):
    x: int
    y: int = 0


UUID_TEXT = "6f1c2f6e-3b0c-4a57-9c0e-0a5b7a3b1d11"
JSON_ACCEPTED: list[tuple[Any, str, Any]] = [
    (int, "-5", -5),
    (int, "-0", 0),
    (int, "9" * 400, int("9" * 400)),
    (float, "1", 1.0),
    (float, "-1.5e3", -1500.0),
    (bool, "true", True),
    (str, '"a"', "a"),
    (dt.date, '"2024-05-01"', dt.date(2024, 5, 1)),
    (dt.datetime, '"2024-05-01T12:30:00"', dt.datetime(2024, 5, 1, 12, 30)),
    (dt.datetime, '"2024-05-01t12:30:00.5z"', dt.datetime(2024, 5, 1, 12, 30, 0, 500000, dt.UTC)),
    (dt.time, '"12:30:00"', dt.time(12, 30)),
    (dt.timedelta, '"P1DT2H"', dt.timedelta(days=1, hours=2)),
    (dt.timedelta, '"-PT0.5S"', dt.timedelta(seconds=-0.5)),
    (dt.timedelta, '"P2W"', dt.timedelta(weeks=2)),
    (uuid.UUID, f'"{UUID_TEXT}"', uuid.UUID(UUID_TEXT)),
    (uuid.UUID, f'"{UUID_TEXT.upper()}"', uuid.UUID(UUID_TEXT)),
    (Decimal, "1.5", Decimal("1.5")),
    (Decimal, "10", Decimal(10)),
    (Decimal, '"1.50"', Decimal("1.50")),
    (Decimal, '"1E+5"', Decimal("1E+5")),
    (Number, "1", Number.ONE),
    (Number, '"two"', Number.TWO),
    (Level, "10", Level.HIGH),
    (Flag, "true", Flag.YES),
    (Loose, "77", Loose.ONE),
    (Literal[1, "a", None], "1", 1),
    (Literal[1, "a", None], "null", None),
    (Literal[Level.LOW], "1", Level.LOW),
    (bytes, '"a"', b"a"),
    (set[int], "[1,1]", {1}),
    (tuple[int, str], '[1,"a"]', (1, "a")),
    (pathlib.Path, '"a/b"', pathlib.Path("a/b")),
    (ipaddress.IPv4Address, '"10.0.0.1"', ipaddress.IPv4Address("10.0.0.1")),
    (AnyUrl, '"http://a.example/"', AnyUrl("http://a.example/")),
    (Point, "[1,2]", Point(1, 2)),
    (dict[int, str], '{"1":"a"}', {1: "a"}),
    (dict[dt.date, int], '{"2024-05-01":1}', {dt.date(2024, 5, 1): 1}),
    (dict[Level, int], '{"10":1}', {Level.HIGH: 1}),
    (Annotated[int, Field(strict=False)], '"5"', 5),
    (Annotated[dt.date, Field(strict=False)], '"0"', dt.date(1970, 1, 1)),
]


@pytest.mark.parametrize(("annotation", "body", "expect"), JSON_ACCEPTED)
def test_json_is_read(annotation: Any, body: str, expect: Any) -> None:
    value = PydanticAdapter(annotation).json_loader()(body.encode())
    assert (value, type(value)) == (expect, type(expect))


JSON_REFUSED: list[tuple[Any, str, str]] = [
    (int, "1.0", "integer"),
    (int, "1e2", "integer"),
    (int, "true", "integer"),
    (int, '"5"', "integer"),
    (int, "null", "null"),
    (float, "true", "number"),
    (float, '"1.5"', "number"),
    (float, "NaN", "finite"),
    (float, "-Infinity", "finite"),
    (float, "1e400", "finite"),
    (Annotated[float, Field(allow_inf_nan=True)], "1e400", "finite"),
    (bool, "1", "boolean"),
    (bool, '"true"', "boolean"),
    (str, "1", "string"),
    (bytes, "1", "bytes"),
    (dt.date, '"0"', "date"),
    (dt.date, '"20240501"', "date"),
    (dt.date, '"2024-05-01T00:00:00"', "date"),
    (dt.date, '"2024-02-30"', "date"),
    (dt.date, "0", "date"),
    (dt.date, '"٢٠٢٤-05-01"', "date"),
    (dt.datetime, '"1600000000"', "date_time"),
    (dt.datetime, "1600000000", "date_time"),
    (dt.datetime, '"2024-05-01"', "date_time"),
    (dt.datetime, '"2024-05-01 12:30:00Z"', "date_time"),
    (dt.datetime, '"2024-05-01_12:30:00"', "date_time"),
    (dt.datetime, '"2024-05-01T12:30"', "date_time"),
    (dt.datetime, '"2024-05-01T12:30:00+0100"', "date_time"),
    (dt.datetime, '"2024-05-01T12:30:00\\n"', "date_time"),
    (dt.time, '"12:30"', "time"),
    (dt.time, '"0"', "time"),
    (dt.timedelta, '"1 day"', "duration"),
    (dt.timedelta, '"01:00:00"', "duration"),
    (dt.timedelta, '"P"', "duration"),
    (dt.timedelta, '"P1DT"', "duration"),
    (dt.timedelta, "1", "duration"),
    (uuid.UUID, f'"{UUID_TEXT.replace("-", "")}"', "uuid"),
    (uuid.UUID, f'"urn:uuid:{UUID_TEXT}"', "uuid"),
    (uuid.UUID, f'"{{{UUID_TEXT}}}"', "uuid"),
    (uuid.UUID, "1", "uuid"),
    (Decimal, '" 1.5"', "number"),
    (Decimal, '"1_0"', "number"),
    (Decimal, '"١"', "number"),
    (Decimal, '"NaN"', "number"),
    (Decimal, '"1.5\\n"', "number"),
    (Decimal, "true", "number"),
    (Decimal, "1e400", "finite"),
    (Number, "true", "choice"),
    (Number, "1.0", "choice"),
    (Number, '"1"', "choice"),
    (Number, "[1]", "choice"),
    (Level, "2", "choice"),
    (Flag, "1", "choice"),
    (Loose, "true", "choice"),
    (Literal[1, "a"], "true", "choice"),
    (Literal[True], "1", "choice"),
    (Literal["1"], "1", "choice"),
    (ipaddress.IPv4Address, "1", "string"),
    (ipaddress.IPv4Address, '"1"', "invalid"),
    (AnyUrl, '" http://a.example"', "url"),
    (Point, '{"x":1}', "array"),
    (dict[int, str], '{"+1":"a"}', "integer"),
    (dict[dt.date, int], '{"0":1}', "date"),
    (Any, "[1e400]", "finite"),
    (object, '{"a":NaN}', "finite"),
    (dict[str, Any], '{"a":[{"b":Infinity}]}', "finite"),
    (JsonValue, "-1e999", "finite"),
    (list[Any], "[NaN]", "finite"),
]


@pytest.mark.parametrize(("annotation", "body", "code"), JSON_REFUSED)
def test_json_is_refused(annotation: Any, body: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation).json_loader()(body.encode())
    ((_, found, detail),) = caught.value.items
    assert found == code
    assert detail.startswith(CODES[code].partition("{")[0])


TEXT_ACCEPTED: list[tuple[Any, Any, Any]] = [
    (int, "5", 5),
    (int, "-05", -5),
    (int, 5, 5),
    (float, "1.5", 1.5),
    (float, "-1e3", -1000.0),
    (float, 1e22, 1e22),
    (bool, "true", True),
    (bool, "false", False),
    (bool, True, True),
    (str, "", ""),
    (str | None, "null", "null"),
    (int | None, "5", 5),
    (int | str, "5", "5"),
    (Decimal, "1.50", Decimal("1.50")),
    (Decimal, Decimal(2), Decimal(2)),
    (dt.date, "2024-05-01", dt.date(2024, 5, 1)),
    (dt.date, dt.date(2024, 5, 1), dt.date(2024, 5, 1)),
    (dt.datetime, "2024-05-01T12:30:00Z", dt.datetime(2024, 5, 1, 12, 30, tzinfo=dt.UTC)),
    (dt.timedelta, "PT1M", dt.timedelta(minutes=1)),
    (uuid.UUID, UUID_TEXT, uuid.UUID(UUID_TEXT)),
    (uuid.UUID, uuid.UUID(UUID_TEXT), uuid.UUID(UUID_TEXT)),
    (Number, "1", Number.ONE),
    (Number, "two", Number.TWO),
    (Level, "10", Level.HIGH),
    (Level, Level.HIGH, Level.HIGH),
    (Literal[1, True, "a"], "1", 1),
    (Literal[1, True, "a"], "true", True),
    (Literal["a", "b"], "b", "b"),
    (list[int], ["1", "2"], [1, 2]),
    (set[Level], ["1"], {Level.LOW}),
    (dict[str, int], {"a": "1"}, {"a": 1}),
    (bytes, "a", b"a"),
    (pathlib.Path, "a", pathlib.Path("a")),
    (ipaddress.IPv4Address, "10.0.0.1", ipaddress.IPv4Address("10.0.0.1")),
    (SecretStr, "a", SecretStr("a")),
    (Any, "a", "a"),
    (JsonValue, "a", "a"),
    (Annotated[int, Field(strict=True)], "5", 5),
]


@pytest.mark.parametrize(("annotation", "raw", "expect"), TEXT_ACCEPTED)
def test_text_is_read(annotation: Any, raw: Any, expect: Any) -> None:
    value = PydanticAdapter(annotation).text_loader()(raw)
    assert (value, type(value)) == (expect, type(expect))


TEXT_REFUSED: list[tuple[Any, Any, str]] = [
    (int, "", "integer"),
    (int, "+1", "integer"),
    (int, " 1", "integer"),
    (int, "1\n", "integer"),
    (int, "1_0", "integer"),
    (int, "1.0", "integer"),
    (int, "٣", "integer"),
    (int, "9" * 5000, "integer"),
    (int, True, "integer"),
    (int, ["1"], "integer"),
    (int | None, "", "integer"),
    (float, "inf", "number"),
    (float, "nan", "number"),
    (float, "1e400", "finite"),
    (float, ".5", "number"),
    (float, "01", "number"),
    (float, "1_0", "number"),
    (bool, "1", "boolean"),
    (bool, "on", "boolean"),
    (bool, "True", "boolean"),
    (str, 5, "string"),
    (str, ["a"], "string"),
    (Decimal, " 1", "number"),
    (dt.date, "0", "date"),
    (dt.date, 5, "date"),
    (dt.date, "2024-05-01\n", "date"),
    (uuid.UUID, UUID_TEXT.replace("-", ""), "uuid"),
    (Number, "one", "choice"),
    (Level, "01", "choice"),
    (Literal[1], "2", "choice"),
    (list[int], "1", "array"),
    (Annotated[int, Field(ge=0)], "-1", "greater_than_equal"),
    (Annotated[int, Field(ge=0)], -1, "greater_than_equal"),
]


@pytest.mark.parametrize(("annotation", "raw", "code"), TEXT_REFUSED)
def test_text_is_refused(annotation: Any, raw: Any, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation).text_loader()(raw)
    ((_, found, detail),) = caught.value.items
    assert found == code
    assert detail.startswith(CODES[code].partition("{")[0])


def test_text_is_lax_where_the_app_is() -> None:
    assert PydanticAdapter(int, strict=False).text_loader()(" 1") == 1
    assert PydanticAdapter(bool, strict=False).text_loader()("yes") is True
    assert PydanticAdapter(Level, strict=False).text_loader()("10") is Level.HIGH
    with pytest.raises(Refusal, match="finite"):
        PydanticAdapter(float, strict=False).text_loader()("inf")


def test_json_is_lax_where_the_app_is() -> None:
    load = PydanticAdapter(dict[str, float], strict=False).json_loader()
    assert load(b'{"a":"1.5"}') == {"a": 1.5}
    with pytest.raises(Refusal, match="finite"):
        load(b'{"a":"inf"}')


class Form(BaseModel):
    count: int | None = None
    agree: bool
    news: bool = True
    note: str | None = None
    free: Any | None = None
    date: dt.date | None
    level: Level | None = None


def test_a_form_knows_checkboxes_and_empty_fields() -> None:
    raw = {"count": "", "agree": "on", "note": "", "free": "", "date": "", "level": ""}
    value = PydanticAdapter(Form).form_loader()(raw)
    assert value == Form(count=None, agree=True, news=True, note="", free="", date=None, level=None)


def test_a_form_leaves_out_what_is_not_checked() -> None:
    value = PydanticAdapter(Form).form_loader()({"date": "2024-05-01", "news": "false"})
    assert (value.agree, value.news) == (False, False)


def test_an_empty_field_is_no_number() -> None:
    class Strictly(BaseModel):
        count: int

    with pytest.raises(Refusal) as caught:
        PydanticAdapter(Strictly).form_loader()({"count": ""})
    assert caught.value.items == [(("count",), "integer", "This must be an integer.")]


def test_a_models_string_settings_do_not_reach_the_guards() -> None:
    class Odd(BaseModel):
        model_config = ConfigDict(
            str_strip_whitespace=True, str_to_lower=True, str_max_length=5, str_min_length=3
        )
        day: dt.date
        span: dt.timedelta

    load = PydanticAdapter(Odd).json_loader()
    assert load(b'{"day":"2024-05-01","span":"P1D"}') == Odd(
        day=dt.date(2024, 5, 1), span=dt.timedelta(days=1)
    )
    with pytest.raises(Refusal) as caught:
        load(b'{"day":" 2024-05-01","span":"P1D "}')
    assert [code for _, code, _ in caught.value.items] == ["date", "duration"]


EVERY: list[Any] = [int, float, bool, Decimal, dt.date, dt.datetime, dt.time, dt.timedelta, uuid.UUID]
EVERY += [Number, Level, Literal[1, "a"], Any, Point, ipaddress.IPv4Address, SecretStr, pathlib.Path]


@pytest.mark.parametrize("annotation", EVERY)
@pytest.mark.parametrize("form", ["json", "text"])
def test_the_published_schema_is_that_of_the_type(annotation: Any, form: Any) -> None:
    schema: Any = PydanticAdapter(annotation).input_schema(form)
    assert GenerateJsonSchema().generate(schema) == TypeAdapter(annotation).json_schema()


@pytest.mark.parametrize("value", [[1, "a", None, {"b": [2.5, True]}], 1.5, {}])
def test_finite_data_passes(value: Any) -> None:
    assert finite(value) is value


def test_values_that_cannot_be_looked_up_are_left_to_pydantic() -> None:
    schema = {"type": "enum", "cls": Number, "members": [Number.TWO]}
    assert choice_json(schema) is schema


@pytest.mark.parametrize("value", [dt.timedelta(days=400, seconds=1.5), dt.timedelta(-3), Decimal("1E-30")])
def test_what_is_written_is_read_again(value: Any) -> None:
    assert PydanticAdapter(type(value)).json_loader()(to_json(value)) == value


def test_malformed_is_not_refused() -> None:
    with pytest.raises(Malformed):
        PydanticAdapter(fractions.Fraction).json_loader()(b"1/2")
