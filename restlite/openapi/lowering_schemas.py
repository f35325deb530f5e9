"""From JSON Schema 2020-12 to the schemas of OpenAPI 3.0.

What 3.0 has no word for is said in others where that is exact: conditions by ``not`` and ``anyOf``, a
constant by ``enum``. What cannot be said is left out, so that a schema may take more than it did, and never
takes less.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from .anatomy import Node
from .lowering import Place
from .nodes import is_list, is_map

Step: TypeAlias = Callable[[Node, Place], None]

#: What takes null and nothing else; ``nullable`` means something only beside a type.
NULL: Node = {"type": "string", "nullable": True, "enum": [None]}
NOTHING: Node = {"not": {}}
#: What 3.0 knows; what has another meaning there has been rewritten when this is read.
_KNOWN = frozenset(
    (
        *("title", "description", "default", "example", "deprecated", "readOnly", "writeOnly"),
        *("type", "nullable", "enum", "format", "discriminator", "not", "allOf", "oneOf", "anyOf"),
        *("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "items", "maxItems", "minItems", "uniqueItems"),
        *("properties", "required", "additionalProperties", "maxProperties", "minProperties"),
        *("externalDocs", "xml"),
    )
)
#: Words that are left out, or stand for less.
_LOOSENED = frozenset(
    (
        *("prefixItems", "patternProperties", "propertyNames", "contains", "$dynamicRef"),
        *("unevaluatedItems", "unevaluatedProperties"),
    )
)
#: Said of the schema as a text; nothing is lost with them.
_SILENT = ("$schema", "$comment", "$vocabulary")


def schema(node: Any, place: Place) -> Node:
    """Write one schema in the words of 3.0; the schemas in it have been rewritten."""
    if isinstance(node, bool):
        return {} if node else dict(NOTHING)
    for step in STEPS:
        step(node, place)
    for key in [key for key in node if key not in _KNOWN and not key.startswith(("x-", "$ref"))]:
        place.drop(node, key)
    return _with_reference(node)


def _silent(node: Node, place: Place) -> None:
    for key in _SILENT:
        node.pop(key, None)
    for key in ("required", "enum", "examples"):
        if node.get(key) == []:
            del node[key]
    if "enum" in node:
        node["enum"] = list({_json(value): value for value in reversed(node["enum"])}.values())[::-1]


def _json(value: Any) -> str:
    """Write a value so that equal ones look equal; 1.0 is 1."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, sort_keys=True)


def _loosened(node: Node, place: Place) -> None:
    """Leave out what would take less, where that by which it refuses is loosened."""
    if "not" in node and _may_loosen(place.given["not"], place, set()):
        place.drop(node, "not")
    if "if" in node and _may_loosen(place.given["if"], place, set()):
        for key in ("if", "then", "else"):
            place.drop(node, key)
    # Branches that have a member to tell them apart stay apart.
    plain = "oneOf" in node and "anyOf" not in node and "discriminator" not in node
    if plain and _may_loosen(place.given["oneOf"], place, set()):
        node["anyOf"] = node.pop("oneOf")
        place.lose("oneOf", "anyOf", "oneOf")


def _may_loosen(node: Any, place: Place, seen: set[int]) -> bool:
    """Tell whether a schema, or one that it refers to, has words that 3.0 does not know."""
    if id(node) in seen:
        return False
    seen.add(id(node))
    if is_list(node):
        return any(_may_loosen(item, place, seen) for item in node)
    if not is_map(node):
        return False
    if not _LOOSENED.isdisjoint(node):
        return True
    target = place.target(node) if "$ref" in node else None
    return _may_loosen(target, place, seen) or any(_may_loosen(item, place, seen) for item in node.values())


def _definitions(node: Node, place: Place) -> None:
    place.rename(node, "$defs")


