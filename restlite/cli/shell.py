"""``restlite shell``: a Python prompt with the app at hand."""

from __future__ import annotations

import code
from contextlib import suppress
from importlib import import_module

import click

from .discovery import app_argument, find_app


@click.command()
@app_argument
def shell(app: str | None) -> None:
    """Open a Python prompt with `app` and `client` at hand."""
    from ..testing import Client

    with suppress(ImportError):
        import_module("readline")  # gives the prompt its history and its keys

    loaded = find_app(app)
    with Client(loaded, undeclared="warn") as client:
        code.interact(
            f"{loaded.title} {loaded.version}: app is the App, client calls it: client.get('/')",
            local={"app": loaded, "client": client},
            exitmsg="",
        )
