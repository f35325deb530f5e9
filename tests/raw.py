"""Requests below the test client: what no well-behaved client would send, byte for byte."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes
from wsgiref.validate import validator

from werkzeug.datastructures import Headers

from restlite import App
from restlite.violations import CODES


class Raw(NamedTuple):
    """One request; a ``body`` of chunks without ``length`` is what servers make of a chunked one."""

    method: str = "GET"
    #: As it stands in the request line, percent escapes and all.
    target: str = "/"
    headers: tuple[tuple[str, bytes | str], ...] = ()
    body: bytes | Iterable[bytes] = b""
    #: Said in Content-Length in the place of the truth; "" leaves it out.
    length: str | None = None

    def fields(self) -> list[tuple[str, bytes]]:
        """Give the header fields, Host and the length included."""
        fields = [(name, value.encode() if isinstance(value, str) else value) for name, value in self.headers]
        if not any(name.lower() == "host" for name, _ in fields):
            fields.insert(0, ("Host", b"localhost"))
        if self.length:
            fields.append(("Content-Length", self.length.encode()))
        elif not isinstance(self.body, bytes):
            fields.append(("Transfer-Encoding", b"chunked"))
        elif self.length is None and self.body:
            fields.append(("Content-Length", str(len(self.body)).encode()))
        return fields


class RawAnswer(NamedTuple):
    """One answer, with all of its body."""

    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        """Read the body, holding it to RFC 8259: no NaN, no Infinity, UTF-8."""

        def refuse(word: str) -> None:
            raise AssertionError(f"{word} in an answer: {self.body[:200]!r}")

        return json.loads(self.body.decode(), parse_constant=refuse)

    def summary(self) -> str:
        """Give status and message in one line, holding errors to what every error answer promises.

        ``422 body /price number`` for a violation, ``404 There is no such item.`` for another problem.
        """
        if self.status < 400:
            return str(self.status)
        document = self.json()
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.headers["Cache-Control"] == "no-store"
        assert self.headers["X-Content-Type-Options"] == "nosniff"
        assert int(self.headers["Content-Length"]) == len(self.body) <= 65_536
        assert (document["type"], document["status"]) == ("about:blank", self.status)
        assert document["request_id"]
        if "errors" not in document:
            return f"{self.status} {document.get('detail', document['title'])}"
        errors: list[dict[str, str]] = document["errors"]
        assert 0 < len(errors) <= 50
        assert all(error["code"] in CODES and error["detail"] for error in errors)
        places = [f"{e['in']} {e.get('pointer', e.get('parameter'))} {e['code']}" for e in errors]
        return f"{self.status} {', '.join(places)}"


Send = Callable[[Raw], RawAnswer]


def sender(app: App, gateway: str) -> Send:
    """Give the function that sends raw requests to an app: ``wsgi``, ``wsgiref`` (validated) or ``asgi``."""
    if gateway == "asgi":
        return lambda raw: asyncio.run(_over_asgi(app, raw))
    application: Any = validator(app) if gateway == "wsgiref" else app
    return lambda raw: _over_wsgi(application, raw)


def _over_wsgi(application: Any, raw: Raw) -> RawAnswer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started[:] = [int(status[:3]), Headers(headers)]
        return None

    chunks = application(environ_of(raw), start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return RawAnswer(started[0], started[1], body)


def environ_of(raw: Raw) -> dict[str, Any]:
    """Write a request as servers do (PEP 3333)."""
    path, _, query = raw.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": raw.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(raw.body) if isinstance(raw.body, bytes) else ChunkInput(iter(raw.body)),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in raw.fields():
        key, text = name.upper().replace("-", "_"), value.decode("latin-1")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    if "HTTP_TRANSFER_ENCODING" in environ:
        environ["wsgi.input_terminated"] = True
    return environ


class ChunkInput(io.RawIOBase):
    """Read chunks as a file; what the iterator raises is the server's trouble with the connection."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        size = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


async def _over_asgi(app: App, raw: Raw) -> RawAnswer:
    path, _, query = raw.target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": raw.method,
        "scheme": "http",
        "path": unquote(path, errors="replace"),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value) for name, value in raw.fields()],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 80),
    }
    pending = _messages(raw)
    sent: list[dict[str, Any]] = []
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        message = next(pending, None)
        if message is None:
            await answered.wait()
            return {"type": "http.disconnect"}
        return message

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app.asgi(scope, receive, send)
    start, *rest = sent
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return RawAnswer(start["status"], Headers(fields), b"".join(message.get("body", b"") for message in rest))


def _messages(raw: Raw) -> Iterator[dict[str, Any]]:
    """Give a request's body as a server does: cut or broken ones end in a disconnect."""
    declared = int(raw.length) if raw.length and raw.length.isdigit() and len(raw.length) < 18 else None
    if isinstance(raw.body, bytes):
        cut = declared is not None and declared > len(raw.body)
        yield {"type": "http.request", "body": raw.body, "more_body": cut}
        if cut:
            yield {"type": "http.disconnect"}
        return
    try:
        for chunk in raw.body:
            yield {"type": "http.request", "body": chunk, "more_body": True}
    except Exception:
        yield {"type": "http.disconnect"}
        return
    yield {"type": "http.request", "body": b"", "more_body": False}
