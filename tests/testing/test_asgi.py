"""The ASGI driver, against small apps that keep or break the protocol."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import Headers

from restlite.testing.asgi import AsgiApp, AsgiTransport, scope_of
from restlite.testing.requests import Sent, prepare

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
END = {"type": "http.response.body", "body": b"", "more_body": False}


def sent(path: str = "/", base: str = "http://localhost", **options: Any) -> Sent:
    return prepare("POST", path, urlsplit(base), Headers(), options)


def with_lifespan(answer: Callable[[Any, Any, Any], Any], log: list[str] | None = None) -> AsgiApp:
    """Make an app of what answers a request: ``log`` takes the phases of its life."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await answer(scope, receive, send)
            return
        for phase in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{phase}"
            (log if log is not None else []).append(phase)
            scope["state"]["answer"] = 42
            await send({"type": f"lifespan.{phase}.complete"})

    return app


@contextmanager
def running(app: AsgiApp, patience: float = 5.0) -> Generator[AsgiTransport, None, None]:
    transport = AsgiTransport(app, patience=patience)
    transport.start()
    try:
        yield transport
    finally:
        transport.stop()


def test_lifespan_runs_around_the_requests_and_shares_its_state() -> None:
    log: list[str] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        log.append(f"request {scope['state']['answer']}")
        await send(START)
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body"})

    with running(with_lifespan(answer, log)) as transport:
        received = transport.send(sent(), {})
        assert (received.status, received.headers["Content-Type"]) == (200, "text/plain")
        assert list(received.chunks) == [b"a"]
        received.close()
    assert log == ["startup", "request 42", "shutdown"]


def test_marks_go_to_the_extensions() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"]["restlite.testing"].append("seen")
        await send(START)
        await send(END)

    reports: list[str] = []
    with running(with_lifespan(answer)) as transport:
        transport.send(sent(), {"restlite.testing": reports}).close()
    assert reports == ["seen"]


def test_scope_holds_the_request() -> None:
    scope = scope_of(sent("/é%2F?a=ü", base="https://localhost/api", headers=[("X-A", "1"), ("X-A", "2")]))
    assert scope["path"] == "/api/é/"
    assert scope["raw_path"] == b"/api/%C3%A9%2F"
    assert scope["root_path"] == "/api"
    assert scope["query_string"] == b"a=%C3%BC"
    assert scope["scheme"] == "https"
    assert scope["server"] == ("localhost", 443)
    assert [value for name, value in scope["headers"] if name == b"x-a"] == [b"1", b"2"]


def test_body_comes_whole_or_in_chunks() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        got: list[tuple[bytes, bool]] = []
        while not got or got[-1][1]:
            message = await receive()
            got.append((message["body"], message["more_body"]))
        await send(START)
        await send({"type": "http.response.body", "body": repr(got).encode()})

    with running(with_lifespan(answer)) as transport:
        whole = transport.send(sent(content=b"ab"), {})
        assert b"".join(whole.chunks) == b"[(b'ab', False)]"
        chunked = transport.send(sent(content=iter([b"a", b"b"])), {})
        assert b"".join(chunked.chunks) == b"[(b'a', True), (b'b', True), (b'', False)]"


def test_body_that_breaks_off_is_a_disconnect() -> None:
    def body() -> Iterator[bytes]:
        yield b"a"
        raise ConnectionResetError

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        got = [(await receive())["type"], (await receive())["type"]]
        await send(START)
        await send({"type": "http.response.body", "body": repr(got).encode()})

    with running(with_lifespan(answer)) as transport:
        received = transport.send(sent(content=body()), {})
        assert b"".join(received.chunks) == b"['http.request', 'http.disconnect']"


def test_slow_client_holds_the_app_back_and_leaving_disconnects_it() -> None:
    count = 0
    ended = threading.Event()

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        nonlocal count
        await receive()
        gone = asyncio.ensure_future(receive())
        await send(START)
        while not gone.done():
            count += 1
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        assert gone.result() == {"type": "http.disconnect"}
        ended.set()

    with running(with_lifespan(answer)) as transport:
        received = transport.send(sent(), {})
        assert next(received.chunks) == b"x"
        received.close()
    assert ended.is_set()
    assert count < 20


def test_sends_that_wait_when_the_client_leaves_all_end() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        chunk = {"type": "http.response.body", "body": b"x", "more_body": True}
        await asyncio.gather(*(send(chunk) for _ in range(20)))
        await send(chunk)

    with running(with_lifespan(answer)) as transport:
        received = transport.send(sent(), {})
        assert next(received.chunks) == b"x"
        received.close()


def test_app_that_goes_on_without_its_client_is_reported() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await asyncio.sleep(60)

    with running(with_lifespan(answer), patience=0.05) as transport:
        received = transport.send(sent("/events"), {})
        with pytest.raises(AssertionError) as caught:
            received.close()
    assert str(caught.value) == (
        "POST /events went on for 0.05 s after the client had gone. Let the stream end at http.disconnect."
    )


def test_what_the_app_raises_reaches_the_test() -> None:
    async def before(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError("before")

    async def within(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        raise ZeroDivisionError("within")

    with running(with_lifespan(before)) as transport, pytest.raises(ZeroDivisionError, match="before"):
        transport.send(sent(), {})
    with running(with_lifespan(within)) as transport:
        received = transport.send(sent(), {})
        with pytest.raises(ZeroDivisionError, match="within"):
            list(received.chunks)
        received.close()


def test_what_the_app_raises_unread_reaches_the_test_at_close() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send(END)
        raise ZeroDivisionError("late")

    with running(with_lifespan(answer)) as transport:
        received = transport.send(sent(), {})
        with pytest.raises(ZeroDivisionError, match="late"):
            received.close()


@pytest.mark.parametrize(
    ("messages", "expect"),
    [
        ([], "POST /: the app began its answer with nothing."),
        ([END], "POST /: the app began its answer with http.response.body."),
        ([START], "The app returned before the end of its answer."),
        ([START, START], "The app sent http.response.start after its start."),
        ([START, END, END], "The app sent http.response.body after its end."),
    ],
)
def test_app_that_breaks_the_protocol_is_reported(messages: list[Any], expect: str) -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    with running(with_lifespan(answer)) as transport, pytest.raises(AssertionError) as caught:
        list(transport.send(sent(), {}).chunks)
    assert str(caught.value) == expect


def test_startup_that_fails_is_raised_at_the_start() -> None:
    async def refuses(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def raises(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError("no database")

    async def returns(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    with pytest.raises(RuntimeError) as caught:
        AsgiTransport(refuses).start()
    assert str(caught.value) == "The app's startup failed: no database"
    with pytest.raises(ZeroDivisionError, match="no database"):
        AsgiTransport(raises).start()
    with pytest.raises(RuntimeError) as caught:
        AsgiTransport(returns).start()
    assert str(caught.value) == "The app's startup failed: nothing more"


def test_shutdown_that_fails_is_raised_at_the_end() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise ZeroDivisionError("no end")

    transport = AsgiTransport(app)
    transport.start()
    with pytest.raises(ZeroDivisionError, match="no end"):
        transport.stop()
