"""Answers: what handlers return where a bare value does not say all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal

from typing_extensions import TypeVar

from .frozen import Record
from .links import Link

if TYPE_CHECKING:
    from .aliases import Environ
    from .waits import Steps

T = TypeVar("T")
H = TypeVar("H", default=Mapping[str, str])
C = TypeVar("C", default="Mapping[str, str | SetCookie]")


class SetCookie(Record):
    """Hold the value of a cookie and where it goes; what is not said is the safe choice."""

    value: str
    max_age: int | None = None
    path: str = "/"
    domain: str | None = None
    secure: bool = True
    httponly: bool = True
    samesite: Literal["Strict", "Lax", "None"] = "Lax"


class Answer(Generic[T, H, C]):
    """Answer with a body of type T, header fields of type H and cookies of type C.

    .. code-block:: python

        class Total(TypedDict):
            x_total: int

        @app.get("/books")
        def list_books() -> Answer[list[Book], Total]:
            return Answer(books, headers={"x_total": len(books)})

    Subclass it with another ``status`` for an answer of your own.
    """

    status: ClassVar[int] = 200
    __slots__ = ("body", "cookies", "headers")

    def __init__(self, body: T, *, headers: H | None = None, cookies: C | None = None) -> None:
        self.body = body
        self.headers = headers
        self.cookies = cookies

    @classmethod
    def asks(cls) -> Mapping[str, Any]:
        """Name the parameters that an operation takes for its answer, with their annotations.

        What requests hold of them is handed to :meth:`settle`.
        """
        return {}

    @classmethod
    def check(cls, operation: Any) -> None:
        """Refuse an operation that cannot give the answer, when the app is frozen; SetupError tells why."""

    def location(self) -> str | Link | None:
        """Give the target of the ``Location`` field, if the answer has one."""
        return None

    def settle(self, environ: Environ, asked: Mapping[str, Any]) -> Steps[None]:
        """Make body and header fields ready, by what was asked for; dependencies are still open."""
        yield from ()


class Created(Answer[T, H, C]):
    """Answer 201 with the new thing and its ``Location``."""

    status = 201
    __slots__ = ("_location",)

    def __init__(
        self,
        body: T,
        *,
        location: str | Link | None = None,
        headers: H | None = None,
        cookies: C | None = None,
    ) -> None:
        super().__init__(body, headers=headers, cookies=cookies)
        self._location = location

    def location(self) -> str | Link | None:
        return self._location


class Accepted(Created[T, H, C]):
    """Answer 202: the work goes on; ``location`` tells where to ask for it."""

    status = 202
    __slots__ = ()


class NoContent(Answer[None]):
    """Answer 204."""

    status = 204
    __slots__ = ()

    def __init__(self, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(None, headers=headers)
