from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from shelves import SECRET, AuthorRow, Book, BookRow, links, make_engine, opener, row, statements, walk
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, select
from sqlalchemy.orm import Session

from restlite import App, Depends, Query, SetupError
from restlite.http.cursor_paging import CursorPage
from restlite.http.paging import T
from restlite.http.sorting import SortBy
from restlite.testing import Client


@dataclass
class Note:
    id: int
    stars: int


class Number(BaseModel):
    id: int
    odd: bool


NOTES = [Note(number, number % 3) for number in range(1, 11)]


def test_a_cursor_leads_on_and_back(gateway: Any) -> None:
    app = App(secrets=[SECRET])

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage(NOTES, key=("-stars", "id"))

    with Client(app, gateway=gateway) as client:
        first = client.get("/notes?limit=4")
        second = client.get(links(first)["next"])
        third = client.get(links(second)["next"])
        back = client.get(links(third)["prev"])
        start = client.get(links(back)["prev"])
    assert [note["id"] for note in first.json()] == [2, 5, 8, 1]
    assert [note["id"] for note in second.json()] == [4, 7, 10, 3]
    assert [note["id"] for note in third.json()] == [6, 9]
    assert (back.json(), start.json()) == (second.json(), first.json())
    assert first.headers["X-Total-Count"] == "10"
    assert links(first).keys() == {"first", "next"}
    assert links(third).keys() == {"first", "prev"}
    assert links(start).keys() == {"first", "next"}
    assert links(second)["first"] == "/notes?limit=4"


def test_head_answers_the_header_fields_of_a_page(gateway: Any) -> None:
    app = App(secrets=[SECRET])

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage(NOTES, key="id")

    with Client(app, gateway=gateway) as client:
        response = client.head("/notes?limit=4")
    assert (response.status_code, response.content) == (200, b"")
    assert "next" in links(response)


def test_an_empty_list_has_an_empty_page(gateway: Any) -> None:
    app = App(secrets=[SECRET])

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage([], key="id")

    with Client(app, gateway=gateway) as client:
        response = client.get("/notes")
    assert (response.json(), links(response)) == ([], {"first": "/notes"})


@pytest.mark.parametrize("cursor", ["", "x", "%C3%A9", "%00", "a" * 100_000, "QUJD" * 20])
def test_what_is_no_cursor_is_refused(gateway: Any, cursor: str) -> None:
    app = App(secrets=[SECRET])

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage(NOTES, key="id")

    with Client(app, gateway=gateway) as client:
        response = client.get(f"/notes?cursor={cursor}")
    assert response.status_code == 422
    assert response.json()["detail"] == "The cursor is none of this list; begin again without it."
    assert response.json()["errors"] == [
        {"in": "query", "parameter": "cursor", "code": "invalid", "detail": "This is not valid."}
    ]


def test_a_cursor_of_another_list_is_refused(gateway: Any) -> None:
    app = App(secrets=[SECRET], ignored_query=("utm_*",))

    @app.get("/<kind>")
    def index(kind: str, stars: int | None = None) -> CursorPage[Note]:
        return CursorPage([note for note in NOTES if stars in (None, note.stars)], key="id")

    with Client(app, gateway=gateway) as client:
        cursor = links(client.get("/notes?limit=1"))["next"].partition("cursor=")[2]
        assert client.get(f"/notes?limit=3&utm_source=x&cursor={cursor}").json()[0]["id"] == 2
        assert client.get(f"/notes?stars=1&cursor={cursor}").status_code == 422
        assert client.get(f"/others?cursor={cursor}").status_code == 422
        tail = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
        assert client.get(f"/notes?cursor={tail}").status_code == 422


