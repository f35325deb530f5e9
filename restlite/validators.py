"""Validators of an answer, its ETag and time of change: is the client's copy still good? (RFC 9110, 8.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.http import parse_date

from .errors import PreconditionFailed
from .ranges import precondition

if TYPE_CHECKING:
    from .aliases import Environ
    from .waits import Wire

#: What a 304 does not repeat: fields about a body that is not sent (RFC 9110, 15.4.5).
DROPPED = frozenset(
    {
        "accept-ranges",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
    }
)


def revalidated(environ: Environ, wire: Wire) -> Wire:
    """Answer a GET by its preconditions: 304 where the client's copy is fresh, 412 where it asks for another.

    Raises :class:`PreconditionFailed`.
    """
    line, headers, _ = wire
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not line.startswith("200"):
        return wire
    fields = {name.lower(): value for name, value in headers}
    failed = precondition(environ, fields.get("etag"), parse_date(fields.get("last-modified")))
    if failed == 412:
        raise PreconditionFailed("The representation is not the one that the request names.")
    if failed == 304:
        return "304 Not Modified", [field for field in headers if field[0].lower() not in DROPPED], []
    return wire


def quoted(etag: str) -> str:
    """Write an entity tag, quoted unless it is already (RFC 9110, 8.8.3)."""
    return etag if etag.startswith(('"', 'W/"')) else f'"{etag}"'
