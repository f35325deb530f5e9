"""The ASGI gateway (ASGI 3.0): what a server sees of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from typing import Annotated, Any

import pytest

from restlite import App, Background, Depends, NotFound, Request, Response
from restlite.gateways.asgi import ThreadInput
from restlite.testing import Client

NAME: ContextVar[str] = ContextVar("NAME", default="unset")
SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def scope(path: str = "/", method: str = "GET", headers: Any = (), **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": list(headers), **more}


def part(body: bytes = b"", *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


class Server:
    """Call an app as a server does, and keep what it sends."""

    def __init__(self, app: App, *received: dict[str, Any], fails: bool = False) -> None:
        self.app = app
        self.received = list(received) or [part()]
        self.sent: list[dict[str, Any]] = []
        self.fails = fails

    async def serve(self, request: dict[str, Any], *, leave: float | None = None) -> None:
        left = asyncio.Event()
        if leave is not None:
            asyncio.get_running_loop().call_later(leave, left.set)

        async def receive() -> dict[str, Any]:
            if self.received:
                return self.received.pop(0)
            await left.wait()
            return GONE

        async def send(message: dict[str, Any]) -> None:
            if self.fails and any("body" in earlier for earlier in self.sent):
                raise OSError("the client has gone")
            self.sent.append(message)
            await asyncio.sleep(0)

        await self.app.asgi(request, receive, send)

    def run(self, request: dict[str, Any], *, leave: float | None = None) -> Server:
        async def main() -> None:
            await asyncio.wait_for(self.serve(request, leave=leave), 10)

        asyncio.run(main())
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def until(condition: Callable[[], bool], seconds: float = 1.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_a_whole_answer_is_two_messages() -> None:
    app = App()
    app.get("/")(lambda: {"a": 1})
    start, body = Server(app).run(scope()).sent
    assert start["type"] == "http.response.start"
    assert start["status"] == 200
    assert (b"content-type", b"application/json") in start["headers"]
    assert body == {"type": "http.response.body", "body": b'{"a":1}'}
    assert Server(app).run(scope(method="HEAD")).body == b""


@pytest.mark.parametrize("handled", [False, True])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_error_on_the_straight_way(handled: bool, asynchronous: bool) -> None:
    app = App()
    if handled:

        @app.error_handler(LookupError)
        def handle(error: LookupError, request: Request) -> Response:
            return Response(request.path, status=418)

    def fail() -> int:
        raise LookupError

    async def fail_later() -> int:
        raise LookupError

    app.get("/")(fail_later if asynchronous else fail)
    server = Server(app).run(scope())
    assert server.status == (418 if handled else 500)
    if handled:
        assert server.body == b"/"


def sums() -> App:
    app = App()

    @app.post("/whole", max_body=10)
    def whole(body: bytes) -> int:
        return len(body)

    @app.post("/stream", max_body=10)
    def stream(body: Iterator[bytes]) -> int:
        return sum(map(len, body))

    @app.post("/later", max_body=10)
    async def later(body: AsyncIterator[bytes]) -> int:
        return sum([len(chunk) async for chunk in body])

    @app.post("/injected", max_body=10)
    async def injected(request: Request, body: bytes) -> int:
        return len(body)

    @app.post("/raw")
    def raw(request: Request) -> int:
        return len(request.get_data())

    return app


OCTETS = (b"content-type", b"application/octet-stream")
PARTS = (part(b"abc", more=True), part(b"", more=True), part(b"de", more=True), part())


@pytest.mark.parametrize("path", ["/whole", "/stream", "/later", "/injected", "/raw"])
def test_a_body_may_come_in_parts(path: str) -> None:
    server = Server(sums(), *PARTS).run(scope(path, "POST", [OCTETS]))
    assert (server.status, server.body) == (200, b"5")


@pytest.mark.parametrize("path", ["/whole", "/stream", "/later", "/injected"])
def test_a_body_that_is_cut_is_a_400(path: str) -> None:
    server = Server(sums(), part(b"abc", more=True), GONE).run(scope(path, "POST", [OCTETS]))
    assert server.status == 400
    assert b'"detail":"The body ended' in server.body or b"body" in server.body


@pytest.mark.parametrize("path", ["/whole", "/stream", "/later", "/injected"])
@pytest.mark.parametrize("length", [[], [(b"content-length", b"12")]])
def test_a_body_that_is_too_large_is_a_413(path: str, length: Any) -> None:
    parts = (part(b"x" * 6, more=True), part(b"x" * 6))
    server = Server(sums(), *parts).run(scope(path, "POST", [OCTETS, *length]))
    assert server.status == 413


@pytest.mark.parametrize("path", ["/whole", "/stream", "/later", "/injected"])
def test_a_body_that_is_shorter_than_declared_is_a_400(path: str) -> None:
    headers = [OCTETS, (b"content-length", b"6")]
    assert Server(sums(), part(b"abc")).run(scope(path, "POST", headers)).status == 400


def test_a_thread_reads_a_body_as_a_file() -> None:
    chunks = iter([b"abcdef", b""])
    source = ThreadInput(lambda: next(chunks, b""))
    assert source.readable()
    assert [source.read(4), source.read(4), source.read(4)] == [b"abcd", b"ef", b""]


def test_a_websocket_is_closed() -> None:
    async def main() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await App().asgi({"type": "websocket", "path": "/", "headers": []}, receive, send)
        return sent

    [message] = asyncio.run(main())
    assert (message["type"], message["code"]) == ("websocket.close", 1000)
    assert message["reason"] == "There is no websocket here."


def test_another_kind_of_scope_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"Unknown ASGI scope type 'mqtt'\."):
        Server(App()).run({"type": "mqtt"})


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
    assert SAID == ["opened", f"closed {name}"]
    assert not caplog.records


@pytest.mark.parametrize("dependency", [opened, opened_later])
@pytest.mark.parametrize("handler", [stream, stream_later])
def test_a_server_that_fails_to_send_tells_that_the_client_has_gone(
    dependency: Any, handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    app.get("/", dependencies=[Depends(dependency, scope="answer")])(handler)
    Server(app, fails=True).run(scope())
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


def test_tasks_are_handed_over_whatever_becomes_of_the_answer() -> None:
    done: list[str] = []
    app = App()

    @app.get("/")
    def show(background: Background) -> Iterator[bytes]:
        background.add(done.append, "task")
        yield b"a"
        raise NotFound

    with pytest.raises(NotFound):
        Server(app).run(scope())
    app.stop()
    assert done == ["task"]


def test_the_lifespan_ends_with_the_server() -> None:
    async def main() -> list[str]:
        messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
        sent: list[str] = []

        async def receive() -> dict[str, Any]:
            return next(messages)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message["type"])

        await App().asgi({"type": "lifespan"}, receive, send)
        return sent

    assert asyncio.run(main()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_an_app_that_cannot_be_frozen_cannot_start() -> None:
    app = App()
    app.get("/")(lambda: 1)
    app.get("/")(lambda: 2)

    async def main() -> dict[str, Any]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "lifespan.startup"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app.asgi({"type": "lifespan"}, receive, send)
        return sent[0]

    message = asyncio.run(main())
    assert message["type"] == "lifespan.startup.failed"
    assert "both answer GET '/'" in message["message"]
