"""``SortBy[T]``: the order that a client asks for, checked against a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from ..hints import rewrap
from ..params import In
from .keys import arranged, keys_of
from .model_queries import ModelQuery
from .selects import ordered

if TYPE_CHECKING:
    from .selects import S

T = TypeVar("T")
V = TypeVar("V")


class SortBy(ModelQuery[T], Generic[T]):
    """Read ``?sort=title,-price``: members of T, a minus before those that descend.

    .. code-block:: python

        @app.get("/books")
        def list_books(db: Db, sort: Query[SortBy[Book]]) -> Page[Book]:
            return Page(sort.order(select(tables.Book)), db)

    A name that is no scalar member of T is a 422, and so is one given twice. A subclass chooses::

        class BookSort(SortBy[Book]):
            names = ("title", "price")
            default = ("-price",)

    Absent values come last, and first where the order descends.
    """

    #: The order where the client asks for none, as a client writes it.
    default: ClassVar[tuple[str, ...]] = ()
    #: What the client sent.
    sort: list[str] = []

    @classmethod
    def fields(cls) -> Mapping[str, FieldInfo]:
        cls.checked(tuple(key.name for key in keys_of(cls.default)), cls.members)
        literal: Any = Literal
        choice = literal[tuple(text for name in cls.members for text in (name, f"-{name}"))]
        how = (Field(max_length=len(cls.members)), In("query", style="csv"))
        hint = rewrap(GenericAlias(list, (choice,)), how)
        return {"sort": FieldInfo.from_annotated_attribute(hint, list(cls.default))}

    @field_validator("sort")
    @classmethod
    def once(cls, sort: list[str]) -> list[str]:
        """Refuse a member that is named twice."""
        if len({key.name for key in keys_of(sort)}) < len(sort):
            raise PydanticCustomError("unique_list", "A member is named twice.")
        return sort

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the order by the names of attributes, as :class:`CursorPage` takes it."""
        return tuple(str(key._replace(name=self.members[key.name].name)) for key in keys_of(self.sort))

    def order(self, select: S) -> S:
        """Order a select; where nothing is asked for, its own order stands."""
        return ordered(select, keys_of(self.keys)) if self.sort else select

    def sorted(self, items: Iterable[V]) -> list[V]:
        """Sort items; what is equal stays in its order."""
        return arranged(items, keys_of(self.keys))
