"""Converters: which one an annotation asks for, and what they take."""

from __future__ import annotations

import datetime
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NewType, Optional
from uuid import UUID

import pytest
from annotated_types import Ge, Gt, Interval
from pydantic import UUID4, Field, NegativeInt, NonNegativeInt, PositiveInt, conint
from typing_extensions import TypeAliasType
from werkzeug.routing import Map, ValidationError

from restlite.converters import CONVERTERS, converter_for, make_converter


class Colour(Enum):
    RED = "red"
    BLUE = "light blue"


class Size(StrEnum):
    SMALL = "s"


class Level(IntEnum):
    LOW = -1
    HIGH = 1


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Empty(Enum):
    pass


UserId = NewType("UserId", int)
PositiveId = NewType("PositiveId", Annotated[int, Gt(0)])
Alias = TypeAliasType("Alias", Annotated[int, Field(ge=1)])


@pytest.mark.parametrize(
    ("annotation", "expect"),
    [
        (int, ("int", "signed=True")),
        (Annotated[int, "a note"], ("int", "signed=True")),
        (Annotated[int, Field(ge=0)], ("int", "")),
        (Annotated[int, Field(gt=-1)], ("int", "")),
        (Annotated[int, Field(ge=-1)], ("int", "signed=True")),
        (Annotated[int, Field(le=5)], ("int", "signed=True")),
        (Annotated[int, Ge(0)], ("int", "")),
        (Annotated[int, Interval(ge=2, le=4)], ("int", "")),
        (PositiveInt, ("int", "")),
        (NonNegativeInt, ("int", "")),
        (NegativeInt, ("int", "signed=True")),
        (conint(gt=3), ("int", "")),
        (UserId, ("int", "signed=True")),
        (PositiveId, ("int", "")),
        (Alias, ("int", "")),
        (Annotated[Alias, "a note"], ("int", "")),
        (float, ("number", "signed=True")),
        (UUID, ("uuid", "")),
        (UUID4, ("uuid", "")),
        (date, ("date", "")),
        (Colour, ("any", '"red","light blue"')),
        (Size, ("any", '"s"')),
        (Level, ("int", "signed=True")),
        (Literal["asc", "desc"], ("any", '"asc","desc"')),
        (Literal["1", "True"], ("any", '"1","True"')),
        (Literal[Colour.RED], ("any", '"red"')),
        (Literal[1, 2], ("int", "")),
        (Literal[-1, 2], ("int", "signed=True")),
        (Literal["a/b", "c"], None),
        (Literal['say "a"'], None),
        (Literal[""], None),
        (Literal[True], None),
        (Literal[1, "a"], None),
        (Literal[None], None),
        (Mixed, None),
        (Empty, None),
        (str, None),
        (bool, None),
        (Decimal, None),
        (datetime.datetime, None),
        (Optional[int], None),  # noqa: UP045
        (list[int], None),
        (Any, None),
    ],
)
def test_an_annotation_asks_for_a_converter(annotation: Any, expect: tuple[str, str] | None) -> None:
    assert converter_for(annotation) == expect


def test_what_is_asked_for_takes_the_words_of_the_annotation() -> None:
    _, args = converter_for(Literal["1", "True", "it's", "a:b, c"]) or ("", "")
    converter = make_converter(CONVERTERS["any"], args)
    assert [converter.to_url(word) for word in ("1", "True", "it's", "a:b, c")] == [
        "1",
        "True",
        "it's",
        "a:b, c",
    ]


def test_werkzeugs_names_and_ours_are_there() -> None:
    assert set(CONVERTERS) == {*Map.default_converters, "date", "number"}


def test_a_date_is_one_of_the_calendar() -> None:
    converter = make_converter(CONVERTERS["date"], "")
    assert converter.to_python("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(ValidationError, match="2023-02-29"):
        converter.to_python("2023-02-29")
    assert converter.to_url(datetime.datetime(2024, 5, 1, 12)) == "2024-05-01"
    with pytest.raises(ValueError, match="str is not a date"):
        converter.to_url("2024-05-01")


def test_enums_are_written_by_their_values() -> None:
    assert make_converter(CONVERTERS["string"], "").to_url(Colour.BLUE) == "light%20blue"
    assert make_converter(CONVERTERS["any"], '"red"').to_url(Colour.RED) == "red"
    assert make_converter(CONVERTERS["int"], "").to_url(Level.HIGH) == "1"


@pytest.mark.parametrize("number", [0.0, 1.5, -2.25, 1e-7, 1e22, 0.1 + 0.2])
def test_floats_are_written_as_the_rule_reads_them(number: float) -> None:
    converter = make_converter(CONVERTERS["float"], "signed=True")
    text = converter.to_url(number)
    assert "e" not in text
    assert converter.to_python(text) == number


def test_a_converter_knows_the_map_it_is_made_for() -> None:
    url_map = Map()
    assert make_converter(CONVERTERS["int"], "min=1", url_map).map is url_map


def test_a_number_needs_no_point() -> None:
    converter = make_converter(CONVERTERS["number"], "signed=True")
    assert [converter.to_python(text) for text in ("5", "-2.5")] == [5.0, -2.5]
    assert converter.to_url(5) == "5.0"
