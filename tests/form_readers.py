"""Running the readers of forms, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restlite.forms import FormData, FormLimits, Reader, read_multipart, read_urlencoded

NOT_UTF8 = "The form is not UTF-8."


def drive(reader: Reader[FormData], chunks: Iterable[bytes]) -> FormData:
    """Send chunks and the end, as a gateway does."""
    next(reader)
    try:
        for chunk in chunks:
            reader.send(chunk)
        reader.send(b"")
    except StopIteration as stop:
        form: FormData = stop.value
        return form
    raise AssertionError("The reader asks for more after the end.")


def cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def part(head: bytes, data: bytes = b"x") -> bytes:
    return b"--B\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


def multipart(body: bytes, limits: FormLimits | None = None, size: int = 65_536) -> FormData:
    return drive(read_multipart(b"B", limits or FormLimits()), cut(body, size))


def urlencoded(body: bytes, limits: FormLimits | None = None) -> FormData:
    return drive(read_urlencoded(limits or FormLimits()), cut(body, 7))
