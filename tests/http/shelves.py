"""A shelf of books in memory and in SQLite, and how clients walk along its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Engine, ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool

from restlite.testing import Client, ClientResponse

SECRET = "a secret that nobody can guess, long enough"


class Genre(StrEnum):
    poetry = "poetry"
    travel = "travel"


class Book(BaseModel):
    id: int
    title: str
    genre: Genre
    price: int
    published: date | None = None


class Base(DeclarativeBase):
    pass


class AuthorRow(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class TagRow(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))


class BookRow(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    genre: Mapped[Genre]
    price: Mapped[int]
    published: Mapped[date | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))

    author: Mapped[AuthorRow | None] = relationship()
    tags: Mapped[list[TagRow]] = relationship()


def row(number: int, **members: Any) -> BookRow:
    """Make a book; prices and dates repeat, and some dates are missing."""
    given: dict[str, Any] = {
        "id": number,
        "title": f"Book {number}",
        "genre": [Genre.poetry, Genre.travel][number % 2],
        "price": number % 3,
        "published": None if number % 4 == 0 else date(2000 + number % 5, 1, 1),
    }
    return BookRow(**given | members)


def make_engine(books: int = 0) -> Engine:
    """Make a database in memory that all threads share."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(row(number) for number in range(1, books + 1))
        session.commit()
    return engine


def opener(engine: Engine) -> Callable[[], Iterator[Session]]:
    """Make the dependency that opens a session."""

    def open_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    return open_session


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that a database is asked."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def links(response: ClientResponse) -> dict[str, str]:
    """Read a ``Link`` field."""
    return {name: target for target, name in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["Link"])}


def walk(client: Client, path: str, relation: str = "next") -> Iterator[list[Any]]:
    """Give page after page."""
    target: str | None = path
    while target is not None:
        response = client.get(target)
        assert response.status_code == 200, response.text
        yield response.json()
        target = links(response).get(relation)
