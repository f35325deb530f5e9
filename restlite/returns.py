"""From a return annotation to outputs: status, header fields and model of every answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from typing_extensions import NoDefault
from werkzeug.wrappers import Response as WerkzeugResponse

from .adapters import DumpOptions, find_adapter
from .answers import Answer, Created, NoContent
from .errors import Problem, SetupError
from .files import FileAnswer
from .frozen import Record
from .hints import is_model, schema_in, union_args, unwrap
from .media import JSON, OCTETS, TEXT, Codec
from .members import fields_of
from .outputs import AnswerOutput, EmptyOutput, FileOutput, ModelOutput, Output, RawOutput, StreamOutput
from .params import MISSING
from .streams import stream_kind

_PLAIN: frozenset[Any] = frozenset({dict, list, Any, object, Mapping})


class Writing(Record):
    """Hold what a route and its app say of how answers are written."""

    strict: bool = True
    options: DumpOptions = DumpOptions()
    produces: str | None = None
    codecs: tuple[Codec, ...] = ()
    json_dumps: Callable[[Any], str | bytes] | None = None


class Outputs(Record):
    """Hold the outputs of an operation: one for bare values, one per class of Answer, and by status."""

    bare: Output | None
    by_class: Mapping[type, Output]
    declared: tuple[Output, ...] = ()
    #: The handler may return a Response, which only ``declared`` describes.
    response: bool = False

    def all(self) -> tuple[Output, ...]:
        """List every output once."""
        return (*((self.bare,) if self.bare else ()), *self.by_class.values(), *self.declared)


class ReturnReader:
    """Read the return annotation of one handler."""

    def __init__(
        self, place: Any, writing: Writing, status: int | None, returns: Mapping[int, Any] | None
    ) -> None:
        self._place = place
        self._writing = writing
        self._status = status
        self._returns = returns

    def read(self, annotation: Any) -> Outputs:
        """Give the outputs; SetupError where annotation and options disagree."""
        bare: list[Any] = []
        kinds: dict[type, list[Any]] = {}
        response = False
        for part in union_args(unwrap(annotation)[0]) if not unwrap(annotation)[1] else (annotation,):
            kind: Any = get_origin(unwrap(part)[0]) or unwrap(part)[0]
            if is_answer(kind):
                kinds.setdefault(kind, []).append(unwrap(part)[0])
            elif isinstance(kind, type) and issubclass(kind, WerkzeugResponse):
                response = True
            elif not (isinstance(kind, type) and issubclass(kind, Problem)):
                bare.append(part)
        declared = tuple(self._body(hint, status) for status, hint in (self._returns or {}).items())
        by_class = {kind: self._answer(kind, parts) for kind, parts in kinds.items()}
        if self._returns and not response:
            return self._by_option(bare, by_class, declared)
        self._check_status(bare, by_class, response)
        return Outputs(self._bare(bare) if bare else None, by_class, declared, response)

    def _by_option(
        self, bare: list[Any], by_class: Mapping[type, Output], declared: tuple[Output, ...]
    ) -> Outputs:
        named = [part for part in bare if is_model(part)]
        if by_class or named or len(declared) > 1 or self._status is not None:
            raise self._error(
                "the answer is named twice: by the return annotation and by returns= or status=.",
                "-> dict[str, Any]   # or -> Response where returns= names several",
            )
        return Outputs(next(iter(declared)), {})

    def _check_status(self, bare: list[Any], by_class: Mapping[type, Output], response: bool) -> None:
        if self._status is not None and (by_class or not bare or response):
            raise self._error(
                "status= stands beside an annotation that says it already.", "-> T   # or drop status="
            )

    def _bare(self, parts: list[Any]) -> Output:
        annotation = parts[0]
        for part in parts[1:]:
            annotation = annotation | part
        empty = annotation is None or annotation is type(None)
        return self._body(annotation, self._status or (204 if empty else 200))

    def _body(self, annotation: Any, status: int) -> Output:
        base, metadata = unwrap(annotation)
        writing = self._writing
        if base is None or base is type(None):
            return EmptyOutput(status)
        if isinstance(base, type) and issubclass(base, FileAnswer):
            return FileOutput((writing.produces,) if writing.produces else ())
        stream = stream_kind(base)
        if stream is not None:
            adapter = find_adapter(stream.item, strict=writing.strict)
            media_type = writing.produces or stream.media_type
            return StreamOutput(stream, adapter, writing.options, status, (media_type,))
        if base in (str, bytes) and not metadata:
            media_type = writing.produces or (TEXT if base is str else OCTETS)
            return RawOutput(base, status, (media_type,))
        codecs = () if writing.produces else writing.codecs
        media_types = (writing.produces or JSON, *(codec.media_type for codec in codecs))
        adapter = find_adapter(annotation, strict=writing.strict)
        plain = (
            writing.json_dumps
            if (get_origin(base) or base) in _PLAIN and schema_in(metadata) is None
            else None
        )
        encoders = {codec.media_type: encoder(codec) for codec in codecs}
        return ModelOutput(adapter, status, writing.options, media_types, encoders, plain)

    def _answer(self, kind: type[Answer[Any, Any, Any]], parts: list[Any]) -> Output:
        if issubclass(kind, NoContent):
            return AnswerOutput(EmptyOutput(kind.status))
        given = [arguments(part) for part in parts]
        body = given[0][0]
        for other in given[1:]:
            body = body | other[0]
        headers, cookies = given[0][1], given[0][2]
        inner = self._body(body, kind.status)
        fields, jar = named(headers, "header"), named(cookies, "cookie")
        required = frozenset(
            key
            for part in (headers, cookies)
            if is_model(unwrap(part)[0])
            for key, _, default in fields_of(unwrap(part)[0])
            if default is MISSING
        )
        return AnswerOutput(inner, fields, jar, issubclass(kind, Created), required)

    def _error(self, found: str, mend: str) -> SetupError:
        name = getattr(self._place, "__qualname__", self._place)
        return SetupError.at(self._place, f"{name}: {found}", f"def {name}(...) {mend}")


def is_answer(kind: Any) -> bool:
    """Tell whether a class is ``Answer`` or one of its own."""
    return isinstance(kind, type) and issubclass(kind, Answer)


def arguments(annotation: Any) -> tuple[Any, Any, Any]:
    """Give body, header and cookie types of an ``Answer[T, H, C]``, also through subclasses."""
    given = get_args(annotation)
    kind: Any = get_origin(annotation) or annotation
    base = next((base for base in getattr(kind, "__orig_bases__", ()) if is_answer(get_origin(base))), None)
    # ``Created[T, H, C]`` is an ``Answer`` of the same three: nothing is to be put in their places.
    same = get_origin(base) is Answer and get_args(base) == kind.__parameters__
    if base is not None and not same:
        parameters = getattr(base, "__parameters__", ())
        defaults = (getattr(item, "__default__", NoDefault) for item in kind.__parameters__[len(given) :])
        padded = (*given, *(Any if item is NoDefault else item for item in defaults))
        # ``class Page(Answer[list[T], H], Generic[H, T])`` has them in an order of its own.
        known = dict(zip(kind.__parameters__, padded, strict=False))
        return arguments(base[tuple(known.get(item, Any) for item in parameters)] if parameters else base)
    padded = (*given, *(Mapping,) * 2)[:3] if given else (Any, Mapping, Mapping)
    return padded[0], padded[1], padded[2]


def asked_by(annotation: Any) -> Mapping[str, Any]:
    """Name the parameters that the answers of a return annotation ask for."""
    return {name: hint for kind in answers_in(annotation) for name, hint in kind.asks().items()}


def answers_in(annotation: Any) -> list[type[Answer[Any, Any, Any]]]:
    """List the classes of answers that a return annotation names."""
    bases = [unwrap(part)[0] for part in union_args(unwrap(annotation)[0])]
    kinds: list[Any] = [get_origin(base) or base for base in bases]
    return [kind for kind in kinds if is_answer(kind)]


def named(annotation: Any, place: str) -> tuple[tuple[str, str, Any], ...]:
    """Give member, wire name and annotation of typed header fields or cookies."""
    base = unwrap(annotation)[0]
    if not is_model(base):
        return ()
    return tuple(
        (key, field_name(key) if place == "header" else key, hint) for key, hint, _ in fields_of(base)
    )


def field_name(member: str) -> str:
    """Give the header field of a member: ``x_total`` is ``X-Total``."""
    return "ETag" if member.lower() == "etag" else member.replace("_", "-").title()


def encoder(codec: Codec) -> Callable[[bytes], bytes]:
    """Turn JSON bytes into a codec's, over plain data."""
    from pydantic_core import from_json

    return lambda body: codec.encode(from_json(body))
