"""Problems in a document: one schema for all that only differ in status, one for each class with members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import ErrorFormat, Invalid, Problem
from ..records import SchemaRef
from ..violations import CODES, MAX_VIOLATIONS, Violation
from .prose import markdown
from .schemas import COMPONENTS, Schema, Schemas


class Problems:
    """Write the schemas of problems; each is a component once it has been asked for."""

    def __init__(self, kinds: Iterable[type[Problem]]) -> None:
        self._keys = {kind: key_of(kind) for kind in kinds}
        #: Where the classes are defined, by key; it decides on the names of components.
        self.paths = {key: key.partition(" ")[2] for key in self._keys.values()}
        if any(issubclass(kind, Invalid) for kind in self._keys):
            self.paths["problem Violation"] = f"{Violation.__module__}.Violation"
        #: References to the types of members, for the batch of all schemas.
        self.refs = {
            (kind, name): SchemaRef(hint, "pydantic", "output")
            for kind in sorted(self._keys, key=lambda kind: self._keys[kind])
            for name, hint in kind.hints().items()
            if name != "errors" or not issubclass(kind, Invalid)
        }
        self.components: dict[str, Schema] = {}

    def of(self, kind: type[Problem], error_format: ErrorFormat, schemas: Schemas) -> Schema:
        """Give the schema of the documents of one kind, as a format writes them."""
        if type(error_format).describe is not ErrorFormat.describe:
            return error_format.describe(kind)
        name = schemas.names[self._keys[kind]]
        if name not in self.components:
            self.components[name] = self._written(kind, schemas)
        return {"$ref": COMPONENTS + name}

    def _written(self, kind: type[Problem], schemas: Schemas) -> Schema:
        plain = is_plain(kind)
        properties: dict[str, Schema] = {
            "type": {"type": "string", "format": "uri-reference", **({} if plain else {"const": kind.type})},
            "title": {"type": "string", **({} if plain else {"const": kind.title})},
            "status": {"type": "integer", **({} if plain else {"const": kind.status})},
            "detail": {"type": "string", "description": "What happened this time."},
        }
        named = [name for name in kind.members if (kind, name) in self.refs]
        properties |= {name: schemas.of(self.refs[kind, name]) for name in named}
        if issubclass(kind, Invalid):
            name = schemas.names["problem Violation"]
            self.components[name] = VIOLATION
            items = {"$ref": COMPONENTS + name}
            properties["errors"] = {"type": "array", "items": items, "maxItems": MAX_VIOLATIONS}
        properties["request_id"] = {"type": "string", "description": "Finds the request in the server's log."}
        required = ["type", "title", "status", *kind.members, "request_id"]
        return {
            "type": "object",
            "description": _ANY if plain else markdown(sentence_of(kind) or kind.title),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


_ANY = "An error; its status says all that is to be known of its kind (RFC 9457)."
#: One thing that is wrong with a request.
VIOLATION: Schema = {
    "type": "object",
    "description": "One thing that is wrong with a request.",
    "properties": {
        "in": {"type": "string", "enum": ["body", "query", "path", "header", "cookie"]},
        "pointer": {"type": "string", "description": "The place in a body (RFC 6901)."},
        "parameter": {"type": "string", "description": "The name of a parameter."},
        "code": {"type": "string", "enum": list(CODES)},
        "detail": {"type": "string"},
    },
    "required": ["in", "code", "detail"],
    "additionalProperties": False,
}


def key_of(kind: type[Problem]) -> str:
    """Name a kind by where it is defined: kinds that are told apart by their status alone are one."""
    if is_plain(kind):
        return f"problem {Problem.__module__}.Problem"
    name = "ValidationProblem" if kind is Invalid else kind.__qualname__
    return f"problem {kind.__module__}.{name}"


def is_plain(kind: type[Problem]) -> bool:
    """Tell whether the documents of a kind say no more than their status does."""
    return kind.type == "about:blank" and not kind.members


def sentence_of(kind: type[Any]) -> str:
    """Give the first sentence of a class's docstring."""
    text = (kind.__doc__ or "").strip().partition("\n\n")[0]
    return " ".join(text.split())
