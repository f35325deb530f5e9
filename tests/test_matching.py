"""The matcher answers as Werkzeug's ``Map`` does: match, values, 404, 405 with its methods, redirect."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, RequestRedirect, Rule, ValidationError

from restlite.aliases import Slashes
from restlite.converters import CONVERTERS
from restlite.matching import Entry, Matcher, Miss
from restlite.rules import Template

NOWHERE = Miss(frozenset(), None)


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


# Held to Werkzeug


class Word(BaseConverter):
    regex = "[a-z]+"
    weight = 70

    def to_python(self, value: str) -> str:
        if value == "bb":
            raise ValidationError
        return value.upper()


class Anything(BaseConverter):
    """Take slashes, and nothing at all."""

    regex = ".*?"
    part_isolating = False
    weight = 300


class Tail(BaseConverter):
    """Take slashes, but end with a letter."""

    regex = "[^/].*[a-z]"
    part_isolating = False


USED = {**CONVERTERS, "word": Word, "anything": Anything, "tail": Tail}
#: The same, but no converter refuses what its regular expression takes.
LENIENT = {
    name: type(kind.__name__, (kind,), {"to_python": lambda self, value: value})
    for name, kind in USED.items()
}
METHODS = ["GET", "POST", "PUT", "DELETE"]
TEXTS = ["a", "b", "v1", "42", "a-b"]
# fmt: off
VARIABLES = [
    "<{}>", "<string:{}>", "<int:{}>", "<int(signed=True):{}>", "<int(min=2, max=50):{}>", "<float:{}>",
    "<int(fixed_digits=2):{}>", "<uuid:{}>", "<date:{}>", '<any(a, b, "42"):{}>', "<string(length=2):{}>",
    "<string(maxlength=3):{}>", "<word:{}>", "v<int:{}>", "<{}>-x", "a<any(c,b):{}>", "<{}>",
]
LAST = ["<path:{}>", "<tail:{}>", "a/", "b/", "<{}>/", "<int:{}>/"]
STRANGE = [
    "<path:{}>/a", "<path:{}>/", "x<path:{}>", "<anything:{}>", "<anything:{}>/b/", "<path:{}>/<int:{}x>",
    "b/<path:{}>/a", "a/<path:{}>/", "v1/<anything:{}>", "42/<tail:{}>/<{}x>",
]
ODD = [
    "", "a", "b", "42", "7", "-7", "007", "1.5", "-1.5", "1.", "v1", "v7", "a-b", "q-x", "ab", "ac", "bb",
    "A", "²", "٣", "a\n", "\n", " ", "é", "%2F", "..", "1_0", "+1", "\x00", "2024-02-29", "2023-02-29",
    "12345678-1234-5678-1234-567812345678", "12345678-1234-5678-1234-56781234567", "\ud800", "?", "#",
    "9" * 5000,
]
# fmt: on


@st.composite
def rule_sets(draw: st.DrawFn, strange: bool) -> list[tuple[str, list[str]]]:
    """Draw rules with shared beginnings, each with its methods."""
    beginnings = st.lists(st.sampled_from([*TEXTS[:3], "<{}>", "<int:{}>"]), max_size=2)
    shared = draw(st.lists(beginnings, min_size=1, max_size=2))
    inner = st.sampled_from([*TEXTS, *VARIABLES])
    ends = st.sampled_from([*TEXTS, *VARIABLES, *LAST, *LAST])
    rules: list[tuple[str, list[str]]] = []
    for number in range(draw(st.integers(1, 7))):
        if strange and not number:
            segments = [*draw(st.sampled_from([[], [], ["a"], ["v1"]])), draw(st.sampled_from(STRANGE))]
        else:
            segments = [*draw(st.sampled_from(shared)), *draw(st.lists(inner, max_size=2)), draw(ends)]
        named = [segment.replace("{}", f"r{number}n{at}") for at, segment in enumerate(segments)]
        methods = draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=3, unique=True))
        rules.append(("/" + "/".join(named), methods + ["HEAD"] * ("GET" in methods)))
    if draw(st.integers(0, 9)) == 0:
        rules.append(("/", ["GET", "HEAD"]))
    return rules


FITTING = {
    "int": ["7", "42", "7", "-7", "007"],
    "float": ["1.5", "0.0"],
    "uuid": ["12345678-1234-5678-1234-567812345678"],
    "date": ["2024-02-29", "2023-02-29"],
    "any": ["a", "b", "42"],
    "word": ["abc", "bb", "a"],
    "path": ["a", "a/b", "42/a", "a/", "a/b/a"],
    "tail": ["a", "a/b", "42/a"],
    "anything": ["", "a", "a/b", "/a"],
    "": ["ab", "a", "42", "abc", "q"],
}


@st.composite
def paths_for(draw: st.DrawFn, rules: list[tuple[str, list[str]]]) -> str:
    """Draw a path that a rule may match, or one near it."""

    def fitting(variable: re.Match[str]) -> str:
        return draw(st.sampled_from(FITTING.get(variable[1] or "", FITTING[""])))

    path = re.sub(r"<(?:([a-z]+)[^<>]*?:)?\w+>", fitting, draw(st.sampled_from(rules))[0])
    change = draw(st.sampled_from(["none", "none", "slash", "slash", "put", "drop", "set", "start"]))
    if change == "slash":
        return path.removesuffix("/") if path.endswith("/") else f"{path}/"
    if change == "start":
        return draw(st.sampled_from(["", "/", "//"])) + path[1:]
    segments = path.split("/")
    place, odd = draw(st.integers(1, len(segments))), draw(st.sampled_from(ODD))
    if change == "put":
        segments.insert(place, odd)
    elif change != "none":
        segments[place : place + 1] = [odd] if change == "set" else []
    return "/".join(segments)


class Reference:
    """Ask Werkzeug alone, with the policy put into which rules it knows."""

    def __init__(
        self, rules: list[tuple[str, list[str]]], converters: dict[str, type[BaseConverter]], slashes: Slashes
    ) -> None:
        self.slashes, self.converters = slashes, converters
        self.known = {method for _, methods in rules for method in methods}
        named = [(name, *rule) for name, rule in enumerate(rules)]
        self.all, self.leaves = (
            self._map(named),
            self._map([rule for rule in named if not rule[1].endswith("/")]),
        )

    def _map(self, rules: list[tuple[int, str, list[str]]]) -> Any:
        # Behind "/-" the adapter does not drop the slashes that a path begins with.
        made = [Rule(f"/-{text}", methods=methods, endpoint=name) for name, text, methods in rules]
        strict = self.slashes != "ignore"
        return Map(
            made,
            converters=self.converters,
            strict_slashes=strict,
            merge_slashes=False,
            redirect_defaults=False,
        ).bind("h")

    def __call__(self, path: str, method: str) -> tuple[int, dict[str, Any]] | Miss:
        found = self.ask(path, method)
        if self.slashes == "ignore" and isinstance(found, Miss):
            # Werkzeug answers "/a" by "/a/", but does not name the methods of that when asked for another.
            others = {name for name in self.known if not isinstance(self.ask(path, name), Miss)}
            return Miss(found.allow | others, None)
        return found

    def ask(self, path: str, method: str) -> tuple[int, dict[str, Any]] | Miss:
        # Under "strict" a path without a last slash has nothing to do with rules that end with one.
        adapter = self.leaves if self.slashes == "strict" and not path.endswith("/") else self.all
        try:
            endpoint, values = adapter.match(f"/-{path}", method if method in self.known else "-")
        except NotFound:
            return NOWHERE
        except MethodNotAllowed as error:
            return Miss(frozenset(error.valid_methods or ()), None)
        except RequestRedirect as error:
            if self.slashes == "strict":
                return NOWHERE
            target = error.new_url.removeprefix("http://h/-")
            return Miss(frozenset(), "/%2F" + target[2:] if target.startswith("//") else target)
        except UnicodeEncodeError:  # a lone surrogate in a redirect
            return Miss(frozenset(), path.encode("utf-8", "surrogatepass").hex())
        return endpoint, dict(values)


def hold_to_werkzeug(strange: bool, examples: int) -> Counter[str]:
    """Compare the matcher to Werkzeug on drawn rules and paths; count who answered what."""
    seen: Counter[str] = Counter()

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), rule_sets(strange), st.sampled_from(["redirect", "strict", "ignore"]))
    def compare(data: st.DataObject, rules: list[tuple[str, list[str]]], slashes: Slashes) -> None:
        entries = [
            Entry(Template.parse(text), dict.fromkeys(methods, name))
            for name, (text, methods) in enumerate(rules)
        ]
        # Where a converter refuses, Werkzeug ends its search; what Reference adds for "ignore" does not.
        converters = LENIENT if slashes == "ignore" else USED
        ours, theirs = Matcher(entries, converters, slashes), Reference(rules, converters, slashes)
        for path in data.draw(st.lists(paths_for(rules), min_size=4, max_size=12)):
            for method in [*METHODS, "HEAD", "PATCH", "get", ""]:
                found, wanted = ours.match(path, method), theirs(path, method)
                if isinstance(wanted, Miss) and wanted.redirect and "\ud800" in path:
                    assert isinstance(found, Miss)
                    continue
                assert found == wanted, (path, method)
                assert isinstance(wanted, Miss) or repr(found) == repr(wanted), (path, method)  # 7 is not 7.0
                exact = ours.static.get(path, {}).get(method)
                assert exact is None or found == (exact, {}), (path, method)
                seen["trie" if ours.holds(path) else "map"] += 1
                seen["hit" if not isinstance(found, Miss) else "redirect" if found.redirect else "miss"] += 1
                seen["405"] += bool(isinstance(found, Miss) and found.allow)

    compare()
    return seen


def test_the_trie_answers_as_werkzeug_does() -> None:
    seen = hold_to_werkzeug(strange=False, examples=250)
    assert seen["trie"] >= 0.95 * (seen["trie"] + seen["map"])
    assert min(seen["hit"], seen["miss"], seen["405"], seen["redirect"]) > 0


def test_rules_that_no_trie_holds_are_answered_as_werkzeug_does() -> None:
    seen = hold_to_werkzeug(strange=True, examples=150)
    assert min(seen["trie"], seen["map"], seen["hit"], seen["405"]) > 0


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
