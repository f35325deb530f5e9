"""Pages: one part of a long list, with links to the others.

======================  ===========================================  =====================================
annotation              the client sends                             the body
======================  ===========================================  =====================================
``-> Page[T]``          ``limit`` and ``offset``                     a plain list
``-> EnvelopePage[T]``  ``limit`` and ``offset``                     an object around the list
``-> CursorPage[T]``    ``limit`` and ``cursor``, see                a plain list
                        :mod:`restlite.http.cursor_paging`
======================  ===========================================  =====================================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic

from pydantic import BaseModel, Field, create_model
from typing_extensions import TypedDict, TypeVar

from ..adapters import WrongAnswer
from ..answers import Answer
from ..errors import SetupError
from ..hints import rewrap
from ..params import In
from .listings import Cut, check_listing, cut, reading
from .page_links import PageLinks, link_field

if TYPE_CHECKING:
    from ..aliases import Environ
    from ..waits import Steps
    from .listings import Listing
    from .selects import Database

T = TypeVar("T")
B = TypeVar("B")
#: PostgreSQL and SQLite take larger ones, clients that count in 32 bits do not.
MAX_OFFSET = 2**31 - 1


class PageHeaders(TypedDict, total=False):
    """Name the header fields of a page: links (RFC 8288), and how many items there are in all."""

    link: str
    x_total_count: int


class Window(BaseModel):
    """Hold what the client sent of a page's bounds."""

    limit: int
    offset: int = 0


class Paged(Answer[B, PageHeaders], Generic[B]):
    """Answer with a part of a list; its parameters are the operation's by themselves."""

    #: How many items a client gets that does not say.
    limit: ClassVar[int] = 20
    #: How many items a client may ask for.
    max_limit: ClassVar[int] = 100
    #: Count all items, for ``X-Total-Count`` and the link to the last page.
    counted: ClassVar[bool] = True
    __slots__ = ("_session", "_source", "_total")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not 1 <= cls.limit <= cls.max_limit:
            found = f"{cls.__qualname__} has limit = {cls.limit} and max_limit = {cls.max_limit}."
            raise SetupError.at(cls, found, "limit = 20; max_limit = 100   # 1 <= limit <= max_limit")

    def __init__(self, source: Listing, session: Database | None = None, *, total: int | None = None) -> None:
        check_listing(type(self).__name__, source, session)
        self._source = source
        self._session = session
        self._total = total
        self.headers = None
        self.cookies = None

    if TYPE_CHECKING:
        body: B
    else:

        def __getattr__(self, name: str) -> Any:
            """Say of a page that nobody has cut why it has no body."""
            if name != "body":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise WrongAnswer(f"a {type(self).__name__}, which the return annotation does not name")

    @classmethod
    def window(cls) -> type[BaseModel]:
        """Give the model of the parameters."""
        return window_of(cls.limit, cls.max_limit)

    @classmethod
    def asks(cls) -> Mapping[str, Any]:
        return {f"the window of {cls.__name__}": rewrap(cls.window(), (In("query"),))}

    def announce(self, targets: Mapping[str, str], total: int | None) -> None:
        """Tell where the other pages are, and how many items there are in all."""
        self.headers = PageHeaders(link=link_field(targets))
        if total is not None:
            self.headers["x_total_count"] = total


class OffsetPage(Paged[B], ABC, Generic[B]):
    """Answer with a part of a list, told by the place of its first item."""

    __slots__ = ()

    def settle(self, environ: Environ, asked: Mapping[str, Any]) -> Steps[None]:
        window: Window = next(value for value in asked.values() if isinstance(value, Window))
        offset, limit = window.offset, window.limit
        source, counted = self._source, self.counted
        run = partial(cut, source=source, offset=offset, limit=limit, total=self._total, counted=counted)
        found = yield from reading(source, self._session, run)
        links = PageLinks(environ, "offset")
        targets = {name: links.to(place) for name, place in places(offset, limit, found).items()}
        self.announce(targets, found.total)
        self.fill(found, window, targets)

    @abstractmethod
    def fill(self, found: Cut, window: Window, targets: Mapping[str, str]) -> None:
        """Make the body."""
        ...


class Page(OffsetPage[list[T]], Generic[T]):
    """Answer with a part of a list, as a plain list; ``Link`` leads to the others (RFC 8288).

    .. code-block:: python

        @app.get("/books")
        def list_books(db: Db, sort: Query[SortBy[Book]]) -> Page[Book]:
            return Page(sort.order(select(tables.Book)), db)

    The operation takes ``limit`` and ``offset`` by itself, 422 where they are out of bounds. The source is
    a sequence, an iterator (``total`` tells how many items it has), or a select with the session that runs
    it: one statement for the items and one to count them. A select's order ends with the primary key, so
    that equal rows do not change places. A subclass has other bounds:

    .. code-block:: python

        class Shelf(Page[T]):
            limit = 50
            max_limit = 500
    """

    __slots__ = ()

    def fill(self, found: Cut, window: Window, targets: Mapping[str, str]) -> None:
        items: list[T] = found.items
        self.body = items


class Envelope(TypedDict, Generic[T]):
    """Hold a part of a list, and where the others are."""

    items: list[T]
    #: How many items there are in all; null where nobody counts them.
    total: int | None
    limit: int
    offset: int
    next: str | None
    prev: str | None


class EnvelopePage(OffsetPage[Envelope[T]], Generic[T]):
    """Answer with a part of a list inside an object: ``items``, ``total``, ``limit``, ``offset``, links.

    .. code-block:: python

        @app.get("/books")
        def list_books(db: Db) -> EnvelopePage[Book]:
            return EnvelopePage(select(tables.Book), db)
    """

    __slots__ = ()

    def fill(self, found: Cut, window: Window, targets: Mapping[str, str]) -> None:
        self.body = Envelope(
            items=found.items,
            total=found.total,
            limit=window.limit,
            offset=window.offset,
            next=targets.get("next"),
            prev=targets.get("prev"),
        )


@cache
def window_of(limit: int, most: int) -> type[Window]:
    """Make the model of ``limit`` and ``offset``; one of each kind, so that operations share it."""
    return create_model(
        f"Window{limit}Of{most}",
        __base__=Window,
        limit=(Annotated[int, Field(ge=1, le=most)], limit),
        offset=(Annotated[int, Field(ge=0, le=MAX_OFFSET)], 0),
    )


def places(offset: int, limit: int, found: Cut) -> dict[str, int]:
    """Tell where the other pages begin, by their relation to this one."""
    last = None if found.total is None else max(found.total - 1, 0) // limit * limit
    there = {"first": 0}
    if offset:
        before = max(offset - limit, 0)
        there["prev"] = before if last is None else min(before, last)
    if found.more:
        there["next"] = offset + limit
    if last is not None:
        there["last"] = last
    return there
