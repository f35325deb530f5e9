"""The matcher answers as Werkzeug's ``Map`` does: match, values, 404, 405 with its methods, redirect."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, RequestRedirect, Rule, ValidationError

from restlite.aliases import Slashes
from restlite.converters import CONVERTERS
from restlite.matching import Entry, Matcher, Miss
from restlite.rules import Template

NOWHERE = Miss(frozenset(), None)


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
