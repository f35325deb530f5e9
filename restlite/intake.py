"""Taking in a request body: its length, its limits, its end.

A *reader* is a generator that yields None to ask for the next chunk and is sent bytes, ``b""`` at the
end; what it returns is the body. One such generator serves both gateways.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from .aliases import Environ
from .errors import BadRequest, ContentTooLarge, LengthRequired

T = TypeVar("T")
CHUNK = 65_536


def declared_length(environ: Environ, limit: int | None) -> int | None:
    """Give the declared length of the body, None where the server marks its end.

    Raises 411 where nobody can tell the end, 413 where it is over ``limit``, 400 where it is no number.
    """
    text: str | None = environ.get("CONTENT_LENGTH")
    if not text:
        if environ.get("wsgi.input_terminated"):
            return None
        if environ.get("HTTP_TRANSFER_ENCODING"):
            raise LengthRequired("Send the body with a Content-Length; this server cannot read it in chunks.")
        return 0
    if not (text.isascii() and text.isdigit()):
        raise BadRequest("Content-Length must be a number.")
    if len(text) > 18 or (limit is not None and int(text) > limit):
        raise too_large(limit)
    return int(text)


def too_large(limit: int | None) -> ContentTooLarge:
    """Make the 413 that names the limit."""
    return ContentTooLarge(f"The body may have at most {limit} bytes.")


def truncated() -> BadRequest:
    """Make the 400 of a body that ends too early."""
    return BadRequest("The body ended before its Content-Length.")


def read_at_once(environ: Environ, limit: int | None) -> bytes:
    """Read a whole body from ``wsgi.input``; refuse one that is too large, cut, or broken."""
    text: str | None = environ.get("CONTENT_LENGTH")
    length = int(text) if text and text.isdecimal() and len(text) < 19 else None
    if length is None or (limit is not None and length > limit):
        length = declared_length(environ, limit)
    if length == 0:
        return b""
    try:
        data: bytes = environ["wsgi.input"].read(CHUNK if length is None else length)
    except Exception as error:
        raise unreadable() from error
    return data if len(data) == length else _read_rest(environ, data, length, limit)


def _read_rest(environ: Environ, data: bytes, length: int | None, limit: int | None) -> bytes:
    """Go on reading a body whose first piece was not all."""
    parts, size = [data], len(data)
    while data and (length is None or size < length) and (limit is None or size <= limit):
        try:
            data = environ["wsgi.input"].read(CHUNK if length is None else length - size)
        except Exception as error:
            raise unreadable() from error
        parts.append(data)
        size += len(data)
    if limit is not None and size > limit:
        raise too_large(limit)
    if length is not None and size < length:
        raise truncated()
    return b"".join(parts)


def unreadable() -> BadRequest:
    """Make the 400 of a body that the server could not read."""
    return BadRequest("The body could not be read.")


def whole() -> Generator[None, bytes, bytes]:
    """Read a body into one piece."""
    parts: list[bytes] = []
    while chunk := (yield):
        parts.append(chunk)
    return b"".join(parts)


def metered(
    reader: Generator[None, bytes, T], length: int | None, limit: int | None
) -> Generator[None, bytes, T]:
    """Run a reader while counting: 413 past ``limit``, 400 where the body ends before ``length``."""
    received = 0
    try:
        next(reader)
        while True:
            # Past the declared length the stream belongs to the next request: never ask it for more.
            chunk = (yield) if length is None or received < length else b""
            received += len(chunk)
            if limit is not None and received > limit:
                raise too_large(limit)
            if not chunk and length is not None and received < length:
                raise truncated()
            reader.send(chunk)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        reader.close()
