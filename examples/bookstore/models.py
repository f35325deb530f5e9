"""What travels over the wire: the models of requests and answers.

What clients get, they can send back changed: read-only members are ignored.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from restlite.http import FilterBy, ReadOnly, SortBy

#: A primary key; PostgreSQL's integers have 32 bits.
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
#: One line of text: no control characters, which titles and names do not have.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Isbn = Annotated[str, Field(pattern=r"^97[89][0-9]{10}$", examples=["9780000000019"])]
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
    id: ReadOnly[Id]


class User(Row):
    name: str
    scopes: list[str]


class Author(Numbered):
    name: Line
    born: Annotated[int, Field(ge=-800, le=2100, description="Year; negative before our era.")] | None = None


class AuthorName(Numbered):
    name: Line


class PublisherName(Numbered):
    name: Line


class Book(Numbered):
    title: Line
    isbn: Isbn
    genre: Genre
    published: date
    pages: Annotated[int, Field(ge=1, le=10_000)]
    price_cents: Cents
    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    author_id: Id
    publisher_id: Id
    author: ReadOnly[AuthorName]
    publisher: ReadOnly[PublisherName]

    def facts(self) -> dict[str, Any]:
        """Give what is stored of a book; the rest follows from it."""
        return self.model_dump(exclude={"id", "author", "publisher"})


class BookFilter(FilterBy[Book]):
    names = ("genre", "author_id", "isbn")


class BookSort(SortBy[Book]):
    names = ("title", "published", "price_cents")
    default = ("title",)


class BookSearch(BaseModel):
    """Choose books by more than equality; every member is a query parameter."""

    title: Line | None = None
    max_price_cents: Cents | None = None
    in_stock: bool = False


class Review(Numbered):
    reader: ReadOnly[str]
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class OrderLineIn(BaseModel):
    book_id: Id
    quantity: Quantity = 1


class OrderIn(BaseModel):
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


class OrderFilter(FilterBy[Order]):
    names = ("customer", "status")


class Heartbeat(BaseModel):
    """Tell that the feed lives, though no orders come in."""

    at: datetime
