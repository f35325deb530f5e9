"""The policy on core schemas: strict JSON types, closed objects, finite numbers, in one copy.

pydantic turns an annotation into a *core schema*, a tree of dictionaries. ``rewrite`` copies that tree
and writes our defaults into it wherever the model says nothing itself. The validator and the JSON
Schema are both made from the copy, so that they cannot disagree.

A *form* names what the copy is for:

=========  ===================================================================================
json       JSON bytes: strict types, closed objects
text       strings of parameters: ``spelling.py`` says how each type is spelt
form       the same for HTML forms: checkboxes, and empty fields where null is allowed
output     a handler's value on its way out: Python objects taken, undeclared members dropped
check      the same, but ready instances are validated again
answer     what the document says of answers
=========  ===================================================================================
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic_core import SchemaValidator

from . import spelling
from .access import access_of, dropped_keys, dropping, or_unset, received, withheld
from .nodes import BRANCHES, FIELDS, OBJECTS, Node, spread

Form: TypeAlias = Literal["json", "text", "form", "output", "check", "answer"]

#: The nodes inside a model and a dataclass that hold their fields.
HOLDERS = frozenset({"model-fields", "dataclass-args"})
#: The forms that hold what clients send.
INPUT = frozenset({"json", "text", "form"})


def rewrite(schema: Any, form: Form, *, strict: bool = True) -> Node:
    """Copy a core schema with the policy of one form written into it."""
    return _Copy(form, strict).node(schema, strict)


def validator(schema: Any, *, strict: bool = False) -> SchemaValidator:
    """Compile a rewritten schema; ``strict`` holds where no model has a configuration of its own.

    Prebuilt validators of complete models would bring pydantic's own defaults back.
    """
    settings: Any = {"strict": strict, "allow_inf_nan": False}
    return SchemaValidator(schema, settings, _use_prebuilt=False)


class _Copy:
    """Copy nodes from the leaves up; each is handed to the rule of its type."""

    def __init__(self, form: Form, strict: bool) -> None:
        self.form = form
        self.strict = strict

    def node(self, node: Node, strict: bool) -> Node:
        kind = node["type"]
        if kind in OBJECTS:
            strict = node.get("config", {}).get("strict", self.strict)
        copy = {
            key: self.branch(key, value, strict) if key in BRANCHES else value for key, value in node.items()
        }
        if kind in OBJECTS:
            copy = self.object(copy, strict)
            if copy.get("custom_init") and self.form in INPUT:
                return spelling.initialized(copy, dropped_keys(copy))
        if kind in HOLDERS and self.form in INPUT:
            return dropping(node, copy, lambda inner: self.node(inner, strict))
        if kind in ("float", "decimal"):
            copy["allow_inf_nan"] = False
        if self.form == "answer":
            return copy
        if kind == "any":
            return spelling.outside(
                copy, {"type": "function-after", "function": spelling.plain(spelling.finite), "schema": copy}
            )
        if kind == "generator":  # A lazy one would raise in the handler, long after the request was taken.
            return {**copy, "type": "list"}
        return self.leaf(kind, copy, strict)

    def leaf(self, kind: str, node: Node, strict: bool) -> Node:
        """Hand a node to the rule that spells its type in this form."""
        if self.form == "json":
            rule = spelling.JSON.get(kind) if strict and node.get("strict") is not False else None
        else:
            node.pop("strict", None)
            if self.form in ("output", "check"):
                rule = spelling.OUTPUT.get(kind)
            else:
                table = (
                    (spelling.FORM if self.form == "form" else spelling.TEXT) if strict else spelling.LAX_TEXT
                )
                rule = table.get(kind)
        return rule(node) if rule is not None else node

    def branch(self, key: str, value: Any, strict: bool) -> Any:
        if key == "keys_schema" and self.form == "json":  # The keys of JSON objects are text.
            return _Copy("text", self.strict).node(value, strict)
        return spread(
            value,
            lambda node: self.field(node, strict) if node["type"] in FIELDS else self.node(node, strict),
        )

    def field(self, field: Node, strict: bool) -> Node:
        access = access_of(field)
        if access == "readOnly" and self.form in INPUT:
            return received(field, lambda inner: self.node(inner, strict))
        schema = self.node(field["schema"], strict)
        if access == "writeOnly" and self.form not in INPUT:
            return withheld(field, schema if self.form == "answer" else {"type": "any"})
        if self.form in ("output", "check"):
            schema = or_unset(schema)
        if self.form == "form" and field["schema"]["type"] == "bool":
            # A browser does not send a box that is not checked.
            schema = {"type": "default", "schema": schema, "default": False}
            return {**field, "schema": schema, **({"required": False} if "required" in field else {})}
        return {**field, "schema": schema}

    def object(self, node: Node, strict: bool) -> Node:
        """Close an object and make it strict, where it does not say otherwise."""
        own: Node = {**node.get("config", {}), "strict": strict and self.form == "json"}
        own.pop("loc_by_alias", None)  # Pointers name members as the client writes them.
        own.pop("allow_inf_nan", None)
        said = own.get("extra_fields_behavior")
        if node["type"] == "typed-dict" and node.get("extra_behavior") != "ignore":
            said = node.get("extra_behavior", said)
        extra = said or ("forbid" if self.strict else "ignore")
        if self.form in ("output", "check"):
            # What a handler hands over has attributes or keys by either name.
            own |= {"validate_by_name": True, "validate_by_alias": True}
            extra = "ignore" if extra == "forbid" else extra
        node = {**node, "config": {**own, "extra_fields_behavior": extra}}
        node.pop("strict", None)
        if node["type"] == "typed-dict":
            node["extra_behavior"] = extra
        elif node["type"] == "model" and extra == "forbid" and not node.get("root_model"):
            said = node.get("metadata", {})
            functions = [*said.get("pydantic_js_functions", ()), _closed]
            node["metadata"] = {**said, "pydantic_js_functions": functions}
        if self.form == "check" and node["type"] != "typed-dict":
            node["revalidate_instances"] = "always"
        return self.extras(node, extra)

    def extras(self, node: Node, extra: str) -> Node:
        """Hold undeclared members to finite numbers too, where they are allowed."""
        if extra == "allow" and self.form != "answer":
            holder = node
            while holder["type"] not in ("typed-dict", "model-fields") and "schema" in holder:
                holder = holder["schema"]
            if holder["type"] != "dataclass-args":  # which keeps no undeclared members
                holder.setdefault("extras_schema", self.node({"type": "any"}, False))
        return node


def _closed(node: Any, handler: Any) -> Any:
    """Publish that a model is closed: pydantic asks its class, which says nothing of it."""
    schema = handler(node)
    handler.resolve_ref_schema(schema).setdefault("additionalProperties", False)
    return schema
