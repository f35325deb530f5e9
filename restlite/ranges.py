"""Preconditions and ranges of one representation (RFC 9110, sections 13 and 14).

Werkzeug's ``is_resource_modified`` takes a weak ETag in ``If-Range`` for a strong one and knows no
``If-Unmodified-Since``; its ``Range`` answers for one range only. Hence these few functions.
"""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias

from werkzeug.http import parse_date

from .aliases import Environ
from .errors import Problem

#: First byte, and the byte after the last.
Span: TypeAlias = tuple[int, int]

#: More ranges than these are not worth a multipart answer: the Range field is ignored.
MAX_RANGES = 8

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_RANGE = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})", re.ASCII)


class RangeNotSatisfiable(Problem):
    """None of the requested ranges lies within the representation."""

    status = 416


def precondition(environ: Environ, etag: str | None, modified: datetime | None) -> Literal[304, 412] | None:
    """Tell which status the preconditions of a request call for, or None (RFC 9110, 13.2.2).

    :param etag: the present ETag, quoted.
    :param modified: the time of the last change, aware and in whole seconds.
    """
    safe = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    if (tags := environ.get("HTTP_IF_MATCH")) is not None:
        if not _names(tags, etag, weak=False):
            return 412
    elif (since := read_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))) and modified and modified > since:
        return 412
    if (tags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        if _names(tags, etag, weak=True):
            return 304 if safe else 412
    elif safe and modified and (since := read_date(environ.get("HTTP_IF_MODIFIED_SINCE"))):
        return 304 if modified <= since else None
    return None


def read_date(field: str | None) -> datetime | None:
    """Read an HTTP date; None for what is none, which is to be ignored (RFC 9110, 13.1.3 and 13.1.4)."""
    try:
        return parse_date(field)
    except OverflowError:  # a year of twenty digits
        return None


def _names(tags: str, etag: str | None, *, weak: bool) -> bool:
    """Tell whether a list of ETags names ``etag``, by weak or by strong comparison."""
    if tags.strip(" \t") == "*":
        return True
    if etag is None:
        return False
    if weak:
        etag = etag.removeprefix("W/")
        return any(tag.removeprefix("W/") == etag for tag in _ETAG.findall(tags))
    return not etag.startswith("W/") and etag in _ETAG.findall(tags)


def wanted_spans(
    environ: Environ, size: int, etag: str | None, modified: datetime | None
) -> list[Span] | None:
    """Tell which parts of a representation a request wants, None for the whole.

    ``Range`` counts with GET only (RFC 9110, 14.2), and where ``If-Range``, if any, still holds.
    Raises :class:`RangeNotSatisfiable`.
    """
    field: str | None = environ.get("HTTP_RANGE")
    if not field or environ["REQUEST_METHOD"] != "GET":
        return None
    condition: str | None = environ.get("HTTP_IF_RANGE")
    if condition is not None and not _unchanged(condition.strip(" \t"), etag, modified):
        return None
    spans = parse_ranges(field, size)
    if spans == []:
        detail = f"The representation has {size} bytes."
        raise RangeNotSatisfiable(
            detail, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    return spans


def _unchanged(condition: str, etag: str | None, modified: datetime | None) -> bool:
    """Tell whether ``If-Range`` holds: a strong ETag, or exactly the date sent before."""
    if condition.startswith(('"', "W/")):
        return condition == etag and not condition.startswith("W/")
    return modified is not None and read_date(condition) == modified


def parse_ranges(field: str, size: int) -> list[Span] | None:
    """Resolve a ``Range`` field: its satisfiable spans in the order asked, or None to ignore it.

    Ignored are other units, malformed and overlapping ranges, and more than ``MAX_RANGES``.

    >>> parse_ranges("bytes=0-4, -2", 10)
    [(0, 5), (8, 10)]
    """
    unit, _, text = field.partition("=")
    items = text.split(",", MAX_RANGES + 1)
    if unit.strip(" \t").lower() != "bytes" or len(items) > MAX_RANGES or not size:
        return None
    spans: list[Span] = []
    for item in items:
        if not (found := _RANGE.fullmatch(item.strip(" \t"))):
            return None
        first, last, suffix = found.groups()
        if suffix:
            span = (max(0, size - int(suffix)), size)
        elif last and int(last) < int(first):
            return None
        else:
            span = (int(first), min(int(last) + 1, size) if last else size)
        if span[0] < span[1]:
            spans.append(span)
    overlap = any(before[1] > after[0] for before, after in pairwise(sorted(spans)))
    return None if overlap else spans
