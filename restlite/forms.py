"""Forms: bodies of fields and files, urlencoded or multipart.

The readers here are generators: each ``yield`` asks for the next chunk of the body, ``b""`` is its
end, what they return is the form. They do no I/O but spool files, so that one reader serves both
gateways. The length of the whole body is counted by whoever drives them.

Multipart is parted here, not by Werkzeug's ``MultipartDecoder``: what that one reads depends on where
chunks happen to end (one that ends within ``\\r\\n--boundary--`` adds a CR to the file before), and it
keeps preamble, part headers and epilogue whole in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from .files import Upload
from .media import utf8_charset
from .violations import Malformed

T = TypeVar("T")
#: Asks for the next chunk of a body by yielding None, and is sent bytes, ``b""`` at the end.
Reader: TypeAlias = Generator[None, bytes, T]

#: Runs of spaces that some clients put between a boundary and its line's end (RFC 2046, 5.1.1).
_PADDING = 64
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CUT = "The form ends before its closing boundary."


class TooLarge(Exception):
    """Say which limit of a form is passed; becomes a 413."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class FormLimits(NamedTuple):
    """Bound what one form may cost."""

    #: Bytes of text that all fields together may hold in memory.
    memory: int = 500_000
    #: Fields and files.
    parts: int = 100
    #: Bytes of a file that are kept in memory before it goes to disk.
    spool: int = 262_144
    #: Bytes of the header fields of one part.
    part_headers: int = 8192


class FormData(NamedTuple):
    """Hold the fields and files of a form, each in the order sent."""

    fields: list[tuple[str, str]]
    files: list[tuple[str, Upload]]

    def close(self) -> None:
        """Drop the files."""
        for _, upload in self.files:
            upload.close()


DEFAULTS = FormLimits()


def read_urlencoded(limits: FormLimits = DEFAULTS) -> Reader[FormData]:
    """Read ``application/x-www-form-urlencoded`` (WHATWG URL, 5.1), but strictly: bad bytes are refused."""
    body = bytearray()
    while chunk := (yield):
        body += chunk
        _check_memory(len(body), limits)
    pairs = [pair for pair in bytes(body).split(b"&") if pair]
    if len(pairs) > limits.parts:
        raise _too_many(limits)
    form = FormData([], [])
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        _put(form, _unescaped(name), _unescaped(value))
    return form


def _unescaped(data: bytes) -> str:
    if b"%" in data and _BAD_ESCAPE.search(data):
        raise Malformed("The form holds a broken percent escape.")
    return _utf8(unquote_to_bytes(data.replace(b"+", b" ")))


