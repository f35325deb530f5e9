"""What the client gives back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import Headers

from restlite.testing import ClientResponse
from restlite.testing.requests import prepare
from restlite.testing.responses import Received


def response(
    *chunks: bytes, headers: dict[str, str] | None = None, closed: list[str] | None = None
) -> ClientResponse:
    sent = prepare("GET", "/x?a=1", urlsplit("http://localhost"), Headers(), {})
    ended = closed if closed is not None else []
    return ClientResponse(
        sent, Received(200, Headers(headers or {}), iter(chunks), lambda: ended.append("closed"))
    )


def test_content_is_joined_and_kept() -> None:
    answer = response(b"a", b"b")
    assert answer.content == b"ab"
    assert answer.content == b"ab"


@pytest.mark.parametrize(
    ("body", "media_type", "expect"),
    [
        ("é".encode(), "text/plain", "é"),
        (b"\xe9", "text/plain; charset=latin-1", "é"),
    ],
)
def test_text_goes_by_the_charset(body: bytes, media_type: str, expect: str) -> None:
    assert response(body, headers={"Content-Type": media_type}).text == expect


def test_text_without_a_media_type_is_utf_8() -> None:
    assert response("é".encode()).text == "é"


def test_json_is_read() -> None:
    assert response(b'{"a":', b"1}").json() == {"a": 1}


def test_json_that_is_none_shows_the_answer() -> None:
    with pytest.raises(ValueError) as caught:
        response(b"<html>").json()
    assert str(caught.value) == (
        "The answer is not JSON (Expecting value: line 1 column 1 (char 0)): <GET /x?a=1 -> 200 b'<html>'>"
    )


def test_repr_shows_no_body_that_was_not_read() -> None:
    assert repr(response(b"a")) == "<GET /x?a=1 -> 200>"


def test_chunks_come_one_by_one() -> None:
    seen: list[str] = []

    def body() -> Iterator[bytes]:
        seen.append("first")
        yield b"a"
        seen.append("second")
        yield b"b"

    chunks = response(*[]).iter_chunks()
    assert list(chunks) == []
    answer = ClientResponse(response().request, Received(200, Headers(), body(), lambda: None))
    assert next(answer.iter_chunks()) == b"a"
    assert seen == ["first"]


@pytest.mark.parametrize(
    ("chunks", "expect"),
    [
        ((b"a\nb", b"c\r\nd"), ["a", "bc", "d"]),
        ((b"a\n",), ["a"]),
        (("é\n".encode()[:1], "é\n".encode()[1:]), ["é"]),
        ((), []),
    ],
)
def test_lines_cross_chunks(chunks: tuple[bytes, ...], expect: list[str]) -> None:
    assert list(response(*chunks).iter_lines()) == expect


def test_cookies_are_those_that_the_answer_sets() -> None:
    answer = response(headers={"Set-Cookie": 'a="x\\054y"; Path=/; HttpOnly'})
    assert answer.cookies == {"a": "x,y"}


def test_close_tells_the_app() -> None:
    closed: list[str] = []
    response(closed=closed).close()
    assert closed == ["closed"]
