"""From an exception to an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from .adapters import WrongAnswer
from .aliases import Environ, HeaderList
from .annotations import resolve_hints
from .depends import kind_of
from .errors import ErrorFormat, InternalServerError, Invalid, Problem, first_by_mro, status_line
from .foreign import problem_from
from .outputs import NOSNIFF
from .replies import compile_replier, response_wire
from .requestid import next_request_id
from .returns import ReturnReader, Writing
from .table import RouteTable, missing
from .violations import Violations
from .waits import Steps, Wire, call
from .wrappers import Request, check_headers

if TYPE_CHECKING:
    from .context import Scope
    from .operation import Operation

logger = logging.getLogger("restlite")
NO_STORE = ("Cache-Control", "no-store")
#: Stands for the request id in documents that are rendered once.
_MARK = "request-id-goes-here"


class Recovery:
    """Turn whatever was raised into an answer, by the error handlers and format nearest to it."""

    def __init__(self, table: RouteTable) -> None:
        self._table = table
        self._debug = table.context.config.debug
        self._replies: dict[Any, tuple[Any, bool, int]] = {}
        self._missed: dict[frozenset[str], tuple[str, HeaderList, bytes, bytes]] = {}
        self.plain = table.plain_errors and not self._debug

    def scopes_of(self, operation: Operation | None) -> Sequence[Scope]:
        """Give the scopes of an operation, or the app's alone."""
        return operation.scopes if operation else self._table.scopes

    def missed(self, environ: Environ, allow: frozenset[str]) -> Wire:
        """Answer 404 or 405 where only the matcher has a say: all but the request id is always the same."""
        known = self._missed.get(allow)
        if known is None:
            environ["restlite.request_id"] = _MARK
            line, headers, chunks = self.write(missing(allow), ErrorFormat(), environ)
            del environ["restlite.request_id"]
            whole: Any = chunks
            before, _, after = whole[0].partition(_MARK.encode())
            fixed = [field for field in headers if field[0] != "Content-Length"]
            known = self._missed[allow] = (line, fixed, before, after)
        line, fixed, before, after = known
        body = before + request_id_of(environ).encode() + after
        return line, [*fixed, ("Content-Length", str(len(body)))], [body]

    def at_once(self, environ: Environ, operation: Operation, error: Exception) -> Wire | None:
        """Answer an error where nobody else can have a say; None where somebody can."""
        if not self.plain or isinstance(error, HTTPException):
            return None
        if type(error) is Invalid and error.detail is None and error.headers is None:
            # ``write`` would have it so too, but takes longer: this is the error that clients make.
            body = invalid_document(error, request_id_of(environ))
            return _LINE, [_TYPE, ("Content-Length", str(len(body))), NOSNIFF, NO_STORE], [body]
        try:
            return self.write(self._problem(error, environ, operation), ErrorFormat(), environ)
        except ValueError as failed:
            return self.write(self._problem(failed, environ, operation), ErrorFormat(), environ)

    def recover(self, request: Request, scopes: Sequence[Scope], error: Exception) -> Steps[Wire]:
        """Answer an error: by the nearest handler of its class, else as a problem."""
        found = next(
            (match for scope in scopes if (match := first_by_mro(type(error), scope.handlers))), None
        )
        if found is not None:
            try:
                return (yield from self._handled(request, scopes, found, error))
            except Exception as raised:
                error = raised
        return self.answer(request, scopes, error)

    def answer(self, request: Request, scopes: Sequence[Scope], error: Exception) -> Wire:
        """Answer an error as a problem, in the nearest format."""
        environ = request.environ
        if isinstance(error, HTTPException) and error.response is not None:
            return response_wire(error.response, environ)
        problem = self._problem(error, environ, request.operation)
        environ["restlite.problem"] = type(problem).__name__
        if self._debug and isinstance(problem, InternalServerError):
            from .debug import debug_wire

            wire = debug_wire(environ, error, problem, request.request_id)
            if wire is not None:
                return wire
        error_format = next((scope.error_format for scope in scopes if scope.error_format), None)
        try:
            return self.write(problem, error_format or ErrorFormat(), environ)
        except Exception as failed:
            # A header field that would split the answer, or an error format that fails itself.
            return self.write(self._problem(failed, environ, request.operation), ErrorFormat(), environ)

    def _handled(
        self, request: Request, scopes: Sequence[Scope], handler: Callable[..., Any], error: Exception
    ) -> Steps[Wire]:
        reply, is_async, count = self._reply_of(handler)
        given = (error, request)[:count]
        value = yield call(partial(handler, *given), is_async=is_async)
        if isinstance(value, (Problem, HTTPException)):
            return self.answer(request, scopes, value)
        if isinstance(value, WerkzeugResponse):
            return response_wire(value, request.environ)
        wire: Wire = reply(value, request.environ, "")
        return wire

    def _reply_of(self, handler: Callable[..., Any]) -> tuple[Any, bool, int]:
        known = self._replies.get(handler)
        if known is None:
            hints = resolve_hints(handler, None)
            outputs = ReturnReader(handler, Writing(), None, None).read(hints.get("return", Any))
            count = min(2, len(signature(handler).parameters))
            known = (compile_replier(outputs, check=False), kind_of(handler) == "coroutine", count)
            self._replies[handler] = known
        return known

    def _problem(self, error: Exception, environ: Environ, operation: Operation | None) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, HTTPException):
            return problem_from(error, environ)
        name = operation.qualified_name if operation else "no handler"
        request_id = request_id_of(environ)
        environ["restlite.error"] = error
        environ.get("restlite.exception", []).append(error)
        if isinstance(error, WrongAnswer):
            logger.error(
                "%s: request %s: the answer is not of its declared type: %s. Return it or declare another.",
                name,
                request_id,
                error.detail,
            )
        else:
            logger.error("%s: request %s failed.", name, request_id, exc_info=error)
        return InternalServerError("The server failed to answer. The request id finds the reason in its log.")

    def broken(self, request: Request) -> bytes:
        """Write the problem that a stream ends with when it breaks off."""
        return to_json(ErrorFormat().render(InternalServerError("The stream broke off."), request.request_id))

    def write(self, problem: Problem, error_format: ErrorFormat, environ: Environ) -> Wire:
        """Put a problem on the wire."""
        request_id = request_id_of(environ)
        if type(problem) is Invalid and type(error_format) is ErrorFormat and problem.detail is None:
            body = invalid_document(problem, request_id)
        else:
            body = to_json(error_format.render(problem, request_id), inf_nan_mode="null")
        headers: HeaderList = [
            ("Content-Type", error_format.media_type),
            ("Content-Length", str(len(body))),
            NOSNIFF,
            NO_STORE,
        ]
        if problem.headers:
            headers += problem.headers.items()
            check_headers(headers)
        return status_line(problem.status), headers, [body]


