"""Outputs put the values that handlers return on the wire, and describe them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import to_json
from werkzeug.http import dump_cookie, http_date

from .adapters import Adapter, DumpOptions, WrongAnswer
from .answers import SetCookie
from .errors import PHRASES, status_line
from .files import FileAnswer
from .frozen import Record
from .links import Link
from .media import EVENTS, NDJSON, TEXT
from .records import AnswerRecord, SchemaRef
from .streams import StreamKind
from .validators import quoted, revalidated
from .waits import Streamed
from .wrappers import check_headers, check_token

if TYPE_CHECKING:
    from .aliases import Environ, HeaderList
    from .waits import Wire

NOSNIFF: tuple[str, str] = ("X-Content-Type-Options", "nosniff")
Replier = Callable[[Any, "Environ", str], "Wire"]


class Output(Protocol):
    """Put one kind of value on the wire, and describe it."""

    @property
    def status(self) -> int: ...
    @property
    def media_types(self) -> tuple[str, ...]: ...

    def replier(self, *, check: bool) -> Replier:
        """Give the function that makes the answer of ``(value, environ, media type)``."""
        ...

    def describe(self) -> AnswerRecord:
        """Give the record of the answer."""
        ...


class ModelOutput(Record):
    """Write a value by its adapter, as JSON or through a codec."""

    adapter: Adapter
    status: int
    options: DumpOptions
    media_types: tuple[str, ...]
    encoders: Mapping[str, Callable[[bytes], bytes]]
    plain: Callable[[Any], str | bytes] | None = None

    def replier(self, *, check: bool) -> Replier:
        dump = self.adapter.dumper(self.options._replace(check=check))
        if self.plain is not None:
            dump = hooked(dump, self.plain, check=check)
        if self.encoders:
            return self._negotiated(dump)
        line, fixed = status_line(self.status), ("Content-Type", self.media_types[0])

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            body = dump(value)
            return line, [fixed, ("Content-Length", str(len(body))), NOSNIFF], [body]

        return reply

    def _negotiated(self, dump: Callable[[Any], bytes]) -> Replier:
        line, encoders = status_line(self.status), self.encoders

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            body = dump(value)
            encode = encoders.get(media_type)
            if encode is not None:
                body = encode(body)
            length = ("Content-Length", str(len(body)))
            return line, [("Content-Type", media_type), length, NOSNIFF, ("Vary", "Accept")], [body]

        return reply

    def describe(self) -> AnswerRecord:
        schema = self.adapter.describe("output")
        content = tuple((media_type, schema) for media_type in self.media_types)
        return AnswerRecord(self.status, PHRASES.get(self.status, ""), content)


def hooked(
    dump: Callable[[Any], bytes], dumps: Callable[[Any], str | bytes], *, check: bool
) -> Callable[[Any], bytes]:
    """Write plain data by the app's own ``json_dumps``; check it by ours first where asked to."""

    def write(value: Any) -> bytes:
        if check:
            dump(value)
        text = dumps(value)
        return text.encode() if isinstance(text, str) else text

    return write


class RawOutput(Record):
    """Write text or bytes as they stand."""

    kind: type[str] | type[bytes]
    status: int
    media_types: tuple[str, ...]

    def replier(self, *, check: bool) -> Replier:
        line, kind, fixed = status_line(self.status), self.kind, ("Content-Type", self.media_types[0])

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            if not isinstance(value, kind):
                raise WrongAnswer(f"expected {kind.__name__}, found {type(value).__name__}")
            try:
                body = value.encode() if isinstance(value, str) else bytes(value)
            except UnicodeEncodeError:
                raise WrongAnswer("the text holds a lone surrogate") from None
            return line, [fixed, ("Content-Length", str(len(body))), NOSNIFF], [body]

        return reply

    def describe(self) -> AnswerRecord:
        schema = SchemaRef(self.kind, "pydantic", "output")
        return AnswerRecord(self.status, PHRASES.get(self.status, ""), ((self.media_types[0], schema),))


