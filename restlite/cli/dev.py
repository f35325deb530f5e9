"""``restlite dev``: serve while developing."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from .discovery import NotLoaded, app_argument, find_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

    from ..aliases import Environ
    from ..app import App


@click.command()
@app_argument
@click.option("--host", default="127.0.0.1", envvar="RESTLITE_HOST", show_default=True, show_envvar=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    envvar="RESTLITE_PORT",
    show_default=True,
    show_envvar=True,
    help="0 takes a free one.",
)
@click.option(
    "--debug/--no-debug",
    default=True,
    envvar="RESTLITE_DEBUG",
    show_default=True,
    show_envvar=True,
    help="Show frames of unexpected errors, and check answers in full.",
)
@click.option("--reload/--no-reload", default=True, show_default=True, help="Restart when a file changes.")
def dev(app: str | None, host: str, port: int, debug: bool, reload: bool) -> None:
    """Serve APP while you develop it; restarts when a file changes."""
    from werkzeug.serving import is_running_from_reloader, run_simple

    os.environ["RESTLITE_DEBUG"] = "1" if debug else "0"  # what an App reads that is not told otherwise
    _check_debug(debug, host)
    served: WSGIApplication
    loaded: App | None = None
    try:
        served = loaded = find_app(app)
        _check_debug(loaded.config.debug, host)
    except NotLoaded as error:
        if not is_running_from_reloader():
            raise
        # A slip of the pen while editing must not end the server: the next change mends it.
        error.show()
        served = _broken(error.message if debug else "The app could not be loaded; the terminal tells why.")
    if loaded and not is_running_from_reloader():
        port = _free_port(host, port)
        _greet(loaded, host, port)
    logging.getLogger("werkzeug").addFilter(lambda record: "development server" not in record.getMessage())
    try:
        run_simple(host, port, served, use_reloader=reload, threaded=True)
    finally:
        if loaded:
            loaded.stop()


def _check_debug(debug: bool, host: str) -> None:
    if debug and not is_loopback(host):
        raise click.UsageError(
            f"Debug pages show source code and may not be served on {host}.\n"
            "    Write: --host 127.0.0.1, or --no-debug"
        )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach what listens on ``host``."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _free_port(host: str, port: int) -> int:
    """Make sure that the port can be had before anything is announced."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as probe:
            name: tuple[str, int] = probe.getsockname()[:2]
            return name[1]
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}.\n"
            f"    Write: --port {port + 1}, or end the program that uses it."
        ) from None


def _greet(app: App, host: str, port: int) -> None:
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    click.echo(f"{app.title} {app.version}")
    click.echo(f"  API   {url}")
    if docs := getattr(app, "docs_url", None):
        click.echo(f"  Docs  {url}{docs}")
    click.echo("  This server is for development; use `restlite run` in production.")


def _broken(message: str) -> WSGIApplication:
    """Make the app that tells why there is none."""

    def answer(environ: Environ, start_response: StartResponse) -> list[bytes]:
        fields = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        start_response("500 Internal Server Error", fields)
        return [message.encode()]

    return answer
