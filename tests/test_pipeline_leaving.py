"""Streams whose client goes: what was opened for them is closed within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import pytest

from restlite import App, Depends, Event, FileAnswer
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def opened() -> Iterator[str]:
    SAID.append("opened")
    try:
        yield "value"
    finally:
        SAID.append("dependency closed")


Value = Annotated[str, Depends(opened, scope="answer")]


def endless(value: Value) -> Iterator[int]:
    try:
        while True:
            yield 1
            time.sleep(0.01)
    finally:
        SAID.append("generator closed")


async def endless_later(value: Value) -> AsyncIterator[int]:
    try:
        while True:
            yield 1
            await asyncio.sleep(0.01)
    finally:
        await asyncio.sleep(0)
        SAID.append("generator closed")


async def silent_later(value: Value) -> AsyncIterator[int]:
    try:
        yield 1
        await asyncio.sleep(60)
    finally:
        SAID.append("generator closed")


def waits_before_it_cleans(value: Value) -> Iterator[int]:
    try:
        while True:
            yield 1
            time.sleep(0.01)
    except GeneratorExit:
        SAID.append("generator closed")
        raise


def until(condition: Callable[[], bool], seconds: float = 1.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


@pytest.mark.parametrize("handler", [endless, endless_later, silent_later, waits_before_it_cleans])
def test_a_generator_ends_within_a_second_after_the_client_has_gone(
    gateway: Any, handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    if handler is silent_later and gateway != "asgi":
        pytest.skip("A WSGI server tells of a client that has gone at the next chunk only.")
    app = App()
    app.get("/")(handler)
    with Client(app, gateway=gateway) as client:
        with client.stream("GET", "/") as response:
            assert next(response.iter_lines()) == "1"
            left = time.monotonic()
        assert until(lambda: "dependency closed" in SAID)
        assert time.monotonic() - left < 1
    assert SAID == ["opened", "generator closed", "dependency closed"]
    assert not caplog.records


def test_a_client_that_goes_before_the_first_item_is_asked_for(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def stream(value: Value) -> Iterator[Event[int]]:
        SAID.append("begun")
        yield Event(1)

    with Client(app, gateway=gateway) as client, client.stream("GET", "/") as response:
        assert response.status_code == 200
    assert until(lambda: "dependency closed" in SAID)


def test_a_generator_that_fails_while_it_is_closed(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    def stream(value: Value) -> Iterator[int]:
        try:
            while True:
                yield 1
                time.sleep(0.01)
        finally:
            raise ZeroDivisionError("while closing")

    with Client(app, gateway=gateway) as client, client.stream("GET", "/") as response:
        assert next(response.iter_lines()) == "1"
    assert until(lambda: "dependency closed" in SAID)
    assert "broke off" in caplog.text
    assert "while closing" in caplog.text


def test_a_file_is_closed_when_it_has_been_sent_or_the_client_has_gone(gateway: Any, tmp_path: Any) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * 1_000_000)
    files: list[Any] = []
    app = App()

    @app.get("/")
    def show() -> FileAnswer:
        file = path.open("rb")
        files.append(file)
        return FileAnswer(file, headers={"X-A": "b"})

    @app.get("/wrong")
    def wrong() -> FileAnswer:
        file = path.open("rb")
        files.append(file)
        return FileAnswer(file, headers={"X-A": "a\nb"})

    with Client(app, gateway=gateway) as client:
        assert len(client.get("/").content) == 1_000_000
        assert client.head("/").headers["Content-Length"] == "1000000"
        with client.stream("GET", "/") as response:
            assert next(response.iter_chunks())
        assert client.get("/wrong").status_code == 500
    assert len(files) == 4
    assert until(lambda: all(file.closed for file in files))


def stubborn() -> Iterator[int]:
    try:
        yield 1
    except Exception:
        yield 2
    yield 3


def test_a_dependency_that_does_not_end_is_told_of(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    def stream(one: Annotated[int, Depends(stubborn)], value: Value) -> Iterator[int]:
        while True:
            yield one
            time.sleep(0.005)

    with Client(app, gateway=gateway) as client:
        assert client.head("/").status_code == 500
        assert "stubborn yielded twice; it must yield once." in caplog.text
        caplog.clear()
        with client.stream("GET", "/") as response:
            assert next(response.iter_lines()) == "1"
        assert until(lambda: "stubborn yielded twice" in caplog.text)
        assert "broke off" in caplog.text


def test_a_client_may_go_when_it_is_told_that_a_stream_broke_off(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def stream(value: Value) -> Iterator[Event[int]]:
        yield Event(1)
        raise LookupError("half-way")

    with Client(app, gateway=gateway) as client:
        with client.stream("GET", "/") as response:
            chunks = response.iter_chunks()
            assert next(chunks) == b"data: 1\n\n"
            assert b"error" in next(chunks)
            if gateway == "asgi":
                with pytest.raises(LookupError):
                    next(chunks)
        assert until(lambda: "broke off" in caplog.text)
    assert SAID == ["opened", "dependency closed"]
