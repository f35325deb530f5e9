"""The order of refusals: who calls is asked before a byte of the body is read, whatever else is wrong."""

from __future__ import annotations

import asyncio
import io
from typing import Annotated, Any
from wsgiref.util import setup_testing_defaults

import pytest
from pydantic import BaseModel

from restlite import App
from restlite.security import Bearer
from restlite.testing import Client

READER, WRITER = {"Authorization": "Bearer ann"}, {"Authorization": "Bearer ann-write"}


class Book(BaseModel):
    title: str


class User(BaseModel):
    name: str
    scopes: list[str] = []


def find_user(token: str) -> User:
    name, *scopes = token.split("-")
    return User(name=name, scopes=scopes)


bearer = Bearer(find_user)
BODY = {"Content-Type": "application/json"}
ORDER: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("POST", "/missing", {}, b"", 404),
    ("PUT", "/books", {}, b"", 405),
    ("POST", "/books", {"Accept": "text/html", "Content-Type": "text/csv"}, b"{", 401),
    ("POST", "/books", {**READER, "Accept": "text/html"}, b"{", 403),
    ("POST", "/books", {**WRITER, "Accept": "text/html", "Content-Type": "text/csv"}, b"x" * 99, 406),
    ("POST", "/books", {**WRITER, "Content-Type": "text/csv"}, b"x" * 99, 415),
    ("POST", "/books", {**WRITER, **BODY}, b"x" * 99, 413),
    ("POST", "/books?a=1", {**WRITER, **BODY}, b"{", 400),
    ("POST", "/books?a=1", {**WRITER, **BODY}, b"{}", 422),
    ("POST", "/books", {**WRITER, **BODY}, b'{"title":"Emma"}', 200),
]  # fmt: skip


def make_books(asynchronous: bool) -> App:
    app = App(max_body=32)

    def add(body: Book, user: Annotated[User, bearer("write")]) -> Book:
        return body

    async def add_later(body: Book, user: Annotated[User, bearer("write")]) -> Book:
        return body

    app.post("/books")(add_later if asynchronous else add)
    return app


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(("method", "path", "headers", "content", "status"), ORDER)
def test_the_order_of_refusals(
    method: str,
    path: str,
    headers: dict[str, str],
    content: bytes,
    status: int,
    checked: bool,
    asynchronous: bool,
    gateway: Any,
) -> None:
    with Client(make_books(asynchronous), gateway=gateway, checked=checked) as client:
        assert client.request(method, path, headers=headers, content=content).status_code == status


class Unreadable(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("a byte of the body was read")


REFUSED = [row for row in ORDER if row[-1] in (401, 403, 404, 405, 406, 415, 413)]


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("testing", [False, True])
@pytest.mark.parametrize(("method", "path", "headers", "content", "status"), REFUSED)
def test_nothing_is_read_of_a_body_that_is_refused_under_wsgi(
    method: str,
    path: str,
    headers: dict[str, str],
    content: bytes,
    status: int,
    testing: bool,
    asynchronous: bool,
) -> None:
    app = make_books(asynchronous)
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    fields["CONTENT_TYPE"] = fields.pop("HTTP_CONTENT_TYPE", "")
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, **fields}
    environ |= {"CONTENT_LENGTH": str(len(content)), "wsgi.input": Unreadable()}
    if testing:
        environ["restlite.testing"] = []
    setup_testing_defaults(environ)
    lines: list[str] = []
    body: Any = app(environ, lambda line, headers, info=None: lines.append(line))
    assert b'"status"' in b"".join(body)
    assert lines[0].startswith(str(status))


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("testing", [False, True])
@pytest.mark.parametrize(("method", "path", "headers", "content", "status"), REFUSED)
def test_nothing_is_read_of_a_body_that_is_refused_under_asgi(
    method: str,
    path: str,
    headers: dict[str, str],
    content: bytes,
    status: int,
    testing: bool,
    asynchronous: bool,
) -> None:
    app = make_books(asynchronous)
    app.start()
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": b""}
    scope["headers"] = [*fields, (b"content-length", str(len(content)).encode())]
    if testing:
        scope["extensions"] = {"restlite.testing": []}
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("a byte of the body was read")

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    try:
        asyncio.run(app.asgi(scope, receive, send))
    finally:
        app.stop()
    assert messages[0]["status"] == status
