"""Two trees of errors: one for the programmer, one for the client.

* SetupError                what the programmer wrote cannot work; raised at import
* Problem                   an error answer (RFC 9457)
  x BadRequest              400
  x Unauthorized            401
  x Forbidden               403
  x NotFound                404
  x MethodNotAllowed        405
  x NotAcceptable           406
  x Conflict                409
  x Gone                    410
  x LengthRequired          411
  x PreconditionFailed      412
  x ContentTooLarge         413
  x UnsupportedMediaType    415
  x Invalid                 422
  x TooManyRequests         429
  x InternalServerError     500
  x ServiceUnavailable      503
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar, dataclass_transform, get_type_hints

from .frozen import annotations_of
from .violations import Violation

_T = TypeVar("_T")

#: Status codes whose phrase RFC 9110 renamed after Python's table was written.
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable"}
_RENAMED[422] = "Unprocessable Content"
PHRASES: dict[int, str] = {status.value: _RENAMED.get(status.value, status.phrase) for status in HTTPStatus}
STATUS_LINES: dict[int, str] = {code: f"{code} {phrase}" for code, phrase in PHRASES.items()}


def status_line(status: int) -> str:
    """Write the status line of any status, known to RFC 9110 or not."""
    return STATUS_LINES.get(status) or f"{status} Status {status}"


class SetupError(Exception):
    """Say that an app cannot work as written: where, what was found, and the line to write.

    >>> str(SetupError("two bodies: a, b.", mend="def f(body: A) -> B", file="app.py", line=3))
    'app.py:3: two bodies: a, b.\\n    Write: def f(body: A) -> B'
    """

    def __init__(self, found: str, *, mend: str, file: str | None = None, line: int | None = None) -> None:
        where = f"{file}:{line}: " if file else ""
        super().__init__(f"{where}{found}\n    Write: {mend}")
        self.found = found
        self.mend = mend
        self.file = file
        self.line = line

    @classmethod
    def at(cls, place: Any, found: str, mend: str) -> SetupError:
        """Make the error point to where ``place`` (a function or class) is written."""
        return cls(found, mend=mend, **location(place))


def location(target: Any) -> dict[str, Any]:
    """Tell the file and line of a function, a class or an instance, as far as they can be known."""
    import inspect

    given: Any = target
    place: Any = inspect.unwrap(given) if callable(given) else given.__class__
    code = getattr(place, "__code__", None) or getattr(getattr(place, "__func__", None), "__code__", None)
    if code is not None:
        return {"file": code.co_filename, "line": code.co_firstlineno}
    try:
        return {"file": inspect.getsourcefile(place), "line": inspect.getsourcelines(place)[1]}
    except (OSError, TypeError):
        return {}


def member(*, default: Any = ..., kw_only: bool = True) -> Any:
    """Give a member of a problem a default."""
    del kw_only  # read by type checkers only
    return default


@dataclass_transform(kw_only_default=True, field_specifiers=(member,))
class Document(Exception):
    """Tell type checkers to read a subclass's annotations as keyword arguments (PEP 681)."""


