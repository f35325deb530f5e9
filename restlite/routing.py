"""Routes and routers: what decorators register, and the tree that an app mounts.

Registering reads a signature; mounting on an app compiles each route and method to an ``Operation``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from types import FrameType
from typing import Any, ParamSpec, TypeVar, Unpack

from .context import Context, Scope
from .errors import ErrorFormat, SetupError, location
from .frozen import Record
from .hooks import Filter, Hook, HookOptions, Registering, When, check_hooks, make_hook
from .operation import Operation
from .options import RouteOptions, SharedOptions, inherit
from .rules import RuleError, Template

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[Any])

_OPTIONS = RouteOptions.__optional_keys__
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY")


class Resource:
    """Group the methods of one resource in a class; its constructor's parameters are bound like a handler's.

    .. code-block:: python

        @app.resource("/todos/<int:id>/notes")
        class Notes(Resource):
            def __init__(self, db: Db) -> None:
                self.db = db

            def get(self, id: int) -> list[Note]: ...
            def post(self, id: int, body: NoteIn) -> Created[Note]: ...
    """


class Route(Record):
    """Hold one rule, its methods and their handlers, as written."""

    rule: Template
    handlers: tuple[tuple[str, Callable[..., Any]], ...]
    options: RouteOptions
    resource: type[Any] | None = None
    frame: FrameType | None = None


class Mounted(Record):
    """Hold a router inside another, and the prefix under which it lies."""

    router: Router
    prefix: Template | None
    #: Its place among its siblings.
    place: int


#: Stands for no path of its own.
EMPTY = Template("", (), (), ())


class Router:
    """Group routes under a prefix, with shared options, hooks and error handlers.

    .. code-block:: python

        books = Router("/books", tags=["books"])

        @books.get("/<int:id>")
        def show_book(id: int) -> Book: ...

        app.mount(books)                      # or app.mount(books, prefix="/v2")
    """

    def __init__(
        self,
        prefix: str = "",
        *,
        host: str | None = None,
        subdomain: str | None = None,
        error_format: ErrorFormat | None = None,
        **options: Unpack[SharedOptions],
    ) -> None:
        self.prefix = _prefix(prefix, self)
        self.host = host
        self.subdomain = subdomain
        check_hooks(self, options.get("hooks", ()))
        self.shared = options
        self.scope = Scope({}, [], error_format)
        self.entries: list[Route | Mounted] = []
        self.parents: list[tuple[Router, Mounted]] = []

    # Verbs

    def route(
        self, rule: str, *, methods: Sequence[str], **options: Unpack[RouteOptions]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for several methods of a rule.

        .. code-block:: python

            @app.route("/ping", methods=["GET", "POST"])
            def ping() -> str:
                return "pong"
        """

        def register(handler: Callable[P, R]) -> Callable[P, R]:
            pairs = tuple((method.upper(), handler) for method in methods)
            self._add(Route(self._parse(rule, handler), pairs, options, frame=_frame()), handler)
            return handler

        return register

    def get(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for GET and HEAD."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for POST."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for PUT."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for PATCH (RFC 5789)."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(
        self, rule: str, **options: Unpack[RouteOptions]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for DELETE."""
        return self.route(rule, methods=["DELETE"], **options)

    def head(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for HEAD alone; GET brings one along."""
        return self.route(rule, methods=["HEAD"], **options)

    def options(
        self, rule: str, **options: Unpack[RouteOptions]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for OPTIONS; every path has one that answers 204 and ``Allow``."""
        return self.route(rule, methods=["OPTIONS"], **options)

    def query(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a handler for QUERY: safe like GET, with a body."""
        return self.route(rule, methods=["QUERY"], **options)

    def resource(self, rule: str, **options: Unpack[RouteOptions]) -> Callable[[C], C]:
        """Register a class; its methods ``get``, ``post``, … are handlers."""

        def register(resource: C) -> C:
            pairs = tuple(
                (method, getattr(resource, method.lower()))
                for method in METHODS
                if hasattr(resource, method.lower())
            )
            if not pairs:
                found = f"{resource.__qualname__} has no method named after an HTTP method."
                raise SetupError.at(resource, found, "def get(self) -> T: ...")
            route = Route(self._parse(rule, resource), pairs, options, resource=resource, frame=_frame())
            self._add(route, resource)
            return resource

        return register

    # Hooks and errors

    @property
    def around(self) -> Registering:
        """Run a generator around every handler: ``response = yield``.

        .. code-block:: python

            @app.around
            def timed(request: Request) -> Generator[None, Response, None]:
                start = perf_counter()
                response = yield
                response.headers["Server-Timing"] = f"app;dur={perf_counter() - start:.3f}"
        """
        return self._hook("around")

    @property
    def before(self) -> Registering:
        """Run a function before every handler; a ``Response`` that it returns is the answer."""
        return self._hook("before")

    @property
    def after(self) -> Registering:
        """Run a function ``(request, response)`` after every handler."""
        return self._hook("after")

    @property
    def on_error(self) -> Registering:
        """Run a function ``(request, error)`` for every exception that becomes a 500."""
        return self._hook("error")

    def _hook(self, when: When) -> Registering:
        def hook(function: Any = None, /, **declared: Unpack[HookOptions]) -> Any:
            def register(function: F) -> F:
                self._check_open(function)
                self.scope.hooks.append(make_hook(when, function, declared))
                return function

            return register if function is None else register(function)

        return hook

    def error_handler(self, *kinds: type[BaseException]) -> Callable[[F], F]:
        """Answer exceptions of these classes; the nearest class of the nearest router counts.

        .. code-block:: python

            @app.error_handler(KeyError)
            def missing(error: KeyError) -> NotFound:
                return NotFound("There is no such thing.")
        """

        def register(function: F) -> F:
            self._check_open(function)
            given: tuple[Any, ...] = kinds
            for kind in given:
                if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                    found = (
                        f"{kind!r} is no exception class; error handlers are found by class, not by status."
                    )
                    raise SetupError.at(function, found, "@app.error_handler(NotFound)")
            for kind in kinds:
                self.scope.handlers[kind] = function
            return function

        return register

    # The tree

    def mount(self, router: Router, prefix: str = "") -> None:
        """Put a router's routes under this one; it may be mounted twice, under other prefixes."""
        self._check_open(router)
        if router is self or any(self is inner for inner in _inner(router)):
            raise SetupError.at(router, "a router is mounted inside itself.", "app.mount(another_router)")
        mounted = Mounted(router, _prefix(prefix, router), len(self.entries))
        router.parents.append((self, mounted))
        self.entries.append(mounted)
        self._entered(mounted, ())

    def _add(self, route: Route, place: Any) -> None:
        self._check_open(place)
        unknown = route.options.keys() - _OPTIONS
        if unknown:
            found = (
                f"{min(unknown)!r} is no option of a route; the options are: {', '.join(sorted(_OPTIONS))}."
            )
            near = get_close_matches(min(unknown), _OPTIONS, 1)
            raise SetupError.at(place, found, f"{near[0]}=..." if near else "one of them")
        check_hooks(place, route.options.get("hooks", ()))
        self.entries.append(route)
        self._entered(route, ())

    def _entered(self, entry: Route | Mounted, chain: tuple[Mounted, ...]) -> None:
        """Tell the routers above, so that an app finds mistakes at once."""
        for parent, mounted in self.parents:
            parent._entered(entry, (mounted, *chain))

    def _check_open(self, place: Any) -> None:
        """Refuse what comes after an app has begun to serve."""
        for parent, _ in self.parents:
            parent._check_open(place)

    def _parse(self, rule: str, place: Any) -> Template:
        if not rule:
            return EMPTY  # the router's prefix itself
        try:
            return Template.parse(rule)
        except RuleError as error:
            raise SetupError.at(place, f"the rule {rule!r} is wrong: {error}", '"/todos/<int:id>"') from None


class Branch(Record):
    """Hold the way from an app down to a router, everything merged on the way."""

    prefix: Template | None = None
    options: SharedOptions = SharedOptions()
    #: From the router itself outwards to the app.
    scopes: tuple[Scope, ...] = ()
    host: str | None = None
    mount: tuple[int, ...] = ()

    def into(self, mounted: Mounted, server_name: str | None) -> Branch:
        """Go one router further down."""
        router = mounted.router
        host = router.host
        if router.subdomain is not None:
            if server_name is None:
                found = f"a router has subdomain={router.subdomain!r}, but the app has no server_name."
                raise SetupError(found, mend='App(server_name="example.com")')
            host = f"{router.subdomain}.{server_name}"
        merged: Any = inherit(self.options, router.shared)
        return Branch(
            joined(joined(self.prefix, mounted.prefix), router.prefix),
            merged,
            (router.scope, *self.scopes),
            host or self.host,
            (*self.mount, mounted.place),
        )

    @property
    def hooks(self) -> tuple[Hook | Filter, ...]:
        """List the hooks, outermost first."""
        above = (hook for scope in reversed(self.scopes) for hook in scope.hooks)
        return (*above, *self.options.get("hooks", ()))

    def operations(self, route: Route, context: Context) -> Iterator[Operation]:
        """Make the operation of each method of a route."""
        options = inherit(self.options, route.options)
        try:
            rule = joined(self.prefix, route.rule)
            if not rule:
                raise RuleError("it is empty; a slash was expected, as in '/'.")
            host = Template.parse_host(self.host) if self.host else None
        except RuleError as error:
            place = route.handlers[0][1]
            raise SetupError.at(
                place, f"the rule {route.rule.text!r} is wrong: {error}", '"/todos/<int:id>"'
            ) from None
        for method, handler in route.handlers:
            if method not in METHODS and not method.isalpha():
                raise SetupError.at(handler, f"{method!r} is no HTTP method.", f"methods={list(METHODS[:2])}")
            yield Operation(
                method=method,
                rule=rule,
                handler=handler,
                options=options,
                context=context,
                mount=self.mount,
                scopes=self.scopes,
                host=host,
                resource=route.resource,
                inherited=len(self.prefix.names) if self.prefix else 0,
                frame=route.frame,
            )


def walk(
    branch: Branch, entry: Route | Mounted, server_name: str | None
) -> Iterator[tuple[Branch, Route | Router]]:
    """Visit what an entry holds: the routers, and the routes in them."""
    if isinstance(entry, Route):
        yield branch, entry
        return
    inner = branch.into(entry, server_name)
    yield inner, entry.router
    for below in entry.router.entries:
        yield from walk(inner, below, server_name)


def joined(prefix: Template | None, rule: Template | None) -> Template | None:
    """Join two templates, each of which may be missing."""
    if not prefix or not rule:
        return prefix or rule
    return prefix.join(rule)


def _prefix(text: str, place: Any) -> Template | None:
    if not text:
        return None
    if text.endswith("/") or not text.startswith("/"):
        raise SetupError(
            f"the prefix {text!r} must begin with a slash and not end with one.",
            mend=repr("/" + text.strip("/")),
        )
    try:
        return Template.parse(text)
    except RuleError as error:
        raise SetupError(
            f"the prefix {text!r} is wrong: {error}", mend='"/books"', **location(place)
        ) from None


def _inner(router: Router) -> Iterator[Router]:
    for entry in router.entries:
        if isinstance(entry, Mounted):
            yield entry.router
            yield from _inner(entry.router)


def _frame() -> FrameType | None:
    """Give the frame of the module or function that uses a decorator."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return frame