def _utf8(data: bytes | bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("The form is not UTF-8.") from None


def _put(form: FormData, name: str, value: str) -> None:
    if name != "_charset_":
        form.fields.append((name, value))
    elif value.lower() not in ("utf-8", "utf8"):
        # Not a field, but what the client says of the others (RFC 7578, 4.6).
        raise Malformed("A form must be UTF-8.")


def _check_memory(size: int, limits: FormLimits) -> None:
    if size > limits.memory:
        raise TooLarge(f"The fields of a form may have at most {limits.memory} bytes of text.")


def _too_many(limits: FormLimits) -> TooLarge:
    return TooLarge(f"A form may have at most {limits.parts} parts.")


def boundary_of(content_type: str) -> bytes:
    """Give the boundary of a multipart body (RFC 2046, 5.1.1)."""
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise Malformed("The Content-Type needs a boundary of 1 to 70 characters.")
    return boundary.encode()


class _Part(NamedTuple):
    name: str
    filename: str | None
    headers: Headers


def read_multipart(boundary: bytes, limits: FormLimits = DEFAULTS) -> Reader[FormData]:
    """Read ``multipart/form-data`` (RFC 7578) in flat memory: files spool to disk past ``limits.spool``."""
    form = FormData([], [])
    try:
        yield from _read_parts(form, b"\r\n--" + boundary, limits)
        # What follows the closing boundary says nothing.
        while (yield):
            pass
    except BaseException:
        form.close()
        raise
    return form


def _read_parts(form: FormData, delimiter: bytes, limits: FormLimits) -> Reader[None]:
    # The line break that ends the preamble, or stands before it if there is none.
    window = bytearray(b"\r\n")
    yield from _copy(window, delimiter, len)
    number = text = 0
    while True:
        while len(window) < 2:
            yield from _fill(window)
        if window.startswith(b"--"):
            return
        if number == limits.parts:
            raise _too_many(limits)
        number += 1
        part = _parse_part((yield from _take_head(window, delimiter, limits)))
        if part.filename is None:
            value = bytearray()

            def grow(data: bytes, value: bytearray = value, before: int = text) -> None:
                value.extend(data)
                _check_memory(before + len(value), limits)

            yield from _copy(window, delimiter, grow)
            text += len(value)
            _put(form, part.name, _utf8(value))
        else:
            upload = yield from _receive(part, window, delimiter, limits)
            # Browsers send an empty input for files as a file without name and content.
            if part.filename or upload.size:
                form.files.append((part.name, upload))
            else:
                upload.close()


def _receive(part: _Part, window: bytearray, delimiter: bytes, limits: FormLimits) -> Reader[Upload]:
    """Read one file."""
    # Nought would mean: never to disk.
    file = SpooledTemporaryFile[bytes](max_size=max(1, limits.spool))
    try:
        yield from _copy(window, delimiter, file.write)
        return Upload(file, part.filename, part.headers)
    except BaseException:
        file.close()
        raise


def _fill(window: bytearray) -> Reader[None]:
    if not (chunk := (yield)):
        raise Malformed(_CUT)
    window += chunk


def _take_head(window: bytearray, delimiter: bytes, limits: FormLimits) -> Reader[bytes]:
    """Take the header fields of a part out of the window, and the blank line after them."""
    limit = limits.part_headers + _PADDING
    start = 0
    while (at := window.find(b"\r\n\r\n", start)) < 0 and len(window) <= limit:
        start = max(0, len(window) - 3)
        yield from _fill(window)
    if not 0 <= at <= limit:
        raise TooLarge(f"The header fields of a part may have at most {limits.part_headers} bytes.")
    head = bytes(window[:at])
    del window[: at + 2]
    # The blank line of an empty part may be the line break of the delimiter (RFC 2046, 5.1.1).
    while len(window) < len(delimiter):
        yield from _fill(window)
    if not window.startswith(delimiter):
        del window[:2]
    return head


def _copy(window: bytearray, delimiter: bytes, write: Callable[[bytes], Any]) -> Reader[None]:
    """Hand over what stands before ``delimiter`` as it comes in, and take both out of the window."""
    while (at := window.find(delimiter)) < 0:
        # The last bytes may be the beginning of the delimiter.
        if (sure := len(window) - len(delimiter) + 1) > 0:
            write(bytes(window[:sure]))
            del window[:sure]
        yield from _fill(window)
    write(bytes(window[:at]))
    del window[: at + len(delimiter)]


def _parse_part(head: bytes) -> _Part:
    """Read the header fields of a part; they begin with the rest of the boundary's line."""
    padding, *lines = _utf8(head).split("\r\n")
    if padding.strip(" \t"):
        raise Malformed("A boundary of the form is followed by something else.")
    headers = Headers()
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(key) or not _CONTROLS.isdisjoint(value):
            raise Malformed("A part of the form has a malformed header field.")
        headers.add(key, value.strip(" \t"))
    dispositions = headers.getlist("Content-Disposition")
    kind, options = parse_options_header(dispositions[0] if len(dispositions) == 1 else "")
    name, filename = options.get("name"), options.get("filename")
    if kind.lower() != "form-data" or not name:
        raise Malformed("A part of the form does not say its name.")
    # Werkzeug puts this character where an escaped byte is no UTF-8.
    if "\ufffd" in name or "\ufffd" in (filename or ""):
        raise Malformed("The form is not UTF-8.")
    _check_encoding(headers, is_text=filename is None)
    return _Part(name, filename, headers)


_CONTROLS = frozenset("\r\n\0")


def _check_encoding(headers: Headers, *, is_text: bool) -> None:
    """Refuse what would have to be decoded before it can be read."""
    if is_text and not utf8_charset(headers.get("Content-Type", "")):
        raise Malformed("A form must be UTF-8.")
    if headers.get("Content-Transfer-Encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise Malformed("A part of the form is encoded; send it as it is (RFC 7578, 4.7).")
