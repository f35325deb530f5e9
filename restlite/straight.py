"""The straight path: an operation with nothing to wait for is one function call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from .binding import with_body
from .errors import NotAcceptable
from .intake import declared_length, read_at_once

if TYPE_CHECKING:
    from .aliases import Environ
    from .binding import Bind, Bound
    from .bodies import BodySource, Loader
    from .hooks import Hook
    from .media import Acceptance
    from .outputs import Replier
    from .returns import Outputs
    from .waits import Wire

#: Answers one request, given the environ and the path's values; a coroutine's answer is to be awaited.
Straight = Callable[["Environ", dict[str, Any]], Any]
ReadBody = Callable[["Environ"], tuple["Loader", Any]]


class Compiled(Protocol):
    """Name what the straight path needs of an operation."""

    @property
    def handler(self) -> Callable[..., Any]: ...
    @property
    def bound(self) -> Bound: ...
    @property
    def outputs(self) -> Outputs: ...
    @property
    def hooks(self) -> tuple[Hook, ...]: ...
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
    bind, reply, handler = operation.bind, operation.reply, operation.handler
    acceptance = operation.acceptance
    choose, known = acceptance.choose, acceptance.known
    is_coroutine = operation.is_coroutine
    media_type = acceptance.choose(None) or ""
    body = operation.bound.body
    read_body = None if body is None else body_reader(body)
    takes_query = any(location != "path" for location, _ in operation.bound.params)
    bare = not takes_query and not operation.bound.owners
    located = any(getattr(output, "located", False) for output in operation.outputs.all())

    async def awaited(values: dict[str, Any], environ: Environ, chosen: str) -> Wire:
        return reply(await handler(**values), environ, chosen)

    def serve(environ: Environ, values: dict[str, Any]) -> Any:
        chosen = media_type
        accept = environ.get("HTTP_ACCEPT")
        if accept:
            chosen = known.get(accept) or choose(accept) or refuse(acceptance)
        if located:
            environ["restlite.match"] = (operation, values)
        if bare and not environ.get("QUERY_STRING"):
            # Beside the path's values, which are ready, there is a body at most.
            if read_body is not None:
                load, data = read_body(environ)
                with_body(values, load, data)
        elif read_body is None:
            values = bind(environ, values, None, None)
        else:
            load, data = read_body(environ)
            values = bind(environ, values, load, data)
        if is_coroutine:
            return awaited(values, environ, chosen)
        return reply(handler(**values), environ, chosen)

    return serve


def is_straight(operation: Compiled) -> bool:
    """Tell whether nothing of an operation has to wait: no dependency, hook, stream or coroutine."""
    from .outputs import FileOutput, StreamOutput

    bound = operation.bound
    waits = bound.nodes or bound.injected or operation.hooks or operation.outputs.response
    outputs = operation.outputs.all()
    streams = any(isinstance(output, (FileOutput, StreamOutput)) for output in outputs)
    read = bound.body is None or all(content.at_once for content in bound.body.contents)
    return not waits and not streams and read and operation.is_function


def admit(acceptance: Acceptance, body: BodySource, environ: Environ) -> None:
    """Refuse what can be refused before a byte of the body is read: 406, 415, 411, 413."""
    if not acceptance.choose(environ.get("HTTP_ACCEPT")):
        refuse(acceptance)
    if body.choose(environ) is not None:
        declared_length(environ, body.limit)


def refuse(acceptance: Acceptance) -> str:
    """Raise the 406 that names what there is."""
    offers = ", ".join(acceptance.offers)
    raise NotAcceptable(f"This is available as: {offers}.")


def body_reader(body: BodySource) -> ReadBody:
    """Give the function that reads a whole body and tells who loads it."""
    loaders: dict[str | None, Loader] = {}
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
