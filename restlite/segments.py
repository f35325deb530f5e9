"""Segments: what stands between two slashes of a rule, compiled to what tests it and what weighs it.

Contents, weights and groups are those of Werkzeug's ``RulePart``, so that the trie tries dynamic
segments in Werkzeug's order and shares a node where Werkzeug shares a state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from werkzeug.routing import BaseConverter, IntegerConverter, Map, UnicodeConverter

from .converters import make_converter
from .rules import Part, RuleError, Variable

#: Turns the text of one variable into its value; ValueError where it is none.
Cast = Callable[[str], Any]
Weight = tuple[int, tuple[tuple[int, int], ...], int, tuple[int, ...]]


class Segment(NamedTuple):
    """Hold one dynamic segment, ready to be tried."""

    content: str
    weight: Weight
    #: Whether a text fits; a match object where ``groups`` are to be taken from it.
    test: Callable[[str], Any]
    #: None where the value is the whole segment.
    groups: tuple[str, ...] | None
    #: One per variable, None for plain text.
    casts: tuple[Cast | None, ...]
    #: The segment takes all that is left of a path.
    rest: bool
    #: Werkzeug matches this in a way that no trie can.
    strange: bool

    @property
    def key(self) -> tuple[str, Weight, bool]:
        """Tell which segments share a node."""
        return self.content, self.weight, self.rest


class SegmentCompiler:
    """Compile the segments of an app's rules, each spelling once."""

    def __init__(self, converters: Mapping[str, type[BaseConverter]]) -> None:
        self.converters = converters
        self._map = Map(converters=converters)
        self._made: dict[tuple[str | None, str], BaseConverter] = {}
        self._compiled: dict[tuple[Any, ...], Segment] = {}

    def compile(self, parts: Sequence[Part], *, last: bool = True) -> Segment:
        """Compile one segment that holds a variable; ``last`` tells that no other follows."""
        key = (last, *((part.converter, part.args) if isinstance(part, Variable) else part for part in parts))
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(parts, last)
        return found

    def _compile(self, parts: Sequence[Part], last: bool) -> Segment:
        content, static, converters = "", list[tuple[int, int]](), list[BaseConverter]()
        for part in parts:
            if isinstance(part, Variable):
                converter = self._converter(part)
                content += f"(?P<__werkzeug_{len(converters)}>{converter.regex})"
                converters.append(converter)
            else:
                static.append((len(static), -len(part)))
                content += re.escape(part)
        weight = (
            -len(static),
            tuple(static),
            -len(converters),
            tuple(converter.weight for converter in converters),
        )
        whole = len(parts) == 1
        rest = whole and last and not converters[0].part_isolating
        test = _test_of(converters[0]) if whole else None
        if test is None:
            test = _matcher(content)
        isolating = rest or all(converter.part_isolating for converter in converters)
        return Segment(
            content,
            weight,
            test,
            None if whole else tuple(f"__werkzeug_{i}" for i in range(len(converters))),
            tuple(_cast_of(converter) for converter in converters),
            rest,
            not isolating or bool(test("")),
        )

    def _converter(self, variable: Variable) -> BaseConverter:
        name = variable.converter or "default"
        key = (name, variable.args)
        made = self._made.get(key)
        if made is None:
            kind = self.converters.get(name)
            if kind is None:
                raise RuleError(
                    f"{str(variable)!r} has an unknown converter; known are: {sorted(self.converters)}"
                )
            try:
                made = self._made[key] = make_converter(kind, variable.args, self._map)
            except (TypeError, ValueError) as error:
                raise RuleError(f"{str(variable)!r} has wrong arguments: {error}") from error
        return made


def _matcher(content: str) -> Callable[[str], re.Match[str] | None]:
    try:
        return re.compile(rf"{content}\Z").match
    except re.error as error:
        raise RuleError(f"the regular expression {content!r} of a converter is wrong: {error}") from error


def _test_of(converter: BaseConverter) -> Callable[[str], Any] | None:
    """Give a test that is cheaper than the converter's regular expression, and equal to it."""
    if isinstance(converter, UnicodeConverter) and converter.regex == "[^/]{1,}":
        return bool
    if isinstance(converter, IntegerConverter):
        return {"[0-9]+": _is_natural, "-?[0-9]+": _is_integer}.get(converter.regex)
    return None


def _is_natural(text: str) -> bool:
    return text.isdigit() and text.isascii()


def _is_integer(text: str) -> bool:
    return (text.isdigit() or (text[1:].isdigit() and text[0] == "-")) and text.isascii()


def _cast_of(converter: BaseConverter) -> Cast | None:
    """Give what makes the value; None where the text is the value."""
    give = type(converter).to_python
    if give is BaseConverter.to_python:
        return None
    if isinstance(converter, IntegerConverter) and give is IntegerConverter.to_python:
        bounds = converter.fixed_digits, converter.min, converter.max
        if bounds == (0, None, None) and converter.num_convert is int:
            return int
    return converter.to_python
