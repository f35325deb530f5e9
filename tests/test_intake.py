"""Taking in a request body: its length, its limits, its end."""

from __future__ import annotations

import io
from collections.abc import Generator
from typing import Any

import pytest

from restlite import App, Problem
from restlite.intake import declared_length, metered, read_at_once, whole
from restlite.testing import Client

NO_CHUNKS = "Send the body with a Content-Length; this server cannot read it in chunks."


def refused(call: Any) -> tuple[int, str | None]:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.status, caught.value.detail


@pytest.mark.parametrize(
    ("environ", "length"),
    [
        ({"CONTENT_LENGTH": "5"}, 5),
        ({"CONTENT_LENGTH": "0"}, 0),
        ({"CONTENT_LENGTH": ""}, 0),
        ({}, 0),
        ({"wsgi.input_terminated": True}, None),
        ({"wsgi.input_terminated": True, "CONTENT_LENGTH": "5"}, 5),
        ({"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}, None),
    ],
)
def test_declared_lengths(environ: dict[str, Any], length: int | None) -> None:
    assert declared_length(environ, 10) == length
    assert declared_length(environ, None) == length


@pytest.mark.parametrize(
    ("environ", "status", "detail"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411, NO_CHUNKS),
        ({"CONTENT_LENGTH": "x"}, 400, "Content-Length must be a number."),
        ({"CONTENT_LENGTH": "-1"}, 400, "Content-Length must be a number."),
        ({"CONTENT_LENGTH": "+1"}, 400, "Content-Length must be a number."),
        ({"CONTENT_LENGTH": "1_0"}, 400, "Content-Length must be a number."),
        ({"CONTENT_LENGTH": "²"}, 400, "Content-Length must be a number."),
        ({"CONTENT_LENGTH": "11"}, 413, "The body may have at most 10 bytes."),
        ({"CONTENT_LENGTH": "9" * 19}, 413, "The body may have at most 10 bytes."),
    ],
)
def test_lengths_that_are_refused(environ: dict[str, Any], status: int, detail: str) -> None:
    assert refused(lambda: declared_length(environ, 10)) == (status, detail)
    assert refused(lambda: read_at_once({**environ, "wsgi.input": io.BytesIO(b"x" * 20)}, 10)) == (
        status,
        detail,
    )


class Trickle(io.RawIOBase):
    """Give a few bytes at a time, and then fail or end."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, Exception):
            raise piece
        self.pieces[:0] = [piece[size:]] if piece[size:] else []
        return piece[:size]


@pytest.mark.parametrize(
    ("pieces", "length", "limit", "body"),
    [
        ((b"abc",), "3", 10, b"abc"),
        ((b"abcdef",), "3", 10, b"abc"),
        ((b"ab", b"c"), "3", 10, b"abc"),
        ((b"ab", b"c"), None, 10, b"abc"),
        ((b"ab", b"c"), None, None, b"abc"),
        ((b"ab", b"c"), "3", None, b"abc"),
        ((), None, 10, b""),
        ((b"abc",), "0", 10, b""),
    ],
)
def test_a_body_is_read_to_its_end_and_not_beyond(
    pieces: tuple[bytes, ...], length: str | None, limit: int | None, body: bytes
) -> None:
    environ = {"wsgi.input": Trickle(*pieces), "wsgi.input_terminated": True}
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    assert read_at_once(environ, limit) == body


@pytest.mark.parametrize(
    ("pieces", "length", "status", "detail"),
    [
        ((b"ab",), "3", 400, "The body ended before its Content-Length."),
        ((), "3", 400, "The body ended before its Content-Length."),
        ((OSError("gone"),), "3", 400, "The body could not be read."),
        ((b"a", OSError("gone")), "3", 400, "The body could not be read."),
        ((b"a" * 6, b"a" * 6), None, 413, "The body may have at most 10 bytes."),
    ],
)
def test_a_body_that_is_cut_broken_or_too_large(
    pieces: Any, length: str | None, status: int, detail: str
) -> None:
    environ = {"wsgi.input": Trickle(*pieces), "wsgi.input_terminated": True}
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    assert refused(lambda: read_at_once(environ, 10)) == (status, detail)


def drive(reader: Generator[None, bytes, Any], *chunks: bytes) -> Any:
    """Send chunks and then the end, as a gateway does."""
    next(reader)
    try:
        for chunk in (*chunks, b""):
            reader.send(chunk)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("The reader asks for more after the end.")


def test_a_metered_reader_is_fed_to_the_declared_length() -> None:
    assert drive(metered(whole(), None, None), b"ab", b"c") == b"abc"
    assert drive(metered(whole(), 3, 3), b"ab", b"c") == b"abc"
    reader = metered(whole(), 2, 10)
    next(reader)
    with pytest.raises(StopIteration) as stopped:
        reader.send(b"ab")
    assert stopped.value.value == b"ab"


def test_a_metered_reader_refuses_what_is_cut_or_too_large() -> None:
    assert refused(lambda: drive(metered(whole(), 3, None), b"ab")) == (
        400,
        "The body ended before its Content-Length.",
    )
    assert refused(lambda: drive(metered(whole(), None, 3), b"ab", b"cd")) == (
        413,
        "The body may have at most 3 bytes.",
    )


def test_a_reader_is_closed_with_its_meter() -> None:
    closed: list[bool] = []

    def reading() -> Generator[None, bytes, bytes]:
        try:
            yield
            raise AssertionError
        finally:
            closed.append(True)

    reader = metered(reading(), None, None)
    next(reader)
    reader.close()
    assert closed == [True]


@pytest.mark.parametrize("checked", [True, False])
def test_bodies_of_all_sizes_arrive_whole(gateway: Any, checked: bool) -> None:
    app = App(max_body=300_000)

    @app.post("/")
    def size(body: bytes) -> int:
        return len(body)

    client = Client(app, gateway=gateway, checked=checked)
    octets = {"Content-Type": "application/octet-stream"}
    for length in (0, 1, 65_535, 65_536, 65_537, 300_000):
        assert client.post("/", content=b"x" * length, headers=octets).json() == length
        assert client.post(
            "/", content=iter([b"x"] * 3 + [b"y" * length]), headers=octets
        ).json() == length + 3 or (length == 300_000)
    response = client.post("/", content=iter([b"x" * 100_000] * 4), headers=octets)
    assert (response.status_code, response.json()["detail"]) == (
        413,
        "The body may have at most 300000 bytes.",
    )
