"""Mappings: what is required, what is declared, and as many other members as are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..nodes import is_map
from .dice import Dice
from .patterns import sample
from .plan import GIVEN_UP, Impossible, Node, Place, Run
from .scalars import finds
from .shape import Shape

#: Members that are lists or mappings are left out deeper than this, unless they are required.
_DEEP = 4
#: Dice thrown for names.
_THROWS = 40
#: Members where nothing limits their number.
_MANY = 1_000_000
_TEXT = {"type": "string"}


def make_object(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    required = _required(shape)
    declared = dict.fromkeys(name for layer in shape.layers for name in layer.properties)
    ending = node.is_ending(run, place)
    most = shape.limits.get("maxProperties")
    room = _MANY if most is None else most - len(required)
    if room < 0:
        raise Impossible(place.pointer, f"it needs {len(required)} members, and may have {most}")
    made: dict[str, Any] = {}
    for name in [*declared, *(name for name in required if name not in declared)]:
        if name in required:
            made[name] = _member(node, shape, name).make(run, place.member(name))
        elif room > 0 and not ending and _is_wanted(node, shape, name, run, place):
            try:
                made[name] = _member(node, shape, name).make(run, place.member(name))
                room -= 1
            except Impossible:
                continue
    _settle_dependents(node, shape, made, required)
    least = shape.limit("minProperties", 0)
    if not ending and not declared and not made and room > 0 and any(_is_open(shape)):
        least = max(least, 1)
    _fill_up(node, shape, run, place, (made, least))
    return made


def _is_open(shape: Shape) -> Iterator[bool]:
    """Tell of each layer whether it describes members without declaring them."""
    for layer in shape.layers:
        yield is_map(layer.others) or bool(layer.patterns)


def _required(shape: Shape) -> dict[str, None]:
    """Collect what must be there, and what that asks for."""
    found = dict(shape.required)
    waiting = list(found)
    while waiting:
        fresh = [name for name in shape.dependent.get(waiting.pop(), ()) if name not in found]
        found |= dict.fromkeys(fresh)
        waiting += fresh
    return found


def _settle_dependents(node: Node, shape: Shape, made: dict[str, Any], required: Mapping[str, None]) -> None:
    """Take out optional members that ask for others which are not there."""
    for name in [each for each in shape.dependent if each in made and each not in required]:
        if any(other not in made for other in shape.dependent[name]):
            del made[name]


def _is_wanted(node: Node, shape: Shape, name: str, run: Run, place: Place) -> bool:
    member = _member(node, shape, name)
    if member in run.active or run.level(place.member(name).pointer) >= GIVEN_UP:
        return False
    return place.depth < _DEEP or not member.is_container()


def _member(node: Node, shape: Shape, name: str) -> Node:
    """Give the node of one member: every layer has its say."""
    if (known := shape.members.get(name)) is not None:
        made: Node = known
        return made
    schemas: list[Any] = []
    for layer in shape.layers:
        found = [layer.properties[name]] if name in layer.properties else []
        found += [schema for pattern, schema in layer.patterns.items() if finds(pattern, name)]
        schemas += found or [layer.others]
    shape.members[name] = made = node.plan.node([schema for schema in schemas if schema is not True])
    return made


def _fill_up(node: Node, shape: Shape, run: Run, place: Place, wanted: tuple[dict[str, Any], int]) -> None:
    """Add members that no schema names until there are enough."""
    made, least = wanted
    for name in _free_names(node, shape, run, place):
        if len(made) >= least:
            return
        if name in made or any(name in layer.properties for layer in shape.layers):
            continue
        try:
            made[name] = _member(node, shape, name).make(run, place.member(name))
        except Impossible:
            continue
    if len(made) < shape.limit("minProperties", 0):
        raise Impossible(place.pointer, f"it needs {least} members, and no more names are free")


def _free_names(node: Node, shape: Shape, run: Run, place: Place) -> Iterator[str]:
    """Give names for members that no schema names: of the patterns, of ``propertyNames``, then plain ones."""
    patterns = [pattern for layer in shape.layers for pattern in layer.patterns]
    for throw in range(_THROWS):
        for pattern in patterns:
            dice = Dice(run.seed, place.pointer, pattern, str(throw))
            if (name := sample(pattern, dice, wide=throw > 1)) is not None:
                yield name
        if shape.names:
            namer = node.plan.node([*shape.names, _TEXT])
            levels = {f"{place.pointer}/": throw + run.level(place.pointer)}
            try:
                yield namer.make(Run(run.seed, levels, frozenset()), Place(f"{place.pointer}/", "key", 0))
            except Impossible:
                return
    if not shape.names:
        yield from (f"property{number}" for number in range(1, shape.limit("minProperties", 1) + _THROWS))
