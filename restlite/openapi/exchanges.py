"""What an operation exchanges, read from a document: parameters, body, answers, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from .dialect import Direction
from .fingerprint import canonical
from .nodes import is_map, mapping, sequence
from .pointers import below
from .reader import METHODS, Document
from .references import is_reference
from .shapes import Schema
from .shaping import Shapes

#: Header parameters that are said elsewhere in a document, and count for nothing here.
_SAID_ELSEWHERE = frozenset(("accept", "authorization", "content-type"))
_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
#: Styles in which a plain value is written alike.
_ALIKE = {"spaceDelimited": "form", "pipeDelimited": "form", "deepObject": "form", "cookie": "form"}


class Content(NamedTuple):
    """Hold one media type of a body."""

    pointer: str
    schema: Schema
    #: One item of a stream (3.2).
    item: Schema
    #: Whether members are written as text: a form.
    text: bool
    encoding: str


class Parameter(NamedTuple):
    """Hold one parameter, or one header of an answer."""

    name: str
    place: str
    pointer: str
    required: bool
    deprecated: bool
    #: How it is written.
    style: str
    #: Characters and values beyond the usual that it may have.
    allows: frozenset[str]
    schema: Schema
    contents: dict[str, Content]
    default: str


class Body(NamedTuple):
    """Hold a request body."""

    pointer: str
    required: bool
    contents: dict[str, Content]


class Answer(NamedTuple):
    """Hold the answer of one status, of a range, or of the rest."""

    pointer: str
    contents: dict[str, Content]
    headers: dict[str, Parameter]


class Operation(NamedTuple):
    """Hold one operation of a path item, with what the path item says for all of them."""

    method: str
    pointer: str
    node: dict[str, Any]
    item: dict[str, Any]
    item_pointer: str
    path: str


class Side:
    """Hold one document, with its schemas as they stand in requests and in answers."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.shapes: dict[Direction, Shapes] = {
            "request": Shapes(document, "request"),
            "response": Shapes(document, "response"),
        }

    def entry(self, node: Any, pointer: str) -> tuple[dict[str, Any], str]:
        """Follow the references of a node that is no schema; what is no mapping says nothing."""
        found = self.document.resolve(node, pointer)
        while is_reference(node):
            pointer = node["$ref"].removeprefix("#")
            node = self.document.files.find(self.document.data, node["$ref"], pointer, self.document.source)
        return (mapping(found)), pointer

    def operations(self, path: str, node: Any, pointer: str) -> Iterator[Operation]:
        """List the operations of a path item."""
        item, _ = self.entry(node, pointer)
        if is_reference(node):
            item = item | {key: value for key, value in node.items() if key != "$ref"}
        for method in (*METHODS, "query"):
            if is_map(item.get(method)):
                place = below(pointer, method)
                yield Operation(method.upper(), place, item[method], item, pointer, path)
        for method, operation in mapping(item.get("additionalOperations")).items():
            place = below(pointer, "additionalOperations", method)
            yield Operation(method, place, mapping(operation), item, pointer, path)

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Give the parameters of an operation, with those of its path; the ones in the path by position."""
        found: dict[tuple[str, str], Parameter] = {}
        in_path = re.findall(r"\{([^{}]*)\}", operation.path)
        levels = ((operation.item, operation.item_pointer), (operation.node, operation.pointer))
        for node, pointer in levels:
            for index, given in enumerate(sequence(node.get("parameters"))):
                said, place = self.entry(given, below(pointer, "parameters", index))
                name, where = str(said.get("name", "")), str(said.get("in", ""))
                if (key := _key(name, where, in_path)) is not None:
                    found[key] = self._parameter(said, place, (name, where), "request")
        return found

    def body(self, operation: Operation) -> Body | None:
        """Give the request body, if there is one."""
        if "requestBody" not in operation.node:
            return None
        said, place = self.entry(operation.node["requestBody"], below(operation.pointer, "requestBody"))
        contents = self._contents(said.get("content"), below(place, "content"), "request")
        return Body(place, said.get("required") is True, contents)

    def answers(self, operation: Operation) -> dict[str, Answer]:
        """Give the answers by status: ``200``, ``4XX``, ``DEFAULT``."""
        found: dict[str, Answer] = {}
        for status, given in mapping(operation.node.get("responses")).items():
            if not status.startswith("x-"):
                said, place = self.entry(given, below(operation.pointer, "responses", status))
                contents = self._contents(said.get("content"), below(place, "content"), "response")
                found[status.upper()] = Answer(place, contents, self._headers(said, place))
        return found

    def _headers(self, answer: dict[str, Any], pointer: str) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for name, given in mapping(answer.get("headers")).items():
            said, place = self.entry(given, below(pointer, "headers", name))
            if name.lower() != "content-type":
                found[name.lower()] = self._parameter(said, place, (name, "header"), "response")
        return found

    def _parameter(
        self, said: dict[str, Any], pointer: str, named: tuple[str, str], direction: Direction
    ) -> Parameter:
        name, place = named
        schema = self.shapes[direction].schema(said.get("schema", True), below(pointer, "schema"))
        contents = self._contents(said.get("content"), below(pointer, "content"), direction)
        target = self.document.resolve(said.get("schema"))
        return Parameter(
            name,
            place,
            pointer,
            said.get("required") is True or place == "path",
            said.get("deprecated") is True,
            "content" if contents else self._style(said, place, schema, direction),
            frozenset(word for word in ("allowReserved", "allowEmptyValue") if said.get(word) is True),
            schema,
            contents,
            canonical(target["default"]) if is_map(target) and "default" in target else "none",
        )

    def _style(self, said: dict[str, Any], place: str, schema: Schema, direction: Direction) -> str:
        """Name how a value is written: a plain one is alike in some styles, and whether exploded or not."""
        style = str(said.get("style", _STYLES.get(place, "form")))
        kinds = {variant.kind for variant in self.shapes[direction].variants(schema)}
        if schema.open or kinds.isdisjoint(("array", "object")):
            return _ALIKE.get(style, style)
        if style == "simple" and "object" not in kinds:
            return style
        explode = said.get("explode", style in ("form", "cookie"))
        return f"{style}, {'exploded' if explode else 'not exploded'}"

    def _contents(self, node: Any, pointer: str, direction: Direction) -> dict[str, Content]:
        found: dict[str, Content] = {}
        shapes = self.shapes[direction]
        for name, given in mapping(node).items():
            said, place = self.entry(given, below(pointer, name))
            media_type = _media_type(name)
            form = media_type.startswith(("application/x-www-form-urlencoded", "multipart/"))
            found[media_type] = Content(
                place,
                shapes.schema(said.get("schema", True), below(place, "schema")),
                shapes.schema(said.get("itemSchema", True), below(place, "itemSchema")),
                form,
                canonical({key: said[key] for key in said if key.lower().endswith("encoding")}),
            )
        return found


#: An operation in its document.
Use: TypeAlias = tuple[Side, Operation]


def _key(name: str, place: str, in_path: list[str]) -> tuple[str, str] | None:
    """Give what two documents agree on about a parameter; None for one that is never sent."""
    if place == "path":
        return (place, str(in_path.index(name))) if name in in_path else None
    if place == "header":
        return None if name.lower() in _SAID_ELSEWHERE else (place, name.lower())
    if place == "querystring":
        return place, ""
    return (place, name) if place in ("query", "cookie") else None


def _media_type(written: str) -> str:
    """Write a media type so that equal ones are equal: JSON and text are UTF-8 anyway.

    >>> _media_type("Application/JSON; charset=utf-8")
    'application/json'
    """
    parts = [part.strip().lower() for part in written.split(";")]
    return ";".join(part for part in parts if part.replace('"', "") != "charset=utf-8")
