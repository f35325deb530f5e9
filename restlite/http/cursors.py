"""Cursors: places in a list, signed so that only the list that gave them takes them back.

A cursor is base64url of an HMAC-SHA256 and of the values by which the item next to it is ordered. It is
signed, not encrypted: do not order a list by what its readers must not know.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fnmatch import fnmatchcase
from hmac import compare_digest, digest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json, to_json

from ..errors import SetupError
from ..hints import name_of
from ..params import decode

if TYPE_CHECKING:
    from ..aliases import Environ

_DIGEST = 32


class Cursor(NamedTuple):
    """Hold a place in a list: the values of the item before it, or of the one after it if ``backward``."""

    place: Sequence[Any]
    backward: bool = False


class BadCursor(Exception):
    """Say that a text is no cursor of this list."""


class Signer(NamedTuple):
    """Write and read the cursors of one list."""

    secrets: tuple[str | bytes, ...]
    #: What the list is; a cursor of another one is refused.
    scope: bytes

    def write(self, cursor: Cursor) -> str:
        """Sign a cursor with the first secret."""
        payload = to_json([cursor.backward, *map(_plain, cursor.place)], inf_nan_mode="constants")
        return _text(self._sign(self.secrets[0], payload) + payload)

    def read(self, text: str) -> Cursor:
        """Verify a cursor by any of the secrets; BadCursor where none has signed it for this list."""
        try:
            raw = b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            raise BadCursor from None
        signed, payload = raw[:_DIGEST], raw[_DIGEST:]
        if _text(raw) != text or not any(
            compare_digest(signed, self._sign(secret, payload)) for secret in self.secrets
        ):
            raise BadCursor
        backward, *place = from_json(payload)
        return Cursor([_value(item) for item in place], backward)

    def _sign(self, secret: str | bytes, payload: bytes) -> bytes:
        key = secret.encode() if isinstance(secret, str) else secret
        return digest(key, b"restlite cursor\n" + self.scope + b"\n" + payload, "sha256")


def scope_of(environ: Environ, keys: Iterable[object], apart: Iterable[str]) -> bytes:
    """Name a list by its path, its order, and all of the query but what matches the patterns ``apart``."""
    parts = (pair.partition("=") for pair in environ.get("QUERY_STRING", "").split("&") if pair)
    pairs = [(decode(name), decode(value)) for name, _, value in parts]
    patterns = tuple(apart)
    said = [pair for pair in pairs if not any(fnmatchcase(pair[0], pattern) for pattern in patterns)]
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return to_json([path, [str(key) for key in keys], sorted(said, key=itemgetter(0))])


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


#: Types that JSON does not have, each with its tag, and with what reads it; a datetime is a date too.
_TAGS: Mapping[type, tuple[str, Callable[[str], Any]]] = {
    datetime: ("datetime", datetime.fromisoformat),
    date: ("date", date.fromisoformat),
    time: ("time", time.fromisoformat),
    Decimal: ("decimal", Decimal),
    UUID: ("uuid", UUID),
}
_READERS: Mapping[Any, Callable[[Any], Any]] = dict(_TAGS.values())


def _plain(value: Any) -> Any:
    """Write a value as JSON that tells its type."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    for kind, (tag, _) in _TAGS.items():
        if isinstance(value, kind):
            return [tag, value.isoformat() if isinstance(value, (date, time)) else str(value)]
    found = f"a list is ordered by a value of type {name_of(type(value))}, which no cursor can hold."
    raise SetupError(found, mend="key= of strings, numbers, dates, times or UUIDs")


def _value(plain: Any) -> Any:
    return _READERS[plain[0]](plain[1]) if isinstance(plain, list) else plain