class EmptyOutput(Record):
    """Write no body."""

    status: int = 204
    media_types: tuple[str, ...] = ()

    def replier(self, *, check: bool) -> Replier:
        line = status_line(self.status)
        # 204 and 304 have no body to speak of; others have one that is empty (RFC 9110, 8.6).
        fields = (
            [NOSNIFF]
            if self.status in (204, 304)
            else [("Content-Type", TEXT), ("Content-Length", "0"), NOSNIFF]
        )

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            if value is not None:
                raise WrongAnswer(f"expected None, found {type(value).__name__}")
            return line, fields.copy(), []

        return reply

    def describe(self) -> AnswerRecord:
        return AnswerRecord(self.status, PHRASES.get(self.status, ""))


class AnswerOutput(Record):
    """Unpack an ``Answer``: body by another output, header fields and cookies beside it."""

    inner: Output
    headers: tuple[tuple[str, str, Any], ...] = ()  # member, header name, annotation
    cookies: tuple[tuple[str, str, Any], ...] = ()
    located: bool = False
    #: The members that must be there.
    required: frozenset[str] = frozenset()

    @property
    def status(self) -> int:
        return self.inner.status

    @property
    def media_types(self) -> tuple[str, ...]:
        return self.inner.media_types

    @property
    def validated(self) -> bool:
        """Tell whether the answer carries what a client's copy is held against."""
        names = {name for _, name, _ in self.headers}
        return self.status == 200 and not names.isdisjoint({"ETag", "Last-Modified"})

    @property
    def statuses(self) -> tuple[int, ...]:
        """List all that it can be answered with."""
        return (200, 304, 412) if self.validated else (self.status,)

    def replier(self, *, check: bool) -> Replier:
        write = self.inner.replier(check=check)
        names = {member: name for member, name, _ in self.headers}
        validated = self.validated
        cookie_names = {member: name for member, name, _ in self.cookies}

        required = self.required if check else frozenset[str]()

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            line, fields, chunks = write(value.body, environ, media_type)
            if required and not required <= given_in(value):
                missing = ", ".join(sorted(required - given_in(value)))
                raise WrongAnswer(f"header fields and cookies that the return annotation requires: {missing}")
            extra: HeaderList = []
            location = value.location()
            if location is not None:
                extra.append(("Location", resolve(location, environ)))
            if value.headers:
                extra += fields_of(value.headers, names)
            if value.cookies:
                extra += cookies_of(value.cookies, cookie_names)
            if extra:
                check_headers(extra)
                fields = fields + extra
            wire = line, fields, chunks
            return revalidated(environ, wire) if validated else wire

        return reply

    def describe(self) -> AnswerRecord:
        record = self.inner.describe()
        typed = ((name, str if name in _WRITTEN else hint) for _, name, hint in self.headers)
        headers = [(name, SchemaRef(hint, "pydantic", "output")) for name, hint in typed]
        if self.located:
            headers.insert(0, ("Location", SchemaRef(str, "pydantic", "output")))
        cookies = [(name, SchemaRef(str, "pydantic", "output")) for _, name, _ in self.cookies]
        return AnswerRecord(
            record.status, record.description, record.content, tuple(headers), tuple(cookies), record.streamed
        )


def resolve(location: str | Link, environ: Environ) -> str:
    """Turn a location into what the field holds; links are relative to the mount point."""
    if isinstance(location, str):
        return location
    operation, values = environ["restlite.match"]
    return str(operation.context.linker.url(location.handler, location.values, environ, operation, values))


def members_of(value: Any) -> Mapping[str, Any]:
    """Give the members of a mapping, model or dataclass that are set."""
    members: Any = value
    if isinstance(value, Mapping):
        return dict(members)
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dict(dump(by_alias=True))
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def given_in(value: Any) -> set[str]:
    """List the members of header fields and cookies that an answer has."""
    return {name for part in (value.headers, value.cookies) if part for name in members_of(part)}


def fields_of(value: Any, names: Mapping[str, str]) -> HeaderList:
    """Write typed header fields; a member that is None is not sent."""
    given = [(names.get(k, k), v) for k, v in members_of(value).items() if v is not None]
    return [(name, _WRITTEN.get(name, header_text)(v)) for name, v in given]


