"""What travels over the wire: the models of requests and answers.

``BookIn`` is what a client sends, ``Book`` what it gets back.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: A primary key; PostgreSQL's integers have 32 bits.
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: One line of text: no control characters, which titles and names do not have.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Cents = Annotated[int, Field(ge=1, le=1_000_000)]
Quantity = Annotated[int, Field(ge=1, le=100)]


class Genre(StrEnum):
    mystery = "mystery"
    romance = "romance"
    history = "history"
    science = "science"
    travel = "travel"
    poetry = "poetry"


class OrderStatus(StrEnum):
    placed = "placed"
    packed = "packed"
    cancelled = "cancelled"


class Row(BaseModel):
    """Be made from a row of the database: ``Book.model_validate(row)``."""

    model_config = ConfigDict(from_attributes=True)


class Numbered(Row):
    id: Id


class Window(BaseModel):
    """Say which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class AuthorIn(BaseModel):
    name: Line
    born: Annotated[int, Field(ge=-800, le=2100, description="Year; negative before our era.")] | None = None


class Author(AuthorIn, Numbered):
    pass


class AuthorName(Numbered):
    name: Line


class PublisherName(Numbered):
    name: Line


class BookFacts(BaseModel):
    title: Line
    isbn: Annotated[str, Field(pattern=r"^97[89][0-9]{10}$", examples=["9780000000019"])]
    genre: Genre
    published: date
    pages: Annotated[int, Field(ge=1, le=10_000)]
    price_cents: Cents
    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class BookIn(BookFacts):
    author_id: Id
    publisher_id: Id


class Book(BookFacts, Numbered):
    author: AuthorName
    publisher: PublisherName


class BookFilters(Window):
    """Choose books; every member is a query parameter."""

    title: Line | None = None
    genre: list[Genre] = []
    author_id: Id | None = None
    max_price_cents: Cents | None = None
    in_stock: bool = False
    sort: Literal["title", "published", "price_cents"] = "title"


class ReviewIn(BaseModel):
    reader: Line
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class Review(ReviewIn, Numbered):
    pass


class OrderLineIn(BaseModel):
    book_id: Id
    quantity: Quantity = 1


class OrderIn(BaseModel):
    customer: Line
    lines: Annotated[list[OrderLineIn], Field(min_length=1, max_length=50)]


class BookTitle(Numbered):
    title: Line


class OrderLine(Row):
    book: BookTitle
    quantity: int
    price_cents: int


class Order(Numbered):
    customer: Line
    status: OrderStatus
    placed_at: datetime
    lines: list[OrderLine]
    total_cents: int


class OrderFilters(Window):
    """Choose orders."""

    customer: Line | None = None
    status: OrderStatus | None = None


class Heartbeat(BaseModel):
    """Tell that the feed lives, though no orders come in."""

    at: datetime
