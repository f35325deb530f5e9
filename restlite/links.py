"""Lazy links: the path of a handler's route, known when the answer is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from pydantic_core import to_json, to_jsonable_python

from .errors import SetupError

if TYPE_CHECKING:
    from .aliases import Environ
    from .rules import Template


class Link:
    """Point to a handler's route; made by :func:`link`, resolved when the answer is written."""

    __slots__ = ("handler", "values")

    def __init__(self, handler: Any, values: Mapping[str, Any]) -> None:
        self.handler = handler
        self.values = values

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"link({getattr(self.handler, '__name__', self.handler)}{given})"


def link(handler: Callable[..., Any] | str, /, **values: Any) -> Link:
    """Point to the route of ``handler``; values that its rule does not name go to the query.

    .. code-block:: python

        return Created(todo, location=link(show_todo, id=todo.id))

    The path is right under a mount prefix and behind ``root_path``. It is never made from ``Host``.
    """
    return Link(handler, values)


class Target(Protocol):
    """Name what a link needs of an operation."""

    @property
    def template(self) -> Template: ...
    @property
    def mount(self) -> tuple[int, ...]: ...
    @property
    def converters(self) -> Mapping[str, Any]: ...


class Linker:
    """Turn handlers into paths, for one app."""

    def __init__(self, targets: Mapping[Any, list[Target]]) -> None:
        self._targets = targets

    def path(self, handler: Any, values: Mapping[str, Any], near: Target | None = None) -> str:
        """Give the path below the mount point; ``near`` settles which mount of a router is meant."""
        targets = self._targets.get(handler)
        if not targets:
            name = getattr(handler, "__qualname__", repr(handler))
            raise SetupError.at(
                handler, f"{name} has no route to link to.", f"@app.get(...)\ndef {name}(...)"
            )
        target = max(targets, key=lambda target: _common(target.mount, near.mount)) if near else targets[0]
        template = target.template
        path = template.fill(
            {name: values[name] for name in template.names if name in values}, target.converters
        )
        rest = [
            (name, text)
            for name, value in values.items()
            if name not in template.names
            for text in written(value)
        ]
        return f"{path}?{urlencode(rest)}" if rest else path

    def url(
        self,
        handler: Any,
        values: Mapping[str, Any],
        environ: Environ,
        near: Target | None,
        path: Mapping[str, Any],
    ) -> str:
        """Give the path as the client sees it; what ``values`` leaves out is taken from ``path``."""
        named = {name for target in self._targets.get(handler, ()) for name in target.template.names}
        kept = {name: value for name, value in path.items() if name in named}
        return root_path(environ) + self.path(handler, {**kept, **values}, near)


def written(value: Any) -> list[str]:
    """Write a query value as it is read again: list items one by one, ``true``, an enum's value, a date."""
    if isinstance(value, str):
        return [value]
    plain: Any = to_jsonable_python(value)
    items: Any = plain if plain.__class__ is list else [plain]
    return [item if isinstance(item, str) else to_json(item).decode() for item in items if item is not None]


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def root_path(environ: Environ) -> str:
    """Give the mount point as a client writes it, without the last slash."""
    name: str = environ.get("SCRIPT_NAME", "")
    return quote(name.rstrip("/"), safe="/:~!$&'()*+,;=@", encoding="latin-1") if name else ""
