"""Parameters: the binding table, and the sources that read them.

Every annotation of a handler, dependency or resource has one row; the first that fits counts.

======================================================  ==================================================
annotation of parameter ``x``                           where its value comes from
======================================================  ==================================================
``Request``, ``State``, ``Background``                  injected
``Annotated[T, Depends(f)]``                            what ``f`` returns or yields
``Annotated[T, scheme]``, ``Annotated[T, scheme("x")]`` who calls, as a security scheme found out
``x`` is named in the rule; ``Path[T]``                 path
``Query[T]``, ``Header[T]``, ``Cookie[T]``              query string, header (``X-Token``), cookie;
                                                        T: scalar, list of scalars, or a model of them
``Body[T]``, ``Form[T]``, ``File[T]``                   request body: JSON; urlencoded or multipart; one part
``Body[A] | Form[B]``                                   request body, by its ``Content-Type``
model, dataclass, TypedDict, schema, union or list of   JSON body on POST, PUT, PATCH, QUERY
these; the name ``body``; ``bytes``, ``Iterator[bytes]``;
``Patch[T]``
scalar, enum, Literal, list of scalars                  query string
anything else                                           SetupError with the line to write
======================================================  ==================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_cookie

from .errors import BadRequest
from .frozen import Record
from .records import ParameterRecord, SchemaRef
from .violations import MAX_VIOLATIONS, Violation, clip, sentence

if TYPE_CHECKING:
    from .aliases import Environ, Location

T = TypeVar("T")
Place = Literal["path", "query", "header", "cookie", "body", "form", "file"]
Style = Literal["form", "csv", "pipe", "space", "deepObject"]


class In(Record):
    """Say where a parameter comes from, and how it is written there.

    .. code-block:: python

        ids: Annotated[list[int], In("query", style="csv")]         # ?ids=1,2,3
        picture: Annotated[bytes, In("body", media_type="image/png")]
    """

    place: Place
    #: ``form`` repeats the parameter for each item; ``csv``, ``pipe`` and ``space`` part one value;
    #: ``deepObject`` writes members as ``filter[author]=x``.
    style: Style = "form"
    #: The name on the wire, where it is not the parameter's own.
    alias: str | None = None
    #: The media type of a raw body.
    media_type: str | None = None
    #: Clients must send it, and whoever takes it answers by a problem of its own where it is missing (428).
    demanded: bool = False


Query = Annotated[T, In("query")]
Path = Annotated[T, In("path")]
Header = Annotated[T, In("header")]
Cookie = Annotated[T, In("cookie")]
Body = Annotated[T, In("body")]
Form = Annotated[T, In("form")]
File = Annotated[T, In("file")]


class Missing:
    """Mark the absence of a default."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()
SEPARATORS: Mapping[str, str] = {"csv": ",", "pipe": "|", "space": " "}


class Param(Record):
    """Describe one parameter on the wire."""

    name: str
    wire: str
    location: Location
    annotation: Any
    default: Any = MISSING
    many: bool = False
    style: Style = "form"
    #: The slot of the parameter model that this is a member of.
    group: str | None = None
    #: The member of the deepObject parameter that this is.
    member_of: str | None = None
    adapter: str = "pydantic"
    demanded: bool = False

    @property
    def required(self) -> bool:
        return self.default is MISSING

    def describe(self, strict: bool) -> ParameterRecord:
        """Give the record of the parameter."""
        style = {"path": "simple", "header": "simple"}.get(self.location, "form")
        style = {"pipe": "pipeDelimited", "space": "spaceDelimited", "deepObject": "deepObject"}.get(
            self.style, style
        )
        given = self.default if self.default is not MISSING else None
        return ParameterRecord(
            self.wire,
            self.location,
            SchemaRef(self.annotation, self.adapter, "input", strict, "text"),
            self.required or self.demanded or self.location == "path",
            style,
            self.style in ("form", "deepObject"),
            given,
            self.default is not MISSING and not self.demanded,
        )


class Source(Protocol):
    """Read parameters of one location into raw values, and describe them."""

    params: tuple[Param, ...]

    def read(self, environ: Environ, raw: dict[str, Any]) -> bool:
        """Add what the request holds; False where ``explain`` has something to say."""
        ...

    def explain(self, environ: Environ, raw: dict[str, Any]) -> Iterator[Violation]:
        """Read as ``read`` does, slowly, and tell what is wrong with names and repetitions."""
        ...


_Spot = tuple[str, str | None, bool, str | None]  # key, group, many, separator


def spot(param: Param) -> _Spot:
    """Tell where a parameter's text goes: key, group, whether it is a list, what parts it."""
    return (param.name, param.group, param.many, SEPARATORS.get(param.style))


