"""Telling clients that a resource goes away: since when, until when, and what to do (RFC 9745, RFC 8594)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from werkzeug.http import http_date

from ..errors import SetupError
from ..hooks import Filter
from ..records import AnswerRecord, Described, SchemaRef

if TYPE_CHECKING:
    from ..aliases import Environ, HeaderList
    from ..waits import Wire

#: The characters of a URI reference (RFC 3986, 2).
_URI = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")


class Deprecation(Filter):
    """Mark answers as those of a deprecated resource, errors included.

    .. code-block:: python

        old = Deprecation(date(2026, 1, 1), sunset=date(2027, 1, 1), link="https://example.com/v2")

        @app.get("/v1/books", deprecated=old)
        def list_books() -> list[Book]: ...

    Days begin at midnight UTC, naive times are UTC.

    :param since: since when it is deprecated; may lie ahead.
    :param sunset: when it may stop to answer; not before ``since``.
    :param link: the page that says what to do.
    :param successor: the resource that takes its place (RFC 5829, 3.5).
    """

    def __init__(
        self,
        since: date,
        *,
        sunset: date | None = None,
        link: str | None = None,
        successor: str | None = None,
    ) -> None:
        begin = _moment(since)
        self._fields: HeaderList = [("Deprecation", f"@{int(begin.timestamp())}")]
        if sunset is not None:
            end = _moment(sunset)
            if end < begin:
                found = f"Deprecation: sunset={sunset} is before since={since} (RFC 9745, 4)."
                raise SetupError(found, mend=f"Deprecation(..., sunset=...)   # not before {since}")
            self._fields.append(("Sunset", http_date(end)))
        relations = {"deprecation": link, "sunset": link if sunset else None, "successor-version": successor}
        self._links = ", ".join(
            f'<{_uri(target)}>; rel="{relation}"'
            for relation, target in relations.items()
            if target is not None
        )

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        headers = wire[1]
        headers += self._fields
        if self._links:
            said = [value for name, value in headers if name.lower() == "link"]
            headers[:] = [field for field in headers if field[0].lower() != "link"]
            headers.append(("Link", ", ".join((*said, self._links))))
        return wire

    def describe(self, method: str) -> Described:
        text = SchemaRef(str, "pydantic", "output")
        names = [name for name, _ in self._fields] + (["Link"] if self._links else [])
        return Described(answers=(AnswerRecord(0, "", headers=tuple((name, text) for name in names)),))


def _moment(given: date) -> datetime:
    said: Any = given
    if not isinstance(said, date):
        raise SetupError(f"Deprecation: found {said!r}, no date.", mend="Deprecation(date(2026, 1, 1))")
    moment = given if isinstance(given, datetime) else datetime.combine(given, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _uri(target: str) -> str:
    if not _URI.fullmatch(target):
        found = (
            f"Deprecation: {target[:64]!r} is no URI: it may hold ASCII letters, digits and %20 for a space."
        )
        raise SetupError(found, mend='Deprecation(..., link="https://example.com/migration")')
    return target
