from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field
from shelves import Book, BookRow, make_engine, opener, statements
from sqlalchemy import select
from sqlalchemy.orm import Session

from restlite import App, Depends, Query
from restlite.http.filtering import FilterBy
from restlite.http.paging import Page
from restlite.testing import Client


class Color(StrEnum):
    red = "red"
    green = "green"


class Thing(BaseModel):
    id: Annotated[int, Field(ge=1)]
    color: Color
    made: Annotated[date | None, Field(alias="madeOn")] = None
    name: str | None = None
    parts: list[str] = []


THINGS = [
    Thing(id=1, color=Color.red, name="a,b"),
    Thing(id=2, color=Color.green, madeOn=date(2024, 5, 1)),
    Thing(id=3, color=Color.red, madeOn=date(2024, 5, 1)),
]


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", [1, 2, 3]),
        ("?color=red", [1, 3]),
        ("?color=red&color=green", [1, 2, 3]),
        ("?color=red&madeOn=2024-05-01", [3]),
        ("?name=a,b", [1]),
        ("?name=", []),
        ("?id=1&id=2&id=9", [1, 2]),
    ],
)
def test_items_fit_that_have_the_values(gateway: Any, query: str, expect: list[int]) -> None:
    app = App()

    @app.get("/things")
    def index(by: Query[FilterBy[Thing]]) -> list[int]:
        return [thing.id for thing in by.matching(THINGS)]

    with Client(app, gateway=gateway) as client:
        assert client.get(f"/things{query}").json() == expect


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("color=blue", "color", "choice"),
        ("id=x", "id", "integer"),
        ("id=0", "id", "greater_than_equal"),
        ("id=9223372036854775808", "id", "less_than_equal"),
        ("madeOn=yesterday", "madeOn", "date"),
        ("made=2024-05-01", "made", "unknown"),
        ("parts=a", "parts", "unknown"),
        ("name=%00", "name", "invalid"),
        ("id=1" + "&id=1" * 100, "id", "max_length"),
    ],
)
def test_what_no_item_can_have_is_refused(gateway: Any, query: str, parameter: str, code: str) -> None:
    app = App()

    @app.get("/things")
    def index(by: Query[FilterBy[Thing]]) -> list[int]:
        return [thing.id for thing in by.matching(THINGS)]

    with Client(app, gateway=gateway) as client:
        response = client.get(f"/things?{query}")
    assert response.status_code == 422
    assert [(item["parameter"], item["code"]) for item in response.json()["errors"]] == [(parameter, code)]


class Extremes(BaseModel):
    whole: int
    exact: Decimal
    lasting: timedelta


@pytest.mark.parametrize(
    "query", [f"whole={10**30}", f"whole=-{10**30}", "exact=1e999999", "lasting=P99999999D"]
)
def test_what_no_database_holds_is_refused(gateway: Any, query: str) -> None:
    app = App()

    @app.get("/")
    def index(by: Query[FilterBy[Extremes]]) -> list[str]:
        return list(by.given)

    with Client(app, gateway=gateway) as client:
        assert client.get(f"/?{query}").status_code == 422
        assert client.get("/?whole=-1&exact=1.5&lasting=P1D").json() == ["whole", "exact", "lasting"]


class BookFilter(FilterBy[Book]):
    names = ("genre", "price")


def test_a_class_chooses_names(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def index(by: Query[BookFilter]) -> list[str]:
        return list(by.given)

    with Client(app, gateway=gateway) as client:
        assert client.get("/books?price=1").json() == ["price"]
        assert client.get("/books?title=x").json()["errors"][0]["code"] == "unknown"
    assert [item.name for item in app.operations[0].describe().parameters] == ["genre", "price"]


def test_a_select_leaves_the_rows_that_fit(gateway: Any) -> None:
    engine = make_engine(12)
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)], by: Query[FilterBy[Book]]) -> Page[Book]:
        return Page(by.where(select(BookRow)), db)

    with Client(app, gateway=gateway) as client, statements(engine) as said:
        everything = client.get("/books")
        some = client.get("/books?genre=poetry&price=1&price=2&limit=2")
        none = client.get("/books?published=1990-01-01")
        hostile = client.get("/books?title=x'%20OR%20'1'='1")
    assert everything.headers["X-Total-Count"] == "12"
    assert "WHERE" not in said[0]
    assert [book["id"] for book in some.json()] == [2, 4]
    assert some.headers["X-Total-Count"] == "4"
    assert "genre=poetry&price=1&price=2&limit=2&offset=2" in some.headers["Link"]
    assert (none.json(), hostile.json()) == ([], [])


class Plain(Enum):
    poetry = "poetry"


class Shelved(BaseModel):
    genre: Plain
    title: Plain


def test_enums_are_compared_by_their_values(gateway: Any) -> None:
    engine = make_engine(4)
    app = App()
    open_session = opener(engine)

    @app.get("/books")
    def index(db: Annotated[Session, Depends(open_session)], by: Query[FilterBy[Shelved]]) -> Page[Book]:
        return Page(by.where(select(BookRow)), db)

    with Client(app, gateway=gateway) as client:
        assert [book["id"] for book in client.get("/books?genre=poetry").json()] == [2, 4]
        assert client.get("/books?title=poetry").json() == []


class Tricky(BaseModel):
    id: UUID
    named: Annotated[str, Field(alias="copy")]
    model: str


def test_members_may_have_names_that_a_model_has_already(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index(by: Query[FilterBy[Tricky]]) -> list[str]:
        return list(by.given)

    with Client(app, gateway=gateway) as client:
        assert client.get("/?copy=1&model=x").json() == ["named", "model"]
