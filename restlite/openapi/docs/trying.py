"""The form that sends an operation for real; without the page's script it is not shown.

Nothing is checked here on purpose: a value that the API refuses is worth trying too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..reader import Document
from .contents import Entry, content_of
from .curl import FORMS, value_of, written
from .markup import Html, code, element
from .plain import is_list, is_object
from .samples import examples_of, is_file

_ROWS = 14


class Trial:
    """Write the forms of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def form(self, entry: Entry) -> Html:
        """Write an operation's form, every field filled with an example where one must be there."""
        needs = [list(alternative) for alternative in entry.security]
        return element(
            "details",
            element("summary", "Try it"),
            element(
                "form",
                *(self._parameter(each) for each in entry.parameters),
                *self._body(entry),
                *self._accept(entry),
                element(
                    "p",
                    element("button", "Send", type="submit", class_="send"),
                    element("button", "Stop", type="button", class_="stop", hidden=True),
                    class_="buttons",
                ),
                element("output", aria_live="polite"),
                data_method=entry.method,
                data_path=entry.path,
                data_security=json.dumps(needs),
                autocomplete="off",
            ),
            class_="try panel",
        )

    def _parameter(self, parameter: Mapping[str, Any]) -> Html:
        required = parameter.get("required") is True
        schema = self._plain(parameter.get("schema", True))
        value = value_of(self._document, parameter) if required or _has_example(parameter) else None
        attributes: dict[str, str | bool | None] = {
            "name": parameter["name"],
            "data_in": parameter["in"],
            "data_style": parameter.get("style"),
            "data_explode": json.dumps(parameter["explode"]) if "explode" in parameter else None,
            "data_type": "content" if "content" in parameter else str(schema.get("type", "")),
        }
        if parameter["in"] == "cookie":
            attributes["disabled"] = True
        return _field(parameter["name"], self._control(schema, value, attributes, required), required)

    def _control(
        self, schema: Mapping[str, Any], value: Any, attributes: dict[str, Any], required: bool
    ) -> Html:
        choices = schema.get("enum") or ([True, False] if schema.get("type") == "boolean" else None)
        if choices:
            shown = [element("option", written(each), selected=each == value) for each in choices]
            return element("select", None if required else element("option", value=""), *shown, **attributes)
        hint = {"array": "values apart by commas", "object": "JSON"}.get(str(schema.get("type")))
        text = None if value is None else written(value)
        return element("input", value=text, placeholder=hint, spellcheck="false", **attributes)

    def _plain(self, schema: Any) -> Mapping[str, Any]:
        """Follow references, and see through "or null"."""
        found = self._document.resolve(schema)
        if not is_object(found):
            return {}
        parts = [part for key in ("anyOf", "oneOf", "allOf") for part in found.get(key, ())]
        parts = [part for part in parts if part != {"type": "null"}]
        if len(parts) == 1:
            return self._plain(parts[0])
        types = found.get("type")
        if is_list(types):
            return {**found, "type": next((name for name in types if name != "null"), "null")}
        return found

    def _body(self, entry: Entry) -> Iterator[Html]:
        content = content_of(self._document, entry.body)
        if len(content) > 1:
            options = (element("option", media_type) for media_type in content)
            yield _field("Content-Type", element("select", *options, class_="media-type"))
        for place, (media_type, media) in enumerate(content.items()):
            controls = self._parts(media) if media_type in FORMS else [self._whole(media_type, media)]
            yield element("fieldset", *controls, data_media=media_type, hidden=place > 0, disabled=place > 0)

    def _parts(self, media: Mapping[str, Any]) -> Iterator[Html]:
        """Write a control for each part of a form."""
        schema = self._plain(media.get("schema", True))
        example = next(iter(examples_of(self._document, media, "request").values()), None)
        values: Mapping[str, Any] = example if is_object(example) else dict[str, Any]()
        written_out = _has_example(media)
        for name, given in schema.get("properties", {}).items():
            part = self._plain(given)
            required = name in schema.get("required", ())
            items = self._plain(part.get("items", True)) if part.get("type") == "array" else part
            attributes: dict[str, Any] = {
                "name": name,
                "data_in": "form",
                "data_type": str(part.get("type", "")),
            }
            if is_file(items):
                control = element("input", type="file", multiple=items is not part, **attributes)
            else:
                value = values.get(name) if required or written_out else None
                control = self._control(part, value, attributes, required)
            yield _field(name, control, required)

    def _whole(self, media_type: str, media: Mapping[str, Any]) -> Html:
        schema = self._plain(media.get("schema", True))
        value = next(iter(examples_of(self._document, media, "request").values()), None)
        if is_file(schema) or (
            "json" not in media_type and not media_type.startswith("text/") and value is None
        ):
            return _field(media_type, element("input", type="file", data_in="file"))
        if isinstance(value, str) and "json" not in media_type:
            text = value
        else:
            text = json.dumps(value, ensure_ascii=False, indent=2)
        rows = str(min(max(text.count("\n") + 1, 3), _ROWS))
        # A newline directly after the tag is not part of the text (HTML, 13.1.2.5).
        box = element("textarea", "\n", text, rows=rows, data_in="body", spellcheck="false")
        return _field(media_type, box)

    def _accept(self, entry: Entry) -> Iterator[Html]:
        """Let the media type of the answer be chosen where there are several."""
        for status, given in entry.operation.get("responses", {}).items():
            content = content_of(self._document, self._document.resolve(given))
            if status.startswith("2") and len(content) > 1:
                options = (element("option", media_type) for media_type in content)
                yield _field("Accept", element("select", *options, name="Accept", data_in="header"))
                return


def _field(label: str, control: Html, required: bool = False) -> Html:
    mark = element("span", "required", class_="required") if required else None
    return element("label", element("span", code(label), mark), control, class_="field")


def _has_example(parameter: Mapping[str, Any]) -> bool:
    return "example" in parameter or bool(parameter.get("examples"))
