from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, TypedDict

import pytest
from marshmallow import Schema, fields
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from restlite import SetupError
from restlite.http.scalars import scalars_of
from restlite.http.sorting import SortBy


class Color(Enum):
    red = "r"


class Inner(BaseModel):
    id: int


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    id: int
    first_name: str | None
    written: Annotated[int, Field(serialization_alias="out", validation_alias="in")]
    secret: Annotated[str, Field(exclude=True)]
    password: Annotated[str, Field(json_schema_extra={"writeOnly": True})]
    inner: Inner
    items: list[int]
    anything: Any


@dataclass
class Point:
    x: int
    tags: list[str]


class Typed(TypedDict):
    day: date
    more: dict[str, int]


class BookSchema(Schema):
    id = fields.Int()
    mail = fields.Email(data_key="email")
    day = fields.Date(attribute="published")
    color = fields.Enum(Color, by_value=True)
    named = fields.Enum(Color)
    inner = fields.Nested(Schema.from_dict({"id": fields.Int()}))
    items = fields.List(fields.Int())
    password = fields.Str(load_only=True)
    made = fields.Function(lambda thing: 1)


@pytest.mark.parametrize(
    ("model", "expect"),
    [
        (Model, {"id": ("id", int), "firstName": ("first_name", str | None), "out": ("written", int)}),
        (
            Annotated[Model, "said"],
            {"id": ("id", int), "firstName": ("first_name", str | None), "out": ("written", int)},
        ),
        (Point, {"x": ("x", int)}),
        (Typed, {"day": ("day", date)}),
        (
            BookSchema,
            {
                "id": ("id", int),
                "email": ("mail", str),
                "day": ("published", date),
                "color": ("color", Color),
            },
        ),
        (BookSchema(only=["id"]), {"id": ("id", int)}),
    ],
)
def test_scalar_members_by_the_names_that_clients_see(model: Any, expect: Any) -> None:
    found = {wire: (item.name, item.annotation) for wire, item in scalars_of(model).items()}
    assert found == expect


class Deep(BaseModel):
    items: list[int]


@pytest.mark.parametrize(
    ("model", "found", "mend"),
    [
        (
            int,
            "int has no members to sort or filter by.",
            "a model, dataclass, TypedDict or marshmallow schema",
        ),
        (Deep, "Deep has no scalar member to sort or filter by.", "id: int"),
    ],
)
def test_what_has_no_scalar_members_is_refused(model: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        SortBy[model]
    assert (caught.value.found, caught.value.mend) == (found, mend)
