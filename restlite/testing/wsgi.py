"""Drive an app over WSGI (PEP 3333), without a server."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

from werkzeug.test import run_wsgi_app

from .requests import Sent
from .responses import Received

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ..aliases import Environ
    from ..app import App


class WsgiTransport:
    """Call an app as a WSGI server does; with ``validated``, hold it to PEP 3333 on both sides."""

    def __init__(self, app: App, *, validated: bool = False) -> None:
        self._app: WSGIApplication = validator(app) if validated else app
        self.start = app.start
        self.stop = app.stop

    def send(self, sent: Sent, marks: dict[str, Any]) -> Received:
        chunks, status, headers = run_wsgi_app(self._app, environ_of(sent) | marks)
        close: Callable[[], None] = getattr(chunks, "close", lambda: None)
        return Received(int(status[:3]), headers, iter(chunks), close)


def environ_of(sent: Sent) -> Environ:
    """Write a request as the environment of PEP 3333."""
    environ: Environ = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": unquote_to_bytes(sent.mount).decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(sent.path).decode("latin-1"),
        "QUERY_STRING": sent.query,
        "REQUEST_URI": sent.target,
        "SERVER_NAME": sent.origin.hostname or "",
        "SERVER_PORT": str(sent.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": sent.origin.scheme,
        "wsgi.input": _input(sent.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in {name.lower() for name in sent.headers.keys()}:  # noqa: SIM118  (iterating gives pairs)
        values = sent.headers.getlist(name)
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = ("; " if key == "HTTP_COOKIE" else ",").join(values)
    if "HTTP_TRANSFER_ENCODING" in environ:
        environ["wsgi.input_terminated"] = True
    return environ


def _input(body: bytes | Iterable[bytes]) -> io.BufferedIOBase:
    return io.BytesIO(body) if isinstance(body, bytes) else io.BufferedReader(_Chunks(iter(body)))


class _Chunks(io.RawIOBase):
    """Let an iterator be read as a file; an exception of the iterator is the broken connection."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
