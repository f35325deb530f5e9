"""The ASGI gateway (ASGI 3.0): what a server sees of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from asgi_server import GONE, Server, part, scope

from restlite import App, Background, NotFound, Request, Response
from restlite.gateways.asgi import ThreadInput


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
