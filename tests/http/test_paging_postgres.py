"""Pages on PostgreSQL: orders of enums and absent values, and values that its types do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from postgres import postgres
from shelves import SECRET, Base, Book, BookRow, opener, row, walk
from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.orm import Session

from restlite import App, Depends, Query
from restlite.http.cursor_paging import CursorPage
from restlite.http.filtering import FilterBy
from restlite.http.paging import Page
from restlite.http.sorting import SortBy
from restlite.testing import Client


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with postgres() as url:
        made = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        Base.metadata.create_all(made)
        with Session(made) as session:
            session.add_all(row(number) for number in range(1, 24))
            session.commit()
        yield made
        made.dispose()


@pytest.mark.parametrize("sort", ["published,-genre", "-published,genre", "-price", "genre,price,-title"])
def test_walking_on_and_back_shows_every_row_once(engine: Engine, gateway: Any, sort: str) -> None:
    app = App(secrets=[SECRET])
    open_session = opener(engine)

    Db = Annotated[Session, Depends(open_session)]

    @app.get("/feed")
    def feed(db: Db, by: Query[SortBy[Book]]) -> CursorPage[Book]:
        return CursorPage(select(BookRow), db, key=by.keys)

    @app.get("/books")
    def books(db: Db, by: Query[SortBy[Book]]) -> Page[Book]:
        return Page(by.order(select(BookRow)), db)

    with Client(app, gateway=gateway) as client:
        whole = client.get(f"/books?sort={sort}&limit=100").json()
        assert sorted(book["id"] for book in whole) == list(range(1, 24))
        for path in ("/feed", "/books"):
            pages = walk(client, f"{path}?sort={sort}&limit=5")
            assert [book for page in pages for book in page] == whole


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("price=1", 200),
        ("price=9223372036854775807", 200),
        ("price=-9223372036854775807", 200),
        ("price=9223372036854775808", 422),
        ("title=%00", 422),
        ("title='%20OR%20true%20--", 200),
        ("genre=poetry&genre=travel", 200),
        ("published=0001-01-01&published=9999-12-31", 200),
        ("limit=100&offset=2147483647", 200),
    ],
)
def test_no_parameter_is_an_error_of_the_database(
    engine: Engine, gateway: Any, query: str, status: int
) -> None:
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def books(db: Annotated[Session, Depends(open_session)], by: Query[FilterBy[Book]]) -> Page[Book]:
        return Page(by.where(select(BookRow)), db)

    with Client(app, gateway=gateway) as client:
        assert client.get(f"/books?{query}").status_code == status
