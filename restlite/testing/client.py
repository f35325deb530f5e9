"""The client with which tests call an app, over WSGI or ASGI, without a socket."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias, TypedDict, Unpack
from urllib.parse import urljoin, urlsplit

from werkzeug.datastructures import Headers

from .cookies import CookieJar
from .requests import Pairs, RequestOptions, prepare, texts
from .responses import ClientResponse, Transport

if TYPE_CHECKING:
    from ..app import App

#: ``wsgiref`` is WSGI with the standard library's validator between client and app.
Gateway: TypeAlias = Literal["wsgi", "asgi", "wsgiref"]
#: What becomes of an answer with a status that its operation does not declare.
Undeclared: TypeAlias = Literal["raise", "warn", "ignore"]

_MOST_REDIRECTS = 10


class UndeclaredAnswer(AssertionError):
    """An operation answered with a status that it does not declare."""


class UndeclaredAnswerWarning(UserWarning):
    """An operation answered with a status that it does not declare."""


class ClientOptions(TypedDict, total=False):
    """Name the keyword arguments of a :class:`Client`."""

    gateway: Gateway
    undeclared: Undeclared
    base_url: str
    headers: Pairs
    checked: bool
    raise_server_errors: bool


class ClientFor(Protocol):
    """Make a client that lives as long as the test: the ``client_for`` fixture."""

    def __call__(self, app: App, **options: Unpack[ClientOptions]) -> Client: ...


class Client:
    """Call an app as its clients do: real requests through the whole pipeline, no socket.

    .. code-block:: python

        with Client(app) as client:
            response = client.post("/todos", json={"title": "Write"})
            assert response.status_code == 201

    ``with`` runs the app's lifespan; without it, the first request starts it and :meth:`close` ends it.
    Redirects are answers like others, unless a call says
    ``follow_redirects=True``. Cookies are kept between requests, in ``cookies``.

    :param gateway: ``wsgi``, ``asgi``, or ``wsgiref``: WSGI under the standard library's validator.
    :param undeclared: what becomes of an answer whose status the operation does not declare.
    :param base_url: its path is the prefix under which the app is mounted.
    :param headers: sent with every request, unless the request sets them itself.
    :param checked: check answers in full; False serves them as in production, and reports nothing.
    :param raise_server_errors: raise what the handler raised rather than give the 500 made of it.
    """

    def __init__(
        self,
        app: App,
        *,
        gateway: Gateway = "wsgi",
        undeclared: Undeclared = "raise",
        base_url: str = "http://localhost",
        headers: Pairs = (),
        checked: bool = True,
        raise_server_errors: bool = False,
    ) -> None:
        app.freeze()
        self.app = app
        self.base_url = urlsplit(base_url)
        self.headers = Headers(list(texts(headers)))
        self.cookies = CookieJar(self.base_url.hostname or "")
        self._transport = _TRANSPORTS[gateway](app)
        self._started = False
        self._undeclared = undeclared
        self._checked = checked
        self._raise_server_errors = raise_server_errors

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Start the app's lifespan, if it has not been started."""
        if not self._started:
            self._transport.start()
            self._started = True

    def close(self) -> None:
        """End the app's lifespan."""
        if self._started:
            self._started = False
            self._transport.stop()

    def request(self, method: str, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a request and read the whole answer.

        :param path: below the mount point, or a whole URL for another host.
        """
        history: list[ClientResponse] = []
        while True:
            with self.stream(method, path, **options) as response:
                response.content  # noqa: B018  (reads it)
            response.history = tuple(history)
            location = response.headers.get("Location")
            if not options.get("follow_redirects") or not location or response.status_code // 100 != 3:
                return response
            history.append(response)
            if len(history) > _MOST_REDIRECTS:
                raise RuntimeError(f"{history[0]!r} redirects without end; the last was {response!r}.")
            path = urljoin(response.request.url, location)
            method, options = _redirected(response, options)

    @contextmanager
    def stream(
        self, method: str, path: str, **options: Unpack[RequestOptions]
    ) -> Generator[ClientResponse, None, None]:
        """Send a request and read the answer as it comes; leaving the block is the client going away.

        .. code-block:: python

            with client.stream("GET", "/events") as response:
                first = next(response.iter_lines())
        """
        response = self._send(method, path, options)
        try:
            yield response
        finally:
            response.close()

    def get(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PUT."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a DELETE."""
        return self.request("DELETE", path, **options)

    def head(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a HEAD."""
        return self.request("HEAD", path, **options)

    def options(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send an OPTIONS."""
        return self.request("OPTIONS", path, **options)

    def query(self, path: str, **options: Unpack[RequestOptions]) -> ClientResponse:
        """Send a QUERY."""
        return self.request("QUERY", path, **options)

    def _send(self, method: str, path: str, options: RequestOptions) -> ClientResponse:
        self.open()
        sent = prepare(method, path, self.base_url, self.headers, options)
        own = "; ".join(f"{name}={value}" for name, value in options.get("cookies", {}).items())
        if cookies := "; ".join(part for part in (self.cookies.header(sent), own) if part):
            sent.headers.add("Cookie", cookies)
        reports: list[str] = []
        raised: list[BaseException] = []
        marks: dict[str, Any] = {"restlite.exception": raised}
        if self._checked:
            marks["restlite.testing"] = reports
        received = self._transport.send(sent, marks)
        self.cookies.take(sent, received.headers)
        try:
            self._judge(reports, raised)
        except BaseException:
            received.close()
            raise
        return ClientResponse(sent, received)

    def _judge(self, reports: list[str], raised: list[BaseException]) -> None:
        if raised and self._raise_server_errors:
            raise raised[0]
        for report in reports:
            if self._undeclared == "raise":
                raise UndeclaredAnswer(report)
            if self._undeclared == "warn":
                warnings.warn(report, UndeclaredAnswerWarning, stacklevel=2)


def _redirected(response: ClientResponse, options: RequestOptions) -> tuple[str, RequestOptions]:
    """Tell what to send to where an answer points (RFC 9110, 15.4): 307 and 308 repeat the request."""
    method, status = response.request.method, response.status_code
    kept: RequestOptions = {**options}
    kept.pop("params", None)
    if status == 303 or (status in (301, 302) and method == "POST"):
        method = "HEAD" if method == "HEAD" else "GET"
        kept.pop("json", None)
        kept.pop("data", None)
        kept.pop("files", None)
        kept.pop("content", None)
    return method, kept


def _wsgi(app: App) -> Transport:
    from .wsgi import WsgiTransport

    return WsgiTransport(app)


def _wsgiref(app: App) -> Transport:
    from .wsgi import WsgiTransport

    return WsgiTransport(app, validated=True)


def _asgi(app: App) -> Transport:
    from .asgi import AsgiTransport

    return AsgiTransport(app.asgi)


_TRANSPORTS: Mapping[Gateway, Callable[[App], Transport]] = {
    "wsgi": _wsgi,
    "asgi": _asgi,
    "wsgiref": _wsgiref,
}
