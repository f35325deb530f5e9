"""Random schemas of JSON Schema 2020-12, each with a value that fits it: so none is impossible."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "id", "name", "created_at", "x-1", "ünï")
PATTERNS = (r"^[a-z]+$", r"^[A-Z]{2}\d{3}$", r"\d", r"^(?:foo|bar)-[0-9a-f]{4,8}$", r"^.{0,40}$", r"^\S*$")

texts = st.text("abcXYZ 019é-", max_size=12)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-1000, 1000), st.floats(-100, 100).map(lambda n: round(n, 2)), texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


def kind_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return "null" if value is None else kinds[type(value)]


class Fitting:
    """Draw schemas around a value; what they refer to gathers in ``components``."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.components: dict[str, Any] = {}

    def chance(self, one_in: int = 3) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == 1)

    def schema(self, value: Any) -> Any:
        """Draw a schema that the value fits."""
        wrapping = self.draw(st.integers(0, 16))
        if wrapping < 8:
            return self.plain(value)
        if wrapping == 8:
            return {"allOf": [self.plain(value), self.plain(value)]}
        if wrapping == 9:
            branches = [self.other(value), self.plain(value)]
            return {"anyOf": branches if self.chance(2) else branches[::-1]}
        if wrapping == 10:
            return {
                "oneOf": [{"not": {"type": kind_of(value)}}, {"type": kind_of(value)}],
                **self.plain(value),
            }
        if wrapping == 11:
            name = f"C{len(self.components)}"
            self.components[name] = True  # taken, before what is within takes names
            self.components[name] = self.schema(value)
            return {"$ref": f"#/components/schemas/{name}"}
        if wrapping == 12:
            others = self.draw(st.lists(scalars, max_size=3))
            return {"enum": [*others, value]}
        if wrapping == 13:
            return {"const": value}
        if wrapping == 14:
            return {"if": self.other(value), "then": self.other(value), "else": self.plain(value)}
        if wrapping == 15:
            return {"if": {"type": kind_of(value)}, "then": self.plain(value), "else": self.other(value)}
        return {**self.plain(value), "not": self.other(value)}

    def other(self, value: Any) -> Any:
        """Draw a schema that the value does not fit."""
        kinds = [each for each in ("null", "boolean", "string", "array", "object") if each != kind_of(value)]
        return {"type": self.draw(st.sampled_from(kinds))}

    def plain(self, value: Any) -> dict[str, Any]:
        """Draw keywords of the value's own type."""
        kind = kind_of(value)
        made: dict[str, Any] = {}
        if not self.chance(6):
            made["type"] = [kind, "null"] if self.chance(5) and kind != "null" else kind
        if isinstance(value, bool) or value is None:
            return made
        if isinstance(value, int | float):
            return made | self.number(value)
        if isinstance(value, str):
            return made | self.text(value)
        return made | (self.array(value) if isinstance(value, list) else self.object(value))

    def number(self, value: float) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.chance():
            made["minimum"] = value - self.draw(st.integers(0, 20))
        if self.chance():
            made["exclusiveMaximum"] = value + self.draw(st.integers(1, 20))
        if self.chance() and isinstance(value, int):
            divisors = [step for step in (1, 2, 3, 5, 7, 0.5, 0.25) if value % step == 0]
            made["multipleOf"] = self.draw(st.sampled_from(divisors))
        return made

    def text(self, value: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.chance():
            made["minLength"] = self.draw(st.integers(0, len(value)))
        if self.chance():
            made["maxLength"] = len(value) + self.draw(st.integers(0, 5))
        matching = [pattern for pattern in PATTERNS if re.search(pattern, value)]
        if matching and self.chance(2):
            made["pattern"] = self.draw(st.sampled_from(matching))
        return made

    def array(self, value: list[Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.chance():
            made["minItems"] = self.draw(st.integers(0, len(value)))
        if self.chance():
            made["maxItems"] = len(value) + self.draw(st.integers(0, 3))
        if self.chance() and value:
            first = value[: self.draw(st.integers(1, len(value)))]
            made["prefixItems"] = [self.schema(item) for item in first]
            if len(first) == len(value):
                made["items" if self.chance(2) else "unevaluatedItems"] = False
        elif self.chance(2) and value:
            made["items"] = {"anyOf": [self.schema(item) for item in value]}
        if self.chance(4) and value:
            made["contains"] = self.schema(value[-1])
        if len({repr(item) for item in value}) == len(value) and not {0, 1} & set(map(id, value)):
            made["uniqueItems"] = not any(item in (0, 1) for item in value) and self.chance(2)
        return made

    def object(self, value: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"properties": {name: self.schema(inner) for name, inner in value.items()}}
        if value and self.chance(2):
            made["required"] = self.draw(st.lists(st.sampled_from(sorted(value)), unique=True))
        if self.chance():
            made[self.draw(st.sampled_from(("additionalProperties", "unevaluatedProperties")))] = False
        if self.chance(4):
            made["minProperties"] = self.draw(st.integers(0, len(value)))
        if self.chance(4):
            made["maxProperties"] = len(value) + self.draw(st.integers(0, 2))
        if value and self.chance(4):
            made["dependentRequired"] = {sorted(value)[0]: sorted(value)[-1:]}
        if value and self.chance(5):
            made["dependentSchemas"] = {sorted(value)[0]: {"required": sorted(value)[-1:]}}
        if self.chance(5):
            made["patternProperties"] = {"^zz": {"type": "integer"}}
        if self.chance(5):
            made["propertyNames"] = {"maxLength": 12}
        return made


@st.composite
def satisfiable(draw: Any) -> tuple[dict[str, Any], Any]:
    """Draw a document whose component ``Root`` a value fits, and the value."""
    value = draw(values)
    fitting = Fitting(draw)
    root = fitting.schema(value)
    components = {"Root": root, **fitting.components}
    document = {
        "openapi": "3.1.1",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": components},
    }
    return document, value
