"""Patches of marshmallow schemas; imported only once an application has imported marshmallow."""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any

from marshmallow import Schema, fields, missing
from pydantic_core import from_json, to_json

from ..adapters import Adapter, DumpOptions, WrongAnswer
from ..adapters.marshmallow import MarshmallowAdapter
from ..adapters.marshmallow_access import key_of
from ..adapters.marshmallow_mirror import Mirror
from .mergepatch import Member, Shape
from .patch_target import Target


class SchemaTarget(Target):
    """Patch what a marshmallow schema loads and dumps."""

    def __init__(self, annotation: Any, schema: Schema | type[Schema], *, strict: bool) -> None:
        super().__init__(annotation, strict=strict)
        self.schema = schema() if isinstance(schema, type) else schema

    def make_shape(self) -> Shape:
        return _Shapes().of(self.schema)

    def make_partial(self) -> Adapter:
        return MarshmallowAdapter(Mirror(_take_null, _make_partial).schema(self.schema), strict=self.strict)

    def loader(self) -> Callable[[bytes], Any]:
        load = self.partial.json_loader()
        defaults = {
            field.attribute or name: field.load_default
            for name, field in self.schema.load_fields.items()
            if field.load_default is not missing and not field.allow_none
        }

        def read(body: bytes) -> Any:
            changes: dict[str, Any] = load(body)
            for name in [name for name in changes if changes[name] is None and name in defaults]:
                default = defaults[name]
                changes[name] = default() if callable(default) else default
            return changes

        return read

    def dump(self, current: Any) -> tuple[Any, Any]:
        try:
            return current, from_json(self._write(current))
        except WrongAnswer as error:
            found = f"what Patch.apply() was given cannot be written by {type(self.schema).__name__}"
            raise WrongAnswer(f"{found}: {error.detail}") from None

    def load(self, document: Any) -> Any:
        return self._load(to_json(document))

    @cached_property
    def _write(self) -> Callable[[Any], bytes]:
        twin = Mirror(lambda field, is_key: None, _write_all).schema(self.schema)
        return MarshmallowAdapter(twin, strict=self.strict).dumper(DumpOptions())

    @cached_property
    def _load(self) -> Callable[[bytes], Any]:
        return MarshmallowAdapter(self.schema, strict=self.strict).json_loader()


def _take_null(field: Any, is_key: bool) -> None:
    """Let null stand for a member's default, which it has where it is missing."""
    field.allow_none = field.allow_none or not field.required


def _make_partial(twin: Schema) -> None:
    """Leave out the hooks that are made for whole objects; validators of single fields stay."""
    twin.partial = True
    validators = type(twin)._hooks.get("validates", [])
    vars(twin)["_hooks"] = defaultdict(list, {"validates": validators})
    for name, _, _ in validators:
        vars(twin)[name] = _passing_null(getattr(twin, name))


def _passing_null(check: Callable[..., Any]) -> Callable[..., Any]:
    """Spare a validator the null that stands for a default; the whole is validated again."""
    return lambda value, **named: value if value is None else check(value, **named)


def _write_all(twin: Schema) -> None:
    """Write ``load_only`` members too, and do not ask for any."""
    twin.dump_fields = twin.fields
    twin.partial = True


class _Shapes:
    """Read the shapes of a schema and of those it nests, each once."""

    def __init__(self) -> None:
        self._known: dict[Any, Shape] = {}

    def of(self, schema: Schema) -> Shape:
        mark = (type(schema), *schema.fields)  # A schema that nests itself makes new instances.
        shape = self._known.get(mark)
        if shape is None:
            shape = self._known[mark] = Shape()
            for name, field in schema.fields.items():
                nullable = bool(field.allow_none)
                inner = self._inner(field)
                shape.members[key_of(name, field)] = Member(nullable, field.dump_only, field.load_only, inner)
        return shape

    def _inner(self, field: Any) -> Shape | None:
        if isinstance(field, fields.Pluck):
            return None
        if isinstance(field, fields.Nested):
            inner = self.of(field.schema)
            return _of_items(inner) if field.many or field.schema.many else inner
        held = getattr(field, "inner", None) or getattr(field, "value_field", None)
        return _of_items(self._inner(held)) if held is not None else None


def _of_items(inner: Shape | None) -> Shape | None:
    if inner is None:
        return None
    shape = Shape()
    shape.items = inner
    return shape
