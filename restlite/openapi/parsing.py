"""Bytes to plain data: JSON and YAML, with every trap of either refused by its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import from_json

from .errors import MAX_DEPTH, DocumentError, repeated
from .nodes import is_list, is_map
from .pointers import below


def parse(content: bytes, *, source: str = "") -> Any:
    """Read JSON or YAML text: what ends in ``.json`` or begins with a brace is JSON.

    Raises :class:`DocumentError`, also for a key that stands twice in one mapping.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at offset {error.start}"
        raise DocumentError("", found=found, expected="UTF-8", source=source) from None
    if source.endswith((".yaml", ".yml")) or not (source.endswith(".json") or text.lstrip()[:1] == "{"):
        from .yaml_text import parse_yaml

        return parse_yaml(text, source)
    return _parse_json(text, source)


def _parse_json(text: str, source: str) -> Any:
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        reason = str(error)
        if reason.startswith("recursion limit"):
            reason = (
                f"more than {MAX_DEPTH} {reason.replace('recursion limit exceeded', 'levels of nesting')}"
            )
        raise DocumentError("", found=reason, expected="valid JSON", source=source) from None
    # A second, plain look: the fast parser keeps the last of two equal keys, and reads 1e400 as infinite.
    repeats: list[tuple[dict[str, Any], str]] = []
    infinite: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            names = [name for name, _ in items]
            repeats.append((made, next(name for name in names if names.count(name) > 1)))
        return made

    def number(written: str) -> float:
        if (read := float(written)) in (float("inf"), float("-inf")):
            infinite.append(written)
        return read

    looked = json.loads(text, object_pairs_hook=pairs, parse_float=number)
    if repeats:
        # The last is the outermost one, so it is certainly part of what was read.
        holder, name = repeats[-1]
        pointer = next(place for place, node in walk(looked) if node is holder)
        raise repeated(below(pointer, name), source)
    if infinite:
        pointer = next(place for place, node in walk(value) if node in (float("inf"), float("-inf")))
        found = f"the number {infinite[0][:64]}"
        raise DocumentError(pointer, found=found, expected="a number below 1e309", source=source)
    return value


def walk(root: Any, into: Callable[[str], bool] = lambda key: True) -> Iterator[tuple[str, Any]]:
    """Visit every node of plain data with its pointer, parents first; ``into`` chooses by key."""
    waiting = [("", root)]
    while waiting:
        pointer, node = waiting.pop()
        yield pointer, node
        if is_map(node):
            waiting += [(below(pointer, key), node[key]) for key in reversed(node) if into(key)]
        elif is_list(node):
            waiting += [(below(pointer, index), item) for index, item in reversed(list(enumerate(node)))]
