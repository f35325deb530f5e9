"""Pages of selects: real statements on real SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from shelves import (
    AuthorRow,
    Base,
    Book,
    BookRow,
    Genre,
    TagRow,
    links,
    make_engine,
    opener,
    row,
    statements,
    walk,
)
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from restlite import App, Depends, SetupError
from restlite.http.paging import Page
from restlite.testing import Client


class Named(BaseModel):
    name: str


class Tag(BaseModel):
    word: str


class FullBook(BaseModel):
    id: int
    author: Named
    tags: list[Tag]


def test_a_page_of_a_select_is_two_statements(gateway: Any) -> None:
    engine = make_engine(45)
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> Page[Book]:
        return Page(select(BookRow).order_by(BookRow.title), db)

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        response = client.get("/books?limit=2&offset=10")
    assert [book["title"] for book in response.json()] == ["Book 19", "Book 2"]
    assert response.headers["X-Total-Count"] == "45"
    assert links(response)["last"] == "/books?limit=2&offset=44"
    assert len(said) == 2
    assert "count(*)" in said[0]
    assert "ORDER BY" not in said[0]
    assert said[1].endswith("ORDER BY books.title, books.id\n LIMIT ? OFFSET ?")


@pytest.mark.parametrize("load", [joinedload, selectinload])
def test_nothing_is_loaded_row_by_row(gateway: Any, load: Any) -> None:
    engine = make_engine()
    with Session(engine) as session:
        session.add(AuthorRow(id=1, name="Ann"))
        for number in range(1, 31):
            tags = [TagRow(word=word) for word in ("a", "b", "c")]
            session.add(row(number, author_id=1, tags=tags))
        session.commit()
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> Page[FullBook]:
        return Page(select(BookRow).options(load(BookRow.author), load(BookRow.tags)), db)

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        response = client.get("/books?limit=10&offset=5")
    assert [book["id"] for book in response.json()] == list(range(6, 16))
    assert [tag["word"] for tag in response.json()[0]["tags"]] == ["a", "b", "c"]
    assert response.headers["X-Total-Count"] == "30"
    assert len(said) == (2 if load is joinedload else 4)


def test_an_async_session_is_awaited(gateway: Any, tmp_path: Any) -> None:
    app = App()

    async def open_session() -> AsyncIterator[AsyncSession]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/books.db")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            if await session.scalar(select(func.count(BookRow.id))) == 0:
                session.add_all(row(number) for number in range(1, 8))
                await session.flush()
            yield session
        await engine.dispose()

    @app.get("/books")
    async def index(db: Annotated[AsyncSession, Depends(open_session)]) -> Page[Book]:
        return Page(select(BookRow), db)

    with Client(app, gateway=gateway) as client:
        response = client.get("/books?limit=2&offset=4")
    assert [book["id"] for book in response.json()] == [5, 6]
    assert response.headers["X-Total-Count"] == "7"


def test_a_connection_gives_rows(gateway: Any) -> None:
    engine = make_engine(5)
    with engine.connect() as connection:
        app = App()

        @app.get("/books")
        def rows() -> Page[Book]:
            return Page(select(BookRow), connection)

        with Client(app, gateway=gateway) as client:
            assert [book["id"] for book in client.get("/books?limit=2").json()] == [1, 2]


class Priced(BaseModel):
    title: str
    twice: int


def test_columns_are_rows_and_one_column_is_values(gateway: Any) -> None:
    engine = make_engine(9)
    app = App()
    open_session = opener(engine)

    Db = Annotated[Session, Depends(open_session)]

    @app.get("/rows")
    def rows(db: Db) -> Page[Priced]:
        return Page(select(BookRow.title, (BookRow.price * 2).label("twice")).order_by(BookRow.id), db)

    @app.get("/values")
    def values(db: Db) -> Page[Genre]:
        return Page(select(BookRow.genre).distinct().order_by(BookRow.genre), db)

    @app.get("/repeated")
    def repeated(db: Db) -> Page[int]:
        return Page(select(BookRow.price), db)

    @app.get("/aliased")
    def alias(db: Db) -> Page[Book]:
        other = aliased(BookRow)
        return Page(select(other).order_by(other.price.desc()), db)

    with Client(app, gateway=gateway) as client:
        assert client.get("/rows?limit=1").json() == [{"title": "Book 1", "twice": 2}]
        genres = client.get("/values")
        assert (genres.json(), genres.headers["X-Total-Count"]) == (["poetry", "travel"], "2")
        assert len(client.get("/repeated").json()) == 9
        assert [book["id"] for book in client.get("/aliased?limit=4").json()] == [2, 5, 8, 1]


def test_a_class_may_leave_the_counting(gateway: Any) -> None:
    engine = make_engine(5)
    app = App()
    open_session = opener(engine)

    class Uncounted(Page[Book]):
        counted = False

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> Uncounted:
        return Uncounted(select(BookRow), db)

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        first, last = client.get("/books?limit=4"), client.get("/books?limit=4&offset=4")
    assert (len(first.json()), links(first)) == (
        4,
        {"first": "/books?limit=4&offset=0", "next": "/books?limit=4&offset=4"},
    )
    assert (len(last.json()), "next" in links(last)) == (1, False)
    assert "X-Total-Count" not in first.headers
    assert len(said) == 2


@pytest.mark.parametrize(
    ("cut", "mend"),
    [(select(BookRow).limit(3), "LIMIT or OFFSET"), (select(BookRow).offset(3), "LIMIT or OFFSET")],
)
def test_a_select_that_is_cut_already_is_refused(cut: Any, mend: str) -> None:
    with Session(make_engine()) as session, pytest.raises(SetupError, match=mend) as caught:
        Page(cut, session)
    assert str(caught.value) == (
        "the select has a LIMIT or OFFSET of its own.\n    Write: Page(select(...), session)"
    )


def test_a_select_without_a_session_is_refused() -> None:
    with pytest.raises(SetupError) as caught:
        Page(select(BookRow))
    assert str(caught.value) == (
        "Page was given a select, and no session to run it.\n    Write: Page(select(...), session)"
    )


def test_a_grouped_select_keeps_its_order() -> None:
    from restlite.http.selects import settled

    grouped = select(BookRow).group_by(BookRow.genre)
    assert settled(grouped) is grouped
    ordered = select(BookRow).order_by(BookRow.id.desc())
    assert settled(ordered) is ordered


@settings(deadline=None, max_examples=25)
@given(size=st.integers(0, 30), limit=st.integers(1, 12))
def test_pages_joined_by_next_are_the_whole_table(size: int, limit: int) -> None:
    engine = make_engine(size)
    app = App()
    open_session = opener(engine)

    @app.get("/")
    def index(db: Annotated[Session, Depends(open_session)]) -> Page[Book]:
        return Page(select(BookRow).order_by(BookRow.price.desc()), db)  # which many share

    with Client(app) as client:
        found = [book["id"] for page in walk(client, f"/?limit={limit}") for book in page]
    assert sorted(found) == list(range(1, size + 1))
    engine.dispose()
