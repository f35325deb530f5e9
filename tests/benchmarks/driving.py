"""Drive an app as a server would, with nothing of a server around it."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable
from typing import Any

from .contestants import Served
from .workloads import Workload

#: What common clients send.
FIELDS = {
    "host": "127.0.0.1:8000",
    "user-agent": "benchmark/1.0",
    "accept": "application/json",
    "accept-encoding": "identity",
    "connection": "keep-alive",
}
Run = Callable[[int], None]
Probe = Callable[[], tuple[int, bytes]]


def driver(served: Served, work: Workload, loop: asyncio.AbstractEventLoop) -> tuple[Run, Probe]:
    """Give the function that sends a request so many times, and the one that sends it once and looks."""
    if served.gateway == "wsgi":
        return drive_wsgi(served.app, work)
    return drive_asgi(served.app, work, loop)


def environ_of(work: Workload) -> dict[str, Any]:
    """Give the environ of a request, but for its input."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": work.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": work.path,
        "QUERY_STRING": work.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in FIELDS.items()}
    if work.body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(work.body))}
    return environ


def drive_wsgi(app: Callable[..., Any], work: Workload) -> tuple[Run, Probe]:
    environ, body, said = environ_of(work), work.body, [""]

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        said[0] = status

    def once() -> bytes:
        given = environ.copy()
        given["wsgi.input"] = io.BytesIO(body)
        chunks = app(given, start_response)
        answer = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        return answer

    def run(count: int) -> None:
        for _ in range(count):
            once()

    def probe() -> tuple[int, bytes]:
        answer = once()
        return int(said[0][:3]), answer

    return run, probe


def scope_of(work: Workload) -> dict[str, Any]:
    """Give the ASGI scope of a request."""
    fields = [(name.encode(), value.encode()) for name, value in FIELDS.items()]
    if work.body:
        fields += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(work.body))]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": work.method,
        "scheme": "http",
        "path": work.path,
        "raw_path": work.path.encode(),
        "query_string": work.query.encode(),
        "root_path": "",
        "headers": fields,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


def drive_asgi(app: Callable[..., Any], work: Workload, loop: asyncio.AbstractEventLoop) -> tuple[Run, Probe]:
    scope, message = scope_of(work), {"type": "http.request", "body": work.body, "more_body": False}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return message

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def many(count: int) -> None:
        for _ in range(count):
            sent.clear()
            await app(dict(scope), receive, send)

    def run(count: int) -> None:
        loop.run_until_complete(many(count))

    def probe() -> tuple[int, bytes]:
        run(1)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    return run, probe