class Problem(Document):
    """Answer with an error: a class is a kind, its annotated members are typed members of the document.

    .. code-block:: python

        class OutOfStock(Problem):
            status = 409
            title = "Out of stock"
            sku: str

        raise OutOfStock("Only two are left.", sku="A-1")

    ``detail`` is for this occurrence. ``headers`` are header fields sent beside it. (RFC 9457, 3)
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = ""
    #: A URI that names the kind; ``about:blank`` where the status says all.
    type: ClassVar[str] = ""
    members: ClassVar[Mapping[str, Any]] = {}

    detail: str | None = member(default=None, kw_only=False)
    headers: Mapping[str, str] | None = member(default=None)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        if "title" not in own and "status" in own:
            cls.title = PHRASES.get(cls.status, "Error")
        if "type" not in own:
            plain = cls.title == PHRASES.get(cls.status)
            cls.type = "about:blank" if plain else f"urn:problem:{_kebab(cls.__name__)}"
        named = [name for name, hint in annotations_of(cls).items() if "ClassVar" not in str(hint)]
        cls.members = {**cls.members, **{name: own.get(name, ...) for name in named}}

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **members: Any
    ):
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers = headers
        known = type(self).members
        if not known and not members:
            return
        for name, default in known.items():
            value = members.pop(name, default)
            if value is ...:
                raise TypeError(f"{type(self).__name__} needs its member {name!r}: {name}=...")
            setattr(self, name, value)
        if members:
            raise TypeError(f"{type(self).__name__} has no member {min(members)!r}; it has: {sorted(known)}.")

    def to_dict(self) -> dict[str, Any]:
        """Give the members of the problem document in the order in which they are written."""
        document: dict[str, Any] = {"type": self.type, "title": self.title, "status": self.status}
        if self.detail is not None:
            document["detail"] = self.detail
        for name in type(self).members:
            document[name] = getattr(self, name)
        return document

    @classmethod
    def hints(cls) -> dict[str, Any]:
        """Tell the types of the members, resolved."""
        hints = get_type_hints(cls, include_extras=True)
        return {name: hints[name] for name in cls.members}


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


class BadRequest(Problem):
    """The request cannot be understood."""

    status = 400


class Unauthorized(Problem):
    """Credentials are missing or wrong."""

    status = 401


class Forbidden(Problem):
    """The identity is known and may not do this."""

    status = 403


class NotFound(Problem):
    """There is nothing here."""

    status = 404


class MethodNotAllowed(Problem):
    """The path is known, the method is not one of its own."""

    status = 405


class NotAcceptable(Problem):
    """``Accept`` excludes every media type that the operation has."""

    status = 406


class Conflict(Problem):
    """The request contradicts the present state."""

    status = 409


class Gone(Problem):
    """There was something here; it will not come back."""

    status = 410


class LengthRequired(Problem):
    """The body's end cannot be told."""

    status = 411


class PreconditionFailed(Problem):
    """A precondition of the request does not hold."""

    status = 412


class ContentTooLarge(Problem):
    """The body is larger than the operation takes."""

    status = 413


class UnsupportedMediaType(Problem):
    """The body's media type is not one that the operation takes."""

    status = 415


class Invalid(Problem):
    """Parameters or body break their types; every violation is listed."""

    status = 422
    errors: Sequence[Violation] = member(default=())

    @classmethod
    def of(cls, errors: Sequence[Violation]) -> Invalid:
        """Make the plain problem without a look at members and headers: it is the most frequent one."""
        problem = cls.__new__(cls)
        problem.detail, problem.headers, problem.errors = None, None, errors
        return problem

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "errors": [violation.to_dict() for violation in self.errors]}


class TooManyRequests(Problem):
    """The client asks too often."""

    status = 429


class InternalServerError(Problem):
    """The server failed; the log tells why, the answer does not."""

    status = 500


class ServiceUnavailable(Problem):
    """The service cannot answer now."""

    status = 503


class ErrorFormat:
    """Write problems, and say how they look: ``render`` and ``describe`` are replaced together.

    .. code-block:: python

        class Envelope(ErrorFormat):
            media_type = "application/json"

            def render(self, problem, request_id):
                return {"error": {"code": problem.status, "message": problem.title}}

            def describe(self, kind):
                return {"type": "object", "properties": {"error": {...}}}

        app = App(error_format=Envelope())
    """

    media_type = "application/problem+json"

    def render(self, problem: Problem, request_id: str) -> Any:
        """Give the document of one problem as plain data."""
        return {**problem.to_dict(), "request_id": request_id}

    def describe(self, kind: type[Problem]) -> dict[str, Any]:
        """Give the JSON Schema of the documents of one kind of problem."""
        from pydantic import TypeAdapter

        properties: dict[str, Any] = {
            "type": {"type": "string", "format": "uri-reference", "const": kind.type},
            "title": {"type": "string"},
            "status": {"type": "integer", "const": kind.status},
            "detail": {"type": "string"},
            **{name: TypeAdapter[Any](hint).json_schema() for name, hint in kind.hints().items()},
            "request_id": {"type": "string"},
        }
        required = ["type", "title", "status", *kind.members, "request_id"]
        return {"type": "object", "properties": properties, "required": required}


def first_by_mro(kind: type, table: Mapping[type, _T]) -> _T | None:
    """Find the entry of the nearest base class."""
    return next((table[base] for base in kind.__mro__ if base in table), None)
