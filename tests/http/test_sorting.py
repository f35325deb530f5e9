from __future__ import annotations

from typing import Annotated, Any, Generic

import pytest
from pydantic import BaseModel, Field
from shelves import Book, BookRow, make_engine, opener, statements
from sqlalchemy import select
from sqlalchemy.orm import Session

from restlite import App, Depends, Query, SetupError
from restlite.http.paging import Page
from restlite.http.sorting import SortBy, T
from restlite.testing import Client


class Film(BaseModel):
    title: str
    year: Annotated[int | None, Field(alias="shownIn")] = None
    cast: list[str] = []


FILMS = [Film(title="b", shownIn=1999), Film(title="a"), Film(title="a", shownIn=2001)]


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", ["b 1999", "a None", "a 2001"]),
        ("?sort=title", ["a None", "a 2001", "b 1999"]),
        ("?sort=shownIn", ["b 1999", "a 2001", "a None"]),
        ("?sort=-shownIn", ["a None", "a 2001", "b 1999"]),
        ("?sort=title,shownIn", ["a 2001", "a None", "b 1999"]),
        ("?sort=-title,-shownIn", ["b 1999", "a None", "a 2001"]),
    ],
)
def test_items_are_sorted_as_the_client_asks(gateway: Any, query: str, expect: list[str]) -> None:
    app = App()

    @app.get("/films")
    def index(by: Query[SortBy[Film]]) -> list[str]:
        return [f"{film.title} {film.year}" for film in by.sorted(FILMS)]

    with Client(app, gateway=gateway) as client:
        assert client.get(f"/films{query}").json() == expect


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("sort=year", "choice", "This must be one of: 'title', '-title', 'shownIn' or '-shownIn'."),
        ("sort=cast", "choice", "This must be one of: 'title', '-title', 'shownIn' or '-shownIn'."),
        ("sort=", "choice", "This must be one of: 'title', '-title', 'shownIn' or '-shownIn'."),
        ("sort=title,-title", "unique", "The items must be unique."),
        ("sort=title,shownIn,title", "max_length", "This must have at most 2 items or characters."),
        ("sort=title&sort=shownIn", "repeated", "This was given more than once."),
    ],
)
def test_what_is_no_order_is_refused(gateway: Any, query: str, code: str, detail: str) -> None:
    app = App()

    @app.get("/films")
    def index(by: Query[SortBy[Film]]) -> list[str]:
        return list(by.keys)

    with Client(app, gateway=gateway) as client:
        response = client.get(f"/films?{query}")
    assert response.status_code == 422
    assert response.json()["errors"] == [{"in": "query", "parameter": "sort", "code": code, "detail": detail}]


class BookSort(SortBy[Book]):
    names = ("title", "published")
    default = ("-published", "title")


def test_a_class_chooses_names_and_a_default(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def index(by: Query[BookSort]) -> list[str]:
        return list(by.keys)

    with Client(app, gateway=gateway) as client:
        assert client.get("/books").json() == ["-published", "title"]
        assert client.get("/books?sort=title").json() == ["title"]
        assert client.get("/books?sort=id").status_code == 422
    (parameter,) = app.operations[0].describe().parameters
    assert (parameter.name, parameter.style, parameter.explode) == ("sort", "form", False)
    assert parameter.default == ["-published", "title"]


def test_a_select_is_ordered_with_absent_values_last(gateway: Any) -> None:
    engine = make_engine(8)
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)], by: Query[SortBy[Book]]) -> Page[Book]:
        return Page(by.order(select(BookRow).order_by(BookRow.price)), db)

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        unasked = client.get("/books").json()
        up = client.get("/books?sort=published,title").json()
        down = client.get("/books?sort=-published,title").json()
    assert [book["price"] for book in unasked] == [0, 0, 1, 1, 1, 2, 2, 2]
    assert [book["id"] for book in up] == [5, 1, 6, 2, 7, 3, 4, 8]
    assert [book["id"] for book in down] == [4, 8, 3, 2, 7, 1, 6, 5]
    assert "ORDER BY CASE WHEN (books.published IS NULL)" in said[3]
    assert "books.price," not in said[3].partition("ORDER BY")[2]


def test_one_model_makes_one_class() -> None:
    assert SortBy[Film] is SortBy[Film]
    assert SortBy[Film].__name__ == "SortBy[Film]"
    assert SortBy[Film]().keys == ()


def test_a_generic_class_waits_for_its_model() -> None:
    class Order(SortBy[T], Generic[T]):
        default = ("-title",)

    assert Order[Film]().keys == ("-title",)
    assert Order[Film](sort=["shownIn"]).keys == ("year",)


def test_a_name_that_is_no_member_is_refused() -> None:
    said = r"Wrong names 'yaer'; its scalar members are: title, shownIn.\n    Write: names = \('title', ...\)"
    with pytest.raises(SetupError, match=said):

        class Wrong(SortBy[Film]):
            names = ("yaer",)

    with pytest.raises(SetupError, match="WrongToo names 'cast'"):

        class WrongToo(SortBy[Film]):
            default = ("-cast",)
