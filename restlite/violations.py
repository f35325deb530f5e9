"""What is wrong with a request, item by item: the closed list of codes and their sentences.

A :class:`Violation` never holds the refused value, and no more than 64 characters of a key that a
client sent. Both adapters map their library's errors to these codes, so that clients meet one list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from pydantic_core import to_json

MAX_VIOLATIONS = 50
MAX_KEY = 64
#: Deep documents have long pointers: 50 of them, each with its sentence, must stay below 64 kB.
MAX_POINTER = 240

#: code -> the sentence a client reads; ``{limit}`` and ``{expected}`` come from the model, never the input.
CODES: Mapping[str, str] = {
    "missing": "This is required.",
    "unknown": "This is not known here.",
    "repeated": "This was given more than once.",
    "null": "This must not be null.",
    "type": "This must be of type {expected}.",
    "object": "This must be an object.",
    "array": "This must be an array.",
    "string": "This must be a string.",
    "integer": "This must be an integer.",
    "number": "This must be a number.",
    "boolean": "This must be true or false.",
    "finite": "This must be a finite number.",
    "date": "This must be a date such as 2024-05-01.",
    "time": "This must be a time such as 12:30:00.",
    "date_time": "This must be a date and time such as 2024-05-01T12:30:00Z.",
    "duration": "This must be a duration such as P1DT2H.",
    "timezone": "The timezone is wrong or missing.",
    "past": "This must lie in the past.",
    "future": "This must lie in the future.",
    "uuid": "This must be a UUID.",
    "url": "This must be a URL.",
    "email": "This must be an e-mail address.",
    "bytes": "This must be encoded bytes.",
    "file": "This must be a file.",
    "choice": "This must be one of: {expected}.",
    "tag": "The member {expected} does not name a known kind.",
    "union": "This fits none of the allowed types.",
    "pattern": "This does not match the pattern {expected}.",
    "format": "This does not have the expected format.",
    "min_length": "This must have at least {limit} items or characters.",
    "max_length": "This must have at most {limit} items or characters.",
    "greater_than": "This must be greater than {limit}.",
    "greater_than_equal": "This must be greater than or equal to {limit}.",
    "less_than": "This must be less than {limit}.",
    "less_than_equal": "This must be less than or equal to {limit}.",
    "multiple_of": "This must be a multiple of {limit}.",
    "digits": "This has too many digits.",
    "unique": "The items must be unique.",
    "too_deep": "This is nested too deeply.",
    "invalid": "This is not valid.",
}


class Violation(NamedTuple):
    """Say what is wrong in one place of a request.

    ``location`` is ``body``, ``query``, ``path``, ``header`` or ``cookie``. ``name`` is an RFC 6901
    pointer in a body and a parameter's name elsewhere.
    """

    location: str
    name: str
    code: str
    detail: str

    def to_dict(self) -> dict[str, str]:
        """Give the item as it stands in a problem document."""
        key = "pointer" if self.location == "body" else "parameter"
        return {"in": self.location, key: self.name, "code": self.code, "detail": self.detail}


def sentence(code: str, **values: Any) -> str:
    """Fill the sentence of ``code``; values come from the model, never from the client."""
    return CODES[code].format_map(values) if values else CODES[code]


def clip(key: str) -> str:
    """Shorten a key sent by a client to what an answer or a log may show of it."""
    return key if len(key) <= MAX_KEY else key[: MAX_KEY - 1] + "…"


def pointer(steps: tuple[str | int, ...]) -> str:
    """Write steps into a JSON document as an RFC 6901 pointer.

    >>> pointer(("dim", "a/b", 0))
    '/dim/a~1b/0'
    """
    text = "".join([f"/{clip(str(step)).replace('~', '~0').replace('/', '~1')}" for step in steps])
    # A character may take six bytes of JSON: a control character, or a quarter of that as UTF-8.
    limit = MAX_POINTER if text.isascii() and text.isprintable() else MAX_POINTER // 3
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


Item = tuple[tuple[str | int, ...], str, str]


class Violations(list[Violation]):
    """Hold what is wrong with one request, and how that is written."""

    @cached_property
    def written(self) -> bytes:
        """Give the list as JSON."""
        return to_json([violation.to_dict() for violation in self])


class Items(list[Item]):
    """Hold the items of a refusal, and the violations that they are in a body.

    Clients make the same mistakes again: whoever remembers the items remembers the answer.
    """

    @cached_property
    def in_body(self) -> Violations:
        """Point into the body."""
        return Violations(
            Violation("body", pointer(steps), code, detail) for steps, code, detail in self[:MAX_VIOLATIONS]
        )


class Refusal(Exception):
    """Carry the violations of one source from an adapter to the binder; becomes a 422.

    Each item is ``(steps, code, detail)``; the binder knows the location and makes a
    :class:`Violation` of it.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        super().__init__()
        self.items = items if isinstance(items, Items) else Items(items)

    def __str__(self) -> str:
        return str(list(self.items))


class Malformed(Exception):
    """Say that bytes are not what their media type promises; becomes a 400."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
