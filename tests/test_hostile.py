"""What no well-behaved client sends, byte for byte: refused with a reason, echoed nowhere, survived."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from items import items_app
from raw import Raw, Send, sender

SECRET = "s3cr3t"
JSON = (("Content-Type", "application/json"),)
GOOD = b'{"name": "a", "price": 1.5}'
DEEP = 100_000

NOT_JSON = "400 The body is not valid JSON: "
TOO_DEEP = NOT_JSON + "it is nested too deeply."
UNICODE = NOT_JSON + "a string holds broken Unicode."
STRANGE = NOT_JSON + "something unexpected stands."
TOO_LARGE = "413 The body may have at most 1048576 bytes."
NOT_HERE = "415 The body's media type is not taken here. Send: application/json."
NO_TYPE = "415 The body needs a Content-Type. Send: application/json."
CODED = "415 The body must be sent without Content-Encoding. Send: application/json."
NO_LENGTH = "400 Content-Length must be a number."
CUT = "400 The body ended before its Content-Length."
UNREADABLE = "400 The body could not be read."
NO_ROUTE = "404 No route matches this path."
NOT_ACCEPTED = "406 This is available as: application/json."
NO_METHOD = "405 This path answers: DELETE, GET, HEAD, OPTIONS, PUT."
TWICE = NOT_JSON + "the key "


@pytest.fixture
def send(gateway: str, caplog: pytest.LogCaptureFixture) -> Iterator[Send]:
    """Send to the service; afterwards it still answers, and has logged nothing."""
    caplog.set_level(logging.DEBUG, "restlite")
    send = sender(items_app(), gateway)
    yield send
    assert send(Raw(target="/items")).status == 200
    assert caplog.messages == []


def post(body: Any, target: str = "/items", headers: Any = JSON, length: str | None = None) -> Raw:
    return Raw("POST", target, headers, body, length)


def typed(media_type: str | bytes, body: bytes = GOOD) -> Raw:
    return post(body, headers=(("Content-Type", media_type),))


def item(price: str = "1.5", name: str = '"a"', more: str = "") -> Raw:
    """Send an item whose members are written as they are given."""
    return post(f'{{"name": {name}, "price": {price}{more}}}'.encode())


JSON_ROWS = [
    ("NaN", item("NaN"), "422 body /price finite"),
    ("Infinity", item("Infinity"), "422 body /price finite"),
    ("-Infinity", item("-Infinity"), "422 body /price finite"),
    ("1e400", item("1e400"), "422 body /price finite"),
    ("1e1000000000", item("1e1000000000"), "422 body /price finite"),
    ("inf as text", item('"inf"'), "422 body /price number"),
    ("400 digits", item("9" * 400), "422 body /price finite"),
    ("5000 digits", item("9" * 5000), NOT_JSON + "a number is too large."),
    ("NaN in an unknown member", item(more=', "x": NaN'), "422 body /x unknown"),
    ("surrogate by escape", item(name='"\\ud800"'), UNICODE),
    ("surrogate by bytes", post(b'{"name": "\xed\xa0\x80", "price": 1}'), UNICODE),
    ("surrogate in an unknown member", item(more=', "x": "\\udfff"'), UNICODE),
    ("surrogate in a key", item(more=', "\\ud800": 1'), UNICODE),
    ("FF FE", post(b"\xff\xfe"), STRANGE),
    ("C0 AF", post(b'{"name": "\xc0\xaf", "price": 1}'), UNICODE),
    ("UTF-16", post(GOOD.decode().encode("utf-16")), STRANGE),
    ("UTF-16 without mark", post(GOOD.decode().encode("utf-16-be")), STRANGE),
    ("UTF-32", post(GOOD.decode().encode("utf-32")), STRANGE),
    ("UTF-16 as declared", typed("application/json; charset=utf-16"), NOT_HERE),
    ("UTF-7 as declared", typed("application/json; charset=utf-7"), NOT_HERE),
    ("byte order mark", post(b"\xef\xbb\xbf" + GOOD), STRANGE),
    ("deep arrays", post(b"[" * DEEP), TOO_DEEP),
    ("deep objects", post(b'{"a":' * DEEP), TOO_DEEP),
    ("deep and closed", post(b"[" * DEEP + b"]" * DEEP), TOO_DEEP),
    ("deep in a field", item(more=f', "tags": {"[" * DEEP + "]" * DEEP}'), TOO_DEEP),
    ("deep in an unknown member", item(more=f', "x": {"[" * DEEP + "]" * DEEP}'), TOO_DEEP),
    ("key twice", item(more=', "name": "b"'), TWICE + '"name" stands twice.'),
    ("key twice, once escaped", item(more=', "nam\\u0065": "b"'), TWICE + '"name" stands twice.'),
    ("key twice, below", item(more=', "x": {"y": 1, "y": 2}'), TWICE + '"y" stands twice.'),
    ("key twice, long", item(more=f', "{"k" * 99}": 1' * 2), TWICE + f'"{"k" * 63}…" stands twice.'),
    ("key twice, marshmallow", post(b'{"name": 1, "name": 2}', "/legacy"), TWICE + '"name" stands twice.'),
    ("unknown member", item(more=', "is_admin": true'), "422 body /is_admin unknown"),
    ("prototype", item(more=', "__proto__": {"is_admin": true}'), "422 body /__proto__ unknown"),
    ("true for a number", item("true"), "422 body /price number"),
    ("text for a number", item('"1.5"'), "422 body /price number"),
    ("NUL after the end", post(GOOD + b"\0"), NOT_JSON + "something follows its end."),
    ("two documents", post(GOOD + GOOD), NOT_JSON + "something follows its end."),
]  # fmt: skip

CONTENT_ROWS = [
    ("20 MB", post(b'{"name": "' + b"a" * 20_000_000 + b'"}'), TOO_LARGE),
    ("10 GB declared", post(b"{}", length="10000000000"), TOO_LARGE),
    ("5000 digits declared", post(b"{}", length="9" * 5000), TOO_LARGE),
    ("length is no number", post(GOOD, length="abc"), NO_LENGTH),
    ("negative length", post(GOOD, length="-1"), NO_LENGTH),
    ("length with sign", post(GOOD, length="+27"), NO_LENGTH),
    ("two lengths", post(GOOD, length="27,27"), NO_LENGTH),
    ("Arabic digits", post(GOOD, length="٢٧"), NO_LENGTH),
    ("shorter than declared", post(GOOD, length="77"), CUT),
    ("shorter, whole JSON", post(b'{"name": "a", "price": 1}' + b" " * 9, length="35"), CUT),
    ("br", post(GOOD, headers=(*JSON, ("Content-Encoding", "br"))), CODED),
    ("gzip bomb", post(b"\x1f\x8b" + bytes(100_000), headers=(*JSON, ("Content-Encoding", "gzip"))), CODED),
    ("identity and gzip", post(GOOD, headers=(*JSON, ("Content-Encoding", "identity, gzip"))), CODED),
    ("text/plain", typed("text/plain"), NOT_HERE),
    ("no type", post(GOOD, headers=()), NO_TYPE),
    ("empty type", typed(""), NO_TYPE),
    ("list, text first", typed("text/plain, application/json"), NOT_HERE),
    ("list, JSON first", typed("application/json, text/plain"), NOT_HERE),
    ("two types", post(GOOD, headers=JSON + JSON), NOT_HERE),
    ("longer", typed("application/jsonp"), NOT_HERE),
    ("shorter", typed("application/js"), NOT_HERE),
    ("JSON as a parameter", typed("text/plain; a=application/json"), NOT_HERE),
    ("bytes", typed(b"application/json\xff"), NOT_HERE),
    ("form", typed("application/x-www-form-urlencoded", b"name=a&price=1"), NOT_HERE),
    ("quotes without end", typed("text/plain; " + 'a="\\' * 20_000), NOT_HERE),
    ("backslashes", typed('text/plain; !="' + "\\" * 65_000), NOT_HERE),
    ("case and charset", typed("APPLICATION/JSON; Charset=UTF-8"), "201"),
    ("JSON to a form", post(GOOD, "/pictures"), NOT_HERE.replace("application/json", "multipart/form-data")),
    ("GET with a body", Raw("GET", "/items", JSON, b"{}"), "200"),
    ("5000 ranges", Raw("GET", "/items", (("Range", "bytes=" + "1-2," * 5000),)), "200"),
]  # fmt: skip

#: ``wsgiref.validate`` refuses such requests itself: they never reach the app.
UNFIT = {
    "5000 digits declared", "length is no number", "negative length", "length with sign", "two lengths",
    "Arabic digits",
}  # fmt: skip


def table(rows: list[tuple[str, Raw, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("name", "raw", "expect"), rows, ids=[row[0].replace(" ", "-") for row in rows]
    )


@table(JSON_ROWS)
def test_json(name: str, raw: Raw, expect: str, send: Send) -> None:
    assert re.sub(r" at line 1 column \d+\.$", ".", send(raw).summary()) == expect


@table(CONTENT_ROWS)
def test_body_and_content_type(name: str, raw: Raw, expect: str, send: Send, gateway: str) -> None:
    if gateway == "wsgiref" and name in UNFIT:
        pytest.skip("wsgiref.validate refuses it first")

    assert send(raw).summary() == expect


# Bodies as they come in


def broken(*chunks: bytes) -> Iterator[bytes]:
    """Give chunks, then fail as servers do on broken chunk framing."""
    yield from chunks
    raise OSError(f"{SECRET}: bad chunk size")


@pytest.mark.parametrize("chunks", [(), (b'{"na',), (GOOD,), (GOOD[:20], GOOD[20:])])
def test_broken_chunk_framing_is_a_400(chunks: tuple[bytes, ...], send: Send) -> None:
    answer = send(post(broken(*chunks)))

    assert answer.status == 400
    assert answer.summary() in (UNREADABLE, CUT)
    assert len(send(Raw(target="/items")).json()) == 1


@pytest.mark.parametrize("length", [str(len(GOOD)), str(len(GOOD) + 9)])
def test_read_error_before_the_declared_end_is_a_400(length: str, send: Send) -> None:
    answer = send(post(broken(GOOD[:20]), length=length))

    assert answer.summary() in (UNREADABLE, CUT)


@pytest.mark.parametrize(
    ("raw", "expect"),
    [
        (post(b"", length="10000000000"), TOO_LARGE),
        (typed("text/plain")._replace(length="99"), NOT_HERE),
        (post(b"", headers=(*JSON, ("Accept", "text/html")), length="99"), NOT_ACCEPTED),
        (Raw("PATCH", "/items/1", JSON, length="99"), NO_METHOD),
        (Raw("POST", "/nothing", JSON, length="99"), NO_ROUTE),
    ],
)  # fmt: skip
def test_refused_before_a_byte_is_read(raw: Raw, expect: str, send: Send) -> None:
    pulled: list[bytes] = []

    def chunks() -> Iterator[bytes]:
        pulled.append(b"")
        yield GOOD

    assert send(raw._replace(body=chunks())).summary() == expect
    assert pulled == []


def test_64_mb_in_chunks_is_refused_at_the_limit(send: Send) -> None:
    pulled: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(1024):
            pulled.append(number)
            yield b" " * 65_536

    assert send(post(chunks())).summary() == TOO_LARGE
    assert len(pulled) <= 18


def test_200k_chunks_of_one_byte(send: Send) -> None:
    body = GOOD + b" " * 200_000
    began = time.process_time()

    assert send(post(bytes([byte]) for byte in body)).status == 201
    assert time.process_time() - began < 3


# Errors do not grow with what caused them


@pytest.mark.parametrize("target", ["/items", "/legacy"])
@pytest.mark.parametrize(
    ("body", "least"),
    [
        (b'{"name": "a", "price": 1, "tags": [' + b",".join([b"1"] * 50_000) + b"]}", 1),
        (b"{" + b",".join(b'"k%d": 1' % number for number in range(50_000)) + b"}", 50),
        (b"{" + b",".join(b'"%s%d": 1' % (b"k" * 900, number) for number in range(1000)) + b"}", 50),
    ],
    ids=["wrong elements", "unknown keys", "long keys"],
)
def test_50k_faults_make_a_short_answer(target: str, body: bytes, least: int, send: Send) -> None:
    began = time.process_time()
    answer = send(post(body, target))

    assert answer.status == 422
    assert answer.summary()
    assert least <= len(answer.json()["errors"]) <= 50
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "raw",
    [
        item(f'"{SECRET}"'),
        item(name=f'["{SECRET}"]'),
        item(more=f', "tags": [1, {{"a": "{SECRET}"}}]'),
        item(more=f', "tags": "{SECRET}"'),
        item(more=f', "x": "{SECRET}"'),
        post(f'["{SECRET}"]'.encode()),
        post(f'{{"name": "{SECRET}'.encode()),
        post(f'"{SECRET}"'.encode()),
        post(SECRET.encode()),
        post(f'{{"name": "{SECRET}", "price": "{SECRET}"}}'.encode(), "/legacy"),
        post(f'{{"name": ["{SECRET}"], "price": 1, "x": "{SECRET}"}}'.encode(), "/legacy"),
        post(GOOD, f"/items/search?limit={SECRET}"),
        post(GOOD, "/items/search?limit=1", (*JSON, ("X-Count", SECRET))),
        post(GOOD, headers=(*JSON, ("Content-Encoding", SECRET))),
        post(GOOD, length=SECRET),
        typed(SECRET),
        typed(f"application/json; charset={SECRET}"),
        Raw(target=f"/items?limit={SECRET}&limit=1"),
        Raw(target=f"/items?name=%zz{SECRET}"),
        Raw(target=f"/items/{SECRET}"),
        Raw(target=f"/{SECRET}"),
        Raw(target="/items", headers=(("Accept", SECRET),)),
    ],
)
def test_refused_value_is_echoed_nowhere(raw: Raw, send: Send, gateway: str) -> None:
    if gateway == "wsgiref" and raw.length:
        pytest.skip("wsgiref.validate refuses it first")

    answer = send(raw)

    assert answer.status in (400, 404, 406, 415, 422)
    assert answer.summary()
    assert SECRET.encode() not in answer.body
    assert b"pydantic" not in answer.body
    assert SECRET not in str(answer.headers)
