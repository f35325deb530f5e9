"""What stands where in an OpenAPI document (3.2, which holds all of 3.1): one table, and one walk over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from .nodes import is_list, is_map

Node: TypeAlias = dict[str, Any]
Steps: TypeAlias = tuple[str | int, ...]
#: Whether a member holds one object, a list of them, or a map.
Shape = Literal["one", "list", "map"]
Visit: TypeAlias = Callable[[str, Any, Steps], Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def _members(*, one: str = "", many: str = "", maps: str = "") -> Mapping[str, tuple[Shape, str]]:
    """Read ``member:kind`` words; a word without a colon is member and kind."""
    shapes: tuple[tuple[Shape, str], ...] = (("one", one), ("list", many), ("map", maps))
    return {
        word.partition(":")[0]: (shape, word.rpartition(":")[2])
        for shape, words in shapes
        for word in words.split()
    }


_CONTENT = "examples:example content:media_type"
_ENCODINGS = {"one": "itemEncoding:encoding", "many": "prefixEncoding:encoding"}
#: Kind of object -> its members that hold objects, with their shape and kind.
ANATOMY: Mapping[str, Mapping[str, tuple[Shape, str]]] = {
    "document": _members(
        one="info components",
        many="servers:server security:requirement tags:tag",
        maps="paths:path_item webhooks:path_item",
    ),
    "info": _members(one="license"),
    "components": _members(
        maps="schemas:schema responses:response parameters:parameter examples:example headers:header"
        " requestBodies:request_body securitySchemes:security_scheme links:link callbacks:callback"
        " pathItems:path_item mediaTypes:media_type"
    ),
    "path_item": _members(
        one=" ".join(f"{method}:operation" for method in (*METHODS, "query")),
        many="servers:server parameters:parameter",
        maps="additionalOperations:operation",
    ),
    "operation": _members(
        one="requestBody:request_body",
        many="parameters:parameter security:requirement servers:server",
        maps="responses:response callbacks:callback",
    ),
    "parameter": _members(one="schema", maps=_CONTENT),
    "header": _members(one="schema", maps=_CONTENT),
    "request_body": _members(maps="content:media_type"),
    "response": _members(maps="headers:header content:media_type links:link"),
    "media_type": _members(
        one="schema itemSchema:schema itemEncoding:encoding",
        many="prefixEncoding:encoding",
        maps="examples:example encoding",
    ),
    "encoding": _members(
        one="itemEncoding:encoding", many="prefixEncoding:encoding", maps="headers:header encoding"
    ),
    "security_scheme": _members(one="flows"),
    "link": _members(one="server"),
    "schema": {
        **_members(one="xml discriminator"),
        **dict.fromkeys(("items", "unevaluatedItems", "contains", "contentSchema"), ("one", "schema")),
        **dict.fromkeys(("not", "if", "then", "else", "propertyNames"), ("one", "schema")),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties"), ("one", "schema")),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schema")),
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), ("map", "schema")),
    },
}
#: Kinds that may be a Reference Object instead; schemas and path items have a ``$ref`` of their own.
REFERABLE = frozenset(
    (
        *("response", "parameter", "example", "header", "request_body", "link", "callback"),
        *("media_type", "security_scheme"),
    )
)


def visited(kind: str, node: Node, steps: Steps, visit: Visit) -> Node:
    """Copy one object, with what ``visit`` makes of every object in it."""
    if kind == "callback":  # an object that is itself a map
        made: Node = _inner("map", "path_item", node, steps, visit)
        return made
    members = ANATOMY.get(kind)
    if members is None:
        return dict(node)
    copied: Node = {}
    for key, value in node.items():
        member = members.get(key)
        copied[key] = value if member is None else _inner(*member, value, (*steps, key), visit)
    return copied


def _inner(shape: Shape, kind: str, value: Any, steps: Steps, visit: Visit) -> Any:
    if shape == "one":
        return visit(kind, value, steps)
    if shape == "list" and is_list(value):
        return [visit(kind, item, (*steps, at)) for at, item in enumerate(value)]
    if shape == "map" and is_map(value):
        return {
            key: item if is_extension(key, kind) else visit(kind, item, (*steps, key))
            for key, item in value.items()
        }
    return value


def is_extension(key: str, kind: str) -> bool:
    """Tell whether a key of a map is an extension; names of schemas and headers may look like one."""
    return key.startswith("x-") and kind in ("path_item", "response")
