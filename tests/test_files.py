from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_date, parse_options_header
from werkzeug.test import EnvironBuilder

from restlite import App
from restlite.errors import PreconditionFailed
from restlite.files import CHUNK, FileAnswer, FileChunks, Upload
from restlite.ranges import RangeNotSatisfiable

DATA = bytes(range(256)) * 4


def send(answer: FileAnswer, method: str = "GET", **fields: str) -> tuple[int, Headers, bytes]:
    """Make the reply, read it, close it."""
    builder = EnvironBuilder(method=method, headers=[(k.replace("_", "-"), v) for k, v in fields.items()])
    status, headers, chunks = answer.reply(builder.get_environ())
    body = b"".join(chunks)
    chunks.close()
    return status, Headers(headers), body


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    os.utime(path, ns=(0, 1_714_564_800_123_456_700))
    return path


ETAG = f'"{1_714_564_800_123_456_700:x}-400"'
MODIFIED = "Wed, 01 May 2024 12:00:00 GMT"


class Pipe(io.RawIOBase):
    """Read from what cannot seek."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


# Upload


def test_upload() -> None:
    headers = Headers({"Content-Type": "text/plain"})
    upload = Upload(io.BytesIO(b"hello"), "a.txt", headers)
    assert (upload.filename, upload.content_type, upload.size) == ("a.txt", "text/plain", 5)
    assert upload.headers is headers
    assert repr(upload) == "<Upload 'a.txt', 5 bytes>"
    assert upload.read(2) == b"he"
    assert list(upload) == [b"llo"]
    assert upload.read() == b""
    upload.close()
    assert upload.file.closed


def test_upload_without_name_and_headers() -> None:
    upload = Upload(io.BytesIO(b"x" * (CHUNK + 1)))
    assert (upload.filename, upload.content_type, len(upload.headers)) == (None, None, 0)
    assert [len(chunk) for chunk in upload] == [CHUNK, 1]


def test_upload_shows_the_last_component_of_its_name() -> None:
    assert Upload(io.BytesIO(), "../../etc/passwd").filename == "passwd"
    assert Upload(io.BytesIO(), "..").filename is None


def test_upload_is_saved_whole_under_the_name_given(tmp_path: Path) -> None:
    upload = Upload(io.BytesIO(b"hello"), "../evil")
    upload.read(3)
    target = tmp_path / "mine"
    target.write_bytes(b"what was there before")
    upload.save(target)
    assert target.read_bytes() == b"hello"
    upload.save(str(target))
    assert target.read_bytes() == b"hello"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine"]


def test_upload_is_not_saved_into_a_directory(tmp_path: Path) -> None:
    upload = Upload(io.BytesIO(b"hello"), "name.txt")
    with pytest.raises(IsADirectoryError) as caught:
        upload.save(tmp_path)
    assert str(caught.value) == (
        f"{str(tmp_path)!r} is a directory; the name a client sent is never used.\n"
        "    Write: upload.save(directory / 'a-name-of-yours')"
    )
    assert list(tmp_path.iterdir()) == []


def test_upload_in_a_model() -> None:
    class Cover(BaseModel):
        title: str
        image: Upload | None = None

    upload = Upload(io.BytesIO(b"x"))
    assert Cover.model_validate({"title": "a", "image": upload}).image is upload
    with pytest.raises(ValidationError, match="Input should be an instance of Upload"):
        Cover.model_validate({"title": "a", "image": "text"})
    assert TypeAdapter(Upload).json_schema() == {
        "type": "string",
        "contentMediaType": "application/octet-stream",
    }
    schema = Cover.model_json_schema()["properties"]["image"]
    assert schema["anyOf"][0] == {"type": "string", "contentMediaType": "application/octet-stream"}


# FileAnswer: the whole


def test_a_path(path: Path) -> None:
    status, headers, body = send(FileAnswer(path))
    assert (status, body) == (200, DATA)
    assert dict(headers) == {
        "Content-Type": "application/octet-stream",
        "Content-Length": "1024",
        "ETag": ETAG,
        "Last-Modified": MODIFIED,
        "Content-Disposition": 'attachment; filename="data.bin"',
        "Accept-Ranges": "bytes",
    }


def test_bytes() -> None:
    status, headers, body = send(FileAnswer(b"hello", media_type="text/plain", inline=True))
    assert (status, body) == (200, b"hello")
    assert dict(headers) == {
        "Content-Type": "text/plain",
        "Content-Length": "5",
        "ETag": '"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"',
        "Accept-Ranges": "bytes",
    }


def test_a_binary_file_is_sent_from_where_it_stands_and_closed() -> None:
    file = io.BytesIO(DATA)
    file.seek(24)
    status, headers, body = send(FileAnswer(file, download_name="a.csv"))
    assert (status, body) == (200, DATA[24:])
    assert dict(headers) == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": "1000",
        "Content-Disposition": 'attachment; filename="a.csv"',
        "Accept-Ranges": "bytes",
    }
    assert file.closed


def test_a_file_that_cannot_seek_has_neither_length_nor_ranges() -> None:
    pipe: Any = Pipe(DATA * 100)
    status, headers, body = send(FileAnswer(pipe, etag="v1"), Range="bytes=0-1")
    assert (status, body) == (200, DATA * 100)
    assert dict(headers) == {
        "Content-Type": "application/octet-stream",
        "ETag": '"v1"',
        "Content-Disposition": "attachment",
        "Accept-Ranges": "none",
    }
    assert pipe.closed


def test_given_validators_and_header_fields(path: Path) -> None:
    moment = datetime(2020, 1, 1, 1, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    answer = FileAnswer(path, etag="v1", last_modified=moment, headers={"Cache-Control": "max-age=60"})
    status, headers, _ = send(answer)
    assert status == 200
    assert headers["ETag"] == '"v1"'
    assert headers["Last-Modified"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert headers["Cache-Control"] == "max-age=60"
    assert send(FileAnswer(path, etag='W/"v1"'))[1]["ETag"] == 'W/"v1"'
    assert send(FileAnswer(path, etag='"v1"'))[1]["ETag"] == '"v1"'
    naive = FileAnswer(b"", last_modified=datetime(2020, 1, 1))
    assert parse_date(send(naive)[1]["Last-Modified"]) == datetime(2020, 1, 1, tzinfo=UTC)


def test_head_has_the_header_fields_alone(path: Path) -> None:
    status, headers, body = send(FileAnswer(path), "HEAD", Range="bytes=0-1")
    assert (status, body) == (200, b"")
    assert headers == send(FileAnswer(path))[1]


def test_after_other_methods_the_deed_is_done(path: Path) -> None:
    status, _, body = send(FileAnswer(path), "POST", If_Match='"other"', If_None_Match="*", Range="bytes=0-1")
    assert (status, body) == (200, DATA)


def test_it_streams_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (2 * CHUNK + 1))
    _, _, chunks = FileAnswer(path).reply({"REQUEST_METHOD": "GET"})
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 1]
    chunks.close()


@pytest.mark.parametrize("iterated", [0, 1, 2])
def test_the_file_is_closed_however_far_it_was_read(iterated: int) -> None:
    file = io.BytesIO(b"x" * 2 * CHUNK)
    _, _, chunks = FileAnswer(file).reply({"REQUEST_METHOD": "GET"})
    for _ in range(iterated):
        next(chunks)
    assert not file.closed
    chunks.close()
    assert file.closed


def test_a_file_that_shrinks_breaks_the_stream(path: Path) -> None:
    _, _, chunks = FileAnswer(path).reply({"REQUEST_METHOD": "GET"})
    path.write_bytes(b"x" * 10)
    assert next(chunks) == b"x" * 10
    with pytest.raises(OSError, match=r"^The file ended at byte 10 while it was sent; 1024 were announced"):
        next(chunks)
    chunks.close()


def test_sources_that_cannot_be_sent(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a regular file"):
        FileAnswer(tmp_path)
    with pytest.raises(ValueError, match=r"^'/dev/zero' is not a regular file\.$"):
        FileAnswer("/dev/zero")
    with pytest.raises(FileNotFoundError):
        FileAnswer(tmp_path / "missing")
    text: Any = io.StringIO("text")
    with pytest.raises(TypeError, match=r"binary\.\n    Write: open\(path, 'rb'\)$"):
        FileAnswer(text)


def test_an_answer_that_is_not_sent_can_be_closed(path: Path) -> None:
    file = io.BytesIO(DATA)
    FileAnswer(file).close()
    assert file.closed
    FileAnswer(path).close()
    FileAnswer(b"").close()


def test_describe() -> None:
    described = FileAnswer.describe()
    assert [(answer.status, answer.description) for answer in described.answers] == [
        (200, "The file."),
        (206, "The requested ranges of the file."),
        (304, "The client's copy is fresh."),
    ]
    assert described.problems == (PreconditionFailed, RangeNotSatisfiable)


# FileAnswer: preconditions and ranges


def test_not_modified(path: Path) -> None:
    for fields in ({"If_None_Match": ETAG}, {"If_Modified_Since": MODIFIED}):
        status, headers, body = send(FileAnswer(path, headers={"Vary": "Accept"}), **fields)
        assert (status, body) == (304, b"")
        assert dict(headers) == {
            "Vary": "Accept",
            "ETag": ETAG,
            "Last-Modified": MODIFIED,
        }


def test_precondition_failed(path: Path) -> None:
    with pytest.raises(PreconditionFailed) as caught:
        send(FileAnswer(path), If_Match='"other"')
    assert caught.value.detail == "The file is not the one that the request names."
    file = io.BytesIO(DATA)
    with pytest.raises(PreconditionFailed):
        send(FileAnswer(file), If_Match='"other"')
    assert file.closed


def test_one_range(path: Path) -> None:
    status, headers, body = send(FileAnswer(path), Range="bytes=1000-2000", If_Range=ETAG)
    assert (status, body) == (206, DATA[1000:])
    assert headers["Content-Range"] == "bytes 1000-1023/1024"
    assert headers["Content-Length"] == "24"
    assert headers["Content-Type"] == "application/octet-stream"
    status, _, body = send(FileAnswer(path), Range="bytes=1000-2000", If_Range='"other"')
    assert (status, body) == (200, DATA)


def test_ranges_count_from_where_a_binary_file_stands() -> None:
    file = io.BytesIO(DATA)
    file.seek(24)
    status, headers, body = send(FileAnswer(file), Range="bytes=0-1")
    assert (status, headers["Content-Range"], body) == (206, "bytes 0-1/1000", DATA[24:26])


def test_several_ranges(path: Path) -> None:
    status, headers, body = send(FileAnswer(path, media_type="image/png"), Range="bytes=0-1,-3,10-10")
    assert status == 206
    assert headers["Content-Length"] == str(len(body))
    assert "Content-Range" not in headers
    assert parts(headers, body) == [
        ("image/png", "bytes 0-1/1024", DATA[:2]),
        ("image/png", "bytes 1021-1023/1024", DATA[-3:]),
        ("image/png", "bytes 10-10/1024", DATA[10:11]),
    ]


def parts(headers: Headers, body: bytes) -> list[tuple[str, str, bytes]]:
    """Part a multipart/byteranges body."""
    media_type, options = parse_options_header(headers["Content-Type"])
    assert media_type == "multipart/byteranges"
    first, *middle, last = body.split(b"\r\n--" + options["boundary"].encode())
    assert (first, last) == (b"", b"--\r\n")
    found: list[tuple[str, str, bytes]] = []
    for part in middle:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        fields = dict(line.split(": ") for line in head.decode().split("\r\n"))
        found.append((fields["Content-Type"], fields["Content-Range"], data))
    return found


SPECS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=1, max_size=9)


@given(SPECS, st.binary(max_size=40))
def test_ranges_send_what_slicing_gives(specs: list[tuple[int, int]], data: bytes) -> None:
    field = "bytes=" + ",".join(f"{start}-{start + more}" for start, more in specs)
    wanted = [part for start, more in specs if (part := data[start : start + more + 1])]
    try:
        status, headers, body = send(FileAnswer(data), Range=field)
    except RangeNotSatisfiable:
        assert data
        assert not wanted
        return
    if status == 200:
        assert body == data
    elif len(wanted) == 1:
        assert body == wanted[0]
    else:
        assert [part for _, _, part in parts(headers, body)] == wanted


def test_no_satisfiable_range(path: Path) -> None:
    file = io.BytesIO(DATA)
    for source in (path, file):
        with pytest.raises(RangeNotSatisfiable) as caught:
            send(FileAnswer(source), Range="bytes=1024-")
        assert caught.value.headers == {"Content-Range": "bytes */1024", "Accept-Ranges": "bytes"}
    assert file.closed


def test_5k_ranges_are_ignored(path: Path) -> None:
    status, _, body = send(FileAnswer(path), Range="bytes=" + ",".join(f"{n}-{n}" for n in range(5_000)))
    assert (status, body) == (200, DATA)


def test_file_chunks_are_an_iterator() -> None:
    file: BinaryIO = io.BytesIO(b"abcdef")
    chunks = FileChunks(file, [b"<", (1, 3), (5, 6), b">"])
    assert isinstance(chunks, Iterator)
    assert list(chunks) == [b"<", b"bc", b"f", b">"]
    assert list(chunks) == []


def test_only_what_is_read_has_parts() -> None:
    app = App()

    @app.get("/report")
    def show() -> FileAnswer:
        return FileAnswer(b"x")

    @app.post("/report")
    def make() -> FileAnswer:
        return FileAnswer(b"x")

    parts = {206, 304, 412, 416}
    assert [one.statuses & parts for one in app.operations] == [parts, set()]
