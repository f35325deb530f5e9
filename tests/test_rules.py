"""Rules are read once: both spellings, joined, filled, compared by shape."""

from __future__ import annotations

from datetime import date
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter, Map, Rule

from restlite.converters import CONVERTERS, make_converter
from restlite.rules import RuleError, Template, Variable


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("/", "/"),
        ("/todos", "/todos"),
        ("/todos/<int:id>/notes", "/todos/<int:id>/notes"),
        ("/todos/{id}", "/todos/<id>"),
        ("/todos/{int:id}/<note>", "/todos/<int:id>/<note>"),
        ("/{int(min=1, max=9):id}", "/<int(min=1, max=9):id>"),
        ("/<int():id>", "/<int:id>"),
        ('/<re("a{2}[?#]"):x>', '/<re("a{2}[?#]"):x>'),
        ('/{re("a{2}/(b|c)"):x}/', '/<re("a{2}/(b|c)"):x>/'),
        ("/v<int:n>.<kind>", "/v<int:n>.<kind>"),
        ("/<a><b>", "/<a><b>"),
        ("/ü b", "/ü b"),
    ],
)
def test_rules_are_written_as_werkzeug_writes_them(text: str, expect: str) -> None:
    template = Template.parse(text)
    assert template.text == expect
    assert Template.parse(expect) == template
    assert "".join(map(str, template.parts)) == expect


def test_parts_and_variables_stand_in_order() -> None:
    template = Template.parse("/todos/{int(min=1):id}/notes/<note>")
    id, note = Variable("id", "int", "min=1"), Variable("note")
    assert template.parts == ("/todos/", id, "/notes/", note)
    assert template.variables == (id, note)
    assert template.names == ("id", "note")
    assert template.segments == [[], ["todos"], [id], ["notes"], [note]]
    assert Template.parse("/v<a>-<b>/").segments == [[], ["v", Variable("a"), "-", Variable("b")], []]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("", "it is empty; a slash was expected, as in '/'"),
        ("todos", "it begins with 't'; a slash was expected, as in '/todos'"),
        ("/a?b", "it holds '?'; a path was expected, without a query"),
        ("/a#b", "it holds '#'; a path was expected, without a fragment"),
        ("/a//b", "it holds '//'; segments between slashes were expected, none of them empty"),
        ("/<id>/<id>", "it names 'id' twice; every name may stand once"),
        ("/a/<>", "it goes on with '<>'; a variable was expected, as '<id>' or '<int:id>'"),
        ("/a/<int:>", "it goes on with '<int:>'; a variable was expected, as '<id>' or '<int:id>'"),
        ("/a/{1d}", "it goes on with '{1d}'; a variable was expected, as '<id>' or '<int:id>'"),
        ("/a/<id", "it goes on with '<id'; a variable was expected, as '<id>' or '<int:id>'"),
        ("/a/id>", "it goes on with '>'; a variable was expected, as '<id>' or '<int:id>'"),
        ("/a/<int(a b):id>", "'a b' was found; a converter's arguments were expected, as 'min=1, max=9'"),
    ],
)
def test_wrong_rules_are_told_what_was_expected(text: str, expect: str) -> None:
    with pytest.raises(RuleError) as caught:
        Template.parse(text)
    assert str(caught.value) == expect


def test_hosts_are_read_by_the_same_rules() -> None:
    host = Template.parse_host("{tenant}.Example.com")
    assert (host.text, host.names) == ("<tenant>.example.com", ("tenant",))
    assert Template.parse_host("<string(minlength=2):Tenant>").text == "<string(minlength=2):Tenant>"
    for wrong in ("", "/a", "example.com/a"):
        with pytest.raises(RuleError) as caught:
            Template.parse_host(wrong)
        assert str(caught.value) == f"{wrong!r} is no host; a name was expected, as in '<tenant>.example.com'"


@pytest.mark.parametrize(
    ("prefix", "rule", "expect"),
    [
        ("/api", "/", "/api/"),
        ("/api", "/todos/<id>", "/api/todos/<id>"),
        ("/<tenant>", "/todos", "/<tenant>/todos"),
        ("/v<int:n>", "/<id>", "/v<int:n>/<id>"),
    ],
)
def test_a_prefix_joins_a_rule(prefix: str, rule: str, expect: str) -> None:
    joined = Template.parse(prefix).join(Template.parse(rule))
    assert joined == Template.parse(expect)


def test_a_prefix_and_a_rule_share_no_name() -> None:
    with pytest.raises(RuleError, match="it names 'id' twice; every name may stand once"):
        Template.parse("/<id>").join(Template.parse("/<int:id>"))


def test_converters_are_given_to_variables_without_one() -> None:
    template = Template.parse("/<a>/<int:b>/<c>")
    given = template.with_converters({"a": ("int", "signed=True"), "b": ("uuid", ""), "d": ("any", "x")})
    assert given.text == "/<int(signed=True):a>/<int:b>/<c>"


