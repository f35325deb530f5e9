"""Hostile request lines and header fields: targets, queries, hosts, methods, what Accept and Cookie hold."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from items import items_app
from raw import Raw, Send, sender

JSON = (("Content-Type", "application/json"),)
GOOD = b'{"name": "a", "price": 1.5}'
NO_ROUTE = "404 No route matches this path."
NO_METHOD = "405 This path answers: DELETE, GET, HEAD, OPTIONS, PUT."
NOT_UTF8 = "400 The query string is not UTF-8."
ESCAPE = "400 The query string holds a broken percent escape."


@pytest.fixture
def send(gateway: str, caplog: pytest.LogCaptureFixture) -> Iterator[Send]:
    """Send to the service; afterwards it still answers, and has logged nothing."""
    caplog.set_level(logging.DEBUG, "restlite")
    send = sender(items_app(), gateway)
    yield send
    assert send(Raw(target="/items")).status == 200
    assert caplog.messages == []


def post(body: Any, target: str = "/items", headers: Any = JSON) -> Raw:
    return Raw("POST", target, headers, body)


def table(rows: list[tuple[str, Raw, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("name", "raw", "expect"), rows, ids=[row[0].replace(" ", "-") for row in rows]
    )


#: ``wsgiref.validate`` refuses such targets itself: they never reach the app.
UNFIT = {"no slash", "empty", "asterisk", "absolute"}

PATH_ROWS = [
    *((text, Raw(target=f"/items/{text}"), NO_ROUTE) for text in [
        "+1", "%201", "1%20", "1%0A", "%D9%A1", "%EF%BC%91", "%C2%B2", "1_0", "1.0", "1e0", "0x1", "1%00",
    ]),
    ("5000 digits", Raw(target="/items/" + "9" * 5000), NO_ROUTE),
    ("slash at the end", Raw(target="/items/"), NO_ROUTE),
    ("double slash", Raw(target="/items//1"), NO_ROUTE),
    ("dots", Raw(target="/items/../items/1"), NO_ROUTE),
    ("coded dots", Raw(target="/items/%2e%2e/items/1"), NO_ROUTE),
    ("double slash first", Raw(target="//evil.example/items"), NO_ROUTE),
    ("backslash", Raw(target="/\\evil.example/items"), NO_ROUTE),
    ("coded slashes", Raw(target="/%2f%2fevil.example/"), NO_ROUTE),
    ("line break", Raw(target="/items/%0d%0aSet-Cookie:%20a"), NO_ROUTE),
    ("not UTF-8", Raw(target="/items%FF"), NO_ROUTE),
    ("surrogate", Raw(target="/items%ED%A0%80"), NO_ROUTE),
    ("long", Raw(target="/" + "a" * 60_000), NO_ROUTE),
    ("60000 slashes", Raw(target="/" * 60_000), NO_ROUTE),
    ("no slash", Raw(target="items"), NO_ROUTE),
    ("empty", Raw(target=""), NO_ROUTE),
    ("asterisk", Raw(target="*"), NO_ROUTE),
    ("absolute", Raw(target="http://evil.example/items"), NO_ROUTE),
]  # fmt: skip

QUERY_ROWS = [
    *((text, Raw(target=f"/items?limit={text}"), "422 query limit integer") for text in [
        "1_0", "+1", "%2B1", "%201", "1%20", "%D9%A1", "%E2%81%BD", "1.0", "1e1", "0x1", "", "1%00",
        "1;name=a",
    ]),
    ("5000 digits", Raw(target="/items?limit=" + "9" * 5000), "422 query limit integer"),
    ("given twice", Raw(target="/items?limit=1&limit=2"), "422 query limit repeated"),
    ("given twice, coded", Raw(target="/items?limit=1&l%69mit=2"), "422 query limit repeated"),
    ("other case", Raw(target="/items?LIMIT=1"), "422 query LIMIT unknown"),
    ("no name", Raw(target="/items?=1"), "422 query  unknown"),
    ("FF", Raw(target="/items?name=%FF"), NOT_UTF8),
    ("raw FF", Raw(target="/items?name=\xff"), NOT_UTF8),
    ("surrogate", Raw(target="/items?name=%ED%A0%80"), NOT_UTF8),
    ("broken escape", Raw(target="/items?name=%zz"), ESCAPE),
    ("cut escape", Raw(target="/items?name=%4"), ESCAPE),
    ("20000 names", Raw(target="/items?" + "&".join(f"k{n}=1" for n in range(20_000))),
     "422 " + ", ".join(f"query k{n} unknown" for n in range(50))),
    ("long name", Raw(target="/items?" + "k" * 60_000), f"422 query {'k' * 63}… unknown"),
    ("60000 separators", Raw(target="/items?" + "&" * 60_000), "200"),
]  # fmt: skip


@table(PATH_ROWS)
def test_path(name: str, raw: Raw, expect: str, send: Send, gateway: str) -> None:
    if gateway == "wsgiref" and name in UNFIT:
        pytest.skip("wsgiref.validate refuses it first")

    answer = send(raw._replace(headers=(("Host", "evil.example"),)))

    assert answer.summary() == expect
    assert "Location" not in answer.headers
    assert b"evil" not in answer.body


@table(QUERY_ROWS)
def test_query(name: str, raw: Raw, expect: str, send: Send) -> None:
    assert send(raw).summary() == expect


@pytest.mark.parametrize("value", ["1_0", "+1", " 1 1", "1,2", "9" * 5000, b"\xd9\xa1", b"\xff\xfe", ""])
def test_header(value: str | bytes, send: Send) -> None:
    raw = post(GOOD, "/items/search?limit=1", (*JSON, ("X-Count", value)))

    assert send(raw).summary() == "422 header X-Count integer"


def test_header_twice_is_no_single_value(send: Send) -> None:
    raw = post(GOOD, "/items/search?limit=1", (*JSON, ("X-Count", "1"), ("X-Count", "2")))

    assert send(raw).summary() == "422 header X-Count integer"


@pytest.mark.parametrize(
    "host",
    [b"a/?x=", b"<script>", b"a b", b"\xff", b"a:b:c", b"", b"user@a", b"a" * 60_000, b"//evil.example"],
)
def test_host_decides_nothing(host: bytes, send: Send) -> None:
    for target, status in (("/items/1", 200), ("/items/1/", 404), ("/nothing", 404)):
        answer = send(Raw(target=target, headers=(("Host", host),)))

        assert answer.status == status
        assert "Location" not in answer.headers
        assert b"script" not in answer.body

    created = send(post(GOOD, headers=(*JSON, ("Host", host))))
    assert (created.status, created.headers["Location"]) == (201, "/items/2")


@pytest.mark.parametrize("method", ["get", "FOO", "GÄT", "CONNECT", "", "G" * 60_000, "__class__"])
def test_unknown_method(method: str, send: Send, gateway: str) -> None:
    if gateway == "wsgiref":
        pytest.skip("wsgiref.validate warns of methods that it does not know")

    answer = send(Raw(method, "/items/1"))

    assert answer.summary() == NO_METHOD
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("garbage", 406),
        ("application/json;q=abc", 406),
        ("application/json;q=-1", 406),
        ("application/json;q=1e400", 406),
        (b"\xff", 406),
        ("a/b;" * 5000, 406),
        ("*/*" + ", a/b" * 20_000, 200),
        (", " * 20_000 + "*/*", 200),
    ],
)
def test_accept(accept: str | bytes, status: int, send: Send) -> None:
    assert send(Raw(target="/items", headers=(("Accept", accept),))).status == status


@pytest.mark.parametrize(
    "cookie",
    [b"=;=;;=", b"\xff\xfe=\x80", b"a" * 60_000, b"a=b;" * 20_000, b'a="\\377\\400"', b"=__Host-x=2"],
)
def test_cookie_garbage(cookie: bytes, send: Send) -> None:
    assert send(Raw(target="/items", headers=(("Cookie", cookie),))).status == 200
