"""The matcher, case by case; ``test_matching_properties.py`` holds it to Werkzeug's ``Map``."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from werkzeug.routing import BaseConverter, ValidationError

from restlite.aliases import Slashes
from restlite.converters import CONVERTERS
from restlite.matching import Entry, Matcher, Miss
from restlite.rules import Template

NOWHERE = Miss(frozenset(), None)


class Anything(BaseConverter):
    """Take slashes, and nothing at all."""

    regex = ".*?"
    part_isolating = False
    weight = 300


def matcher(*rules: str, slashes: Slashes = "strict", **converters: type[BaseConverter]) -> Matcher[str]:
    """Build a matcher of rules such as ``GET /a``; each answers with its own text."""
    entries: list[Entry[str]] = []
    for rule in rules:
        methods, text, host, path = re.fullmatch(r"(?:([A-Z,]+) )?(([^/]*)(/.*))", rule).groups()
        names = (methods or "GET").split(",")
        answers = dict.fromkeys(names + ["HEAD"] * ("GET" in names), text)
        entries.append(Entry(Template.parse(path), answers, Template.parse_host(host) if host else None))
    return Matcher(entries, {**CONVERTERS, **converters}, slashes)


def allow(*methods: str) -> Miss:
    return Miss(frozenset(methods), None)


# Werkzeug's documentation, case by case


@pytest.mark.parametrize(
    ("path", "expect"),
    [
        ("/", ("/", {})),
        ("/downloads/", ("/downloads/", {})),
        ("/downloads/42", ("/downloads/<int:id>", {"id": 42})),
        ("/downloads", NOWHERE),
        ("/downloads/42/", NOWHERE),
        ("/downloads/x", NOWHERE),
        ("/missing", NOWHERE),
        ("", NOWHERE),
        ("*", NOWHERE),
        ("downloads/42", NOWHERE),
        ("//downloads/42", NOWHERE),
        ("/downloads//42", NOWHERE),
    ],
)
def test_the_first_example(path: str, expect: object) -> None:
    assert matcher("/", "/downloads/", "/downloads/<int:id>").match(path, "GET") == expect


def test_a_string_is_one_segment_of_any_characters() -> None:
    pages = matcher(
        "/pages/<page>", "/<string(length=2):language>", "/s/<string(minlength=2, maxlength=3):x>"
    )
    assert pages.match("/pages/über uns\n", "GET") == ("/pages/<page>", {"page": "über uns\n"})
    assert pages.match("/pages/", "GET") == NOWHERE
    assert pages.match("/pages/a/b", "GET") == NOWHERE
    assert pages.match("/de", "GET") == ("/<string(length=2):language>", {"language": "de"})
    assert pages.match("/deu", "GET") == NOWHERE
    assert [pages.match(f"/s/{text}", "GET") != NOWHERE for text in ("a", "ab", "abcd")] == [
        False,
        True,
        False,
    ]


def test_any_takes_words_and_quoted_strings() -> None:
    pages = matcher('/<any(about, help, imprint, class, "foo,bar"):page>')
    for word in ("about", "class", "foo,bar"):
        assert pages.match(f"/{word}", "GET") == (pages.match("/help", "GET")[0], {"page": word})
    assert pages.match("/foo", "GET") == NOWHERE
    assert matcher("/<any(1, 2):x>").match("/1", "GET") == ("/<any(1, 2):x>", {"x": "1"})


def test_path_takes_slashes() -> None:
    wiki = matcher("/wiki/<path:page>", "/wiki/<path:page>/edit", "/wiki/index")
    assert wiki.match("/wiki/a/b/", "GET") == ("/wiki/<path:page>", {"page": "a/b/"})
    assert wiki.match("/wiki/a/b/edit", "GET") == ("/wiki/<path:page>/edit", {"page": "a/b"})
    assert wiki.match("/wiki/index", "GET") == ("/wiki/index", {})
    assert wiki.match("/wiki//a", "GET") == NOWHERE
    assert wiki.match("/wiki/a\nb", "GET") == NOWHERE


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        ("/<int:x>", "/42", 42),
        ("/<int:x>", "/007", 7),
        ("/<int:x>", "/-42", None),
        ("/<int:x>", "/+42", None),
        ("/<int:x>", "/4_2", None),
        ("/<int:x>", "/٤٢", None),
        ("/<int:x>", "/²", None),
        ("/<int:x>", "/42\n", None),
        ("/<int:x>", "/" + "9" * 5000, None),
        ("/<int(signed=True):x>", "/-42", -42),
        ("/<int(signed=True):x>", "/--42", None),
        ("/<int(signed=True):x>", "/-", None),
        ("/<int(signed=True):x>", "/-²", None),
        ("/<int(fixed_digits=4):x>", "/0001", 1),
        ("/<int(fixed_digits=4):x>", "/1", None),
        ("/<int(min=2, max=5):x>", "/5", 5),
        ("/<int(min=2, max=5):x>", "/6", None),
        ("/<float:x>", "/0.5", 0.5),
        ("/<float:x>", "/5", None),
        ("/<float:x>", "/٠.٥", None),
        ("/<float(signed=True):x>", "/-0.5", -0.5),
        ("/<uuid:x>", "/12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        ("/<uuid:x>", "/12345678123456781234567812345678", None),
        ("/<date:x>", "/2023-02-29", None),
    ],
)
def test_numbers_and_ids(rule: str, path: str, value: object) -> None:
    assert matcher(rule).match(path, "GET") == (NOWHERE if value is None else (rule, {"x": value}))


def test_static_text_comes_before_variables_and_lighter_converters_before_heavier() -> None:
    ordered = matcher("/<path:x>", "/<x>", "/v<x>", "/<int:x>", "/a")
    answers = [ordered.match(path, "GET")[0] for path in ("/a", "/7", "/v7", "/b", "/b/c")]
    assert answers == ["/a", "/<int:x>", "/v<x>", "/<x>", "/<path:x>"]


def test_a_dead_end_is_left_again() -> None:
    paths = matcher("/a/<x>/c", "/<x>/b/d", "/<int:x>/b/e")
    assert paths.match("/a/b/c", "GET") == ("/a/<x>/c", {"x": "b"})
    assert paths.match("/a/b/d", "GET") == ("/<x>/b/d", {"x": "a"})
    assert paths.match("/7/b/d", "GET") == ("/<x>/b/d", {"x": "7"})
    assert paths.match("/7/b/e", "GET") == ("/<int:x>/b/e", {"x": 7})


def test_several_variables_stand_in_one_segment() -> None:
    files = matcher("/<name>.<any(json, csv):kind>", "/<int:low>-<int:high>")
    assert files.match("/a.b.csv", "GET")[1] == {"name": "a.b", "kind": "csv"}
    assert files.match("/1-20", "GET")[1] == {"low": 1, "high": 20}
    assert files.holds("/1-20")


class Separated(BaseConverter):
    """The list of a user's guide: ``/a+b+c``."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")


