"""The parts of a document alone: header fields, parameters, refusals, forms of one media type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields
from pydantic import BaseModel

from restlite import App, Conflict, Gone, NotFound, Query, Request, Response, Router
from restlite.errors import ErrorFormat
from restlite.openapi.document import build
from restlite.openapi.headers import Headers
from restlite.openapi.parameters import narrowed
from restlite.openapi.problems import Problems
from restlite.openapi.prose import described, markdown
from restlite.openapi.responses import any_of, either
from restlite.openapi.schemas import Schemas
from restlite.params import In
from restlite.security import APIKey, Bearer

TEXT = {"type": "string"}


def operation(app: App, path: str, method: str = "get", to: Any = "3.2") -> dict[str, Any]:
    found: dict[str, Any] = build(app.operations, title="x", version="1", to=to)["paths"][path][method]
    return found


def test_header_fields_that_say_the_same_are_shared() -> None:
    headers = Headers()
    assert headers.of("X-A", dict(TEXT)) == {"$ref": "#/components/headers/X-A"}
    assert headers.of("X-A", {"type": "integer"}) == {"schema": {"type": "integer"}}
    # What may stand in a field's name need not be fit for a component's.
    assert headers.of("X!A", {**TEXT, "description": "Odd."}) == {"description": "Odd.", "schema": TEXT}
    assert headers.components == {"X-A": {"schema": TEXT}}


@pytest.mark.parametrize(
    ("one", "other", "expect"),
    [
        ({"schema": {"a": 1}}, {"schema": {"a": 1}}, {"schema": {"a": 1}}),
        ({"schema": {"a": 1}}, {"schema": {"b": 1}}, {"schema": {"anyOf": [{"a": 1}, {"b": 1}]}}),
        (
            {"schema": {"anyOf": [{"a": 1}]}},
            {"schema": {"b": 1}},
            {"schema": {"anyOf": [{"a": 1}, {"b": 1}]}},
        ),
        ({}, {"schema": {"a": 1}}, {"schema": {"a": 1}}),
        ({"schema": {"a": 1}}, {}, {"schema": {"a": 1}}),
    ],
)
def test_forms_of_one_media_type_are_joined(
    one: dict[str, Any], other: dict[str, Any], expect: dict[str, Any]
) -> None:
    assert either(one, other) == expect


def test_schemas_are_joined_each_once() -> None:
    assert any_of([{"a": 1}, {"a": 1}]) == {"a": 1}
    assert any_of([{"a": 1}, {"b": 1}, {"a": 1}]) == {"anyOf": [{"a": 1}, {"b": 1}]}


@pytest.mark.parametrize(
    ("converter", "own", "expect"),
    [
        (
            {"type": "integer", "minimum": 1},
            {"type": "integer", "minimum": 3},
            {"type": "integer", "minimum": 3},
        ),
        ({"type": "integer", "maximum": 9}, {"type": "integer"}, {"type": "integer", "maximum": 9}),
        ({"type": "string"}, {"$ref": "#/x"}, {"$ref": "#/x"}),
        ({"type": "string"}, {}, {"type": "string"}),
    ],
)
def test_the_narrower_of_converter_and_annotation_holds(
    converter: dict[str, Any], own: dict[str, Any], expect: dict[str, Any]
) -> None:
    assert narrowed(converter, own) == expect


def test_parameters_are_spelled_as_they_are_read() -> None:
    class Where(BaseModel):
        size: int = 0

    class Page(MarshmallowSchema):
        limit = fields.Integer(load_default=10)

    app = App()
    router = Router(host="<tenant>.example.com")

    @router.get("/<name>")
    def show(
        name: str,
        tenant: str,
        page: Query[Annotated[dict[str, Any], Page()]],
        where: Annotated[Where, In("query", style="deepObject")],
        pairs: Annotated[list[int], In("query", style="space")],
        ids: Annotated[list[int], In("query", style="csv")],
        ways: Annotated[list[str], In("query", style="pipe")],
        colour: Literal["red", "blue"] = "red",
    ) -> str:
        return name

    app.mount(router)
    shown = {one["name"]: one for one in operation(app, "/{name}")["parameters"]}
    assert "tenant" not in shown
    assert shown["colour"]["schema"] == {"type": "string", "enum": ["red", "blue"], "default": "red"}
    assert (shown["ids"]["explode"], shown["ids"]["required"]) == (False, True)
    assert (shown["ways"]["style"], shown["ways"]["explode"]) == ("pipeDelimited", False)
    assert shown["limit"]["schema"]["type"] == "integer"
    assert {one["in"] for one in shown.values()} == {"path", "query"}
    assert operation(app, "/{name}")["servers"][0]["url"] == "//{tenant}.example.com/"


def test_kinds_of_problems_need_no_violations() -> None:
    problems = Problems([NotFound])
    schemas = Schemas([], problems.paths)
    assert problems.of(NotFound, ErrorFormat(), schemas) == {"$ref": "#/components/schemas/Problem"}
    assert problems.components.keys() == {"Problem"}


def test_error_handlers_that_say_nothing_answer_by_the_status_they_are_mapped_to() -> None:
    app = App()

    @app.error_handler(KeyError)
    def missing(error: KeyError):  # type: ignore[no-untyped-def]
        return Gone()

    @app.error_handler(LookupError)
    def lost(error: LookupError) -> Gone | dict[str, int]:
        return Gone()

    @app.error_handler(Conflict)
    def contradiction(error: Conflict, request: Request) -> Response:
        return Response("no", 409)

    @app.get("/", raises=[KeyError, IndexError, Conflict])
    def show() -> Mapping[str, int]:
        return {}

    answers = operation(app, "/")["responses"]
    assert answers.keys() >= {"200", "409", "410"}
    assert "application/problem+json" in answers["410"]["content"]


def test_a_refusal_without_a_challenge_has_no_field_for_one() -> None:
    app = App(security=APIKey(lambda key: key, header="X-Key")("reports"))
    app.get("/key")(lambda: "x")
    app.get("/token", security=Bearer(lambda token: token)("reports"))(lambda: "x")
    assert "WWW-Authenticate" not in operation(app, "/key")["responses"]["403"]["headers"]
    assert "WWW-Authenticate" in operation(app, "/key")["responses"]["401"]["headers"]
    assert "WWW-Authenticate" in operation(app, "/token")["responses"]["403"]["headers"]


def test_docstrings_become_markdown() -> None:
    assert markdown("Send ``If-Match``; see :class:`~shop.Book`.") == "Send `If-Match`; see `shop.Book`."
    assert described("", "list_books") == ("List books", "List books.")
    assert described("Ready?\n\nYes.", "x") == ("Ready?", "Yes.")
