"""The trie alone; ``test_matching.py`` holds it to Werkzeug."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.converters import CONVERTERS
from restlite.matching import compile_rule
from restlite.rules import Template
from restlite.segments import SegmentCompiler
from restlite.trie import NOWHERE, Entry, Match, Miss, Node, compile_walk, descend, finish, insert, with_slash


def walk(*rules: str, deferred: tuple[str, ...] = ()) -> Match[str]:
    """Build a trie of rules that answer GET by their own text; what is deferred answers by its path."""
    start: Node[str] = Node()
    root = descend(start, [""])
    for text in deferred:
        descend(root, [text]).deferred = True
    for text in rules:
        template = Template.parse(text)
        insert(start, Entry(template, {"GET": text}), compile_rule(template, SegmentCompiler(CONVERTERS)))
    start.sure, start.miss = True, NOWHERE
    finish(root, "strict")

    def elsewhere(path: str, method: str, host: str = "", /) -> tuple[str, dict[str, Any]] | Miss:
        return path, {"method": method}

    return compile_walk(start, elsewhere)


def test_a_walk_ends_at_an_answer() -> None:
    match = walk("/a", "/a/<x>", "/<int:n>/b", "/<int:n>/<x>/c")
    assert match("/a", "GET") == ("/a", {})
    assert match("/a/b", "GET") == ("/a/<x>", {"x": "b"})
    assert match("/7/b", "GET", "any host") == ("/<int:n>/b", {"n": 7})
    assert match("/7/b/c", "GET") == ("/<int:n>/<x>/c", {"n": 7, "x": "b"})


def test_a_walk_that_has_left_out_no_turn_misses_at_once() -> None:
    match = walk("/a/<x>/b", "/c")
    assert match("/a/1/c", "GET") is NOWHERE
    assert match("/a", "GET") is NOWHERE
    assert match("/c", "PUT") is match("/c", "POST")
    assert match("/c", "PUT") == Miss(frozenset({"GET"}), None)


def test_a_node_may_be_deferred() -> None:
    match = walk("/a", "/b/c", "/<x>", deferred=("b",))
    assert match("/b/c", "GET") == ("/b/c", {"method": "GET"})
    assert match("/b", "PUT") == ("/b", {"method": "PUT"})
    assert match("/bc", "GET") == ("/<x>", {"x": "bc"})


def test_a_search_takes_values_from_the_way_that_answers() -> None:
    match = walk("/<int:a>/x", "/<b>/<path:c>", "/v<int:d>/<e>/y")
    assert match("/7/x", "GET") == ("/<int:a>/x", {"a": 7})
    assert match("/7/x/z", "GET") == ("/<b>/<path:c>", {"b": "7", "c": "x/z"})
    assert match("/v7/x/y", "GET") == ("/v<int:d>/<e>/y", {"d": 7, "e": "x"})
    assert match("/v7/", "GET") == NOWHERE


@pytest.mark.parametrize(
    ("path", "expect"),
    [
        ("", "/"),
        ("/a", "/a/"),
        ("/ü b?#", "/%C3%BC%20b%3F%23/"),
        ("//evil.example", "/%2Fevil.example/"),
        ("/\\evil.example", "/%5Cevil.example/"),
        ("/\t/evil.example", "/%09/evil.example/"),
    ],
)
def test_a_redirect_is_a_path(path: str, expect: str) -> None:
    assert with_slash(path) == expect


def test_a_long_path_is_no_deep_search() -> None:
    match = walk("/<a>/<b>", "/<int:a>/<path:b>")
    assert match("/x" * 100_000, "GET") == NOWHERE
    assert match("/7" * 100_000, "GET")[0] == "/<int:a>/<path:b>"
