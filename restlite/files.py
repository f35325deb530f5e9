"""Files on their way in and out: an :class:`Upload` received, a :class:`FileAnswer` sent."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from werkzeug.datastructures import Headers
from werkzeug.http import generate_etag, http_date, quote_etag

from .aliases import Environ, HeaderList
from .errors import PreconditionFailed
from .filenames import display_name, disposition, guess_type
from .ranges import RangeNotSatisfiable, Span, precondition, wanted_spans
from .records import AnswerRecord, Described

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

CHUNK = 65_536


class Upload:
    """Hold one received file; small ones lie in memory, larger ones in an unnamed temporary file.

    .. code-block:: python

        @app.post("/covers/<int:id>")
        def put_cover(id: int, cover: File[Upload]) -> NoContent:
            cover.save(COVERS / f"{id}.png")

    It is closed when the request ends: keep its bytes, not the object.
    """

    __slots__ = ("content_type", "file", "filename", "headers", "size")

    def __init__(self, file: IO[bytes], filename: str | None = None, headers: Headers | None = None) -> None:
        #: The binary file, at its beginning.
        self.file = file
        #: The last component of the name the client gave: to show, never to open.
        self.filename = display_name(filename) if filename else None
        #: The header fields of the part.
        self.headers = Headers() if headers is None else headers
        #: What the client says it is; nobody has checked.
        self.content_type: str | None = self.headers.get("Content-Type")
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read that many bytes from where the last read ended, or all that are left."""
        return self.file.read(size)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the rest in chunks of 64 KiB."""
        while chunk := self.file.read(CHUNK):
            yield chunk

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole file to a path of your choice, over what is there."""
        if os.path.isdir(path):
            raise IsADirectoryError(
                f"{os.fspath(path)!r} is a directory; the name a client sent is never used.\n"
                f"    Write: upload.save(directory / 'a-name-of-yours')"
            )
        self.file.seek(0)
        with open(path, "wb") as target:
            shutil.copyfileobj(self.file, target, CHUNK)

    def close(self) -> None:
        """Drop the file."""
        self.file.close()

    def __repr__(self) -> str:
        return f"<Upload {self.filename!r}, {self.size} bytes>"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}


class _Opened(NamedTuple):
    """Hold a source that is ready to be read, and what is known of it."""

    file: IO[bytes]
    #: Where in the file the representation begins.
    base: int
    #: None where it cannot be known; then nothing but the whole can be sent.
    size: int | None
    etag: str | None
    modified: datetime | None


