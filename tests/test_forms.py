from __future__ import annotations

import tracemalloc
from io import BytesIO
from tempfile import SpooledTemporaryFile
from time import process_time
from typing import Any

import pytest
from form_readers import NOT_UTF8, cut, drive, multipart, part
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.test import EnvironBuilder

from restlite.files import Upload
from restlite.forms import (
    FormData,
    FormLimits,
    TooLarge,
    boundary_of,
    read_multipart,
)
from restlite.violations import Malformed

CUT = "The form ends before its closing boundary."
FIELD = b'Content-Disposition: form-data; name="a"'
FILE = b'Content-Disposition: form-data; name="f"; filename="f.txt"'
END = b"--B--\r\n"


def plain(form: FormData) -> tuple[list[tuple[str, str]], list[tuple[str, Any, bytes]]]:
    """Reduce a form to what can be compared, and drop it."""
    files = [(name, upload.filename, upload.read()) for name, upload in form.files]
    form.close()
    return form.fields, files


def test_multipart_fields_and_files() -> None:
    body = (
        b"preamble\r\n"
        + part(FIELD, b"1")
        + part(FILE + b"\r\nContent-Type: text/plain; charset=latin-1\r\nX-Note:  n ", b"\xff\r\n\r\n--A\r\n")
        + part(FIELD, "é".encode())
        + part(b"content-disposition:FORM-DATA;name=b", b"")
        + END
        + b"epilogue"
    )
    form = multipart(body)
    assert form.fields == [("a", "1"), ("a", "é"), ("b", "")]
    [(name, upload)] = form.files
    assert (name, upload.filename, upload.content_type) == ("f", "f.txt", "text/plain; charset=latin-1")
    assert upload.headers["x-note"] == "n"
    assert (upload.size, upload.read()) == (10, b"\xff\r\n\r\n--A\r\n")
    form.close()
    assert upload.file.closed


@pytest.mark.parametrize("body", [END, b"\r\n" + END, b"--B--", b"preamble\r\n--B--\r\nepilogue"])
def test_multipart_without_parts(body: bytes) -> None:
    assert multipart(body) == FormData([], [])


@pytest.mark.parametrize("padding", [b"", b" ", b"\t  "])
def test_multipart_does_not_depend_on_chunks(padding: bytes) -> None:
    body = part(FIELD, b"\r") + part(FILE, b"\r\n\r\ny\r\r\n--") + END
    body = body.replace(b"--B", b"--B" + padding).replace(padding + b"--\r\n", b"--" + padding + b"\r\n")
    expect = ([("a", "\r")], [("f", "f.txt", b"\r\n\r\ny\r\r\n--")])
    assert plain(multipart(body)) == expect
    assert plain(multipart(body, size=1)) == expect
    for place in range(len(body)):
        assert plain(drive(read_multipart(b"B"), (body[:place] or b"\r\n", body[place:]))) == expect


def test_multipart_empty_part_without_a_blank_line() -> None:
    body = (b"--B\r\n" + FIELD + b"\r\n\r\n") + (b"--B\r\n" + FILE + b"\r\n\r\n") + END
    for size in (1, 2, 65_536):
        assert plain(multipart(body, size=size)) == ([("a", "")], [("f", "f.txt", b"")])


def test_multipart_names() -> None:
    body = (
        part(b'Content-Disposition: form-data; name="a%22\\"\xc3\xa9"; filename="..\\\\x/\xe2\x82\xac.png"')
        + END
    )
    assert plain(multipart(body)) == ([], [('a""é', "€.png", b"x")])
    body = part(b"Content-Disposition: form-data; name=f; filename*=utf-8''%e2%82%ac.png") + END
    assert plain(multipart(body)) == ([], [("f", "€.png", b"x")])


def test_multipart_an_empty_file_input_is_absent() -> None:
    empty = b'Content-Disposition: form-data; name="f"; filename=""'
    assert plain(multipart(part(empty, b"") + END)) == ([], [])
    assert plain(multipart(part(empty, b"x") + END)) == ([], [("f", None, b"x")])
    assert plain(multipart(part(FILE, b"") + END)) == ([], [("f", "f.txt", b"")])


