"""Rules: a URL rule as a programmer writes it, read once.

``/todos/<int:id>/notes`` is Werkzeug's spelling; ``{id}`` and ``{int:id}`` are others of ``<id>`` and
``<int:id>``. Nothing of Werkzeug is built here: an app with 1,000 routes reads them in a few ms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from werkzeug.routing import BaseConverter, parse_converter_args

from .converters import make_converter
from .frozen import Record

#: What stands unquoted in a path (https://url.spec.whatwg.org/#url-path-segment-string), as in Werkzeug.
PATH_SAFE = "!$&'()*+,/:;=@"

_VARIABLE = r"(?:([a-zA-Z_][a-zA-Z0-9_]*)(?:\((.*?)\))?:)?([a-zA-Z_][a-zA-Z0-9_]*)"
_PIECE = re.compile(rf"([^<>{{}}]+)|<{_VARIABLE}>|\{{{_VARIABLE}\}}")


class RuleError(ValueError):
    """Say what is wrong with a rule, or with the values for it."""


class Variable(Record):
    """Hold one variable of a rule; ``args`` is the text between the converter's parentheses."""

    name: str
    converter: str | None = None
    args: str = ""

    def __str__(self) -> str:
        if self.converter is None:
            return f"<{self.name}>"
        return (
            f"<{self.converter}({self.args}):{self.name}>" if self.args else f"<{self.converter}:{self.name}>"
        )

    @property
    def shape(self) -> str:
        """Write what the variable accepts, without its name."""
        if self.converter in (None, "default", "string") and not self.args:
            return "<string:>"
        return f"<{self.converter}({_canonical(self.args)}):>" if self.args else f"<{self.converter}:>"


Part = str | Variable


class Template(Record):
    """Hold one rule: its text as Werkzeug writes it, and its parts in order.

    >>> Template.parse("/todos/{int:id}/notes").text
    '/todos/<int:id>/notes'
    """

    text: str
    parts: tuple[Part, ...]
    variables: tuple[Variable, ...]
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read the rule of a path; RuleError says what is wrong with it."""
        if not text.startswith("/"):
            found = f"it begins with {text[0]!r}" if text else "it is empty"
            raise RuleError(f"{found}; a slash was expected, as in {'/' + text!r}")
        return _path(_read(text))

    @classmethod
    def parse_host(cls, text: str) -> Template:
        """Read the rule of a host, such as ``<tenant>.example.com``."""
        parts = [part.lower() if isinstance(part, str) else part for part in _read(text)]
        if not parts or any("/" in part for part in parts if isinstance(part, str)):
            raise RuleError(f"{text!r} is no host; a name was expected, as in '<tenant>.example.com'")
        return _template(parts)

    def join(self, other: Template) -> Template:
        """Put a prefix before a rule.

        >>> Template.parse("/api").join(Template.parse("/")).text
        '/api/'
        """
        *head, last = self.parts
        first, *tail = other.parts
        middle = [last + first] if isinstance(last, str) and isinstance(first, str) else [last, first]
        return _path([*head, *middle, *tail])

    def with_converters(self, mapping: Mapping[str, tuple[str, str]]) -> Template:
        """Give the variables that have no converter the one that their name maps to.

        >>> Template.parse("/todos/<id>").with_converters({"id": ("int", "signed=True")}).text
        '/todos/<int(signed=True):id>'
        """
        return _template(
            Variable(part.name, *mapping[part.name])
            if isinstance(part, Variable) and part.converter is None and part.name in mapping
            else part
            for part in self.parts
        )

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def openapi(self) -> str:
        """Write the rule as OpenAPI does: ``/todos/{id}/notes``."""
        return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in self.parts)

    @property
    def shape(self) -> str:
        """Write what the rule matches, without names: two rules of one shape match the same paths."""
        return "".join(part if isinstance(part, str) else part.shape for part in self.parts)

    @property
    def segments(self) -> list[list[Part]]:
        """Give the parts of each segment; none stand for an empty segment, as before the first slash."""
        found: list[list[Part]] = [[]]
        for part in self.parts:
            if isinstance(part, Variable):
                found[-1].append(part)
                continue
            first, *rest = part.split("/")
            if first:
                found[-1].append(first)
            found.extend([text] if text else [] for text in rest)
        return found

    def fill(
        self, values: Mapping[str, Any], converters: Mapping[str, type[BaseConverter] | BaseConverter]
    ) -> str:
        """Write the URL path of these values; RuleError names one that is missing, unknown or unfit."""
        if unknown := values.keys() - set(self.names):
            raise RuleError(f"{self.text!r} has no variable {min(unknown)!r}; it has: {list(self.names)}")
        return "".join(
            quote(part, safe=PATH_SAFE) if isinstance(part, str) else self._write(part, values, converters)
            for part in self.parts
        )

    def _write(
        self,
        variable: Variable,
        values: Mapping[str, Any],
        converters: Mapping[str, type[BaseConverter] | BaseConverter],
    ) -> str:
        name = variable.name
        if values.get(name) is None:
            raise RuleError(f"{self.text!r} needs a value for {name!r}: {name}=...")
        kind = converters.get(variable.converter or "default")
        if kind is None:
            raise RuleError(f"{self.text!r} has an unknown converter; known are: {sorted(converters)}")
        converter = make_converter(kind, variable.args) if isinstance(kind, type) else kind
        try:
            text = converter.to_url(values[name])
        except (TypeError, ValueError) as error:
            raise RuleError(f"the value of {name!r} does not fit {self.text!r}: {error}") from error
        if converter.part_isolating and (not text or "/" in text):
            found = "is empty" if not text else "holds a slash"
            raise RuleError(f"the value of {name!r} {found}; {self.text!r} does not match that")
        return text


def _read(text: str) -> list[Part]:
    """Part a rule into static texts and variables."""
    parts: list[Part] = []
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise RuleError(
                f"it goes on with {text[at : at + 20]!r}; a variable was expected, as '<id>' or '<int:id>'"
            )
        static, *angled = piece.groups()
        parts.append(static or _variable(*(angled[:3] if angled[2] else angled[3:])))
        at = piece.end()
    return parts


def _variable(converter: str | None, args: str | None, name: str) -> Variable:
    if args:
        try:
            parse_converter_args(args)
        except ValueError:
            raise RuleError(
                f"{args!r} was found; a converter's arguments were expected, as 'min=1, max=9'"
            ) from None
    return Variable(name, converter, args or "")


def _path(parts: list[Part]) -> Template:
    """Check what holds for paths alone."""
    for part in parts:
        if isinstance(part, str):
            for wrong, why in _WRONG.items():
                if wrong in part:
                    raise RuleError(f"it holds {wrong!r}; {why}")
    return _template(parts)


_WRONG = {
    "?": "a path was expected, without a query",
    "#": "a path was expected, without a fragment",
    "//": "segments between slashes were expected, none of them empty",
}


def _template(parts: Iterable[Part]) -> Template:
    parts = tuple(parts)
    variables = tuple(part for part in parts if isinstance(part, Variable))
    names = tuple(variable.name for variable in variables)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RuleError(f"it names {twice!r} twice; every name may stand once")
    return Template("".join(map(str, parts)), parts, variables, names)


def _canonical(args: str) -> str:
    """Write a converter's arguments so that those of the same meaning look the same."""
    positional, named = parse_converter_args(args)
    return ", ".join(
        [*map(repr, positional), *(f"{name}={value!r}" for name, value in sorted(named.items()))]
    )
