"""Selects: lists that a database cuts, by SQLAlchemy.

A select is cut by one ``SELECT`` with ``LIMIT`` and counted by one ``SELECT count(*)``. What it loads
eagerly stays as it says: joined collections are counted once, and no row asks for more by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from ..errors import SetupError
from .keys import Key

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
    from sqlalchemy.orm import Session, scoped_session

    #: What runs a select.
    Database: TypeAlias = Session | scoped_session[Session] | Connection | AsyncSession | AsyncConnection

S = TypeVar("S", bound="Select[Any]")


def is_select(source: Any) -> bool:
    """Tell whether something is a select, without importing SQLAlchemy."""
    sqlalchemy = sys.modules.get("sqlalchemy")
    return sqlalchemy is not None and isinstance(source, sqlalchemy.Select)


class OrderColumn(NamedTuple):
    """Hold a column to order by."""

    key: Key
    column: Any
    nullable: bool

    def clauses(self) -> list[Any]:
        """Write the order; where a column may be null, databases disagree unless they are told."""
        from sqlalchemy import case

        absent = [case((self.column.is_(None), 1), else_=0)] if self.nullable else []
        return [clause.desc() if self.key.descending else clause for clause in (*absent, self.column)]

    def after(self, value: Any) -> ColumnElement[bool]:
        """Write the condition of rows that come after a value."""
        from sqlalchemy import false

        column, descending = self.column, self.key.descending
        found: ColumnElement[bool]
        if value is None:
            found = column.is_not(None) if descending else false()
        else:
            found = column < self.bind(value) if descending else column > self.bind(value)
            if self.nullable and not descending:
                found = found | column.is_(None)
        return found

    def since(self, value: Any) -> ColumnElement[bool]:
        """Write the condition of rows that hold a value, or come after it."""
        column = self.column
        found: ColumnElement[bool]
        if self.nullable:
            found = self.after(value) | (column.is_(None) if value is None else column == self.bind(value))
        else:
            found = column <= self.bind(value) if self.key.descending else column >= self.bind(value)
        return found

    def bind(self, value: Any) -> ColumnElement[Any]:
        """Give a value of a cursor or filter as the column takes it."""
        from sqlalchemy import BigInteger, Integer, literal

        enum = getattr(self.column.type, "enum_class", None)
        plain = value.value if isinstance(value, Enum) else value
        # Compared with a larger number than it can hold, a column is an error in PostgreSQL.
        kind = BigInteger() if isinstance(self.column.type, Integer) else self.column.type
        return literal(plain if enum is None else enum(plain), kind)

    def among(self, values: Iterable[Any]) -> ColumnElement[bool]:
        """Write the condition of rows that hold one of several values."""
        found: ColumnElement[bool] = self.column.in_([self.bind(value) for value in values])
        return found


def columns_for(select: Select[Any], keys: Sequence[Key]) -> list[OrderColumn]:
    """Find the columns of keys among those of the first entity; SetupError where one is none of them."""
    return [_column_for(select, key) for key in keys]


def _column_for(select: Select[Any], key: Key) -> OrderColumn:
    entity, names = _entity(select), _names(select)
    if key.name not in names:
        found = f"the select has no column {key.name!r}; it has: {', '.join(sorted(names))}."
        raise SetupError(found, mend=f"names of columns   # such as {min(names, default='id')!r}")
    column: Any = select.selected_columns[key.name] if entity is None else getattr(entity, key.name)
    return OrderColumn(key, column, bool(getattr(names[key.name], "nullable", True)))


def identity_of(select: Select[Any]) -> tuple[Key, ...]:
    """Give the keys of the primary key, which tells rows apart; none where the select does not hold it."""
    entity = _entity(select)
    if entity is None:
        return tuple(Key(name) for name, column in _names(select).items() if column.primary_key)
    mapper = _inspected(entity).mapper
    return tuple(Key(mapper.get_property_by_column(column).key) for column in mapper.primary_key)


def _entity(select: Select[Any]) -> Any:
    """Give the class, or alias of one, whose instances a select gives first; None for plain columns."""
    first: Any = select.column_descriptions[0]["expr"] if select.column_descriptions else None
    inspected = _inspected(first)
    return first if getattr(inspected, "is_mapper", False) or _is_alias(inspected) else None


def _is_alias(inspected: Any) -> bool:
    return bool(getattr(inspected, "is_aliased_class", False))


def _inspected(entity: Any) -> Any:
    from sqlalchemy import inspect

    return inspect(entity, raiseerr=False)


def _names(select: Select[Any]) -> dict[str, Any]:
    """Name the columns by which a select can be ordered."""
    entity = _entity(select)
    if entity is None:
        return {str(name): column for name, column in select.selected_columns.items()}
    return {item.key: item.columns[0] for item in _inspected(entity).mapper.column_attrs}


def ordered(select: S, keys: Sequence[Key]) -> S:
    """Order a select by keys, in the place of what it said of its order."""
    clauses = [clause for column in columns_for(select, keys) for clause in column.clauses()]
    return select.order_by(None).order_by(*clauses)


def settled(select: S) -> S:
    """End the order of a select with its primary key, so that equal rows do not change places."""
    said: Any = [getattr(clause, "element", clause) for clause in getattr(select, "_order_by_clauses", ())]
    columns = columns_for(select, identity_of(select))
    missing = [item.column for item in columns if not any(item.column.compare(clause) for clause in said)]
    grouped = len(getattr(select, "_group_by_clauses", ())) > 0
    return select.order_by(*missing) if missing and not grouped else select


def beyond(select: S, keys: Sequence[Key], place: Sequence[Any]) -> S:
    """Leave only rows that come after a place in the order."""
    return select.where(_beyond(columns_for(select, keys), place))


def _beyond(columns: Sequence[OrderColumn], place: Sequence[Any]) -> ColumnElement[bool]:
    """Write ``(a, b) > (x, y)`` so that an index on ``a`` is used, whatever the directions."""
    from sqlalchemy import and_, or_

    (first, *others), (value, *rest) = columns, place
    after = first.after(value)
    if not others:
        return after
    return and_(first.since(value), or_(after, _beyond(others, rest)))


def check_uncut(select: Select[Any]) -> None:
    """Refuse a select that has a LIMIT or OFFSET already: it would be written over."""
    clauses = (getattr(select, name, None) for name in ("_limit_clause", "_offset_clause", "_fetch_clause"))
    if any(clause is not None for clause in clauses):
        raise SetupError("the select has a LIMIT or OFFSET of its own.", mend="Page(select(...), session)")


def rows_of(session: Any, select: Select[Any]) -> list[Any]:
    """Run a select: entities or values where it has one column, rows otherwise."""
    result = session.execute(select)
    if _entity(select) is not None:
        result = result.unique()
    return [row[0] if len(row) == 1 else row for row in result]


def subject_of(source: Any, item: Any) -> Any:
    """Give that of a row by which it is ordered: the first entity, if there is one."""
    if is_select(source) and len(source.column_descriptions) > 1 and _entity(source) is not None:
        return item[0]
    return item


def count_of(session: Any, select: Select[Any]) -> int:
    """Count the rows of a select, without its order."""
    from sqlalchemy import func
    from sqlalchemy import select as select_

    counted = select_(func.count()).select_from(select.order_by(None).subquery())
    return int(session.execute(counted).scalar_one())
