"""The validator's library, imported when a value is first checked."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import SetupError


def engine() -> Any:
    """Import jsonschema-rs. Raises :class:`SetupError` where it is missing."""
    try:
        import jsonschema_rs
    except ImportError:
        found = "Checking values against a document needs jsonschema-rs."
        raise SetupError(found, mend="pip install 'restlite[contract]'") from None
    return jsonschema_rs


@cache
def readable(pattern: str) -> bool:
    """Tell whether the library reads a pattern (ECMA-262, with Unicode classes and look-around)."""
    try:
        engine().Draft202012Validator({"pattern": pattern})
    except ValueError:
        return False
    return True
