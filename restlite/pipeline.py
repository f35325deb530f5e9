"""The one pipeline: match, hooks, bind, dependencies, call, reply, hooks.

It is written as steps (generators) that yield a :class:`Wait` wherever something may block; a driver of
the WSGI or ASGI gateway runs them. What has nothing to wait for takes the straight path.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from .aliases import Environ
from .answers import Answer
from .background import Background
from .binding import Bound
from .bodies import StreamContent, too_large
from .depends import gather
from .errors import BadRequest
from .exchange import Exchange
from .forms import FormData, TooLarge
from .guarding import identify
from .hints import name_of
from .hooking import amended, run_hooks
from .hooks import Filter
from .intake import declared_length, metered
from .operation import Operation
from .outputs import FileOutput, Replier
from .recovery import Recovery, report
from .straight import refuse
from .table import RouteTable, Unmatched
from .violations import Malformed
from .waits import READ, Disconnected, Steps, Streamed, Tail, Wait, Wire, abandoned, call
from .wrappers import Request

logger = logging.getLogger("restlite")
_END: Any = object()
#: What a preflight has (Fetch standard, 3.3.2).
_PREFLIGHT = frozenset({"HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"})


class Pipeline:
    """Answer requests of one app."""

    def __init__(self, table: RouteTable) -> None:
        self.table = table
        self.recovery = Recovery(table)

    def respond(self, environ: Environ, check: bool) -> Steps[tuple[Wire, Background | None]]:
        """Answer one request: the wire to send, and the tasks to run after it."""
        found = environ.pop("restlite.found", None) or self.table.find(environ)
        environ["restlite.linker"] = self.table.linker
        if environ["REQUEST_METHOD"] == "OPTIONS" and environ.keys() >= _PREFLIGHT:
            granted = self._preflight(environ)
            if granted is not None:
                return granted, None
        if isinstance(found, Unmatched):
            exchange = Exchange(Request(environ), None, check)
            hooks, inner = found.hooks, partial(self._refuse, exchange, found)
        else:
            operation, values = environ["restlite.match"] = found
            exchange = Exchange(Request(environ, operation, values), operation, check)
            hooks, inner = operation.hooks, partial(self._answer, exchange)
        wire = yield from (
            run_hooks(exchange, hooks, inner, self.recovery, self._begun) if hooks else inner()
        )
        wire = yield from self._begun(exchange, wire)
        if check:
            report(exchange.request, exchange.operation, wire)
        return wire, exchange.background

    def admit(self, environ: Environ) -> Wire | None:
        """Let early filters look at a request; give the answer of the one that refuses it."""
        try:
            for early in self.table.early:
                early.admit(environ)
        except Exception as error:
            return self.recovery.answer(Request(environ), self.table.scopes, error)
        return None

    def _preflight(self, environ: Environ) -> Wire | None:
        """Answer a CORS preflight by the filters of the operation that it asks for, or else of the path."""
        operation, hooks, allow = self.table.wanted(environ)
        environ["restlite.preflight"] = operation
        # The nearest to the route is asked first: a router knows its origins better than the app.
        filters = (hook for hook in reversed(hooks) if isinstance(hook, Filter))
        answers = (wire for hook in filters if (wire := hook.preflight(environ, allow)) is not None)
        return next(answers, None) if allow else None

    def recover(
        self, environ: Environ, operation: Operation, values: Mapping[str, Any], error: Exception
    ) -> Steps[Wire]:
        """Answer what an operation raised on its straight path, by whoever has a say in it.

        The filters of ``restlite.outer`` look at the answer: all, or those outside of the one that raised.
        """
        environ["restlite.linker"] = self.table.linker
        exchange = Exchange(Request(environ, operation, values), operation, False)
        recover = partial(self.recovery.recover, exchange.request, operation.scopes)
        wire = yield from recover(error)
        for hook in reversed(environ.get("restlite.outer", operation.filters)):
            try:
                wire = yield from amended(exchange, hook, (yield from self._begun(exchange, wire)))
            except Exception as raised:
                wire = yield from recover(raised)
        return (yield from self._begun(exchange, wire))

    def _begun(self, exchange: Exchange, wire: Wire) -> Steps[Wire]:
        """Begin a stream that is not a handler's own: a hook's, an error handler's, a mounted app's.

        Where one has begun already, and another answer has been put in its place, it is ended.
        """
        if exchange.tail is not None and wire[2] is not exchange.tail:
            yield from abandoned(exchange.tail.steps)
            exchange.tail = None
        if not isinstance(wire[2], Streamed):
            return wire
        try:
            return (yield from self._begin(exchange, wire))
        except Exception as error:
            scopes = self.recovery.scopes_of(exchange.operation)
            return (yield from self.recovery.recover(exchange.request, scopes, error))

    def _refuse(self, exchange: Exchange, found: Unmatched) -> Steps[Wire]:
        """Answer where no route matches: a mounted app's answer, the methods there are, 404 or 405."""
        request = exchange.request
        if found.mounted is not None:
            try:
                wire: Wire = yield Wait("call", partial(found.mounted.answer, request.environ))
                return wire
            except Exception as error:
                return (yield from self.recovery.recover(request, found.scopes, error))
        if found.wire is not None:
            return found.wire
        return (yield from self.recovery.recover(request, found.scopes, found.problem))

    def _answer(self, exchange: Exchange) -> Steps[Wire]:
        """Serve; whatever goes wrong becomes an answer."""
        operation = exchange.operation
        assert operation is not None
        try:
            return (yield from self._serve(exchange, operation))
        except Exception as error:
            exchange.background = None
            return (yield from self.recovery.recover(exchange.request, operation.scopes, error))

    def _serve(self, exchange: Exchange, operation: Operation) -> Steps[Wire]:
        request = exchange.request
        environ = request.environ
        bound = operation.bound
        error: BaseException | None = None
        wire: Wire | None = None
        try:
            if bound.guard is not None:
                yield from self._open(exchange, bound, bound.guard.nodes, {})
                asked = identify(bound.guard, environ, exchange.results, exchange.inject)
                exchange.identities = yield from asked
            accept = environ.get("HTTP_ACCEPT")
            media_type = operation.acceptance.choose(accept) or refuse(operation.acceptance)
            load, data = yield from self._read(exchange, operation, environ)
            values = operation.bind(environ, dict(request.path_values), load, data)
            yield from self._open(exchange, bound, bound.late, values)
            value = yield from self._call(exchange, operation, values)
            if bound.asked and isinstance(value, Answer):
                wanted = gather(bound.asked, values, exchange.results, exchange.inject)
                yield from value.settle(environ, wanted)
            wire = yield from self._reply(exchange, operation, value, media_type)
        except GeneratorExit:
            raise  # nobody drives these steps any more
        except BaseException as raised:
            error = raised
        if wire is not None and isinstance(wire[2], Streamed):
            return (yield from self._begin(exchange, wire))
        error = yield from self._close(exchange, error)
        if error is not None:
            raise error
        assert wire is not None
        if exchange.closers:
            # What lives until the answer has been sent makes a stream of it.
            line, headers, chunks = wire
            whole: Any = chunks
            return (yield from self._begin(exchange, (line, headers, Streamed(iter(whole), None))))
        return wire

    def _read(self, exchange: Exchange, operation: Operation, environ: Environ) -> Steps[tuple[Any, Any]]:
        body = operation.bound.body
        if body is None:
            return None, None
        content = body.choose(environ)
        if content is None:
            return body.absent, None
        length = declared_length(environ, body.limit)
        if isinstance(content, StreamContent):
            return body.loader(content), environ["restlite.stream"](length, body.limit)
        try:
            reader = metered(content.reader(environ), length, body.limit)
            data = yield from take_in(reader)
        except TooLarge as error:
            raise too_large(error) from None
        except Malformed as error:
            raise BadRequest(error.detail) from None
        if isinstance(data, FormData):
            exchange.form = data
        if data == b"" and not body.required:
            return body.absent, None
        return body.loader(content), data

    def _open(
        self, exchange: Exchange, bound: Bound, places: tuple[int, ...], values: Mapping[str, Any]
    ) -> Steps[None]:
        """Call dependencies in order; generators stay open."""
        for place in places:
            node = bound.nodes[place]
            made = partial(node.function, **gather(node.picks, values, exchange.results, exchange.inject))
            if node.kind in ("function", "coroutine"):
                result = yield call(made, is_async=node.is_async)
            else:
                opened = made()
                result = yield from started(opened, node.function, node.is_async)
                exchange.closers.append((opened, node.is_async, node.scope == "answer"))
            exchange.results[place] = result

    def _call(self, exchange: Exchange, operation: Operation, values: Mapping[str, Any]) -> Steps[Any]:
        arguments = gather(operation.bound.picks, values, exchange.results, exchange.inject)
        made = partial(operation.handler, **arguments)
        return (yield call(made, is_async=operation.is_coroutine))

    def _reply(self, exchange: Exchange, operation: Operation, value: Any, media_type: str) -> Steps[Wire]:
        reply: Replier = operation.checked_reply if exchange.check else operation.reply
        environ = exchange.request.environ
        if any(isinstance(output, FileOutput) for output in operation.outputs.all()):
            # Opening a file blocks: it happens where sync user code runs.
            wire: Wire = yield Wait("call", partial(reply, value, environ, media_type))
            return wire
        return reply(value, environ, media_type)

    def _close(
        self, exchange: Exchange, error: BaseException | None, *, answered: bool = False
    ) -> Steps[BaseException | None]:
        """Close generators, last in first out; they see the error and may replace it."""
        kept: list[tuple[Any, bool, bool]] = []
        while exchange.closers:
            opened, is_async, until_answer = exchange.closers.pop()
            if until_answer and not answered and error is None:
                kept.append((opened, is_async, until_answer))
                continue
            try:
                yield from finish(opened, is_async, error)
            except GeneratorExit:
                raise
            except BaseException as raised:
                error = raised
        exchange.closers = kept[::-1]
        if exchange.form is not None and not kept:
            exchange.form.close()
        return error

    def _begin(self, exchange: Exchange, wire: Wire) -> Steps[Wire]:
        """Fetch the first item of a stream: what fails before it is still a whole error answer."""
        line, headers, streamed = wire
        assert isinstance(streamed, Streamed)
        if exchange.request.environ["REQUEST_METHOD"] == "HEAD":
            error = yield from self._stop(exchange, streamed, None)
            if error is not None:
                raise error
            return line, headers, []
        first = None
        if not streamed.eager:
            try:
                first = yield from fetch(streamed)
            except GeneratorExit:
                raise
            except BaseException as raised:
                raise (yield from self._stop(exchange, streamed, raised)) or raised from None
        exchange.tail = Tail(self._send(exchange, streamed, first))
        return line, headers, exchange.tail

    def _send(self, exchange: Exchange, streamed: Streamed, chunk: bytes | None) -> Steps[None]:
        """Send the items of a stream; an error breaks it off, so that it never looks complete."""
        error: BaseException | None = None
        try:
            if chunk is None:
                chunk = yield from fetch(streamed)
            while chunk is not _END:
                if chunk:
                    yield Wait("send", chunk)
                chunk = yield from fetch(streamed)
        except GeneratorExit:
            raise
        except BaseException as raised:
            error = raised
        gone = isinstance(error, Disconnected)
        error = yield from self._stop(exchange, streamed, error)
        if error is None or isinstance(error, Disconnected):
            return
        name = exchange.operation.qualified_name if exchange.operation else "?"
        logger.error(
            "%s: the stream of request %s broke off.", name, exchange.request.request_id, exc_info=error
        )
        if not gone:
            if streamed.warn is not None:
                try:
                    yield Wait("send", streamed.warn(self.recovery.broken(exchange.request)))
                except Disconnected:
                    return
            raise error

    def _stop(
        self, exchange: Exchange, streamed: Streamed, error: BaseException | None
    ) -> Steps[BaseException | None]:
        """Close what streams, then the dependencies kept open for it."""
        close = streamed.close or getattr(streamed.items, "aclose" if streamed.is_async else "close", None)
        if close is not None:
            try:
                yield call(close, is_async=streamed.is_async and streamed.close is None)
            except Exception as raised:
                error = raised if error is None or isinstance(error, Disconnected) else error
        return (yield from self._close(exchange, error, answered=True))


