"""The paths of a document: one template for all operations on it, each method once, in one order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..errors import SetupError
from .anatomy import METHODS

if TYPE_CHECKING:
    from ..operation import Operation

_VARIABLE = re.compile(r"\{([^{}]*)\}")


class Placed(NamedTuple):
    """Hold an operation and where it stands in the document."""

    path: str
    operation: Operation
    #: Its names of the path's variables -> those of the document.
    names: Mapping[str, str]


def placed(operations: Iterable[Operation], host: str | None = None) -> list[Placed]:
    """Give the operations that a document shows, by path and method.

    Paths that differ in the names of variables alone are one to OpenAPI (3.1, 4.8.8), which takes the names
    of the first by the alphabet. Raises :class:`SetupError` where one method of a path has two operations.

    :param host: of operations that are bound to hosts, show those of this one, as its rule writes it.
    """
    shown = [
        one
        for one in operations
        if not one.options.get("hidden") and (host is None or one.host is None or one.host.text == host)
    ]
    templates: dict[str, str] = {}
    for path in sorted({one.path for one in shown}):
        templates.setdefault(_VARIABLE.sub("{}", path), path)
    found: dict[tuple[str, str], Placed] = {}
    for one in shown:
        path = templates[_VARIABLE.sub("{}", one.path)]
        names = dict(zip(_VARIABLE.findall(one.path), _VARIABLE.findall(path), strict=True))
        other = found.setdefault((path, one.method), Placed(path, one, names)).operation
        if other is not one:
            raise _collision(one, other)
    return sorted(found.values(), key=lambda item: (item.path, *_rank(item.operation.method)))


def _rank(method: str) -> tuple[int, str]:
    """Order methods as the specification lists them, others behind."""
    order = (*METHODS, "query")
    return (order.index(method.lower()) if method.lower() in order else len(order), method)


def by_path(operations: Iterable[Placed]) -> Iterator[tuple[str, list[Placed]]]:
    """Collect the operations of each path."""
    groups: dict[str, list[Placed]] = {}
    for item in operations:
        groups.setdefault(item.path, []).append(item)
    yield from groups.items()


def _collision(one: Operation, other: Operation) -> SetupError:
    first, second = sorted((one, other), key=lambda item: (item.qualified_name, item.rule.text))
    found = f"{first.method} {first.path} is answered by {first.qualified_name} and {second.qualified_name}"
    if first.host != second.host:
        hosts = sorted(item.host.text for item in (first, second) if item.host)
        return SetupError.at(
            first.handler, f"{found}, each on a host of its own.", f'build(..., host="{hosts[0]}")'
        )
    found += "; a path of OpenAPI has one operation for each method."
    return SetupError.at(first.handler, found, "hidden=True   # on one of them")