class Even(BaseConverter):
    regex = "[0-9]+"
    weight = 40

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


def test_converters_of_ones_own() -> None:
    own = matcher(
        "/tags/<list:tags>", "/n/<even:n>", "POST /n/<x>", "DELETE /n/<even:n>", list=Separated, even=Even
    )
    assert own.match("/tags/a+b", "GET") == ("/tags/<list:tags>", {"tags": ["a", "b"]})
    assert own.match("/n/4", "GET") == ("/n/<even:n>", {"n": 4})
    assert own.match("/n/5", "GET") == NOWHERE  # Werkzeug ends its search where a converter refuses
    assert own.match("/n/5", "DELETE") == allow("GET", "HEAD")
    assert own.match("/n/5", "PUT") == allow("GET", "HEAD", "POST", "DELETE")


def test_a_converter_that_fails_as_python_does_is_a_miss() -> None:
    class Hexadecimal(BaseConverter):
        regex = "[^/]+"
        part_isolating = False

        def to_python(self, value: str) -> bytes:
            return bytes.fromhex(value)

    own = matcher("/<hex:x>", "/m/<hex:x>/end", hex=Hexadecimal)
    assert own.match("/ff", "GET") == ("/<hex:x>", {"x": b"\xff"})
    assert own.match("/fg", "GET") == NOWHERE
    assert own.match("/m/fg/end", "GET") == NOWHERE


