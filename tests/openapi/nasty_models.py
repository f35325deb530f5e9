"""The classes of an app that uses every construct a document has trouble with."""

from __future__ import annotations

import datetime
import enum
import uuid
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate
from pydantic import BaseModel, ConfigDict, Field, computed_field
from typing_extensions import TypedDict
from werkzeug.routing import BaseConverter

from restlite import (
    Invalid,
    Problem,
    Upload,
)
from restlite.http import ReadOnly, WriteOnly
from restlite.params import In

T = TypeVar("T")
K = TypeVar("K")


class Colour(enum.Enum):
    """What a thing looks like."""

    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=0, le=9)] = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Node(BaseModel):
    """A tree."""

    value: int
    children: list[Node] = []


class Person(BaseModel):
    name: str
    friends: list[Friend] = []


class Friend(BaseModel):
    since: datetime.date
    person: Person


class Thing(BaseModel):
    """A thing with one of each."""

    id: ReadOnly[uuid.UUID]
    secret: WriteOnly[str] = ""
    colour: Colour = Colour.RED
    level: Level | None = None
    price: Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)] = Decimal("1.50")
    size: tuple[int, int]
    tags: set[str] = set()
    extra: dict[str, Any] = {}
    made: datetime.datetime
    took: datetime.timedelta = datetime.timedelta(0)
    pets: list[Pet] = []
    picture: bytes = b""
    note: Annotated[str | None, Field(description="In your words.", examples=["fine"])] = None

    @computed_field
    @property
    def label(self) -> str:
        return f"{self.colour} {self.id}"


class Box(BaseModel, Generic[T]):
    item: T


class Pair(BaseModel, Generic[K, T]):
    left: K
    right: T


class Point(TypedDict):
    x: float
    y: float


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(alias="the-name")]


class Shop:
    class Item(BaseModel):
        sku: str


class Depot:
    class Item(BaseModel):
        shelf: int


class Filters(BaseModel):
    colour: list[Colour] | None = None
    since: datetime.date | None = None
    sizes: Annotated[list[int], In("query", style="csv")] = []


class Where(BaseModel):
    author: str | None = None
    year: int | None = None


class Client(BaseModel):
    x_version: int = 1
    x_trace: str | None = None


class Upgrade(BaseModel):
    title: str
    pages: int = 1
    cover: Upload
    more: list[Upload] = []


class Totals(TypedDict, total=False):
    x_total: Annotated[int, Field(description="How many there are.")]


class Jar(TypedDict, total=False):
    sid: str


class LegacyTag(MarshmallowSchema):
    name = fields.String(required=True, validate=validate.Length(min=1))


class Legacy(MarshmallowSchema):
    """What the old ones send."""

    id = fields.Integer(dump_only=True)
    amount = fields.Decimal(validate=validate.Range(min=0), as_string=True)
    tag = fields.Nested(LegacyTag, allow_none=True)
    tags = fields.List(fields.Nested(LegacyTag))
    when = fields.DateTime(load_default=None, allow_none=True)


class LegacyFilter(MarshmallowSchema):
    q = fields.String()
    page = fields.Integer(load_default=1)


class OutOfStock(Problem):
    """There are fewer than that."""

    status = 409
    title = "Out of stock"
    left: int


class TooYoung(Invalid):
    """The thing is too young."""

    minimum: int


class Broken(Exception):
    """Something that an error handler answers."""


class EvenConverter(BaseConverter):
    regex = "[02468]+"
