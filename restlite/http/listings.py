"""Listings: whatever a page is cut from. A sequence, an iterator, or a select that a database runs."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable, Sequence, Sized
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from ..errors import SetupError
from ..hints import name_of
from ..waits import Steps, call
from . import selects
from .keys import Key, arranged, follows, values_of
from .selects import is_select

if TYPE_CHECKING:
    from sqlalchemy import Select

    #: What a page is cut from.
    Listing: TypeAlias = Iterable[Any] | Select[Any]

T = TypeVar("T")


class Cut(NamedTuple):
    """Hold what was cut out of a listing, the number of all items if it is known, and whether more follow."""

    items: list[Any]
    total: int | None
    more: bool


def check_listing(page: str, source: Any, session: Any) -> None:
    """Refuse what no page can be cut from."""
    given: Any = source
    if is_select(source):
        selects.check_uncut(source)
        if session is None:
            found = f"{page} was given a select, and no session to run it."
            raise SetupError(found, mend=f"{page}(select(...), session)")
    elif isinstance(source, AsyncIterable) or not isinstance(source, Iterable):
        found = f"{page} was given a value of type {name_of(type(given))}: no sequence, iterator or select."
        raise SetupError(found, mend=f"{page}([item async for item in source])")


def reading(source: Any, session: Any, read: Callable[[Any], T]) -> Steps[T]:
    """Run what reads a listing, given a session that blocks, where it keeps nobody waiting."""
    if isinstance(source, (list, tuple)):
        return read(session)  # They are in memory.
    is_async = hasattr(session, "run_sync")
    found: T = yield call(
        partial(session.run_sync, read) if is_async else partial(read, session), is_async=is_async
    )
    return found


def cut(session: Any, source: Any, offset: int, limit: int, *, total: int | None, counted: bool) -> Cut:
    """Cut items out of a listing by their place."""
    if total is None and counted:
        total = count(session, source)
    most = limit + (total is None)  # One more tells whether more follow.
    if is_select(source):
        found = selects.rows_of(session, selects.settled(source).offset(offset).limit(most))
    else:
        found = list(source[offset : offset + most]) if _slices(source) else skimmed(source, offset, most)
    more = len(found) > limit if total is None else offset + limit < total
    return Cut(found[:limit], total, more)


def stretch(
    session: Any,
    source: Any,
    keys: Sequence[Key],
    place: Sequence[Any] | None,
    *,
    limit: int,
    total: int | None,
    counted: bool,
) -> Cut:
    """Cut out of a listing, ordered by keys, the items that follow a place."""
    if total is None and counted:
        total = count(session, source)
    if is_select(source):
        chosen = selects.ordered(source, keys)
        chosen = chosen if place is None else selects.beyond(chosen, keys, place)
        found = selects.rows_of(session, chosen.limit(limit + 1))
    else:
        listed = arranged(source, keys)
        rest = listed if place is None else [item for item in listed if follows(item, keys, place)]
        found = rest[: limit + 1]
        if len(found) > limit and values_of(found[-1], keys) == values_of(found[-2], keys):
            named = ", ".join(key.name for key in keys)
            raise SetupError(
                f"two items of a CursorPage have the same {named}: one would be left out.",
                mend=f'key=["{keys[0]}", "id"]   # which tells them apart',
            )
    return Cut(found[:limit], total, len(found) > limit)


def count(session: Any, source: Any) -> int | None:
    """Count all items; None where only reading them would tell."""
    if is_select(source):
        return selects.count_of(session, source)
    return len(source) if isinstance(source, Sized) else None


def _slices(source: Any) -> bool:
    return isinstance(source, Sequence) and not isinstance(source, deque)  # which is one in name only


def skimmed(source: Iterable[T], offset: int, limit: int) -> list[T]:
    """Take items out of an iterator, and close it: it is not read to its end."""
    try:
        return list(islice(source, offset, offset + limit))
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()
