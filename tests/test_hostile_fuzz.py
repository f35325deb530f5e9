"""Requests that nobody thought of: never a 500, never a log line, and one answer on both gateways."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from items import items_app
from raw import Raw, RawAnswer, sender

GOOD = b'{"name": "a", "price": 1.5, "tags": ["x"]}'
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nhello\r\n'
    b'--b\r\nContent-Disposition: form-data; name="picture"; filename="x.png"\r\n'
    b"Content-Type: image/png\r\n\r\nabc\r\n--b--\r\n"
)
JSON = (("Content-Type", "application/json"),)

app = items_app()
GATEWAYS = [sender(app, "wsgi"), sender(app, "asgi")]


@pytest.fixture(autouse=True, scope="module")
def silence() -> Iterator[None]:
    """No request of this module writes a log line."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger("restlite").addHandler(handler)
    yield
    logging.getLogger("restlite").removeHandler(handler)
    assert lines.getvalue() == ""


def names(answer: RawAnswer) -> list[str]:
    return sorted(name.lower() for name, _ in answer.headers)


def hold(raw: Raw) -> None:
    """Send a request to both gateways: no server error, and one answer but for ids."""
    first, second = (send(raw) for send in GATEWAYS)
    assert first.status < 500
    if raw.method == "HEAD":
        assert (first.status, first.body) == (second.status, second.body)
    else:
        assert first.summary() == second.summary()
    assert names(first) == names(second)
    assert GATEWAYS[0](Raw(target="/items?limit=100")).status == 200


def mutated(seed: bytes) -> st.SearchStrategy[bytes]:
    """Give the seed with a few pieces of it replaced by others."""
    piece = st.binary(max_size=4) | st.sampled_from(
        [b'"', b"\\u", b"{", b"]", b"\r\n", b"--b", b"\0", b"1e999"]
    )
    place = st.tuples(st.integers(0, len(seed)), st.integers(0, 5), piece)

    def mutate(places: list[tuple[int, int, bytes]]) -> bytes:
        data = seed
        for start, size, put in places:
            data = data[:start] + put + data[start + size :]
        return data

    return st.lists(place, max_size=4).map(mutate)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
values = st.recursive(leaves, lambda below: st.lists(below) | st.dictionaries(st.text(max_size=9), below))
members = st.sampled_from(["name", "price", "tags", "is_admin"])
documents = st.dictionaries(members, values).map(
    lambda data: json.dumps(data).encode("utf-8", "surrogatepass")
)
texts = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60) | mutated(GOOD) | documents | values.map(lambda data: json.dumps(data).encode())
)
def test_any_body(body: bytes) -> None:
    hold(Raw("POST", "/items/search?limit=1", JSON, body))
    hold(Raw("POST", "/legacy", JSON, body))


@settings(max_examples=150, deadline=None)
@given(mutated(FORM), st.sampled_from(["b", "b ", '"b"', "c", ""]))
def test_any_form(body: bytes, boundary: str) -> None:
    hold(Raw("POST", "/pictures", (("Content-Type", f"multipart/form-data; boundary={boundary}"),), body))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PATCH", "OPTIONS", "BREW"]),
    st.text("/items1%0aAfF2.;-_~", max_size=14),
    st.text("limtnae=&;%+0123456789aFf\xff[]", max_size=24),
)
def test_any_target(method: str, path: str, query: str) -> None:
    hold(Raw(method, f"/items{path}?{query}"))


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["Accept", "Content-Type", "Cookie", "X-Count", "Host", "Content-Encoding"]), texts
    )
)
def test_any_header(fields: dict[str, Any]) -> None:
    headers = tuple((name, value.encode("latin-1")) for name, value in fields.items())
    hold(Raw("POST", "/items/search?limit=1", headers, GOOD))
