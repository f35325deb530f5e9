"""The WSGI gateway (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import copy_context
from typing import Any

from ..aliases import Environ, StartResponse, Wire
from ..background import Background, Workers
from ..errors import BadRequest
from ..intake import CHUNK, too_large, truncated
from ..operation import Operation
from ..pipeline import Pipeline
from ..waits import Tail
from .loop import background_loop
from .sync import SyncChunks, SyncDriver

TESTING = "restlite.testing"


def compile_wsgi(pipeline: Pipeline, workers: Workers) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """Give the WSGI callable of a pipeline."""
    static, match, table = pipeline.table.matcher.static, pipeline.table.matcher.match, pipeline.table
    recovery, plain_misses = pipeline.recovery, pipeline.table.plain_misses
    hosts = bool(pipeline.table.matcher.hosts)

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        methods = static.get(path)
        operation: Any = methods.get(method) if methods is not None else None
        if operation is not None:
            values: dict[str, Any] = {}
        elif hosts or not path.isascii():
            return general(environ, start_response)
        else:
            found: Any = match(path, method)
            if len(found) == 2 and type(found) is tuple:
                operation, values = found
            elif plain_misses and found.redirect is None and method != "OPTIONS":
                status, headers, chunks = recovery.missed(environ, found.allow)
                start_response(status, headers)
                return [] if method == "HEAD" else chunks
            else:
                return general(environ, start_response)
        straight = operation.sync_straight
        if straight is None or TESTING in environ:
            return general(environ, start_response)
        try:
            status, headers, chunks = straight(environ, values)
        except Exception as error:
            status, headers, chunks = recover(environ, operation, values, error)
        start_response(status, headers)
        return chunks if method != "HEAD" else []

    def recover(environ: Environ, operation: Operation, values: dict[str, Any], error: Exception) -> Wire:
        if recovery.plain:
            return recovery.at_once(environ, operation, error)
        from ..wrappers import Request

        environ["restlite.linker"] = table.linker
        request = Request(environ, operation, values)
        return driver_of(environ).run(recovery.recover(request, operation.scopes, error))

    def general(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["restlite.stream"] = lambda length, limit: BodyStream(environ, length, limit)
        driver = driver_of(environ)
        (status, headers, chunks), background = driver.run(pipeline.respond(environ, TESTING in environ))
        start_response(status, headers)
        done = None if background is None else submit(background, workers)
        if isinstance(chunks, Tail):
            return SyncChunks(driver, chunks.steps, done)
        whole: Any = [] if environ["REQUEST_METHOD"] == "HEAD" else chunks
        return whole if done is None else Closing(whole, done)

    return serve


def submit(background: Background, workers: Workers) -> Callable[[], None]:
    """Give what hands the tasks over once the answer has been sent."""
    return lambda: background.submit(workers)


def driver_of(environ: Environ) -> SyncDriver:
    """Make the driver of one request; its user code shares one context, on the loop's thread too."""
    return SyncDriver(reader_of(environ), background_loop.run, copy_context())


def reader_of(environ: Environ) -> Callable[[], bytes]:
    """Give the function that reads the next chunk of the body, and no more than there is."""
    left = int(environ.get("CONTENT_LENGTH") or -1)

    def read() -> bytes:
        nonlocal left
        size = CHUNK if left < 0 else min(CHUNK, left)
        try:
            chunk: bytes = environ["wsgi.input"].read(size) if size else b""
        except Exception as error:
            raise BadRequest("The body could not be read.") from error
        if left >= 0:
            left -= len(chunk)
        return chunk

    return read


class BodyStream:
    """Iterate the chunks of a body, as a handler asked for them."""

    def __init__(self, environ: Environ, length: int | None, limit: int | None) -> None:
        self._read = reader_of(environ)
        self._length = length
        self._limit = limit
        self._received = 0

    def __iter__(self) -> BodyStream:
        return self

    def __next__(self) -> bytes:
        if self._length == 0:
            raise StopIteration
        chunk = self._read()
        self._received += len(chunk)
        if self._limit is not None and self._received > self._limit:
            raise too_large(self._limit)
        if not chunk:
            if self._length is not None and self._received < self._length:
                raise truncated()
            raise StopIteration
        return chunk


class Closing:
    """Hold a body and what is to be done when it has been sent."""

    def __init__(self, chunks: Iterable[bytes], done: Callable[[], None]) -> None:
        self._chunks = chunks
        self._done = done

    def __iter__(self) -> Any:
        return iter(self._chunks)

    def close(self) -> None:
        """Do what was to be done."""
        self._done()
