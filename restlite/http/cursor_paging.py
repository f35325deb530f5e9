"""Pages told by a cursor: stable while items come and go, and as fast on the last page as on the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Generic

from pydantic import BaseModel, Field, create_model

from ..errors import Invalid, SetupError
from ..violations import Violation, sentence
from .cursors import BadCursor, Cursor, Signer, scope_of
from .keys import Key, keys_of, values_of
from .listings import Cut, reading, stretch
from .page_links import PageLinks
from .paging import Paged, T
from .selects import columns_for, identity_of, is_select, subject_of

if TYPE_CHECKING:
    from ..aliases import Environ
    from ..operation import Operation
    from ..waits import Steps
    from .listings import Listing
    from .selects import Database


class CursorWindow(BaseModel):
    """Hold what the client sent of a page's bounds."""

    limit: int
    cursor: str | None = None


class CursorPage(Paged[list[T]], Generic[T]):
    """Answer with a part of a list, as a plain list; ``Link`` leads to the pages beside it by a cursor.

    .. code-block:: python

        app = App(secrets=[os.environ["SECRET"]])

        @app.get("/books")
        def list_books(db: Db, sort: Query[SortBy[Book]]) -> CursorPage[Book]:
            return CursorPage(select(tables.Book), db, key=sort.keys)

    The operation takes ``limit`` and ``cursor`` by itself. A cursor is signed, and bound to the path and to
    the other parameters of the query: what is forged, or comes from another list, is a 422. The first of the
    app's secrets signs, all verify. What is added or removed meanwhile moves nothing else: no item is shown
    twice, and none is left out.

    :param key: names of the members to order by, ``-`` before those that descend. A select is ordered by
        them, then by its primary key; of any other source they must tell items apart.
    """

    __slots__ = ("_keys",)

    def __init__(
        self,
        source: Listing,
        session: Database | None = None,
        *,
        key: str | Iterable[str] = (),
        total: int | None = None,
    ) -> None:
        super().__init__(source, session, total=total)
        self._keys = complete(source, keys_of(key))

    @classmethod
    def window(cls) -> type[BaseModel]:
        return window_of(cls.limit, cls.max_limit)

    @classmethod
    def check(cls, operation: Operation) -> None:
        """Refuse an operation whose app has no secret to sign cursors with."""
        if not operation.context.config.secrets:
            found = f"{operation.qualified_name}: {cls.__name__} signs cursors, and the app has no secrets."
            raise SetupError.at(operation.handler, found, 'App(secrets=[os.environ["SECRET"]])')

    def settle(self, environ: Environ, asked: Mapping[str, Any]) -> Steps[None]:
        window: CursorWindow = next(value for value in asked.values() if isinstance(value, CursorWindow))
        operation: Operation = environ["restlite.match"][0]
        self.check(operation)
        config = operation.context.config
        scope = scope_of(environ, self._keys, ("cursor", "limit", *config.ignored_query))
        signer = Signer(config.secrets, scope)
        cursor = None if window.cursor is None else read(signer, window.cursor)
        found = yield from self._found(cursor, window.limit)
        items: list[T] = found.items[::-1] if cursor is not None and cursor.backward else found.items
        self.body = items
        links = PageLinks(environ, "cursor")
        ordered = [subject_of(self._source, item) for item in items]
        others = neighbours(ordered, self._keys, cursor, found.more)
        targets = {name: links.to(signer.write(there)) for name, there in others}
        self.announce({"first": links.to(None), **targets}, found.total)

    def _found(self, cursor: Cursor | None, limit: int) -> Steps[Cut]:
        """Read the items that follow a cursor, in the order in which they do."""
        backward = cursor is not None and cursor.backward
        run = partial(
            stretch,
            source=self._source,
            keys=tuple(key.reversed for key in self._keys) if backward else self._keys,
            place=None if cursor is None else cursor.place,
            limit=limit,
            total=self._total,
            counted=self.counted,
        )
        return (yield from reading(self._source, self._session, run))


def complete(source: Any, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """End keys with what tells items apart; SetupError where they are not members, or nothing does."""
    if is_select(source):
        columns_for(source, keys)
        named = {key.name for key in keys}
        identity = identity_of(source)
        if identity:
            return (*keys, *(key for key in identity if key.name not in named))
        raise SetupError(
            "the select of a CursorPage has no primary key, which tells rows apart.",
            mend="select(an_entity)   # or Page, which needs none",
        )
    if not keys:
        found = "a CursorPage that is no select does not know what tells its items apart."
        raise SetupError(found, mend='CursorPage(items, key="id")')
    return keys


def read(signer: Signer, text: str) -> Cursor:
    """Read the client's cursor; 422 where it is none of this list."""
    try:
        return signer.read(text)
    except BadCursor:
        raise Invalid(
            "The cursor is none of this list; begin again without it.",
            errors=[Violation("query", "cursor", "invalid", sentence("invalid"))],
        ) from None


def neighbours(
    items: Sequence[Any], keys: Sequence[Key], cursor: Cursor | None, more: bool
) -> Iterable[tuple[str, Cursor]]:
    """Tell the cursors of the pages beside this one; an empty page knows of none."""
    backward = cursor is not None and cursor.backward
    if items and (more if backward else cursor is not None):
        yield "prev", Cursor(values_of(items[0], keys), backward=True)
    if items and (backward or more):
        yield "next", Cursor(values_of(items[-1], keys))


@cache
def window_of(limit: int, most: int) -> type[CursorWindow]:
    """Make the model of ``limit`` and ``cursor``; one of each kind, so that operations share it."""
    return create_model(
        f"CursorWindow{limit}Of{most}",
        __base__=CursorWindow,
        limit=(Annotated[int, Field(ge=1, le=most)], limit),
    )
