"""What one place of a value must look like: all schemas that hold there, merged into one record.

``allOf`` and ``$ref`` are merged at once. Where a schema leaves a choice (``anyOf``, ``oneOf``, ``if``,
``dependentSchemas``), the picks say which way to go; without a pick the first open choice is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..dialect import REFERENCE
from ..nodes import is_list, is_map
from .numbers import Bounds

_CLASSES: dict[str, type] = {"string": str, "array": list, "object": dict}
_TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
#: Keywords that tell a type where none is said.
_TELLING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("object", ("properties", "required", "additionalProperties", "minProperties", "patternProperties")),
    ("object", ("propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties")),
    ("array", ("items", "prefixItems", "minItems", "contains", "uniqueItems", "unevaluatedItems")),
    ("string", ("pattern", "minLength", "maxLength", "format")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


class Choice(NamedTuple):
    """Hold the ways that a schema leaves open; each is a list of schemas that hold then."""

    branches: Sequence[Sequence[Any]]


class ObjectLayer(NamedTuple):
    """Hold what one schema says of members: each layer judges every name by itself."""

    properties: Mapping[str, Any]
    patterns: Mapping[str, Any]
    others: Any


class ItemLayer(NamedTuple):
    """Hold what one schema says of items."""

    first: Sequence[Any]
    others: Any
    #: Whether it looks at all items, so that none is left unevaluated.
    is_open: bool


class Contains(NamedTuple):
    """Hold a schema that some items must fit."""

    schema: Any
    least: int


class Shape:
    """Gather what schemas say together."""

    def __init__(self, definitions: Mapping[str, Any], picks: Sequence[int]) -> None:
        self.definitions = definitions
        self.picks = picks
        self.used = 0
        #: The first choice that no pick was given for: the shape is unfinished.
        self.open: Choice | None = None
        self.types: list[str] | None = None
        self.told: str | None = None
        self.values: list[Any] | None = None
        self.refused: list[Any] = []
        self.samples: list[Any] = []
        self.bounds = Bounds()
        self.limits: dict[str, int] = {}
        self.patterns: list[str] = []
        self.format = ""
        self.unique = False
        self.required: dict[str, None] = {}
        self.layers: list[ObjectLayer] = []
        self.names: list[Any] = []
        self.dependent: dict[str, list[str]] = {}
        self.items: list[ItemLayer] = []
        self.contains: list[Contains] = []
        self.closed_items = False
        #: Nodes of members, as they become known.
        self.members: dict[str, Any] = {}
        self._within: list[str] = []

    @property
    def never(self) -> bool:
        """Tell whether no value at all can fit."""
        return self.types == [] or self.values == []

    def limit(self, name: str, otherwise: int) -> int:
        return self.limits.get(name, otherwise)

    def settle(self) -> None:
        """Keep of samples and values only what may stand here, as far as types and values tell."""
        if self.values is not None:
            self.values = [value for value in self.values if self._suits(value)]
        self.samples = [value for value in self.samples if self._suits(value)]

    def _suits(self, value: Any) -> bool:
        if self.types is not None and not any(is_of(value, kind) for kind in self.types):
            return False
        if self.values is not None and not any(same(value, each) for each in self.values):
            return False
        return not any(same(value, each) for each in self.refused)

    def absorb(self, schema: Any) -> None:
        """Let one more schema hold."""
        if isinstance(schema, bool):
            if not schema:
                self.types = []
            return
        self._plain(schema)
        for key, read in _READERS.items():
            if key in schema and self.open is None:
                read(self, schema)

    def _plain(self, schema: Mapping[str, Any]) -> None:
        if "type" in schema:
            given = schema["type"]
            self._narrow([given] if isinstance(given, str) else given)
        if self.told is None:
            self.told = next((told for told, keys in _TELLING if not schema.keys().isdisjoint(keys)), None)
        self.samples += _samples_of(schema)
        for key, choose in _LIMITS.items():
            if key in schema:
                self.limits[key] = choose(self.limit(key, schema[key]), schema[key])
        for key, read in _SIMPLE.items():
            if key in schema:
                read(self, schema[key])
        self.layers += _object_layers(schema)
        if "items" in schema or "prefixItems" in schema:
            self.items.append(
                ItemLayer(schema.get("prefixItems", ()), schema.get("items", True), "items" in schema)
            )
        self.closed_items |= schema.get("unevaluatedItems") is False

    def _narrow(self, types: Sequence[str]) -> None:
        if self.types is None:
            self.types = list(types)
        else:
            met = [_meet(one, other) for one in self.types for other in types]
            self.types = list(dict.fromkeys(each for each in met if each is not None))

    def only(self, values: list[Any]) -> None:
        """Let only some values hold."""
        if self.values is None:
            self.values = values
        else:
            self.values = [value for value in self.values if any(same(value, other) for other in values)]

    def refer(self, schema: Mapping[str, Any]) -> None:
        name = schema["$ref"].removeprefix(REFERENCE)
        if name not in self._within:
            self._within.append(name)
            self.absorb(self.definitions[name])
            self._within.pop()

    def branch(self, schema: Mapping[str, Any], key: str) -> None:
        discriminator = schema.get("discriminator")
        if discriminator is None:
            self.choose([[branch] for branch in schema[key]])
        else:
            self.choose([_discriminated(branch, discriminator) for branch in schema[key]])

    def refuse(self, schema: Mapping[str, Any]) -> None:
        """Avoid what can be avoided by construction; the rest is left to be checked."""
        refused = schema["not"]
        if isinstance(refused, bool):
            self.absorb(not refused)
            return
        said = refused.keys() - {"title"}
        if said == {"required"}:
            self.choose([[{"properties": {name: False}}] for name in refused["required"]] or [[False]])
        elif said in ({"enum"}, {"const"}):
            self.refused += refused["enum"] if "enum" in refused else [refused["const"]]
        elif said == {"type"}:
            types = refused["type"]
            gone = {types} if isinstance(types, str) else set(types)
            gone |= {"integer"} if "number" in gone else set()
            self._narrow([each for each in _TYPES if each not in gone])

    def choose(self, branches: Sequence[Sequence[Any]]) -> None:
        """Go the way that the next pick says."""
        if self.used == len(self.picks):
            self.open = self.open or Choice(branches)
            return
        chosen = branches[self.picks[self.used]]
        self.used += 1
        for schema in chosen:
            self.absorb(schema)


def _samples_of(schema: Mapping[str, Any]) -> list[Any]:
    found = [schema["example"]] if "example" in schema else []
    examples = schema.get("examples")
    if is_list(examples):
        found += examples
    if schema.get("default") is not None:
        found.append(schema["default"])
    return found


def _object_layers(schema: Mapping[str, Any]) -> list[ObjectLayer]:
    keys = ("properties", "patternProperties", "additionalProperties")
    if schema.keys().isdisjoint(keys):
        return []
    properties, patterns, others = (schema.get(key, {}) for key in keys)
    return [ObjectLayer(properties, patterns, others if "additionalProperties" in schema else True)]


def _discriminated(branch: Any, discriminator: Mapping[str, Any]) -> list[Any]:
    """Add to a branch that its member says which branch it is."""
    reference = branch.get("$ref") if is_map(branch) else None
    name, mapping = discriminator["propertyName"], discriminator["mapping"]
    values = [value for value, target in mapping.items() if target == reference]
    if not values:
        return [branch]
    return [branch, {"properties": {name: {"enum": values}}, "required": [name]}]


def _meet(one: str, other: str) -> str | None:
    if one == other:
        return one
    return "integer" if {one, other} == {"integer", "number"} else None


def is_of(value: Any, kind: str) -> bool:
    """Tell whether a value is of a type of JSON Schema."""
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, float | int):
        return kind == "number" or (kind == "integer" and value == int(value))
    return value is None if kind == "null" else isinstance(value, _CLASSES.get(kind, ()))


def same(one: Any, other: Any) -> bool:
    """Compare as JSON Schema does: 1 is 1.0, and not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    if is_map(one) and is_map(other):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def _pattern(shape: Shape, value: str) -> None:
    shape.patterns.append(value)


