"""The WSGI side: the environment that a request becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from wsgiref.validate import check_environ

import pytest
from werkzeug.datastructures import Headers

from restlite.testing.requests import prepare
from restlite.testing.wsgi import environ_of


def environ(path: str = "/", base: str = "http://localhost", **options: Any) -> dict[str, Any]:
    return environ_of(prepare("POST", path, urlsplit(base), Headers(), options))


def test_environ_is_that_of_pep_3333() -> None:
    check_environ(environ(json={"a": 1}))


def test_path_is_decoded_to_latin_1_below_the_mount_point() -> None:
    env = environ("/é%2F%ff?a=%C3%BC", base="https://localhost/api")
    assert env["SCRIPT_NAME"] == "/api"
    assert env["PATH_INFO"] == "/Ã©/ÿ"
    assert env["QUERY_STRING"] == "a=%C3%BC"
    assert env["REQUEST_URI"] == "/api/%C3%A9%2F%ff?a=%C3%BC"
    assert env["wsgi.url_scheme"] == "https"
    assert (env["SERVER_NAME"], env["SERVER_PORT"]) == ("localhost", "443")


def test_header_fields_become_keys_and_repeated_ones_are_joined() -> None:
    fields = [
        ("X-A", "1"),
        ("x-a", "2"),
        ("Cookie", "a=1"),
        ("Cookie", "b=2"),
        ("Content-Type", "text/plain"),
    ]
    env = environ(headers=fields, content=b"abc")
    assert env["HTTP_X_A"] == "1,2"
    assert env["HTTP_COOKIE"] == "a=1; b=2"
    assert env["CONTENT_TYPE"] == "text/plain"
    assert env["CONTENT_LENGTH"] == "3"
    assert env["HTTP_HOST"] == "localhost"
    assert "wsgi.input_terminated" not in env


def test_chunks_are_read_as_a_file_whose_end_the_server_knows() -> None:
    env = environ(content=iter([b"ab", b"", b"cdef"]))
    assert env["wsgi.input_terminated"] is True
    assert env["wsgi.input"].read(3) == b"abc"
    assert env["wsgi.input"].read() == b"def"
    assert env["wsgi.input"].read() == b""


def test_chunks_that_break_off_raise_when_they_are_read() -> None:
    def body() -> Iterator[bytes]:
        yield b"ab"
        raise ConnectionResetError("gone")

    stream = environ(content=body())["wsgi.input"]
    with pytest.raises(ConnectionResetError, match="gone"):
        stream.read()
