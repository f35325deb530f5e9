"""Streams of the ASGI gateway: back-pressure, one context, and clients that go."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from asgi_server import Server, part, scope

from restlite import App, Depends
from restlite.testing import Client

NAME: ContextVar[str] = ContextVar("NAME", default="unset")


SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def until(condition: Callable[[], bool], seconds: float = 1.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def opened() -> Iterator[str]:
    token = NAME.set("sync")
    SAID.append("opened")
    try:
        yield "sync"
    finally:
        SAID.append(f"closed {NAME.get()}")
        NAME.reset(token)


async def opened_later() -> AsyncIterator[str]:
    token = NAME.set("async")
    SAID.append("opened")
    try:
        yield "async"
    finally:
        SAID.append(f"closed {NAME.get()}")
        NAME.reset(token)


def stream() -> Iterator[str]:
    for _ in range(3):
        yield NAME.get()


async def stream_later() -> AsyncIterator[str]:
    for _ in range(3):
        await asyncio.sleep(0)
        yield NAME.get()


def value() -> str:
    return NAME.get() * 3


async def value_later() -> str:
    return NAME.get() * 3


@pytest.mark.parametrize("scoped", ["value", "answer"])
@pytest.mark.parametrize("handler", [stream, stream_later, value, value_later])
@pytest.mark.parametrize(("dependency", "name"), [(opened, "sync"), (opened_later, "async")])
def test_all_user_code_of_a_request_shares_one_context(
    gateway: Any, dependency: Any, name: str, handler: Any, scoped: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    app.get("/", dependencies=[Depends(dependency, scope=scoped)])(handler)
    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    if scoped == "answer" or handler in (value, value_later):
        assert (response.status_code, response.text) == (200, name * 3)
    assert ["opened", f"closed {name}"] == SAID
    assert not caplog.records


@pytest.mark.parametrize("dependency", [opened, opened_later])
@pytest.mark.parametrize("handler", [stream, stream_later])
def test_a_server_that_fails_to_send_tells_that_the_client_has_gone(
    dependency: Any, handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    app.get("/", dependencies=[Depends(dependency, scope="answer")])(handler)
    Server(app, fails=1).run(scope())
    assert until(lambda: len(SAID) == 2)
    assert SAID[1].startswith("closed ")
    assert not caplog.records


@pytest.mark.parametrize("dependency", [opened, opened_later])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_request_that_is_cancelled_closes_what_it_holds(dependency: Any, asynchronous: bool) -> None:
    begun = threading.Event()
    app = App()

    def handler() -> str:
        begun.set()
        time.sleep(0.05)
        return "late"

    async def handler_later() -> str:
        begun.set()
        await asyncio.sleep(5)
        return "late"

    app.get("/", dependencies=[Depends(dependency)])(handler_later if asynchronous else handler)

    async def main() -> None:
        task = asyncio.create_task(Server(app).serve(scope()))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.2)

    asyncio.run(main())
    assert until(lambda: len(SAID) == 2)


@pytest.mark.parametrize("handler", ["sync", "later"])
def test_a_stream_whose_request_is_cancelled_ends(handler: str) -> None:
    app = App()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"a"
                time.sleep(0.005)
        finally:
            SAID.append("ended")

    async def endless_later() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"a"
                await asyncio.sleep(0.005)
        finally:
            SAID.append("ended")

    app.get("/", dependencies=[Depends(opened)])(endless if handler == "sync" else endless_later)

    async def main() -> None:
        server = Server(app)
        task = asyncio.create_task(server.serve(scope()))
        while len(server.sent) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        end = time.monotonic() + 1
        while len(SAID) < 3 and time.monotonic() < end:
            await asyncio.sleep(0.001)

    asyncio.run(main())
    assert SAID == ["opened", "ended", "closed sync"]


@pytest.mark.parametrize("error", [OSError, asyncio.CancelledError])
def test_a_client_that_goes_before_the_answer_begins(error: type[BaseException]) -> None:
    app = App()
    app.get("/", dependencies=[Depends(opened)])(stream_later)

    async def main() -> None:
        async def receive() -> dict[str, Any]:
            return part()

        async def send(message: dict[str, Any]) -> None:
            raise error

        await app.asgi(scope(), receive, send)

    with pytest.raises(error):
        asyncio.run(main())
    assert SAID == ["opened", "closed sync"]


def test_back_pressure_holds_a_stream_back() -> None:
    made: list[int] = []
    app = App()

    @app.get("/<kind>")
    def stream(kind: str) -> Iterator[bytes]:
        for number in range(1000):
            made.append(number)
            yield b"x" * 1000

    @app.get("/later")
    async def later() -> AsyncIterator[bytes]:
        for number in range(1000):
            made.append(number)
            yield b"x" * 1000

    for path in ("/sync", "/later"):
        made.clear()
        with Client(app, gateway="asgi") as client, client.stream("GET", path) as response:
            assert next(response.iter_chunks())
            time.sleep(0.05)
            assert len(made) < 20


def test_a_stream_that_cancels_itself_is_closed_and_tells_the_server() -> None:
    def cancels() -> Iterator[bytes]:
        yield b"a"
        raise asyncio.CancelledError

    app = App()
    app.get("/", dependencies=[Depends(opened)])(cancels)
    with pytest.raises(asyncio.CancelledError):
        Server(app).run(scope())
    assert SAID == ["opened", "closed sync"]
