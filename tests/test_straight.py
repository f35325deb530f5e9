"""The straight path: what has nothing to wait for answers as the whole pipeline does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import (
    App,
    Background,
    Created,
    Depends,
    FileAnswer,
    Form,
    Query,
    Request,
    Response,
    link,
)
from restlite.hooks import Hook
from restlite.testing import Client


class Book(BaseModel):
    id: int
    title: str


JSON_TYPE = {"Content-Type": "application/json"}


class Filters(BaseModel):
    page: int = 1


def make_app() -> App:
    app = App()

    @app.get("/static")
    def static() -> dict[str, str]:
        return {"is": "static"}

    @app.get("/books/<int:id>")
    def show(id: int) -> Book:
        return Book(id=id, title="Emma")

    @app.get("/books/<int:id>/later")
    async def later(id: int, q: str = "") -> dict[str, Any]:
        return {"id": id, "q": q}

    @app.get("/search")
    def search(filters: Query[Filters]) -> Filters:
        return filters

    @app.post("/books")
    def create(body: Book) -> Created[Book]:
        return Created(body, location=link(show, id=body.id))

    @app.put("/books/<int:id>")
    async def put(id: int, body: Book | None = None) -> Book | None:
        return body

    @app.patch("/books/<int:id>")
    def patch(id: int, body: Book | None = None) -> Book | None:
        return body

    @app.post("/books/<int:id>/notes")
    def note(id: int, body: Book) -> list[int]:
        return [id, body.id]

    @app.post("/books/new")
    def new(body: Book, q: str = "-") -> list[str]:
        return [body.title, q]

    @app.post("/broken")
    def broken(body: dict[str, int]) -> None:
        raise LookupError("nothing here")

    return app


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "options", "status", "expect"),
    [
        ("GET", "/static", {}, 200, {"is": "static"}),
        ("GET", "/books/3", {}, 200, {"id": 3, "title": "Emma"}),
        ("GET", "/books/3", {"headers": {"Accept": "application/*"}}, 200, {"id": 3, "title": "Emma"}),
        ("GET", "/books/3/later?q=a", {}, 200, {"id": 3, "q": "a"}),
        ("GET", "/search?page=4", {}, 200, {"page": 4}),
        ("POST", "/books", {"json": {"id": 1, "title": "a"}}, 201, {"id": 1, "title": "a"}),
        ("POST", "/books/2/notes", {"json": {"id": 1, "title": "a"}}, 200, [2, 1]),
        ("POST", "/books/new?q=b", {"json": {"id": 1, "title": "a"}}, 200, ["a", "b"]),
        ("PUT", "/books/1", {"json": {"id": 1, "title": "a"}}, 200, {"id": 1, "title": "a"}),
        ("PUT", "/books/1", {"content": b""}, 200, None),
        ("PUT", "/books/1", {"content": b"", "headers": JSON_TYPE}, 200, None),
        ("PATCH", "/books/1", {"json": {"id": 1, "title": "a"}}, 200, {"id": 1, "title": "a"}),
        ("PATCH", "/books/1", {"content": b""}, 200, None),
        ("PATCH", "/books/1", {"content": b"", "headers": JSON_TYPE}, 200, None),
    ],
)
def test_answers(
    gateway: Any, checked: bool, method: str, path: str, options: Any, status: int, expect: Any
) -> None:
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        response, again = (client.request(method, path, **options) for _ in range(2))
    assert (response.status_code, response.json()) == (status, expect)
    assert again.content == response.content
    if path == "/books":
        assert response.headers["Location"] == "/books/1"


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "options", "status", "says"),
    [
        ("GET", "/static", {"headers": {"Accept": "text/html"}}, 406, "available as: application/json."),
        ("GET", "/static?a=1", {}, 422, "unknown"),
        ("GET", "/books/3?a=1", {}, 422, "unknown"),
        ("GET", "/search?page=x", {}, 422, "This must be an integer."),
        ("POST", "/books", {"json": {"id": "1"}}, 422, "/title"),
        ("POST", "/books", {"json": {}, "headers": {"Accept": "text/html"}}, 406, "application/json."),
        ("POST", "/books", {"content": b"{}"}, 415, "application/json"),
        ("POST", "/books", {"content": b"{", "headers": JSON_TYPE}, 400, "JSON"),
        ("POST", "/books", {"content": b"", "headers": JSON_TYPE}, 400, ""),
        ("POST", "/books", {"content": b" " * 1_048_577, "headers": JSON_TYPE}, 413, "1048576"),
        ("POST", "/broken", {"json": {"a": "x"}}, 422, "This must be an integer."),
        ("POST", "/broken", {"content": b"{", "headers": JSON_TYPE}, 400, "JSON"),
        ("POST", "/broken", {"json": {}}, 500, "The request id finds the reason"),
    ],
)
def test_refusals(
    gateway: Any, checked: bool, method: str, path: str, options: Any, status: int, says: str
) -> None:
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        answers = [client.request(method, path, **options) for _ in range(2)]
    for response in answers:
        assert response.status_code == status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert says in response.text
    assert answers[0].json()["request_id"] != answers[1].json()["request_id"]


def test_many_spellings_of_a_media_type_are_not_remembered_without_end(gateway: Any) -> None:
    with Client(make_app(), gateway=gateway, checked=False) as client:
        for number in range(40):
            headers = {"Content-Type": f"application/json; n={number}"}
            response = client.post("/books", content=b'{"id":1,"title":"a"}', headers=headers)
            assert response.status_code == 201


def helper() -> int:
    return 1


def hook(request: Request) -> None: ...


def test_what_may_have_to_wait_does_not_go_straight() -> None:
    app = App()

    @app.get("/straight")
    def straight() -> int: ...

    @app.get("/coroutine")
    async def coroutine() -> int: ...

    @app.get("/dependency")
    def dependency(one: Annotated[int, Depends(helper)]) -> int: ...

    @app.get("/request")
    def request(request: Request) -> int: ...

    @app.get("/background")
    def background(background: Background) -> int: ...

    @app.get("/hooked", hooks=[Hook("before", hook)])
    def hooked() -> int: ...

    @app.get("/response")
    def response() -> Response: ...

    @app.get("/stream")
    def stream() -> Iterator[int]: ...

    @app.get("/astream")
    def astream() -> AsyncIterator[int]: ...

    @app.get("/file")
    def file() -> FileAnswer: ...

    @app.post("/form")
    def form(title: Form[str]) -> int: ...

    @app.post("/upload")
    def upload(body: Iterator[bytes]) -> int: ...

    found = {operation.path: operation.straight is not None for operation in app.operations}
    assert [path for path, is_straight in found.items() if is_straight] == ["/straight", "/coroutine"]


def test_a_form_takes_the_long_way(gateway: Any) -> None:
    app = App()

    @app.post("/", max_body=None)
    def read(title: Form[str]) -> str:
        return title

    with Client(app, gateway=gateway, checked=False) as client:
        assert client.post("/", data={"title": "Emma"}).text == "Emma"


def test_a_body_that_is_passed_by_name_alone() -> None:
    app = App()

    @app.post("/echo")
    def echo(*, body: dict[str, int]) -> dict[str, int]:
        return body

    with Client(app, checked=False) as client:
        assert client.post("/echo", json={"a": 1}).json() == {"a": 1}
        assert client.post("/echo", json={"a": 2}).json() == {"a": 2}
