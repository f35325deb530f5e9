"""Texts, numbers and other values that hold no further values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .dice import Dice
from .numbers import Bounds, plain
from .patterns import sample
from .plan import Hint, Impossible, Node, Place, Run
from .shape import Shape
from .wording import BY_FORMAT, fitted, text_named

#: Dice thrown for a text that matches all its patterns.
_THROWS = 40


def make_null(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    return None


def make_boolean(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    return (Dice(run.seed, place.pointer).below(2) + run.level(place.pointer)) % 2 == 0


def make_number(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    return _chosen(shape.bounds, run, place)


def make_integer(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    bounds = Bounds()
    for name in Bounds.__slots__:
        setattr(bounds, name, getattr(shape.bounds, name))
    bounds.multiple(1)
    return _chosen(bounds, run, place)


def _chosen(bounds: Bounds, run: Run, place: Place) -> Any:
    chosen = bounds.choose(Dice(run.seed, place.pointer), run.level(place.pointer))
    if chosen is None:
        raise Impossible(place.pointer, "no number lies within its bounds")
    return plain(chosen)


def make_string(node: Node, shape: Shape, run: Run, place: Place) -> Any:
    least, most = shape.limit("minLength", 0), shape.limits.get("maxLength")
    if most is not None and least > most:
        raise Impossible(place.pointer, "minLength is more than maxLength")
    level = run.level(place.pointer)
    if shape.patterns:
        return _matching(shape, run, place)
    dice = Dice(run.seed, place.pointer, str(level))
    if node.plan.provider is not None:
        given = node.plan.provider(Hint(place.name, shape.format, dice.below(1 << 62)))
        if given is not None and least <= len(given) and (most is None or len(given) <= most):
            return given
    make = BY_FORMAT.get(shape.format)
    if make is None:
        return fitted(text_named(place.name, dice), least, most, dice)
    made = make(dice)
    for _ in range(_THROWS):
        if least <= len(made) and (most is None or len(made) <= most):
            break
        made = make(dice)
    return made


def _matching(shape: Shape, run: Run, place: Place) -> str:
    """Make a text that matches all patterns: made for one, checked with the others."""
    least, most = shape.limit("minLength", 0), shape.limits.get("maxLength")
    level = run.level(place.pointer)
    made: str | None = None
    for throw in range(_THROWS):
        pattern = shape.patterns[throw % len(shape.patterns)]
        dice = Dice(run.seed, place.pointer, f"{level}.{throw}")
        made = sample(pattern, dice, least, most, wide=throw > len(shape.patterns) or level > 0)
        if made is None:
            raise Impossible(place.pointer, f"no text could be made for the pattern {pattern[:64]!r}")
        fits = least <= len(made) and (most is None or len(made) <= most)
        if fits and all(finds(each, made) for each in shape.patterns):
            break
    return made or ""


def finds(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches, as far as Python's engine can tell."""
    reader = _compiled(pattern)
    return reader is None or reader.search(text) is not None


@lru_cache(1000)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile a pattern with Python's engine; None where it is no pattern of Python's."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
