"""The document on the terminal: written to a file, held against one, and compared with another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .discovery import app_argument, find_app

if TYPE_CHECKING:
    from ..app import App

#: Exit codes: what was asked for does not hold, and what was given cannot be read.
DIFFERS, UNREADABLE = 1, 2


@click.group()
def openapi() -> None:
    """Write, check and compare OpenAPI documents."""


@openapi.command()
@app_argument
@click.option("--to", type=click.Choice(["3.0", "3.1", "3.2"]), default="3.1", show_default=True)
@click.option("--format", "form", type=click.Choice(["json", "yaml"]), help="By default what the file is.")
@click.option("--host", help="Of routes that are bound to hosts, show those of this one.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="By default stdout.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file is not what would be written.")
def export(
    app: str | None, to: Any, form: str | None, host: str | None, output: Path | None, check: bool
) -> None:
    """Write the document of an app.

    APP is module:attribute; without it the app is looked for. What the version cannot say is told on stderr.
    """
    if check and output is None:
        raise click.UsageError("--check needs the file to look at.\n    Write: --check -o openapi.json")
    form = form or ("yaml" if output and output.suffix in (".yaml", ".yml") else "json")
    document = _exported(find_app(app), to, host)
    text = _yaml(document) if form == "yaml" else _json(document)
    if output is None:
        click.echo(text, nl=False)
    elif not check:
        output.write_text(text, encoding="utf-8", newline="\n")
    elif not output.exists() or output.read_text(encoding="utf-8") != text:
        click.echo(
            f"{output} is not the document of the app.\n    Write: restlite openapi export -o {output}"
        )
        raise SystemExit(DIFFERS)


@openapi.command()
@click.argument("old", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def diff(old: Path, new: Path, form: str) -> None:
    """List what has changed between two documents.

    Exit 1 if a change breaks clients, 0 if none does, 2 if a document cannot be read.
    """
    from ..openapi.changes import breaks, to_json, to_markdown, to_text
    from ..openapi.diff import diff as compare
    from ..openapi.reader import DocumentError, read_document

    try:
        changes = compare(read_document(old), read_document(new))
    except (DocumentError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(UNREADABLE) from None
    write = {"text": to_text, "json": to_json, "markdown": to_markdown}[form]
    if text := write(changes):
        click.echo(text)
    raise SystemExit(DIFFERS if breaks(changes) else 0)


def _exported(app: App, to: Any, host: str | None) -> dict[str, Any]:
    """Build the document, and tell what the version cannot say; a mistake in the app is told as one line."""
    from ..errors import SetupError
    from ..openapi.document import compose, published
    from ..openapi.versions import lower

    members = app.config.openapi
    try:
        document = compose(app.operations, title=app.title, version=app.version, members=members, host=host)
    except SetupError as error:
        raise click.ClickException(str(error)) from None
    lowered, losses = lower(document, to)
    for loss in losses:
        click.echo(str(loss), err=True)
    return published(lowered)


def _json(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _yaml(document: dict[str, Any]) -> str:
    try:
        import yaml
    except ImportError:
        raise click.ClickException("YAML needs PyYAML.\n    Write: pip install restlite[contract]") from None
    written: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return written
