"""The members of a parameter model: each is a parameter of its own on the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NotRequired, Required, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import ReadOnly

from .errors import SetupError
from .hints import is_scalar, is_scalar_list, is_schema, name_of, rewrap, schema_in, unwrap
from .params import MISSING, In, Param

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


class Member(NamedTuple):
    """Hold one member of a model: the key its validator knows, the annotation and the default."""

    key: str
    annotation: Any
    default: Any


def fields_of(model: Any) -> Iterator[Member]:
    """List the members of a pydantic model, dataclass or TypedDict."""
    base = unwrap(model)[0]
    kind: Any = get_origin(base) or base
    if is_model_class(kind):
        fields: Mapping[str, FieldInfo] = kind.model_fields
        for name, info in fields.items():
            yield Member(_alias(info) or name, rewrap(info.annotation, tuple(info.metadata)), _default(info))
        return
    hints = get_type_hints(kind, include_extras=True)
    if dataclasses.is_dataclass(kind):
        for item in dataclasses.fields(kind):
            bare = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
            default: Any = (
                MISSING if bare else item.default if item.default is not dataclasses.MISSING else None
            )
            yield Member(item.name, hints[item.name], default)
        return
    typed: Any = kind
    required: frozenset[str] = typed.__required_keys__
    for name, hint in hints.items():
        needed = name in required
        # Annotations that are strings hide their qualifiers from the class (PEP 563).
        while (origin := get_origin(hint)) in (Required, NotRequired, ReadOnly):
            needed = origin is Required or (needed and origin is ReadOnly)
            (hint,) = get_args(hint)
        yield Member(name, hint, MISSING if needed else None)


def is_model_class(kind: Any) -> bool:
    """Tell whether a class is a pydantic model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _alias(info: FieldInfo) -> str | None:
    alias = info.validation_alias or info.alias
    return next((name for name in getattr(alias, "choices", [alias]) if isinstance(name, str)), None)


def _default(info: FieldInfo) -> Any:
    return MISSING if info.is_required() else info.get_default(call_default_factory=False)


def members_of(
    annotation: Any, name: str, slot: str, marker: In, error: Callable[[str, str], SetupError]
) -> list[Param]:
    """Give the parameters that a model in a query, header or cookie is made of."""
    place: Any = marker.place
    if _schema(annotation) is not None:
        return _schema_members(annotation, name, slot, marker)
    params: list[Param] = []
    for key, hint, default in fields_of(annotation):
        many = not is_scalar(hint)
        if many and not is_scalar_list(hint):
            found = f"member {key!r} of {place} parameter {name!r} is of type {name_of(hint)}, no scalar."
            raise error(found, f'{key}: Annotated[a_model, In("query", style="deepObject")] beside {name}')
        wire, of = _wire(key, name, marker)
        own = next((item for item in unwrap(hint)[1] if isinstance(item, In)), None)
        style = own.style if own is not None else "form" if marker.style == "deepObject" else marker.style
        params.append(Param(key, wire, place, hint, default, many, style, slot, of))
    return params


def _wire(key: str, name: str, marker: In) -> tuple[str, str | None]:
    if marker.style == "deepObject":
        of = marker.alias or name
        return f"{of}[{key}]", of
    return (key.replace("_", "-").title() if marker.place == "header" else key), None


def _schema(annotation: Any) -> Any:
    base, metadata = unwrap(annotation)
    return base if is_schema(base) else schema_in(metadata)


def _schema_members(annotation: Any, name: str, slot: str, marker: In) -> list[Param]:
    from .adapters.marshmallow import MarshmallowAdapter

    place: Any = marker.place
    params: list[Param] = []
    for key, many, required in MarshmallowAdapter(_schema(annotation)).parameters():
        wire, of = _wire(key, name, marker)
        default = MISSING if required else None
        params.append(Param(key, wire, place, annotation, default, many, "form", slot, of, "marshmallow"))
    return params
