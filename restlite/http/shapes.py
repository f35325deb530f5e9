"""Classes made of others: ``partial(Book)``, ``pick(Book, "title")``, ``omit(Book, "id")``.

What a class says of its members is kept: types, constraints, aliases, descriptions, the validators and
serializers of single members, and its configuration. What it says of the whole is not, as members may be
missing: model validators, computed fields and methods. The class made is no subclass of the other, so
that half a book never passes for a book. Marshmallow schemas alone are subclassed, with their hooks.

The same arguments always give the same class.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable
from copy import copy
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, NotRequired, TypeVar, get_args, get_origin

from pydantic import BaseModel, RootModel, create_model, field_serializer, field_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.fields import FieldInfo
from pydantic_core import MISSING
from typing_extensions import TypedDict

from ..errors import SetupError
from ..hints import is_dataclass, is_schema, is_typed_dict, name_of
from ..members import fields_of
from ..params import MISSING as REQUIRED

T = TypeVar("T")


def partial(model: type[T]) -> type[T]:
    """Make a class of which every member may be left out, as an update needs it.

    .. code-block:: python

        if TYPE_CHECKING:  # checkers take the result of a call for no type
            BookEdit = Book
        else:
            BookEdit = partial(Book)

        @app.patch("/books/<int:id>")
        def edit_book(id: int, body: BookEdit) -> Book:
            for name in body.model_fields_set:
                setattr(books[id], name, getattr(body, name))
            return books[id]

    A member that is sent is held to its type: null is refused where the model refuses it. One that is
    not sent holds ``pydantic_core.MISSING``, in a dataclass too, and is never written; in a TypedDict, and
    in what a marshmallow schema loads, it is not there. Nested models stay whole.
    """
    kept = frozenset(_kind(model, "partial").members(model))
    made: type[T] = _made(Shape(model, "Partial", kept))
    return made


def pick(model: type[T], *members: str) -> type[T]:
    """Make a class of some members of another, by their names in Python.

    .. code-block:: python

        BookTitle = pick(Book, "title", "author")
    """
    made: type[T] = _made(Shape(model, "Pick", _named(model, "pick", members)))
    return made


def omit(model: type[T], *members: str) -> type[T]:
    """Make a class of all members of another but some.

    .. code-block:: python

        NewBook = omit(Book, "id")
    """
    left_out = _named(model, "omit", members)
    kept = frozenset(_kind(model, "omit").members(model)) - left_out
    made: type[T] = _made(Shape(model, "Omit", kept))
    return made


class Shape(NamedTuple):
    """Say what to make of a class."""

    model: Any
    #: What the name of the class made begins with; of ``Partial`` every member may be left out.
    prefix: str
    kept: frozenset[str]

    @property
    def name(self) -> str:
        return self.prefix + str(getattr(self.model, "__name__", "Class"))

    @property
    def partial(self) -> bool:
        return self.prefix == "Partial"


class _Kind(NamedTuple):
    """Say how classes of one kind are read and made."""

    takes: Callable[[Any], bool]
    members: Callable[[Any], Iterable[str]]
    make: Callable[[Shape], Any]


def _named(model: Any, door: str, members: tuple[str, ...]) -> frozenset[str]:
    known = list(_kind(model, door).members(model))
    for name in members:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.5) or known
            found = f"{door}({name_of(model)}) names {name!r}, which is no member: {', '.join(known)}."
            raise SetupError.at(model, found, f'{door}({name_of(model)}, "{near[0]}")')
    if not members:
        found = f"{door}({name_of(model)}) names no member."
        raise SetupError.at(model, found, f'{door}({name_of(model)}, "{known[0]}")')
    return frozenset(members)


def _kind(model: Any, door: str) -> _Kind:
    for kind in _KINDS:
        if kind.takes(model):
            return kind
    found = f"{door}() takes a pydantic model, a dataclass, a TypedDict or a marshmallow schema class;"
    raise SetupError(f"{found} found {name_of(model)}.", mend=f"{door}(Book)  # class Book(BaseModel): ...")


@cache
def _made(shape: Shape) -> Any:
    return _kind(shape.model, shape.prefix.lower()).make(shape)


# -- pydantic ----------------------------------------------------------------------------------------


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel) and not issubclass(model, RootModel)


def _model_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    if not model.__pydantic_complete__:  # a name was unknown when the class was made
        model.model_rebuild()
    return model.model_fields


def _model(shape: Shape) -> Any:
    model: type[BaseModel] = shape.model
    fields: Any = {
        name: (info.annotation, _optional(info) if shape.partial else copy(info))
        for name, info in _model_fields(model).items()
        if name in shape.kept
    }
    make: Any = create_model
    return make(
        shape.name,
        __config__=_config(model.model_config),
        __doc__=model.__doc__,
        __module__=model.__module__,
        __validators__=_decorated(model, shape.kept),
        **fields,
    )


def _optional(info: FieldInfo) -> FieldInfo:
    """Copy a field's declaration with a default that is neither published nor written."""
    made = copy(info)
    made.default, made.default_factory, made.validate_default = MISSING, None, False
    return made