class FileAnswer:
    """Answer with a file: whole, in ranges, or not at all where the client's copy is fresh.

    .. code-block:: python

        @app.get("/reports/<int:id>")
        def report(id: int) -> FileAnswer:
            return FileAnswer(REPORTS / f"{id}.pdf", download_name=f"Report {id}.pdf")

    Browsers save it; with ``inline=True`` they show it, which you want for files of your own only.

    :param source: the path of a regular file, a binary file (sent from where it stands, closed
        afterwards), or bytes.
    :param media_type: guessed from the name where it is not given.
    :param download_name: the name that clients save it under; the path's last component by default.
    :param etag: for a path by default its time of change and size, for bytes their hash.
    :param last_modified: for a path by default its time of change; a naive time is UTC.
    :param headers: more header fields, such as ``Cache-Control``.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | IO[bytes] | bytes,
        *,
        media_type: str | None = None,
        download_name: str | None = None,
        inline: bool = False,
        etag: str | None = None,
        last_modified: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        if isinstance(source, str | os.PathLike):
            # Here, not at the answer: a missing file is raised where the handler can catch it.
            if not stat.S_ISREG(os.stat(source).st_mode):
                raise ValueError(f"{os.fspath(source)!r} is not a regular file.")
            download_name = download_name or os.path.basename(source)
        elif not isinstance(source, bytes) and hasattr(source, "encoding"):
            raise TypeError("A file to send must be binary.\n    Write: open(path, 'rb')")
        self.source = source
        self.media_type = media_type or guess_type(download_name or "")
        self.disposition = disposition("inline" if inline else "attachment", download_name)
        self.etag = etag if etag is None or etag.startswith(('"', 'W/"')) else quote_etag(etag)
        self.last_modified = _whole_seconds(last_modified) if last_modified else None
        self.headers = list((headers or {}).items())

    @classmethod
    def describe(cls) -> Described:
        """Say what a file answer may be; its media type is known only when it is made."""
        return Described(
            answers=(
                AnswerRecord(200, "The file.", content=(("*/*", None),)),
                AnswerRecord(206, "The requested ranges of the file.", content=(("*/*", None),)),
                AnswerRecord(304, "The client's copy is fresh."),
            ),
            problems=(PreconditionFailed, RangeNotSatisfiable),
        )

    def reply(self, environ: Environ) -> tuple[int, HeaderList, FileChunks]:
        """Give status, header fields and chunks; whoever takes the chunks must close them.

        Raises :class:`PreconditionFailed` and :class:`RangeNotSatisfiable`. Preconditions and ranges
        count with GET and HEAD only: after any other method the deed is done.
        """
        opened = self._open()
        try:
            if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                return self._whole(opened)
            return self._conditional(opened, environ)
        except BaseException:
            opened.file.close()
            raise

    def close(self) -> None:
        """Close a binary file that was given as the source and will not be sent."""
        if not isinstance(self.source, str | bytes | os.PathLike):
            self.source.close()

    def _open(self) -> _Opened:
        source, etag, modified = self.source, self.etag, self.last_modified
        if isinstance(source, str | os.PathLike):
            file: IO[bytes] = open(source, "rb", buffering=0)  # noqa: SIM115
            now = os.fstat(file.fileno())
            modified = modified or _whole_seconds(datetime.fromtimestamp(now.st_mtime, UTC))
            return _Opened(file, 0, now.st_size, etag or f'"{now.st_mtime_ns:x}-{now.st_size:x}"', modified)
        if isinstance(source, bytes):
            return _Opened(
                io.BytesIO(source), 0, len(source), etag or quote_etag(generate_etag(source)), modified
            )
        if not source.seekable():
            return _Opened(source, 0, None, etag, modified)
        base = source.tell()
        return _Opened(source, base, max(0, source.seek(0, os.SEEK_END) - base), etag, modified)

    def _conditional(self, opened: _Opened, environ: Environ) -> tuple[int, HeaderList, FileChunks]:
        failed = precondition(environ, opened.etag, opened.modified)
        if failed == 412:
            raise PreconditionFailed("The file is not the one that the request names.")
        if failed == 304:
            return 304, self._validators(opened), FileChunks(opened.file, ())
        size = opened.size
        spans = None if size is None else wanted_spans(environ, size, opened.etag, opened.modified)
        if size is not None and spans is not None:
            return self._ranges(opened, size, spans)
        status, fields, chunks = self._whole(opened)
        return status, fields, FileChunks(opened.file, ()) if environ["REQUEST_METHOD"] == "HEAD" else chunks

    def _whole(self, opened: _Opened) -> tuple[int, HeaderList, FileChunks]:
        file, base, size = opened[:3]
        if size is None:
            return 200, self._fields(opened, self.media_type), FileChunks(file, None)
        fields = self._fields(opened, self.media_type, ("Content-Length", str(size)))
        return 200, fields, FileChunks(file, [(base, base + size)])

    def _ranges(self, opened: _Opened, size: int, spans: list[Span]) -> tuple[int, HeaderList, FileChunks]:
        pieces: list[bytes | Span] = [(opened.base + start, opened.base + stop) for start, stop in spans]
        length = sum(stop - start for start, stop in spans)
        places = [f"bytes {start}-{stop - 1}/{size}" for start, stop in spans]
        if len(spans) == 1:
            more = ("Content-Range", places[0]), ("Content-Length", str(length))
            return 206, self._fields(opened, self.media_type, *more), FileChunks(opened.file, pieces)
        boundary = secrets.token_hex(16)
        for at, place in enumerate(places):
            head = f"\r\n--{boundary}\r\nContent-Type: {self.media_type}\r\nContent-Range: {place}\r\n\r\n"
            pieces.insert(2 * at, head.encode("latin-1"))
        pieces.append(f"\r\n--{boundary}--\r\n".encode())
        length += sum(len(piece) for piece in pieces if isinstance(piece, bytes))
        media_type = f"multipart/byteranges; boundary={boundary}"
        fields = self._fields(opened, media_type, ("Content-Length", str(length)))
        return 206, fields, FileChunks(opened.file, pieces)

    def _validators(self, opened: _Opened) -> HeaderList:
        """Give what a 304 repeats of the header fields (RFC 9110, 15.4.5)."""
        fields = list(self.headers)
        if opened.etag is not None:
            fields.append(("ETag", opened.etag))
        if opened.modified is not None:
            fields.append(("Last-Modified", http_date(opened.modified)))
        return fields

    def _fields(self, opened: _Opened, media_type: str, *more: tuple[str, str]) -> HeaderList:
        fields = [("Content-Type", media_type), *more, *self._validators(opened)]
        if self.disposition:
            fields.append(("Content-Disposition", self.disposition))
        fields.append(("Accept-Ranges", "none" if opened.size is None else "bytes"))
        return fields


class FileChunks:
    """Iterate over pieces of a file; closed, the file is closed, whether or not it was read."""

    __slots__ = ("_chunks", "_file")

    def __init__(self, file: IO[bytes], pieces: Sequence[bytes | Span] | None) -> None:
        self._file = file
        self._chunks = _rest(file) if pieces is None else _pieces(file, pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        """Close the file, also while another thread reads from it."""
        self._file.close()


def _rest(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _pieces(file: IO[bytes], pieces: Sequence[bytes | Span]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        position, stop = piece
        file.seek(position)
        while position < stop:
            if not (chunk := file.read(min(CHUNK, stop - position))):
                # The length is announced already: only a broken stream can tell the client.
                raise OSError(f"The file ended at byte {position} while it was sent; {stop} were announced.")
            position += len(chunk)
            yield chunk


def _whole_seconds(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)
