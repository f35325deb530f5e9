"""The kinds of plain data: what a parsed document is made of."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypeIs


def is_map(node: Any) -> TypeIs[dict[str, Any]]:
    """Tell whether a node is a mapping."""
    return isinstance(node, dict)


def is_list(node: Any) -> TypeIs[list[Any]]:
    """Tell whether a node is a list."""
    return isinstance(node, list)


def kind_of(node: Any) -> str:
    """Name the JSON type of a node with its article.

    >>> kind_of([]), kind_of(None), kind_of(1)
    ('a list', 'null', 'a number')
    """
    kinds: dict[type, str] = {
        dict: "a mapping",
        list: "a list",
        str: "a text",
        bool: "a boolean",
        type(None): "null",
    }
    return next((said for kind, said in kinds.items() if isinstance(node, kind)), "a number")


def mapping(node: Any) -> dict[str, Any]:
    """Give a mapping; anything else says nothing."""
    return node if is_map(node) else {}


def sequence(node: Any) -> list[Any]:
    """Give a list; anything else says nothing."""
    return node if is_list(node) else []
