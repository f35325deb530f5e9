"""Scalars: the members of a model that clients may sort and filter by, under the names that they see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_origin

from pydantic.fields import FieldInfo

from ..errors import SetupError, first_by_mro
from ..hints import is_model, is_scalar, is_schema, name_of, rewrap, unwrap
from ..members import fields_of, is_model_class


class Scalar(NamedTuple):
    """Hold one member: the name on the wire, the attribute, and its type."""

    wire: str
    name: str
    annotation: Any


def scalars_of(model: Any) -> dict[str, Scalar]:
    """List the scalar members of a model, dataclass, TypedDict or schema by their names on the wire."""
    base = unwrap(model)[0]
    if not is_model(base):
        said = f"{name_of(base)} has no members to sort or filter by."
        raise SetupError(said, mend="a model, dataclass, TypedDict or marshmallow schema")
    members = _of_schema(base) if is_schema(base) else _of_model(base)
    kept = (item for item in members if item.annotation is not Any and is_scalar(item.annotation))
    found = {item.wire: item for item in kept}
    if not found:
        raise SetupError(f"{name_of(base)} has no scalar member to sort or filter by.", mend="id: int")
    return found


def _of_model(model: Any) -> Iterator[Scalar]:
    kind: Any = get_origin(model) or model
    if not is_model_class(kind):
        yield from (Scalar(item.key, item.key, item.annotation) for item in fields_of(model))
        return
    fields: Mapping[str, FieldInfo] = kind.model_fields
    for name, info in fields.items():
        extra: Any = info.json_schema_extra
        hidden = info.exclude is True or (isinstance(extra, dict) and "writeOnly" in extra)
        if not hidden:
            hint = rewrap(info.annotation, tuple(info.metadata))
            yield Scalar(info.serialization_alias or info.alias or name, name, hint)


def _of_schema(model: Any) -> Iterator[Scalar]:
    schema: Any = model() if isinstance(model, type) else model
    kinds: dict[type, Any] = {}
    for python, field in schema.TYPE_MAPPING.items():
        kinds.setdefault(field, python)
    for name, field in schema.dump_fields.items():
        python = getattr(field, "enum", None) if getattr(field, "by_value", False) else None
        python = python or first_by_mro(field.__class__, kinds)
        if python is not None:
            yield Scalar(field.data_key or name, field.attribute or name, python)
