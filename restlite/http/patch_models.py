"""Patches of models, dataclasses and TypedDicts: their documents, written and read again by pydantic-core."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaSerializer, ValidationError, to_json

from ..adapters import Adapter, WrongAnswer, find_adapter
from ..adapters.access import fields_in
from ..adapters.faults import explainer
from ..adapters.nodes import Node
from ..adapters.policy import rewrite, validator
from ..adapters.texts import core_schema
from ..hints import name_of, unwrap
from ..violations import Item, pointer
from .mergepatch import Shape
from .patch_shapes import Partial, Reading, holder_of, is_optional, round_trip, wires_of
from .patch_target import Target


class ModelTarget(Target):
    """Patch what pydantic-core reads and writes."""

    @property
    def name(self) -> str:
        """Give the name of the type."""
        return name_of(unwrap(self.annotation)[0])

    @cached_property
    def reading(self) -> Reading:
        """Give what the core schema tells."""
        return Reading(core_schema(self.annotation))

    def make_shape(self) -> Shape:
        return self.reading.shape

    @property
    def guarded(self) -> bool:
        return self.reading.guarded

    def make_partial(self) -> Adapter:
        name = f"{self.name}Patch"
        return find_adapter(_held(name, lambda: Partial(self.reading, name).schema()), strict=self.strict)

    def dump(self, current: Any) -> tuple[Any, Any]:
        value = current
        if type(current) is not unwrap(self.annotation)[0]:
            try:
                value = self._validate(current, from_attributes=True)
            except ValidationError as error:
                raise self._wrong(explainer(self._output)(error, current).items) from None
        document = self._serializer.to_python(value, mode="json", by_alias=True, warnings=False)
        # A model that was made of a request may lack a read-only member.
        lost: list[Item] = [((wire,), "missing", "") for wire in self._needed if wire not in document]
        if lost:
            raise self._wrong(lost)
        return value, document

    def load(self, document: Any) -> Any:
        return self._load(to_json(document))

    def finish(self, value: Any, former: Any, changed: set[str]) -> Any:
        if isinstance(value, BaseModel) and isinstance(former, BaseModel):
            named = {name for name, wire in self._wires if wire in changed}
            value.model_fields_set.intersection_update(former.model_fields_set | named)
        return value

    @cached_property
    def _core(self) -> Node:
        return round_trip(self.reading.core)

    def _wrong(self, items: list[Item]) -> WrongAnswer:
        told = "; ".join(f"{pointer(steps) or 'the value'}: {code}" for steps, code, _ in items[:10])
        return WrongAnswer(f"what Patch.apply() was given is no {self.name}: {told}")

    @cached_property
    def _fields(self) -> list[tuple[str, Node]]:
        return fields_in(holder_of(self.reading.object))

    @cached_property
    def _wires(self) -> list[tuple[str, str]]:
        return [(name, wires_of(name, field)[0]) for name, field in self._fields]

    @cached_property
    def _needed(self) -> list[str]:
        return [wires_of(name, field)[0] for name, field in self._fields if not is_optional(field)]

    @cached_property
    def _output(self) -> Node:
        return rewrite(self._core, "output", strict=self.strict)

    @cached_property
    def _validate(self) -> Callable[..., Any]:
        return validator(self._output).validate_python

    @cached_property
    def _serializer(self) -> SchemaSerializer:
        core: Any = self._core
        return SchemaSerializer(core, None, False)  # Prebuilt ones would write secrets as stars.

    @cached_property
    def _load(self) -> Callable[[bytes], Any]:
        return find_adapter(_held(self.name, lambda: self._core), strict=self.strict).json_loader()


def _held(name: str, schema: Callable[[], Node]) -> type[Any]:
    """Make a class that stands for a core schema wherever an annotation may stand."""

    def get(cls: type[Any], source: Any, handler: Any) -> Node:
        return schema()

    return type(name, (), {"__get_pydantic_core_schema__": classmethod(get)})
