"""``FilterBy[T]``: the items that a client asks for, checked against a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union

from pydantic import AfterValidator, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticKnownError

from ..hints import rewrap, union_args, unwrap
from ..params import In
from .keys import keys_of, value_of
from .model_queries import ModelQuery
from .scalars import Scalar
from .selects import columns_for

if TYPE_CHECKING:
    from .selects import S

T = TypeVar("T")
V = TypeVar("V")
#: As many values of one member may be asked for.
MAX_VALUES = 100
#: What databases can compare with: integers of 64 bits, and numbers and durations that they can hold.
MAX_INTEGER = 2**63 - 1
MAX_DIGITS = 1000
MAX_DAYS = 700_000


class FilterBy(ModelQuery[T], Generic[T]):
    """Read ``?genre=poetry&genre=travel&author=7``: a parameter for each scalar member of T.

    .. code-block:: python

        @app.get("/books")
        def list_books(db: Db, by: Query[FilterBy[Book]]) -> Page[Book]:
            return Page(by.where(select(tables.Book)), db)

    An item fits that has one of the values given of each member. Values are held to the type and the bounds
    of the member, 422 where they break them. A subclass chooses::

        class BookFilter(FilterBy[Book]):
            names = ("genre", "author")
    """

    @classmethod
    def fields(cls) -> Mapping[str, FieldInfo]:
        return {f"by_{member.name}": _field(member) for member in cls.members.values()}

    @property
    def given(self) -> dict[str, list[Any]]:
        """Give the values that were asked for, by the names of attributes."""
        return {name.removeprefix("by_"): values for name, values in self if values}

    def where(self, select: S) -> S:
        """Leave only the rows of a select that fit."""
        given = self.given
        columns = columns_for(select, keys_of(given))
        return select.where(*(item.among(given[item.key.name]) for item in columns)) if given else select

    def matching(self, items: Iterable[V]) -> Iterator[V]:
        """Give the items that fit."""
        given = self.given
        return (item for item in items if all(value_of(item, name) in given[name] for name in given))


def _field(member: Scalar) -> FieldInfo:
    base, metadata = unwrap(member.annotation)
    kinds = tuple(part for part in union_args(base) if part is not type(None))
    plain = tuple(item for item in metadata if not isinstance(item, In))
    item = rewrap(Union[kinds], (*plain, AfterValidator(storable)))  # noqa: UP007
    hint = rewrap(GenericAlias(list, (item,)), (Field(alias=member.wire, max_length=MAX_VALUES),))
    return FieldInfo.from_annotated_attribute(hint, [])


def storable(value: Any) -> Any:
    """Refuse what no database can compare with: an error there would be a 500."""
    if isinstance(value, int) and value > MAX_INTEGER:
        raise PydanticKnownError("less_than_equal", {"le": MAX_INTEGER})
    if isinstance(value, int) and value < -MAX_INTEGER:
        raise PydanticKnownError("greater_than_equal", {"ge": -MAX_INTEGER})
    if isinstance(value, str) and "\0" in value:
        raise ValueError("PostgreSQL's text holds no NUL")
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_DIGITS:
        raise ValueError("beyond the numbers of PostgreSQL")
    if isinstance(value, timedelta) and abs(value.days) > MAX_DAYS:
        raise ValueError("SQLAlchemy stores durations as dates in SQLite")
    return value