def put(raw: dict[str, Any], where: _Spot, text: str) -> bool:
    """Put one value where it belongs; False where the place is taken."""
    key, group, many, separator = where
    target = raw if group is None else raw.setdefault(group, {})
    if not many:
        if key in target:
            return False
        target[key] = text
    elif separator is None:
        target.setdefault(key, []).append(text)
    else:
        if key in target:
            return False
        target[key] = text.split(separator)
    return True


class QuerySource:
    """Read the query string: known names, each once unless it is a list."""

    def __init__(
        self, params: Iterable[Param], ignored: tuple[str, ...] = (), *, closed: bool = True
    ) -> None:
        self.params = tuple(params)
        self._known = {param.wire: spot(param) for param in self.params}
        self._ignored = ignored
        self._closed = closed

    def read(self, environ: Environ, raw: dict[str, Any]) -> bool:
        query = environ.get("QUERY_STRING")
        if not query:
            return True
        known = self._known
        plain = "%" not in query and "+" not in query and query.isascii()
        for pair in query.split("&"):
            name, _, text = pair.partition("=")
            if not plain:
                name, text = decode(name), decode(text)
            where = known.get(name)
            if where is None:
                if pair and self._refuses(name):
                    return False
                continue
            key, group, many, separator = where
            if group is not None or separator is not None:
                if not put(raw, where, text):
                    return False
            elif not many:
                if key in raw:
                    return False
                raw[key] = text
            elif key in raw:
                raw[key].append(text)
            else:
                raw[key] = [text]
        return True

    def explain(self, environ: Environ, raw: dict[str, Any]) -> Iterator[Violation]:
        said: set[str] = set()
        for pair in (environ.get("QUERY_STRING") or "").split("&"):
            name, _, text = pair.partition("=")
            name, text = decode(name), decode(text)
            where = self._known.get(name)
            if where is None:
                code = "unknown" if pair and self._refuses(name) else ""
            else:
                code = "" if put(raw, where, text) else "repeated"
            if code and name not in said and len(said) < MAX_VIOLATIONS:
                said.add(name)
                yield Violation("query", clip(name), code, sentence(code))

    def _refuses(self, name: str) -> bool:
        return self._closed and not any(fnmatchcase(name, pattern) for pattern in self._ignored)


_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def decode(text: str) -> str:
    """Undo ``application/x-www-form-urlencoded`` on one name or value; 400 where it is no UTF-8."""
    if not text:
        return text
    if "%" in text and _BAD_ESCAPE.search(text):
        raise BadRequest("The query string holds a broken percent escape.")
    try:
        return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("utf-8")
    except UnicodeError:
        raise BadRequest("The query string is not UTF-8.") from None


class HeaderSource:
    """Read header fields; a list is parted at commas (RFC 9110, 5.6.1)."""

    def __init__(self, params: Iterable[Param]) -> None:
        self.params = tuple(params)
        self._spots = [(environ_key(param.wire), spot(param)) for param in self.params]

    def read(self, environ: Environ, raw: dict[str, Any]) -> bool:
        for key, where in self._spots:
            text = environ.get(key)
            if text is not None:
                if where[2]:
                    for item in text.split(","):
                        if item := item.strip(" \t"):  # empty ones say nothing (RFC 9110, 5.6.1)
                            put(raw, (where[0], where[1], True, None), item)
                else:
                    put(raw, where, text)
        return True

    def explain(self, environ: Environ, raw: dict[str, Any]) -> Iterator[Violation]:
        self.read(environ, raw)
        return iter(())


def environ_key(header: str) -> str:
    """Give the WSGI environ's key of a header field (PEP 3333)."""
    key = header.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


class CookieSource:
    """Read cookies; of one sent twice the first counts, as user agents send the closest path first."""

    def __init__(self, params: Iterable[Param]) -> None:
        self.params = tuple(params)
        self._spots = [(param.wire, spot(param)) for param in self.params]

    def read(self, environ: Environ, raw: dict[str, Any]) -> bool:
        header = environ.get("HTTP_COOKIE")
        if header:
            cookies = cookies_in(header)
            for wire, where in self._spots:
                for text in cookies.getlist(wire)[: None if where[2] else 1]:
                    put(raw, where, text)
        return True

    def explain(self, environ: Environ, raw: dict[str, Any]) -> Iterator[Violation]:
        self.read(environ, raw)
        return iter(())


def cookies_in(field: str) -> MultiDict[str, str]:
    """Read the ``Cookie`` field; 400 where it is no UTF-8."""
    try:
        return parse_cookie(field)
    except UnicodeError:
        raise BadRequest("The Cookie field is not UTF-8.") from None


class PathSource:
    """Describe path parameters; the matcher has read and converted them already."""

    def __init__(self, params: Iterable[Param]) -> None:
        self.params = tuple(params)

    def read(self, environ: Environ, raw: dict[str, Any]) -> bool:
        return True

    def explain(self, environ: Environ, raw: dict[str, Any]) -> Iterator[Violation]:
        return iter(())


Reader = Callable[["Environ", dict[str, Any]], bool]
