"""The straight path: an operation with nothing to wait for is one function call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Protocol

from .binding import refused, with_body
from .errors import NotAcceptable
from .guarding import identify
from .hooks import Filter, Hook
from .intake import declared_length, read_at_once
from .violations import Malformed, Refusal
from .waits import at_once

if TYPE_CHECKING:
    from .aliases import Environ
    from .binding import Bind, Bound
    from .bodies import BodySource, Loader
    from .depends import Pick
    from .guards import Guard
    from .media import Acceptance
    from .outputs import Replier
    from .returns import Outputs
    from .waits import Wire

#: Who loads a body, and what is loaded.
Taken = tuple["Loader", Any]
ReadBody = Callable[["Environ"], Taken]


class Straight(Protocol):
    """Answer one request, given the environ, the path's values, and the body if it has been read already.

    A coroutine's answer is to be awaited.
    """

    def __call__(self, environ: Environ, values: dict[str, Any], taken: Taken | None = None, /) -> Any: ...


class Compiled(Protocol):
    """Name what the straight path needs of an operation."""

    @property
    def handler(self) -> Callable[..., Any]: ...
    @property
    def bound(self) -> Bound: ...
    @property
    def outputs(self) -> Outputs: ...
    @property
    def hooks(self) -> tuple[Hook | Filter, ...]: ...
    @property
    def filters(self) -> tuple[Filter, ...]: ...
    @property
    def method(self) -> str: ...
    @property
    def acceptance(self) -> Acceptance: ...
    @property
    def bind(self) -> Bind: ...
    @property
    def reply(self) -> Replier: ...
    @property
    def is_function(self) -> bool: ...
    @property
    def is_coroutine(self) -> bool: ...


def compile_straight(operation: Compiled) -> Straight | None:
    """Give the function that answers an operation, or None where a step of it may have to wait."""
    if not is_straight(operation):
        return None
    serve = compile_serve(operation)
    if operation.bound.guard is not None:
        serve = guarded(serve, operation.bound.guard)
    return filtered(serve, operation) if operation.filters else serve


def compile_serve(operation: Compiled) -> Straight:
    """Give the function that binds, calls and replies."""
    bind, reply, handler = operation.bind, operation.reply, operation.handler
    acceptance = operation.acceptance
    choose, known = acceptance.choose, acceptance.known
    is_coroutine = operation.is_coroutine
    media_type = acceptance.choose(None) or ""
    body = operation.bound.body
    loaders: dict[str | None, Loader] = {}
    read_body = None if body is None else body_reader(body, loaders)
    takes_query = any(location != "path" for location, _ in operation.bound.params)
    bare = not takes_query and not operation.bound.owners
    if operation.bound.guard is not None:
        bind, bare = knowing(bind, operation.bound.picks), False
    located = any(getattr(output, "located", False) for output in operation.outputs.all())

    async def awaited(values: dict[str, Any], environ: Environ, chosen: str) -> Wire:
        return reply(await handler(**values), environ, chosen)

    def serve(environ: Environ, values: dict[str, Any], taken: Taken | None = None) -> Any:
        chosen = media_type
        accept = environ.get("HTTP_ACCEPT")
        if accept:
            chosen = known.get(accept) or choose(accept) or refuse(acceptance)
        if located:
            environ["restlite.match"] = (operation, values)
        if bare and not environ.get("QUERY_STRING"):
            # Beside the path's values, which are ready, there is a body at most.
            if read_body is not None:
                with_body(values, *(taken or read_body(environ)))
        elif read_body is None:
            values = bind(environ, values, None, None)
        else:
            values = bind(environ, values, *(taken or read_body(environ)))
        if is_coroutine:
            return awaited(values, environ, chosen)
        return reply(handler(**values), environ, chosen)

    if body is None or not bare or located or is_coroutine or not body.required:
        return serve
    return body_alone(serve, operation, loaders, body.limit)


def guarded(serve: Straight, guard: Guard) -> Straight:
    """Find out who calls first."""

    def serve_guarded(environ: Environ, values: dict[str, Any], taken: Taken | None = None) -> Any:
        environ["restlite.identities"] = at_once(identify(guard, environ, {}, str))
        return serve(environ, values, taken)

    return serve_guarded


def knowing(bind: Bind, picks: Iterable[Pick]) -> Bind:
    """Hand identities over with what is bound."""
    wanted = [(pick.argument, pick.key) for pick in picks if pick.origin == "identity"]

    def bind_knowing(environ: Environ, raw: dict[str, Any], load: Loader | None, data: Any) -> dict[str, Any]:
        values, identities = bind(environ, raw, load, data), environ["restlite.identities"]
        for argument, place in wanted:
            values[argument] = identities[place]
        return values

    return bind_knowing


def filtered(serve: Straight, operation: Compiled) -> Straight:
    """Let filters look at the request before, and at the answer after; at errors they look elsewhere.

    Where one raises, ``restlite.outer`` holds those that look at the error: those outside of it.
    """
    around = [(hook, operation.filters[:place]) for place, hook in enumerate(operation.filters)]
    # What a filter leaves to its base class costs nothing.
    admits = [(hook.admit, outer) for hook, outer in around if overrides(hook, "admit")]
    amends = [(hook.amend, outer) for hook, outer in reversed(around) if overrides(hook, "amend")]
    if not (admits or amends):
        return serve

    def look(environ: Environ, wire: Wire) -> Wire:
        for amend, outer in amends:
            try:
                wire = amend(environ, wire)
            except Exception:
                environ["restlite.outer"] = outer
                raise
        return wire

    async def awaited(environ: Environ, wire: Any) -> Wire:
        return look(environ, await wire)

    def serve_filtered(environ: Environ, values: dict[str, Any], taken: Taken | None = None) -> Any:
        for admit, outer in admits:
            try:
                admit(environ)
            except Exception:
                environ["restlite.outer"] = outer
                raise
        wire = serve(environ, values, taken)
        return awaited(environ, wire) if operation.is_coroutine else look(environ, wire)

    return serve_filtered


def overrides(hook: Filter, name: str) -> bool:
    """Tell whether a filter has a method of its own that runs here; early ones have admitted before."""
    early = name == "admit" and hook.early
    return not early and getattr(type(hook), name) is not getattr(Filter, name)


def body_alone(
    serve: Straight, operation: Compiled, loaders: Mapping[str | None, Loader], limit: int | None
) -> Straight:
    """Shorten the path of operations that take a body and no more, for media types met before."""
    reply, handler, known = operation.reply, operation.handler, operation.acceptance.known
    lone = takes_one(operation)

    def quick(environ: Environ, values: dict[str, Any], taken: Taken | None = None) -> Any:
        argument, load = loaders.get(environ.get("CONTENT_TYPE"), _UNMET)
        chosen = known.get(environ.get("HTTP_ACCEPT"))
        if (
            argument is None
            or chosen is None
            or environ.get("QUERY_STRING")
            or "HTTP_CONTENT_ENCODING" in environ
        ):
            return serve(environ, values, taken)
        try:
            value = load(taken[1] if taken else read_at_once(environ, limit))
        except (Refusal, Malformed) as error:
            raise refused(error) from None
        if lone:
            return reply(handler(value), environ, chosen)
        values[argument] = value
        return reply(handler(**values), environ, chosen)

    return quick


def takes_one(operation: Compiled) -> bool:
    """Tell whether a handler takes one argument, and no name with it: passing it so costs less."""
    kinds = [parameter.kind for parameter in signature(operation.handler).parameters.values()]
    return kinds == [Parameter.POSITIONAL_OR_KEYWORD] and not operation.bound.params


_UNMET: Any = (None, None)


def is_straight(operation: Compiled) -> bool:
    """Tell whether nothing of an operation has to wait: no dependency, hook, stream or coroutine."""
    from .outputs import FileOutput, StreamOutput

    bound = operation.bound
    waits = bound.nodes or bound.injected or bound.asked or operation.outputs.response
    if operation.method == "OPTIONS":
        return False  # It may be a preflight for another method of the path, which has filters.
    # A verifier may take its time, which an event loop must not spend on it.
    if bound.guard is not None and (operation.is_coroutine or not bound.guard.at_once):
        return False
    if waits or any(not keeps_straight(hook, operation) for hook in operation.hooks):
        return False
    # An ``Answer`` streams where its body does.
    outputs = [getattr(output, "inner", output) for output in operation.outputs.all()]
    streams = any(isinstance(output, (FileOutput, StreamOutput)) for output in outputs)
    read = bound.body is None or all(content.at_once for content in bound.body.contents)
    return not streams and read and operation.is_function


def keeps_straight(hook: Hook | Filter, operation: Compiled) -> bool:
    """Tell whether a hook never waits; what blocks an event loop takes the general way."""
    return isinstance(hook, Filter) and not (hook.blocking and operation.is_coroutine)


def admit(acceptance: Acceptance, body: BodySource, environ: Environ) -> tuple[Any, int | None]:
    """Refuse what can be refused before a byte of the body is read: 406, 415, 411, 413.

    Gives who loads the body, None where there is none, and its declared length.
    """
    accept = environ.get("HTTP_ACCEPT")
    if accept and not acceptance.choose(accept):
        refuse(acceptance)
    content = body.choose(environ)
    return (None, None) if content is None else (body.loader(content), declared_length(environ, body.limit))


def refuse(acceptance: Acceptance) -> str:
    """Raise the 406 that names what there is."""
    offers = ", ".join(acceptance.offers)
    raise NotAcceptable(f"This is available as: {offers}.")


def body_reader(body: BodySource, loaders: dict[str | None, Loader]) -> ReadBody:
    """Give the function that reads a whole body and tells who loads it; ``loaders`` remembers who does."""
    limit, optional = body.limit, not body.required

    def load_of(environ: Environ) -> Loader | None:
        field, content = environ.get("CONTENT_TYPE"), body.choose(environ)
        if content is None:
            return None
        load = body.loader(content)
        if len(loaders) < 16 and field:
            loaders[field] = load
        return load

    def read(environ: Environ) -> tuple[Loader, Any]:
        load = loaders.get(environ.get("CONTENT_TYPE"))
        if load is None or "HTTP_CONTENT_ENCODING" in environ:
            load = load_of(environ)
        data = b"" if load is None else read_at_once(environ, limit)
        if load is None or (optional and not data):
            return body.absent, None
        return load, data

    return read