def test_a_cursor_lives_as_long_as_its_secret(gateway: Any) -> None:
    def make(secrets: list[str | bytes]) -> App:
        app = App(secrets=secrets)

        @app.get("/notes")
        def index() -> CursorPage[Note]:
            return CursorPage(NOTES, key="id")

        return app

    old, new = "o" * 32, b"n" * 32
    with Client(make([old]), gateway=gateway) as client:
        target = links(client.get("/notes?limit=2"))["next"]
    with Client(make([new, old]), gateway=gateway) as client:
        assert [note["id"] for note in client.get(target).json()] == [3, 4]
    with Client(make([new]), gateway=gateway) as client:
        assert client.get(target).status_code == 422


def test_an_app_without_secrets_is_told_so(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage(NOTES, key="id")

    with pytest.raises(
        SetupError, match="index: CursorPage signs cursors, and the app has no secrets"
    ) as caught:
        CursorPage.check(app._operations[0])
    assert caught.value.mend == 'App(secrets=[os.environ["SECRET"]])'


def test_items_that_cannot_be_told_apart_are_refused(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App(secrets=[SECRET])

    @app.get("/notes")
    def index() -> CursorPage[Note]:
        return CursorPage(NOTES, key="-stars")

    with Client(app, gateway=gateway) as client:
        assert client.get("/notes?limit=2").status_code == 500
    assert "two items of a CursorPage have the same stars: one would be left out." in caplog.text
    assert """Write: key=["-stars", "id"]""" in caplog.text


def test_a_list_without_a_key_is_refused() -> None:
    with pytest.raises(SetupError) as caught:
        CursorPage(NOTES)
    assert str(caught.value) == (
        "a CursorPage that is no select does not know what tells its items apart.\n"
        '    Write: CursorPage(items, key="id")'
    )


def test_a_select_is_continued_by_the_values_of_its_last_row(gateway: Any) -> None:
    engine = make_engine(9)
    app = App(secrets=[SECRET])
    open_session = opener(engine)

    class Feed(CursorPage[T], Generic[T]):
        limit = 2
        counted = False

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> Feed[Book]:
        return Feed(select(BookRow), db, key="-price")

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        first = client.get("/books")
        second = client.get(links(first)["next"])
    assert [book["id"] for book in (*first.json(), *second.json())] == [2, 5, 8, 1]
    assert "X-Total-Count" not in first.headers
    assert len(said) == 2
    assert said[1].endswith(
        "WHERE books.price <= ? AND (books.price < ? OR books.id > ?)"
        " ORDER BY books.price DESC, books.id\n LIMIT ? OFFSET ?"
    ), said[1]


def test_pages_stay_where_they_are_while_rows_come_and_go(gateway: Any) -> None:
    engine = make_engine(9)
    app = App(secrets=[SECRET])
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> CursorPage[Book]:
        return CursorPage(select(BookRow), db, key="id")

    with Client(app, gateway=gateway) as client:
        first = client.get("/books?limit=3")
        with Session(engine) as session:
            session.add(row(0))
            session.delete(session.get_one(BookRow, 2))
            session.delete(session.get_one(BookRow, 3))  # which the cursor points to
            session.delete(session.get_one(BookRow, 5))
            session.commit()
        second = client.get(links(first)["next"])
        with Session(engine) as session:
            for number in (7, 8, 9):
                session.delete(session.get_one(BookRow, number))
            session.commit()
        last = client.get(links(second)["next"])
    assert [book["id"] for book in first.json()] == [1, 2, 3]
    assert [book["id"] for book in second.json()] == [4, 6, 7]
    assert (last.json(), links(last)) == ([], {"first": "/books?limit=3"})


def test_the_client_chooses_the_order(gateway: Any) -> None:
    engine = make_engine(9)
    app = App(secrets=[SECRET])
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)], sort: Query[SortBy[Book]]) -> CursorPage[Book]:
        return CursorPage(select(BookRow), db, key=sort.keys)

    with Client(app, gateway=gateway) as client:
        first = client.get("/books?sort=genre,-published&limit=3")
        target = links(first)["next"]
        assert client.get(target.replace("genre", "-genre")).status_code == 422
        whole = client.get("/books?sort=genre,-published").json()
        joined = [book for page in walk(client, "/books?sort=genre,-published&limit=2") for book in page]
    assert joined == whole
    assert [book["published"] for book in whole[:4]] == [None, None, "2002-01-01", "2001-01-01"]


