"""What the pipeline waits for: each step that may block is yielded to a driver as a :class:`Wait`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from inspect import GEN_CREATED, getgeneratorstate
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from .aliases import HeaderList

T = TypeVar("T")


class Wait(NamedTuple):
    """Ask a driver for something.

    ``read`` asks for the next chunk of the request body; ``call`` runs sync user code; ``await`` runs a
    coroutine function; ``send`` hands over a chunk of a streamed answer.
    """

    kind: Literal["read", "call", "await", "send"]
    what: Any = None


READ = Wait("read")
#: Steps of the pipeline that end with a T.
Steps: TypeAlias = Generator[Wait, Any, T]


class Disconnected(Exception):
    """Say that the client has gone; thrown into steps so that user code can clean up."""


class Streamed:
    """Hold the items of a streamed answer and how each is written."""

    __slots__ = ("close", "eager", "frame", "items", "warn")

    def __init__(
        self,
        items: Iterator[Any] | AsyncIterator[Any],
        frame: Callable[[Any], bytes] | None,
        close: Callable[[], Any] | None = None,
        *,
        eager: bool = False,
        warn: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.items = items
        self.frame = frame
        self.close = close
        #: Send the head before the first item is there.
        self.eager = eager
        #: Writes a problem as the last item, for servers that end what breaks off as if it were whole.
        self.warn = warn

    @property
    def is_async(self) -> bool:
        return hasattr(self.items, "__anext__")


class Tail:
    """Hold the steps that send the rest of a streamed answer."""

    __slots__ = ("steps",)

    def __init__(self, steps: Steps[None]) -> None:
        self.steps = steps


#: An answer ready for a gateway: status line, header fields, and the body or what streams it.
Wire: TypeAlias = tuple[str, HeaderList, list[bytes] | Streamed | Tail]


def call(function: Callable[[], Any], *, is_async: bool) -> Wait:
    """Ask for a call of user code, sync or async."""
    return Wait("await" if is_async else "call", function)


def at_once(steps: Steps[T]) -> T:
    """Run steps that wait for nothing but calls."""
    try:
        wait = next(steps)
        while True:
            try:
                result = wait.what()
            except Exception as error:
                wait = steps.throw(error)
            else:
                wait = steps.send(result)
    except StopIteration as stop:
        ended: T = stop.value
        return ended


def abandoned(steps: Steps[None]) -> Steps[None]:
    """Throw the client's absence into steps, and go on with them to their end."""
    try:
        if getgeneratorstate(steps) == GEN_CREATED:
            next(steps)  # what never began would not see what is thrown into it
        wait = steps.throw(Disconnected())
        while True:
            try:
                result = yield wait
            except Exception as error:
                wait = steps.throw(error)
            else:
                wait = steps.send(result)
    except StopIteration:
        return