def _constant(node: Node, place: Place) -> None:
    if "const" in node:
        value = node.pop("const")
        if value is None:
            _nothing_but_null(node)
        elif value in node.get("enum", [value]):
            node["enum"] = [value]
        else:
            _add(node, NOTHING)


def _types(node: Node, place: Place) -> None:
    """Write several types as alternatives, null as ``nullable``."""
    given = node.get("type")
    types = [given] if isinstance(given, str) else list(given or ())
    null = "null" in types
    types = [name for name in types if name != "null"]
    if "number" in types and "integer" in types:
        types.remove("integer")
    if null and not types:
        del node["type"]
        _nothing_but_null(node)
    elif len(types) == 1:
        node["type"] = types[0]
        if null:
            node["nullable"] = True
    elif types:
        del node["type"]
        branches = [_only(name) for name in types]
        if null:
            branches[0]["nullable"] = True
        _choose(node, branches)


def _only(kind: str) -> Node:
    return {"type": kind, "items": {}} if kind == "array" else {"type": kind}


def _nothing_but_null(node: Node) -> None:
    if None in node.get("enum", [None]) and node.get("type", "string") == "string":
        node |= NULL
    else:
        _add(node, NULL)


def is_null(branch: Node) -> bool:
    """Tell whether a rewritten schema takes null and nothing else."""
    return bool(branch.get("nullable")) and branch.get("enum") == [None]


def _bounds(node: Node, place: Place) -> None:
    """Write an exclusive bound as 3.0 does: a mark beside the bound; the tighter of two stays."""
    for exclusive, bound, sign in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
        limit, other = node.get(exclusive), node.get(bound)
        if isinstance(limit, bool) or limit is None:
            continue
        if other is None or sign * limit >= sign * other:
            node[bound], node[exclusive] = limit, True
        else:
            del node[exclusive]


def _positions(node: Node, place: Place) -> None:
    """Write a tuple as an array of any of its items, as long as it may be."""
    prefix = node.pop("prefixItems", None)
    if prefix is not None:
        if "items" not in node and "unevaluatedItems" in node and not _COMPOSED & node.keys():
            node["items"] = node.pop("unevaluatedItems")
        rest = node.get("items", {})
        if rest == NOTHING:
            node["maxItems"] = min(len(prefix), node.get("maxItems", len(prefix)))
        length = node.get("maxItems")
        choices = prefix if length is not None and length <= len(prefix) else [*prefix, rest]
        choices = [one for at, one in enumerate(choices) if one not in choices[:at]]
        node["items"] = choices[0] if len(choices) == 1 else {} if {} in choices else {"anyOf": choices}
        place.lose("prefixItems", "items", "prefixItems")
    if node.get("type") == "array":
        node.setdefault("items", {})


def _examples(node: Node, place: Place) -> None:
    examples = node.pop("examples", None)
    if is_list(examples):
        node.setdefault("example", examples[0])
        if len(examples) > 1:
            place.lose("examples", "example", "examples")


def _content(node: Node, place: Place) -> None:
    """Write how bytes stand in a string as a format."""
    encoding, kind = node.pop("contentEncoding", None), node.pop("contentMediaType", None)
    if encoding in ("base64", "base64url"):
        node["format"] = "byte"
        if encoding == "base64url" or kind not in (None, "application/octet-stream"):
            place.lose("contentEncoding, contentMediaType", "format: byte")
    elif encoding is None and kind is not None and not kind.startswith("text/") and "json" not in kind:
        node["format"] = "binary"
        if kind != "application/octet-stream":
            place.lose("contentMediaType", "format: binary", "contentMediaType")
    elif encoding or kind:
        place.lose("contentEncoding, contentMediaType")


def _condition(node: Node, place: Place) -> None:
    """Say "if … then … else …" in other words: not the one, or the other."""
    condition = node.pop("if", None)
    then, otherwise = node.pop("then", None), node.pop("else", None)
    if condition is not None and then:
        _choose(node, [{"not": condition}, then])
    if condition is not None and otherwise:
        _choose(node, [condition, otherwise])


