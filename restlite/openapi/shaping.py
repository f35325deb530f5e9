"""From what a document writes to its normal form: the schemas of one document, for one direction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from .dialect import Direction
from .fingerprint import ANNOTATIONS, canonical, fingerprint
from .nodes import is_list, is_map, mapping, sequence
from .pointers import below
from .reader import Document
from .references import is_reference
from .shapes import (
    KINDS,
    UNIVERSE,
    WHOLE,
    Items,
    Kind,
    Limit,
    Made,
    Mark,
    Members,
    Part,
    Schema,
    Variant,
    kind_of_value,
    meet,
)

Variants: TypeAlias = tuple[Variant, ...]

#: The ends of the one range that each kind has.
_LOW: dict[Kind, str] = {
    "number": "minimum",
    "string": "minLength",
    "array": "minItems",
    "object": "minProperties",
}
_HIGH: dict[Kind, str] = {kind: keyword.replace("min", "max") for kind, keyword in _LOW.items()}
_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
#: Formats of numbers that are ranges.
INTEGERS = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)} | {
    f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)
}
#: Formats that refuse nothing.
_HINTS = frozenset(("password", "double"))
#: Rules that are compared as plain values, and those that hold schemas, by the kind they speak of.
_RULES: dict[Kind, tuple[str, ...]] = {
    "string": ("pattern", "format", "contentEncoding", "contentMediaType"),
    "number": ("multipleOf", "format"),
}
_DEEP: dict[Kind, tuple[str, ...]] = {
    "string": ("contentSchema",),
    "object": ("propertyNames", "dependentSchemas"),
}
#: Keywords that speak of every kind and cannot be taken apart.
_WHOLE_SCHEMA = ("not", "if", "$dynamicRef")
#: Alternatives beyond these are no longer multiplied out: ``allOf`` of many ``anyOf``.
MAX_VARIANTS = 512


class Shapes:
    """Give the schemas of one document in normal form, each made once.

    :param direction: what is marked ``readOnly`` has no part in a request, ``writeOnly`` none in an answer.
    """

    def __init__(self, document: Document, direction: Direction) -> None:
        self.document = document
        self.mark = "readOnly" if direction == "request" else "writeOnly"
        self._made: dict[tuple[int, ...], Variants] = {}
        self._parts: dict[int, Variants] = {}
        #: Nodes made here are kept: what is known of a node is found by its identity.
        self._kept: list[Any] = []
        self._open: set[int] = set()

    def schema(self, node: Any, pointer: str) -> Schema:
        """Take a schema as it stands at a place; what it refers to keeps its own place."""
        part = Part(node, pointer)
        seen: set[str] = set()
        while is_reference(part.node) and self._bare(part.node) and part.node["$ref"] not in seen:
            seen.add(part.node["$ref"])
            part = self._target(part)
        trivial = part.node is True or (
            is_map(part.node) and ANNOTATIONS.issuperset(self._keywords(part.node))
        )
        return Schema(() if trivial else (part,), pointer)

    def variants(self, schema: Schema) -> Variants:
        """Give the alternatives of a schema. Raises :class:`~restlite.openapi.reader.DocumentError`."""
        found = self._made.get(schema.key)
        if found is None:
            union = UNIVERSE
            for part in schema.parts:
                union = self._cut(meet(union, self._part(part)))
            found = tuple(made for variant in union if (made := variant.settled()) is not None)
            self._made[schema.key] = found
        return found

    def _target(self, part: Part) -> Part:
        reference, document = part.node["$ref"], self.document
        node = document.files.find(document.data, reference, part.pointer, document.source)
        return Part(node, reference.removeprefix("#"))

    def _bare(self, node: dict[str, Any]) -> bool:
        """Tell whether a reference is all that is said; in 3.0 members beside it count for nothing."""
        said = ANNOTATIONS | {"$ref"}
        return self.document.version == "3.0" or said.issuperset(self._keywords(node))

    def _keywords(self, node: dict[str, Any]) -> list[str]:
        return [key for key in node if not key.startswith("x-")]

    def _part(self, part: Part) -> Variants:
        if not is_map(part.node):
            return () if part.node is False else UNIVERSE
        known = id(part.node)
        if known in self._parts:
            return self._parts[known]
        if known in self._open:
            return UNIVERSE  # A schema composed of itself adds nothing to itself.
        self._open.add(known)
        union = self._union(part)
        self._open.discard(known)
        self._parts[known] = union
        return union

    def _union(self, part: Part) -> Variants:
        node = part.node
        if is_reference(node) and self.document.version == "3.0":
            return self._part(self._target(part))
        union = tuple(self._local(kind, part) for kind in _kinds(node))
        if is_reference(node):
            union = meet(union, self._part(self._target(part)))
        for index, branch in enumerate(sequence(node.get("allOf"))):
            union = self._cut(meet(union, self._part(Part(branch, part.at("allOf", index)))))
        for keyword in ("anyOf", "oneOf"):
            if is_list(node.get(keyword)):
                union = self._cut(meet(union, self._branches(part, keyword)))
        for keyword in ("enum", "const"):
            if keyword in node and (keyword == "const" or is_list(node["enum"])):
                values = node["enum"] if keyword == "enum" else [node["const"]]
                union = meet(union, self._listed(values, part.at(keyword)))
        union = self._closed(part, union)
        if node.get("nullable") is True and self.document.version == "3.0":
            union = (*(variant for variant in union if variant.kind != "null"), Variant("null"))
        return union

    def _cut(self, union: Variants) -> Variants:
        # Fewer alternatives accept less: a document this tangled is judged by the first of them.
        return union[:MAX_VARIANTS]

    def _local(self, kind: Kind, part: Part) -> Variant:
        """Read what a schema itself says of one kind."""
        node = part.node
        low, high = _ends(kind, part)
        marks: dict[Mark, str] = {}
        if kind == "number" and "integer" in _types(node) and "number" not in _types(node):
            marks[WHOLE] = part.at("type")
        for keyword in _RULES.get(kind, ()):
            if keyword in node and not _is_hint(kind, keyword, node[keyword]):
                marks[keyword, canonical(node[keyword])] = part.at(keyword)
        for keyword in (*_DEEP.get(kind, ()), *_WHOLE_SCHEMA):
            if keyword in node:
                said = {key: node[key] for key in (keyword, "then", "else") if key in node}
                marks[keyword, fingerprint(self.document, said)] = part.at(keyword)
        if kind == "array":
            marks |= self._array_marks(part)
        elif kind == "object":
            marks |= _dependents(part)
        return Variant(
            kind,
            low,
            high,
            marks,
            {"true": True, "false": False} if kind == "boolean" else None,
            members=self._members(part) if kind == "object" else Members(),
            items=self._items(part) if kind == "array" else Items(),
            place=part.at("type") if "type" in node else "",
        )

    def _array_marks(self, part: Part) -> dict[Mark, str]:
        node = part.node
        marks: dict[Mark, str] = {}
        if node.get("uniqueItems") is True:
            marks["uniqueItems", "true"] = part.at("uniqueItems")
        if "contains" in node:
            said = {key: node[key] for key in ("contains", "minContains", "maxContains") if key in node}
            marks["contains", fingerprint(self.document, said)] = part.at("contains")
        return marks

    def _members(self, part: Part) -> Members:
        node, pointer = part
        properties: dict[str, Schema] = {}
        hidden, deprecated = set[str](), set[str]()
        for name, child in mapping(node.get("properties")).items():
            place = part.at("properties", name)
            properties[name] = self.schema(child, place)
            if self._says(child, "deprecated"):
                deprecated.add(name)
            if self._says(child, self.mark):
                hidden.add(name)
                properties[name] = Schema((Part(False, place),), place)
        patterns = {
            text: self.schema(child, part.at("patternProperties", text))
            for text, child in mapping(node.get("patternProperties")).items()
        }
        rest = self.schema(node.get("additionalProperties", True), part.at("additionalProperties"))
        required = {name: pointer for name in sequence(node.get("required")) if isinstance(name, str)}
        tag = mapping(node.get("discriminator"))
        alone = "propertyName" in tag and "oneOf" not in node and "anyOf" not in node
        values = frozenset(map(str, mapping(tag.get("mapping"))))
        place = part.at("discriminator")
        return Members(
            properties,
            patterns,
            rest,
            required,
            frozenset(hidden),
            frozenset(deprecated),
            (str(tag["propertyName"]), values, place) if alone else None,
        )

    def _says(self, node: Any, keyword: str) -> bool:
        target = self.document.resolve(node) if is_reference(node) else node
        return any(is_map(each) and each.get(keyword) is True for each in (node, target))

    def _items(self, part: Part) -> Items:
        node = part.node
        prefix = tuple(
            self.schema(child, part.at("prefixItems", index))
            for index, child in enumerate(sequence(node.get("prefixItems")))
        )
        return Items(prefix, self.schema(node.get("items", True), part.at("items")))

    def _closed(self, part: Part, union: Variants) -> Variants:
        """Read ``unevaluated…``: by now each alternative knows all its members and items."""
        node = part.node
        if "unevaluatedProperties" in node:
            rest = self.schema(node["unevaluatedProperties"], part.at("unevaluatedProperties"))
            union = tuple(
                replace(variant, members=replace(variant.members, rest=rest))
                if variant.kind == "object" and variant.members.rest.open
                else variant
                for variant in union
            )
        if "unevaluatedItems" in node:
            rest = self.schema(node["unevaluatedItems"], part.at("unevaluatedItems"))
            union = tuple(
                replace(variant, items=replace(variant.items, rest=rest))
                if variant.kind == "array" and variant.items.rest.open
                else variant
                for variant in union
            )
        return union

    def _branches(self, part: Part, keyword: str) -> Variants:
        """Read alternatives; where a discriminator chooses among them, each takes its own values only."""
        node = part.node
        tag = mapping(node.get("discriminator"))
        found: list[Variant] = []
        for index, branch in enumerate(node[keyword]):
            place = Part(branch, part.at(keyword, index))
            if is_reference(branch) and self._bare(branch):
                place = self._target(place)
            if is_map(branch) and id(place.node) in self._open:
                continue  # It is an alternative of itself.
            made = self._part(place)
            if isinstance(tag.get("propertyName"), str) and is_reference(branch):
                made = self._tagged(made, tag, branch["$ref"], part.at("discriminator"))
            found += [replace(variant, branch=variant.branch or place.pointer) for variant in made]
        return tuple(found)

    def _tagged(self, union: Variants, tag: dict[str, Any], reference: str, pointer: str) -> Variants:
        """Give each object the values of the discriminator that choose it, unless it says them itself."""
        name = tag["propertyName"]
        bare = reference.rpartition("/")[2]
        values = [
            value for value, target in mapping(tag.get("mapping")).items() if target in (reference, bare)
        ]
        own = self._keep(Made(enum=values or [bare]))
        member = Schema((Part(own, below(pointer, "mapping") if values else pointer),), pointer)
        only = Members({name: member}, required={name: pointer})
        return tuple(
            replace(variant, members=variant.members.meet(only))
            if variant.kind == "object" and not self._has_values(variant.members.at(name))
            else variant
            for variant in union
        )

    def _keep(self, node: Made) -> Made:
        self._kept.append(node)
        return node

    def _has_values(self, schema: Schema) -> bool:
        return bool(schema.parts) and all(variant.values is not None for variant in self.variants(schema))

    def _listed(self, values: list[Any], pointer: str) -> Variants:
        """Give the alternatives of an ``enum``: one for each kind of plain values, one for each container."""
        plain: dict[Kind, dict[str, Any]] = {}
        found: list[Variant] = []
        for value in values:
            kind = kind_of_value(value)
            if is_map(value) or is_list(value):
                found += self._part(Part(self._keep(_literal(value)), pointer))
            else:
                plain.setdefault(kind, {})[canonical(value)] = value
        for kind, some in plain.items():
            # Of null there is one value only, listed or not.
            found.append(Variant(kind, values=None if kind == "null" else some, listed=pointer))
        return tuple(found)


def _literal(value: Any) -> Made:
    """Write a container as a schema that accepts it alone."""
    if is_list(value):
        size = len(value)
        items = [Made(const=item) for item in value]
        return Made(type="array", prefixItems=items, items=False, minItems=size, maxItems=size)
    properties = {key: Made(const=item) for key, item in value.items()}
    return Made(type="object", properties=properties, required=list(value), additionalProperties=False)


def _types(node: dict[str, Any]) -> list[str]:
    said = node.get("type")
    return [said] if isinstance(said, str) else sequence(said)


def _kinds(node: dict[str, Any]) -> list[Kind]:
    types = {"number" if name == "integer" else name for name in _types(node)}
    return [kind for kind in KINDS if kind in types] or list(KINDS)


def _ends(kind: Kind, part: Part) -> tuple[Limit | None, Limit | None]:
    """Read both ends of the range of a kind, in the words of any version."""
    if kind not in _LOW:
        return None, None
    node = part.node
    lows, highs = _limits(_LOW[kind], part), _limits(_HIGH[kind], part)
    if kind == "number" and (ends := INTEGERS.get(str(node.get("format")))):
        place = part.at("format")
        lows.append(Limit(ends[0], "format", place, format=node["format"]))
        highs.append(Limit(ends[1], "format", place, format=node["format"]))
    if kind != "number":
        lows = [limit for limit in lows if limit.value > 0]
    low = max(lows, key=lambda limit: (limit.value, limit.exclusive), default=None)
    high = min(highs, key=lambda limit: (limit.value, not limit.exclusive), default=None)
    return low, high


def _limits(keyword: str, part: Part) -> list[Limit]:
    node = part.node
    found: list[Limit] = []
    strict = _EXCLUSIVE.get(keyword, "")
    if _is_number(node.get(keyword)):
        # In 3.0 the exclusive form is a mark beside the bound, later it is a bound of its own.
        found.append(Limit(node[keyword], keyword, part.at(keyword), node.get(strict) is True))
    if _is_number(node.get(strict)):
        found.append(Limit(node[strict], keyword, part.at(strict), exclusive=True))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_hint(kind: Kind, keyword: str, value: Any) -> bool:
    return keyword == "format" and (value in _HINTS or (kind == "number" and value in INTEGERS))


def _dependents(part: Part) -> dict[Mark, str]:
    return {
        ("dependentRequired", canonical([name, other])): part.at("dependentRequired", name)
        for name, others in mapping(part.node.get("dependentRequired")).items()
        for other in sequence(others)
    }