def _format(shape: Shape, value: str) -> None:
    shape.format = shape.format or value


def _unique(shape: Shape, value: bool) -> None:
    shape.unique |= value


def _dependent(shape: Shape, value: Mapping[str, list[str]]) -> None:
    for name, names in value.items():
        shape.dependent.setdefault(name, []).extend(names)


def _all(shape: Shape, schema: Mapping[str, Any]) -> None:
    for branch in schema["allOf"]:
        shape.absorb(branch)


def _condition(shape: Shape, schema: Mapping[str, Any]) -> None:
    met = [schema["if"], schema.get("then", True)]
    shape.choose([met, [schema.get("else", True), {"not": schema["if"]}]])


def _dependents(shape: Shape, schema: Mapping[str, Any]) -> None:
    for name, dependent in schema["dependentSchemas"].items():
        shape.choose([[dependent], [{"properties": {name: False}}]])


def _contains(shape: Shape, schema: Mapping[str, Any]) -> None:
    least = schema.get("minContains", 1)
    if schema["contains"] in (True, {}):
        shape.limits["minItems"] = max(shape.limit("minItems", 0), least)
    elif least > 0:
        shape.contains.append(Contains(schema["contains"], least))


#: Limits, and which of several counts.
_LIMITS: dict[str, Callable[[int, int], int]] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), min),
}
_SIMPLE: dict[str, Callable[[Shape, Any], None]] = {
    "enum": Shape.only,
    "const": lambda shape, value: shape.only([value]),
    "minimum": lambda shape, value: shape.bounds.above(value, exclusive=False),
    "maximum": lambda shape, value: shape.bounds.under(value, exclusive=False),
    "exclusiveMinimum": lambda shape, value: shape.bounds.above(value, exclusive=True),
    "exclusiveMaximum": lambda shape, value: shape.bounds.under(value, exclusive=True),
    "multipleOf": lambda shape, value: shape.bounds.multiple(value),
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "required": lambda shape, value: shape.required.update(dict.fromkeys(value)),
    "dependentRequired": _dependent,
    "propertyNames": lambda shape, value: shape.names.append(value),
}
#: Keywords that hold further schemas for the same place.
_READERS: dict[str, Callable[[Shape, Mapping[str, Any]], None]] = {
    "contains": _contains,
    "$ref": Shape.refer,
    "allOf": _all,
    "anyOf": lambda shape, schema: shape.branch(schema, "anyOf"),
    "oneOf": lambda shape, schema: shape.branch(schema, "oneOf"),
    "if": _condition,
    "dependentSchemas": _dependents,
    "not": Shape.refuse,
}
