"""Read-only and write-only members, and shapes, on the wire."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

from marshmallow import Schema, fields
from pydantic import BaseModel, Field
from pydantic_core import MISSING

from restlite import App, Form, Query
from restlite.access import ReadOnly, WriteOnly
from restlite.http.shapes import omit, partial, pick
from restlite.testing import Client


class Book(BaseModel):
    id: ReadOnly[int]
    title: Annotated[str, Field(min_length=2)]
    stock: int = 0
    pin: WriteOnly[str] = "0000"


class BookSchema(Schema):
    id = fields.Integer(dump_only=True)
    title = fields.String(required=True)
    pin = fields.String(load_only=True, required=True)


@dataclasses.dataclass
class Point:
    x: int
    y: int


if TYPE_CHECKING:
    BookEdit = Book
    NewBook = Book
    BookTitle = Book
    PointEdit = Point
    SchemaEdit = BookSchema
else:
    BookEdit = partial(Book)
    NewBook = omit(Book, "id")
    BookTitle = pick(Book, "title")
    PointEdit = partial(Point)
    SchemaEdit = partial(BookSchema)


def test_what_get_answers_can_be_put_back(gateway: Any) -> None:
    app = App()
    books: dict[int, Book] = {}

    @app.get("/books/<int:id>")
    def show(id: int) -> Book:
        return books[id]

    @app.put("/books/<int:id>")
    def store(id: int, body: Book) -> Book:
        assert "id" not in body.model_dump()
        body.id, books[id] = id, body
        return body

    client = Client(app, gateway=gateway)
    assert client.put("/books/7", json={"title": "Emma", "pin": "SECRET"}).status_code == 200
    read = client.get("/books/7")
    assert read.json() == {"title": "Emma", "stock": 0, "id": 7}
    answer = client.put("/books/7", json={**read.json(), "id": 999})
    assert (answer.status_code, answer.json()) == (200, read.json())
    answer = client.put("/books/7", json={**read.json(), "id": "7"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"in": "body", "pointer": "/id", "code": "integer", "detail": "This must be an integer."}
    ]


def test_what_get_answers_can_be_put_back_with_marshmallow(gateway: Any) -> None:
    app = App()

    @app.put("/books", body=BookSchema, returns={200: BookSchema})
    def store(body: dict[str, Any]) -> dict[str, Any]:
        assert set(body) == {"title", "pin"}
        return {"id": 7, **body}

    client = Client(app, gateway=gateway)
    answer = client.put("/books", json={"title": "Emma", "pin": "SECRET", "id": 999})
    assert (answer.status_code, answer.json()) == (200, {"id": 7, "title": "Emma"})
    answer = client.put("/books", json={"title": "Emma", "pin": "SECRET", "id": "x"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/id"]


def test_shapes_are_bodies_and_answers(gateway: Any) -> None:
    app = App()

    @app.patch("/books")
    def edit(body: BookEdit) -> BookEdit:
        return body

    @app.post("/books")
    def create(body: NewBook) -> BookTitle:
        assert not hasattr(body, "id")
        return BookTitle(title=body.title)  # type: ignore[call-arg]

    @app.patch("/points")
    def move(body: PointEdit) -> list[PointEdit]:
        return [body]

    @app.patch("/old", body=SchemaEdit, returns={200: SchemaEdit})
    def rewrite(body: dict[str, Any]) -> dict[str, Any]:
        return body

    client = Client(app, gateway=gateway)
    assert client.patch("/books", json={"stock": 5, "pin": "SECRET", "id": 1}).json() == {"stock": 5}
    assert client.patch("/books", json={"stock": None}).json()["errors"][0]["code"] == "null"
    assert client.post("/books", json={"title": "Emma"}).json() == {"title": "Emma"}
    assert client.post("/books", json={"title": "Emma", "id": 1}).json()["errors"][0]["code"] == "unknown"
    assert client.patch("/points", json={"y": 5}).json() == [{"y": 5}]
    assert client.patch("/old", json={"title": "Emma"}).json() == {"title": "Emma"}


def test_shapes_are_queries_and_forms(gateway: Any) -> None:
    app = App()

    def said(edit: Any) -> dict[str, Any]:
        assert edit.pin is MISSING
        return edit.model_dump()  # type: ignore[no-any-return]

    @app.get("/books")
    def find(like: Query[BookEdit]) -> dict[str, Any]:
        return said(like)

    @app.post("/books")
    def create(edit: Form[BookEdit]) -> dict[str, Any]:
        return said(edit)

    client = Client(app, gateway=gateway)
    assert client.get("/books").json() == {}
    assert client.get("/books?stock=5&id=7").json() == {"stock": 5}
    assert client.get("/books?stock=x").json()["errors"][0]["parameter"] == "stock"
    assert client.post("/books", data={"stock": "5", "id": "7"}).json() == {"stock": 5}


def test_members_that_one_side_says_in_a_query(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def find(like: Query[Book]) -> list[str]:
        return [*vars(like)]

    client = Client(app, gateway=gateway)
    assert client.get("/books?title=Emma&id=7").json() == ["title", "stock", "pin"]
    assert client.get("/books?title=Emma&id=x").json()["errors"][0]["parameter"] == "id"
