"""Entity tags, made of versions or of what is sent (RFC 9110, 8.8.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ..adapters import DumpOptions, find_adapter
from ..errors import PreconditionFailed
from ..hooks import Filter
from ..records import AnswerRecord, Described, ParameterRecord, SchemaRef
from ..validators import revalidated

if TYPE_CHECKING:
    from ..aliases import Environ
    from ..waits import Wire

_OPAQUE = re.compile(r"[\x21\x23-\x7e]{1,64}")


class ETags(Filter):
    """Give every GET an ``ETag`` by the hash of its body, and answer 304 and 412 by it.

    .. code-block:: python

        app = App(hooks=[ETags()])

    It saves the transfer, not the work: the body is made in any case. An ETag of the handler's own stands,
    and streams have none.

    :param weak: say that a tag names equal meaning, not equal bytes; for bodies that something behind
        this app may still change.
    """

    def __init__(self, *, weak: bool = False) -> None:
        self._prefix = "W/" if weak else ""

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        line, headers, chunks = wire
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not line.startswith("200"):
            return wire
        # A stream's HEAD has no chunks, where its GET has no tag.
        if not isinstance(chunks, list) or not chunks:
            return wire
        if not any(name.lower() == "etag" for name, _ in headers):
            headers.append(("ETag", self._prefix + hashed(chunks)))
        return revalidated(environ, wire)

    def describe(self, method: str) -> Described:
        if method not in ("GET", "HEAD"):
            return Described()
        text = SchemaRef(str, "pydantic", "output")
        asked = SchemaRef(str, "pydantic", "input", form="text")
        return Described(
            parameters=tuple(
                ParameterRecord(name, "header", asked, required=False, style="simple", explode=False)
                for name in ("If-Match", "If-None-Match")
            ),
            answers=(
                AnswerRecord(200, "", headers=(("ETag", text),)),
                AnswerRecord(304, "The client's copy is fresh.", headers=(("ETag", text),)),
            ),
            problems=(PreconditionFailed,),
        )


def etag_of(value: Any, annotation: Any = None) -> str:
    """Make a strong entity tag of a version (a number, text or time), or else of a whole value.

    .. code-block:: python

        etag_of(row.version)          # '"7"'
        etag_of(book)                 # what ETags computes for a handler that returns this book
        etag_of(row, Book)            # ... and for one that returns this row as a Book

    Raises :class:`WrongAnswer` where the value is not of its type.

    :param annotation: the type that the value is sent as, where it is not its own class.
    """
    if annotation is None:
        if isinstance(value, bytes):
            return hashed((value,))
        if isinstance(value, (int, str, date)):
            return _version(value)
        annotation = value.__class__
    return hashed((_dumper(annotation)(value),))


def _version(value: int | str | date) -> str:
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC)  # one moment, one tag
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f'"{text}"' if _OPAQUE.fullmatch(text) else hashed((text.encode("utf-8", "surrogatepass"),))


def hashed(chunks: Iterable[bytes]) -> str:
    """Make a strong entity tag of bytes."""
    digest = blake2b(digest_size=16)
    for chunk in chunks:
        digest.update(chunk)
    return f'"{digest.hexdigest()}"'


@lru_cache(maxsize=256)
def _dumper(annotation: Any) -> Callable[[Any], bytes]:
    return find_adapter(annotation).dumper(DumpOptions())
