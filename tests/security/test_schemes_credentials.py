"""What schemes find in a request: credentials, nothing, or what is none of theirs."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from callers import accept, sent_to
from hypothesis import given
from hypothesis import strategies as st

from restlite.security import (
    APIKey,
    Basic,
    BasicCredentials,
    Bearer,
    equal_secrets,
    known,
)


def basic(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return f"Basic {base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        ("Bearer abc.DEF-123_~+/==", "abc.DEF-123_~+/=="),
        ("bearer abc", "abc"),
        ("BEARER   abc", "abc"),
        (" Bearer abc\t", "abc"),
        (f"Bearer {'a' * 7000}", "a" * 7000),
        ("Basic abc", None),
        ("Digest username=x, realm=y", None),
        ("Bearer", "malformed"),
        ("Bearer ", "malformed"),
        ("", "malformed"),
        ("Bearer a b", "malformed"),
        ("Bearer a,Bearer b", "malformed"),
        ("Bearer a, Basic b", "malformed"),
        ("Basic a,Bearer b", "malformed"),
        ("Basic a, bearer b", "malformed"),
        ("Bearer\tabc", "malformed"),
        ("Bearer =abc", "malformed"),
        ("Bearer a=b", "malformed"),
        ("Bearer \xff\xfe", "malformed"),
        ("Bearer abc\n", "malformed"),
        ("Bearer \u212a".encode().decode("latin-1"), "malformed"),
        ("B\xe9arer abc", "malformed"),
        ("Bearer: abc", "malformed"),
        ('Bearer token="abc"', "malformed"),
    ],
)
def test_a_bearer_token_is_one_word_after_the_scheme(field: str, expect: str | None) -> None:
    assert sent_to(Bearer(accept), {"HTTP_AUTHORIZATION": field}) == expect


def test_without_the_field_nothing_was_sent() -> None:
    assert sent_to(Bearer(accept), {"QUERY_STRING": "access_token=abc"}) is None
    assert sent_to(Basic(accept), {}) is None


@given(st.text(st.characters(max_codepoint=255)))
def test_any_field_is_a_token_nothing_or_malformed(field: str) -> None:
    found = sent_to(Bearer(accept), {"HTTP_AUTHORIZATION": field})
    assert found is None or found == "malformed" or f" {found}" in field


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        (basic("Aladdin:open sesame"), ("Aladdin", "open sesame")),  # RFC 7617, 2
        (basic("test:123\u00a3"), ("test", "123\u00a3")),  # RFC 7617, 2.1
        (basic("a:b:c"), ("a", "b:c")),
        (basic(":"), ("", "")),
        ("Bearer abc", None),
        (basic("no colon"), "malformed"),
        (basic(b"\xff:\xfe"), "malformed"),
        (basic("a\x00:b"), "malformed"),
        (basic("a:b\n"), "malformed"),
        (basic("a:\x7f"), "malformed"),
        ("Basic YTpiYw", "malformed"),  # no padding
        ("Basic YTpiYx==", "malformed"),  # bits after the end
        ("Basic YTp_Yg==", "malformed"),  # another alphabet
        ("Basic YTpi, Basic YTpi", "malformed"),
        ("Basic", "malformed"),
    ],
)
def test_basic_credentials_are_utf_8_in_strict_base64(field: str, expect: Any) -> None:
    assert sent_to(Basic(accept), {"HTTP_AUTHORIZATION": field}) == expect


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=":")),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)
def test_basic_reads_what_a_client_writes(username: str, password: str) -> None:
    field = basic(f"{username}:{password}")
    assert sent_to(Basic(accept), {"HTTP_AUTHORIZATION": field}) == (username, password)


def test_a_password_is_not_shown() -> None:
    assert repr(BasicCredentials("ann", "secret")) == "BasicCredentials(username='ann', password='…')"


@pytest.mark.parametrize(
    ("options", "environ", "expect"),
    [
        ({"header": "X-API-Key"}, {"HTTP_X_API_KEY": " k1 "}, "k1"),
        ({"header": "X-API-Key"}, {"HTTP_X_API_KEY": "two words"}, "two words"),
        ({"header": "X-API-Key"}, {"HTTP_X_API_KEY": ""}, "malformed"),
        ({"header": "X-API-Key"}, {"HTTP_X_API_KEY": "k\xe9"}, "malformed"),
        ({"header": "X-API-Key"}, {"QUERY_STRING": "X-API-Key=k1"}, None),
        ({"query": "key"}, {"QUERY_STRING": "a=b&key=k%2b1"}, "k+1"),
        ({"query": "key"}, {"QUERY_STRING": "a=b"}, None),
        ({"query": "key"}, {}, None),
        ({"query": "key"}, {"QUERY_STRING": "key="}, "malformed"),
        ({"query": "key"}, {"QUERY_STRING": "key=a&key=a"}, "malformed"),
        ({"query": "key"}, {"QUERY_STRING": "key=%ff"}, "malformed"),
        ({"query": "key"}, {"QUERY_STRING": "key=%00"}, "malformed"),
        ({"query": "key"}, {"HTTP_KEY": "k1"}, None),
        ({"cookie": "session"}, {"HTTP_COOKIE": "a=b; session=s1"}, "s1"),
        ({"cookie": "session"}, {"HTTP_COOKIE": "a=b"}, None),
        ({"cookie": "session"}, {}, None),
        ({"cookie": "session"}, {"HTTP_COOKIE": "session=s1; session=s2"}, "malformed"),
        ({"cookie": "session"}, {"HTTP_COOKIE": "session="}, "malformed"),
    ],
)
def test_a_key_comes_from_its_place_alone_and_once(
    options: dict[str, Any], environ: dict[str, str], expect: str | None
) -> None:
    assert sent_to(APIKey(accept, **options), environ) == expect


def test_known_compares_with_all_secrets() -> None:
    find = known({"first": "ann", "zweiter Schlüssel": "bob"})
    assert [find(text) for text in ("first", "zweiter Schlüssel", "firs", "first ", "")] == [
        "ann",
        "bob",
        None,
        None,
        None,
    ]
    assert known({b"\xff\xfe": 1})("\ud800") is None


@pytest.mark.parametrize(
    ("one", "two", "expect"),
    [
        ("secret", "secret", True),
        ("secret", b"secret", True),
        ("é", "é".encode(), True),
        ("é", "é".encode("latin-1"), False),
        ("\ud800", "\ud800", True),
        ("secret", "Secret", False),
        ("", "secret", False),
    ],
)
def test_secrets_are_compared_as_bytes(one: str | bytes, two: str | bytes, expect: bool) -> None:
    assert equal_secrets(one, two) is expect
