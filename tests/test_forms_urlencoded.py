"""Reading urlencoded forms."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from form_readers import NOT_UTF8, urlencoded
from hypothesis import given, settings
from hypothesis import strategies as st

from restlite.forms import FormData, FormLimits, TooLarge
from restlite.violations import Malformed


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=b+c%20d%2B", [("a", "b c d+")]),
        (b"a&b=&=c&&", [("a", ""), ("b", ""), ("", "c")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a=1=2", [("a", "1=2")]),
        (b"%C3%A9=\xc3\xa9%00", [("é", "é\0")]),
        (b"_charset_=UTF-8&a=1", [("a", "1")]),
    ],
)
def test_urlencoded(body: bytes, fields: list[tuple[str, str]]) -> None:
    assert urlencoded(body) == FormData(fields, [])


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"a=%", "The form holds a broken percent escape."),
        (b"a=%4", "The form holds a broken percent escape."),
        (b"%zz=1", "The form holds a broken percent escape."),
        (b"a=%FF", NOT_UTF8),
        (b"a=\xed\xa0\x80", NOT_UTF8),
        (b"\xff\xfe=1", NOT_UTF8),
        (b"_charset_=iso-8859-1&a=%E9", "A form must be UTF-8."),
    ],
)
def test_urlencoded_malformed(body: bytes, detail: str) -> None:
    with pytest.raises(Malformed) as caught:
        urlencoded(body)
    assert caught.value.detail == detail


def test_urlencoded_limits() -> None:
    limits = FormLimits(memory=20, parts=3)
    assert urlencoded(b"a=1&b=2&c=3", limits).fields == [("a", "1"), ("b", "2"), ("c", "3")]
    with pytest.raises(TooLarge) as caught:
        urlencoded(b"a=1&b=2&c=3&d=4", limits)
    assert caught.value.detail == "A form may have at most 3 parts."
    with pytest.raises(TooLarge) as caught:
        urlencoded(b"a=" + b"x" * 19, limits)
    assert caught.value.detail == "The fields of a form may have at most 20 bytes of text."


@given(st.lists(st.tuples(st.text(min_size=1).filter(lambda name: name != "_charset_"), st.text())))
@settings(max_examples=100)
def test_urlencoded_round_trip(fields: list[tuple[str, str]]) -> None:
    assert urlencoded(urlencode(fields).encode()).fields == fields