HEADER = "A part of the form has a malformed header field."
NAME = "A part of the form does not say its name."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", CUT),
        (b"--B", CUT),
        (b"--B-", CUT),
        (b"--C\r\n\r\n--C--\r\n", CUT),
        (part(FIELD), CUT),
        (part(FIELD) + b"--B\r\n", CUT),
        (part(FILE)[:-3], CUT),
        (part(FIELD).replace(b"\r\n", b"\n") + END, CUT),
        (
            b"--Bx\r\n" + FIELD + b"\r\n\r\nx\r\n" + END,
            "A boundary of the form is followed by something else.",
        ),
        (b"--B\r\n\r\nx\r\n" + END, NAME),
        (part(b"X-Note: 1") + END, NAME),
        (part(b"Content-Disposition: form-data") + END, NAME),
        (part(b'Content-Disposition: form-data; name=""') + END, NAME),
        (part(b'Content-Disposition: form-data; name="a') + END, NAME),
        (part(b"Content-Disposition: attachment; name=a") + END, NAME),
        (part(FIELD + b"\r\n" + FIELD) + END, NAME),
        (part(FIELD + b"\r\nnonsense") + END, HEADER),
        (part(FIELD + b"\r\n folded: 1") + END, HEADER),
        (part(FIELD + b"\r\n: 1") + END, HEADER),
        (part(FIELD + b"\r\nX: a\rb") + END, HEADER),
        (part(FIELD + b"\r\nX: a\nb") + END, HEADER),
        (part(FIELD + b"\r\nX: a\0b") + END, HEADER),
        (part(b'Content-Disposition: form-data; name="\xff"') + END, NOT_UTF8),
        (part(b'Content-Disposition: form-data; name="f"; filename="\xff\xfe"') + END, NOT_UTF8),
        (part(b"Content-Disposition: form-data; name=f; filename*=utf-8''%ff") + END, NOT_UTF8),
        (part(b"Content-Disposition: form-data; name*=utf-8''%ff") + END, NOT_UTF8),
        (part(FIELD, b"\xff") + END, NOT_UTF8),
        (part(FIELD + b"\r\nContent-Type: text/plain; charset=utf-16") + END, "A form must be UTF-8."),
        (part(b"Content-Disposition: form-data; name=_charset_", b"cp1252") + END, "A form must be UTF-8."),
        (
            part(FIELD + b"\r\nContent-Transfer-Encoding: base64") + END,
            "A part of the form is encoded; send it as it is (RFC 7578, 4.7).",
        ),
    ],
)
@pytest.mark.parametrize("size", [65_536, 3])
def test_multipart_malformed(body: bytes, detail: str, size: int) -> None:
    with pytest.raises(Malformed) as caught:
        multipart(body, size=size)
    assert caught.value.detail == detail


def test_multipart_says_its_encoding() -> None:
    text = part(FIELD + b"\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit")
    body = part(b"Content-Disposition: form-data; name=_charset_", b"utf-8") + text + END
    assert plain(multipart(body)) == ([("a", "x")], [])


MANY = "A form may have at most 100 parts."
TEXT = "The fields of a form may have at most 500000 bytes of text."
HEADERS = "The header fields of a part may have at most 8192 bytes."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (part(FIELD) * 5_000 + END, MANY),
        (part(FILE) * 5_000 + END, MANY),
        (part(b'Content-Disposition: form-data; name="f"; filename=""', b"") * 101 + END, MANY),
        (part(FIELD, b"x" * 20_000_000) + END, TEXT),
        (part(FIELD, b"x" * 10_000) * 51 + END, TEXT),
        (part(FIELD + b"\r\nX: " + b"x" * 4_000_000) + END, HEADERS),
        (part(FIELD + b"\r\nX: y" * 10_000) + END, HEADERS),
        (b"--B" + b" " * 4_000_000 + b"\r\n" + FIELD + b"\r\n\r\n\r\n" + END, HEADERS),
    ],
    ids=[
        "5k parts",
        "5k files",
        "5k empty files",
        "20 MB field",
        "sum",
        "4 MB header",
        "10k headers",
        "padding",
    ],
)
def test_multipart_limits(body: bytes, detail: str) -> None:
    with pytest.raises(TooLarge) as caught:
        multipart(body)
    assert caught.value.detail == detail


