"""The command ``restlite``; the only room of the house that knows click."""

from __future__ import annotations

import click

from .dev import dev
from .openapi import openapi
from .routes import routes
from .run import run
from .shell import shell


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="restlite")
def restlite() -> None:
    """Serve and inspect a restlite app.

    APP is `module:attribute`, `module:factory()` or a file. Left out, it is RESTLITE_APP, `app` under
    [tool.restlite] in pyproject.toml, or what main.py, app.py, api.py or wsgi.py hold.
    """


for command in (dev, run, routes, shell, openapi):
    restlite.add_command(command)


def main() -> None:
    """Run the command line."""
    restlite(prog_name="restlite")
