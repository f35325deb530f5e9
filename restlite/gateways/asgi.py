"""The ASGI gateway (ASGI 3.0, spec 2.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cached_property, partial
from io import RawIOBase
from typing import Any, Protocol

from ..aliases import Environ
from ..background import Workers
from ..errors import STATUS_LINES, ErrorFormat
from ..intake import too_large, truncated
from ..lifespan import Lifespan
from ..media import JSON
from ..outputs import NOSNIFF
from ..pipeline import Pipeline
from ..recovery import NO_STORE
from ..straight import admit
from ..table import Unmatched
from ..waits import Disconnected, Steps, Tail, Wait, Wire, abandoned
from .body import BodyChunks
from .driving import AsyncDriver
from .environ import environ_of
from .loop import RunAsync, run_in

Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]


class AsgiApp(Protocol):
    """Name what the gateway needs of an app."""

    @property
    def pipeline(self) -> Pipeline: ...
    @property
    def pool(self) -> Executor: ...
    @property
    def workers(self) -> Workers: ...
    @property
    def lifespan(self) -> Lifespan: ...
    def freeze(self) -> object: ...
    def start(self, run_async: RunAsync) -> None: ...
    def stop(self, run_async: RunAsync) -> None: ...
    def unavailable(self, environ: Environ, error: Exception) -> Wire: ...


#: The names of most answers' fields, ready for the wire.
_NAMES = {
    name: name.lower().encode()
    for name in (
        "Content-Type",
        "Content-Length",
        "X-Content-Type-Options",
        "Cache-Control",
        "Location",
        "Allow",
    )
}


def wire_field(name: str, value: str) -> tuple[bytes, bytes]:
    """Write a header field as ASGI has it."""
    return _NAMES.get(name) or name.lower().encode(), value.encode("latin-1")


_CODES = {line: code for code, line in STATUS_LINES.items()}
#: The fields of most answers, ready for the wire.
_READY = {
    field: wire_field(*field)
    for field in (NOSNIFF, NO_STORE, ("Content-Type", JSON), ("Content-Type", ErrorFormat.media_type))
}


class AsgiExchange:
    """Drive the steps of one request: in the loop, and from the first sync user code on in one worker."""

    _body_done = False

    def __init__(self, app: AsgiApp, receive: Receive, send: Send) -> None:
        self._app = app
        self._pipeline = app.pipeline
        self._receive = receive
        self._send = send

    @cached_property
    def _driver(self) -> AsyncDriver:
        return AsyncDriver(lambda: self._app.pool, self._read, self._send_chunk)

    async def answer(self, environ: Environ) -> None:
        """Answer one request."""
        wire = self._pipeline.admit(environ) if self._pipeline.table.early else None
        wire = wire or await self._straight(environ)
        if wire is not None:
            await self.send_wire(wire, head=environ["REQUEST_METHOD"] == "HEAD")
            return
        environ["wsgi.input"] = ThreadInput(self._driver.read_from_thread)
        environ["restlite.stream"] = partial(BodyChunks, self._driver.read_from_thread, self._read)
        steps = self._pipeline.respond(environ, "restlite.testing" in environ)
        wire, background = await self._driver.run(steps)
        try:
            await self.send_wire(wire, head=environ["REQUEST_METHOD"] == "HEAD")
        finally:
            if background is not None:
                background.submit(self._app.workers)

    async def _straight(self, environ: Environ) -> Wire | None:
        """Answer an operation that has nothing to wait for but its body and its handler."""
        found = environ["restlite.found"] = self._pipeline.table.find(environ)
        if "restlite.testing" in environ:
            return None
        if isinstance(found, Unmatched):
            allow = found.allow
            return None if allow is None else self._pipeline.recovery.missed(environ, allow)
        operation, values = found
        straight = operation.straight
        if straight is None:
            return None
        taken = None
        try:
            body = operation.bound.body
            if body is not None:
                if operation.bound.guard is not None:
                    return None  # who calls is found out before a byte of the body is read
                load, length = admit(operation.acceptance, body, environ)
                data = b"" if load is None else await self._read_all(length, body.limit)
                taken = (body.absent, None) if load is None or not (data or body.required) else (load, data)
            if operation.is_coroutine:
                wire: Wire = await straight(environ, values, taken)
            else:
                wire = await self._driver.in_worker(
                    partial(self._driver.sync.do, Wait("call", partial(straight, environ, values, taken)))
                )
        except Exception as error:
            pipeline = self._pipeline
            answered = None if operation.filters else pipeline.recovery.at_once(environ, operation, error)
            if answered is None:
                answered = await self._driver.run(pipeline.recover(environ, operation, values, error))
            return answered
        return wire

    async def _read_all(self, length: int | None, limit: int | None) -> bytes:
        """Read the body, or as much of it as shows that it is too large."""
        message = await self._receive()
        data: bytes = message.get("body", b"")
        if message["type"] != "http.request" or message.get("more_body"):
            data = await self._read_on(message, limit)
        self._body_done = True
        if limit is not None and len(data) > limit:
            raise too_large(limit)
        if length is not None and len(data) < length:
            raise truncated()
        return data

    async def _read_on(self, message: dict[str, Any], limit: int | None) -> bytes:
        """Read a body that comes in more than one message."""
        parts: list[bytes] = []
        size = 0
        while message["type"] == "http.request":
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if not message.get("more_body") or (limit is not None and size > limit):
                return b"".join(parts)
            message = await self._receive()
        raise truncated()

    async def send_wire(self, wire: Wire, *, head: bool = False) -> None:
        """Send an answer, with its body unless ``head``."""
        status, headers, chunks = wire
        fields = [_READY.get(field) or wire_field(*field) for field in headers]
        code = _CODES.get(status) or int(status[:3])
        start = {"type": "http.response.start", "status": code, "headers": fields}
        if isinstance(chunks, Tail):
            await self._stream(start, chunks.steps)
        else:
            whole: Any = chunks
            await self._send(start)
            await self._send({"type": "http.response.body", "body": b"" if head else b"".join(whole)})

    async def started(self, environ: Environ) -> bool:
        """Start an app whose server did not; where that fails, answer so."""
        app = self._app

        def start() -> Wire | None:
            try:
                app.start(partial(run_in, self._driver.loop))
            except Exception as error:
                return app.unavailable(environ, error)
            return None

        wire = await self._driver.loop.run_in_executor(None, start)
        if wire is not None:
            await self.send_wire(wire)
        return wire is None

    async def _stream(self, start: dict[str, Any], steps: Steps[None]) -> None:
        """Send the chunks of a stream until it ends or the client goes."""
        try:
            await self._send(start)
        except BaseException:
            await self._driver.run(abandoned(steps))
            raise
        watch = self._driver.loop.create_task(self._watch())
        work = self._driver.loop.create_task(self._driver.stream(steps))
        try:
            await asyncio.wait((watch, work), return_when=asyncio.FIRST_COMPLETED)
        finally:
            watch.cancel()
            if not work.done():  # the client has gone, or the server gives the request up
                self._driver.gone = True
                work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            if not self._driver.gone:
                raise
        if not self._driver.gone:
            await self._send({"type": "http.response.body", "body": b""})

    async def _send_chunk(self, chunk: bytes) -> None:
        try:
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        except OSError:  # the server's word for a client that has gone (ASGI, HTTP spec 2.4)
            self._driver.gone = True
            raise Disconnected from None

    async def _watch(self) -> None:
        """Wait until the client goes."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return

    async def _read(self) -> bytes:
        if self._body_done:
            return b""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._body_done = True
                raise truncated()
            self._body_done = not message.get("more_body", False)
            body: bytes = message.get("body", b"")
            if body or self._body_done:
                return body


class ThreadInput(RawIOBase):
    """Read the body of an ASGI request as a file, from a worker's thread."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._next = read
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            self._rest = self._next()
            self._ended = not self._rest
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


class AsgiGateway:
    """Serve an app as an ASGI 3 callable: ``http`` and ``lifespan``; ``websocket`` is closed."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            app, environ = self._app, environ_of(scope)
            exchange = AsgiExchange(app, receive, send)
            if app.lifespan.started or await exchange.started(environ):
                await exchange.answer(environ)
        elif kind == "lifespan":
            await self._lifespan(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": "There is no websocket here."})
        else:
            raise ValueError(f"Unknown ASGI scope type {kind!r}.")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        app, loop = self._app, asyncio.get_running_loop()
        while True:
            message = await receive()
            starting = message["type"] == "lifespan.startup"
            word = "startup" if starting else "shutdown"
            act = app.start if starting else app.stop
            try:
                if starting:
                    app.freeze()
                await loop.run_in_executor(None, partial(act, partial(run_in, loop)))
            except Exception as error:
                await send({"type": f"lifespan.{word}.failed", "message": str(error)})
                return
            await send({"type": f"lifespan.{word}.complete"})
            if not starting:
                return