def take_in(reader: Any) -> Steps[Any]:
    """Run a reader of a body by asking the driver for chunks."""
    try:
        next(reader)
        while True:
            reader.send((yield READ))
    except StopIteration as stop:
        return stop.value
    finally:
        reader.close()


def started(opened: Any, function: Any, is_async: bool) -> Steps[Any]:
    """Run a generator to its first yield."""
    try:
        return (yield call(partial(anext if is_async else next, opened), is_async=is_async))
    except (StopIteration, StopAsyncIteration):
        raise RuntimeError(f"{name_of(function)} never yielded; it must yield once.") from None


def finish(opened: Any, is_async: bool, error: BaseException | None) -> Steps[None]:
    """Run a generator to its end, throwing what went wrong into it."""
    if error is None:
        resume = partial(anext if is_async else next, opened)
    else:
        resume = partial(opened.athrow if is_async else opened.throw, error)
    try:
        yield call(resume, is_async=is_async)
    except (StopIteration, StopAsyncIteration):
        return
    yield call(opened.aclose if is_async else opened.close, is_async=is_async)
    raise RuntimeError(f"{opened.__qualname__} yielded twice; it must yield once.")


def fetch(streamed: Streamed) -> Steps[Any]:
    """Give the next chunk of a stream, or the end."""
    items: Any = streamed.items
    step: Any = anext if streamed.is_async else next
    item = yield call(partial(step, items, _END), is_async=streamed.is_async)
    return item if item is _END or streamed.frame is None else streamed.frame(item)
