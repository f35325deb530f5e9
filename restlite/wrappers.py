"""Request and Response over Werkzeug's, built lazily."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from .aliases import Environ, HeaderList
from .errors import status_line
from .requestid import next_request_id
from .state import State
from .waits import Wire

if TYPE_CHECKING:
    from .links import Linker


class Request(WerkzeugRequest):
    """Hold one request: Werkzeug's ``Request``, filled on first use.

    A handler, hook or dependency that annotates a parameter with it gets it.

    .. code-block:: python

        @app.get("/whoami")
        def whoami(request: Request) -> dict[str, str]:
            return {"address": request.remote_addr or ""}
    """

    def __init__(
        self, environ: Environ, operation: Any = None, values: Mapping[str, Any] | None = None
    ) -> None:
        # Werkzeug's constructor costs ten times this one: it runs when something of it is first asked for.
        self.environ = environ
        self.shallow = False
        #: The operation that answers, None where no route matched.
        self.operation = operation
        self.path_values = values or {}

    def __getattr__(self, name: str) -> Any:
        if name == "state":
            value: Any = State()
        elif name == "request_id":
            value = self.environ.get("restlite.request_id") or next_request_id()
            self.environ["restlite.request_id"] = value
        elif "headers" not in self.__dict__:
            super().__init__(self.environ)
            return getattr(self, name)
        else:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__dict__[name] = value
        return value

    if TYPE_CHECKING:
        state: State
        request_id: str

    def url_for(self, handler: Any, /, **values: Any) -> str:
        """Give the path of a handler's route under this request's mount; other values go to the query."""
        linker: Linker = self.environ["restlite.linker"]
        return linker.url(handler, values, self.environ, self.operation, self.path_values)


class Response(WerkzeugResponse):
    """Answer with Werkzeug's ``Response``: the way out where the typed answers do not fit.

    The document cannot know what it holds: say so with ``returns=``.
    """

    default_mimetype = "text/plain"

    @classmethod
    def from_wire(cls, wire: Wire) -> Response:
        """Wrap an answer that is ready for a gateway, so that hooks can change it."""
        line, headers, chunks = wire
        response = cls(status=line)
        response.headers.clear()
        response.headers.extend(headers)
        response.response = cast("Iterable[bytes]", chunks)
        return response

    def to_wire(self, environ: Environ) -> Wire:
        """Give the answer as a gateway wants it; refuse header fields that would split it."""
        headers: HeaderList = list(self.headers.items(lower=False))
        if not self._has_body():  # then no field speaks of one (RFC 9110, 8.6 and 15.3.5)
            headers = [
                field for field in headers if field[0].lower() not in ("content-type", "content-length")
            ]
        check_headers(headers)
        chunks = self.response
        if isinstance(chunks, list) and "Content-Length" not in self.headers and self._has_body():
            chunks = [bytes(part) if not isinstance(part, str) else part.encode() for part in chunks]
            headers.append(("Content-Length", str(sum(map(len, chunks)))))
        return status_line(self.status_code), headers, cast("Any", chunks)

    def _has_body(self) -> bool:
        return not (100 <= self.status_code < 200 or self.status_code in (204, 304))


def check_headers(headers: Iterable[tuple[str, str]]) -> None:
    """Refuse CR, LF and NUL anywhere, and anything but a token as a name (RFC 9110, 5.1 and 5.5)."""
    for name, value in headers:
        check_token(name, "header name")
        if "\r" in value or "\n" in value or "\0" in value:
            raise ValueError(f"The value of header {name} holds a CR, LF or NUL character.")
        if not value.isascii():
            try:
                value.encode("latin-1")
            except UnicodeEncodeError:
                raise ValueError(f"The value of header {name} holds a character outside latin-1.") from None


def check_token(name: str, what: str) -> None:
    """Refuse a name that is no token (RFC 9110, 5.6.2)."""
    if not name or not _TOKEN.issuperset(name):
        raise ValueError(f"{name[:64]!r} is no {what}; it may hold letters, digits and hyphens.")


_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
