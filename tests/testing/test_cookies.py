"""The jar: which cookies are kept, and which go with which request."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import Headers

from restlite.testing import CookieJar
from restlite.testing.requests import Sent, prepare


def to(url: str) -> Sent:
    return prepare("GET", url, urlsplit("http://api.example.com"), Headers(), {})


def jar(*lines: str, url: str = "http://api.example.com/a/b") -> CookieJar:
    cookies = CookieJar("api.example.com")
    cookies.take(to(url), Headers([("Set-Cookie", line) for line in lines]))
    return cookies


@pytest.mark.parametrize(
    ("line", "url", "expect"),
    [
        ("a=1", "http://api.example.com/a/c", "a=1"),
        ("a=1", "http://api.example.com/a", "a=1"),
        ("a=1", "http://api.example.com/ab", ""),
        ("a=1; Path=/", "http://api.example.com/", "a=1"),
        ("a=1; Path=relative", "http://api.example.com/a/x", "a=1"),
        ("a=1; Path=/x", "http://api.example.com/x/y", "a=1"),
        ("a=1; Path=/x/", "http://api.example.com/x", ""),
        ("a=1; Path=/", "http://other.example.com/", ""),
        ("a=1; Path=/; Domain=example.com", "http://other.example.com/", "a=1"),
        ("a=1; Path=/; Domain=.Example.com", "http://example.com/", "a=1"),
        ("a=1; Path=/; Domain=example.com", "http://badexample.com/", ""),
        ("a=1; Path=/; Domain=evil.com", "http://evil.com/", ""),
        ("a=1; Path=/; Secure", "http://api.example.com/", ""),
        ("a=1; Path=/; Secure", "https://api.example.com/", "a=1"),
        ("a=1; Path=/; Max-Age=60", "http://api.example.com/", "a=1"),
        ("a=1; Path=/; Max-Age=0", "http://api.example.com/", ""),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://api.example.com/", ""),
        ("a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "http://api.example.com/", "a=1"),
    ],
)
def test_cookie_goes_where_it_belongs(line: str, url: str, expect: str) -> None:
    assert jar(line).header(to(url)) == expect


def test_secure_cookie_goes_to_loopback_without_tls() -> None:
    request = prepare("GET", "/", urlsplit("http://localhost"), Headers(), {})
    cookies = CookieJar("localhost")
    cookies.take(request, Headers([("Set-Cookie", "a=1; Secure")]))
    assert cookies.header(request) == "a=1"


def test_later_cookie_replaces_and_an_expired_one_removes() -> None:
    cookies = jar("a=1; Path=/", "a=2; Path=/")
    assert cookies["a"] == "2"
    cookies.take(to("/"), Headers([("Set-Cookie", "a=; Path=/; Max-Age=0")]))
    assert "a" not in cookies


def test_longer_paths_come_first() -> None:
    cookies = jar("a=short; Path=/", "a=long; Path=/a")
    assert cookies.header(to("/a/b")) == "a=long; a=short"


def test_values_are_decoded_for_the_test_and_sent_as_they_came() -> None:
    cookies = jar('a="x\\054y"; Path=/')
    assert cookies["a"] == "x,y"
    assert cookies.header(to("/")) == 'a="x\\054y"'


def test_jar_is_a_mapping_for_the_test() -> None:
    cookies = CookieJar("api.example.com")
    cookies["a"] = "x,y"
    cookies["b"] = "2"
    assert cookies["a"] == "x,y"
    assert cookies.names == ["a", "b"]
    assert cookies.header(to("/")) == 'a="x\\054y"; b=2'
    del cookies["a"]
    assert cookies.names == ["b"]
    cookies.clear()
    with pytest.raises(KeyError) as caught:
        cookies["b"]
    assert caught.value.args == ("No cookie 'b'; there are: []",)
