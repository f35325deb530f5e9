from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite import SetupError
from restlite.http.cursors import BadCursor, Cursor, Signer, scope_of

OLD, NEW = b"o" * 32, "n" * 32
SIGNER = Signer((NEW, OLD), b"books")


class Size(Enum):
    small = 1


PLACES = st.lists(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.decimals(allow_nan=False)
    | st.uuids()
)


@given(PLACES, st.booleans())
def test_what_is_written_is_read_again(place: list[Any], backward: bool) -> None:
    found = SIGNER.read(SIGNER.write(Cursor(place, backward)))
    assert found == Cursor(place, backward)
    assert list(map(type, found.place)) == list(map(type, place))


@pytest.mark.parametrize(
    ("value", "expect"),
    [
        (datetime(2024, 5, 1, 12, 30, tzinfo=UTC), datetime(2024, 5, 1, 12, 30, tzinfo=UTC)),
        (date(2024, 5, 1), date(2024, 5, 1)),
        (time(12, 30), time(12, 30)),
        (Decimal("1.50"), Decimal("1.50")),
        (UUID(int=7), UUID(int=7)),
        (Size.small, 1),
        (float("inf"), float("inf")),
    ],
)
def test_types_that_json_does_not_have_are_kept(value: Any, expect: Any) -> None:
    (found,) = SIGNER.read(SIGNER.write(Cursor([value]))).place
    assert (found, type(found)) == (expect, type(expect))


def test_a_value_that_cannot_be_written_is_a_setup_error() -> None:
    with pytest.raises(SetupError) as caught:
        SIGNER.write(Cursor([b"bytes"]))
    assert str(caught.value) == (
        "a list is ordered by a value of type bytes, which no cursor can hold.\n"
        "    Write: key= of strings, numbers, dates, times or UUIDs"
    )


def test_all_secrets_verify_and_the_first_signs() -> None:
    old, new = Signer((OLD,), b"books"), Signer((NEW,), b"books")
    assert SIGNER.read(old.write(Cursor([1]))) == Cursor([1])
    assert SIGNER.write(Cursor([1])) == new.write(Cursor([1]))
    with pytest.raises(BadCursor):
        new.read(old.write(Cursor([1])))


def forged(payload: bytes) -> str:
    return base64.urlsafe_b64encode(bytes(32) + payload).decode().rstrip("=")


GOOD = SIGNER.write(Cursor([1, "a"]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "١",
        "a" * 100_000,
        "A" * 43,
        forged(b"[false,1]"),
        forged(b""),
        GOOD[:-1],
        GOOD[1:],
        GOOD + "A",
        GOOD + "=",
        GOOD + "====",
        f" {GOOD}",
        GOOD[:20] + "\n" + GOOD[20:],
        GOOD[:20] + "!" + GOOD[20:],
        GOOD.swapcase(),
        Signer((NEW,), b"authors").write(Cursor([1, "a"])),
        Signer(("m" * 32,), b"books").write(Cursor([1, "a"])),
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        SIGNER.read(text)


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("ABCabc019-_+/="))
def test_a_cursor_with_one_other_character_is_refused(place: int, character: str) -> None:
    text = GOOD[:place] + character + GOOD[place + 1 :]
    if text != GOOD:
        with pytest.raises(BadCursor):
            SIGNER.read(text)


def environ(path: str, query: str) -> dict[str, Any]:
    return {"SCRIPT_NAME": "/api", "PATH_INFO": path, "QUERY_STRING": query}


def test_a_list_is_its_path_its_order_and_its_filters() -> None:
    apart = ("cursor", "limit", "utm_*")
    one = scope_of(environ("/books", "a=1&b=2&b=3"), ["id"], apart)
    assert scope_of(environ("/books", "b=2&utm_source=x&%61=1&&b=3&limit=7&cursor=z"), ["id"], apart) == one
    others = [
        scope_of(environ("/book", "a=1&b=2&b=3"), ["id"], apart),
        scope_of(environ("/books", "a=1&b=3&b=2"), ["id"], apart),
        scope_of(environ("/books", "a=1&b=2"), ["id"], apart),
        scope_of(environ("/books", "a=1&b=2&b=3"), ["-id"], apart),
        scope_of({"PATH_INFO": "/books"}, ["id"], apart),
    ]
    assert one not in others
    assert len(set(others)) == len(others)
