"""``restlite routes``: the route table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ..hints import name_of
from .discovery import app_argument, find_app

if TYPE_CHECKING:
    from ..operation import Operation
    from ..table import Mount


@click.command()
@app_argument
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--unguarded", is_flag=True, help="List only what anonymous callers may call.")
def routes(app: str | None, as_json: bool, unguarded: bool) -> None:
    """List the operations of APP: method, path, handler, statuses; and the apps mounted in it."""
    table_of_app = find_app(app).freeze()
    listed = [
        operation
        for operation in table_of_app.operations
        if not unguarded or operation.guard is None or operation.guard.is_open
    ]
    rows = [_row(operation) for operation in listed] + [_mounted(mount) for mount in table_of_app.mounts]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = [("METHOD", "PATH", "HANDLER", "ANSWERS")]
    for row in rows:
        place = f"{row['host'] or ''}{row['path']}"
        table.append((row["method"], place, row["handler"], " ".join(map(str, row["statuses"]))))
    widths = [max(len(line[column]) for line in table) for column in range(3)]
    for line in table:
        click.echo(
            "  ".join(text.ljust(width) for text, width in zip(line, [*widths, 0], strict=True)).rstrip()
        )


def _row(operation: Operation) -> dict[str, Any]:
    return {
        "method": operation.method,
        "path": operation.path,
        "host": operation.host.text if operation.host else None,
        "handler": f"{operation.handler.__module__}.{operation.qualified_name}",
        "statuses": sorted(operation.statuses),
    }


def _mounted(mount: Mount) -> dict[str, Any]:
    """Describe an app that looks after itself."""
    return {
        "method": "*",
        "path": f"{mount.prefix}/*",
        "host": None,
        "handler": name_of(mount.application),
        "statuses": [],
    }
