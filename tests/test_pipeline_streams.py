"""Streamed answers: NDJSON, server-sent events, text and bytes, from sync and async generators."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import App, Depends, Event, NotFound, Request, Response
from restlite.adapters import WrongAnswer
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


class Tick(BaseModel):
    now: int


def opened() -> Iterator[str]:
    SAID.append("opened")
    try:
        yield "value"
    finally:
        SAID.append("dependency closed")


Value = Annotated[str, Depends(opened, scope="answer")]


def ticks() -> Iterator[Tick]:
    yield Tick(now=1)
    yield Tick(now=2)


async def ticks_later() -> AsyncIterator[Tick]:
    yield Tick(now=1)
    await asyncio.sleep(0)
    yield Tick(now=2)


def events() -> Iterator[Event[Tick]]:
    yield Event(Tick(now=1), event="tick", id="1")
    yield Event(Tick(now=2))


async def events_later() -> AsyncIterator[Event[Tick]]:
    yield Event(Tick(now=1), event="tick", id="1")
    yield Event(Tick(now=2))


def octets() -> Iterator[bytes]:
    yield b"a"
    yield b""
    yield b"b"


async def texts_later() -> AsyncIterator[str]:
    yield "ä"
    yield "b"


def empty() -> Iterator[Tick]:
    return
    yield


NDJSON = b'{"now":1}\n{"now":2}\n'


EVENTS = b'event: tick\nid: 1\ndata: {"now":1}\n\ndata: {"now":2}\n\n'


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("handler", "media_type", "content"),
    [
        (ticks, "application/x-ndjson", NDJSON),
        (ticks_later, "application/x-ndjson", NDJSON),
        (events, "text/event-stream", EVENTS),
        (events_later, "text/event-stream", EVENTS),
        (octets, "application/octet-stream", b"ab"),
        (texts_later, "text/plain; charset=utf-8", "äb".encode()),
        (empty, "application/x-ndjson", b""),
    ],
)
def test_items_are_written_as_their_media_type_says(
    gateway: Any, handler: Any, media_type: str, content: bytes, checked: bool
) -> None:
    app = App()
    app.get("/")(handler)
    with Client(app, gateway=gateway, checked=checked) as client:
        response, head = client.get("/"), client.head("/")
    assert (response.status_code, response.content) == (200, content)
    assert response.headers["Content-Type"] == media_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers.get("Cache-Control") == (
        "no-cache" if media_type == "text/event-stream" else None
    )
    assert "Content-Length" not in response.headers
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (200, b"", media_type)


def test_a_function_may_return_an_iterator(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show() -> Iterator[int]:
        return iter([1, 2])

    @app.get("/later")
    async def later() -> AsyncIterator[Tick]:
        return ticks_later()

    with Client(app, gateway=gateway) as client:
        assert client.get("/").text == "1\n2\n"
        assert client.get("/later").content == NDJSON


def test_items_come_one_by_one(gateway: Any) -> None:
    go = threading.Event()
    app = App()

    @app.get("/")
    def stream() -> Iterator[int]:
        yield 1
        assert go.wait(5)
        yield 2

    with Client(app, gateway=gateway) as client, client.stream("GET", "/") as response:
        lines = response.iter_lines()
        assert next(lines) == "1"
        go.set()
        assert list(lines) == ["2"]


def fails_at_once(value: Value) -> Iterator[int]:
    raise NotFound("before the first item")
    yield 1


async def fails_at_once_later(value: Value) -> AsyncIterator[int]:
    raise NotFound("before the first item")
    yield 1


def wrong_at_once(value: Value) -> Iterator[int]:
    yield "x"  # type: ignore[misc]


def no_iterator(value: Value) -> Iterator[int]:
    return 5  # type: ignore[return-value]


def no_async_iterator(value: Value) -> AsyncIterator[int]:
    return iter([1])  # type: ignore[return-value]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("handler", "status", "says"),
    [
        (fails_at_once, 404, "before the first item"),
        (fails_at_once_later, 404, "before the first item"),
        (wrong_at_once, 500, "Internal Server Error"),
        (no_iterator, 500, "expected an Iterable, found int"),
        (no_async_iterator, 500, "expected an AsyncIterable, found list_iterator"),
    ],
)
def test_an_error_before_the_first_byte_is_a_whole_answer(
    gateway: Any, method: str, handler: Any, status: int, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    app.get("/", raises=[NotFound])(handler)
    with Client(app, gateway=gateway) as client:
        response = client.request(method, "/")
    if method == "HEAD" and not says.startswith("expected"):
        status = 200  # a HEAD does not begin the stream
    assert response.status_code == status
    assert says in response.text + caplog.text or method == "HEAD"
    assert SAID == ["opened", "dependency closed"]


def breaks(value: Value) -> Iterator[int]:
    try:
        yield 1
        raise LookupError("half-way")
    finally:
        SAID.append("generator closed")


async def breaks_later(value: Value) -> AsyncIterator[int]:
    try:
        yield 1
        raise LookupError("half-way")
    finally:
        await asyncio.sleep(0)
        SAID.append("generator closed")


def breaks_as_event(value: Value) -> Iterator[Event[int]]:
    try:
        yield Event(1)
        raise LookupError("half-way")
    finally:
        SAID.append("generator closed")


@pytest.mark.parametrize("handler", [breaks, breaks_later, breaks_as_event])
def test_an_error_after_the_first_byte_breaks_the_stream_off(
    gateway: Any, handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    app.get("/")(handler)
    with Client(app, gateway=gateway) as client, client.stream("GET", "/") as response:
        assert response.status_code == 200
        with pytest.raises(LookupError, match="half-way"):
            b"".join(response.iter_chunks())
    assert SAID == ["opened", "generator closed", "dependency closed"]
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert record.getMessage().startswith(f"{handler.__name__}: the stream of request ")
    assert record.getMessage().endswith(" broke off.")
    assert record.exc_info is not None


def test_a_wrong_item_breaks_the_stream_off(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    def stream() -> Iterator[Tick]:
        yield Tick(now=1)
        yield {"now": "x"}  # type: ignore[misc]

    with Client(app, gateway=gateway) as client, client.stream("GET", "/") as response:
        chunks = response.iter_chunks()
        assert next(chunks) == b'{"now":1}\n'
        with pytest.raises(WrongAnswer, match="now"):
            list(chunks)
    assert "broke off" in caplog.text


def test_a_dependency_that_fails_at_the_end_breaks_the_stream_off(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def commits() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("the commit failed")

    app = App()

    @app.get("/")
    def stream(one: Annotated[int, Depends(commits, scope="answer")]) -> Iterator[int]:
        yield one

    with Client(app, gateway=gateway) as client:
        with client.stream("GET", "/") as response, pytest.raises(ZeroDivisionError):
            b"".join(response.iter_chunks())
        assert client.head("/").status_code == 500
    assert "the commit failed" in caplog.text


def test_a_head_of_a_stream_runs_nothing_of_it(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def stream(value: Value) -> Iterator[int]:
        SAID.append("begun")
        yield 1

    with Client(app, gateway=gateway) as client:
        assert client.head("/").status_code == 200
    assert SAID == ["opened", "dependency closed"]


def test_a_response_may_stream(gateway: Any) -> None:
    app = App()

    @app.get("/", returns={200: bytes})
    def show(request: Request) -> Response:
        return Response((chunk for chunk in [b"a", b"b"]), mimetype="text/csv")

    with Client(app, gateway=gateway) as client:
        assert client.get("/").content == b"ab"
        assert client.head("/").content == b""
