"""Drive an app over ASGI 3, without a server: one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import unquote

from werkzeug.datastructures import Headers

from .requests import Sent
from .responses import Received

Message: TypeAlias = MutableMapping[str, Any]
AsgiApp: TypeAlias = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

#: Messages that an app may be ahead of a client that reads slowly.
_AHEAD = 4
_NOTHING: Message = {"type": "nothing"}
_VERSION = {"version": "3.0", "spec_version": "2.4"}


class AsgiTransport:
    """Call an app as an ASGI server does, lifespan included.

    :param patience: seconds that the app gets to end a request after the client has gone.
    """

    def __init__(self, app: AsgiApp, *, patience: float = 5.0) -> None:
        self._app = app
        self._patience = patience
        self._state: dict[str, Any] = {}

    def start(self) -> None:
        self._started: Future[None] = Future()
        self._failure: BaseException | None = None
        self._thread = Thread(target=asyncio.run, args=(self._live(),), daemon=True, name="restlite-client")
        self._thread.start()
        self._started.result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join()
        if self._failure:
            raise self._failure

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._leave = asyncio.Event()
        try:
            async with _lifespan(self._app, self._state):
                self._started.set_result(None)
                await self._leave.wait()
        except BaseException as error:
            if self._started.done():
                self._failure = error
            else:
                self._started.set_exception(error)

    def send(self, sent: Sent, marks: dict[str, Any]) -> Received:
        scope = {**scope_of(sent), "state": self._state.copy(), "extensions": marks}
        exchange = _Exchange(self._loop, sent.body)
        task = asyncio.run_coroutine_threadsafe(exchange.run(self._app, scope), self._loop)

        def close() -> None:
            """Disconnect; what the app does about it must end soon."""
            self._loop.call_soon_threadsafe(exchange.leave)
            try:
                task.result(self._patience)
            except TimeoutError:
                task.cancel()
                raise AssertionError(
                    f"{sent.method} {sent.target} went on for {self._patience:g} s after the client had gone."
                    " Let the stream end at http.disconnect."
                ) from None
            if failure := exchange.failure():
                raise failure

        messages = exchange.messages()
        start = next(messages, _NOTHING)
        if start["type"] != "http.response.start":
            close()
            raise AssertionError(
                f"{sent.method} {sent.target}: the app began its answer with {start['type']}."
            )
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        return Received(start["status"], Headers(fields), _chunks(messages), close)


class _Exchange:
    """Carry one request's messages between the loop's thread and that of the caller."""

    def __init__(self, loop: asyncio.AbstractEventLoop, body: bytes | Iterable[bytes]) -> None:
        self.gone = asyncio.Event()
        self._loop = loop
        self._room = asyncio.Semaphore(_AHEAD)
        self._inbox: SimpleQueue[Message | BaseException | None] = SimpleQueue()
        self._body: bytes | Iterator[bytes] | None = body if isinstance(body, bytes) else iter(body)

    async def run(self, app: AsgiApp, scope: Message) -> None:
        try:
            await app(scope, self._receive, self._send)
        except BaseException as error:
            self._inbox.put(error)
        else:
            self._inbox.put(None)

    def leave(self) -> None:
        """Let the app see that the client has gone, also where it waits for the client to read."""
        self.gone.set()
        self._room.release()

    def failure(self) -> BaseException | None:
        """Tell what the app raised that nobody has read yet."""
        while not self._inbox.empty():
            if isinstance(message := self._inbox.get(), BaseException):
                return message
        return None

    def messages(self) -> Iterator[Message]:
        """Give what the app sends, until it returns; raise what it raises."""
        while (message := self._inbox.get()) is not None:
            if isinstance(message, BaseException):
                raise message
            self._loop.call_soon_threadsafe(self._room.release)
            yield message

    async def _receive(self) -> Message:
        if isinstance(self._body, bytes):
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self._body is None:
            await self.gone.wait()
            return {"type": "http.disconnect"}
        try:
            # The chunks may come from a test that waits for something: not on the loop.
            chunk = await self._loop.run_in_executor(None, next, self._body, None)
        except Exception:
            self._body = None
            return {"type": "http.disconnect"}
        if chunk is None:
            self._body = None
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    async def _send(self, message: Message) -> None:
        if self.gone.is_set():
            await asyncio.sleep(0)  # an app that does nothing but send must still see its other tasks run
            return
        await self._room.acquire()
        if self.gone.is_set():
            self._room.release()
        else:
            self._inbox.put(message)


def _chunks(messages: Iterator[Message]) -> Iterator[bytes]:
    """Give the body's chunks; hold the app to the order of its messages."""
    ended = False
    for message in messages:
        if ended or message["type"] != "http.response.body":
            raise AssertionError(f"The app sent {message['type']} after its {'end' if ended else 'start'}.")
        ended = not message.get("more_body", False)
        if body := message.get("body", b""):
            yield body
    if not ended:
        raise AssertionError("The app returned before the end of its answer.")


def scope_of(sent: Sent) -> Message:
    """Write a request as an ASGI scope; the path holds the mount point, as servers send it."""
    raw = sent.mount + sent.path
    return {
        "type": "http",
        "asgi": _VERSION,
        "http_version": "1.1",
        "method": sent.method,
        "scheme": sent.origin.scheme,
        "path": unquote(raw, errors="replace"),
        "raw_path": raw.encode("ascii"),
        "query_string": sent.query.encode("ascii"),
        "root_path": unquote(sent.mount, errors="replace"),
        "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in sent.headers],
        "client": ("127.0.0.1", 50000),
        "server": (sent.origin.hostname or "", sent.port),
    }


@asynccontextmanager
async def _lifespan(app: AsgiApp, state: dict[str, Any]) -> AsyncGenerator[None, None]:
    """Hold the lifespan protocol with an app: ask for its startup now, for its shutdown at the end."""
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()

    async def run() -> None:
        try:
            await app({"type": "lifespan", "asgi": _VERSION, "state": state}, inbox.get, outbox.put)
        except Exception as error:
            await outbox.put({"type": "an exception", "error": error})
        else:
            await outbox.put({"type": "nothing more"})

    async def ask(phase: str) -> None:
        await inbox.put({"type": f"lifespan.{phase}"})
        answer = await outbox.get()
        if answer["type"] != f"lifespan.{phase}.complete":
            failure = RuntimeError(f"The app's {phase} failed: {answer.get('message') or answer['type']}")
            raise answer.get("error", failure)

    task = asyncio.create_task(run())
    await ask("startup")
    yield
    await ask("shutdown")
    await task
