"""The WSGI gateway (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import copy_context
from functools import partial
from typing import Any

from ..aliases import Environ, HeaderList, StartResponse
from ..background import Workers
from ..intake import CHUNK, unreadable
from ..matching import Miss
from ..operation import Operation
from ..pipeline import Pipeline
from ..waits import Tail
from .body import BodyChunks
from .loop import background_loop
from .sync import SyncChunks, SyncDriver

TESTING = "restlite.testing"
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


def compile_wsgi(pipeline: Pipeline, workers: Workers) -> WSGIApplication:
    """Give the WSGI callable of a pipeline."""
    table, recovery = pipeline.table, pipeline.recovery
    match, plain_misses = table.matcher.match, table.plain_misses
    # Paths come as latin-1 here: other than ASCII, they are for the general way, which decodes them.
    static = {path: methods for path, methods in table.matcher.static.items() if path.isascii()}
    hosts = bool(table.matcher.hosts)
    general = compile_general(pipeline, workers)

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        methods = static.get(path)
        operation: Any = methods.get(method) if methods is not None else None
        values: dict[str, Any] = {}
        status: str
        headers: HeaderList
        chunks: Any
        if operation is None:
            if hosts or not path.isascii():
                return general(environ, start_response)
            found = match(path, method)
            if not isinstance(found, Miss):
                operation, values = found
            elif plain_misses and found.redirect is None and method != "OPTIONS":
                status, headers, chunks = recovery.missed(environ, found.allow)
                start_response(status, headers)
                return [] if method == "HEAD" else chunks
            else:
                return general(environ, start_response)
        try:
            straight = None if TESTING in environ else operation.immediate
            wire = None if straight is None else straight(environ, values)
        except Exception as error:
            wire = recover(pipeline, environ, operation, values, error)
        if wire is None:
            return general(environ, start_response)
        status, headers, chunks = wire
        start_response(status, headers)
        return chunks if method != "HEAD" else []

    return admitted(pipeline, serve) if table.early else serve


def admitted(pipeline: Pipeline, serve: WSGIApplication) -> WSGIApplication:
    """Let early filters look at every request first."""

    def serve_admitted(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        refused = pipeline.admit(environ)
        if refused is None:
            return serve(environ, start_response)
        status, headers, chunks = refused
        start_response(status, headers)
        body: Any = chunks
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    return serve_admitted


def compile_general(pipeline: Pipeline, workers: Workers) -> WSGIApplication:
    """Give the WSGI callable for whatever has to wait."""

    def general(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        driver = driver_of(environ)
        environ["restlite.stream"] = partial(BodyChunks, driver.read, partial(in_thread, driver.read))
        (status, headers, chunks), background = driver.run(pipeline.respond(environ, TESTING in environ))
        start_response(status, headers)
        done = None if background is None else partial(background.submit, workers)
        if isinstance(chunks, Tail):
            return SyncChunks(driver, chunks.steps, done)
        body: Any = [] if environ["REQUEST_METHOD"] == "HEAD" else chunks
        return body if done is None else Closing(body, done)

    return general


def recover(
    pipeline: Pipeline, environ: Environ, operation: Operation, values: dict[str, Any], error: Exception
) -> Any:
    """Answer what the straight path raised."""
    wire = None if operation.filters else pipeline.recovery.at_once(environ, operation, error)
    if wire is not None:
        return wire
    driver = driver_of(environ)
    status, headers, chunks = driver.run(pipeline.recover(environ, operation, values, error))
    return status, headers, SyncChunks(driver, chunks.steps) if isinstance(chunks, Tail) else chunks


async def in_thread(function: Callable[[], bytes]) -> bytes:
    """Run what blocks beside the loop."""
    import asyncio

    return await asyncio.to_thread(function)


def driver_of(environ: Environ) -> SyncDriver:
    """Make the driver of one request; its user code shares one context, on the loop's thread too."""
    return SyncDriver(reader_of(environ), background_loop.run, copy_context())


def reader_of(environ: Environ) -> Callable[[], bytes]:
    """Give the function that reads the next chunk of the body, and no more than there is."""
    length: str = environ.get("CONTENT_LENGTH") or ""
    # What is no length is refused where the body is read.
    left = int(length) if length.isdecimal() and len(length) < 20 else -1

    def read() -> bytes:
        nonlocal left
        size = CHUNK if left < 0 else min(CHUNK, left)
        try:
            chunk: bytes = environ["wsgi.input"].read(size) if size else b""
        except Exception as error:
            raise unreadable() from error
        if left >= 0:
            left -= len(chunk)
        return chunk

    return read


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
