"""Media types: which one a body has, and which one a client accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from .frozen import Record

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
OCTETS = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
NDJSON = "application/x-ndjson"
EVENTS = "text/event-stream"

_KNOWN = 64


class Codec(Record):
    """Write and read one media type beside JSON, over plain data.

    .. code-block:: python

        app = App(codecs=[Codec("application/msgpack", msgpack.packb, msgpack.unpackb)])
    """

    media_type: str
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]


def essence(content_type: str) -> str | None:
    """Give type and subtype in lower case, or None where the field is malformed (RFC 9110, 8.3.1).

    >>> essence("APPLICATION/JSON; Charset=UTF-8")
    'application/json'
    """
    value = content_type.partition(";")[0].strip().lower()
    kind, slash, subtype = value.partition("/")
    return value if slash and kind and subtype and not set(value) & set(' ,"\t') else None


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON or one of the ``+json`` family (RFC 6839, 3.1)."""
    return media_type == JSON or (media_type.startswith("application/") and media_type.endswith("+json"))


def utf8_charset(content_type: str) -> bool:
    """Tell whether the declared charset, if any, is UTF-8 (JSON has no other: RFC 8259, 8.1)."""
    if ";" not in content_type:
        return True
    charset = parse_options_header(content_type)[1].get("charset", "utf-8").lower()
    return charset in ("utf-8", "utf8", "us-ascii", "ascii")


class Acceptance:
    """Choose among what an operation offers by ``Accept`` (RFC 9110, 12.5.1).

    Clients send few different fields, so answers are remembered, up to a bound.
    """

    __slots__ = ("known", "offers")

    def __init__(self, offers: Sequence[str]) -> None:
        self.offers = tuple(offers)
        self.known: dict[str | None, str | None] = {None: self.offers[0] if self.offers else "*/*"}

    def choose(self, accept: str | None) -> str | None:
        """Give the best offer, or None where the field excludes them all."""
        if not accept or not self.offers:
            return self.offers[0] if self.offers else "*/*"
        if (chosen := self.known.get(accept, "")) != "":
            return chosen
        chosen = self._best(accept)
        if len(self.known) < _KNOWN and len(accept) < 256:
            self.known[accept] = chosen
        return chosen

    def _best(self, accept: str) -> str | None:
        wanted: MIMEAccept = parse_accept_header(accept, MIMEAccept)
        ranked = [(wanted.quality(offer.partition(";")[0]), -i, offer) for i, offer in enumerate(self.offers)]
        quality, _, offer = max(ranked)
        return offer if quality > 0 else None
