"""What a patch of a pydantic type must know, read from its core schema.

Three things are made of one core schema: its :class:`Shape`; its *partial* schema, which holds a merge
patch to the type's own constraints; and the schema that reads again all it has written, hidden and
read-only members too.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ..adapters.access import access_of, fields_in
from ..adapters.nodes import BRANCHES, FIELDS, OBJECTS, UNIONS, Node, choices_of, class_of, spread
from ..adapters.spelling import plain
from ..errors import SetupError
from .mergepatch import Member, Shape

#: The node inside an object that has its fields.
_HOLDERS = frozenset({"model-fields", "dataclass-args", "typed-dict"})
#: The nodes on which a field's marker may stand.
_MARKED = FIELDS | {"default", "nullable"}


def inner_of(node: Node) -> Node | None:
    """Step from a wrapper to what it wraps, as JSON is read; None where it wraps nothing."""
    for key in ("json_schema", "strict_schema", "schema"):
        if key in node:
            inner: Node = node[key]
            return inner
    return None


def holder_of(node: Node) -> Node:
    """Give the node inside an object that has its fields."""
    while node["type"] not in _HOLDERS:
        node = node["schema"]
    return node


def wires_of(name: str, field: Node) -> list[str]:
    """List the names of a field in requests, the one for answers to be read again first."""
    said: Any = field.get("validation_alias")
    if said is None:
        return [name]
    if isinstance(said, str):
        return [said]
    paths: list[Any] = said if class_of(said[0]) is list else [said]
    wires: list[str] = [path[0] for path in paths if len(path) == 1]
    if not wires:
        found = f"Patch: the member {name!r} is read from inside another one, by AliasPath."
        raise SetupError(found, mend=f'{name}: Annotated[..., Field(alias="{name}")]')
    return wires


def is_optional(field: Node) -> bool:
    """Tell whether a field may be missing in a request that makes the whole object."""
    return field["schema"]["type"] == "default" or field.get("required") is False


def is_secret(node: Node) -> bool:
    """Tell whether a value is written as stars, as pydantic's secrets are."""
    written = node.get("serialization", {}).get("function")
    if getattr(written, "__name__", "") == "_serialize_secret_field":
        return True
    found: list[bool] = []
    if node["type"] not in OBJECTS:
        for key in BRANCHES & node.keys():
            spread(node[key], lambda inner: found.append(is_secret(inner)))
    return any(found)


class Reading:
    """Read one core schema of a type; SetupError where patches cannot name its members."""

    def __init__(self, core: Any) -> None:
        self.core: Node = core
        self.definitions: dict[str, Node] = {}
        if self.core["type"] == "definitions":
            self.definitions = {item["ref"]: item for item in self.core["definitions"]}
        self._shapes: dict[int, Shape] = {}
        #: Some member is read-only or hidden.
        self.guarded = False
        self.shape = self._shape(self.core)

    @property
    def object(self) -> Node:
        """Give the node of the type itself."""
        node: Node | None = self.core
        while node is not None and (node["type"] not in OBJECTS or node.get("root_model")):
            node = self.definitions[node["schema_ref"]] if "schema_ref" in node else inner_of(node)
        assert node is not None  # It is a model, a dataclass or a TypedDict.
        return node

    def followed(self, node: Node) -> Node:
        """Give the node that a reference, or a list of definitions, stands for."""
        if node["type"] == "definitions":
            return self.followed(node["schema"])
        return self.definitions[node["schema_ref"]] if node["type"] == "definition-ref" else node

    def holds_object(self, node: Node) -> bool:
        """Tell whether a value is merged member by member, where it is not null."""
        node = self.followed(node)
        if node["type"] in UNIONS:
            return any(self.holds_object(choice) for _, choice in choices_of(node))
        if node["type"] in OBJECTS and not node.get("root_model"):
            return True
        inner = inner_of(node) if node["type"] not in FIELDS else None
        return node["type"] == "dict" or (inner is not None and self.holds_object(inner))

    def takes_null(self, node: Node) -> bool:
        """Tell whether null is one of the values."""
        node = self.followed(node)
        kind = node["type"]
        if kind in UNIONS:
            return any(self.takes_null(choice) for _, choice in choices_of(node))
        if kind in OBJECTS and not node.get("root_model"):
            return False
        if kind in ("nullable", "none", "any") or (kind == "literal" and None in node["expected"]):
            return True
        inner = inner_of(node)
        return inner is not None and self.takes_null(inner)

    def _shape(self, node: Node) -> Shape:
        node = self.followed(node)
        shape = self._shapes.get(id(node))
        if shape is None:
            shape = self._shapes[id(node)] = Shape()
            self._fill(shape, node)
        return shape

    def _fill(self, shape: Shape, node: Node) -> None:
        node = self.followed(node)
        inner = inner_of(node)
        if node["type"] in OBJECTS and not node.get("root_model"):
            self._fill_object(shape, node)
        elif node["type"] in UNIONS:
            for _, choice in choices_of(node):
                self._fill(shape, choice)
        elif node["type"] == "dict" and "values_schema" in node:
            shape.items = self._shape(node["values_schema"])
        elif node["type"] in ("list", "set", "frozenset") and "items_schema" in node:
            shape.items = self._shape(node["items_schema"])
        elif inner is not None:
            self._fill(shape, inner)

    def _fill_object(self, shape: Shape, node: Node) -> None:
        for name, field in fields_in(holder_of(node)):
            wire, *others = wires_of(name, field)
            access = access_of(field)
            excluded = field.get("serialization_exclude") is True
            schema: Node = field["schema"]
            hidden = access == "writeOnly" or excluded or is_secret(schema)
            self.guarded = self.guarded or hidden or access == "readOnly"
            shape.members[wire] = Member(
                self.takes_null(schema), access == "readOnly", hidden, self._shape(schema)
            )
            shape.spellings |= dict.fromkeys((name, *others), wire)
        for computed in holder_of(node).get("computed_fields", ()):
            self.guarded = True
            shape.members[computed.get("alias") or computed["property_name"]] = Member(read_only=True)
        shape.spellings = {key: wire for key, wire in shape.spellings.items() if key not in shape.members}


