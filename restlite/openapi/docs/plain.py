"""Plain data, as JSON has it, told apart for type checkers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard


def is_object(node: Any) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a node has members; a schema may also be true or false, which have none."""
    return isinstance(node, Mapping)


def is_list(node: Any) -> TypeGuard[list[Any]]:
    """Tell whether a node is a list."""
    return isinstance(node, list)
