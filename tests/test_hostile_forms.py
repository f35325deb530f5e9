"""Hostile multipart forms: too much of everything, and what is no form at all."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest
from items import items_app
from raw import Raw, Send, sender

PART = b'Content-Disposition: form-data; name="picture"; filename="x.png"\r\n\r\nabc'
WHOLE = b"--b\r\n" + PART + b"\r\n--b--\r\n"
TITLE = b'Content-Disposition: form-data; name="title"\r\n\r\n'
CUT = "400 The form ends before its closing boundary."
NO_NAME = "400 A part of the form does not say its name."
NOT_UTF8 = "400 The form is not UTF-8."
BAD_FIELD = "400 A part of the form has a malformed header field."
LONG_FIELDS = "413 The header fields of a part may have at most 8192 bytes."
TOO_LARGE = "413 The body may have at most 1048576 bytes."
TOO_MUCH = "413 The fields of a form may have at most 500000 bytes of text."
TOO_MANY = "413 A form may have at most 100 parts."
BOUNDARY = "400 The Content-Type needs a boundary of 1 to 70 characters."


@pytest.fixture
def send(gateway: str, caplog: pytest.LogCaptureFixture) -> Iterator[Send]:
    """Send to the service; afterwards it still answers, and has logged nothing."""
    caplog.set_level(logging.DEBUG, "restlite")
    send = sender(items_app(), gateway)
    yield send
    assert send(Raw(target="/items")).status == 200
    assert caplog.messages == []


def form(body: bytes, media_type: bytes = b"multipart/form-data; boundary=b") -> Raw:
    return Raw("POST", "/pictures", (("Content-Type", media_type),), body)


def parts(*given: bytes, preamble: bytes = b"", end: bytes = b"--b--\r\n") -> Raw:
    return form(preamble + b"".join(b"--b\r\n" + part + b"\r\n" for part in given) + end)


def disposition(rest: bytes) -> Raw:
    return parts(b"Content-Disposition: form-data" + rest + b"\r\n\r\nabc")


LIMITS = [
    ("5000 fields", parts(*[TITLE + b"a"] * 5000), TOO_MANY),
    ("5000 files", parts(*[PART] * 5000), TOO_MANY),
    ("a field of 20 MB", parts(PART, TITLE + b"a" * 20_000_000), TOO_LARGE),
    ("a field past the limit", parts(PART, TITLE + b"a" * 600_000),
     TOO_MUCH),
    ("the sum of the fields", parts(PART, *[TITLE + b"a" * 60_000] * 9),
     TOO_MUCH),
    ("a long header field", parts(b"X-A: " + b"a" * 900_000 + b"\r\n" + PART), LONG_FIELDS),
    ("10000 header fields", parts(b"X-A: a\r\n" * 10_000 + PART), LONG_FIELDS),
    ("header without end", form(b"--b\r\n" + b"a" * 900_000), LONG_FIELDS),
    ("a long preamble", parts(PART, preamble=b"a" * 900_000 + b"\r\n"), "200"),
    ("a preamble of line breaks", parts(PART, preamble=b"\r\n" * 450_000), "200"),
    ("a preamble of boundaries", parts(PART, preamble=b"\r\n--" * 200_000 + b"\r\n"), "200"),
    ("a long epilogue", parts(PART, end=b"--b--\r\n" + b"--b\r\n" * 180_000), "200"),
    ("CR and then a lot", parts(PART + b"\r" + b"a" * 1_000_000), "200"),
    ("nothing but CR", parts(PART + b"\r" * 1_000_000), "200"),
    ("nearly boundaries", parts(PART + b"\r\n--" * 250_000), "200"),
]  # fmt: skip

GARBAGE = [
    ("nothing", form(b""), CUT),
    ("no end", form(b"--b"), CUT),
    ("no parts", form(b"--b--"), "422 body /picture missing"),
    ("no header", form(b"--b\r\n"), CUT),
    ("cut file", parts(PART, end=b""), CUT),
    ("cut boundary", parts(PART, end=b"--b-"), CUT),
    ("bare line feeds", form(WHOLE.replace(b"\r\n", b"\n")), CUT),
    ("other boundary", form(WHOLE, b"multipart/form-data; boundary=c"), CUT),
    ("two boundaries", form(WHOLE, b"multipart/form-data; boundary=b; boundary=c"), CUT),
    ("empty header", parts(b"\r\nabc"), NO_NAME),
    ("no disposition", parts(b"Content-Type: text/plain\r\n\r\nabc"), NO_NAME),
    ("two dispositions", parts(b"Content-Disposition: form-data; name=a\r\n" + PART), NO_NAME),
    ("attachment", parts(PART.replace(b"form-data", b"attachment")), NO_NAME),
    ("no name", disposition(b""), NO_NAME),
    ("empty name", disposition(b'; name=""'), NO_NAME),
    ("no colon", parts(b"Foo\r\n\r\nabc"), BAD_FIELD),
    ("no field name", parts(b": a\r\n\r\nabc"), BAD_FIELD),
    ("NUL in a field", disposition(b'; name="picture"; filename="a\0"'), BAD_FIELD),
    ("file name not UTF-8", disposition(b'; name="picture"; filename="\xff\xfe.png"'), NOT_UTF8),
    ("coded file name not UTF-8", disposition(b"; name=picture; filename*=utf-8''%ff"), NOT_UTF8),
    ("name not UTF-8", disposition(b'; name="\xed\xa0\x80"'), NOT_UTF8),
    ("coded name not UTF-8", disposition(b"; name*=utf-8''%ff%fe"), NOT_UTF8),
    ("field not UTF-8", parts(TITLE + b"\xff"), NOT_UTF8),
    ("field in another charset", parts(b"Content-Type: text/plain; charset=klingon\r\n" + TITLE + b"a"),
     "400 A form must be UTF-8."),
    ("base64", parts(b"Content-Transfer-Encoding: base64\r\n" + PART),
     "400 A part of the form is encoded; send it as it is (RFC 7578, 4.7)."),
    ("unknown field", parts(PART, TITLE.replace(b"title", b"is_admin")), "422 body /is_admin unknown"),
    ("two files", parts(PART, PART), "422 body /picture repeated"),
    ("a field for a file", parts(PART.replace(b'; filename="x.png"', b"")), "422 body /picture file"),
    ("no boundary", form(b"--b--", b"multipart/form-data"), BOUNDARY),
    ("empty boundary", form(b"----", b'multipart/form-data; boundary=""'), BOUNDARY),
    ("long boundary", form(b"----", b"multipart/form-data; boundary=" + b"a" * 71), BOUNDARY),
    ("odd boundary", form(b"----", b"multipart/form-data; boundary=\xff"), BOUNDARY),
    ("boundary with line break", form(b"----", b"multipart/form-data; boundary*=utf-8''%0d%0a"), BOUNDARY),
    ("JSON under a form's type", form(b"{}"), CUT),
]  # fmt: skip


def table(rows: list[tuple[str, Raw, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("name", "raw", "expect"), rows, ids=[row[0].replace(" ", "-") for row in rows]
    )


@table(LIMITS)
def test_limits(name: str, raw: Raw, expect: str, send: Send) -> None:
    began = time.process_time()

    assert send(raw).summary() == expect
    assert time.process_time() - began < 3


@table(GARBAGE)
def test_garbage(name: str, raw: Raw, expect: str, send: Send) -> None:
    assert send(raw).summary() == expect


def test_form_that_is_cut_is_not_taken_for_whole(send: Send) -> None:
    for length in (len(WHOLE) + 1, len(WHOLE) + 999):
        raw = form(WHOLE)._replace(length=str(length))
        assert send(raw).summary() == "400 The body ended before its Content-Length."


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"../../etc/passwd", "passwd"),
        (b"..\\\\..\\\\boot.ini", "boot.ini"),
        (b"/etc/passwd", "passwd"),
        (b"C:\\\\temp\\\\a.png", "a.png"),
        ("schön.png".encode(), "schön.png"),
    ],
)
def test_file_name_loses_its_folders(sent: bytes, shown: str, send: Send) -> None:
    answer = send(disposition(b'; name="picture"; filename="' + sent + b'"'))

    assert answer.json() == {"title": "", "filename": shown, "size": 3}


@pytest.mark.parametrize("sent", [b"..", b".", b"/", b"a/../", b"CON", b"NUL.txt", b"a" * 5000])
def test_file_name_that_is_no_name_is_no_500(sent: bytes, send: Send) -> None:
    answer = send(disposition(b'; name="picture"; filename="' + sent + b'"'))

    assert answer.status == 200
    shown = answer.json()["filename"]
    assert shown is None or (shown not in ("", ".", "..") and "/" not in shown)


def test_secret_of_a_form_is_echoed_nowhere(send: Send) -> None:
    for raw in (
        parts(PART.replace(b"abc", b"s3cr3t").replace(b"picture", b"other")),
        parts(TITLE + b"s3cr3t", TITLE + b"s3cr3t", PART),
        form(b"s3cr3t"),
        form(b"--b--", b"multipart/form-data; boundary=s3cr3t s3cr3t "),
    ):
        answer = send(raw)
        assert answer.status in (400, 422)
        assert answer.summary()
        assert b"s3cr3t" not in answer.body
