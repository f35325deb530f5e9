"""What goes out: ready values as they stand, all else validated first, and always valid JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import traceback
import warnings
from collections.abc import Iterable
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    computed_field,
    field_serializer,
)
from typing_extensions import TypedDict

from restlite.adapters import DumpOptions, WrongAnswer
from restlite.adapters.pydantic import PydanticAdapter

CHECK = DumpOptions(check=True)
PLAIN = DumpOptions()


def dump(annotation: Any, value: Any, options: DumpOptions = PLAIN) -> Any:
    return json.loads(PydanticAdapter(annotation).dumper(options)(value))


def wrong(annotation: Any, value: Any, options: DumpOptions = PLAIN) -> str:
    with pytest.raises(WrongAnswer) as caught:
        PydanticAdapter(annotation).dumper(options)(value)
    return caught.value.detail


class Color(Enum):
    RED = "red"


class Item(BaseModel):
    name: Annotated[str, Field(alias="Name")]
    price: float = 1.5
    color: Color = Color.RED


class Secret(Item):
    password: str


class Row:
    def __init__(self, **members: Any) -> None:
        self.__dict__.update(members)


class Other(BaseModel):
    title: str


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Typed(TypedDict):
    a: int


READY = Item(Name="a")
WRITTEN = {"Name": "a", "price": 1.5, "color": "red"}

BOTH = pytest.mark.parametrize("options", [PLAIN, CHECK], ids=["plain", "check"])


@BOTH
@pytest.mark.parametrize(
    "value",
    [
        READY,
        {"Name": "a"},
        {"Name": "a", "color": "red", "undeclared": 1},
        {"name": "a"},
        Row(name="a", price=1.5, color="red", password="p"),
        Secret(Name="a", password="p"),
    ],
    ids=["ready", "dict", "more", "by name", "row", "subclass"],
)
def test_a_model_is_written_by_alias_without_undeclared_members(value: Any, options: DumpOptions) -> None:
    assert dump(Item, value, options) == WRITTEN


@BOTH
def test_lists_of_models(options: DumpOptions) -> None:
    mixed = [READY, {"Name": "a"}, Row(Name="a", price=1.5), Secret(Name="a", password="p")]
    assert dump(list[Item], [READY, READY], options) == [WRITTEN, WRITTEN]
    assert dump(list[Item], mixed, options) == [WRITTEN] * 4
    assert dump(list[Item], (READY,), options) == [WRITTEN]
    assert dump(list[Item], iter([READY]), options) == [WRITTEN]
    assert dump(list[Item], [], options) == []


@BOTH
@pytest.mark.parametrize(
    ("annotation", "value", "expect"),
    [
        (Point, Point(1), {"x": 1, "y": 0}),
        (Point, {"x": 1, "more": 2}, {"x": 1, "y": 0}),
        (Typed, {"a": 1, "more": 2}, {"a": 1}),
        (Item | None, None, None),
        (Item | None, READY, WRITTEN),
        (Item | Other, Other(title="b"), {"title": "b"}),
        (dict[str, Item], {"k": {"Name": "a"}}, {"k": WRITTEN}),
        (RootModel[list[int]], RootModel[list[int]]([1]), [1]),
        (dt.date, dt.date(2024, 5, 1), "2024-05-01"),
        (dt.date, "2024-05-01", "2024-05-01"),
        (float, 1, 1),
        (str, "a", "a"),
        (Literal[1], 1, 1),
        (Any, {"a": READY}, {"a": WRITTEN}),
        (object, [1, "a", None], [1, "a", None]),
        (dict, {1: dt.date(2024, 5, 1)}, {"1": "2024-05-01"}),
        (list, [(1, 2)], [[1, 2]]),
        (dict[str, Any], {"a": [1.5, None]}, {"a": [1.5, None]}),
        (dict, {"a": "NaN", "b": "Infinity"}, {"a": "NaN", "b": "Infinity"}),
        (Iterable[int], range(1, 3), [1, 2]),
    ],
)
def test_values_that_are_right(annotation: Any, value: Any, expect: Any, options: DumpOptions) -> None:
    assert dump(annotation, value, options) == expect


@BOTH
@pytest.mark.parametrize(
    ("annotation", "value", "detail"),
    [
        (Item, None, "the value: null"),
        (Item, {"Name": 5, "price": "1.5"}, "/Name: string; /price: number"),
        (Item, Other(title="SECRET"), "/Name: missing"),
        (list[Item], [READY, {"price": 1}], "/1/Name: missing"),
        (list[Item], [Other(title="SECRET")], "/0/Name: missing"),
        (list[Item], "SECRET", "the value: array"),
        (Point, {"x": True}, "/x: integer"),
        (Typed, {}, "/a: missing"),
        (int, "5", "the value: integer"),
        (int, True, "the value: integer"),
        (str, b"SECRET", "the value: string"),
        (dt.date, 0, "the value: date"),
        (dt.datetime, 1600000000, "the value: date_time"),
        (Literal[1], True, "the value: choice"),
        (float, math.inf, "the value: finite"),
        (dict[str, Any], {"a": [math.nan]}, "/a: finite"),
        (dict, {"a": math.nan}, "a number is not finite"),
        (Any, [math.inf, "NaN"], "a number is not finite"),
        (list, ["\ud800"], "it cannot be written as JSON: UnicodeEncodeError"),
        (list, [b"\xff"], "it cannot be written as JSON: PydanticSerializationError"),
    ],
)
def test_values_that_are_wrong(annotation: Any, value: Any, detail: str, options: DumpOptions) -> None:
    assert wrong(annotation, value, options) == detail


def test_unknown_types_and_circles_are_named() -> None:
    circle: list[Any] = []
    circle.append(circle)
    assert wrong(Any, Row()).startswith("it cannot be written as JSON: Unable to serialize unknown type:")
    assert wrong(Any, circle) == "it cannot be written as JSON: ValueError"
    assert wrong(dict[str, Any], {"a": circle}) == "it cannot be written as JSON: RecursionError"


def test_many_places_are_cut_short() -> None:
    assert wrong(list[int], ["x"] * 100).count(";") == 9


def test_a_ready_model_goes_out_as_it_stands() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dump(Item, Item.model_construct(name=5, price=math.inf, color=Color.RED)) == {
            "Name": 5,
            "price": None,
            "color": "red",
        }


def test_a_check_finds_what_is_wrong_in_ready_models() -> None:
    class Outer(BaseModel):
        items: list[Item]
        free: Any = None

    bad = Outer.model_construct(items=[Item.model_construct(name=5, price=math.inf)], free=[math.nan])
    assert wrong(Outer, bad, CHECK) == "/items/0/name: string; /items/0/price: finite; /free: finite"
    assert wrong(list[Item], [Item.model_construct(name=5)], CHECK) == "/0/name: string"


def test_a_check_does_not_change_what_is_written() -> None:
    class Serialized(BaseModel):
        a: Annotated[int, PlainSerializer(lambda value: f"<{value}>")]
        b: int | None = None

        @computed_field  # type: ignore[prop-decorator]
        @property
        def twice(self) -> int:
            return self.a * 2

    value = Serialized(a=1)
    for options in (PLAIN, CHECK):
        assert dump(Serialized, value, options) == {"a": "<1>", "b": None, "twice": 2}
    unset = DumpOptions(check=True, exclude_unset=True)
    assert dump(Serialized, value, unset) == {"a": "<1>", "twice": 2}
    assert dump(Serialized, {"a": 1}, unset) == {"a": "<1>", "twice": 2}
    assert dump(list[Serialized], [value], unset._replace(check=False)) == [{"a": "<1>", "twice": 2}]


def test_none_may_be_left_out() -> None:
    class Sparse(BaseModel):
        a: int | None = None

    none = DumpOptions(exclude_none=True)
    assert dump(Sparse, Sparse(), none) == {}
    assert dump(Sparse, {}, none) == {}
    assert dump(Any, {"model": Sparse()}, none) == {"model": {}}


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ({"a": [{1, 2}]}, "/a/0: set is no JSON type"),
        ([b"a"], "/0: bytes is no JSON type"),
        ({1: "a", "1": "b"}, "the value: a dictionary with two keys of one text is no JSON type"),
    ],
)
def test_a_check_finds_what_is_json_by_courtesy(value: Any, detail: str) -> None:
    assert dump(Any, value) is not None
    assert wrong(Any, value, CHECK) == detail


class Failing(BaseModel):
    a: int = 1

    @computed_field  # type: ignore[prop-decorator]
    @property
    def b(self) -> int:
        raise KeyError("SECRET")


class Refusing(BaseModel):
    a: int = 1

    @field_serializer("a")
    def write(self, value: int) -> int:
        raise ValueError("SECRET")


@pytest.mark.parametrize(
    ("value", "why"),
    [(Failing(), "KeyError"), (Refusing(), "ValueError in write"), ([Failing()], "KeyError")],
)
def test_a_models_own_error_is_named_without_its_text(value: Any, why: str) -> None:
    annotation: Any = type(value) if isinstance(value, BaseModel) else Any
    with pytest.raises(WrongAnswer) as caught:
        PydanticAdapter(annotation).dumper(PLAIN)(value)
    assert caught.value.detail == f"it cannot be written as JSON: {why}"
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))


def test_no_setting_makes_a_model_write_infinity() -> None:
    class Infinite(BaseModel):
        model_config = ConfigDict(ser_json_inf_nan="constants", title="Infinite")
        a: float = math.inf

    class Outer(BaseModel):
        inner: Infinite = Infinite()
        others: list[Infinite | int] = [Infinite(), 5]

    assert PydanticAdapter(Infinite).dumper(PLAIN)(Infinite()) == b'{"a":null}'
    assert PydanticAdapter(Outer).dumper(PLAIN)(Outer()) == b'{"inner":{"a":null},"others":[{"a":null},5]}'


def test_what_a_model_says_of_extra_members_holds() -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        a: int

    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        a: int

    assert dump(Open, {"a": 1, "more": 2}) == {"a": 1, "more": 2}
    assert dump(Open, Open.model_validate({"a": 1, "more": 2}), CHECK) == {"a": 1, "more": 2}
    assert dump(Closed, {"a": 1, "more": 2}) == {"a": 1}


class Tree(BaseModel):
    value: int
    below: list[Tree] = []


@BOTH
def test_recursive_models(options: DumpOptions) -> None:
    assert dump(Tree, Tree(value=1, below=[Tree(value=2)]), options)["below"][0]["value"] == 2
    assert dump(list[Tree], [{"value": 1}], options) == [{"value": 1, "below": []}]
    assert wrong(Tree, {"value": 1, "below": [{"value": "x"}]}, options) == "/below/0/value: integer"


@BOTH
def test_answers_of_several_kinds(options: DumpOptions) -> None:
    annotation: Any = Annotated[Item | Other | None, Field(title="Either")]
    assert dump(annotation, READY, options) == WRITTEN
    assert dump(annotation, {"title": "x"}, options) == {"title": "x"}
    assert wrong(annotation, 5, options) == "the value: union"