def _config(config: Any) -> Any:
    """Copy a configuration but for what it says of the whole document."""
    return {name: value for name, value in config.items() if name not in ("title", "json_schema_extra")}


def _decorated(model: Any, kept: frozenset[str]) -> dict[str, Any]:
    """Give the validators and serializers of single members, for those that are kept."""
    found: dict[str, Any] = {}
    decorators: Any = model.__pydantic_decorators__
    marks: list[tuple[Any, Any]] = [
        *((item, _validating) for item in decorators.field_validators.values()),
        *((item, _serializing) for item in decorators.field_serializers.values()),
    ]
    for item, mark in marks:
        if fields := [name for name in item.info.fields if name in kept or name == "*"]:
            function = inspect.getattr_static(model, item.cls_var_name)
            found[item.cls_var_name] = mark(item.info, fields)(function)
    return found


def _validating(info: Any, fields: list[str]) -> Any:
    make: Any = field_validator
    if info.mode == "after":
        return make(*fields, mode="after", check_fields=False)
    return make(
        *fields, mode=info.mode, check_fields=False, json_schema_input_type=info.json_schema_input_type
    )


def _serializing(info: Any, fields: list[str]) -> Any:
    make: Any = field_serializer
    said = {"return_type": info.return_type, "when_used": info.when_used}
    return make(*fields, mode=info.mode, check_fields=False, **said)


# -- Dataclasses -------------------------------------------------------------------------------------


def _dataclass_members(model: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(get_origin(model) or model)]


def _dataclass(shape: Shape) -> Any:
    base, given = _opened(shape.model)
    # pydantic alone knows what a default, an annotation and a validator say together.
    frozen = base.__dataclass_params__.frozen
    known = base if hasattr(base, "__pydantic_fields__") else pydantic_dataclass(base, frozen=frozen)
    fields = {name: info for name, info in known.__pydantic_fields__.items() if name in shape.kept}
    generated = (base.__doc__ or "").startswith(f"{base.__name__}(")
    body = {
        "__doc__": None if generated else base.__doc__,
        "__module__": base.__module__,
        "__annotations__": {name: _filled(info.annotation, given) for name, info in fields.items()},
        **{name: _optional(info) if shape.partial else copy(info) for name, info in fields.items()},
        **_decorated(known, shape.kept),
    }
    return pydantic_dataclass(
        type(shape.name, (), body), config=_config(known.__pydantic_config__), kw_only=True
    )


def _opened(model: Any) -> tuple[Any, dict[Any, Any]]:
    """Part a generic class that has arguments into the class, and what its variables stand for."""
    base = get_origin(model) or model
    return base, dict(zip(getattr(base, "__parameters__", ()), get_args(model), strict=False))


def _filled(hint: Any, given: dict[Any, Any]) -> Any:
    """Put the arguments of a generic class in the place of its variables."""
    variables = getattr(hint, "__parameters__", ())
    if variables:
        return hint[tuple(given.get(variable, Any) for variable in variables)]
    return given.get(hint, hint) if isinstance(hint, TypeVar) else hint


# -- TypedDicts --------------------------------------------------------------------------------------


def _is_typed_dict(model: Any) -> bool:
    return is_typed_dict(get_origin(model) or model)


def _typed_dict_members(model: Any) -> list[str]:
    return [member.key for member in fields_of(model)]


def _typed_dict(shape: Shape) -> Any:
    base, given = _opened(shape.model)
    members: dict[str, Any] = {}
    for key, hint, default in fields_of(shape.model):
        if key in shape.kept:
            hint = _filled(hint, given)
            members[key] = hint if default is REQUIRED and not shape.partial else NotRequired[hint]
    make: Any = TypedDict
    made = make(shape.name, members)
    made.__doc__, made.__module__ = base.__doc__, base.__module__
    if hasattr(base, "__pydantic_config__"):
        made.__pydantic_config__ = _config(base.__pydantic_config__)
    return made


# -- marshmallow -------------------------------------------------------------------------------------


def _is_schema_class(model: Any) -> bool:
    return isinstance(model, type) and is_schema(model)


def _schema_members(model: Any) -> list[str]:
    return list(model().fields)


def _schema(shape: Shape) -> Any:
    model = shape.model
    left_out = tuple(name for name in _schema_members(model) if name not in shape.kept)
    meta = type("Meta", (model.Meta,), {"exclude": (*getattr(model.Meta, "exclude", ()), *left_out)})
    body: dict[str, Any] = {"__doc__": model.__doc__, "__module__": model.__module__, "Meta": meta}
    if shape.partial:

        def __init__(self: Any, **options: Any) -> None:
            # By name, as ``partial=True`` would reach into nested schemas.
            model.__init__(self, **{"partial": tuple(shape.kept), **options})

        body["__init__"] = __init__
    return type(model)(shape.name, (model,), body)


_KINDS = (
    _Kind(_is_model, _model_fields, _model),
    _Kind(is_dataclass, _dataclass_members, _dataclass),
    _Kind(_is_typed_dict, _typed_dict_members, _typed_dict),
    _Kind(_is_schema_class, _schema_members, _schema),
)
