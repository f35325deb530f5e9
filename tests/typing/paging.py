# pyright: strict
"""Pages of lists and selects, and what clients sort and filter them by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Generic, assert_type

from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from typing_extensions import TypeVar

from restlite import App, Depends, Query
from restlite.http.cursor_paging import CursorPage
from restlite.http.filtering import FilterBy
from restlite.http.paging import EnvelopePage, Page
from restlite.http.sorting import SortBy

T = TypeVar("T")
app = App(title="Paging", secrets=["a secret that nobody can guess, long enough"])
engine = create_engine("sqlite://")


class Base(DeclarativeBase):
    pass


class BookRow(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Book(BaseModel):
    id: int
    title: str


class Shelf(Page[T], Generic[T]):
    limit = 50
    max_limit = 500


class Books(CursorPage[Book]):
    counted = False


class BookSort(SortBy[Book]):
    names = ("title",)
    default = ("-title",)


def open_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


async def open_async_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession() as session:
        yield session


Db = Annotated[Session, Depends(open_session)]
AsyncDb = Annotated[AsyncSession, Depends(open_async_session)]


@app.get("/books")
def of_select(db: Db, sort: Query[SortBy[Book]], by: Query[FilterBy[Book]]) -> Page[Book]:
    query = select(BookRow)
    query = sort.order(by.where(query))  # of the same type
    return Page(query, db)


@app.get("/async-books")
async def of_async_select(db: AsyncDb) -> Shelf[Book]:
    return Shelf(select(BookRow), db)


@app.get("/feed")
def by_cursor(db: Db, sort: Query[BookSort]) -> Books:
    return Books(select(BookRow), db, key=sort.keys)


@app.get("/list")
def of_list(sort: Query[BookSort], by: Query[FilterBy[Book]]) -> EnvelopePage[Book]:
    books = [Book(id=1, title="a")]
    assert_type(sort.sorted(books), list[Book])
    return EnvelopePage(by.matching(books), total=1)


def body_of(page: Page[Book], other: CursorPage[Book]) -> None:
    assert_type(page.body, list[Book])
    assert_type(other.body, list[Book])
