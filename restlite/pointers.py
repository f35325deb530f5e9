"""JSON Pointer (RFC 6901): the text that names one place of a JSON document."""

from __future__ import annotations

#: What a pointer looks like, for a schema and for a check in one go (RFC 6901, 3).
PATTERN = r"^(?:/(?:[^~/]|~[01])*)*$"


def steps_of(pointer: str) -> list[str]:
    """Give the steps of a pointer that matches :data:`PATTERN`; the whole document has none.

    >>> steps_of("/a~1b/0/~01")
    ['a/b', '0', '~1']
    """
    steps = pointer.split("/")[1:]
    # Slashes first: ~01 stands for ~1, and must not become a slash (RFC 6901, 4).
    return [step.replace("~1", "/").replace("~0", "~") for step in steps] if "~" in pointer else steps


def index_of(step: str) -> int | None:
    """Read a step as the index of an array: ASCII digits without leading zeros; None for all else.

    >>> index_of("10"), index_of("01"), index_of("-")
    (10, None, None)
    """
    if not (step.isascii() and step.isdigit()) or (step[0] == "0" and step != "0"):
        return None
    return int(step) if len(step) < 19 else None
