"""From what a test says to what goes over the wire."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple, TypeAlias, TypedDict
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from pydantic_core import to_json, to_jsonable_python
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.test import encode_multipart

#: Named values: a mapping whose lists repeat the name, or pairs.
Pairs: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]]
#: One file: its content, or its name and content, or its name, content and media type.
Content: TypeAlias = bytes | str | IO[bytes]
File: TypeAlias = Content | tuple[str, Content] | tuple[str, Content, str]

_PATH = "/%:@!$&'()*+,;=-._~"
_QUERY = _PATH + "?[]"
_LISTS = (list, tuple, set, frozenset)
_SENDS_BODY = frozenset({"POST", "PUT", "PATCH", "QUERY"})


class RequestOptions(TypedDict, total=False):
    """Name the keyword arguments that every verb of the client shares.

    ``json``, ``content`` and ``data`` with ``files`` are three ways to write a body; one request has one.
    """

    #: Written as JSON; models, dates and dataclasses are fine.
    json: Any
    #: Query parameters; lists repeat the name, None is left out.
    params: Pairs
    headers: Pairs
    #: Fields of a form, urlencoded unless there are ``files``.
    data: Mapping[str, Any]
    #: A multipart form; lists repeat the name.
    files: Mapping[str, File | list[Any]]
    #: The body as it stands. Chunks are sent without a Content-Length.
    content: bytes | str | Iterable[bytes]
    #: Sent beside those of the jar, with this request only.
    cookies: Mapping[str, str]
    follow_redirects: bool


class Sent(NamedTuple):
    """Hold one request as it goes over the wire; path and query stand percent-encoded."""

    method: str
    origin: SplitResult
    #: The prefix under which the app is mounted, without a last slash.
    mount: str
    path: str
    query: str
    headers: Headers
    body: bytes | Iterable[bytes]

    @property
    def target(self) -> str:
        """Give the request target: path and query."""
        return f"{self.mount}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def url(self) -> str:
        """Give the whole URL."""
        return f"{self.origin.scheme}://{self.origin.netloc}{self.target}"

    @property
    def port(self) -> int:
        """Give the port, that of the scheme where the URL names none."""
        return self.origin.port or (443 if self.origin.scheme == "https" else 80)


def prepare(method: str, path: str, base: SplitResult, headers: Headers, options: RequestOptions) -> Sent:
    """Make the request that ``path`` and the options describe; ``headers`` are the client's own."""
    origin, mount = base, base.path.rstrip("/")
    if path.startswith(("http://", "https://")):
        origin = urlsplit(path)
        path = path.partition("://")[2].removeprefix(origin.netloc)
        inside = origin[:2] == base[:2] and f"{path}/".startswith(f"{mount}/")
        mount = mount if inside else ""
        path = path[len(mount) :]
    path, _, query = path.partition("?")
    encoded = urlencode(list(texts(options.get("params", ()))))
    fields = Headers(headers)
    for name in {name for name, _ in texts(options.get("headers", ()))}:
        fields.remove(name)
    fields.extend(list(texts(options.get("headers", ()))))
    fields.setdefault("Host", origin.netloc)
    return Sent(
        method=method.upper(),
        origin=origin,
        mount=mount,
        path=quote(path, safe=_PATH) or "/",
        query="&".join(part for part in (quote(query, safe=_QUERY), encoded) if part),
        headers=fields,
        body=_body(method.upper(), options, fields),
    )


def texts(pairs: Pairs) -> Iterator[tuple[str, str]]:
    """Give the pairs as text, lists item by item, as a JSON API writes them; None is left out."""
    given: Any = pairs
    items: Iterable[tuple[str, Any]] = given.items() if hasattr(given, "items") else given
    for name, value in items:
        for item in value if type(value) in _LISTS else (value,):
            if item is not None:
                yield name, _text(item)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    plain: Any = to_jsonable_python(value)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _body(method: str, options: RequestOptions, headers: Headers) -> bytes | Iterable[bytes]:
    """Write the body, and the header fields that tell of it where the test does not set them itself."""
    body, media_type = _encode(options)
    if media_type:
        headers.setdefault("Content-Type", media_type)
    if not isinstance(body, bytes):
        headers.setdefault("Transfer-Encoding", "chunked")
    elif body or method in _SENDS_BODY:
        headers.setdefault("Content-Length", str(len(body)))
    return body


def _encode(options: RequestOptions) -> tuple[bytes | Iterable[bytes], str | None]:
    kinds = {
        "data" if name == "files" else name
        for name in ("json", "content", "data", "files")
        if name in options
    }
    if len(kinds) > 1:
        raise TypeError(f"A request has one body, this one was given: {', '.join(sorted(kinds))}. Leave one.")
    if "json" in options:
        return to_json(options["json"]), "application/json"
    if "files" in options:
        boundary, body = encode_multipart(_parts(options.get("data", {}), options["files"]))
        return body, f"multipart/form-data; boundary={boundary}"
    if "data" in options:
        return urlencode(list(texts(options["data"]))).encode(), "application/x-www-form-urlencoded"
    content = options.get("content", b"")
    return (content.encode() if isinstance(content, str) else content), None


def _parts(data: Mapping[str, Any], files: Mapping[str, File | list[Any]]) -> MultiDict[str, Any]:
    parts: MultiDict[str, Any] = MultiDict(list(texts(data)))
    for name, given in files.items():
        for item in given if isinstance(given, list) else [given]:
            parts.add(name, _file(name, item))
    return parts


def _file(name: str, item: File) -> FileStorage:
    given: tuple[Any, ...] = item if isinstance(item, tuple) else (name, item)
    filename, content, media_type = (*given, None)[:3]
    content = content.encode() if isinstance(content, str) else content
    stream: Any = io.BytesIO(content) if isinstance(content, bytes) else content
    return FileStorage(stream, filename=filename, content_type=media_type)
