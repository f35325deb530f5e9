"""Segments weigh and test as Werkzeug's rule parts do."""

from __future__ import annotations

import pytest
from werkzeug.routing import BaseConverter, IntegerConverter, Map, Rule, UnicodeConverter

from restlite.converters import CONVERTERS
from restlite.rules import RuleError, Template
from restlite.segments import Segment, SegmentCompiler


def compile_last(rule: str, **converters: type[BaseConverter]) -> Segment:
    """Compile the last segment of a rule."""
    return SegmentCompiler({**CONVERTERS, **converters}).compile(Template.parse(rule).segments[-1])


class Signed(IntegerConverter):
    regex = "[0-9]+"
    num_convert = staticmethod(lambda text: -int(text))


class Loud(UnicodeConverter):
    def to_python(self, value: str) -> str:
        return value.upper()


class Broken(BaseConverter):
    regex = "("


@pytest.mark.parametrize(
    "rule",
    [
        "/<x>",
        "/<int:x>",
        "/<int(signed=True):x>",
        "/<float(signed=True):x>",
        "/<uuid:x>",
        '/<any(a, "b.c"):x>',
        "/<path:x>",
        "/v<int:x>",
        "/<a>.<int:b>-<uuid:c>.json",
    ],
)
def test_contents_and_weights_are_werkzeugs(rule: str) -> None:
    made = Rule(rule, endpoint="x")
    made.bind(Map(converters=dict(CONVERTERS)))
    part, segment = made._parts[-1], compile_last(rule)
    assert part.content == rf"{segment.content}\Z"
    assert part.final == segment.rest
    assert part.weight == (segment.weight[0], [*segment.weight[1]], segment.weight[2], [*segment.weight[3]])


@pytest.mark.parametrize(
    ("rule", "text", "fits"),
    [
        ("/<x>", "a", True),
        ("/<x>", "", False),
        ("/<int:x>", "42", True),
        ("/<int:x>", "²", False),
        ("/<int:x>", "-1", False),
        ("/<int(signed=True):x>", "-1", True),
        ("/<int(signed=True):x>", "1", True),
        ("/<int(signed=True):x>", "1-", False),
        ("/<int(signed=True):x>", "-", False),
        ("/<int(signed=True):x>", "", False),
        ("/<string(length=2):x>", "ab", True),
        ("/<string(length=2):x>", "abc", False),
        ("/v<int:x>.json", "v1.json", True),
        ("/v<int:x>.json", "v1xjson", False),
    ],
)
def test_a_segment_tests_text(rule: str, text: str, fits: bool) -> None:
    assert bool(compile_last(rule).test(text)) is fits


def test_values_are_made_by_the_cheapest_that_makes_them() -> None:
    assert compile_last("/<x>").casts == (None,)
    assert compile_last("/<path:x>").casts == (None,)
    assert compile_last("/<int:x>").casts == (int,)
    assert [cast and cast("7") for cast in compile_last("/<a>-<int(min=1):b>-<n:c>", n=Signed).casts] == [
        None,
        7,
        -7,
    ]
    assert [cast and cast("a") for cast in compile_last("/<loud:x>", loud=Loud).casts] == ["A"]


def test_groups_are_taken_where_a_value_is_not_the_whole_segment() -> None:
    assert compile_last("/<x>").groups is None
    assert compile_last("/v<x>-<y>").groups == ("__werkzeug_0", "__werkzeug_1")


def test_what_takes_slashes_is_held_at_the_end_alone() -> None:
    compiler = SegmentCompiler(CONVERTERS)
    (path,) = Template.parse("/<path:x>").segments[1:]
    assert compiler.compile(path).rest
    assert not compiler.compile(path).strange
    assert compiler.compile(path, last=False).strange
    assert compile_last("/v<path:x>").strange
    assert compile_last("/<opt:x>", opt=type("Optional", (BaseConverter,), {"regex": "[^/]*"})).strange


def test_one_spelling_is_compiled_once() -> None:
    compiler = SegmentCompiler(CONVERTERS)
    one, other = (compiler.compile(Template.parse(f"/<int:{name}>").segments[1]) for name in ("a", "b"))
    assert one is other
    assert one.key == compiler.compile(Template.parse("/<int(max=5):c>").segments[1]).key


@pytest.mark.parametrize(
    ("rule", "expect"),
    [
        ("/<slug:x>", f"'<slug:x>' has an unknown converter; known are: {sorted([*CONVERTERS, 'broken'])}"),
        (
            "/<string(size=2):x>",
            "'<string(size=2):x>' has wrong arguments:"
            " UnicodeConverter.__init__() got an unexpected keyword argument 'size'",
        ),
        ("/<int(signed=True, min=1, max=2, 3, 4, 5, 6):x>", None),
        (
            "/<broken:x>",
            "the regular expression '(?P<__werkzeug_0>()' of a converter is wrong:"
            " missing ), unterminated subpattern at position 0",
        ),
    ],
)
def test_wrong_converters_are_named(rule: str, expect: str | None) -> None:
    with pytest.raises(RuleError) as caught:
        compile_last(rule, broken=Broken)
    assert expect is None or str(caught.value) == expect
