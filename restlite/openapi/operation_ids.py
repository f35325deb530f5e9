"""The names of operations: short, the same whatever is registered first, and never one for two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import SetupError

if TYPE_CHECKING:
    from ..operation import Operation


def operation_ids(operations: Iterable[Operation]) -> dict[Operation, str]:
    """Name operations by their handlers; what has one name is told apart by its method, then by its path.

    A handler of several methods gives ``ping_get`` and ``ping_post``. Handlers of one name, and routers that
    are mounted twice, get the first segment of their paths that the others have not: ``v1_list_books``.
    Raises :class:`SetupError` where there is no such segment.
    """
    found: dict[Operation, str] = {}
    for name, namesakes in _grouped({operation: operation.name for operation in operations}).items():
        methods = defaultdict[object, set[str]](set)
        for one in namesakes:
            methods[one.handler].add(one.method)
        for one in namesakes:
            found[one] = f"{name}_{one.method.lower()}" if len(methods[one.handler]) > 1 else name
    for name, namesakes in _grouped(found).items():
        if len(namesakes) > 1:
            found |= {one: f"{_segment(one, name, namesakes)}_{name}" for one in namesakes}
    for name, namesakes in _grouped(found).items():
        if len(namesakes) > 1:
            raise _collision(name, namesakes)
    return found


def _grouped(names: Mapping[Operation, str]) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for operation, name in names.items():
        groups.setdefault(name, []).append(operation)
    return groups


def _segment(operation: Operation, name: str, namesakes: Sequence[Operation]) -> str:
    others = {part for other in namesakes if other is not operation for part in other.path.split("/")}
    own = (part for part in operation.path.split("/") if part.isidentifier() and part not in others)
    segment = next(own, None)
    if segment is None:
        raise _collision(name, namesakes)
    return segment


def _collision(name: str, namesakes: Sequence[Operation]) -> SetupError:
    places = sorted(f"{one.method} {one.path} ({one.qualified_name})" for one in namesakes)
    first = min(namesakes, key=lambda one: (one.path, one.method))
    found = f"the operationId {name!r} would be of {' and '.join(places)}."
    return SetupError.at(first.handler, found, f'@app.{first.method.lower()}(..., name="another_name")')