def test_rows_of_several_entities_are_ordered_by_the_first(gateway: Any) -> None:
    engine = make_engine(5)
    app = App(secrets=[SECRET])

    def open_session() -> Iterator[Session]:
        with Session(engine) as session:
            session.add(AuthorRow(id=1, name="Ann"))
            session.flush()
            yield session

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)]) -> CursorPage[tuple[Book, str]]:
        return CursorPage(select(BookRow, AuthorRow.name).join(AuthorRow, AuthorRow.id == 1), db, key="-id")

    with Client(app, gateway=gateway) as client:
        pages = list(walk(client, "/books?limit=2"))
    assert [book["id"] for page in pages for book, _ in page] == [5, 4, 3, 2, 1]


def test_a_select_must_hold_what_tells_rows_apart() -> None:
    with Session(make_engine()) as session:
        with pytest.raises(SetupError, match="the select of a CursorPage has no primary key") as caught:
            CursorPage(select(BookRow.title), session)
        assert caught.value.mend == "select(an_entity)   # or Page, which needs none"
        with pytest.raises(SetupError) as caught:
            CursorPage(select(BookRow), session, key="author")
    assert str(caught.value) == (
        "the select has no column 'author'; it has: author_id, genre, id, price, published, title.\n"
        "    Write: names of columns   # such as 'author_id'"
    )


def test_rows_of_a_table_are_ordered_by_its_columns(gateway: Any) -> None:
    engine = make_engine(0)
    table = Table("numbers", MetaData(), Column("id", Integer, primary_key=True), Column("odd", Boolean))
    table.create(engine)
    app = App(secrets=[SECRET])
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"id": n, "odd": n % 2 == 1} for n in range(1, 6)])

        @app.get("/numbers")
        def numbers() -> CursorPage[Number]:
            return CursorPage(select(table), connection, key="-odd")

        with Client(app, gateway=gateway) as client:
            pages = list(walk(client, "/numbers?limit=2"))
    assert [number["id"] for page in pages for number in page] == [1, 3, 5, 2, 4]


@settings(deadline=None, max_examples=60)
@given(
    members=st.lists(
        st.tuples(st.integers(0, 2), st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 3))), max_size=25
    ),
    key=st.lists(st.sampled_from(["price", "published", "genre"]), unique=True).flatmap(
        lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names))
    ),
    limit=st.integers(1, 7),
)
def test_walking_on_and_back_shows_every_row_once(
    members: list[tuple[int, date | None]], key: tuple[str, ...], limit: int
) -> None:
    engine = make_engine()
    with Session(engine) as session:
        session.add_all(row(n, price=price, published=when) for n, (price, when) in enumerate(members))
        session.commit()
    app = App(secrets=[SECRET])
    open_session = opener(engine)

    @app.get("/rows")
    def rows(db: Annotated[Session, Depends(open_session)]) -> CursorPage[Book]:
        return CursorPage(select(BookRow), db, key=key)

    @app.get("/items")
    def items(db: Annotated[Session, Depends(open_session)]) -> CursorPage[Book]:
        return CursorPage(db.scalars(select(BookRow)).all(), key=(*key, "id"))

    with Client(app) as client:
        pages = list(walk(client, f"/rows?limit={limit}"))
        found = [book["id"] for page in pages for book in page]
        assert sorted(found) == list(range(len(members)))
        assert found == [book["id"] for page in walk(client, f"/items?limit={limit}") for book in page]
        target = f"/rows?limit={limit}"
        while "next" in links(response := client.get(target)):
            target = links(response)["next"]
        assert list(walk(client, target, "prev"))[::-1] == pages
    engine.dispose()