# Methods


def test_methods_of_all_rules_that_match_are_allowed() -> None:
    todos = matcher("GET,POST /todos", "GET /todos/<int:id>", "PATCH /todos/<id>", "DELETE /<kind>/<id>")
    assert todos.match("/todos", "PUT") == allow("GET", "HEAD", "POST")
    assert todos.match("/todos/7", "PUT") == allow("GET", "HEAD", "PATCH", "DELETE")
    assert todos.match("/todos/x", "PUT") == allow("PATCH", "DELETE")
    assert todos.match("/todos/7", "DELETE") == ("/<kind>/<id>", {"kind": "todos", "id": "7"})
    assert todos.match("/todos", "get") == allow("GET", "HEAD", "POST")
    assert todos.allowed("/todos/x") == {"PATCH", "DELETE"}
    assert todos.allowed("/nowhere/at/all") == frozenset()


def test_values_are_fresh() -> None:
    todos = matcher("/todos/<int:id>", "/static", "/m/<path:x>/y")
    for path in ("/todos/7", "/static", "/m/x/y"):
        one, other = todos.match(path, "GET"), todos.match(path, "GET")
        assert one == other
        assert one[1] is not other[1]


def test_of_two_rules_that_match_the_same_the_first_answers() -> None:
    pair = matcher("GET /<one>", "GET,POST /<two>")
    assert pair.match("/a", "GET") == ("/<one>", {"one": "a"})
    assert pair.match("/a", "POST") == ("/<two>", {"two": "a"})


# Slashes


@pytest.mark.parametrize(
    ("slashes", "path", "expect"),
    [
        ("strict", "/branch", NOWHERE),
        ("strict", "/leaf/", NOWHERE),
        ("redirect", "/branch", Miss(frozenset(), "/branch/")),
        ("redirect", "/leaf/", NOWHERE),
        ("redirect", "/ü b/x", Miss(frozenset(), "/%C3%BC%20b/x/")),
        ("redirect", "/\ud800/x", Miss(frozenset(), "/%ED%A0%80/x/")),
        ("ignore", "/branch", ("/branch/", {})),
        ("ignore", "/leaf/", ("/leaf", {})),
        ("ignore", "/ü/x", ("/<a>/x/", {"a": "ü"})),
        ("ignore", "/leaf//", NOWHERE),
        ("redirect", "/a/b/end", Miss(frozenset(), "/a/b/end/")),
        ("ignore", "/a/b/end", ("/a/<path:p>/end/", {"p": "b"})),
        ("strict", "/a/b/end", NOWHERE),
        ("strict", "/a/b/end/", ("/a/<path:p>/end/", {"p": "b"})),
    ],
)
def test_slash_policies(slashes: Slashes, path: str, expect: object) -> None:
    rules = matcher("/branch/", "/leaf", "/<a>/x/", "/a/<path:p>/end/", slashes=slashes)
    assert rules.match(path, "GET") == expect


def test_only_methods_that_would_be_answered_are_redirected() -> None:
    rules = matcher("GET /a/", "PUT /a", "GET /m/<path:p>/x/", slashes="redirect")
    assert rules.match("/a", "GET") == Miss(frozenset(), "/a/")
    assert rules.match("/a", "POST") == allow("PUT")
    assert rules.match("/m/1/x", "POST") == NOWHERE
    assert rules.match("/m/1/x", "GET") == Miss(frozenset(), "/m/1/x/")


def test_ignored_slashes_allow_the_methods_of_both_rules() -> None:
    rules = matcher("GET /a/", "PUT /a", "POST /m/<path:p>/x/", slashes="ignore")
    assert rules.match("/a", "POST") == rules.match("/a/", "POST") == allow("GET", "HEAD", "PUT")
    assert rules.match("/m/1/x", "GET") == allow("POST")
    assert matcher("GET /a/", "PUT /a", slashes="ignore").static == {
        "/a": {"GET": "/a/", "HEAD": "/a/", "PUT": "/a"},
        "/a/": {"GET": "/a/", "HEAD": "/a/", "PUT": "/a"},
    }


def test_a_redirect_never_names_another_host() -> None:
    rules = matcher("/<all:x>/y/", slashes="redirect", all=Anything)
    assert rules.match("//evil.example/y", "GET") == Miss(frozenset(), "/%2Fevil.example/y/")