def _dependencies(node: Node, place: Place) -> None:
    """Say "with this member also …" in other words: without this member, or …"""
    required: Node = node.pop("dependentRequired", {})
    others: Node = {name: {"required": list(names)} for name, names in required.items() if names}
    for name, other in [*others.items(), *node.pop("dependentSchemas", {}).items()]:
        _choose(node, [{"not": {"required": [name]}}, other])


def _patterns(node: Node, place: Place) -> None:
    """Let every member that is not named be like one of those with a pattern."""
    if node.get("additionalProperties") in ({}, NOTHING):
        node["additionalProperties"] = not node["additionalProperties"]
    patterns = node.pop("patternProperties", None)
    if patterns:
        rest = node.get("additionalProperties", True)
        others: list[Node] = [] if rest is False else [{} if rest is True else rest]
        choices = [*patterns.values(), *others]
        if {} in choices:
            node.pop("additionalProperties", None)
        else:
            node["additionalProperties"] = choices[0] if len(choices) == 1 else {"anyOf": choices}
        place.lose("patternProperties", "additionalProperties", "patternProperties")
    closed = node.get("unevaluatedProperties")
    if closed is not None and "additionalProperties" not in node and not _COMPOSED & node.keys():
        node["additionalProperties"] = False if closed == NOTHING else node["unevaluatedProperties"]
        del node["unevaluatedProperties"]


_COMPOSED = {"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "$dynamicRef"}


def _alternatives(node: Node, place: Place) -> None:
    """Write "this or null" as ``nullable``, where there is a type that it can stand beside."""
    for key in ("anyOf", "oneOf"):
        branches = node.get(key)
        others = [branch for branch in branches or () if not is_null(branch)]
        if len(others) == len(branches or ()):
            continue
        typed = next((at for at, one in enumerate(others) if _may_be_null(one)), None)
        if typed is not None:
            others[typed] = _nullable(others[typed])
        elif len(others) == 1 and (kind := _type_of(others[0], place)) is not None:
            others = [{"type": kind, "nullable": True, "allOf": others}]
        else:
            continue
        node[key] = others
        if len(others) == 1 and not others[0].keys() & node.keys():
            del node[key]
            node |= others[0]


def _may_be_null(branch: Node) -> bool:
    return isinstance(branch.get("type"), str) and not branch.keys() & {"allOf", "anyOf", "oneOf", "not"}


def _nullable(branch: Node) -> Node:
    made: Node = {**branch, "nullable": True}
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made


def _type_of(branch: Node, place: Place) -> str | None:
    """Give the one type of a branch, or of what it refers to."""
    found: Any = place.target(branch)
    kind = found.get("type") if is_map(found) else None
    if is_list(kind) and len(kind) == 2 and "null" in kind:
        kind = next(name for name in kind if name != "null")
    return kind if isinstance(kind, str) and kind != "null" else None


def _add(node: Node, other: Node) -> None:
    node["allOf"] = [*node.get("allOf", ()), dict(other)]


def _choose(node: Node, branches: list[Node]) -> None:
    """Ask for one of some schemas, beside all that is asked already."""
    if "anyOf" in node:
        _add(node, {"anyOf": branches})
    else:
        node["anyOf"] = branches


def _with_reference(node: Node) -> Node:
    """Put a reference into ``allOf`` where something stands beside it, which 3.0 would not see."""
    if "$ref" not in node or len(node) == 1:
        return node
    reference = {"$ref": node.pop("$ref")}
    return {**node, "allOf": [reference, *node.get("allOf", ())]}


STEPS: tuple[Step, ...] = (
    _silent,
    _loosened,
    _definitions,
    _patterns,
    _alternatives,
    _condition,
    _dependencies,
    _types,
    _constant,
    _bounds,
    _positions,
    _examples,
    _content,
)
