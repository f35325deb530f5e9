"""Read-only and write-only members in core schemas.

Input holds a read-only member to its kind only, then drops it: a client may send back what it was
given. Output leaves write-only members out, and does not ask a handler for them. Schemas without such
members stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic_core import MISSING, PydanticOmit

from ..access import EVERY, Access, Guarded
from ..errors import SetupError
from .nodes import BRANCHES, FIELDS, OBJECTS, Node, class_of, spread, walk
from .places import names_of

Copy = Callable[[Node], Node]

Way = tuple[str, ...]

_ANY: Node = {"type": "any"}
_HOLDERS = frozenset({"model-fields", "dataclass-args", "typed-dict"})
_MANY = frozenset({"items_schema", "values_schema"})
#: Where a schema's own values stand, and those below them.
_INWARD = _MANY | {"schema", "json_schema", "strict_schema", "steps", "choices"}
#: Nodes of which the kind is that of what stands inside.
_CLEAR = frozenset({"function-after", "function-before", "function-wrap", "default"})
#: Nodes that say themselves what kind of value they take, their branches included.
_KINDS = frozenset(
    {"none", "bool", "int", "float", "decimal", "str", "bytes", "date", "time", "datetime", "timedelta"}
    | {"literal", "enum", "uuid", "url", "multi-host-url"}
    | {"nullable", "union", "list", "tuple", "set", "frozenset", "deque", "dict", "chain"}
    | {"json-or-python", "lax-or-strict"}
)


def access_of(field: Node) -> Access | None:
    """Tell what a field's marker, or its ``json_schema_extra``, says."""
    if field["type"] == "named-tuple-field":  # Items of an array cannot be left out.
        return None
    while True:
        said: Node = field.get("metadata", {})
        found = _said_in(said.get("pydantic_js_extra")) or _said_in(said.get("pydantic_js_updates"))
        if found or not (field["type"] in FIELDS or field["type"] in ("default", "nullable")):
            return found
        field = field["schema"]


def _said_in(extra: Mapping[str, Any] | Callable[..., Any] | None) -> Access | None:
    if extra is None or callable(extra):  # What a function would add is not known before it is called.
        return None
    if extra.get("readOnly") is True:
        return "readOnly"
    return "writeOnly" if extra.get("writeOnly") is True else None


def fields_in(holder: Node) -> list[tuple[str, Node]]:
    """List the fields of an object's node after their names."""
    fields: Any = holder["fields"]
    if class_of(fields) is dict:
        return [*fields.items()]
    return [(field["name"], field) for field in fields]


def holder_of(node: Node) -> Node:
    """Give the node that holds the fields of a model or dataclass, seen through our own function."""
    inner: Node = node["schema"]
    if inner["type"] == "function-after" and isinstance(inner["function"]["function"], Drop):
        return holder_of(inner)
    return inner


# -- Input -------------------------------------------------------------------------------------------