def test_openapi_names_variables_in_braces() -> None:
    assert Template.parse("/todos/<int(min=1):id>/<path:rest>").openapi == "/todos/{id}/{rest}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/<a>", "/<b>", True),
        ("/<a>", "/<string:b>", True),
        ("/<default:a>", "/{b}", True),
        ("/<int:a>", "/<int:b>", True),
        ("/<int(min=1,max=2):a>", "/<int(max=2, min=1):b>", True),
        ("/<int(1):a>", "/<int( 1 ):b>", True),
        ("/<int:a>", "/<int(min=1):a>", False),
        ("/<int:a>", "/<a>", False),
        ("/a", "/a/", False),
        ("/<string(length=2):a>", "/<a>", False),
    ],
)
def test_rules_of_one_shape_match_the_same_paths(one: str, other: str, same: bool) -> None:
    assert (Template.parse(one).shape == Template.parse(other).shape) is same


def test_a_shape_holds_converters_without_names() -> None:
    assert (
        Template.parse("/todos/<int:id>/<x>/<int(min=1):y>").shape == "/todos/<int:>/<string:>/<int(min=1):>"
    )


class Kind(Enum):
    NEW = "new"
    NUMBER = 7


@pytest.mark.parametrize(
    ("rule", "values", "expect"),
    [
        ("/", {}, "/"),
        ("/ü b/<x>", {"x": "ä/b%"[:1] + " ?#%"}, "/%C3%BC%20b/%C3%A4%20%3F%23%25"),
        ("/<int:id>", {"id": 7}, "/7"),
        ("/<int(signed=True):id>", {"id": -7}, "/-7"),
        ("/<int(fixed_digits=3):id>", {"id": 7}, "/007"),
        ("/<float:x>", {"x": 5}, "/5.0"),
        ("/<float:x>", {"x": 1e-7}, "/0.0000001"),
        ("/<float:x>", {"x": 1e22}, "/10000000000000000000000.0"),
        ("/<date:day>", {"day": date(812, 5, 1)}, "/0812-05-01"),
        ("/<any(new, old):kind>", {"kind": Kind.NEW}, "/new"),
        ("/<kind>/<int:n>", {"kind": Kind.NEW, "n": Kind.NUMBER}, "/new/7"),
        ("/<path:rest>", {"rest": "a/b c"}, "/a/b%20c"),
    ],
)
def test_values_fill_a_rule(rule: str, values: dict[str, object], expect: str) -> None:
    assert Template.parse(rule).fill(values, CONVERTERS) == expect


def test_a_made_converter_fills_too() -> None:
    assert Template.parse("/<n:id>").fill({"id": 7}, {"n": make_converter(CONVERTERS["int"], "4")}) == "/0007"


@pytest.mark.parametrize(
    ("rule", "values", "expect"),
    [
        ("/<id>", {}, "'/<id>' needs a value for 'id': id=..."),
        ("/<id>", {"id": None}, "'/<id>' needs a value for 'id': id=..."),
        ("/<id>", {"id": 1, "page": 2}, "'/<id>' has no variable 'page'; it has: ['id']"),
        ("/<id>", {"id": ""}, "the value of 'id' is empty; '/<id>' does not match that"),
        ("/<id>", {"id": "a/b"}, "the value of 'id' holds a slash; '/<id>' does not match that"),
        (
            "/<int:id>",
            {"id": "x"},
            "the value of 'id' does not fit '/<int:id>': invalid literal for int() with base 10: 'x'",
        ),
        (
            "/<any(a, b):id>",
            {"id": "c"},
            "the value of 'id' does not fit '/<any(a, b):id>': 'c' is not one of 'a', 'b'",
        ),
        ("/<date:d>", {"d": "2024"}, "the value of 'd' does not fit '/<date:d>': str is not a date"),
        (
            "/<float:x>",
            {"x": float("inf")},
            "the value of 'x' does not fit '/<float:x>': inf is not a finite number",
        ),
        (
            "/<slug:id>",
            {"id": "x"},
            f"'/<slug:id>' has an unknown converter; known are: {sorted(CONVERTERS)}",
        ),
    ],
)
def test_values_that_do_not_fill_a_rule_are_named(rule: str, values: dict[str, object], expect: str) -> None:
    with pytest.raises(RuleError) as caught:
        Template.parse(rule).fill(values, CONVERTERS)
    assert str(caught.value) == expect


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda text: "/" not in text
)


@settings(max_examples=100, deadline=None, database=None)
@given(name=TEXTS, n=st.integers(0, 10**9), day=st.dates(), ratio=st.floats(0, 1e300))
def test_what_is_filled_is_what_werkzeug_builds_and_reads_back(
    name: str, n: int, day: date, ratio: float
) -> None:
    rule = "/ü/<name>-<int:n>/<date:day>/<float:ratio>"
    values = {"name": name, "n": n, "day": day, "ratio": ratio}
    converters: dict[str, type[BaseConverter]] = dict(CONVERTERS)
    adapter = Map([Rule(rule, endpoint="x")], converters=converters).bind("h")
    assert adapter.build("x", values) == Template.parse(rule).fill(values, CONVERTERS)


def test_a_thousand_rules_are_read_without_werkzeug_rules() -> None:
    templates = [Template.parse(f"/r{n}/<int:id>/notes/{{note}}") for n in range(1000)]
    assert templates[999].text == "/r999/<int:id>/notes/<note>"
