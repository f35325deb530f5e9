"""Find the app that a command is about, and say clearly why there is none."""

from __future__ import annotations

import os
import re
import sys
import tomllib
import traceback
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from ..app import App

FILES = ("main.py", "app.py", "api.py", "wsgi.py")
ATTRIBUTES = ("app", "application", "api")
FACTORIES = ("create_app", "make_app")

_TARGET = re.compile(r"(?P<module>(?:[A-Za-z]:[\\/])?[^:]+)(?::(?P<attribute>[A-Za-z_][\w.]*(?:\(\))?))?")

#: The argument that all commands share.
app_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument("app", required=False)


class NotLoaded(click.ClickException):
    """There is no app to work with; the message says why, and what to write."""


class Target(NamedTuple):
    """Name a module and where in it the app is; ``origin`` tells who said so."""

    module: str
    attribute: str | None
    origin: str


def find_app(given: str | None, directory: Path | None = None) -> App:
    """Import the app that is meant, and check its routes.

    Asks, in this order: the command line, RESTLITE_APP, pyproject.toml, the files of ``directory``.
    """
    directory = directory or Path.cwd()
    if str(directory) not in sys.path:
        sys.path.insert(0, str(directory))
    target = _named(given, directory)
    found = _from_target(target, directory) if target else _from_files(directory)
    with _users_code():
        found.freeze()
    return found


def _named(given: str | None, directory: Path) -> Target | None:
    """Read the target that someone has named."""
    project = directory / "pyproject.toml"
    said: list[tuple[str | None, str]] = [
        (given, "the command line"),
        (os.environ.get("RESTLITE_APP"), "RESTLITE_APP"),
        (_from_project(project) if project.is_file() else None, "pyproject.toml"),
    ]
    for text, origin in said:
        if text:
            match = _TARGET.fullmatch(text)
            if not match:
                raise NotLoaded(f"{origin} names no app: {text!r}.\n    Write: main:app")
            return Target(_importable(match["module"], directory), match["attribute"], origin)
    return None


def _from_project(file: Path) -> str | None:
    try:
        tools: dict[str, Any] = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise NotLoaded(f"{file} is not valid TOML: {error}") from None
    name: str | None = tools.get("restlite", {}).get("app")
    return name


def _importable(module: str, directory: Path) -> str:
    """Give the dotted name of a module; a file's root goes to ``sys.path``."""
    if not module.endswith(".py") and "/" not in module and os.sep not in module:
        return module
    file = directory / module
    if not file.is_file():
        raise NotLoaded(f"There is no file {module!r}.{_meant(module, _modules(directory, '.py'))}")
    parts = [] if file.stem == "__init__" else [file.stem]
    root = file.resolve().parent
    while (root / "__init__.py").is_file():
        parts.insert(0, root.name)
        root = root.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return ".".join(parts)


def _from_target(target: Target, directory: Path) -> App:
    module = _import(target, directory)
    if target.attribute:
        return _attribute(module, target)
    if (app := _sole(module)) is None:
        raise NotLoaded(
            f"{target.module!r} has no App: neither one of {', '.join(ATTRIBUTES)},"
            f" nor another attribute, nor {' or '.join(f'{name}()' for name in FACTORIES)}."
            f"\n    Write: app = App(title=...)"
        )
    return app


def _from_files(directory: Path) -> App:
    """Take the first of the usual files that holds an app."""
    names = [*FILES, *(f"app/{name}" for name in (*FILES, "__init__.py"))]
    looked = [name for name in names if (directory / name).is_file()]
    for name in looked:
        target = Target(_importable(name, directory), None, name)
        if app := _sole(_import(target, directory)):
            return app
    seen = f" {' and '.join(looked)} {'has' if len(looked) == 1 else 'have'} no App." if looked else ""
    raise NotLoaded(
        f"No app is named, and none was found in {directory}: looked for {', '.join(names)}.{seen}\n"
        "    Write: restlite dev main:app, or RESTLITE_APP=main:app, or in pyproject.toml:\n"
        '           [tool.restlite]\n           app = "main:app"'
    )


def _import(target: Target, directory: Path) -> ModuleType:
    with _users_code():
        try:
            return import_module(target.module)
        except ModuleNotFoundError as error:
            # A module that the user's own code misses is the user's to see, with its traceback.
            if not f"{target.module}.".startswith(f"{error.name}."):
                raise
    raise NotLoaded(
        f"There is no module {target.module!r} in {directory} (named by {target.origin})."
        f"{_meant(target.module, _modules(directory, ''))}"
    )


def _attribute(module: ModuleType, target: Target) -> App:
    """Walk to the attribute that the target names, and call it if the target says so."""
    from ..app import App

    path = target.attribute or ""
    value: Any = module
    for part in path.removesuffix("()").split("."):
        if not hasattr(value, part):
            public = [name for name in dir(value) if not name.startswith("_")]
            raise NotLoaded(f"{target.module!r} has no attribute {path!r}.{_meant(part, public)}")
        value = getattr(value, part)
    if path.endswith("()"):
        with _users_code():
            value = value()
    if isinstance(value, App):
        return value
    spelled = f"{target.module}:{path}"
    makes = callable(value) and not path.endswith("()")
    mend = f"\n    Write: {spelled}() if it makes the app." if makes else ""
    raise NotLoaded(f"{spelled} is of type {type(value).__name__}, not an App.{mend}")


def _sole(module: ModuleType) -> App | None:
    """Find the app of a module by its usual names, as the only one, or from a factory."""
    from ..app import App

    values = vars(module)
    for name in ATTRIBUTES:
        if isinstance(app := values.get(name), App):
            return app
    apps = {id(value): (name, value) for name, value in values.items() if isinstance(value, App)}
    if len(apps) > 1:
        names = sorted(name for name, _ in apps.values())
        raise NotLoaded(
            f"{module.__name__!r} has several apps: {', '.join(names)}."
            f"\n    Write: {module.__name__}:{names[0]}"
        )
    if apps:
        return next(app for _, app in apps.values())
    factory = next((name for name in FACTORIES if callable(values.get(name))), None)
    return _attribute(module, Target(module.__name__, f"{factory}()", "")) if factory else None


@contextmanager
def _users_code() -> Generator[None, None, None]:
    """Turn what the user's code raises into a message: a SetupError's own, else the traceback."""
    from ..errors import SetupError

    try:
        yield
    except SetupError as error:
        raise NotLoaded(str(error)) from None
    except Exception as error:
        trace = error.__traceback__
        while trace and ("importlib" in (file := trace.tb_frame.f_code.co_filename) or file == __file__):
            trace = trace.tb_next
        text = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
        raise NotLoaded(f"The app could not be imported.\n\n{text}") from None


def _modules(directory: Path, suffix: str) -> list[str]:
    return [f"{file.stem}{suffix}" for file in directory.glob("*.py")]


def _meant(name: str, possible: Iterable[str]) -> str:
    """Guess what was meant."""
    close = get_close_matches(name, list(possible))
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
