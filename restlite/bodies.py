"""Request bodies: one :class:`Content` per media type, and the source that chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, get_origin

from pydantic_core import to_json

from .adapters import Adapter
from .errors import ContentTooLarge, UnsupportedMediaType
from .forms import FormData, FormLimits, TooLarge, boundary_of, read_multipart, read_urlencoded
from .frozen import Record
from .intake import whole
from .media import JSON, MULTIPART, OCTETS, URLENCODED, Codec, essence, is_json, utf8_charset
from .records import BodyRecord, SchemaRef
from .violations import MAX_VIOLATIONS, Malformed, Refusal, clip, sentence

if TYPE_CHECKING:
    from .aliases import Environ
    from .params import Param

Reader = Generator[None, bytes, Any]
#: What a content gives to the handler: argument -> value.
Arguments = dict[str, Any]
#: An argument and what makes its value of a body; without an argument, what makes all of them.
Loader = tuple[str | None, Callable[[Any], Any]]


def as_it_is(data: Any) -> Any:
    """Load nothing: the argument is what was read."""
    return data


class Content(Protocol):
    """Read a body of certain media types into the handler's arguments, and describe it."""

    @property
    def media_types(self) -> tuple[str, ...]: ...
    @property
    def at_once(self) -> bool:
        """Tell whether the loader takes the whole body as bytes, so that it can be read at once."""
        ...

    def reader(self, environ: Environ) -> Reader:
        """Give the generator that takes the body in."""
        ...

    def loader(self) -> Loader:
        """Give what makes arguments of what the reader returned."""
        ...

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        """Give the schema of each media type."""
        ...


class BodyType:
    """Make the values of a class of a request body in a way of its own, as ``Patch[T]`` does.

    A handler takes it by its annotation; no marker is needed.
    """

    @classmethod
    def contents(cls, argument: str, parameters: tuple[Any, ...], strict: bool) -> tuple[Content, ...]:
        """Give a content for each way to write it.

        :param parameters: what stands in the brackets of the annotation.
        """
        raise NotImplementedError


def body_type(annotation: Any) -> type[BodyType] | None:
    """Give the class that makes its values of a body in its own way, or None."""
    kind: Any = get_origin(annotation) or annotation
    return kind if isinstance(kind, type) and issubclass(kind, BodyType) else None


class WholeContent(Record):
    """Take a body that is looked at once all of it is there."""

    @property
    def at_once(self) -> bool:
        return True

    def reader(self, environ: Environ) -> Reader:
        return whole()


class JsonContent(WholeContent):
    """Take JSON."""

    argument: str
    adapter: Adapter
    media_types: tuple[str, ...] = (JSON,)

    def loader(self) -> Loader:
        return self.argument, self.adapter.json_loader()

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        schema = self.adapter.describe("input")
        return tuple((media_type, schema) for media_type in self.media_types)


class CodecContent(WholeContent):
    """Take another media type for the same data: its bytes are turned into JSON first."""

    json: JsonContent
    codec: Codec

    @property
    def media_types(self) -> tuple[str, ...]:
        return (self.codec.media_type,)

    def loader(self) -> Loader:
        argument, load = self.json.loader()

        def decode(raw: bytes) -> Any:
            try:
                data = to_json(self.codec.decode(raw))
            except Exception as error:
                raise Malformed(f"The body is not valid {self.codec.media_type}.") from error
            return load(data)

        return argument, decode

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        return ((self.codec.media_type, self.json.adapter.describe("input")),)


class BytesContent(WholeContent):
    """Take the bytes as they are."""

    argument: str
    media_types: tuple[str, ...] = (OCTETS,)

    def loader(self) -> Loader:
        return self.argument, as_it_is

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        return tuple((media_type, SchemaRef(bytes, "pydantic", "input")) for media_type in self.media_types)


class StreamContent(Record):
    """Leave the body to the handler, chunk by chunk; the pipeline makes the stream."""

    argument: str
    media_types: tuple[str, ...] = (OCTETS,)

    @property
    def at_once(self) -> bool:
        return False

    def loader(self) -> Loader:
        return self.argument, as_it_is

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        return tuple((media_type, SchemaRef(bytes, "pydantic", "input")) for media_type in self.media_types)