def test_a_strict_policy_never_redirects_behind_an_empty_value() -> None:
    rules = matcher(
        "/a/<all:x>/b/<opt:y>/", opt=type("Optional", (BaseConverter,), {"regex": "[^/]*"}), all=Anything
    )
    assert rules.match("/a/1/b/", "GET") == NOWHERE
    assert rules.match("/a/1/b/2/", "GET")[1] == {"x": "1", "y": "2"}


# Static paths, and what goes to Werkzeug


def test_static_paths_are_a_dictionary() -> None:
    rules = matcher("GET /a", "POST /a", "/b/", "/c/<x>")
    assert rules.static == {
        "/a": {"GET": "/a", "HEAD": "/a", "POST": "/a"},
        "/b/": {"GET": "/b/", "HEAD": "/b/"},
    }
    assert matcher("/a", "example.com/b").static == {}


def test_only_what_lies_under_the_beginning_of_a_strange_rule_goes_to_the_map() -> None:
    rules = matcher("/a", "/files/<path:p>/edit", "/files/index", "/files/<x>", "/<kind>/<x>", "/other/<x>")
    held = {path: rules.holds(path) for path in ("/a", "/files/x", "/files", "/filesystem/x", "/other/x")}
    assert held == {"/a": True, "/files/x": False, "/files": False, "/filesystem/x": True, "/other/x": True}
    assert rules.match("/files/x", "GET") == ("/files/<x>", {"x": "x"})
    assert rules.match("/files/index", "GET") == ("/files/index", {})
    assert rules.match("/files/a/b/edit", "GET") == ("/files/<path:p>/edit", {"p": "a/b"})
    assert rules.match("/files/a/b", "GET") == NOWHERE
    assert rules.match("/files/x", "PUT") == allow("GET", "HEAD")
    assert rules.match("/other/x", "GET") == ("/other/<x>", {"x": "x"})


# Hosts


def test_exact_hosts_come_before_patterns_and_patterns_before_any_host() -> None:
    rules = matcher(
        "/a",
        "/<x>",
        "<tenant>.example.com/a",
        "www.example.com/a",
        "<int:n>.example.com/b",
        "POST www.example.com/b",
    )
    assert set(rules.hosts) == {"www.example.com", "<tenant>.example.com", "<int:n>.example.com"}
    assert rules.match("/a", "GET", "www.example.com") == ("www.example.com/a", {})
    assert rules.match("/a", "GET", "acme.example.com") == ("<tenant>.example.com/a", {"tenant": "acme"})
    assert rules.match("/a", "GET", "elsewhere.org") == ("/a", {})
    assert rules.match("/a", "GET") == ("/a", {})
    assert rules.match("/b", "GET", "7.example.com") == ("<int:n>.example.com/b", {"n": 7})
    assert rules.match("/b", "GET", "www.example.com") == ("/<x>", {"x": "b"})
    assert rules.match("/b", "PUT", "www.example.com") == allow("POST", "GET", "HEAD")
    assert rules.match("/a/b", "PUT", "www.example.com") == NOWHERE
    assert rules.allowed("/b", "www.example.com") == {"POST", "GET", "HEAD"}


def test_a_host_may_be_one_variable_and_does_not_take_slashes() -> None:
    rules = matcher("<host>/<x>", "<int(max=9):n>/<x>", "<date:day>/<x>")
    assert rules.match("/a", "GET", "localhost") == ("<host>/<x>", {"host": "localhost", "x": "a"})
    assert rules.match("/a", "GET", "7") == ("<int(max=9):n>/<x>", {"n": 7, "x": "a"})
    assert rules.match("/a", "GET", "10") == ("<host>/<x>", {"host": "10", "x": "a"})
    assert rules.match("/a", "GET", "a/b") == NOWHERE


def test_a_host_that_knows_the_path_with_a_slash_redirects() -> None:
    rules = matcher("example.com/a/", "/a", slashes="redirect")
    assert rules.match("/a", "GET", "example.com") == Miss(frozenset(), "/a/")
    assert rules.match("/a", "GET", "example.org") == ("/a", {})
