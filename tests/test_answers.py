"""Answers: status, header fields and cookies come from what the handler returns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from restlite import Accepted, Answer, App, Created, NoContent, NotFound, SetCookie, link
from restlite.testing import Client


class Todo(BaseModel):
    id: int
    title: str


def test_created_answers_201_with_the_location_of_a_link(gateway: Any) -> None:
    app = App()

    @app.get("/todos/<int:id>")
    def show(id: int) -> Todo:
        return Todo(id=id, title="Write")

    @app.post("/todos")
    def create(body: Todo) -> Created[Todo]:
        return Created(body, location=link(show, id=body.id))

    with Client(app, gateway=gateway) as client:
        response = client.post("/todos", json={"id": 7, "title": "Write"})
        assert response.status_code == 201
        assert response.json() == {"id": 7, "title": "Write"}
        assert response.headers["Location"] == "/todos/7"
        assert client.get(response.headers["Location"]).json() == {"id": 7, "title": "Write"}


def test_accepted_answers_202_with_a_location_as_it_is_written(gateway: Any) -> None:
    app = App()

    @app.post("/jobs")
    def start() -> Accepted[dict[str, str]]:
        return Accepted({"state": "queued"}, location="https://jobs.example/1")

    with Client(app, gateway=gateway) as client:
        response = client.post("/jobs")
    assert (response.status_code, response.json()) == (202, {"state": "queued"})
    assert response.headers["Location"] == "https://jobs.example/1"


def test_created_without_a_location_sends_none(gateway: Any) -> None:
    app = App()

    @app.post("/todos")
    def create() -> Created[None]:
        return Created(None)

    with Client(app, gateway=gateway) as client:
        response = client.post("/todos")
    assert (response.status_code, response.content) == (201, b"")
    assert "Location" not in response.headers


def test_no_content_answers_204_without_a_body_and_with_its_headers(gateway: Any) -> None:
    app = App()

    @app.delete("/todos/<int:id>")
    def remove(id: int) -> NoContent:
        return NoContent(headers={"X-Removed": str(id)})

    with Client(app, gateway=gateway) as client:
        response = client.delete("/todos/3")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["X-Removed"] == "3"
    assert "Content-Length" not in response.headers
    assert "Content-Type" not in response.headers


class Totals(TypedDict, total=False):
    x_total: int
    x_tags: list[str]
    last_modified: datetime
    x_since: datetime
    x_partial: bool | None


def test_typed_headers_are_written_as_json_writes_them_without_quotes(gateway: Any) -> None:
    app = App()

    @app.get("/todos")
    def index() -> Answer[list[Todo], Totals]:
        moment = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
        totals: Totals = {"x_total": 2, "x_tags": ["a", "b"], "x_since": moment, "x_partial": None}
        return Answer([], headers=totals | {"last_modified": moment})

    with Client(app, gateway=gateway) as client:
        headers = client.get("/todos").headers
    assert headers["X-Total"] == "2"
    assert headers["X-Tags"] == "a, b"
    assert headers["X-Since"] == "2025-01-02T03:04:05Z"
    assert headers["Last-Modified"] == "Thu, 02 Jan 2025 03:04:05 GMT"
    assert "X-Partial" not in headers


def test_headers_and_cookies_of_a_model_are_sent_by_alias(gateway: Any) -> None:
    class Seen(BaseModel):
        rate: Annotated[int, Field(serialization_alias="X-Rate", alias="X-Rate")]

    class Session(BaseModel):
        sid: str

    app = App()

    @app.get("/")
    def show() -> Answer[str, Seen, Session]:
        return Answer("hi", headers=Seen(**{"X-Rate": 3}), cookies=Session(sid="s1"))

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert response.text == "hi"
    assert response.headers["X-Rate"] == "3"
    assert response.cookies == {"sid": "s1"}


def test_cookies_are_secure_http_only_and_lax_unless_told_otherwise(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show() -> Answer[str]:
        mine = SetCookie("v", max_age=60, path="/a", secure=False, httponly=False, samesite="Strict")
        return Answer("hi", cookies={"plain": "1", "mine": mine})

    with Client(app, gateway=gateway) as client:
        plain, mine = client.get("/").headers.getlist("Set-Cookie")
    assert plain == "plain=1; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert re.sub(r"Expires=[^;]+; ", "", mine) == "mine=v; Max-Age=60; Path=/a; SameSite=Strict"


def test_headers_of_a_dataclass_and_a_cookie_for_a_domain(gateway: Any) -> None:
    @dataclass
    class Seen:
        x_rate: int
        x_none: int | None = None

    app = App()

    @app.get("/")
    def show() -> Answer[str, Seen]:
        return Answer("hi", headers=Seen(3), cookies={"sid": SetCookie("1", domain=".example.com")})

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert response.headers["X-Rate"] == "3"
    assert "X-None" not in response.headers
    assert "Domain=example.com" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("cookies", [{"a; Domain=evil.example": "c"}, {"a": SetCookie("c", domain="a;b")}])
def test_a_cookie_that_would_say_more_than_it_should_is_a_500(gateway: Any, cookies: Any) -> None:
    app = App()

    @app.get("/")
    def show() -> Answer[str]:
        return Answer("hi", cookies=cookies)

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert "Set-Cookie" not in response.headers


def test_a_cookie_that_is_none_is_not_set(gateway: Any) -> None:
    class Session(TypedDict):
        sid: str | None
        theme: str

    app = App()

    @app.get("/")
    def show() -> Answer[str, dict[str, str], Session]:
        return Answer("hi", cookies={"sid": None, "theme": "dark"})

    with Client(app, gateway=gateway) as client:
        assert client.get("/").cookies == {"theme": "dark"}


def test_an_answer_of_ones_own_has_its_status(gateway: Any) -> None:
    T = TypeVar("T")

    class NonAuthoritative(Answer[T]):
        status = 203

    class Teapot(Answer[dict[str, str]]):
        status = 218

    app = App()

    @app.get("/generic")
    def generic() -> NonAuthoritative[Todo]:
        return NonAuthoritative(Todo(id=1, title="a"))

    @app.get("/bound")
    def bound() -> Teapot:
        return Teapot({"is": "fine"})

    with Client(app, gateway=gateway) as client:
        first, second = client.get("/generic"), client.get("/bound")
    assert (first.status_code, first.json()) == (203, {"id": 1, "title": "a"})
    assert (second.status_code, second.json()) == (218, {"is": "fine"})


def test_a_generic_answer_without_arguments_takes_any_body(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show() -> Answer:  # type: ignore[type-arg]
        return Answer({"a": [1]}, headers={"X-A": "b"})

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.json(), response.headers["X-A"]) == ({"a": [1]}, "b")


@pytest.mark.parametrize(
    ("path", "status", "content"),
    [
        ("/put/0", 204, b""),
        ("/put/1", 200, b'{"id":1,"title":"old"}'),
        ("/put/2", 201, b'{"id":2,"title":"new"}'),
        ("/put/3", 202, b'"later"'),
    ],
)
def test_a_union_of_answers_sends_the_one_that_is_returned(
    gateway: Any, path: str, status: int, content: bytes
) -> None:
    app = App()

    @app.put("/put/<int:id>")
    def put(id: int) -> Todo | Created[Todo] | Accepted[Any] | NoContent:
        if id == 0:
            return NoContent()
        if id == 3:
            return Accepted("later")
        return Todo(id=id, title="old") if id == 1 else Created(Todo(id=id, title="new"))

    with Client(app, gateway=gateway) as client:
        response = client.put(path)
    assert (response.status_code, response.content) == (status, content)


def test_answers_of_one_class_with_two_bodies_are_a_union_of_bodies(gateway: Any) -> None:
    app = App()

    @app.post("/x/<int:id>")
    def post(id: int) -> Created[Todo] | Created[list[int]]:
        return Created([1]) if id else Created(Todo(id=id, title="a"))

    with Client(app, gateway=gateway) as client:
        assert client.post("/x/0").json() == {"id": 0, "title": "a"}
        assert client.post("/x/1").json() == [1]


def test_a_problem_in_the_return_annotation_is_no_body(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>", raises=[NotFound])
    def show(id: int) -> Todo | NotFound:
        raise NotFound("There is no such todo.")

    with Client(app, gateway=gateway) as client:
        response = client.get("/1")
    assert (response.status_code, response.json()["detail"]) == (404, "There is no such todo.")


@pytest.mark.parametrize(
    ("headers", "cookies", "says"),
    [
        ({"X-A": "a\r\nX-B: c"}, None, "The value of header X-A holds a CR, LF or NUL character."),
        ({"X A": "a"}, None, "'X A' is no header name; it may hold letters, digits and hyphens."),
        ({"X-A": "☃"}, None, "The value of header X-A holds a character outside latin-1."),
    ],
)
def test_a_header_that_would_split_the_answer_is_a_500(
    gateway: Any, caplog: pytest.LogCaptureFixture, headers: Any, cookies: Any, says: str
) -> None:
    app = App()

    @app.get("/")
    def show() -> Answer[str]:
        return Answer("hi", headers=headers, cookies=cookies)

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert response.json()["title"] == "Internal Server Error"
    assert says in caplog.text


def test_a_location_with_a_line_break_is_a_500(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def create() -> Created[str]:
        return Created("hi", location="/a\r\nSet-Cookie: a=b")

    with Client(app, gateway=gateway) as client:
        response = client.post("/")
    assert response.status_code == 500
    assert "Set-Cookie" not in response.headers
