"""One dialect for every version: the schemas of a document as plain JSON Schema 2020-12.

OpenAPI 3.0 has words of its own (``nullable``, boolean bounds), all versions have ``readOnly`` and
``writeOnly``, whose meaning depends on the direction. Both are said here once, in standard words, so
that what validates and what generates know one language only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

from .engine import readable
from .errors import DocumentError
from .nodes import is_list, is_map, kind_of
from .pointers import below
from .reader import Document
from .references import is_reference

#: Whether a schema describes what a client sends or what it gets.
Direction: TypeAlias = Literal["request", "response"]
#: The base URI of a bundle; it names nothing outside.
BASE = "restlite:"
#: What every ``$ref`` of a bundle begins with; the name of a definition follows.
REFERENCE = f"{BASE}#/$defs/"

_TYPES = frozenset(("null", "boolean", "object", "array", "number", "string", "integer"))
_LIMITS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_ONE = frozenset(
    {"items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"}
    | {"unevaluatedItems", "unevaluatedProperties", "contentSchema"}
)
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
#: Words of composition: with one of these beside it, ``nullable`` cannot be said by a type.
_COMPOSED = frozenset(("$ref", "enum", "const", "allOf", "anyOf", "oneOf", "not", "if"))
_SAID = frozenset(("example", "examples", "default", "readOnly", "writeOnly", "title"))


def _count(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Any) -> bool:
    return is_list(value) and all(isinstance(item, str) for item in value)


_Check: TypeAlias = tuple[Callable[[Any], bool], str]
_COUNT: _Check = (_count, "a whole number, 0 or more")
_NUMBER: _Check = (_number, "a number")
_TEXT: _Check = (lambda value: isinstance(value, str), "a text")
#: Keywords with plain values: what they must look like to mean anything.
_PLAIN: dict[str, _Check] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"), _COUNT),
    **dict.fromkeys(("minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
    **dict.fromkeys(("format", "pattern", "contentEncoding", "contentMediaType"), _TEXT),
    "multipleOf": (lambda value: _number(value) and value > 0, "a number above 0"),
    "required": (_texts, "a list of names"),
    "enum": (lambda value: is_list(value), "a list of values"),
    "const": (lambda value: True, ""),
    "uniqueItems": (lambda value: isinstance(value, bool), "true or false"),
    "dependentRequired": (
        lambda value: is_map(value) and all(map(_texts, value.values())),
        "lists of names",
    ),
}


class Bundle(NamedTuple):
    """Hold one schema with all that it refers to, in 2020-12 alone."""

    #: The schema that was asked for: the name of a definition.
    root: str
    definitions: dict[str, Any]
    #: Where each definition stands in the document.
    origins: dict[str, str]


_Key: TypeAlias = tuple[str, frozenset[str]]


class Dialect:
    """Rewrite the schemas of one document, each once, for one direction.

    A keyword whose value means nothing (``required: true``, ``type: "any"``) is left out and listed in
    ``faults``: documents that others wrote have some, and one of them must not spoil the rest.
    """

    def __init__(self, document: Document, direction: Direction) -> None:
        self.document = document
        self.old = document.version == "3.0"
        #: The mark of members that this direction does without.
        self.mark = "readOnly" if direction == "request" else "writeOnly"
        self.direction = direction
        self.faults: list[DocumentError] = []
        self._names: dict[_Key, str] = {}
        self._made: dict[str, Any] = {}
        self._origins: dict[str, str] = {}
        self._uses: dict[str, set[str]] = {}
        self._now: set[str] = set()
        self._waiting: list[tuple[str, Any, frozenset[str]]] = []

    def bundle(self, schema: Any, pointer: str) -> Bundle:
        """Rewrite one schema and what it refers to. Raises :class:`DocumentError`."""
        root = self._define((f"@{pointer}", frozenset()), schema, pointer)
        while self._waiting:
            name, node, free = self._waiting.pop()
            self._now = self._uses[name] = set()
            self._made[name] = self._schema(node, self._origins[name], free)
        needed, waiting = {root}, [root]
        while waiting:
            fresh = self._uses[waiting.pop()] - needed
            needed |= fresh
            waiting += fresh
        return Bundle(root, {name: self._made[name] for name in needed}, self._origins)

    def _define(self, key: _Key, schema: Any, pointer: str) -> str:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"s{len(self._names)}"
            self._origins[name] = pointer
            self._waiting.append((name, schema, key[1]))
        return name

    def _use(self, key: _Key, schema: Any, pointer: str) -> dict[str, Any]:
        name = self._define(key, schema, pointer)
        self._now.add(name)
        return {"$ref": f"{REFERENCE}{name}"}

    def _reference(self, reference: str, pointer: str, free: frozenset[str]) -> dict[str, Any]:
        document = self.document
        target = document.files.find(document.data, reference, pointer, document.source)
        origin = reference.removeprefix("#")
        return self._use((reference, free), target, origin)

    def _schema(self, node: Any, pointer: str, free: frozenset[str]) -> Any:
        """Rewrite one schema; ``free`` names the members that whoever composed it does without."""
        if not is_map(node):
            if not isinstance(node, bool):
                self._fault(pointer, kind_of(node), "a schema")
            return node if isinstance(node, bool) else True
        if self.old and is_reference(node):
            return self._reference(node["$ref"], pointer, free)
        if node.get("nullable") is True and self._needs_choice(node):
            bare = {key: value for key, value in node.items() if key != "nullable"}
            return {"anyOf": [{"type": "null"}, self._use((f"?{pointer}", free), bare, pointer)]}
        free |= self._free_names(node, ())
        made: dict[str, Any] = {}
        for key, value in node.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                made["$ref"] = self._reference(value, pointer, free)["$ref"]
            elif key in _SAID:
                made[key] = value
            elif key in _PLAIN:
                self._plain(made, node, key, pointer)
            else:
                self._inner(made, node, key, (pointer, free))
        self._settle(made, node, pointer, free)
        return made

    def _needs_choice(self, node: dict[str, Any]) -> bool:
        return not isinstance(node.get("type"), str) or not _COMPOSED.isdisjoint(node)

    def _plain(self, made: dict[str, Any], node: dict[str, Any], key: str, pointer: str) -> None:
        value = node[key]
        if key in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(value, bool):
            return  # The old form; _settle reads it beside its bound.
        fits, expected = _PLAIN[key]
        if key == "pattern" and isinstance(value, str) and not readable(value):
            self._fault(below(pointer, key), repr(value[:64]), "a regular expression of ECMA-262")
        elif fits(value):
            made[key] = int(value) if fits is _count else value
        else:
            self._fault(below(pointer, key), kind_of(value), expected)

    def _inner(
        self, made: dict[str, Any], node: dict[str, Any], key: str, place: tuple[str, frozenset[str]]
    ) -> None:
        """Rewrite the schemas within one keyword; those in place of the whole inherit its free names."""
        pointer, free = place
        value, nothing = node[key], frozenset[str]()
        inner = below(pointer, key)
        if key in _ONE:
            in_place = free if key in ("then", "else") else nothing
            made[key] = self._schema(value, inner, in_place)
        elif key in _LISTS:
            if not is_list(value) or not value:
                self._fault(inner, kind_of(value), "a list of schemas")
                return
            in_place = nothing if key == "prefixItems" else free
            made[key] = [self._schema(item, below(inner, at), in_place) for at, item in enumerate(value)]
        elif key in _MAPS:
            if not is_map(value):
                self._fault(inner, kind_of(value), "a mapping of schemas")
                return
            in_place = free if key == "dependentSchemas" else nothing
            if key == "patternProperties":
                for pattern in [each for each in value if not readable(each)]:
                    self._fault(inner, repr(pattern[:64]), "a regular expression of ECMA-262")
                value = {each: value[each] for each in value if readable(each)}
            made[key] = {at: self._schema(item, below(inner, at), in_place) for at, item in value.items()}

    def _settle(self, made: dict[str, Any], node: dict[str, Any], pointer: str, free: frozenset[str]) -> None:
        """Say in standard words what depends on several members."""
        self._types(made, node, pointer)
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if node.get(exclusive) is True and bound in made:
                made[exclusive] = made.pop(bound)
        if (limits := _LIMITS.get(made.get("format", ""))) is not None and "string" not in made.get(
            "type", ()
        ):
            made["minimum"] = max(made.get("minimum", limits[0]), limits[0])
            made["maximum"] = min(made.get("maximum", limits[1]), limits[1])
        if free and "required" in made:
            made["required"] = [name for name in made["required"] if name not in free]
        if self.direction == "response":
            for name in made.get("properties", {}):
                if self._is_marked(node["properties"][name]):
                    made["properties"][name] = False
        discriminator = node.get("discriminator")
        if is_map(discriminator) and isinstance(discriminator.get("propertyName"), str):
            made["discriminator"] = self._discriminator(discriminator, node, pointer, free)

    def _types(self, made: dict[str, Any], node: dict[str, Any], pointer: str) -> None:
        given = node.get("type")
        if given is None:
            return
        types = given if is_list(given) else [given]
        known = [name for name in types if isinstance(name, str) and name in _TYPES]
        if len(known) < len(types) or not known:
            self._fault(below(pointer, "type"), repr(given)[:64], "a type of JSON Schema")
            if len(known) < len(types):
                return
        if node.get("nullable") is True and "null" not in known:
            known = [*known, "null"]
        if known:
            made["type"] = known[0] if len(known) == 1 else list(dict.fromkeys(known))

    def _discriminator(
        self, given: dict[str, Any], node: dict[str, Any], pointer: str, free: frozenset[str]
    ) -> dict[str, Any]:
        """Give the references of the branches by the values that choose them."""
        mapping: dict[str, str] = {}
        named = given.get("mapping")
        for value, target in named.items() if is_map(named) else ():
            if isinstance(target, str):
                plain = "/" not in target and "#" not in target and "." not in target
                mapping[str(value)] = f"#/components/schemas/{target}" if plain else target
        for branch in [*_list(node.get("oneOf")), *_list(node.get("anyOf"))]:
            if is_reference(branch) and branch["$ref"] not in mapping.values():
                mapping[branch["$ref"].rpartition("/")[2]] = branch["$ref"]
        branches = {value: self._reference(each, pointer, free)["$ref"] for value, each in mapping.items()}
        return {"propertyName": given["propertyName"], "mapping": branches}

    def _free_names(self, node: Any, seen: tuple[str, ...]) -> frozenset[str]:
        """Collect the marked members of a schema and of all that is composed into it."""
        if not is_map(node):
            return frozenset()
        found: set[str] = set()
        properties = node.get("properties")
        if is_map(properties):
            found = {name for name, schema in properties.items() if self._is_marked(schema)}
        for branch in _list(node.get("allOf")):
            found |= self._free_names(branch, seen)
        if is_reference(node) and node["$ref"] not in seen:
            reference, document = node["$ref"], self.document
            target = document.files.find(document.data, reference, "", document.source)
            found |= self._free_names(target, (*seen, reference))
        return frozenset(found)

    def _is_marked(self, schema: Any) -> bool:
        if not is_map(schema):
            return False
        if schema.get(self.mark) is True:
            return True
        target = self.document.resolve(schema)
        return is_map(target) and target.get(self.mark) is True

    def _fault(self, pointer: str, found: str, expected: str) -> None:
        self.faults.append(self.document.error(pointer, found, expected))


def _list(value: Any) -> list[Any]:
    return value if is_list(value) else []
