"""Compressed answers: gzip, and br and zstd where they are installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from ..hooks import Filter
from ..records import AnswerRecord, Described, SchemaRef
from ..vary import vary
from ..waits import Disconnected, Steps, Tail, Wait, abandoned
from .codings import CODINGS, Compressor, starters, wanted

if TYPE_CHECKING:
    from ..aliases import Environ, HeaderList
    from ..waits import Wire

#: Media types that are compressed in themselves, or of which nothing is known.
_DENSE = re.compile(
    r"(?:image/(?!svg\+xml|bmp|x-)|audio/|video/|font/woff|multipart/"
    r"|application/(?:octet-stream|pdf|zip|gzip|x-gzip|zstd|x-bzip2?|x-xz|x-7z-compressed|x-rar-compressed"
    r"|vnd\.rar|java-archive|vnd\.openxmlformats-|vnd\.oasis\.opendocument\.)|[^;]*\+(?:zip|gzip|zstd)\b)",
    re.IGNORECASE,
)
#: Fields of answers that are to be sent as they are: coded already, or with a digest of these very bytes.
_FIXED = frozenset({"content-encoding", "content-range", "content-digest", "repr-digest", "digest"})
_TAG = re.compile(r'((?:W/)?"[\x21\x23-\x7e\x80-\xff]*)-(' + "|".join(CODINGS) + r')"')
#: Fields that speak of the plain body.
_GONE = frozenset({"accept-ranges", "content-length"})
_RAW = "restlite.if_none_match"


class Compression(Filter):
    """Compress answers as the request's ``Accept-Encoding`` wishes.

    .. code-block:: python

        app = App(hooks=[Compression(), ETags()])

    What is small, compressed already, of a range, or marked ``no-transform`` is sent as it is. Streams are
    compressed item by item, so that each arrives at once. On the wire a strong ETag ends with the coding
    (``"x-gzip"``); everything inside of this filter sees the plain one. Where nothing fits, the answer is
    plain, also to a client that says ``identity;q=0`` (RFC 9110, 12.5.3 leaves it to the server).

    An answer that holds both a secret and what a stranger may choose gives the secret away by its length
    (BREACH): leave such routes out, or send tokens masked, differently each time.

    :param minimum: bytes, at least 1; smaller bodies are not worth it.
    :param codings: which to offer, the best first; by default those that are installed.
    :param levels: how hard to try, such as ``{"br": 5}``: 1 to 19 for zstd, 0 to 11 for br, 1 to 9 for gzip.
    """

    blocking: ClassVar[bool] = True

    def __init__(
        self,
        *,
        minimum: int = 1024,
        codings: Sequence[str] | None = None,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self._minimum = max(1, minimum)
        self._start = starters(codings, levels or {})
        self._offered = tuple(self._start)

    def admit(self, environ: Environ) -> None:
        """Name the plain tags beside those that went out compressed.

        ``If-Range`` is left alone: a range of the plain body cannot complete part of a compressed one.
        """
        if tags := environ.get("HTTP_IF_MATCH"):
            environ["HTTP_IF_MATCH"] = _TAG.sub(_plain_beside, tags)
        if tags := environ.get("HTTP_IF_NONE_MATCH"):
            environ[_RAW] = tags
            known: Sequence[str] = tuple(CODINGS)
            if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
                # A copy that the client cannot read now is none: a cache asks for another client.
                known = wanted(environ.get("HTTP_ACCEPT_ENCODING"), self._offered)
            environ["HTTP_IF_NONE_MATCH"] = _TAG.sub(
                lambda tag: _plain_beside(tag) if tag[2] in known else tag[0], tags
            )

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        line, headers, _ = wire
        codings = wanted(environ.get("HTTP_ACCEPT_ENCODING"), self._offered)
        if line.startswith(("206", "304")):
            # What the whole answer would have, or has had (RFC 9110, 15.3.7 and 15.4.5).
            vary(headers, "Accept-Encoding")
            headers[:] = [_as_sent(field, environ.get(_RAW, ""), codings) for field in headers]
            return wire
        size = _size(environ, wire)
        if (size is not None and size < self._minimum) or not _may_change(line, headers):
            return wire
        vary(headers, "Accept-Encoding")
        return self._compressed(wire, codings[0]) if codings else wire

    def _compressed(self, wire: Wire, coding: str) -> Wire:
        """Compress a body; one that is there in full only if that makes it smaller."""
        line, headers, chunks = wire
        compressor = self._start[coding]()
        length: HeaderList = []
        if isinstance(chunks, Tail):
            chunks = Tail(squeezed(chunks.steps, compressor))
        elif isinstance(chunks, list) and (whole := b"".join(chunks)):
            body = compressor.whole(whole)
            if len(body) >= len(whole):
                return wire
            chunks, length = [body], [("Content-Length", str(len(body)))]
        kept = [_tagged(field, coding) for field in headers if field[0].lower() not in _GONE]
        return line, [*kept, ("Content-Encoding", coding), *length], chunks

    def describe(self, method: str) -> Described:
        text = SchemaRef(str, "pydantic", "output")
        headers = (("Content-Encoding", text), ("Vary", text))
        return Described(answers=(AnswerRecord(0, "", headers=headers),))


def squeezed(steps: Steps[None], compressor: Compressor) -> Steps[None]:
    """Run the steps of a stream; compress what they send, and pass on all else that they ask for."""
    resume: Callable[[], Wait] = partial(next, steps)
    try:
        while True:
            wait = resume()
            if wait.kind == "send":
                wait = Wait("send", compressor.add(wait.what))
            try:
                result = yield wait
            except Disconnected:
                return (yield from abandoned(steps))
            except BaseException as error:
                resume = partial(steps.throw, error)
            else:
                resume = partial(steps.send, result)
    except StopIteration:
        # What breaks off never gets here: without its end it does not look complete.
        yield Wait("send", compressor.finish())


def _size(environ: Environ, wire: Wire) -> int | None:
    """Tell how long a body is; None for streams that do not know."""
    _, headers, chunks = wire
    if isinstance(chunks, list) and (chunks or environ["REQUEST_METHOD"] != "HEAD"):
        return sum(map(len, chunks))
    # The HEAD of a stream is to say what its GET says.
    return next((int(value) for name, value in headers if name.lower() == "content-length"), None)


def _may_change(line: str, headers: HeaderList) -> bool:
    """Tell whether a body is of a kind that compression makes smaller, and none that is to stay as it is."""
    fields = {name.lower(): value for name, value in headers}
    dense = _DENSE.match(fields.get("content-type", "application/octet-stream"))
    fixed = not _FIXED.isdisjoint(fields) or "no-transform" in fields.get("cache-control", "").lower()
    return not (dense or fixed or line.startswith(("1", "204", "205")))


def _plain_beside(tag: re.Match[str]) -> str:
    return f'{tag[0]}, {tag[1]}"'


def _tagged(field: tuple[str, str], coding: str) -> tuple[str, str]:
    """End a strong ETag with the coding: the bytes are others; a weak one is not about bytes."""
    name, value = field
    return (name, f'{value[:-1]}-{coding}"') if name.lower() == "etag" and value[0] == '"' else field


def _as_sent(field: tuple[str, str], sent: str, codings: Sequence[str]) -> tuple[str, str]:
    """Give a 304 the tag that the client has its copy under."""
    forms = (_tagged(field, coding) for coding in codings)
    return next((form for form in forms if form != field and form[1] in sent), field)
