"""Lazy links: the path of a handler's route, known when the answer is written."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from restlite import App, Created, Router, SetupError, link
from restlite.links import root_path
from restlite.testing import Client


class Colour(Enum):
    RED = "red"


class Book(BaseModel):
    id: int


def test_a_link_is_resolved_when_the_answer_is_written(gateway: Any) -> None:
    app = App()

    @app.post("/books")
    def create(body: Book) -> Created[Book]:
        return Created(body, location=link(show, id=body.id, view="a b"))

    @app.get("/books/<int:id>")
    def show(id: int, view: str = "") -> Book: ...

    for mount in ("", "/api", "/a%20b/%C3%A9"):
        client = Client(app, gateway=gateway, base_url=f"http://localhost{mount}")
        response = client.post("/books", json={"id": 7}, headers={"Host": "evil.example"})
        assert response.headers["Location"] == f"{mount}/books/7?view=a+b"
    assert repr(link(show, id=1, q="a")) == "link(show, id=1, q='a')"
    assert repr(link("show")) == "link(show)"


@pytest.mark.parametrize(
    ("rule", "value", "path"),
    [
        ("/<x>", "a/b", None),
        ("/<x>", "a b?é", "/a%20b%3F%C3%A9"),
        ("/<path:x>", "a/b c", "/a/b%20c"),
        ("/<int:x>", 5, "/5"),
        ("/<uuid:x>", UUID(int=1), f"/{UUID(int=1)}"),
        ("/<date:x>", dt.date(2024, 5, 1), "/2024-05-01"),
    ],
)
def test_values_are_written_as_the_rule_reads_them(rule: str, value: Any, path: str | None) -> None:
    app = App()

    def show(x: Any) -> None: ...

    show.__annotations__["x"] = type(value)
    app.get(rule)(show)
    if path is None:
        with pytest.raises(ValueError, match="holds a slash"):
            app.url_for(show, x=value)
    else:
        assert app.url_for(show, x=value) == path


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({"a": 1, "b": ["x", "y"]}, "a=1&b=x&b=y"),
        ({"a": True, "b": Colour.RED}, "a=true&b=red"),
        ({"a": dt.datetime(2024, 5, 1, 12), "b": UUID(int=1)}, f"a=2024-05-01T12%3A00%3A00&b={UUID(int=1)}"),
        ({"a": [True, Colour.RED], "b": None}, "a=true&a=red"),
    ],
)
def test_other_values_go_to_the_query_as_it_is_read(values: Any, query: str) -> None:
    app = App()

    @app.get("/")
    def show() -> None: ...

    assert app.url_for(show, **values) == f"/?{query}"


def test_a_link_to_nothing_says_so(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    def lost() -> None: ...

    @app.post("/")
    def create() -> Created[None]:
        return Created(None, location=link(lost))

    with pytest.raises(SetupError) as caught:
        app.url_for(lost)
    assert caught.value.found == f"{lost.__qualname__} has no route to link to."
    assert caught.value.mend == f"@app.get(...)\ndef {lost.__qualname__}(...)"
    assert caught.value.file == __file__
    with pytest.raises(SetupError) as caught:
        app.url_for("lost")  # type: ignore[arg-type]
    assert caught.value.found == "'lost' has no route to link to."
    assert Client(app, gateway=gateway).post("/").status_code == 500
    assert "has no route to link to." in caplog.text


def test_links_stay_in_the_mount_they_are_made_in(gateway: Any) -> None:
    books = Router("/books")

    @books.get("/<int:id>")
    def show(id: int) -> None: ...

    @books.post("/")
    def create() -> Created[None]:
        return Created(None, location=link(show, id=1))

    shop = Router("/<name>")
    shop.mount(books, prefix="/one")
    shop.mount(books, prefix="/two")
    app = App()
    app.mount(shop)
    app.mount(shop, prefix="/v2")
    client = Client(app, gateway=gateway)
    for place in ("/a/one", "/b/two", "/v2/c/one", "/v2/d/two"):
        assert client.post(f"{place}/books/").headers["Location"] == f"{place}/books/1"
    assert app.url_for(show, name="e", id=2) == "/e/one/books/2"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (None, ""),
        ("", ""),
        ("/", ""),
        ("/api", "/api"),
        ("/api/", "/api"),
        ("/a b/100%", "/a%20b/100%25"),
        ("/Ã©", "/%C3%A9"),
    ],
)
def test_mount_points_are_written_for_clients(name: str | None, path: str) -> None:
    assert root_path({} if name is None else {"SCRIPT_NAME": name}) == path
