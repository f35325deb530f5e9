"""Formats as our models read them; the validator knows the others of JSON Schema itself."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeAlias

Check: TypeAlias = Callable[[str], bool]

_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
#: RFC 3339, but for the offset: a naive time is written without one (see ``adapters/spelling.py``).
_CLOCK = r"([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-]((?:[01][0-9]|2[0-3]):[0-5][0-9]))?"
_TIME = re.compile(_CLOCK)
_DATE_TIME = re.compile(f"{_DAY}[Tt]{_CLOCK}")


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    return found is not None and _is_clock(found[1], found[2])


def _is_date_time(text: str) -> bool:
    found = _DATE_TIME.fullmatch(text)
    if found is None or not _is_clock(found[2], found[3]):
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def _is_clock(minutes: str, seconds: str) -> bool:
    try:
        time.fromisoformat(minutes)
    except ValueError:
        return False
    return int(seconds) <= 60


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except ValueError:
        return False
    return True


#: What the OpenAPI format registry adds to JSON Schema, and what our models read in their own way.
FORMATS: dict[str, Check] = {"time": _is_time, "date-time": _is_date_time, "byte": _is_base64}
