"""Lists: items by their index, some of them wanted by ``contains``, all different where asked for."""

from __future__ import annotations

from typing import Any

from .plan import Impossible, Node, Place, Run
from .shape import Shape, same

#: Lists at this depth hold two items; deeper ones hold one.
_WIDE = 3
#: Dice thrown for an item that differs from the others.
_THROWS = 64


def make_array(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    wanted = [each.schema for each in shape.contains for _ in range(each.least)]
    least, most = shape.limit("minItems", 0), _most(shape, len(wanted))
    least = max(least, len(wanted))
    if most is not None and least > most:
        raise Impossible(place.pointer, f"needs {least} items, and may have {most}")
    count = least
    if not node.is_ending(run, place):
        declared = max([len(layer.first) for layer in shape.items] or [0])
        usual = (declared or (2 if place.depth < _WIDE else 1)) + len(wanted)
        count = max(least, usual if most is None else min(usual, most))
    return _filled(node, shape, run, place, (count, least, wanted))


def _most(shape: Shape, wanted: int) -> int | None:
    """Tell how many items may be there; items that no schema looks at count as refused."""
    limits = [shape.limits["maxItems"]] if "maxItems" in shape.limits else []
    limits += [len(layer.first) for layer in shape.items if layer.others is False]
    if shape.closed_items and not any(layer.is_open for layer in shape.items):
        limits.append(max([len(layer.first) for layer in shape.items] or [0]) + wanted)
    return min(limits) if limits else None


def _filled(
    node: Node, shape: Shape, run: Run, place: Place, counts: tuple[int, int, list[Any]]
) -> list[Any]:
    """Make the items from the last to the first: what is wanted stands as late as it can."""
    count, least, wanted = counts
    waiting = list(wanted)
    made: list[Any] = []
    for index in reversed(range(count)):
        others = made if shape.unique else []
        if waiting:
            try:
                member = node.plan.node([*_schemas(shape, index), waiting[-1]])
                made.append(_item(member, run, place.item(index), others))
                waiting.pop()
                continue
            except Impossible:
                if index < len(waiting):
                    raise
        try:
            made.append(_item(node.plan.node(_schemas(shape, index)), run, place.item(index), others))
        except Impossible:
            if count <= least:
                raise
            # A shorter list may do.
            return _filled(node, shape, run, place, (max(index, least), least, wanted))
    return made[::-1]


def _schemas(shape: Shape, index: int) -> list[Any]:
    found = [layer.first[index] if index < len(layer.first) else layer.others for layer in shape.items]
    return [schema for schema in found if schema is not True]


def _item(node: Node, run: Run, place: Place, others: list[Any]) -> Any:
    """Make an item that differs from others, by going through its levels."""
    item = node.make(run, place)
    for throw in range(1, _THROWS):
        if not any(same(item, other) for other in others):
            return item
        other = run.again(place.pointer, throw)
        item = node.make(other, place)
        run.made = other.made
    raise Impossible(place.pointer, "cannot differ from the other items")
