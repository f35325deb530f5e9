"""The annotations of callables, with names resolved."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, get_type_hints


def resolve_hints(function: Callable[..., Any], frame: FrameType | None) -> dict[str, Any]:
    """Resolve annotations with the names that the decorator's frame sees; NameError where one is unknown."""
    target = annotated(function)
    hints: dict[str, Any] = getattr(target, "__annotations__", {})
    if not any(is_unresolved(hint) for hint in hints.values()):
        return dict(hints)
    names = getattr(target, "__globals__", {})
    if frame is not None and frame.f_globals is names:
        # What is local where the decorator stands; in another module the same names mean other things.
        names = {**names, **frame.f_locals}
    return get_type_hints(target, names, include_extras=True)


def is_unresolved(hint: Any) -> bool:
    """Tell whether a hint holds names: ``list["Book"]`` a string, ``Optional["Book"]`` a ForwardRef."""
    return not isinstance(hint, type) and (isinstance(hint, str) or "'" in str(hint))


def annotated(function: Any) -> Any:
    """Give the function whose annotations a callable has: a class's constructor, a partial's function."""
    if inspect.isclass(function):
        return getattr(function, "__init__")  # noqa: B009
    target: Any = inspect.unwrap(function)
    while isinstance(target, partial):
        target = target.func
    # An instance would show the annotations of its class's members.
    return target if inspect.isroutine(target) else getattr(target.__class__, "__call__", target)  # noqa: B004
