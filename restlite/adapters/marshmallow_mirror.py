"""Copies of a schema and of all it nests, which can be altered without touching the user's."""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from marshmallow import Schema, fields

from .marshmallow_codes import AnyField


class Mirror:
    """Copy a schema with all it nests; two functions alter every copied field and schema.

    The field's function is told whether the field holds the keys of a mapping. Schemas that nest
    themselves make a new instance at every turn; equal instances share one copy, which closes the circle.
    """

    def __init__(
        self, alter_field: Callable[[AnyField, bool], None], alter_schema: Callable[[Schema], None]
    ) -> None:
        self._alter_field = alter_field
        self._alter_schema = alter_schema
        self._copies: dict[Any, Schema] = {}

    def schema(self, original: Schema, pin: int = 0) -> Schema:
        """Copy a schema; ``pin`` tells instances apart that were given by the user."""
        mark = (pin, *_marks(original))
        twin = self._copies.get(mark)
        if twin is None:
            twin = self._copies[mark] = copy(original)
            twin.fields = {name: self.field(field) for name, field in original.fields.items()}
            twin.load_fields = {name: twin.fields[name] for name in original.load_fields}
            twin.dump_fields = {name: twin.fields[name] for name in original.dump_fields}
            self._alter_schema(twin)
        return twin

    def field(self, original: AnyField, is_key: bool = False) -> AnyField:
        """Copy a field and what it holds."""
        twin: Any = copy(original)
        if isinstance(original, fields.Nested):
            pin = id(original.nested) if isinstance(original.nested, Schema) else 0
            twin._schema = self.schema(original.schema, pin)
        elif isinstance(original, fields.List):
            twin.inner = self.field(original.inner)
        elif isinstance(original, fields.Tuple):
            twin.tuple_fields = [self.field(field) for field in original.tuple_fields]
        elif isinstance(original, fields.Enum):
            twin.field = self.field(original.field, is_key)
        elif isinstance(original, fields.Mapping):
            twin.key_field = original.key_field and self.field(original.key_field, is_key=True)
            twin.value_field = original.value_field and self.field(original.value_field)
        self._alter_field(twin, is_key)
        made: AnyField = twin
        return made


def _marks(schema: Schema) -> tuple[Any, ...]:
    """Give what tells one instance of a schema class from another."""
    state = {name: value for name, value in vars(schema).items() if isinstance(value, _PLAIN)}
    sets = (schema.only, schema.exclude, schema.load_only, schema.dump_only, schema.partial)
    members = tuple((name, *_options(field)) for name, field in schema.fields.items())
    return type(schema), frozenset(state.items()), tuple(map(_frozen, sets)), members


_PLAIN = (str, int, float, type, type(None))


def _options(field: AnyField) -> tuple[Any, ...]:
    narrowed = (_frozen(getattr(field, name, None)) for name in ("only", "exclude"))
    flags = (field.required, field.allow_none, field.load_only, field.dump_only, field.data_key)
    return (type(field), *narrowed, *flags)


def _frozen(names: Any) -> Any:
    return names if names is None or isinstance(names, bool) else frozenset(names)
