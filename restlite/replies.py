"""From what a handler returned to the output that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response as WerkzeugResponse

from .adapters import WrongAnswer
from .annotations import resolve_hints
from .answers import Answer
from .errors import Problem, first_by_mro
from .hints import union_args, unwrap
from .outputs import Replier
from .returns import Outputs, ReturnReader, Writing
from .waits import Streamed, Tail
from .wrappers import Response

if TYPE_CHECKING:
    from .aliases import Environ
    from .waits import Wire


def compile_replier(outputs: Outputs, *, check: bool) -> Replier:
    """Give the function that makes the answer of whatever a handler may return."""
    bare = outputs.bare.replier(check=check) if outputs.bare else None
    if bare is not None and not outputs.by_class and not outputs.response:
        return bare
    table = {kind: output.replier(check=check) for kind, output in outputs.by_class.items()}

    def reply(value: Any, environ: Environ, media_type: str) -> Wire:
        kind: type[Any] = value.__class__
        write = table.get(kind) or first_by_mro(kind, table)
        if write is not None:
            return write(value, environ, media_type)
        if isinstance(value, WerkzeugResponse):
            if outputs.response:
                return response_wire(value, environ)
            raise WrongAnswer("a Response, which the return annotation does not name: -> Response")
        if bare is None or isinstance(value, Answer):
            raise WrongAnswer(f"{kind.__name__}, which the return annotation does not name")
        return bare(value, environ, media_type)

    return reply


def response_wire(value: Any, environ: Environ) -> Wire:
    """Give the answer that a Werkzeug response holds; its chunks are iterated by the driver."""
    response: Any = value if isinstance(value, Response) else Response.force_type(value, environ)
    line, headers, chunks = response.to_wire(environ)
    if isinstance(chunks, (Streamed, Tail)):
        return line, headers, chunks
    if isinstance(response.response, (list, tuple)):
        return line, headers, list(chunks)
    return line, headers, Streamed(iter(chunks), None, response.close)


def statuses_of(outputs: Outputs) -> set[int]:
    """List the statuses of outputs."""
    found = {output.status for output in outputs.all()}
    return found.union(*(getattr(output, "statuses", ()) for output in outputs.all()))


def statuses_of_handler(handler: Any) -> set[int]:
    """Give the statuses that an error handler answers, by its return annotation."""
    hints = resolve_hints(handler, None)
    annotation = hints.get("return", Any)
    found = {output.status for output in ReturnReader(handler, Writing(), None, None).read(annotation).all()}
    kinds = [unwrap(part)[0] for part in union_args(unwrap(annotation)[0])]
    problems = {kind.status for kind in kinds if isinstance(kind, type) and issubclass(kind, Problem)}
    return found | problems