class Drop:
    """Take read-only members out of what a model or dataclass is made of; defaults come back."""

    def __init__(self, fields: Iterable[tuple[str, Node]]) -> None:
        self.defaults = [(name, _default(field["schema"])) for name, field in fields]

    def __call__(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        members: dict[str, Any] = parts[0]
        sent: set[str] | None = parts[2] if len(parts) == 3 else None  # a dataclass keeps no such set
        for name, default in self.defaults:
            if default is None:
                members.pop(name)
            elif sent is None or name in sent:
                members[name] = default(members)
            if sent is not None:
                sent.discard(name)
        return parts


def received(field: Node, copy: Copy) -> Node:
    """Make a read-only field optional, and hold it to its kind."""
    whole: Node = field["schema"]
    inner = whole["schema"] if whole["type"] == "default" else whole
    schema = _described(copy(kind_of(inner)), copy(inner))
    if field["type"] == "typed-dict-field":
        omit = {"type": "no-info", "function": _omit}
        return {
            **field,
            "required": False,
            "schema": {"type": "function-after", "function": omit, "schema": schema},
        }
    if "init" in field:
        field = {**field, "init": True}
    default = whole if whole["type"] == "default" else {"type": "default", "default_factory": _unset}
    return {**field, "schema": {**default, "schema": schema}}


def dropping(original: Node, holder: Node, copy: Copy) -> Node:
    """Let the copy of a ``model-fields`` or ``dataclass-args`` drop its read-only and computed members."""
    read_only = {name for name, field in fields_in(original) if access_of(field) == "readOnly"}
    fields = fields_in(holder)
    taken = [field.get("validation_alias", name) for name, field in fields]
    computed = [
        (item["property_name"], received(_field_of(item, holder["type"]), copy))
        for item in original.get("computed_fields", ())
        if item.get("alias", item["property_name"]) not in taken
    ]
    dropped = [(name, field) for name, field in fields if name in read_only] + computed
    if not dropped:
        return holder
    everything: Any = dict(fields + computed)
    if holder["type"] == "dataclass-args":
        everything = [*everything.values()]
    drop = {"type": "no-info", "function": Drop(dropped)}
    return {"type": "function-after", "function": drop, "schema": {**holder, "fields": everything}}


def dropped_keys(node: Node) -> frozenset[str]:
    """List the keys that a copied model drops, which an ``__init__`` of its own must not get."""
    inner = node["schema"]
    drop: Any = inner["function"]["function"] if holder_of(node) is not inner else Drop(())
    for name, default in drop.defaults:
        if default is None and name in node["cls"].model_fields:
            found = (
                f"{node['cls'].__name__} has an __init__ of its own; its read-only member {name} no default."
            )
            raise SetupError.at(node["cls"], found, f"{name}: ReadOnly[...] = a_default")
    if not drop.defaults:
        return frozenset()
    fields = dict(fields_in(holder_of(node)))
    return frozenset(key for name, _ in drop.defaults for key in names_of(name, fields[name]))


def _field_of(computed: Node, holder: str) -> Node:
    """Make the field that takes a computed value back."""
    name = computed["property_name"]
    field = {"schema": computed["return_schema"], "metadata": computed.get("metadata", {})}
    field["validation_alias"] = computed.get("alias", name)
    if holder == "model-fields":
        return {"type": "model-field", **field}
    return {"type": "dataclass-field", "name": name, "kw_only": True, **field}


def kind_of(node: Node) -> Node:
    """Give a schema that tells kinds apart, and knows no more of objects and of a user's functions.

    What was written need not be valid as input: a nested object lacks its write-only members.
    """
    kind = node["type"]
    if "serialization" in node:
        return _ANY
    if kind in OBJECTS:
        return _ANY if node.get("root_model") else {"type": "dict"}
    if kind in _CLEAR:
        return kind_of(node["schema"])
    if kind not in _KINDS:
        return _ANY
    copy = {key: spread(value, kind_of) if key in BRANCHES else value for key, value in node.items()}
    copy.pop("ref", None)
    return copy


def _described(node: Node, described: Node) -> Node:
    """Publish a node as another one."""

    def describe(_node: Any, handler: Callable[[Any], Any]) -> Any:
        return handler({"type": "chain", "steps": [described]})  # with all that is said of the step

    return {**node, "metadata": {"pydantic_js_annotation_functions": [describe]}}


def _default(schema: Node) -> Callable[[dict[str, Any]], Any] | None:
    """Make the function that gives a field's default, None for a field that has none."""
    factory: Any = schema.get("default_factory")
    if factory is _unset:
        return None
    if factory is not None:
        takes_members = schema.get("default_factory_takes_data")
        return lambda members: factory(dict(members)) if takes_members else factory()
    return lambda members: deepcopy(schema["default"])


def _unset() -> None:
    """Stand for the default of a member that has none, until it is dropped."""


def _omit(value: Any) -> Any:
    raise PydanticOmit


# -- Output ------------------------------------------------------------------------------------------


def withheld(field: Node, schema: Node) -> Node:
    """Ask nobody for a write-only field; ``schema`` is what it takes where it is there."""
    if field["type"] == "typed-dict-field":
        return {**field, "required": False, "schema": schema}
    whole = field["schema"]
    default = whole if whole["type"] == "default" else {"type": "default", "default": MISSING}
    return {**field, "schema": {**default, "schema": schema}}


def or_unset(schema: Node) -> Node:
    """Take the mark of a member that was not sent where it is the default: ready instances hold it."""
    if schema["type"] != "default" or schema.get("default") is not MISSING:
        return schema

    def check(value: Any, validate: Callable[[Any], Any]) -> Any:
        return value if value is MISSING else validate(value)

    wrapped = {"type": "function-wrap", "function": {"type": "no-info", "function": check}}
    return {**schema, "schema": {**wrapped, "schema": schema["schema"]}}


def has_write_only(core: Node) -> bool:
    """Tell whether a core schema has write-only members."""
    return any(node["type"] in FIELDS and access_of(node) == "writeOnly" for node in walk(core))


# -- Both sides -------------------------------------------------------------------------------------------


def guarded(core: Node) -> tuple[Guarded, ...]:
    """List the read-only and the write-only members of a core schema."""
    definitions = {node["ref"]: node for node in walk(core) if "ref" in node}
    return tuple(dict.fromkeys(_guarded(core, definitions, frozenset(), (), ())))


def _guarded(
    node: Node, definitions: Mapping[str, Node], seen: frozenset[str], names: Way, keys: Way
) -> Iterator[Guarded]:
    if node["type"] == "definition-ref":
        node = definitions[node["schema_ref"]]
        if node["ref"] in seen:  # A tree's members are named once, at its root.
            return
        seen |= {node["ref"]}
    for name, field in fields_in(node) if node["type"] in _HOLDERS else ():
        below = (*names, name), (*keys, field.get("serialization_alias", name))
        access = access_of(field)
        if access:
            yield Guarded(access, *below)
        else:
            yield from _guarded(field["schema"], definitions, seen, *below)
    for item in node.get("computed_fields", ()):
        name = item["property_name"]
        yield Guarded("readOnly", (*names, name), (*keys, item.get("alias", name)))
    for branch in _INWARD & node.keys():
        below = ((*names, EVERY), (*keys, EVERY)) if branch in _MANY else (names, keys)
        inner: list[Node] = []
        spread(node[branch], inner.append)
        for child in inner:
            yield from _guarded(child, definitions, seen, *below)