def header_text(value: Any) -> str:
    """Write one value as a header field, as JSON writes it but without quotes."""
    if isinstance(value, str):
        return value
    items: Any = value
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(header_text, items))
    return to_json(value).decode().strip('"')


#: Fields whose syntax is HTTP's own, not JSON's: entity tags, and dates (RFC 9110, 8.8.3 and 5.6.7).
_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "ETag": lambda tag: quoted(header_text(tag)),
    **dict.fromkeys(
        ("Last-Modified", "Expires", "Sunset"),
        lambda moment: moment if isinstance(moment, str) else http_date(moment),
    ),
}


def cookies_of(value: Any, names: Mapping[str, str]) -> HeaderList:
    """Write ``Set-Cookie`` fields."""
    fields: HeaderList = []
    for member, given in members_of(value).items():
        if given is None:
            continue
        cookie = given if isinstance(given, SetCookie) else SetCookie(value=header_text(given))
        check_token(names.get(member, member), "cookie name")
        if cookie.domain is not None:
            check_token(cookie.domain.lstrip("."), "cookie domain")
        text = dump_cookie(
            names.get(member, member),
            cookie.value,
            max_age=cookie.max_age,
            path=cookie.path,
            domain=cookie.domain,
            secure=cookie.secure,
            httponly=cookie.httponly,
            samesite=cookie.samesite,
        )
        fields.append(("Set-Cookie", text))
    return fields


class StreamOutput(Record):
    """Send items one by one, each written by the frame of its media type."""

    stream: StreamKind
    adapter: Adapter
    options: DumpOptions
    status: int
    media_types: tuple[str, ...]

    def replier(self, *, check: bool) -> Replier:
        line, fixed = status_line(self.status), ("Content-Type", self.media_types[0])
        frame = self.stream.frame(self.adapter.dumper(self.options._replace(check=check)))
        is_async = self.stream.asynchronous
        wanted = AsyncIterable if is_async else Iterable
        events = self.stream.media_type == EVENTS
        warn = _WARNINGS.get(self.stream.media_type)
        fields = [fixed, NOSNIFF, *([("Cache-Control", "no-cache")] if events else [])]

        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            given: Any = value
            if not isinstance(value, wanted):
                raise WrongAnswer(f"expected an {wanted.__name__}, found {given.__class__.__name__}")
            items: Any = aiter(given) if is_async else iter(given)
            return line, fields.copy(), Streamed(items, frame, eager=events, warn=warn)

        return reply

    def describe(self) -> AnswerRecord:
        content = ((self.media_types[0], self.adapter.describe("output")),)
        return AnswerRecord(self.status, PHRASES.get(self.status, ""), content, streamed=True)


#: How a stream says, in its own format, that it broke off.
_WARNINGS: Mapping[str, Callable[[bytes], bytes]] = {
    NDJSON: lambda problem: problem,  # and no line end: who looks for one sees that the last line is cut
    EVENTS: lambda problem: b"event: error\ndata: " + problem + b"\n\n",
}


class FileOutput(Record):
    """Send a file, its ranges, or word that the client's copy is fresh."""

    media_types: tuple[str, ...] = ()
    status: int = 200

    @property
    def statuses(self) -> tuple[int, ...]:
        """List all that a file can be answered with."""
        return (200, 206, 304, 412, 416)

    def replier(self, *, check: bool) -> Replier:
        def reply(value: Any, environ: Environ, media_type: str) -> Wire:
            if not isinstance(value, FileAnswer):
                raise WrongAnswer(f"expected a FileAnswer, found {type(value).__name__}")
            status, headers, pieces = value.reply(environ)
            headers.append(NOSNIFF)
            try:
                check_headers(headers)
            except ValueError:
                pieces.close()
                raise
            return status_line(status), headers, Streamed(pieces, None, pieces.close)

        return reply

    def describe(self) -> AnswerRecord:
        content = tuple((media_type, None) for media_type in self.media_types) or (("*/*", None),)
        return AnswerRecord(self.status, PHRASES[self.status], content, streamed=True)
