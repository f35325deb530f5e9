"""What an annotation is: scalar, list, model, stream; and what stands around it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import sys
import types
from collections import abc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, is_typeddict

from pydantic import BaseModel
from typing_extensions import TypeAliasType
from typing_extensions import is_typeddict as is_backported_typeddict

_LISTS: frozenset[Any] = frozenset({list, set, frozenset, tuple, abc.Sequence, abc.Set, abc.Collection})
_SCALARS: frozenset[Any] = frozenset({str, int, float, bool, complex, Any})
#: Where the other classes are defined that pydantic reads from one string.
_SCALAR_MODULES = frozenset(
    {"datetime", "decimal", "fractions", "ipaddress", "pathlib", "re", "uuid", "zoneinfo"}
)
_BYTE_STREAMS: frozenset[Any] = frozenset({abc.Iterator, abc.Iterable, abc.Generator})
_ASYNC_STREAMS: frozenset[Any] = frozenset({abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator})


def unwrap(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Part an annotation into what ``Annotated`` (or an alias of it) holds, and the metadata.

    >>> unwrap(Annotated[int, "a", "b"])
    (<class 'int'>, ('a', 'b'))
    """
    metadata: tuple[Any, ...] = ()
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif isinstance(origin := get_origin(annotation), TypeAliasType):
            annotation = origin.__value__[get_args(annotation)]
        elif origin is Annotated:
            metadata = (*annotation.__metadata__, *metadata)
            annotation = annotation.__origin__
        else:
            return annotation, metadata


def rewrap(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    """Put metadata back around an annotation."""
    return Annotated[(annotation, *metadata)] if metadata else annotation


def union_args(annotation: Any) -> tuple[Any, ...]:
    """Give the members of a union, or the annotation alone."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def is_list(annotation: Any) -> bool:
    """Tell whether values come one by one (optional and annotated lists too)."""
    for part in union_args(unwrap(annotation)[0]):
        base = unwrap(part)[0]
        if (get_origin(base) or base) in _LISTS:
            return True
    return False


def item_of(annotation: Any) -> Any:
    """Give the item's annotation of a list, or the annotation itself."""
    base = unwrap(annotation)[0]
    if (get_origin(base) or base) in _LISTS:
        return get_args(base)[0] if get_args(base) else Any
    return annotation


def is_schema(annotation: Any) -> bool:
    """Tell whether an annotation is a marshmallow schema, without importing marshmallow."""
    marshmallow = sys.modules.get("marshmallow")
    if marshmallow is None:
        return False
    base = annotation if isinstance(annotation, type) else type(annotation)
    return issubclass(base, marshmallow.Schema)


def schema_in(metadata: tuple[Any, ...]) -> Any:
    """Give the marshmallow schema among an annotation's metadata, or None."""
    return next((item for item in metadata if is_schema(item)), None)


def is_typed_dict(annotation: Any) -> bool:
    """Tell whether an annotation is a TypedDict, of either module."""
    return is_typeddict(annotation) or is_backported_typeddict(annotation)


def is_model(annotation: Any) -> bool:
    """Tell whether values are objects with named members: model, dataclass, TypedDict or schema."""
    base, metadata = unwrap(annotation)
    if schema_in(metadata) is not None or is_schema(base):
        return True
    kind: Any = get_origin(base) or base
    if not isinstance(kind, type):
        return is_typed_dict(base)
    return issubclass(kind, BaseModel) or is_dataclass(base) or is_typed_dict(base)


def is_dataclass(annotation: Any) -> bool:
    """Tell whether an annotation is a dataclass, parametrised or not."""
    return dataclasses.is_dataclass(get_origin(annotation) or annotation)


def holds_model(annotation: Any) -> bool:
    """Tell whether an annotation is a model, or a union, list or mapping of models."""
    base, metadata = unwrap(annotation)
    if is_model(annotation):
        return True
    del metadata
    if get_origin(base) in (Union, types.UnionType) or (get_origin(base) or base) in {
        *_LISTS,
        dict,
        abc.Mapping,
    }:
        return any(holds_model(part) for part in get_args(base))
    return False


def is_scalar(annotation: Any) -> bool:
    """Tell whether a value is written as one string: numbers, strings, dates, enums, literals."""
    base, metadata = unwrap(annotation)
    if get_origin(base) in (Union, types.UnionType):
        return all(part is type(None) or is_scalar(part) for part in get_args(base))
    if get_origin(base) is Literal:
        return True
    supertype = getattr(base, "__supertype__", None)
    if supertype is not None:
        return is_scalar(supertype)
    kind: Any = get_origin(base) or base
    if not isinstance(kind, type) or is_model(kind) or issubclass(kind, (dict, abc.Mapping, bytes)):
        return False
    # Any other class is a scalar only where it, or what is said beside it, tells pydantic how to read it.
    told: list[Any] = [kind, *metadata]
    return kind.__module__ != "restlite.files" and (
        kind in _SCALARS
        or kind.__module__.partition(".")[0] in _SCALAR_MODULES
        or issubclass(kind, enum.Enum)
        or any(hasattr(item, "__get_pydantic_core_schema__") for item in told)
    )


def is_scalar_list(annotation: Any) -> bool:
    """Tell whether an annotation is a list of scalars, optional or not."""
    parts = [part for part in union_args(unwrap(annotation)[0]) if part is not type(None)]
    return all(is_list(part) and is_scalar(item_of(part)) for part in parts)


def byte_stream(annotation: Any) -> Literal["sync", "async"] | None:
    """Tell whether an annotation is a stream of bytes, and of which kind."""
    base, _ = unwrap(annotation)
    if get_args(base)[:1] != (bytes,):
        return None
    if get_origin(base) in _BYTE_STREAMS:
        return "sync"
    return "async" if get_origin(base) in _ASYNC_STREAMS else None


def is_foreign(annotation: Any) -> bool:
    """Tell whether an annotation holds a class that pydantic may not know: no model and no plain type."""
    base, metadata = unwrap(annotation)
    if schema_in(metadata) is not None or is_schema(base):
        return False
    if get_args(base):
        return get_origin(base) is not Literal and any(map(is_foreign, get_args(base)))
    if not isinstance(base, type):
        return is_typed_dict(base)
    return not (issubclass(base, (BaseModel, enum.Enum)) or base.__module__ in _PLAIN_MODULES)


_PLAIN_MODULES = frozenset(
    {"builtins", "datetime", "decimal", "uuid", "typing", "collections.abc", "types", "restlite.files"}
)


def name_of(annotation: Any) -> str:
    """Write an annotation as a programmer would."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    if inspect.isroutine(annotation):
        return annotation.__qualname__
    return str(annotation).replace("typing.", "").replace("collections.abc.", "")
