"""Outputs: what handlers return is written as declared, and what is not as declared is not sent."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import marshmallow
import pytest
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json
from typing_extensions import TypedDict

from restlite import Answer, App, FileAnswer, NoContent
from restlite.media import Codec
from restlite.testing import Client


class Book(BaseModel):
    id: int
    title: str
    year: int | None = None


class Titled(BaseModel):
    title: Annotated[str, Field(alias="bookTitle")]


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)


class Pair(TypedDict):
    left: str
    right: date


class BookSchema(marshmallow.Schema):
    id = marshmallow.fields.Integer(required=True)
    title = marshmallow.fields.String(required=True)


def answer_of(gateway: Any, annotation: Any, value: Any, *, checked: bool = True, **options: Any) -> Any:
    """Ask an app whose one handler returns ``value`` and declares ``annotation``."""
    app = App(**options.pop("app", {}))
    headers = options.pop("headers", {})

    def show() -> Any:
        return value

    show.__annotations__ = {"return": annotation}
    app.get("/", **options)(show)
    with Client(app, gateway=gateway, checked=checked) as client:
        return client.get("/", headers=headers)


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("annotation", "value", "content"),
    [
        (Book, Book(id=1, title="Emma"), b'{"id":1,"title":"Emma","year":null}'),
        (list[Book], [Book(id=1, title="Emma", year=1815)], b'[{"id":1,"title":"Emma","year":1815}]'),
        (Titled, Titled(bookTitle="Emma"), b'{"bookTitle":"Emma"}'),
        (Book | None, None, b"null"),
        (Point, Point(1), b'{"x":1,"y":0,"tags":[]}'),
        (Pair, {"left": "a", "right": date(2025, 1, 2)}, b'{"left":"a","right":"2025-01-02"}'),
        (dict[str, int], {"a": 1}, b'{"a":1}'),
        (dict, {"a": [1, None]}, b'{"a":[1,null]}'),
        (Any, [1, "a"], b'[1,"a"]'),
        (UUID, UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        (int, 5, b"5"),
        (BookSchema, {"id": 1, "title": "Emma"}, b'{"id":1,"title":"Emma"}'),
        (Annotated[dict[str, Any], BookSchema()], {"id": 1, "title": "Emma"}, b'{"id":1,"title":"Emma"}'),
        (BookSchema(many=True), [{"id": 1, "title": "Emma"}], b'[{"id":1,"title":"Emma"}]'),
    ],
)
def test_values_are_written_as_json(
    gateway: Any, annotation: Any, value: Any, content: bytes, checked: bool
) -> None:
    response = answer_of(gateway, annotation, value, checked=checked)
    assert (response.status_code, response.content) == (200, content)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("annotation", "value", "media_type", "content"),
    [
        (str, "grüß", "text/plain; charset=utf-8", "grüß".encode()),
        (bytes, b"\0\xff", "application/octet-stream", b"\0\xff"),
        (bytes, b"", "application/octet-stream", b""),
        (Annotated[str, Field(max_length=3)], "abc", "application/json", b'"abc"'),
    ],
)
def test_text_and_bytes_are_sent_as_they_stand(
    gateway: Any, annotation: Any, value: Any, media_type: str, content: bytes, checked: bool
) -> None:
    response = answer_of(gateway, annotation, value, checked=checked)
    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert response.content == content


def test_none_is_204(gateway: Any) -> None:
    response = answer_of(gateway, None, None)
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"id": 1, "title": "Emma", "secret": "x"}, b'{"id":1,"title":"Emma","year":null}'),
        (SimpleNamespace(id=1, title="Emma", year=2, secret="x"), b'{"id":1,"title":"Emma","year":2}'),
    ],
)
@pytest.mark.parametrize("checked", [True, False])
def test_undeclared_members_are_dropped(gateway: Any, value: Any, content: bytes, checked: bool) -> None:
    assert answer_of(gateway, Book, value, checked=checked).content == content


@pytest.mark.parametrize("checked", [True, False])
def test_a_subclass_shows_no_more_than_the_declared_class(gateway: Any, checked: bool) -> None:
    class Secret(Book):
        price: int = 5

    response = answer_of(gateway, list[Book], [Secret(id=1, title="Emma")], checked=checked)
    assert response.json() == [{"id": 1, "title": "Emma", "year": None}]


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"exclude_none": True}, b'{"id":1,"title":"Emma"}'),
        ({"exclude_unset": True}, b'{"id":1,"title":"Emma"}'),
        ({"app": {"exclude_none": True}}, b'{"id":1,"title":"Emma"}'),
        ({"app": {"exclude_none": True}, "exclude_none": False}, b'{"id":1,"title":"Emma","year":null}'),
    ],
)
def test_members_can_be_left_out(gateway: Any, options: Any, content: bytes) -> None:
    assert answer_of(gateway, Book, Book(id=1, title="Emma"), **options).content == content


def test_status_and_media_type_can_be_said_by_the_route(gateway: Any) -> None:
    response = answer_of(gateway, Book, Book(id=1, title="E"), status=203, produces="application/book+json")
    assert (response.status_code, response.headers["Content-Type"]) == (203, "application/book+json")
    page = answer_of(gateway, str, "<p>hi", produces="text/html; charset=utf-8")
    assert (page.headers["Content-Type"], page.text) == ("text/html; charset=utf-8", "<p>hi")


WRONG: list[tuple[Any, Any, str]] = [
    (Book, {"id": "x", "title": "Emma"}, "id"),
    (Book, None, "the value: null"),
    (list[Book], [{"id": 1}], "title"),
    (str, 5, "expected str, found int"),
    (bytes, "text", "expected bytes, found str"),
    (str, "\ud800", "the text holds a lone surrogate"),
    (None, 5, "expected None, found int"),
    (FileAnswer, "path", "expected a FileAnswer, found str"),
    (Answer[int], 5, "int, which the return annotation does not name"),
    (int | NoContent, Answer(5), "Answer, which the return annotation does not name"),
]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(("annotation", "value", "says"), WRONG)
def test_a_wrong_answer_is_a_500_and_a_line_that_names_the_handler(
    gateway: Any, caplog: pytest.LogCaptureFixture, annotation: Any, value: Any, says: str, checked: bool
) -> None:
    response = answer_of(gateway, annotation, value, checked=checked)
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["title"] == "Internal Server Error"
    [record] = caplog.records
    message = record.getMessage()
    assert "answer_of.<locals>.show: " in message
    assert f"request {document['request_id']}" in message
    assert "the answer is not of its declared type" in message
    assert says in message
    assert message.endswith("Return it or declare another.")


def test_what_is_written_is_always_json(gateway: Any) -> None:
    response = answer_of(gateway, dict[str, Any], {"a": math.nan, "b": math.inf}, checked=False)
    json.loads(response.content, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("validate", "debug", "checked", "status"),
    [
        ("debug", False, False, 200),
        ("debug", True, False, 500),
        ("debug", False, True, 500),
        ("always", False, False, 500),
        ("off", True, True, 200),
        ("off", False, False, 200),
    ],
)
def test_validate_responses_says_when_answers_are_checked_in_full(
    gateway: Any, validate: Any, debug: bool, checked: bool, status: int
) -> None:
    # A value of exactly the declared class is only looked into by the full check.
    wrong = Book.model_construct(id=1, title="Emma", year="soon")
    settings = {"validate_responses": validate, "debug": debug}
    response = answer_of(gateway, Book, wrong, checked=checked, app=settings)
    assert response.status_code == status


def test_plain_data_is_written_by_the_apps_own_function(gateway: Any) -> None:
    def dumps(value: Any) -> str:
        return json.dumps(value, indent=1)

    app = {"json_dumps": dumps}
    assert answer_of(gateway, dict[str, int], {"a": 1}, app=app).content == b'{\n "a": 1\n}'
    assert answer_of(gateway, Any, [1], app=app).content == b"[\n 1\n]"
    assert answer_of(gateway, Mapping[str, int], {"a": 1}, app=app).text == '{\n "a": 1\n}'
    assert answer_of(gateway, Book, Book(id=1, title="E"), app=app).text == '{"id":1,"title":"E","year":null}'
    schema = Annotated[dict[str, Any], BookSchema()]
    assert answer_of(gateway, schema, {"id": 1, "title": "E"}, app=app).text == '{"id":1,"title":"E"}'


def test_plain_data_may_be_written_as_bytes_and_is_still_checked(gateway: Any) -> None:
    app = {"json_dumps": to_json}
    assert answer_of(gateway, dict[str, int], {"a": 1}, app=app).content == b'{"a":1}'
    assert answer_of(gateway, dict[str, int], {"a": "x"}, app=app).status_code == 500
    assert answer_of(gateway, dict[str, int], {"a": "x"}, app=app, checked=False).content == b'{"a":"x"}'


def reverse_codec() -> Codec:
    encode: Callable[[Any], bytes] = lambda value: to_json(value)[::-1]  # noqa: E731
    return Codec("application/x-reverse", encode, lambda data: from_json(data[::-1]))


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("accept", "media_type", "content"),
    [
        ("", "application/json", b'{"a":1}'),
        ("application/json", "application/json", b'{"a":1}'),
        ("application/x-reverse", "application/x-reverse", b'}1:"a"{'),
        ("application/json;q=0.5, application/x-reverse", "application/x-reverse", b'}1:"a"{'),
        ("application/*", "application/json", b'{"a":1}'),
    ],
)
def test_a_codec_answers_where_the_client_prefers_it(
    gateway: Any, accept: str, media_type: str, content: bytes, checked: bool
) -> None:
    response = answer_of(
        gateway,
        dict[str, int],
        {"a": 1},
        app={"codecs": (reverse_codec(),)},
        headers={"Accept": accept} if accept else {},
        checked=checked,
    )
    assert (response.headers["Content-Type"], response.content) == (media_type, content)
    assert response.headers["Vary"] == "Accept"


def test_a_codec_is_not_offered_where_the_route_says_its_media_type(gateway: Any) -> None:
    response = answer_of(
        gateway,
        dict[str, int],
        {"a": 1},
        app={"codecs": (reverse_codec(),)},
        produces="application/book+json",
        headers={"Accept": "application/x-reverse"},
    )
    assert response.status_code == 406
    assert response.json()["detail"] == "This is available as: application/book+json."


def test_a_file_is_sent_whole_or_in_part(gateway: Any, tmp_path: Any) -> None:
    path = tmp_path / "letters.txt"
    path.write_bytes(b"abcdefghij")

    whole = answer_of(gateway, FileAnswer, FileAnswer(path))
    assert (whole.status_code, whole.content) == (200, b"abcdefghij")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    part = answer_of(gateway, FileAnswer, FileAnswer(path), headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"cde")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    beyond = answer_of(gateway, FileAnswer, FileAnswer(path), headers={"Range": "bytes=20-"})
    assert beyond.status_code == 416
    fresh = answer_of(gateway, FileAnswer, FileAnswer(path), headers={"If-None-Match": whole.headers["ETag"]})
    assert (fresh.status_code, fresh.content) == (304, b"")


def test_a_file_says_its_media_type_or_is_told_by_the_route(gateway: Any, tmp_path: Any) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(b"\x89PNG")
    assert answer_of(gateway, FileAnswer, FileAnswer(path)).headers["Content-Type"] == "image/png"
    refused = answer_of(
        gateway, FileAnswer, FileAnswer(path), produces="image/png", headers={"Accept": "text/html"}
    )
    assert refused.status_code == 406
