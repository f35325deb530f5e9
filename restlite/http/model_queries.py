"""Parameter models that are made from the members of another model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..errors import SetupError
from ..hints import name_of
from .scalars import Scalar, scalars_of

T = TypeVar("T")


class ModelQuery(BaseModel, Generic[T]):
    """Read parameters that name members of T; ``SortBy[Book]`` is a class of its own."""

    #: The model, once it is known.
    model: ClassVar[Any] = None
    #: Which members clients may name, as they write them; empty for all that are scalars.
    names: ClassVar[tuple[str, ...]] = ()
    #: The members of these names.
    members: ClassVar[Mapping[str, Scalar]] = {}

    def __class_getitem__(cls, item: Any) -> Any:
        given: Any = item
        return super().__class_getitem__(given) if isinstance(item, TypeVar) else of_model(cls, item)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.model is not None:
            known = scalars_of(cls.model)
            cls.members = {name: known[name] for name in cls.checked(cls.names, known) or known}
            fields: dict[str, FieldInfo] = cls.model_fields
            fields.clear()
            fields.update(cls.fields())
            cls.model_rebuild(force=True)

    @classmethod
    def checked(cls, names: tuple[str, ...], known: Mapping[str, Scalar]) -> tuple[str, ...]:
        """Refuse names that are no members'."""
        for name in names:
            if name not in known:
                found = f"{cls.__qualname__} names {name!r}; its scalar members are: {', '.join(known)}."
                raise SetupError.at(cls, found, f"names = ({next(iter(known))!r}, ...)")
        return names

    @classmethod
    @abstractmethod
    def fields(cls) -> Mapping[str, FieldInfo]:
        """Make the fields of the members."""
        ...


@cache
def of_model(kind: type[ModelQuery[Any]], model: Any) -> type[ModelQuery[Any]]:
    """Make the class for one model, once."""
    name = f"{kind.__name__}[{name_of(model)}]"
    space = {"model": model, "__module__": kind.__module__, "__qualname__": name, "__doc__": kind.__doc__}
    made: type[ModelQuery[Any]] = new_class(name, (kind,), exec_body=lambda body: body.update(space))
    return made
