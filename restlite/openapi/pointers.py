"""JSON Pointers (RFC 6901): the text that names one place of a document."""

from __future__ import annotations

from typing import Any

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
    """Give the steps of a pointer; the whole document has none. Raises ``ValueError``.

    >>> steps_of("/a~1b/0/~01")
    ['a/b', '0', '~1']
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} does not begin with a slash")
    # Slashes first: ~01 stands for ~1, and must not become a slash (RFC 6901, 4).
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def follow(root: Any, pointer: str) -> Any:
    """Find what a pointer names. Raises ``LookupError``, ``ValueError`` where nothing is there."""
    found = root
    for step in steps_of(pointer):
        if is_list(found):
            if not (step.isascii() and step.isdigit()) or (step[0] == "0" and step != "0"):
                raise LookupError(step)
            found = found[int(step)]
        elif is_map(found):
            found = found[step]
        else:
            raise LookupError(step)
    return found
