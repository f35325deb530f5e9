"""How deep the least value of a schema is: what never ends is told before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dialect import REFERENCE

ENDLESS = float("inf")


class Heights:
    """Know the least depth of every definition, found by going on until nothing changes."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._known: dict[str, float] = dict.fromkeys(definitions, ENDLESS)
        changed = True
        while changed:
            fresh = {name: self.of(schema) for name, schema in definitions.items()}
            changed = fresh != self._known
            self._known = fresh

    def of(self, schema: Any) -> float:
        """Give the least depth of a value; infinite where every value holds another one of its kind."""
        if isinstance(schema, bool):
            return 0 if schema else ENDLESS
        if "const" in schema or "enum" in schema:
            return 0
        deepest = self._own(schema)
        if "$ref" in schema:
            deepest = max(deepest, self._known[schema["$ref"].removeprefix(REFERENCE)])
        for branch in schema.get("allOf", ()):
            deepest = max(deepest, self.of(branch))
        for key in ("anyOf", "oneOf"):
            if key in schema:
                deepest = max(deepest, min(map(self.of, schema[key])))
        return deepest

    def _own(self, schema: Mapping[str, Any]) -> float:
        """Give the depth of what must be within."""
        given = schema.get("type", ("object", "array"))
        types = {given} if isinstance(given, str) else set(given)
        if not types <= {"object", "array"}:
            return 0
        inner: list[float] = []
        if "object" in types:
            properties = schema.get("properties", {})
            inner += [self.of(properties[name]) for name in schema.get("required", ()) if name in properties]
        if "array" in types and schema.get("minItems", 0) > len(schema.get("prefixItems", ())):
            inner.append(self.of(schema.get("items", True)))
        return 1 + max(inner) if inner else 0