def invalid_document(problem: Invalid, request_id: str) -> bytes:
    """Write the default document of a 422 from parts, byte for byte as ``render`` would have it."""
    errors = problem.errors
    written = errors.written if isinstance(errors, Violations) else Violations(errors).written
    return b'%s,"errors":%s,"request_id":"%s"}' % (_INVALID, written, request_id.encode())


_LINE, _TYPE = status_line(422), ("Content-Type", ErrorFormat.media_type)
_INVALID = to_json(Problem.to_dict(Invalid())).removesuffix(b',"errors":[]}')


def request_id_of(environ: Environ) -> str:
    """Give the id of a request, making it when first asked."""
    known: str | None = environ.get("restlite.request_id")
    if known is None:
        known = environ["restlite.request_id"] = next_request_id()
    return known


def report(request: Request, operation: Operation | None, wire: Wire) -> None:
    """Tell the test client of a status that the operation does not declare."""
    told: list[str] | None = request.environ.get("restlite.testing")
    if told is None or operation is None:
        return
    status = int(wire[0][:3])
    if status not in operation.statuses:
        kind = request.environ.get("restlite.problem", "AProblem")
        option = f"raises=[{kind}]" if status >= 400 else f"returns={{{status}: ...}}"
        verb = "resource" if operation.resource else operation.method.lower()
        told.append(
            f"{operation.qualified_name} answered {status}, which it does not declare.\n"
            f"    Write: @app.{verb}({operation.rule.text!r}, {option})"
        )
