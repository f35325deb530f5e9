"""From the body arguments of a signature to the :class:`BodySource` of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import Field, PydanticUserError, create_model

from .adapters import find_adapter
from .arguments import BodyArgument
from .bodies import (
    BodySource,
    BytesContent,
    CodecContent,
    Content,
    FormContent,
    JsonContent,
    StreamContent,
    body_type,
)
from .config import Config
from .errors import SetupError
from .files import Upload
from .forms import FormLimits
from .hints import byte_stream, holds_model, is_list, is_model, item_of, name_of, rewrap, union_args, unwrap
from .media import MULTIPART, OCTETS, URLENCODED, Codec
from .members import fields_of
from .params import MISSING, In, Param
from .signature import wire_alias


class BodyReader:
    """Make contents of body arguments; SetupError where they do not go together."""

    def __init__(self, place: Any, config: Config, codecs: tuple[Codec, ...], option: Any = None) -> None:
        self._place = place
        self._config = config
        self._codecs = codecs
        self._option = option
        self._limits = FormLimits(config.form_memory, config.form_parts, config.form_spool)

    def read(self, bodies: list[BodyArgument], limit: int | None) -> BodySource | None:
        """Give the source of the body, or None where there is none."""
        if self._option is not None:
            bodies = self._by_option(bodies)
        if not bodies:
            return None
        parts = [body for body in bodies if self._is_part(body)]
        wholes = [body for body in bodies if not self._is_part(body)]
        if len(wholes) > 1 or (wholes and parts):
            first, second = (wholes + parts)[:2]
            raise self._error(
                f"two bodies: {first.argument!r} and {second.argument!r}.",
                f"{first.argument}: Body[{name_of(unwrap(first.annotation)[0])}]   # the rest in Query[...]",
            )
        if parts:
            return BodySource((self._parts(parts),), defaults=defaults_of(parts), limit=limit)
        contents = tuple(self._contents(wholes[0]))
        return BodySource(contents, defaults=defaults_of(wholes), limit=limit)

    def _by_option(self, bodies: list[BodyArgument]) -> list[BodyArgument]:
        if len(bodies) != 1:
            raise self._error("body= is given, but no parameter takes the body.", "body: dict[str, Any]")
        (body,) = bodies
        if holds_model(body.annotation):
            raise self._error(
                f"the body is named twice: body= and the annotation of {body.argument!r}.",
                f"{body.argument}: dict[str, Any]   # or drop body=",
            )
        return [body._replace(annotation=self._option)]

    def _is_part(self, body: BodyArgument) -> bool:
        marker = next((item for item in unwrap(body.annotation)[1] if isinstance(item, In)), None)
        return marker is not None and (
            marker.place == "file" or (marker.place == "form" and not is_model(body.annotation))
        )

    def _contents(self, body: BodyArgument) -> Iterator[Content | StreamContent]:
        base, metadata = unwrap(body.annotation)
        inner = [part for part in union_args(base) if any(isinstance(item, In) for item in unwrap(part)[1])]
        for annotation in inner or [rewrap(base, metadata)]:
            base, metadata = unwrap(annotation)
            marker = next((item for item in metadata if isinstance(item, In)), In("body"))
            plain = rewrap(base, tuple(item for item in metadata if not isinstance(item, In)))
            own = body_type(base)
            if own is not None:
                try:
                    yield from own.contents(body.argument, get_args(base), self._config.strict)
                except SetupError as error:
                    raise self._error(error.found, error.mend) from None
            elif marker.place == "form":
                yield self._form(body.argument, plain)
            elif base is bytes:
                yield BytesContent(body.argument, (marker.media_type or OCTETS,))
            elif byte_stream(base) is not None:
                yield StreamContent(body.argument, (marker.media_type or OCTETS,))
            else:
                content = JsonContent(body.argument, find_adapter(plain, strict=self._config.strict))
                yield content
                yield from (CodecContent(content, codec) for codec in self._codecs)

    def _form(self, argument: str, model: Any) -> FormContent:
        adapter = find_adapter(model, strict=self._config.strict)
        members = tuple(form_member(key, hint, default) for key, hint, default in form_fields(model, adapter))

        def load() -> Callable[[dict[str, Any]], dict[str, Any]]:
            load_form = adapter.form_loader()
            return lambda raw: {argument: load_form(raw)}

        types = (
            (MULTIPART,)
            if any(holds_upload(member.annotation) for member in members)
            else (URLENCODED, MULTIPART)
        )
        return FormContent(members, load, adapter.describe("input", "form"), self._limits, types)

    def _parts(self, parts: list[BodyArgument]) -> FormContent:
        fields: dict[str, Any] = {}
        members: list[Param] = []
        for argument, annotation, default in parts:
            base, metadata = unwrap(annotation)
            marker = next(item for item in metadata if isinstance(item, In))
            metadata = tuple(item for item in metadata if item is not marker)
            wire = marker.alias or wire_alias(metadata) or argument
            plain = rewrap(base, (*metadata, Field(validation_alias=wire)))
            # Fields of a model must not be called as its methods are: json, copy, schema.
            fields[f"{argument}_"] = (plain, ... if default is MISSING else default)
            members.append(form_member(wire, rewrap(base, metadata), default))
        try:
            model = create_model(f"{getattr(self._place, '__name__', 'handler')}_form", **fields)
        except PydanticUserError as error:
            first = error.message.partition("\n")[0]
            raise self._error(
                f"a part of the form cannot be read: {first}", "Form[str]   # or a model"
            ) from None
        adapter = find_adapter(model, strict=self._config.strict)

        def load() -> Callable[[dict[str, Any]], dict[str, Any]]:
            load_form = adapter.form_loader()
            return lambda raw: {name[:-1]: value for name, value in load_form(raw).__dict__.items()}

        types = (
            (MULTIPART,)
            if any(holds_upload(member.annotation) for member in members)
            else (URLENCODED, MULTIPART)
        )
        return FormContent(tuple(members), load, adapter.describe("input", "form"), self._limits, types)

    def _error(self, found: str, mend: str) -> SetupError:
        return SetupError.at(
            self._place, f"{getattr(self._place, '__qualname__', self._place)}: {found}", mend
        )


def form_fields(model: Any, adapter: Any) -> Iterator[tuple[str, Any, Any]]:
    """List the members of a form: a model's or a schema's."""
    if hasattr(adapter, "parameters"):
        for key, many, required in adapter.parameters():
            yield key, list[str] if many else str, MISSING if required else None
    else:
        yield from fields_of(model)


def form_member(key: str, hint: Any, default: Any) -> Param:
    """Describe one member of a form."""
    return Param(key, key, "body", hint, default, is_list(hint))


def holds_upload(annotation: Any) -> bool:
    """Tell whether a member of a form is a file, or a list of files."""
    return any(
        isinstance(base := unwrap(item_of(part))[0], type) and issubclass(base, Upload)
        for part in union_args(unwrap(annotation)[0])
    )


def defaults_of(bodies: list[BodyArgument]) -> dict[str, Any] | None:
    """Give what the arguments are where there is no body, or None where one of them must be sent."""
    defaults = {body.argument: body.default for body in bodies}
    return None if MISSING in defaults.values() else defaults
