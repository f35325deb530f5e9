"""Entity tags: of what is sent, and of versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypedDict
from uuid import UUID

import pytest
from pydantic import BaseModel

from restlite import Answer, App, FileAnswer, NoContent, NotFound, PreconditionFailed, Response
from restlite.adapters import WrongAnswer
from restlite.http.conditional import Validators
from restlite.http.cors import CORS
from restlite.http.deprecation import Deprecation
from restlite.http.etags import ETags, etag_of
from restlite.testing import Client


class Book(BaseModel):
    id: int
    title: str = "Emma"


BOOK = Book(id=1)


def client_of(gateway: Any, *hooks: Any, checked: bool = True) -> Client:
    app = App(hooks=hooks or (ETags(),))

    @app.get("/book")
    def show() -> Book:
        return BOOK

    @app.get("/async")
    async def show_async() -> Book:
        return BOOK

    @app.get("/books")
    def list_books() -> list[Book]:
        return [BOOK]

    @app.get("/text")
    def write() -> str:
        return "text"

    @app.get("/bytes")
    def dump() -> bytes:
        return b"bytes"

    @app.get("/own")
    def own() -> Answer[Book, Validators]:
        return Answer(BOOK, headers={"etag": "own"})

    @app.get("/response")
    def respond() -> Response:
        return Response("text", headers={"etag": '"own"'})

    @app.get("/empty", status=200)
    def clear() -> None:
        return None

    @app.get("/stream")
    def stream() -> Iterator[Book]:
        yield BOOK

    @app.get("/file")
    def send() -> FileAnswer:
        return FileAnswer(b"file")

    @app.get("/missing", raises=[NotFound])
    def miss() -> Book:
        raise NotFound

    @app.post("/book", status=200)
    def add() -> Book:
        return BOOK

    @app.delete("/book")
    def delete() -> NoContent:
        return NoContent()

    return Client(app, gateway=gateway, checked=checked)


@pytest.mark.parametrize("path", ["/book", "/async", "/books", "/text", "/bytes"])
def test_every_body_has_a_tag_of_its_own(path: str, gateway: Any) -> None:
    client = client_of(gateway)
    response = client.get(path)
    tag = response.headers["ETag"]
    assert tag.startswith('"')
    assert len(tag) == 34
    assert client.head(path).headers["ETag"] == tag
    others = {client.get(other).headers["ETag"] for other in ("/book", "/books", "/text", "/bytes")}
    assert len(others) == 4


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/book", "/async", "/own", "/response"])
def test_a_fresh_copy_is_not_sent_again(path: str, method: str, checked: bool, gateway: Any) -> None:
    client = client_of(gateway, checked=checked)
    tag = client.get(path).headers["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = client.request(method, path, headers={"If-None-Match": sent})
        assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in response.headers
        assert "Content-Type" not in response.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("path", ["/book", "/async", "/response"])
def test_another_version_than_the_one_asked_for_is_412(path: str, checked: bool, gateway: Any) -> None:
    client = client_of(gateway, checked=checked)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-Match": tag}).status_code == 200
    for sent in ('"other"', f"W/{tag}", "", "no tag", '"' * 5000):
        response = client.get(path, headers={"If-Match": sent})
        assert response.status_code == 412
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["detail"] == "The representation is not the one that the request names."
        assert "ETag" not in response.headers


@pytest.mark.parametrize("sent", ["", "no tag", '"open', '"' * 5000, "," * 5000, "\xff", 'w/"x"'])
def test_what_is_no_tag_names_nothing(sent: str, gateway: Any) -> None:
    assert client_of(gateway).get("/book", headers={"If-None-Match": sent}).status_code == 200


def test_the_handlers_own_tag_stands(gateway: Any) -> None:
    client = client_of(gateway)
    assert client.get("/own").headers.getlist("ETag") == ['"own"']
    assert client.get("/response").headers.getlist("ETag") == ['"own"']
    assert client.get("/file").headers["ETag"] != etag_of(b"file")


def test_what_is_no_whole_answer_has_none(gateway: Any) -> None:
    client = client_of(gateway)
    for method, path in (
        ("GET", "/stream"),
        ("HEAD", "/stream"),
        ("GET", "/missing"),
        ("GET", "/nowhere"),
        ("GET", "/empty"),
        ("POST", "/book"),
        ("DELETE", "/book"),
        ("OPTIONS", "/book"),
    ):
        assert "ETag" not in client.request(method, path).headers, path


def test_tags_may_be_weak(gateway: Any) -> None:
    client = client_of(gateway, ETags(weak=True))
    tag = client.get("/book").headers["ETag"]
    assert tag == f"W/{etag_of(BOOK)}"
    assert client.get("/book", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/book", headers={"If-None-Match": tag.removeprefix("W/")}).status_code == 304
    assert client.get("/book", headers={"If-Match": tag}).status_code == 412


class Said(TypedDict):
    cache_control: str
    x_total: int


def test_a_304_keeps_what_is_not_about_the_body(gateway: Any) -> None:
    app = App(hooks=[ETags(), CORS(["https://a.example"])])

    @app.get("/", deprecated=Deprecation(date(2026, 1, 1)))
    def show() -> Answer[Book, Said]:
        return Answer(BOOK, headers={"cache_control": "max-age=60", "x_total": 1})

    client = Client(app, gateway=gateway)
    headers = {"Origin": "https://a.example", "If-None-Match": etag_of(BOOK)}
    response = client.get("/", headers=headers)
    assert response.status_code == 304
    assert response.headers["Cache-Control"] == "max-age=60"
    assert response.headers["Vary"] == "Origin"
    assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert response.headers["Deprecation"] == "@1767225600"


def test_what_it_answers_is_declared() -> None:
    described = ETags().describe("GET")
    assert [record.name for record in described.parameters] == ["If-Match", "If-None-Match"]
    assert [(record.status, [name for name, _ in record.headers]) for record in described.answers] == [
        (200, ["ETag"]),
        (304, ["ETag"]),
    ]
    assert described.problems == (PreconditionFailed,)
    assert ETags().describe("PUT").values() == ((), None, (), (), (), None)
    operations = {
        (operation.method, operation.path): operation for operation in client_of("wsgi").app.operations
    }
    assert operations["GET", "/book"].statuses >= {200, 304, 412}


@pytest.mark.parametrize(
    ("value", "expect"),
    [
        (7, '"7"'),
        (-1, '"-1"'),
        ("v7", '"v7"'),
        ("2026-01-01", '"2026-01-01"'),
        (date(2026, 1, 1), '"2026-01-01"'),
        (datetime(2026, 1, 1, 12), '"2026-01-01T12:00:00"'),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), '"2026-01-01T12:00:00+00:00"'),
        (datetime(2026, 1, 1, 17, tzinfo=timezone(timedelta(hours=5))), '"2026-01-01T12:00:00+00:00"'),
    ],
)
def test_a_version_is_its_own_tag(value: Any, expect: str) -> None:
    assert etag_of(value) == expect


@pytest.mark.parametrize("value", ["", 'a"b', "a b", "a\r\nb", "\xe9", "\ud800", "x" * 65, b"x", UUID(int=1)])
def test_what_cannot_be_a_tag_is_hashed(value: Any) -> None:
    tag = etag_of(value)
    assert len(tag) == 34
    assert tag == etag_of(value)
    assert tag != etag_of("x" * 66)


def test_the_tag_of_a_value_is_that_of_its_answer(gateway: Any) -> None:
    client = client_of(gateway)
    assert client.get("/book").headers["ETag"] == etag_of(BOOK)
    assert client.get("/books").headers["ETag"] == etag_of([BOOK]) == etag_of([BOOK], list[Book])
    assert client.get("/bytes").headers["ETag"] == etag_of(b"bytes")
    assert etag_of(BOOK) != etag_of(Book(id=2))


def test_the_type_of_the_answer_can_be_named() -> None:
    row = {"id": 1, "title": "Emma", "secret": "x"}
    assert etag_of(row, Book) == etag_of(BOOK)
    with pytest.raises(WrongAnswer):
        etag_of({"id": "one"}, Book)
