"""What the client makes of what a test says."""

from __future__ import annotations

import io
from datetime import date
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel
from werkzeug.datastructures import Headers

from restlite.testing.requests import RequestOptions, Sent, prepare


def sent(path: str = "/", method: str = "POST", base: str = "http://localhost", **options: Any) -> Sent:
    given: RequestOptions = {**options}
    return prepare(method, path, urlsplit(base), Headers([("X-Own", "client")]), given)


class Colour(Enum):
    RED = "red"


class Book(BaseModel):
    title: str
    out: date


@pytest.mark.parametrize(
    ("path", "base", "expect"),
    [
        ("/a", "http://localhost", ("", "/a", "")),
        ("", "http://localhost", ("", "/", "")),
        ("/a?b=1", "http://localhost/api/", ("/api", "/a", "b=1")),
        ("/é b", "http://localhost", ("", "/%C3%A9%20b", "")),
        ("/%2F%ff", "http://localhost", ("", "/%2F%ff", "")),
        ("//two//slashes", "http://localhost", ("", "//two//slashes", "")),
        ("http://localhost/api/a", "http://localhost/api", ("/api", "/a", "")),
        ("http://localhost/apiary", "http://localhost/api", ("", "/apiary", "")),
        ("http://localhost/api", "http://localhost/api", ("/api", "/", "")),
        ("https://other.example/api/a", "http://localhost/api", ("", "/api/a", "")),
    ],
)
def test_path_is_split_at_the_mount_point_and_encoded(
    path: str, base: str, expect: tuple[str, str, str]
) -> None:
    request = sent(path, base=base)
    assert (request.mount, request.path, request.query) == expect


def test_target_and_url_join_the_parts() -> None:
    request = sent("/a", base="http://localhost:81/api", params={"b": "c"})
    assert request.target == "/api/a?b=c"
    assert request.url == "http://localhost:81/api/a?b=c"


@pytest.mark.parametrize(
    ("base", "expect"), [("http://localhost", 80), ("https://localhost", 443), ("http://localhost:5", 5)]
)
def test_port_is_that_of_the_url_or_of_the_scheme(base: str, expect: int) -> None:
    assert sent(base=base).port == expect


@pytest.mark.parametrize(
    ("params", "expect"),
    [
        ({"a": 1, "b": "x y"}, "a=1&b=x+y"),
        ({"a": [1, 2]}, "a=1&a=2"),
        ({"a": ("x", "y")}, "a=x&a=y"),
        ([("a", 1), ("b", 2), ("a", 3)], "a=1&b=2&a=3"),
        ({"a": None, "b": [None, 1]}, "b=1"),
        ({"a": True, "b": False}, "a=true&b=false"),
        ({"a": date(2024, 5, 1), "b": Colour.RED}, "a=2024-05-01&b=red"),
    ],
)
def test_params_are_written_as_a_json_api_reads_them(params: Any, expect: str) -> None:
    assert sent(params=params).query == expect


def test_params_join_those_of_the_path() -> None:
    assert sent("/?a=1", params={"b": 2}).query == "a=1&b=2"


def test_headers_replace_those_of_the_client_and_may_repeat() -> None:
    fields = sent(headers=[("x-own", "1"), ("x-own", "2")]).headers
    assert fields.getlist("X-Own") == ["1", "2"]
    assert sent().headers["X-Own"] == "client"
    assert sent(headers={"X-Own": ["1", "2"]}).headers.getlist("X-Own") == ["1", "2"]


def test_host_comes_from_the_url_unless_given() -> None:
    assert sent(base="http://localhost:8000").headers["Host"] == "localhost:8000"
    assert sent("http://api.example/x").headers["Host"] == "api.example"
    assert sent(headers={"Host": "evil.example"}).headers["Host"] == "evil.example"


@pytest.mark.parametrize(
    ("options", "body", "media_type"),
    [
        ({}, b"", None),
        ({"json": {"a": 1}}, b'{"a":1}', "application/json"),
        ({"json": None}, b"null", "application/json"),
        (
            {"json": Book(title="T", out=date(2024, 5, 1))},
            b'{"title":"T","out":"2024-05-01"}',
            "application/json",
        ),
        ({"data": {"a": "x y", "b": [1, 2]}}, b"a=x+y&b=1&b=2", "application/x-www-form-urlencoded"),
        ({"content": b"raw"}, b"raw", None),
        ({"content": "é"}, "é".encode(), None),
    ],
)
def test_body_by_its_option(options: Any, body: bytes, media_type: str | None) -> None:
    request = sent(**options)
    assert request.body == body
    assert request.headers.get("Content-Type") == media_type
    assert request.headers["Content-Length"] == str(len(body))


def test_method_without_a_body_says_no_length() -> None:
    assert "Content-Length" not in sent(method="get").headers
    assert sent(method="get").method == "GET"


def test_header_fields_of_the_body_that_the_test_sets_stand() -> None:
    request = sent(json={}, headers={"content-type": "text/plain", "content-length": "99"})
    assert request.headers["Content-Type"] == "text/plain"
    assert request.headers["Content-Length"] == "99"


def test_chunks_are_sent_without_a_length() -> None:
    request = sent(content=iter([b"a", b"b"]))
    assert request.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in request.headers


@pytest.mark.parametrize(
    ("file", "name", "media_type"),
    [
        (b"hi", "cover", "application/octet-stream"),
        ("hi", "cover", "application/octet-stream"),
        (io.BytesIO(b"hi"), "cover", "application/octet-stream"),
        (("a.txt", "hi"), "a.txt", "text/plain"),
        (("a.bin", b"hi", "image/png"), "a.bin", "image/png"),
    ],
)
def test_files_are_sent_as_multipart(file: Any, name: str, media_type: str) -> None:
    request = sent(files={"cover": file}, data={"title": "T"})
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert isinstance(request.body, bytes)
    assert b'name="title"\r\n\r\nT\r\n' in request.body
    head = f'name="cover"; filename="{name}"\r\nContent-Type: {media_type}\r\n\r\nhi\r\n'
    assert head.encode() in request.body


def test_list_of_files_repeats_the_name() -> None:
    body = sent(files={"page": [b"one", b"two"]}).body
    assert isinstance(body, bytes)
    assert body.count(b'; name="page"') == 2


def test_two_bodies_are_refused() -> None:
    with pytest.raises(TypeError) as caught:
        sent(json={}, content=b"")
    assert str(caught.value) == "A request has one body, this one was given: content, json. Leave one."
