"""Dependencies: functions, classes and generators whose results handlers ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from .errors import SetupError
from .frozen import Record

Kind = Literal["function", "coroutine", "generator", "async generator"]


class Depends(Record):
    """Ask for the result of a callable, made once per request.

    A generator gives what it yields; what follows runs when the value has been serialized, before the
    status line is sent (so that a failing commit is a 500). ``scope="answer"`` keeps it open until the
    answer has been sent, as a stream does.

    .. code-block:: python

        def open_store() -> Iterator[Store]:
            with Store() as store:
                yield store

        Db = Annotated[Store, Depends(open_store)]
    """

    dependency: Callable[..., Any] | None = None
    scope: Literal["value", "answer"] = "value"
    #: Problems that it may raise; documented on every operation that uses it.
    raises: tuple[type[Exception], ...] = ()


def kind_of(function: Callable[..., Any]) -> Kind:
    """Tell how a callable gives its result."""
    candidates: tuple[Any, ...] = (inspect.unwrap(function), getattr(type(function), "__call__", None))  # noqa: B004
    for candidate in candidates:
        while hasattr(candidate, "func"):  # functools.partial
            candidate = candidate.func
        if inspect.isasyncgenfunction(candidate):
            return "async generator"
        if inspect.isgeneratorfunction(candidate):
            return "generator"
        if inspect.iscoroutinefunction(candidate):
            return "coroutine"
    return "function"


class Pick(Record):
    """Say where one argument's value is found: a bound value, a dependency's, an identity, or injected."""

    argument: str
    origin: Literal["slot", "node", "identity", "inject"]
    key: Any


class Node(Record):
    """Hold one dependency of an operation, ready to be called after those before it."""

    function: Callable[..., Any]
    kind: Kind
    scope: Literal["value", "answer"]
    picks: tuple[Pick, ...]
    raises: tuple[type[Exception], ...] = ()

    @property
    def is_async(self) -> bool:
        return self.kind in ("coroutine", "async generator")


def gather(
    picks: Iterable[Pick], values: Mapping[str, Any], results: Mapping[int, Any], inject: Callable[[Any], Any]
) -> dict[str, Any]:
    """Collect the arguments of one call."""
    arguments: dict[str, Any] = {}
    for pick in picks:
        if pick.origin == "slot":
            if pick.key in values:
                arguments[pick.argument] = values[pick.key]
        else:
            arguments[pick.argument] = results[pick.key] if pick.origin == "node" else inject(pick.key)
    return arguments


class Overrides:
    """Hold the replacements of dependencies of one app, last in first out."""

    def __init__(self) -> None:
        self._stack: list[tuple[Any, Callable[..., Any]]] = []

    def resolve(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give what stands in for a dependency now."""
        return next((new for old, new in reversed(self._stack) if old == function), function)

    def push(self, function: Callable[..., Any], replacement: Callable[..., Any]) -> None:
        self._stack.append((function, replacement))

    def pop(self, function: Callable[..., Any], replacement: Callable[..., Any]) -> None:
        for index in reversed(range(len(self._stack))):
            if self._stack[index] == (function, replacement):
                del self._stack[index]
                return


def check(place: Any, argument: str, depends: Depends) -> Callable[..., Any]:
    """Give the callable of a dependency; a SetupError where it is none or cannot be a key."""
    function = depends.dependency
    owner = getattr(place, "__qualname__", repr(place))
    if not callable(function):
        found = f"{owner}: parameter {argument!r} depends on {function!r}, which cannot be called."
        raise SetupError.at(place, found, f"{argument}: Annotated[T, Depends(a_function)]")
    if not _hashes(function):
        found = f"{owner}: parameter {argument!r} depends on an unhashable {type(function).__name__}."
        raise SetupError.at(place, found, f"def open_{argument}(): ...   # and Depends(open_{argument})")
    return function


def _hashes(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