def test_multipart_limits_are_reached() -> None:
    body = part(FIELD, b"x" * 5_000) * 100 + END
    assert len(multipart(body).fields) == 100
    head = FIELD + b"\r\nX: " + b"y" * 8_000
    assert multipart(part(head) + END).fields == [("a", "x")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x" * 4_000_000, b""),
        (b"\r" * 4_000_000, b""),
        (b"", b"x" * 4_000_000),
        (part(FILE, b"\r" * 8_000_000), b""),
        (part(FILE, b"\r" + b"x" * 8_000_000), b""),
        (part(FILE, b"\r\n--" * 2_000_000), b""),
    ],
    ids=["preamble", "preamble of CR", "epilogue", "8 MB of CR", "CR + 8 MB", "8 MB of near-boundaries"],
)
def test_multipart_takes_flat_memory_and_linear_time(before: bytes, after: bytes) -> None:
    body = before.removesuffix(b"\r\n") + b"\r\n" + part(FIELD) + END + after
    started = process_time()
    tracemalloc.start()
    form = multipart(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert form.fields == [("a", "x")]
    form.close()
    assert peak < 1_000_000
    assert process_time() - started < 4


@pytest.mark.parametrize(
    ("spool", "size", "on_disk"),
    [(100, 100, False), (100, 101, True), (0, 2, True)],
    ids=["at", "over", "none"],
)
def test_files_go_to_disk_above_the_threshold(spool: int, size: int, on_disk: bool) -> None:
    form = multipart(part(FILE, b"x" * size) + END, FormLimits(spool=spool))
    spooled: Any = form.files[0][1].file
    assert spooled._rolled is on_disk
    assert not isinstance(spooled.name, str)  # a file without a name
    form.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """List the files that readers open."""
    files: list[Any] = []

    class Listed(SpooledTemporaryFile[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            files.append(self)

    monkeypatch.setattr("restlite.forms.SpooledTemporaryFile", Listed)
    return files


@pytest.mark.parametrize(
    "rest",
    [part(FIELD, b"\xff") + END, part(FILE, b"x" * 20)[:-4], part(b"nonsense")],
)
def test_files_are_closed_when_the_form_is_malformed(rest: bytes, opened: list[Any]) -> None:
    with pytest.raises(Malformed):
        multipart(part(FILE) + rest)
    assert opened
    assert all(file.closed for file in opened)


def test_files_are_closed_when_the_reader_is_abandoned(opened: list[Any]) -> None:
    reader = read_multipart(b"B")
    next(reader)
    reader.send(part(FILE) + part(FILE, b"x" * 20)[:-2])
    assert [file.closed for file in opened] == [False, False]
    reader.close()
    assert [file.closed for file in opened] == [True, True]


NAMES = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters='"\\%\ufffd'), min_size=1
)


@given(
    st.lists(st.tuples(NAMES, st.text() | st.tuples(NAMES, st.binary()))),
    st.integers(1, 200),
)
@settings(max_examples=150, deadline=None)
def test_multipart_round_trip(parts: list[tuple[str, Any]], size: int) -> None:
    """Read what Werkzeug's test client writes; values of its fields keep their order by name."""
    parts = [("n" if name.strip() in ("", "_charset_") else name.strip(), value) for name, value in parts]
    builder = EnvironBuilder(method="POST", content_type="multipart/form-data")
    for name, value in parts:
        if isinstance(value, str):
            builder.form.add(name, value)
        else:
            builder.files.add_file(name, FileStorage(BytesIO(value[1]), filename=value[0]))
    environ = builder.get_environ()
    body = environ["wsgi.input"].read()
    builder.close()
    form = drive(read_multipart(boundary_of(environ["CONTENT_TYPE"])), cut(body, size))
    names = dict.fromkeys(name for name, value in parts if isinstance(value, str))
    assert form.fields == [
        (name, value) for key in names for name, value in parts if name == key and isinstance(value, str)
    ]
    sent = [(name, value) for name, value in parts if not isinstance(value, str)]
    order = list(dict.fromkeys(name for name, _ in sent))
    sent.sort(key=lambda item: order.index(item[0]))
    expect = [(name, Upload(BytesIO(value[1]), value[0]).filename, value[1]) for name, value in sent]
    assert plain(form)[1] == expect


@given(
    st.lists(st.sampled_from([b"--B", b"\r\n", b"--", FIELD, FILE, b"x", b"\r", b" ", b"\xff"]), max_size=12)
)
@settings(max_examples=300, deadline=None)
def test_multipart_garbage_is_read_or_refused(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    results: list[Any] = []
    for size in (1, 5, 65_536):
        try:
            results.append(plain(multipart(body, size=size)))
        except (Malformed, TooLarge) as error:
            results.append(str(error))
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=B", b"B"),
        ('multipart/form-data; charset=utf-8; Boundary="a b\'()+_,-./:=?"', b"a b'()+_,-./:=?"),
        ("multipart/form-data; boundary=" + "b" * 70, b"b" * 70),
    ],
)
def test_boundary(content_type: str, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        'multipart/form-data; boundary="a "',
        'multipart/form-data; boundary="\xe9"',
        'multipart/form-data; boundary="a\x00"',
        "multipart/form-data; boundary=" + "b" * 71,
        "multipart/form-data; " + "boundary=;" * 7_000,
        'multipart/form-data; boundary="' + '\\"' * 30_000,
        "multipart/form-data;" + " ;" * 30_000,
    ],
)
def test_boundary_malformed(content_type: str) -> None:
    started = process_time()
    with pytest.raises(Malformed, match=r"^The Content-Type needs a boundary of 1 to 70 characters\.$"):
        boundary_of(content_type)
    assert process_time() - started < 1