def round_trip(node: Node) -> Node:
    """Copy a core schema into one that writes all members, by the names that it reads.

    Nothing of it is ever published, so what is said for the document goes, the markers of access with it.
    """
    copy = {key: spread(value, round_trip) if key in BRANCHES else value for key, value in node.items()}
    if copy["type"] in FIELDS and "serialization_exclude" in copy:
        del copy["serialization_exclude"]
    if copy["type"] in _MARKED:
        copy.pop("metadata", None)
    if "computed_fields" in copy:
        copy["computed_fields"] = []
    if copy["type"] in _HOLDERS:
        for name, field in fields_in(copy):
            field["serialization_alias"] = wires_of(name, field)[0]
    written = copy.get("serialization", {})
    if getattr(written.get("function"), "__name__", "") == "_serialize_secret_field":
        copy["serialization"] = {"type": "function-plain", "function": _revealed}
    return copy


def _revealed(secret: Any) -> Any:
    return secret if secret is None else secret.get_secret_value()


class Partial:
    """Derive the schema of merge patches: every member may be missing, and objects are held to theirs.

    Where null would remove a member which may be missing, null is taken, and stands for its default.
    Items of arrays are whole, as a merge patch replaces them. What a union of objects is merged to can
    only be told once it is merged.
    """

    def __init__(self, reading: Reading, title: str) -> None:
        self._reading = reading
        self._title = title
        self._made: dict[str, Node] = {}

    def schema(self) -> Node:
        """Give the schema, with all that it refers to."""
        root = {**self._of(self._reading.followed(self._reading.core))}
        root.pop("ref", None)
        root["metadata"] = _titled(self._title)
        kept = [*self._reading.definitions.values(), *self._made.values()]
        return {"type": "definitions", "schema": root, "definitions": kept} if kept else root

    def _of(self, node: Node) -> Node:
        if not self._reading.holds_object(node):
            return node
        kind = node["type"]
        if kind == "definition-ref":
            return self._referred(node["schema_ref"])
        if kind in OBJECTS and not node.get("root_model"):
            return self._object(node)
        if kind == "dict":
            values: Node = self._of(node["values_schema"]) if "values_schema" in node else {"type": "any"}
            kept = {key: value for key, value in node.items() if key in ("type", "keys_schema", "strict")}
            return {**kept, "values_schema": {"type": "nullable", "schema": values}}
        if kind == "nullable":
            return {"type": "nullable", "schema": self._of(node["schema"])}
        inner = inner_of(node)
        return {"type": "any"} if inner is None else self._of(inner)

    def _referred(self, name: str) -> Node:
        """Derive what a reference names, once."""
        ref = "Patch:".join(name.split(":", 1))  # "module.Book:id", of which the document shows "Book"
        if ref not in self._made:
            self._made[ref] = {}
            node = _without_refs(self._of(self._reading.definitions[name]))
            self._made[ref] = {**node, "ref": ref}
        return {"type": "definition-ref", "schema_ref": ref}

    def _object(self, node: Node) -> Node:
        config: Node = node.get("config", {})
        fields = {name: self._field(field) for name, field in fields_in(holder_of(node))}
        for computed in holder_of(node).get("computed_fields", ()):
            name = computed["property_name"]
            extra = {"pydantic_js_extra": {"readOnly": True}}
            fields[name] = _optional(
                {"validation_alias": computed.get("alias", name)}, {"type": "any"}, extra
            )
        kept = {key: value for key, value in node.items() if key in ("extra_behavior", "extras_schema")}
        metadata = _titled(f"{config['title']}Patch") if "title" in config else {}
        return {"type": "typed-dict", "fields": fields, "config": config, "metadata": metadata, **kept}

    def _field(self, field: Node) -> Node:
        schema: Node = field["schema"]
        derived = self._of(schema["schema"] if schema["type"] == "default" else schema)
        if is_optional(field) and not self._reading.takes_null(schema):
            nullable = {"type": "nullable", "schema": derived}
            derived = {"type": "function-after", "function": plain(_resetting(schema)), "schema": nullable}
        return _optional(field, derived, field.get("metadata", {}))


def _titled(title: str) -> Node:
    return {"pydantic_js_updates": {"title": title}}


def _optional(field: Node, schema: Node, metadata: Node) -> Node:
    made: Node = {"type": "typed-dict-field", "schema": schema, "required": False, "metadata": metadata}
    if "validation_alias" in field:
        made["validation_alias"] = field["validation_alias"]
    return made


def _resetting(schema: Node) -> Callable[[Any], Any]:
    """Make the function that puts a member's default in the place of null."""
    factory: Any = schema.get("default_factory")
    if factory is not None and not schema.get("default_factory_takes_data"):
        return lambda value: factory() if value is None else value
    return lambda value: deepcopy(schema.get("default")) if value is None else value


def _without_refs(node: Node) -> Node:
    """Copy a schema without the names of nodes inside: no two nodes may have one."""
    copy = {key: spread(value, _without_refs) if key in BRANCHES else value for key, value in node.items()}
    copy.pop("ref", None)
    return copy
