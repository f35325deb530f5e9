"""JSON Patch: the public suite, the RFC's examples, and what hostile patches cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite.errors import ContentTooLarge
from restlite.http import jsonpatch
from restlite.http.jsonpatch import MAX_DEPTH, PatchConflict, apply, equal, size_of, too_deep
from restlite.violations import Malformed, Refusal

SUITE = Path(__file__).parent / "json_patch_suite"
CASES: list[dict[str, Any]] = [
    case
    for name in ("tests.json", "spec_tests.json")
    for case in json.loads((SUITE / name).read_text(encoding="utf-8"))
    # A member that stands twice cannot be said in this format: see below.
    if not case.get("error", "").endswith("has two 'op' members")
]

#: RFC 6902, appendix A: title, document, patch, result or None where it cannot be applied.
APPENDIX: list[tuple[str, Any, Any, Any]] = [
    ("A.1", {"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    (
        "A.2",
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    ("A.3", {"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ("A.4", {"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    (
        "A.5",
        {"baz": "qux", "foo": "bar"},
        [{"op": "replace", "path": "/baz", "value": "boo"}],
        {"baz": "boo", "foo": "bar"},
    ),
    (
        "A.6",
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        "A.7",
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        "A.8",
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [
            {"op": "test", "path": "/baz", "value": "qux"},
            {"op": "test", "path": "/foo/1", "value": 2},
        ],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    ("A.9", {"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], None),
    (
        "A.10",
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    (
        "A.11",
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
        {"foo": "bar", "baz": "qux"},
    ),
    ("A.12", {"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": "qux"}], None),
    ("A.14", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ("A.15", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], None),
    (
        "A.16",
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
        {"foo": ["bar", ["abc", "def"]]},
    ),
]


def patched(document: Any, patch: Any) -> Any:
    """Apply a patch as it is sent; the document must be left as it was."""
    before = json.dumps(document)
    try:
        return apply(document, jsonpatch.loader()(json.dumps(patch).encode()))
    finally:
        assert json.dumps(document) == before


def refused(patch: Any) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(Refusal) as caught:
        jsonpatch.loader()(json.dumps(patch).encode())
    return [(steps, code) for steps, code, _ in caught.value.items]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("comment"))
def test_public_suite(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises((PatchConflict, Refusal)):
            patched(case["doc"], case["patch"])
    else:
        result = patched(case["doc"], case["patch"])
        assert equal(result, case.get("expected", result))


def test_public_suite_is_whole() -> None:
    assert len(CASES) == 93


@pytest.mark.parametrize(
    ("document", "patch", "expect"), [case[1:] for case in APPENDIX], ids=[case[0] for case in APPENDIX]
)
def test_appendix_of_rfc_6902(document: Any, patch: Any, expect: Any) -> None:
    if expect is None:
        with pytest.raises(PatchConflict):
            patched(document, patch)
    else:
        assert patched(document, patch) == expect


def test_a_member_that_stands_twice_is_malformed_as_in_a_13() -> None:
    with pytest.raises(Malformed, match='the key "op" stands twice'):
        jsonpatch.loader()(b'[{"op": "add", "path": "/baz", "value": "qux", "op": "remove"}]')


@pytest.mark.parametrize(
    ("patch", "expect"),
    [
        ({}, [((), "array")]),
        ([1], [((0,), "object")]),
        ([{}], [((0, "op"), "missing")]),
        ([{"op": "frob", "path": ""}], [((0, "op"), "choice")]),
        ([{"op": "add"}], [((0, "path"), "missing"), ((0, "value"), "missing")]),
        ([{"op": "move", "path": ""}], [((0, "from"), "missing")]),
        ([{"op": "remove", "path": "a"}], [((0, "path"), "pattern")]),
        ([{"op": "remove", "path": "/~2"}], [((0, "path"), "pattern")]),
        ([{"op": "remove", "path": 1}, {"op": "test"}], [((0, "path"), "string"), ((1, "path"), "missing")]),
        ([{"op": "move", "from": "/a", "path": "/a/b"}], [((0, "path"), "invalid")]),
        ([{"op": "move", "from": "", "path": "/a"}], [((0, "path"), "invalid")]),
    ],
)
def test_what_is_wrong_with_a_patch_is_listed(patch: Any, expect: list[Any]) -> None:
    assert refused(patch)[: len(expect)] == expect


def test_infinite_numbers_are_refused() -> None:
    with pytest.raises(Refusal):
        jsonpatch.loader()(b'[{"op": "add", "path": "", "value": [1e400]}]')


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        ({"op": "remove", "path": "/z"}, "there is nothing at the path."),
        ({"op": "remove", "path": "/list/2"}, "there is nothing at the path."),
        ({"op": "remove", "path": "/list/-"}, "there is nothing at the path."),
        ({"op": "remove", "path": "/list/01"}, "there is nothing at the path."),
        ({"op": "replace", "path": "/text/0", "value": 1}, "there is nothing at the path."),
        ({"op": "remove", "path": "/text/0"}, "there is nothing at the path."),
        ({"op": "remove", "path": "/text/0/0"}, "there is nothing at the path."),
        ({"op": "copy", "from": "/z", "path": "/y"}, "there is nothing at the path."),
        ({"op": "add", "path": "/list/3", "value": 1}, "the path names no place in the array."),
        ({"op": "add", "path": "/list/x", "value": 1}, "the path names no place in the array."),
        ({"op": "add", "path": "/text/x", "value": 1}, "the path leads into a value that holds nothing."),
        ({"op": "remove", "path": ""}, "the whole document cannot be removed."),
        ({"op": "test", "path": "/text", "value": 1}, "the value is another."),
    ],
)
def test_conflicts_say_why_and_where(operation: dict[str, Any], why: str) -> None:
    document = {"list": [1, 2], "text": "a"}
    with pytest.raises(PatchConflict) as caught:
        patched(
            document,
            [{"op": "remove", "path": "/list/0"}, {"op": "add", "path": "/list/0", "value": 1}, operation],
        )
    problem = caught.value
    assert problem.detail == f"Operation 2 ({operation['op']}) cannot be applied: {why}"
    assert problem.operation == "/2"
    assert problem.status == 409


def test_the_whole_document() -> None:
    assert patched({"a": 1}, [{"op": "replace", "path": "", "value": [1]}]) == [1]
    assert patched({"a": 1}, [{"op": "add", "path": "", "value": None}]) is None
    assert patched({"a": [1]}, [{"op": "move", "from": "/a", "path": ""}]) == [1]
    assert patched({"a": 1}, [{"op": "move", "from": "", "path": ""}]) == {"a": 1}
    assert patched({"a": 1}, [{"op": "copy", "from": "", "path": "/b"}]) == {"a": 1, "b": {"a": 1}}


def test_what_was_copied_is_another_value() -> None:
    patch = [
        {"op": "add", "path": "/a/-", "value": {"n": [1]}},
        {"op": "copy", "from": "/a", "path": "/b"},
        {"op": "add", "path": "/a/0/n/-", "value": 2},
        {"op": "add", "path": "/b/0/n/-", "value": 3},
    ]
    assert patched({"a": []}, patch) == {"a": [{"n": [1, 2]}], "b": [{"n": [1, 3]}]}


def test_a_patch_can_be_applied_twice() -> None:
    operations = jsonpatch.loader()(
        b'[{"op": "add", "path": "/a", "value": {}}, {"op": "add", "path": "/a/b", "value": 1}]'
    )
    assert apply({}, operations) == apply({}, operations) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("one", "other", "expect"),
    [
        (1, 1.0, True),
        (0, -0.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (None, False, False),
        ("1", 1, False),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": 1}, [1], False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ([1], {"0": 1}, False),
        ([[True]], [[1]], False),
        (9007199254740993, 9007199254740992.0, False),
    ],
)
def test_equality_is_that_of_json(one: Any, other: Any, expect: bool) -> None:
    assert equal(one, other) is equal(other, one) is expect


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_equality_is_that_of_canonical_json(one: Any, other: Any) -> None:
    def canonical(value: Any) -> Any:
        if isinstance(value, dict):
            return ("object", *sorted((key, canonical(item)) for key, item in value.items()))
        if isinstance(value, list):
            return ("array", *map(canonical, value))
        kind = "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value)
        return (str(kind), value)

    assert equal(one, one)
    assert equal(one, other) is (
        repr(canonical(one)) == repr(canonical(other)) or canonical(one) == canonical(other)
    )


# -- Hostile patches ---------------------------------------------------------------------------------


def test_copies_cannot_grow_without_end() -> None:
    bomb = [{"op": "copy", "from": "/a", "path": "/a/-"}] * 100
    with pytest.raises(ContentTooLarge, match="The copies that the patch makes add up to too much"):
        patched({"a": ["lol"]}, bomb)


@pytest.mark.parametrize(
    "value", ["x" * 1_000, 10**1_000, {"k" * 1_000: 1}, [0] * 1_000, {"a": {"b": ["c" * 1_000]}}]
)
def test_texts_numbers_keys_and_items_count_as_copied(value: Any) -> None:
    copies = [{"op": "copy", "source": "/a", "path": "/b"}]
    assert apply({"a": value}, copies, copied=4_000)["b"] == value
    with pytest.raises(ContentTooLarge):
        apply({"a": value}, copies, copied=900)


def test_a_long_array_is_refused_before_it_is_copied() -> None:
    assert size_of([0] * 10) == 10
    with pytest.raises(ContentTooLarge):
        apply({"a": [0] * 1_000_000}, [{"op": "copy", "source": "/a", "path": "/b"}], copied=10)


@pytest.mark.parametrize("op", ["add", "replace", "test", "remove"])
def test_a_pointer_with_100_000_steps_is_a_conflict(op: str) -> None:
    with pytest.raises(PatchConflict, match="there is nothing at the path"):
        patched({"a": {}}, [{"op": op, "path": "/a" * 100_000, "value": 1}])


def test_a_document_cannot_grow_too_deep() -> None:
    deep = [{"op": "add", "path": "/0" * depth, "value": []} for depth in range(1, MAX_DEPTH + 2)]
    assert not too_deep(apply([], deep[: MAX_DEPTH - 1]))
    with pytest.raises(Refusal) as caught:
        apply([], deep)
    assert caught.value.items == [((), "too_deep", "This is nested too deeply.")]


def test_deep_documents_are_compared_and_copied_without_recursion() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    operations: Any = [
        {"op": "copy", "source": "/a", "path": "/b"},
        {"op": "test", "path": "/a", "value": deep},
        {"op": "test", "path": "/b", "value": deep},
        {"op": "remove", "path": "/a"},
        {"op": "remove", "path": "/b"},
    ]
    assert apply({"a": deep}, operations) == {}


@pytest.mark.parametrize(
    ("document", "operations", "length"),
    [
        ([], [{"op": "add", "path": "/-", "value": 0}] * 100_000, 100_000),
        ([], [{"op": "add", "path": "/0", "value": 0}] * 100_000, 100_000),
        ({}, [{"op": "add", "path": f"/{index}", "value": 0} for index in range(100_000)], 100_000),
        (list(range(100_000)), [{"op": "remove", "path": "/99999"}], 99_999),
        ([[0] * 100_000], [{"op": "replace", "path": "/0/7", "value": 1}] * 100_000, 1),
        ([0], [{"op": "test", "path": "/0", "value": 0}] * 100_000, 1),
    ],
    ids=["append", "prepend", "members", "remove", "replace", "test"],
)
@pytest.mark.timeout(30)
def test_100_000_operations(document: Any, operations: Any, length: int) -> None:
    assert len(apply(document, operations)) == length


def test_the_last_of_100_000_operations_fails_and_nothing_has_happened() -> None:
    document: dict[str, Any] = {"list": []}
    operations: Any = [{"op": "add", "path": "/list/-", "value": 0}] * 100_000
    with pytest.raises(PatchConflict, match="Operation 100000 "):
        apply(document, [*operations, {"op": "remove", "path": "/z"}])
    assert document == {"list": []}
