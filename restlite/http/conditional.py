"""Preconditions of requests that change something (RFC 9110, section 13).

A GET answers its preconditions by itself: return ``Answer[T, Validators]``, or put ``ETags`` among the hooks.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from ..depends import Depends
from ..errors import BadRequest, PreconditionFailed, Problem
from ..params import Header, In
from ..ranges import read_date
from ..validators import quoted

#: More entity tags than these no client has copies for.
MAX_TAGS = 128
_TAG = re.compile(r'[ \t,]*((?:W/)?"[\x21\x23-\x7e\x80-\U0010ffff]*")[ \t]*(?=,|$)')
_ANY = ("*",)


class Validators(TypedDict):
    """Say in header fields which version of a thing an answer shows; GET then answers 304 and 412 by itself.

    .. code-block:: python

        @app.get("/books/<int:id>", raises=[NotFound])
        def show_book(id: int, db: Db) -> Answer[Book, Validators]:
            row = db.get(id)
            return Answer(row, headers={"etag": etag_of(row.version)})
    """

    #: The entity tag; quotes are put around it where it has none.
    etag: str
    #: The time of the last change; HTTP knows whole seconds only.
    last_modified: NotRequired[datetime]


class PreconditionRequired(Problem):
    """The request must say which version it changes (RFC 6585, 3)."""

    status = 428


class Precondition:
    """Hold what a request asks of the present version, until the handler knows which one that is.

    .. code-block:: python

        @app.put("/books/<int:id>", raises=[NotFound])
        def replace_book(id: int, body: BookIn, db: Db, precondition: RequiredPrecondition) -> Book:
            row = db.get_for_update(id)
            precondition.check(etag_of(row.version))
            return row.replace(body)

    Check inside of the transaction that changes, with the row locked: of two requests that name one
    version then exactly one succeeds. ``RequiredPrecondition`` answers 428 before the handler runs, and
    ``OptionalPrecondition`` lets requests through that ask for nothing.

    :param if_match: entity tags, one of which must be the present one; ``("*",)`` for whichever.
    :param if_none_match: entity tags, none of which may be the present one; ``("*",)`` for whichever.
    :param required: an ``If-Unmodified-Since`` that cannot be checked is a 428.
    """

    __slots__ = ("_if_match", "_if_none_match", "_required", "_unmodified_since")

    def __init__(
        self,
        if_match: tuple[str, ...] | None = None,
        if_none_match: tuple[str, ...] | None = None,
        unmodified_since: datetime | None = None,
        *,
        required: bool = False,
    ) -> None:
        self._if_match = if_match
        self._if_none_match = if_none_match
        self._unmodified_since = unmodified_since
        self._required = required
        if required and if_match is None and if_none_match != _ANY and unmodified_since is None:
            raise PreconditionRequired("Name the version that you change: If-Match.")

    def check(self, etag: str | None, *, last_modified: datetime | None = None) -> None:
        """Compare with what there is now, in the order of RFC 9110, 13.2.2.

        Raises :class:`PreconditionFailed`, and :class:`PreconditionRequired` where all that the request names
        is a time and no ``last_modified`` is given.

        :param etag: the present entity tag; None where there is nothing yet, or no more.
        :param last_modified: the time of the last change; a naive time is UTC.
        """
        tag = None if etag is None else quoted(etag)
        if self._if_match is not None:
            if not _names(self._if_match, tag, weak=False):
                raise PreconditionFailed(_GONE if tag is None else _CHANGED)
        elif self._unmodified_since is not None:
            self._check_time(self._unmodified_since, tag, last_modified)
        if self._if_none_match is not None and _names(self._if_none_match, tag, weak=True):
            raise PreconditionFailed(_EXISTS)

    def _check_time(self, since: datetime, tag: str | None, last_modified: datetime | None) -> None:
        if tag is None:
            raise PreconditionFailed(_GONE)
        if last_modified is None:
            if self._required and self._if_none_match is None:
                raise PreconditionRequired("There are no times here to go by. Name the version: If-Match.")
        elif _whole_seconds(last_modified) > since:
            raise PreconditionFailed(_CHANGED)


_CHANGED = "It has changed since. Get it again, and try with its new ETag."
_EXISTS = "What the request must not meet is here already."
_GONE = "There is nothing here to be matched."


def _names(tags: tuple[str, ...], etag: str | None, *, weak: bool) -> bool:
    """Tell whether tags name the present one, by weak or by strong comparison (RFC 9110, 8.8.3.2)."""
    if etag is None or tags == _ANY:
        return etag is not None
    if weak:
        return etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in tags}
    return not etag.startswith("W/") and etag in tags


def _whole_seconds(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=0)


def entity_tags(field: str, name: str) -> tuple[str, ...]:
    """Read the value of ``If-Match`` or ``If-None-Match``; ``("*",)`` stands for any.

    Raises :class:`BadRequest` for what is no list of entity tags: whoever sends that wants a condition to be
    met, and it is not known which.
    """
    if field.strip(" \t") == "*":
        return _ANY
    tags: list[str] = []
    end = 0
    while len(tags) <= MAX_TAGS and (found := _TAG.match(field, end)):
        tags.append(found[1])
        end = found.end()
    if len(tags) > MAX_TAGS:
        raise BadRequest(f"{name} names more than {MAX_TAGS} entity tags.")
    if not tags or field[end:].strip(" \t,"):
        raise BadRequest(f'{name} is no list of entity tags. Write: {name}: "tag"')
    return tuple(tags)


def _read(match: str | None, none_match: str | None, since: str | None, *, required: bool) -> Precondition:
    return Precondition(
        None if match is None else entity_tags(match, "If-Match"),
        None if none_match is None else entity_tags(none_match, "If-None-Match"),
        # What is no date counts as not sent (RFC 9110, 13.1.4).
        read_date(since),
        required=required,
    )


def optional_precondition(
    if_match: Header[str | None] = None,
    if_none_match: Header[str | None] = None,
    if_unmodified_since: Header[str | None] = None,
) -> Precondition:
    """Read what a request asks of the present version, if it asks."""
    return _read(if_match, if_none_match, if_unmodified_since, required=False)


def required_precondition(
    if_match: Annotated[str | None, In("header", demanded=True)] = None,
    if_none_match: Header[str | None] = None,
    if_unmodified_since: Header[str | None] = None,
) -> Precondition:
    """Read what a request asks of the present version; 428 where it asks for nothing."""
    return _read(if_match, if_none_match, if_unmodified_since, required=True)


#: For handlers that check if they are asked to; creating by PUT knows ``If-None-Match: *``.
OptionalPrecondition = Annotated[Precondition, Depends(optional_precondition, raises=(PreconditionFailed,))]
#: For handlers that change nothing unless they are told which version is meant; else 428.
RequiredPrecondition = Annotated[
    Precondition, Depends(required_precondition, raises=(PreconditionFailed, PreconditionRequired))
]
