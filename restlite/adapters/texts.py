"""Readers of text: parameters of an operation, and the fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import ValidationError
from typing_extensions import TypedDict

from ..frozen import Record
from .faults import NO_NULL, late_explainer
from .nodes import Node, class_of
from .policy import rewrite, validator


class TextMember(Record):
    """Name one scalar parameter: where it stands in the raw dictionary, its type and its default."""

    name: str
    annotation: Any
    required: bool = True
    default: Any = None
    default_factory: Callable[[], Any] | None = None


def text_set(
    members: Iterable[TextMember], strict: bool = True
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make one function that reads all scalar parameters of an operation; it raises ``Refusal``.

    Raw values are strings, lists and dictionaries of them, and objects that a path has given already
    (integers, UUIDs, dates). What it returns holds every member, defaults included.
    """
    known = {member.name: member for member in members}
    make: Any = TypedDict
    kind = make("Parameters", {name: member.annotation for name, member in known.items()})
    schema = rewrite(core_schema(kind), "text", strict=strict)
    parameters = schema["schema"] if schema["type"] == "definitions" else schema
    parameters["extra_behavior"] = "forbid"
    parameters["config"]["extra_fields_behavior"] = "forbid"
    for name, field in parameters["fields"].items():
        field.pop("validation_alias", None)
        if not known[name].required:
            field |= {"required": False, "schema": _with_default(field["schema"], known[name])}
    return object_loader(schema)


def core_schema(annotation: Any) -> Any:
    """Give an annotation's core schema; it is pydantic's own and must not be changed."""
    return TypeAdapter[Any](annotation).core_schema


def _with_default(schema: Node, member: TextMember) -> Node:
    factory: Any = member.default_factory
    default, kind = member.default, class_of(member.default)
    if factory is None and kind in (list, dict, set):
        # A factory costs a quarter of what pydantic-core's own copying of a default does.
        factory = partial(deepcopy, default) if default else kind
    if factory is not None:
        return {"type": "default", "schema": schema, "default_factory": factory}
    return {"type": "default", "schema": schema, "default": default}


def object_loader(schema: Node) -> Callable[[Any], Any]:
    """Make the function that reads Python objects of one schema."""
    validate = validator(schema).validate_python
    explain = late_explainer(schema, lambda flood: validator(flood).validate_python)

    def load(raw: Any) -> Any:
        try:
            return validate(raw)
        except ValidationError as error:
            raise explain(error, NO_NULL, raw) from None

    return load
