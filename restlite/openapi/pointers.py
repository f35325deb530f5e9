"""JSON Pointers (RFC 6901): the text that names one place of a document."""

from __future__ import annotations

from typing import Any

from .. import pointers
from .nodes import is_list, is_map


def below(pointer: str, *steps: str | int) -> str:
    """Go down from a place.

    >>> below("/paths", "/books/{id}", "get", 0)
    '/paths/~1books~1{id}/get/0'
    """
    for step in steps:
        text = str(step)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer


def steps_of(pointer: str) -> list[str]:
    """Give the steps of a pointer that may be none. Raises ``ValueError``."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} does not begin with a slash")
    return pointers.steps_of(pointer)


def follow(root: Any, pointer: str) -> Any:
    """Find what a pointer names. Raises ``LookupError``, ``ValueError`` where nothing is there."""
    found = root
    for step in steps_of(pointer):
        if is_list(found):
            index = pointers.index_of(step)
            if index is None:
                raise LookupError(step)
            found = found[index]
        elif is_map(found):
            found = found[step]
        else:
            raise LookupError(step)
    return found
