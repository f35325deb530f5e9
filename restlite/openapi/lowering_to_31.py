"""From OpenAPI 3.2 to 3.1: what each kind of object loses."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from .anatomy import Node
from .lowering import Place, Rule
from .nodes import is_list, is_map

#: Kind of object -> its members that are new in 3.2, and stay as extensions.
_NEW: Mapping[str, tuple[str, ...]] = {
    "server": ("name",),
    "tag": ("parent", "kind"),
    "path_item": ("query", "additionalOperations"),
    "media_type": ("itemEncoding", "prefixEncoding"),
    "encoding": ("encoding", "itemEncoding", "prefixEncoding"),
    "components": ("mediaTypes",),
    "security_scheme": ("oauth2MetadataUrl", "deprecated"),
    "flows": ("deviceAuthorization",),
    "discriminator": ("defaultMapping",),
}
#: What schemas of 3.2 have that those of 3.1 have not.
NEW_IN_SCHEMAS = ("nodeType", "defaultMapping")
#: Media types whose items stand one after the other in a text.
_TEXTS = ("jsonl", "ndjson", "json-seq", "json-lines", "event-stream")


def _renaming(kind: str) -> Rule:
    def rename(node: Node, place: Place) -> Node:
        for key in _NEW[kind]:
            place.rename(node, key)
        return node

    return rename


def _document(node: Node, place: Place) -> Node:
    place.drop(node, "$self")
    tags = place.lowering.document.get("tags")
    if is_list(tags) and any("parent" in tag for tag in tags):
        node["x-tagGroups"] = _groups(tags)
    return node


def _groups(tags: list[Node]) -> list[Node]:
    """Write a tree of tags as groups: each root with all below it, in the order of the tags.

    A page that reads groups hides the tags that are in none, so every root is one.
    """
    named: dict[str, Node] = {tag["name"]: tag for tag in tags}
    groups: dict[str, list[str]] = {}
    for name in named:
        root, seen = name, {name}
        while (parent := str(named[root].get("parent"))) in named and parent not in seen:
            root = parent
            seen.add(root)
        groups.setdefault(root, []).append(name)
    return [{"name": named[root].get("summary", root), "tags": names} for root, names in groups.items()]


def _tag(node: Node, place: Place) -> Node:
    place.rename(node, "summary", "x-displayName")
    return _renaming("tag")(node, place)


def _response(node: Node, place: Place) -> Node:
    """Give the description that 3.1 asks for: the summary, or what the status is called."""
    if "description" in node:
        place.rename(node, "summary")
    elif "summary" in node:
        node["description"] = node.pop("summary")
        place.lose("summary", "description", "summary")
    else:
        node["description"] = phrase_of(str(place.steps[-1]))
    return node


def phrase_of(status: str) -> str:
    """Say what a status is called; a range and a default have no name."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""


def _media_type(node: Node, place: Place) -> Node:
    if "itemSchema" in node:
        name = str(place.steps[-1]).partition(";")[0]
        if "schema" in node or name.endswith(_TEXTS):
            node["schema"] = node.get("schema", {"type": "string"})
            place.rename(node, "itemSchema")
        else:
            node["schema"] = {"type": "array", "items": node.pop("itemSchema")}
            place.lose("itemSchema", "the items of an array", "itemSchema")
    return _renaming("media_type")(node, place)


def _media_type_reference(node: Node, place: Place) -> Node:
    """Write the media type where 3.1 knows no reference to one."""
    target = place.target(node)
    made = place.lowering.inline("media_type", target, place.steps) if is_map(target) else None
    if made is None:
        place.lose("a reference to a media type")
    return made or {}


def _example(node: Node, place: Place) -> Node:
    if "dataValue" in node:
        node.setdefault("value", node.pop("dataValue"))
        place.rename(node, "serializedValue")
    elif "serializedValue" in node:
        node.setdefault("value", node.pop("serializedValue"))
        place.lose("serializedValue", "value", "serializedValue")
    return node


def _parameter(node: Node, place: Place) -> Node:
    if node.get("style") == "cookie":
        del node["style"]
        place.lose("the style cookie", "form", "style")
    if node.get("in") != "query":
        place.rename(node, "allowReserved")
    if node.get("in") == "querystring" and (schema := _form_of(node)) is not None:
        kept = {key: value for key, value in node.items() if key not in ("content", "in")}
        place.lose("in: querystring", "in: query, style: form", "in")
        return {**kept, "in": "query", "style": "form", "explode": True, "schema": schema}
    return node


def _form_of(node: Node) -> Any:
    """Give the schema of a query string that is a form; each of its members is a parameter then."""
    media_type: Any = node.get("content", {}).get("application/x-www-form-urlencoded")
    return media_type.get("schema", {"type": "object"}) if is_map(media_type) else None


def _parameters(node: Node, place: Place) -> Node:
    """Leave query strings out that are no forms; as a parameter of the query they would be a lie."""
    given = node.get("parameters")
    if not is_list(given):
        return node
    strings = [at for at, item in enumerate(given) if _is_query_string(item, place)]
    if strings:
        node["x-querystring"] = given[strings[0]]
        node["parameters"] = [item for at, item in enumerate(given) if at not in strings]
        place.lose("in: querystring", "x-querystring", "parameters", strings[0])
    return node


def _is_query_string(item: Any, place: Place) -> bool:
    found = place.target(item)
    return is_map(found) and found.get("in") == "querystring" and _form_of(found) is None


def _path_item(node: Node, place: Place) -> Node:
    return _renaming("path_item")(_parameters(node, place), place)


def _components(node: Node, place: Place) -> Node:
    place.rename(node, "mediaTypes")
    parameters = node.get("parameters", {})
    strings = {key: item for key, item in parameters.items() if _is_query_string(item, place)}
    if strings:
        node["parameters"] = {key: item for key, item in parameters.items() if key not in strings}
        node["x-parameters"] = strings
        for key in strings:
            place.move(("parameters", key), ("x-parameters", key))
    return node


def _xml(node: Node, place: Place) -> Node:
    if node.get("nodeType") == "attribute":
        node["attribute"] = True
        del node["nodeType"]
        place.lose("nodeType", "attribute", "nodeType")
    place.rename(node, "nodeType")
    return node


RULES: Mapping[str, Rule] = {
    **{kind: _renaming(kind) for kind in _NEW},
    "document": _document,
    "tag": _tag,
    "response": _response,
    "media_type": _media_type,
    "media_type_reference": _media_type_reference,
    "example": _example,
    "parameter": _parameter,
    "operation": _parameters,
    "path_item": _path_item,
    "components": _components,
    "xml": _xml,
}
