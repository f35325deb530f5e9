"""Schemas of marshmallow's for a document; imported only where a reference leads to one.

A component stands for a class with its modifiers (``only=``, ``partial=`` …), so that one schema never
takes the name of another. It says what our adapter does: which members it wants, and whether it takes others.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, fields, missing

from ..adapters.marshmallow_access import key_of
from ..adapters.marshmallow_twins import is_excused, reshapes
from ..hints import is_schema, schema_in, unwrap
from ..records import SchemaRef
from .marshmallow_fields import FieldConverter, Node, Way

_UNKNOWN = {EXCLUDE: "Lenient", INCLUDE: "Open", RAISE: "Closed"}


def write(refs: Sequence[SchemaRef]) -> tuple[list[Node], dict[str, Node], dict[str, str]]:
    """Write the schemas of references, and the components that they refer to (JSON Schema 2020-12).

    The keys of components begin with their way: ``answer``, ``json``, ``text`` or ``form``. The third value
    names the class of each by its dotted path and a number, as pydantic does; keys with one class are one
    schema in several ways. What is sent as parameters is written out: each member is a parameter.
    """
    writers: dict[tuple[Way, bool], SchemaWriter] = {}
    classes: dict[Any, str] = {}
    written: list[Node] = []
    for ref in refs:
        way = "answer" if ref.mode == "output" else _WAYS[ref.form]
        writer = writers.setdefault((way, ref.strict), SchemaWriter(way, ref.strict, classes))
        written.append(writer.write(schema_of(ref.annotation)))
    components = {key: node for writer in writers.values() for key, node in writer.components.items()}
    named = {key: name for writer in writers.values() for key, name in writer.named.items()}
    return written, components, named


_WAYS: dict[str, Way] = {"json": "json", "text": "text", "form": "form"}


def schema_of(annotation: Any) -> Schema:
    """Give the schema that an annotation is, or that stands beside it."""
    base, metadata = unwrap(annotation)
    schema: Any = base if is_schema(base) else schema_in(metadata)
    made: Schema = schema() if isinstance(schema, type) else schema
    return made


class SchemaWriter(FieldConverter):
    """Write schemas in one way; the components gather."""

    def __init__(self, way: Way, strict: bool, classes: dict[Any, str]) -> None:
        super().__init__(way)
        self.strict = strict
        self.components: dict[str, Node] = {}
        self.named: dict[str, str] = {}
        self._classes = classes

    def write(self, schema: Schema) -> Node:
        """Write what a reference leads to."""
        if self.way == "answer" and reshapes(schema):
            return {}  # a hook writes what it likes
        if self.way == "text":
            return self.object(schema)
        return self.reference(schema, many=schema.many)

    def reference(self, schema: Schema, *, many: bool) -> Node:
        """Refer to a component, which is written when it is first met."""
        key = self._key(schema)
        if key not in self.components:
            self.components[key] = {}  # taken, before a schema that nests itself comes here again
            self.components[key] = self.object(schema)
        node = {"$ref": f"#/components/schemas/{key}"}
        return {"type": "array", "items": node} if many else node

    def _key(self, schema: Schema) -> str:
        path = path_of(schema)
        mark = (type(schema), path, tuple((name, type(field)) for name, field in schema.fields.items()))
        name = self._classes.setdefault(mark, f"{path}:{len(self._classes)}")
        key = f"{self.way} {name}" if self.strict else f"{self.way} {name} lax"
        self.named[key] = name
        return key

    def object(self, schema: Schema) -> Node:
        """Write one schema with its members."""
        meta = type(schema).Meta
        chosen = _members(schema, reading=self.way != "answer")
        made: Node = {"type": "object"}
        title, description = getattr(meta, "title", None), getattr(meta, "description", None)
        description = description or inspect.cleandoc(vars(type(schema)).get("__doc__") or "")
        made |= {"title": title} if title else {}
        made |= {"description": description} if description else {}
        made["properties"] = {key: self.field2property(field) for key, (_, field) in chosen.items()}
        required = [key for key, (name, field) in chosen.items() if self._is_required(name, field, schema)]
        made |= {"required": required} if required else {}
        if self._is_closed(schema):
            made["additionalProperties"] = False
        return made

    def _is_required(self, name: str, field: Any, schema: Schema) -> bool:
        """Tell whether a member is wanted; none is on the side that does not know it."""
        elsewhere = schema.load_fields if self.way != "answer" else schema.dump_fields
        # A browser sends nothing for a box that is not checked: its absence is a value.
        box = self.way == "form" and isinstance(field, fields.Boolean) and field.load_default is missing
        return field.required and name in elsewhere and not is_excused(name, schema) and not box

    def _is_closed(self, schema: Schema) -> bool:
        return schema.unknown == RAISE and (self.strict or hasattr(schema.Meta, "unknown"))

    def nested2properties(self, field: Any, ret: Node) -> Node:
        """Refer to the schema that a field nests."""
        if not isinstance(field, fields.Nested) or isinstance(field, fields.Pluck):
            return ret
        return {**ret, **self.reference(field.schema, many=bool(field.many or field.schema.many))}


def _members(schema: Schema, *, reading: bool) -> dict[str, tuple[str, Any]]:
    """Give the fields by their names on the wire; of two with one name, the one that this side knows."""
    known = schema.load_fields if reading else schema.dump_fields
    chosen: dict[str, tuple[str, Any]] = {}
    for name, field in schema.fields.items():
        key = key_of(name, field)
        if key not in chosen or name in known:
            chosen[key] = name, field
    return chosen


def path_of(schema: Schema) -> str:
    """Name a schema by where its class is defined, and by its modifiers.

    >>> path_of(shop.BookSchema(only=("id", "title")))
    'shop.BookSchemaOnlyIdTitle'
    """
    kind, options = type(schema), schema.opts
    partial: Any = schema.partial
    words = [
        kind.__qualname__,
        _said("Only", _with_inner("only", schema.only or (), schema)),
        _said("Without", _with_inner("exclude", set(schema.exclude) - set(options.exclude), schema)),
        "Partial" if partial is True else _said("Partial", partial or ()),
        _said("Reading", set(schema.dump_only) - set(options.dump_only)),
        _said("Writing", set(schema.load_only) - set(options.load_only)),
        _UNKNOWN[schema.unknown] if schema.unknown != options.unknown else "",
    ]
    return f"{kind.__module__}.{''.join(words)}"


def _with_inner(option: str, names: Iterable[str], schema: Schema) -> set[str]:
    """Add what was chosen of nested schemas (``only=("author.name",)``), which the fields know."""
    found = set(names)
    for name, field in schema.fields.items():
        chosen = set(_option(field, option)) - set(_option(type(schema)._declared_fields.get(name), option))
        if chosen:
            found = {*(found - {name}), *(f"{name}.{inner}" for inner in chosen)}
    return found


def _option(field: Any, option: str) -> Iterable[str]:
    inner = field.inner if isinstance(field, fields.List) else field
    return getattr(inner, option, None) or ()


def _said(word: str, names: Iterable[str]) -> str:
    """Join names in one order, whatever a set has."""
    parts = [part for name in sorted(names) for part in re.split(r"[^A-Za-z0-9]+", str(name))]
    return word + "".join(part[:1].upper() + part[1:] for part in parts) if parts else ""
