"""Hooks run around, before or after the handlers of an app, a router or a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypedDict, TypeVar, Unpack, overload

from .depends import Kind, kind_of
from .errors import Problem, SetupError
from .frozen import Record
from .records import AnswerRecord, Described, SchemaRef

if TYPE_CHECKING:
    from .aliases import Environ
    from .waits import Wire

F = TypeVar("F", bound=Callable[..., Any])
When = Literal["around", "before", "after", "error"]


class HookOptions(TypedDict, total=False):
    """Name what a hook declares."""

    #: Problems that it may raise.
    raises: Sequence[type[Problem]]
    #: Header fields that it may add, with their types.
    headers: Mapping[str, Any]


class Registering(Protocol):
    """Register a hook: ``@app.before``, or ``@app.before(raises=[...])``."""

    @overload
    def __call__(self, function: F, /) -> F: ...
    @overload
    def __call__(self, /, **declared: Unpack[HookOptions]) -> Callable[[F], F]: ...


class Hook(Record):
    """Hold user code that runs beside handlers, with what it may answer.

    * ``around(request)`` is a generator, sync or async: ``response = yield``; what it returns or yields then
      replaces the response
    * ``before(request)`` may return a ``Response``, which is then the answer
    * ``after(request, response)`` may change the response or return another
    * ``error(request, error)`` is told of every exception that becomes a 500
    """

    when: When
    function: Callable[..., Any]
    #: Problems that the hook may raise.
    raises: tuple[type[Problem], ...] = ()
    #: Header fields that it may add, with their types.
    headers: tuple[tuple[str, Any], ...] = ()

    @property
    def kind(self) -> Kind:
        return kind_of(self.function)

    @property
    def is_async(self) -> bool:
        return self.kind in ("coroutine", "async generator")

    def describe(self, method: str) -> Described:
        """Give what the hook may answer; it is the same for every method."""
        headers = tuple((name, SchemaRef(hint, "pydantic", "output")) for name, hint in self.headers)
        return Described(
            answers=(AnswerRecord(0, "", headers=headers),) if headers else (), problems=self.raises
        )


class Filter:
    """Look at requests and answers without waiting: what every feature of ``restlite.http`` is.

    .. code-block:: python

        class Release(Filter):
            def amend(self, environ, wire):
                wire[1].append(("X-Release", "2026-11"))
                return wire

            def describe(self, method):
                field = ("X-Release", SchemaRef(str, "pydantic", "output"))
                return Described(answers=(AnswerRecord(0, "", headers=(field,)),))

        app = App(hooks=[Release()])

    A subclass overrides what it needs, and describes what it may answer. Filters stand among the hooks of an
    app, router or route (``hooks=[...]``), cost one call each, and keep the straight path straight.
    """

    #: Look at every request of the app before it is matched, mounted apps' included; for apps only.
    early: ClassVar[bool] = False
    #: ``amend`` works for so long that an event loop must not wait for it.
    blocking: ClassVar[bool] = False
    #: Problems that ``admit`` may raise.
    raises: tuple[type[Problem], ...] = ()

    def admit(self, environ: Environ) -> None:
        """Look at a request before anything is read of it; change the environ, or raise a problem."""

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        """Give the answer as it is to be sent, errors included.

        The chunks are a list of bytes, or a ``Tail`` of a stream. Header fields are a list of its own,
        which may be changed in place.
        """
        return wire

    def preflight(self, environ: Environ, allow: frozenset[str]) -> Wire | None:
        """Answer a CORS preflight for a path that has these methods; None where it is none of ours."""
        return None

    def describe(self, method: str) -> Described:
        """Give what the filter may add to, or answer in the place of, answers to a method."""
        return Described(problems=self.raises)


def check_hooks(place: Any, given: Any) -> None:
    """Refuse what cannot stand among the hooks of an app, router or route. Raises :class:`SetupError`."""
    if given.__class__ not in (list, tuple):
        raise SetupError.at(place, f"hooks= is a list; found {given!r}.", "hooks=[ETags()]")
    for hook in given:
        if isinstance(hook, type) and issubclass(hook, Filter):
            name = hook.__name__
            raise SetupError.at(place, f"hooks= lists filters; found the class {name}.", f"hooks=[{name}()]")
        if not isinstance(hook, (Hook, Filter)):
            found = f"hooks= lists filters; found {hook!r}."
            raise SetupError.at(place, found, "@app.around   # or before, after, on_error, for a function")


def make_hook(when: When, function: Callable[..., Any], declared: HookOptions) -> Hook:
    """Make a hook of user code."""
    return Hook(when, function, tuple(declared.get("raises", ())), tuple(declared.get("headers", {}).items()))
