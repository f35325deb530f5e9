"""``Vary`` names each field once, whatever stands there already."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite.vary import vary


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        ([], ["Origin"], [("Vary", "Origin")]),
        ([("Vary", "Accept")], ["Origin"], [("Vary", "Accept, Origin")]),
        ([("vary", "accept, ORIGIN")], ["Origin"], [("vary", "accept, ORIGIN")]),
        ([("Vary", "*")], ["Origin"], [("Vary", "*")]),
        ([("Vary", "Accept"), ("X-A", "1"), ("VARY", "*")], ["Origin"], None),
        ([("Vary", "A"), ("X-A", "1"), ("VARY", "B")], ["Origin"], [("X-A", "1"), ("Vary", "A, B, Origin")]),
        ([("Vary", " , Accept,,")], ["Origin", "Origin"], [("Vary", "Accept, Origin")]),
        ([("X-A", "1")], [], [("X-A", "1")]),
    ],
)  # fmt: skip
def test_names_are_added(
    before: list[tuple[str, str]], names: list[str], after: list[tuple[str, str]] | None
) -> None:
    headers = before.copy()
    vary(headers, *names)
    assert headers == (before if after is None else after)


NAMES = st.lists(st.sampled_from(["Accept", "accept", "Origin", "Cookie", "X-Key"]))


@given(NAMES, NAMES)
def test_twice_is_once(before: list[str], names: list[str]) -> None:
    headers = [("Vary", name) for name in before]
    vary(headers, *names)
    once = headers.copy()
    vary(headers, *names)
    assert headers == once
    said = {part.strip().lower() for _, value in headers for part in value.split(",")} - {""}
    assert said == {name.lower() for name in (*before, *names)}


def test_the_list_is_changed_in_place() -> None:
    headers = [("Vary", "Accept")]
    same = headers
    vary(headers, "Origin")
    assert same is headers
    assert same == [("Vary", "Accept, Origin")]
