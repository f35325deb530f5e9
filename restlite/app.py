"""The App: a router that serves."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

from werkzeug.routing import BaseConverter

from .aliases import Environ, StartResponse
from .background import Workers
from .config import Config, Settings
from .context import Context
from .converters import CONVERTERS
from .depends import Overrides
from .errors import ErrorFormat, ServiceUnavailable, SetupError
from .gateways.loop import RunAsync, background_loop
from .lifespan import Lifespan, Manager
from .links import Linker
from .media import Codec
from .operation import Operation
from .options import SharedOptions
from .routing import Branch, Mounted, Route, Router, walk
from .security.requirements import Requirement, public
from .state import State

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from .pipeline import Pipeline
    from .table import Mount, RouteTable
    from .waits import Steps


class AppOptions(SharedOptions, Settings, total=False):
    """Name the keyword arguments of an app: its settings, and the options that its routes share."""


class App(Router):
    """Serve one typed route table: a WSGI callable; ``app.asgi`` is the ASGI callable.

    .. code-block:: python

        app = App(title="Todos", version="1.0")

        @app.get("/todos/<int:id>", raises=[NotFound])
        def show_todo(id: int, db: Db) -> Todo: ...
    """

    def __init__(
        self,
        title: str = "API",
        version: str = "0.1.0",
        *,
        lifespan: Sequence[Manager] = (),
        error_format: ErrorFormat | None = None,
        codecs: Sequence[Codec] = (),
        converters: Mapping[str, type[BaseConverter]] | None = None,
        **options: Unpack[AppOptions],
    ) -> None:
        given: dict[str, Any] = dict(options)
        settings: Any = {name: given.pop(name) for name in Settings.__annotations__ if name in given}
        super().__init__(error_format=error_format, **given)
        self.title = title
        self.version = version
        # `restlite dev` and `restlite run` say by the environment how an app that does not is to run.
        settings.setdefault("debug", os.environ.get("RESTLITE_DEBUG") == "1")
        settings["secrets"] = checked_secrets(settings.get("secrets", ()))
        self.config = Config(**settings)
        self.state = State()
        self.extensions: dict[str, Any] = {}
        self._targets: dict[Any, list[Any]] = {}
        self._overrides = Overrides()
        self._context = Context(
            self.config,
            Linker(self._targets),
            self.state,
            self._overrides,
            tuple(codecs),
            {**CONVERTERS, **(converters or {})},
        )
        shared: Any = self.shared
        self._root = Branch(options=shared, scopes=(self.scope,))
        self._routers: list[tuple[Branch, Router]] = [(self._root, self)]
        self._operations: list[Operation] = []
        self._mounts: list[Mount] = []
        self._table: RouteTable | None = None
        self.lifespan = Lifespan(lifespan, self)
        self._wsgi: Callable[..., Iterable[bytes]] = self._first

    # Registration

    def _entered(self, entry: Route | Mounted, chain: tuple[Mounted, ...]) -> None:
        branch = self._root
        for mounted in chain:
            branch = branch.into(mounted, self.config.server_name)
        for below, found in walk(branch, entry, self.config.server_name):
            if isinstance(found, Router):
                self._routers.append((below, found))
            else:
                for operation in below.operations(found, self._context):
                    self._register(operation)

    def _register(self, operation: Operation) -> None:
        self._operations.append(operation)
        self._targets.setdefault(operation.resource or operation.handler, []).append(operation)
        if operation.resource is not None:
            self._targets.setdefault(operation.handler, []).append(operation)
        # Where an annotation names what is defined further down, it is read again when the app is frozen.
        with suppress(NameError):
            operation.prepare()

    def _check_open(self, place: Any) -> None:
        if self._table is not None:
            found = "the app has begun to serve; what is registered now would not be seen."
            raise SetupError.at(place, found, "the registration at import, before the first request")

    def mount_wsgi(
        self,
        prefix: str,
        application: Callable[..., Iterable[bytes]],
        *,
        security: Requirement | None = None,
    ) -> None:
        """Let another WSGI app answer what no route here does under a prefix, on both gateways.

        .. code-block:: python

            app.mount_wsgi("/old", flask_app)

        What this app asks of callers does not hold there: the other one looks after itself. With
        ``deny_by_default`` that is to be said: ``security=public``.
        """
        from .foreign import mount_of

        self._check_open(application)
        if security != public and (security is not None or self.config.deny_by_default):
            found = f"{prefix!r}: a mounted app is not guarded by this one; it looks after itself."
            raise SetupError.at(
                application, found, f"app.mount_wsgi({prefix!r}, another_app, security=public)"
            )
        self._mounts.append(mount_of(prefix, application))

    # Serving

    def freeze(self) -> RouteTable:
        """Check the routes against each other and close registration; the first request does so at last."""
        # What only a serving app needs is not imported before it serves.
        from .table import RouteTable

        if self._table is None:
            with self.lifespan.lock:
                if self._table is None:
                    for operation in self._operations:
                        operation.settle()
                    table = RouteTable(
                        tuple(self._operations), tuple(self._routers), tuple(self._mounts), self._context
                    )
                    _ = table.matcher
                    self._table = table
        return self._table

    @property
    def operations(self) -> tuple[Operation, ...]:
        """List the operations; this freezes the app."""
        return self.freeze().operations

    @cached_property
    def pipeline(self) -> Pipeline:
        """Give the pipeline; this freezes the app."""
        from .pipeline import Pipeline

        return Pipeline(self.freeze())

    @cached_property
    def workers(self) -> Workers:
        """Give the threads of background tasks."""
        return Workers(self.config.workers, background_loop.run)

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """Give the threads on which sync code runs under ASGI."""
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(self.config.workers, "restlite-worker")

    @cached_property
    def asgi(self) -> Any:
        """Give the ASGI 3 callable."""
        from .gateways.asgi import AsgiGateway

        this: Any = self
        return AsgiGateway(this)

    def __call__(
        self, environ: Environ, start_response: StartResponse | None = None, send: Any = None
    ) -> Iterable[bytes]:
        return self._wsgi(environ, start_response)

    def _first(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Start the app, then serve; a failed start is a 503, and is tried again."""
        if "REQUEST_METHOD" not in environ:
            found = "the app was called as an ASGI application; it is a WSGI callable."
            raise SetupError(found, mend="app.asgi   # e.g. uvicorn module:app.asgi")
        from .gateways.wsgi import compile_wsgi

        serve = compile_wsgi(self.pipeline, self.workers)
        try:
            self.start()
        except Exception as error:
            status, headers, chunks = self.unavailable(environ, error)
            start_response(status, headers)
            body: Iterable[bytes] = chunks
            return body
        self._wsgi = serve
        return serve(environ, start_response)

    def unavailable(self, environ: Environ, error: Exception) -> Any:
        """Answer 503 for an app that could not start."""
        import logging

        from .recovery import Recovery

        logging.getLogger("restlite").error("The app could not start.", exc_info=error)
        problem = ServiceUnavailable("The service is starting.", headers={"Retry-After": "1"})
        return Recovery(self.freeze()).write(problem, self.scope.error_format or ErrorFormat(), environ)

    def start(self, run_async: RunAsync = background_loop.run) -> None:
        """Enter the lifespan, once per process."""
        with self.lifespan.lock:
            if not self.lifespan.started:
                drive(self.lifespan.start(), run_async)
                atexit.register(self.stop)

    def stop(self, run_async: RunAsync = background_loop.run) -> None:
        """Drain background tasks and leave the lifespan."""
        atexit.unregister(self.stop)
        with self.lifespan.lock:
            self.workers.drain(self.config.shutdown_timeout)
            self._wsgi = self._first
            pool = self.__dict__.pop("pool", None)
            if pool is not None:
                pool.shutdown(wait=False)
            drive(self.lifespan.stop(), run_async)

    # Testing and links

    @contextmanager
    def override(
        self, dependency: Callable[..., Any], *, with_: Callable[..., Any]
    ) -> Generator[None, None, None]:
        """Put another callable in the place of a dependency, for the duration of a block.

        .. code-block:: python

            with app.override(open_store, with_=lambda: FakeStore()):
                client.get("/todos")

        Overrides of one dependency stack; server threads see them too. An unknown dependency is a SetupError.
        """
        known = self._dependencies
        if dependency not in known:
            name = getattr(dependency, "__qualname__", repr(dependency))
            names = sorted({getattr(function, "__qualname__", "?") for function in known})
            found = f"no operation depends on {name}; the dependencies are: {', '.join(names) or 'none'}."
            raise SetupError.at(dependency, found, "with app.override(a_dependency_of_a_route, with_=...):")
        self._overrides.push(dependency, with_)
        self._forget()
        try:
            yield
        finally:
            self._overrides.pop(dependency, with_)
            self._forget()

    @cached_property
    def _dependencies(self) -> frozenset[Callable[..., Any]]:
        """List what can be overridden; read before anything is."""
        bounds = [operation.bound for operation in self.operations]
        guards = [bound.guard for bound in bounds if bound.guard is not None]
        called = {node.function for bound in bounds for node in bound.nodes}
        return frozenset(called.union(v.function for guard in guards for v in guard.verifiers.values()))

    def _forget(self) -> None:
        for operation in self.operations:
            operation.forget()

    def url_for(self, handler: Callable[..., Any], /, **values: Any) -> str:
        """Give the path of a handler's route, below the mount point; other values go to the query."""
        self.freeze()
        return self._context.linker.path(handler, values)


def checked_secrets(secrets: Sequence[str | bytes]) -> tuple[str | bytes, ...]:
    """Refuse keys that can be guessed, and one key where a list of them was meant."""
    listed = (secrets,) if isinstance(secrets, (str, bytes)) else tuple(secrets)
    if listed != tuple(secrets) or any(len(secret) < 32 for secret in listed):
        found = "secrets= takes a list of keys of at least 32 bytes each."
        raise SetupError(
            found,
            mend='App(secrets=[os.environ["SECRET"]])   # made by secrets.token_hex()',
        )
    return listed


def drive(steps: Steps[None], run_async: RunAsync) -> None:
    """Run the steps of a life cycle in this thread."""
    from .gateways.sync import SyncDriver

    SyncDriver(bytes, run_async).run(steps)
