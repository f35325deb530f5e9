"""Running hooks around what they stand around, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response as WerkzeugResponse

from .hooks import Filter, Hook
from .recovery import Recovery
from .replies import response_wire
from .waits import Steps, Tail, Wait, Wire, call
from .wrappers import Response

if TYPE_CHECKING:
    from .exchange import Exchange

Inner = Callable[[], Steps[Wire]]
#: Begins a stream, so that its chunks are a ``Tail``.
Begin = Callable[["Exchange", Wire], Steps[Wire]]


def run_hooks(
    exchange: Exchange, hooks: Sequence[Hook | Filter], inner: Inner, recovery: Recovery, begin: Begin
) -> Steps[Wire]:
    """Run the first hook around the others and the handler; what it raises is answered outside of it."""
    if not hooks:
        return (yield from inner())
    hook, rest = hooks[0], partial(run_hooks, exchange, hooks[1:], inner, recovery, begin)
    try:
        if isinstance(hook, Filter):
            return (yield from run_filter(exchange, hook, rest, begin))
        return (yield from _RUN[hook.when](exchange, hook, rest))
    except Exception as error:
        exchange.background = None
        return (yield from recovery.recover(exchange.request, recovery.scopes_of(exchange.operation), error))


def run_around(exchange: Exchange, hook: Hook, rest: Inner) -> Steps[Wire]:
    """Run a generator up to its yield, then the rest, then hand it the response."""
    running = hook.function(exchange.request)
    try:
        yield call(partial(anext if hook.is_async else next, running), is_async=hook.is_async)
    except (StopIteration, StopAsyncIteration):
        raise RuntimeError(f"{hook.function.__qualname__} never yielded; it must yield once.") from None
    response = Response.from_wire((yield from rest()))
    replaced: Any = None
    try:
        send = running.asend if hook.is_async else running.send
        replaced = yield call(partial(send, response), is_async=hook.is_async)
        yield call(running.aclose if hook.is_async else running.close, is_async=hook.is_async)
    except StopIteration as stop:
        replaced = stop.value
    except StopAsyncIteration:
        pass
    return chosen(exchange, response, replaced)


def run_before(exchange: Exchange, hook: Hook, rest: Inner) -> Steps[Wire]:
    """Run a function; what it returns is the answer, if it is a response."""
    answer = yield call(partial(hook.function, exchange.request), is_async=hook.is_async)
    if isinstance(answer, WerkzeugResponse):
        return response_wire(answer, exchange.request.environ)
    return (yield from rest())


def run_after(exchange: Exchange, hook: Hook, rest: Inner) -> Steps[Wire]:
    """Run the rest, then a function with the response."""
    response = Response.from_wire((yield from rest()))
    replaced = yield call(partial(hook.function, exchange.request, response), is_async=hook.is_async)
    return chosen(exchange, response, replaced)


def run_error(exchange: Exchange, hook: Hook, rest: Inner) -> Steps[Wire]:
    """Run the rest; tell the function of an error that became a 500."""
    wire = yield from rest()
    error = exchange.request.environ.get("restlite.error")
    if error is not None:
        yield call(partial(hook.function, exchange.request, error), is_async=hook.is_async)
    return wire


def chosen(exchange: Exchange, response: Response, replaced: Any) -> Wire:
    """Give the wire of the response that a hook left, or of the one it put in its place."""
    answer = replaced if isinstance(replaced, WerkzeugResponse) else response
    return response_wire(answer, exchange.request.environ)


def run_filter(exchange: Exchange, hook: Filter, rest: Inner, begin: Begin) -> Steps[Wire]:
    """Let a filter look at the request, run the rest, and let it look at the answer."""
    if not hook.early:
        hook.admit(exchange.request.environ)
    return (yield from amended(exchange, hook, (yield from begin(exchange, (yield from rest())))))


def amended(exchange: Exchange, hook: Filter, inner: Wire) -> Steps[Wire]:
    """Let a filter look at an answer."""
    amend = partial(hook.amend, exchange.request.environ, inner)
    wire: Wire = (yield Wait("call", amend)) if hook.blocking else amend()
    tail = wire[2]
    if inner[2] is exchange.tail and isinstance(tail, Tail):
        exchange.tail = tail
    return wire


_RUN = {"around": run_around, "before": run_before, "after": run_after, "error": run_error}
