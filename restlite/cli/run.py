"""``restlite run``: serve in production, by granian."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import click

from .discovery import NotLoaded, app_argument, find_app

if TYPE_CHECKING:
    from multiprocessing.synchronize import Lock
    from types import FrameType

Interface: TypeAlias = Literal["wsgi", "asgi"]


def _cpus() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end(signum: int, frame: FrameType | None) -> None:  # pragma: no cover - runs in workers alone
    sys.exit(0)


@click.command()
@app_argument
@click.option("--host", default="127.0.0.1", envvar="RESTLITE_HOST", show_default=True, show_envvar=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    envvar="RESTLITE_PORT",
    show_default=True,
    show_envvar=True,
)
@click.option("--workers", type=click.IntRange(1), default=_cpus, show_default="one per CPU")
@click.option(
    "--blocking-threads",
    type=click.IntRange(1),
    default=lambda: min(16, 2 * _cpus() + 1),
    show_default="2 per CPU + 1, at most 16",
    help="Threads of each worker under WSGI.",
)
@click.option("--interface", type=click.Choice(["wsgi", "asgi"]), default="wsgi", show_default=True)
@click.option(
    "--graceful-timeout",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="Seconds that requests in flight get to end at SIGTERM.",
)
@click.option("--access-log/--no-access-log", default=False, show_default=True)
def run(
    app: str | None,
    host: str,
    port: int,
    workers: int,
    blocking_threads: int,
    interface: Interface,
    graceful_timeout: int,
    access_log: bool,
) -> None:
    """Serve APP in production, by granian; SIGTERM lets requests end."""
    try:
        from granian import Granian
        from granian.constants import Interfaces
    except ModuleNotFoundError:
        name = app or "main:app"
        raise click.ClickException(
            f"granian is not installed. Write: pip install 'restlite[server]'; or serve by"
            f" `gunicorn --threads 8 {name}` (not on Windows) or `waitress-serve {name}`."
        ) from None
    import multiprocessing

    os.environ["RESTLITE_DEBUG"] = "0"  # what an App reads that is not told otherwise
    server = Granian(
        app or "restlite",
        address=host,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        blocking_threads=blocking_threads if interface == "wsgi" else None,
        websockets=False,
        log_access=access_log,
        workers_kill_timeout=graceful_timeout,
    )
    server.serve(target_loader=partial(load, app, interface, multiprocessing.Lock()), wrap_loader=False)


def load(name: str | None, interface: Interface, first: Lock) -> Any:
    """Give a worker its callable, the lifespan started; of all workers, the first one says what fails."""
    from multiprocessing import parent_process
    from multiprocessing.util import Finalize

    from ..http.proxies import ProxyHeaders

    if parent_process():  # pragma: no cover - in a worker, which may be killed before it tells
        # Until it serves, a forked worker has its parent's handler, which only sets a flag.
        signal.signal(signal.SIGTERM, _end)
    try:
        app = find_app(name)
        if app.config.debug:
            raise NotLoaded(
                "The app is in debug mode, which shows source code to clients."
                "\n    Write: App(...) without debug=True; `restlite dev` turns it on by itself."
            )
        if interface == "wsgi" and any(
            isinstance(hook, ProxyHeaders) for hook in app.shared.get("hooks", ())
        ):
            raise NotLoaded(
                "The app believes forwarded header fields, and granian's WSGI interface takes X_Forwarded_For"
                " for X-Forwarded-For, which a proxy may let through."
                "\n    Write: restlite run --interface asgi"
            )
    except NotLoaded as error:
        if first.acquire(block=False):
            error.show()
        sys.exit(error.exit_code)
    if interface == "asgi":
        return app.asgi
    app.start()
    # A forked worker runs no atexit functions; this is what multiprocessing runs at its end.
    Finalize(app, app.stop, exitpriority=0)
    return app
