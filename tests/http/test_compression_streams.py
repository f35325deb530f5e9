"""Compressed streams: each item at once, closed like any other, and no end where there was none."""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_codings import plain_of

from restlite import App, Depends, Event, NotFound
from restlite.http.compression import Compression
from restlite.testing import Client

CODINGS = ("gzip", "br", "zstd")


def accepting(coding: str) -> dict[str, str]:
    return {"Accept-Encoding": coding}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_each_item_arrives_at_once(asynchronous: bool, coding: str, gateway: Any) -> None:
    app = App(hooks=[Compression()])
    read = threading.Event()

    @app.get("/sync")
    def count() -> Iterator[Event[int]]:
        yield Event(1)
        assert read.wait(10)
        yield Event(2)

    @app.get("/async")
    async def count_async() -> AsyncIterator[Event[int]]:
        yield Event(1)
        assert await asyncio.to_thread(read.wait, 10)
        yield Event(2)

    path = "/async" if asynchronous else "/sync"
    with (
        Client(app, gateway=gateway) as client,
        client.stream("GET", path, headers=accepting(coding)) as response,
    ):
        assert response.headers["Content-Encoding"] == coding
        assert response.headers["Vary"] == "Accept-Encoding"
        chunks = response.iter_chunks()
        sent = next(chunks)
        assert plain_of(coding, sent) == b"data: 1\n\n"
        read.set()
        assert plain_of(coding, sent + b"".join(chunks)) == b"data: 1\n\ndata: 2\n\n"
        head = client.head(path, headers=accepting(coding))
        assert (head.headers["Content-Encoding"], head.headers["Vary"]) == (coding, "Accept-Encoding")


def test_an_empty_stream_is_whole(gateway: Any) -> None:
    app = App(hooks=[Compression()])

    @app.get("/")
    def stream() -> Iterator[str]:
        yield from ()

    response = Client(app, gateway=gateway).get("/", headers=accepting("gzip"))
    assert (response.status_code, plain_of("gzip", response.content)) == (200, b"")
    assert len(response.content) >= 20


def test_a_stream_that_fails_before_its_first_item_is_an_error(gateway: Any) -> None:
    app = App(hooks=[Compression()])

    @app.get("/", raises=[NotFound])
    def stream() -> Iterator[int]:
        raise NotFound
        yield 1

    response = Client(app, gateway=gateway).get("/", headers=accepting("gzip"))
    assert (response.status_code, response.json()["title"]) == (404, "Not Found")


def test_a_stream_that_breaks_off_has_no_end(gateway: Any) -> None:
    app = App(hooks=[Compression()])

    @app.get("/")
    def stream() -> Iterator[int]:
        yield 1
        raise ValueError

    client = Client(app, gateway=gateway)
    sent: list[bytes] = []
    with client.stream("GET", "/", headers=accepting("gzip")) as response, pytest.raises(ValueError):
        sent.extend(response.iter_chunks())
    reader = zlib.decompressobj(31)
    text = reader.decompress(b"".join(sent))
    assert text.startswith(b"1\n")
    assert b'"The stream broke off."' in text
    assert not reader.eof


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_client_that_goes_closes_what_is_open(asynchronous: bool, gateway: Any) -> None:
    said: list[str] = []
    closed = threading.Event()

    def open_value() -> Iterator[int]:
        try:
            yield 1
        finally:
            said.append("dependency closed")
            closed.set()

    value = Annotated[int, Depends(open_value)]
    app = App(hooks=[Compression()])

    @app.get("/sync")
    def stream(start: value) -> Iterator[int]:  # type: ignore[valid-type]
        try:
            while True:
                yield start
        finally:
            said.append("generator closed")

    @app.get("/async")
    async def stream_async(start: value) -> AsyncIterator[int]:  # type: ignore[valid-type]
        try:
            while True:
                yield start
                await asyncio.sleep(0)
        finally:
            said.append("generator closed")

    with Client(app, gateway=gateway) as client:
        path = "/async" if asynchronous else "/sync"
        with client.stream("GET", path, headers=accepting("gzip")) as response:
            assert plain_of("gzip", next(response.iter_chunks())).startswith(b"1\n")
        assert closed.wait(10)
    assert said == ["generator closed", "dependency closed"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    chunks=st.lists(st.binary(max_size=2000) | st.sampled_from([b"a" * 70_000, b""]), max_size=6),
    coding=st.sampled_from(CODINGS),
    whole=st.booleans(),
)
def test_who_reads_it_gets_what_was_written(
    chunks: list[bytes], coding: str, whole: bool, gateway: Any
) -> None:
    app = App(hooks=[Compression(minimum=1)])

    @app.get("/stream", produces="text/csv")
    def stream() -> Iterator[bytes]:
        yield from chunks

    @app.get("/whole", produces="text/csv")
    def give() -> bytes:
        return b"".join(chunks)

    response = Client(app, gateway=gateway).get("/whole" if whole else "/stream", headers=accepting(coding))
    coded = response.headers.get("Content-Encoding") == coding
    assert coded or whole
    assert (plain_of(coding, response.content) if coded else response.content) == b"".join(chunks)
