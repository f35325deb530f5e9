"""What an annotation is."""

from __future__ import annotations

import collections.abc as abc
import datetime as dt
import ipaddress
import pathlib
import re
import subprocess
import sys
import typing
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypeVar, Union
from uuid import UUID

import marshmallow
import pytest
from pydantic import BaseModel, EmailStr, GetPydanticSchema, HttpUrl, SecretStr
from pydantic_core import core_schema
from typing_extensions import TypeAliasType, TypedDict

from restlite import Upload
from restlite.hints import (
    byte_stream,
    holds_model,
    is_foreign,
    is_list,
    is_model,
    is_scalar,
    is_scalar_list,
    is_schema,
    is_typed_dict,
    item_of,
    name_of,
    rewrap,
    schema_in,
    union_args,
    unwrap,
)

T = TypeVar("T")


class Model(BaseModel):
    a: int


class Box(BaseModel, Generic[T]):
    content: T


@dataclass
class Data:
    a: int


class Typed(TypedDict):
    a: int


class Colour(Enum):
    RED = 1


class Schema(marshmallow.Schema):
    a = marshmallow.fields.Integer()


class Plain: ...


class Coded:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any: ...


Alias = TypeAliasType("Alias", Annotated[int, "inner"])
ListOf = TypeAliasType("ListOf", Annotated[list[T], "list"], type_params=(T,))
UserId = NewType("UserId", int)
TESTS = {
    "model": is_model,
    "models": holds_model,
    "scalar": is_scalar,
    "list": is_list,
    "scalars": is_scalar_list,
}
MODELS: list[Any] = [
    Model, Box[int], Data, Typed, Schema, Schema(), Annotated[Model, "doc"],
    Annotated[dict[str, Any], Schema()],
]  # fmt: skip
SCALARS: list[Any] = [
    str, int, float, bool, complex, Decimal, UUID, dt.date, dt.datetime, dt.time, dt.timedelta, Colour,
    UserId, Alias, Literal["a"], Any, int | None, Union[int, str], Optional[UUID],  # noqa: UP007, UP045
    Annotated[int, "doc"], pathlib.Path, ipaddress.IPv4Address, re.Pattern, HttpUrl, SecretStr, EmailStr,
    Coded,
    Annotated[Plain, GetPydanticSchema(lambda source, handler: core_schema.str_schema())],
]  # fmt: skip
LISTS: list[Any] = [
    list[int], list, set[str], frozenset[int], tuple[int, ...], abc.Sequence[int], abc.Set[int],
    abc.Collection[int], list[int] | None, Annotated[list[int], "doc"], Annotated[list[int], "doc"] | None,
    ListOf[int],
]  # fmt: skip
OTHERS: list[Any] = [
    bytes, bytearray, dict, dict[str, int], abc.Mapping[str, int], object, Plain, Upload, abc.Iterator[bytes],
    None, abc.AsyncIterator[bytes], typing.Callable[[int], int], type[int], T,
]  # fmt: skip


def what(annotation: Any) -> list[str]:
    return [name for name, test in TESTS.items() if test(annotation)]


def test_annotations_are_parted_from_their_metadata() -> None:
    assert unwrap(Annotated[Annotated[int, "a"], "b"]) == (int, ("a", "b"))
    assert unwrap(Annotated[Alias, "outer"]) == (int, ("inner", "outer"))
    assert unwrap(ListOf[int]) == (list[int], ("list",))
    assert unwrap(list[int]) == (list[int], ())
    assert rewrap(int, ("a",)) == Annotated[int, "a"]
    assert rewrap(int, ()) is int
    assert union_args(int | None) == union_args(Optional[int]) == (int, type(None))  # noqa: UP045
    assert union_args(int) == (int,)


@pytest.mark.parametrize("annotation", MODELS)
def test_models(annotation: Any) -> None:
    assert what(annotation) == ["model", "models"]
    assert what(dict[str, annotation]) == ["models"]
    assert what(list[annotation]) == what(abc.Sequence[annotation]) == ["models", "list"]
    if isinstance(annotation, type):
        assert what(annotation | None) == ["models"]


@pytest.mark.parametrize("annotation", SCALARS)
def test_scalars(annotation: Any) -> None:
    assert what(annotation) == ["scalar"]
    assert what(list[annotation]) == ["list", "scalars"]


@pytest.mark.parametrize("annotation", LISTS)
def test_lists(annotation: Any) -> None:
    assert what(annotation) == ["list", "scalars"]
    assert what(list[annotation]) == ["list"]


@pytest.mark.parametrize("annotation", OTHERS)
def test_what_is_neither(annotation: Any) -> None:
    assert what(annotation) == []


def test_items_of_lists() -> None:
    assert [item_of(kind) for kind in (list[int], Annotated[set[str], "doc"], list, int)] == [
        int,
        str,
        Any,
        int,
    ]


def test_schemas_of_marshmallow() -> None:
    assert is_schema(Schema)
    assert is_schema(Schema())
    assert not is_schema(Model)
    given = Schema()
    assert schema_in(("doc", given)) is given
    assert schema_in(("doc",)) is None


def test_without_marshmallow_nothing_is_a_schema() -> None:
    code = (
        "import sys; from restlite.hints import is_schema as s; print(s(int), 'marshmallow' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_typed_dicts_of_both_modules() -> None:
    assert is_typed_dict(Typed)
    assert is_typed_dict(typing.TypedDict("Old", {"a": int}))
    assert not is_typed_dict(dict)


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (abc.Iterator[bytes], "sync"),
        (abc.Iterable[bytes], "sync"),
        (abc.Generator[bytes, None, None], "sync"),
        (Annotated[abc.Iterator[bytes], "doc"], "sync"),
        (abc.AsyncIterator[bytes], "async"),
        (abc.AsyncIterable[bytes], "async"),
        (abc.AsyncGenerator[bytes, None], "async"),
        (abc.Iterator[str], None),
        (abc.Iterator, None),
        (list[bytes], None),
        (bytes, None),
    ],
)
def test_streams_of_bytes(annotation: Any, kind: str | None) -> None:
    assert byte_stream(annotation) == kind


@pytest.mark.parametrize(
    ("annotation", "foreign"),
    [
        (int, False),
        (list[Model], False),
        (dict[str, UUID] | None, False),
        (Literal["a"], False),
        (Colour, False),
        (Annotated[dict[str, Any], Schema()], False),
        (Schema, False),
        (Upload, False),
        (T, False),
        (Plain, True),
        (list[Plain], True),
        (Data, True),
        (Typed, True),
        (dict[str, Typed] | None, True),
    ],
)
def test_classes_that_pydantic_may_not_know(annotation: Any, foreign: bool) -> None:
    assert is_foreign(annotation) is foreign


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"),
        (Model, "Model"),
        (list[int], "list[int]"),
        (Optional[int], "Optional[int]"),  # noqa: UP045
        (int | None, "int | None"),
        (abc.Iterator[bytes], "Iterator[bytes]"),
        (Any, "Any"),
        (len, "len"),
        (what, "what"),
    ],
)
def test_names(annotation: Any, name: str) -> None:
    assert name_of(annotation) == name