class FormContent(Record):
    """Take a form: urlencoded or multipart, or multipart alone where it has files."""

    members: tuple[Param, ...]
    #: Makes arguments of ``{member: text, list or Upload}``.
    load: Callable[[], Callable[[dict[str, Any]], Arguments]]
    schema: SchemaRef
    limits: FormLimits
    media_types: tuple[str, ...] = (URLENCODED, MULTIPART)

    @property
    def at_once(self) -> bool:
        return False

    def reader(self, environ: Environ) -> Reader:
        content_type: str = environ.get("CONTENT_TYPE", "")
        if essence(content_type) == MULTIPART:
            return read_multipart(boundary_of(content_type), self.limits)
        return read_urlencoded(self.limits)

    def loader(self) -> Loader:
        load = self.load()
        many = {member.wire: member.many for member in self.members}

        def arguments(form: FormData) -> Arguments:
            raw, refused = collect((*form.fields, *form.files), many)
            try:
                loaded = load(raw)
            except Refusal as refusal:
                raise Refusal([*refused, *refusal.items]) from None
            if refused:
                raise Refusal(refused)
            return loaded

        return None, arguments

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        return tuple((media_type, self.schema) for media_type in self.media_types)


Refused = list[tuple[tuple[str | int, ...], str, str]]


def collect(parts: Iterable[tuple[str, Any]], many: Mapping[str, bool]) -> tuple[dict[str, Any], Refused]:
    """Join the parts of a form by name; a part given twice is refused unless it is a list."""
    raw: dict[str, Any] = {}
    twice: dict[str, None] = {}
    for name, value in parts:
        if many.get(name):
            raw.setdefault(name, []).append(value)
        elif name not in raw:
            raw[name] = value
        else:
            twice[name] = None
    refused: Refused = [
        ((clip(name),), "repeated", sentence("repeated")) for name in list(twice)[:MAX_VIOLATIONS]
    ]
    return raw, refused


class BodySource:
    """Choose the content by ``Content-Type``, and describe all of them."""

    def __init__(
        self, contents: tuple[Content | StreamContent, ...], *, defaults: Arguments | None, limit: int | None
    ) -> None:
        self.contents = contents
        #: What the arguments are where there is no body; None where there must be one.
        self.defaults = defaults
        self.required = defaults is None
        self.limit = limit
        self._by_type = {media_type: content for content in contents for media_type in content.media_types}
        self._loaders: dict[int, Loader] = {}
        #: Loads no body: the arguments have their defaults.
        self.absent: Loader = (None, lambda data: defaults or {})

    def choose(self, environ: Environ) -> Content | StreamContent | None:
        """Give the content for the request's media type, None where there is no body; 415 otherwise."""
        field: str | None = environ.get("CONTENT_TYPE")
        coding: str = environ.get("HTTP_CONTENT_ENCODING", "identity")
        if coding.lower() != "identity":
            raise self._refuse("The body must be sent without Content-Encoding.", environ)
        if not field:
            if not self.required and not has_body(environ):
                return None
            raise self._refuse("The body needs a Content-Type.", environ)
        content = self._by_type.get(field) or self._look_up(field)
        if content is None:
            raise self._refuse("The body's media type is not taken here.", environ)
        return content

    def loader(self, content: Content | StreamContent) -> Loader:
        """Give the loader of a content, compiled when first needed."""
        load = self._loaders.get(id(content))
        if load is None:
            load = self._loaders[id(content)] = content.loader()
        return load

    def _look_up(self, field: str) -> Content | StreamContent | None:
        media_type = essence(field)
        if media_type is None or not utf8_charset(field):
            return None
        return self._by_type.get(media_type) or (self._by_type.get(JSON) if is_json(media_type) else None)

    @property
    def media_types(self) -> tuple[str, ...]:
        """List the media types that are taken."""
        return tuple(self._by_type)

    def _refuse(self, detail: str, environ: Environ) -> UnsupportedMediaType:
        taken = ", ".join(self._by_type)
        headers = {"Accept": taken}
        if environ["REQUEST_METHOD"] == "PATCH":
            headers["Accept-Patch"] = taken  # RFC 5789, 2.2
        return UnsupportedMediaType(f"{detail} Send: {taken}.", headers=headers)

    def describe(self) -> BodyRecord:
        """Give the record of the body."""
        content = tuple(item for content in self.contents for item in content.describe())
        return BodyRecord(content, self.required, self.limit)


def has_body(environ: Environ) -> bool:
    """Tell whether a request says that it has a body."""
    length = environ.get("CONTENT_LENGTH")
    return length not in (None, "", "0") or bool(environ.get("HTTP_TRANSFER_ENCODING"))


def too_large(error: TooLarge) -> ContentTooLarge:
    """Make the 413 of a form that is over one of its limits."""
    return ContentTooLarge(str(error))
