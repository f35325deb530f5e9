"""JSON Merge Patch: the RFC's table, and what shapes add."""

from __future__ import annotations

import json
from typing import Any

import pytest

from restlite.http.mergepatch import Member, Shape, merge, settled, visible

#: RFC 7396, appendix A: original, patch, result.
TABLE: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("document", "patch", "expect"), TABLE)
def test_table_of_rfc_7396(document: Any, patch: Any, expect: Any) -> None:
    before = json.dumps([document, patch])
    assert merge(document, patch) == expect
    assert json.dumps([document, patch]) == before


def shape(items: Shape | None = None, /, **members: Member) -> Shape:
    made = Shape()
    made.members, made.items = members, items
    return made


def test_null_is_kept_where_it_is_a_value() -> None:
    known = shape(a=Member(nullable=True), b=Member(), c=Member(shape=shape(d=Member(nullable=True))))
    patch = {"a": None, "b": None, "c": {"d": None, "e": None}}
    assert merge({"a": 1, "b": 2, "c": {"d": 3, "e": 4}}, patch, known) == {"a": None, "c": {"d": None}}


def test_other_spellings_mean_the_same_member() -> None:
    known = shape(a=Member())
    known.spellings = {"A": "a"}
    assert merge({"a": 1}, {"A": 2}, known) == {"a": 2}
    assert known.named({"A": 2, "b": 3}) == {"a", "b"}


def test_hidden_members_are_not_visible() -> None:
    inner = shape(key=Member(hidden=True), name=Member())
    known = shape(one=Member(shape=inner), many=Member(shape=shape(inner)))
    user = {"name": "A", "key": "s3cret"}
    document = {"one": user, "many": [user, 5], "else": 1}
    assert visible(document, known) == {"one": {"name": "A"}, "many": [{"name": "A"}, 5], "else": 1}


@pytest.mark.parametrize(
    ("after", "before", "expect"),
    [
        ({"id": 2, "n": 1}, {"id": 1, "n": 0}, {"id": 1, "n": 1}),
        ({"n": 1}, {"id": 1, "n": 0}, {"id": 1, "n": 1}),
        ({"id": 2, "n": 1}, {"n": 0}, {"n": 1}),
        ({"id": 2}, 5, {}),
        (5, {"id": 1}, 5),
    ],
)
def test_read_only_members_stay(after: Any, before: Any, expect: Any) -> None:
    assert settled(after, before, shape(id=Member(read_only=True), n=Member()), reveal=False) == expect


def test_hidden_members_come_back_unless_they_are_set() -> None:
    known = shape(key=Member(hidden=True), n=Member())
    before = {"key": "s3cret", "n": 1}
    assert settled({"n": 2}, before, known, reveal=True) == {"key": "s3cret", "n": 2}
    assert settled({"n": 2, "key": "new"}, before, known, reveal=True) == {"key": "new", "n": 2}
    assert settled({"n": 2}, before, known, reveal=False) == {"n": 2}


def test_items_are_known_again_by_their_read_only_members() -> None:
    item = shape(id=Member(read_only=True), n=Member(), key=Member(hidden=True))
    before = [{"id": 1, "n": 1, "key": "one"}, {"id": 2, "n": 2, "key": "two"}]
    after = [{"id": 3, "n": 0}, {"id": 2, "n": 5}, {"n": 9}, {"id": 1, "n": 1}, 7]
    assert settled(after, before, shape(item), reveal=True) == [
        {"n": 0},
        {"id": 2, "n": 5, "key": "two"},
        {"n": 9},
        {"id": 1, "n": 1, "key": "one"},
        7,
    ]


def test_items_without_read_only_members_are_known_again_where_they_are_the_same() -> None:
    item = shape(n=Member(), key=Member(hidden=True))
    before = [{"n": 1, "key": "one"}, {"n": 2, "key": "two"}]
    after = [{"n": 2}, {"n": 3}]
    assert settled(after, before, shape(item), reveal=True) == [{"n": 2, "key": "two"}, {"n": 3}]
    assert settled(after, 5, shape(item), reveal=True) == after
    assert settled(after, before, shape(), reveal=True) == after


def test_what_is_hidden_in_items_comes_back_with_a_merge_patch_too() -> None:
    item = shape(id=Member(read_only=True), n=Member(), key=Member(hidden=True))
    before = {"items": [{"id": 1, "n": 1, "key": "one"}]}
    whole = shape(items=Member(shape=shape(item)))
    after = {"items": [{"id": 1, "n": 5}]}
    assert settled(after, before, whole, reveal=False) == {"items": [{"id": 1, "n": 5, "key": "one"}]}
