"""From OpenAPI 3.1 to 3.0: what each kind of object but the schema loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .anatomy import Node
from .lowering import Place, Rule
from .lowering_schemas import schema
from .nodes import is_list, is_map, mapping

#: Media types that are text, or made of parts; all others are bytes, which 3.0 wants to be told.
_NO_BYTES = ("text/", "multipart/", "application/x-www-form-urlencoded")


def _document(node: Node, place: Place) -> Node:
    place.drop(node, "jsonSchemaDialect")
    place.rename(node, "webhooks")
    return {**node, "paths": node.get("paths", {})}


def _info(node: Node, place: Place) -> Node:
    place.rename(node, "summary")
    return node


def _license(node: Node, place: Place) -> Node:
    identifier = node.pop("identifier", None)
    if identifier is not None:
        node["url"] = f"https://spdx.org/licenses/{identifier}.html"
        place.lose("identifier", "url", "identifier")
    return node


def _components(node: Node, place: Place) -> Node:
    place.rename(node, "pathItems")
    schemes = node.get("securitySchemes", {})
    certificates = [key for key, scheme in schemes.items() if _is_mutual(scheme, place)]
    if certificates:
        node["securitySchemes"] = {key: item for key, item in schemes.items() if key not in certificates}
        node["x-securitySchemes"] = {key: schemes[key] for key in certificates}
        for key in certificates:
            place.lose("mutualTLS", "x-securitySchemes", "securitySchemes", key)
            place.move(("securitySchemes", key), ("x-securitySchemes", key))
    return node


def _is_mutual(scheme: Any, place: Place) -> bool:
    found = place.target(scheme)
    return is_map(found) and found.get("type") == "mutualTLS"


def _guarded(node: Node, place: Place) -> Node:
    """Write requirements without client certificates, which 3.0 does not know.

    Where nothing else is asked for, the extension alone tells that the operation is not public.
    """
    given = node.get("security")
    if not is_list(given):
        return node
    schemes: Node = place.lowering.document.get("components", {}).get("securitySchemes", {})
    left = [
        {name: _scopes(schemes.get(name), scopes, place) for name, scopes in alternative.items()
         if not _is_mutual(schemes.get(name), place)}
        for alternative in given
    ]  # fmt: skip
    if any(len(one) < len(other) for one, other in zip(left, given, strict=True)):
        node["x-security"] = given
        place.lose("mutualTLS", "x-security", "security")
    # An alternative of a certificate alone would be none at all now, and tell that anybody may call.
    node["security"] = [one for one, other in zip(left, given, strict=True) if one or not other]
    return node


def _scopes(scheme: Any, scopes: list[str], place: Place) -> list[str]:
    """Keep what OAuth2 and OpenID Connect name; of other schemes 3.0 knows no roles."""
    kind = mapping(place.target(scheme)).get("type")
    if scopes and kind not in ("oauth2", "openIdConnect"):
        place.lose("roles", "", "security")
        return []
    return scopes


def _operation(node: Node, place: Place) -> Node:
    node = _guarded(node, place)
    if not node.get("responses"):
        node["responses"] = {"default": {"description": ""}}
    return node


def _media_type(node: Node, place: Place) -> Node:
    where, name = place.steps[-2:]
    text = str(name).startswith(_NO_BYTES) or any(word in str(name) for word in ("json", "xml", "*"))
    if "schema" not in node and where == "content" and not text:
        node["schema"] = {"type": "string", "format": "binary"}
    return node


def _reference(node: Node, place: Place) -> Node:
    for key in ("summary", "description"):
        place.drop(node, key)
    return node


RULES: Mapping[str, Rule] = {
    "document": lambda node, place: _guarded(_document(node, place), place),
    "info": _info,
    "license": _license,
    "components": _components,
    "operation": _operation,
    "media_type": _media_type,
    "reference": _reference,
    "schema": schema,
}
