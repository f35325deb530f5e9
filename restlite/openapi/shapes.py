"""Schemas in normal form: what a schema accepts, as alternatives of one JSON type each.

``allOf``, ``$ref``, ``nullable``, type lists, ``enum`` and ``oneOf`` all end here: a schema is a union of
:class:`Variant`, and a variant is what all its sources say together. What lies within (members, items)
stays a :class:`Schema` until somebody asks, so that a schema may hold itself.

``oneOf`` is read as ``anyOf``: branches that overlap are a fault of the document, not a feature.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from .pointers import below

Kind: TypeAlias = Literal["null", "boolean", "number", "string", "array", "object"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Made(dict[str, Any]):
    """Hold a schema that nobody wrote; its place is that of what it was made from."""


class Part(NamedTuple):
    """Hold one schema as it is written, and where."""

    node: Any
    pointer: str

    def at(self, *steps: str | int) -> str:
        """Point within it."""
        return self.pointer if isinstance(self.node, Made) else below(self.pointer, *steps)


class Schema(NamedTuple):
    """Hold what must be accepted together; nothing at all accepts every value."""

    parts: tuple[Part, ...]
    #: Where it is used, also when it is written elsewhere.
    pointer: str

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(id(part.node) for part in self.parts)

    @property
    def open(self) -> bool:
        """Tell whether nothing is said of the value."""
        return not self.parts

    @property
    def never(self) -> bool:
        """Tell whether no value is accepted by a plain ``false``."""
        return any(part.node is False for part in self.parts)

    def and_(self, other: Schema) -> Schema:
        known = set(self.key)
        more = tuple(part for part in other.parts if id(part.node) not in known or part.node is False)
        return Schema(self.parts + more, self.pointer or other.pointer)


class Limit(NamedTuple):
    """Hold one end of a range: of a number, a length, or a count."""

    value: float
    keyword: str
    pointer: str
    #: Whether the value itself is excluded.
    exclusive: bool = False
    #: The format that stands for a range.
    format: str = ""


#: A rule that is only compared with its like: its keyword, and its value as canonical text.
Mark: TypeAlias = tuple[str, str]
WHOLE: Mark = ("type", "integer")
NOTHING_SAID = Schema((), "")


@dataclass(frozen=True, slots=True)
class Members:
    """Hold what an object variant says of its members."""

    properties: dict[str, Schema] = field(default_factory=dict[str, Schema])
    patterns: dict[str, Schema] = field(default_factory=dict[str, Schema])
    #: Members that are not named.
    rest: Schema = NOTHING_SAID
    #: Name -> where it is required.
    required: dict[str, str] = field(default_factory=dict[str, str])
    #: Members that this direction does without: read-only in a request, write-only in an answer.
    hidden: frozenset[str] = frozenset()
    #: Members that are deprecated.
    deprecated: frozenset[str] = frozenset()
    #: A discriminator without branches beside it: its property, its values, its place.
    tag: tuple[str, frozenset[str], str] | None = None

    def at(self, name: str) -> Schema:
        """Give what is said of one member."""
        found = [schema for pattern, schema in self.patterns.items() if matches(pattern, name)]
        if name in self.properties:
            found.insert(0, self.properties[name])
        if not found:
            return self.rest
        return _all(found)

    def needs(self, name: str) -> bool:
        return name in self.required and name not in self.hidden

    def meet(self, other: Members) -> Members:
        """Say what both say."""
        names = [*self.properties, *(name for name in other.properties if name not in self.properties)]
        patterns = [*self.patterns, *(text for text in other.patterns if text not in self.patterns)]
        places = {name: schema.pointer for name, schema in (other.properties | self.properties).items()}
        return Members(
            {name: self.at(name).and_(other.at(name))._replace(pointer=places[name]) for name in names},
            {
                text: self.patterns.get(text, self.rest).and_(other.patterns.get(text, other.rest))
                for text in patterns
            },
            self.rest.and_(other.rest) if self.rest.parts else other.rest,
            self.required | other.required,
            self.hidden | other.hidden,
            self.deprecated | other.deprecated,
            self.tag or other.tag,
        )


@dataclass(frozen=True, slots=True)
class Items:
    """Hold what an array variant says of its items."""

    prefix: tuple[Schema, ...] = ()
    rest: Schema = NOTHING_SAID

    def at(self, index: int) -> Schema:
        return self.prefix[index] if index < len(self.prefix) else self.rest

    def meet(self, other: Items) -> Items:
        longest = max(len(self.prefix), len(other.prefix))
        prefix = tuple(self.at(index).and_(other.at(index)) for index in range(longest))
        return Items(prefix, self.rest.and_(other.rest) if self.rest.parts else other.rest)


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """Hold one alternative of a schema: values of one JSON type, with all that is said of them."""

    kind: Kind
    low: Limit | None = None
    high: Limit | None = None
    #: Rules, each with its place.
    marks: dict[Mark, str] = field(default_factory=dict[Mark, str])
    #: The only values accepted, by canonical text; None where any are.
    values: dict[str, Any] | None = None
    #: Where the values stand.
    listed: str = ""
    members: Members = Members()
    items: Items = Items()
    #: Where its type is said.
    place: str = ""
    #: The alternative it was written as.
    branch: str = ""

    @property
    def plain(self) -> bool:
        """Tell whether every value of the kind is accepted, of those without parts."""
        return self.low is None and self.high is None and not self.marks and self.values is None

    def meet(self, other: Variant) -> Variant:
        """Say what both say of the same kind."""
        values = self.values
        if values is None:
            values = other.values
        elif other.values is not None:
            values = {key: value for key, value in values.items() if key in other.values}
        return Variant(
            self.kind,
            max(self.low, other.low, key=_lower),
            min(self.high, other.high, key=_upper),
            self.marks | other.marks,
            values,
            self.listed or other.listed,
            self.members.meet(other.members),
            self.items.meet(other.items),
            self.place or other.place,
            self.branch or other.branch,
        )

    def settled(self) -> Variant | None:
        """Round the range of a whole number, leave out listed values beyond it; None if nothing is left."""
        low, high = self.low, self.high
        if WHOLE in self.marks:
            low = low and _rounded(low, up=True)
            high = high and _rounded(high, up=False)
        values = self.values
        if values is not None:
            values = {key: value for key, value in values.items() if within(value, low, high)}
        if values == {} or (
            low and high and (low.value, low.exclusive or high.exclusive) > (high.value, False)
        ):
            return None
        return replace(self, low=low, high=high, values=values)


#: What accepts everything. Of booleans there are only two.
UNIVERSE: tuple[Variant, ...] = tuple(
    Variant(kind, values={"true": True, "false": False} if kind == "boolean" else None) for kind in KINDS
)


def meet(some: tuple[Variant, ...], others: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """Give what both unions accept."""
    return tuple(one.meet(other) for one in some for other in others if one.kind == other.kind)


#: A boolean is a number in Python, so it comes first.
_TYPES: dict[Kind, tuple[type, ...]] = {
    "boolean": (bool,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def kind_of_value(value: Any) -> Kind:
    """Name the JSON type of a value.

    >>> kind_of_value(True), kind_of_value(1.5), kind_of_value(None)
    ('boolean', 'number', 'null')
    """
    for kind, types in _TYPES.items():
        if isinstance(value, types):
            return kind
    return "null"


def within(value: Any, low: Limit | None, high: Limit | None) -> bool:
    """Tell whether a listed value lies in a range, by its size or its length."""
    if value is None or isinstance(value, bool):
        return True
    size = value if isinstance(value, int | float) else len(value)
    if low and (size < low.value or (low.exclusive and size == low.value)):
        return False
    return not (high and (size > high.value or (high.exclusive and size == high.value)))


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text; one that Python cannot read is found nowhere."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _all(schemas: list[Schema]) -> Schema:
    found = schemas[0]
    for schema in schemas[1:]:
        found = found.and_(schema)
    return found


def _lower(limit: Limit | None) -> tuple[float, bool]:
    return (limit.value, limit.exclusive) if limit else (-math.inf, False)


def _upper(limit: Limit | None) -> tuple[float, bool]:
    return (limit.value, not limit.exclusive) if limit else (math.inf, True)


def _rounded(limit: Limit, *, up: bool) -> Limit:
    value = math.ceil(limit.value) if up else math.floor(limit.value)
    if limit.exclusive and value == limit.value:
        value += 1 if up else -1
    return limit._replace(value=value, exclusive=False)
