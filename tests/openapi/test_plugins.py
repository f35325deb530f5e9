"""Our plugins in a plain apispec project, beside those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from apispec import APISpec, BasePlugin
from apispec.exceptions import DuplicateComponentNameError
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from pydantic import BaseModel
from werkzeug.routing import Map, Rule

from restlite import App, SetupError
from restlite.openapi.plugins import PydanticPlugin, RoutePlugin

BOOK = {"$ref": "#/components/schemas/Book"}


class Book(BaseModel):
    title: str
    pages: int | None = None
    kind: Literal["novel"] = "novel"


@dataclass
class Event:
    at: float


class Filters(BaseModel):
    q: str
    page: int = 1


class AuthorSchema(Schema):
    name = fields.String()


def spec_of(*plugins: BasePlugin, version: str = "3.1.0") -> APISpec:
    return APISpec("Shop", "1", version, plugins=list(plugins))


def checked(spec: APISpec) -> dict[str, Any]:
    made = spec.to_dict()
    kind = OpenAPIV30SpecValidator if made["openapi"].startswith("3.0") else OpenAPIV31SpecValidator
    assert [error.message for error in kind(made).iter_errors()] == []
    return made


def content(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def operation(**members: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "OK"}}, **members}


def test_models_stand_wherever_a_schema_does() -> None:
    spec = spec_of(PydanticPlugin())
    spec.path(
        "/books",
        operations={
            "post": operation(
                requestBody=content(Book),
                parameters=[{"in": "query", "name": "n", "schema": int}],
                responses={
                    200: {
                        "description": "OK",
                        "headers": {"X-At": {"schema": float}},
                        **content(list[Book]),
                    },
                    201: {"description": "Made", **content({"oneOf": [Book, Event]})},
                },
            ),
            "x-note": "text",
        },
    )

    made = checked(spec)

    post = made["paths"]["/books"]["post"]
    assert post["requestBody"] == content(BOOK)
    assert post["parameters"] == [{"in": "query", "name": "n", "schema": {"type": "integer"}}]
    assert post["responses"]["200"]["headers"]["X-At"]["schema"] == {"type": "number"}
    assert post["responses"]["200"]["content"] == content({"type": "array", "items": BOOK})["content"]
    assert post["responses"]["201"]["content"]["application/json"]["schema"]["oneOf"] == [
        BOOK,
        {"$ref": "#/components/schemas/Event"},
    ]
    assert sorted(made["components"]["schemas"]) == ["Book", "Event"]


def test_a_model_in_the_query_is_one_parameter_for_each_member() -> None:
    spec = spec_of(PydanticPlugin())
    parameters = [{"in": "query", "schema": Filters}, {"in": "header", "name": "X", "schema": {}}]
    spec.path("/books", operations={"get": operation(parameters=parameters)})

    q, page, header = checked(spec)["paths"]["/books"]["get"]["parameters"]

    assert q == {"in": "query", "name": "q", "required": True, "schema": {"type": "string"}}
    assert page == {"in": "query", "name": "page", "required": False, "schema": {"type": "integer"}}
    assert header["name"] == "X"


def test_in_a_callback_the_sides_are_turned() -> None:
    class Priced(BaseModel):
        price: float = 1

    spec = spec_of(PydanticPlugin())
    inner = {"post": operation(requestBody=content(Priced))}
    spec.path("/x", operations={"post": operation(callbacks={"sold": {"{$request.query.url}": inner}})})
    spec.path("/y", operations={"post": operation(requestBody=content(Priced))})

    made = checked(spec)

    callback = made["paths"]["/x"]["post"]["callbacks"]["sold"]["{$request.query.url}"]["post"]
    assert callback["requestBody"] == content({"$ref": "#/components/schemas/Priced"})
    sent = made["paths"]["/y"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert sent["$ref"].rpartition("/")[2] in made["components"]["schemas"]


def test_forms_are_read_as_forms() -> None:
    spec = spec_of(PydanticPlugin(strict=True))
    spec.path("/x", operations={"post": operation(requestBody=content(Event, "multipart/form-data"))})

    made = checked(spec)

    assert made["paths"]["/x"]["post"]["requestBody"] == content(
        {"$ref": "#/components/schemas/Event"}, "multipart/form-data"
    )
    assert made["components"]["schemas"]["Event"]["additionalProperties"] is False


def test_components_may_hold_models_and_have_names_of_their_own() -> None:
    spec = spec_of(PydanticPlugin())
    spec.components.schema("Book", model=Book)
    spec.components.schema("Tome", model=Book)
    spec.components.schema("Pair", {"type": "array", "items": Event})
    spec.components.response("Found", {"description": "OK", **content(Book)})
    spec.components.parameter("Page", "query", {"name": "page", "schema": int})
    spec.components.header("X-At", {"schema": float})

    components = checked(spec)["components"]

    assert components["schemas"]["Tome"] == BOOK
    assert components["schemas"]["Book"]["properties"]["title"] == {"type": "string"}
    assert components["schemas"]["Pair"]["items"] == {"$ref": "#/components/schemas/Event"}
    assert components["responses"]["Found"]["content"] == content(BOOK)["content"]
    assert components["parameters"]["Page"]["schema"] == {"type": "integer"}
    assert components["headers"]["X-At"]["schema"] == {"type": "number"}


def test_a_document_may_be_asked_for_again() -> None:
    spec = spec_of(PydanticPlugin())
    spec.path("/books", operations={"post": operation(requestBody=content(Book))})
    first = checked(spec)
    assert checked(spec) == first

    spec.path("/events", operations={"post": operation(requestBody=content(Event))})

    assert sorted(checked(spec)["components"]["schemas"]) == ["Book", "Event"]


def test_a_name_is_never_overwritten() -> None:
    spec = spec_of(PydanticPlugin())
    spec.components.schema("Book", {"type": "object"})
    spec.path("/books", operations={"post": operation(requestBody=content(Book))})

    with pytest.raises(DuplicateComponentNameError) as caught:
        spec.to_dict()

    assert str(caught.value) == (
        "Both a model and another schema are named 'Book'; write"
        ' model_config = ConfigDict(title="AnotherName") in the model.'
    )


def test_a_document_in_3_0_has_the_schemas_of_3_0() -> None:
    spec = spec_of(PydanticPlugin(), version="3.0.3")
    spec.path("/books", operations={"post": operation(requestBody=content(Book | None))})

    made = checked(spec)

    assert made["components"]["schemas"]["Book"]["properties"]["pages"] == {
        "type": "integer",
        "nullable": True,
        "default": None,
    }
    assert made["components"]["schemas"]["Book"]["properties"]["kind"]["enum"] == ["novel"]


@pytest.mark.parametrize("turned", [False, True])
def test_other_plugins_get_their_helpers_called(turned: bool) -> None:
    class Marking(BasePlugin):
        def operation_helper(self, path: Any = None, operations: Any = None, **kwargs: Any) -> None:
            for item in operations.values():
                item["x-marked"] = kwargs["mark"]

    plugins: list[BasePlugin] = [PydanticPlugin(), RoutePlugin(), MarshmallowPlugin(), Marking()]
    spec = spec_of(*(plugins[::-1] if turned else plugins))
    rule = Rule("/books/<int(max=9):id>")
    Map([rule])
    body = operation(
        requestBody=content(Book), responses={"200": {"description": "", **content(AuthorSchema)}}
    )
    spec.path(rule=rule, operations={"put": body}, mark=1)

    made = checked(spec)

    put = made["paths"]["/books/{id}"]["put"]
    assert put["x-marked"] == 1
    assert put["requestBody"] == content(BOOK)
    assert put["responses"]["200"]["content"] == content({"$ref": "#/components/schemas/Author"})["content"]
    assert sorted(made["components"]["schemas"]) == ["Author", "Book"]


def test_a_rule_with_its_view_is_a_path_with_operations() -> None:
    def view() -> None:
        """Show a file
        of many.

        Slashes are part of its name.
        """

    rule = Rule("/files/<path:name>/<any(a, b):part>", methods=["GET", "POST"])
    Map([rule])
    spec = spec_of(RoutePlugin())
    responses = {"responses": {"200": {"description": "OK"}}}
    spec.path(
        rule=rule,
        view=view,
        operations={"get": {**responses, "summary": "Mine"}, "post": responses},
        parameters=[{"name": "part", "in": "path", "schema": {}}],
    )

    item = checked(spec)["paths"]["/files/{name}/{part}"]

    assert item["parameters"] == [
        {"name": "part", "in": "path", "required": True, "schema": {}},
        {
            "name": "name",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "x-allowReserved": True,
        },
    ]
    assert item["get"] == {**responses, "summary": "Mine", "description": "Slashes are part of its name."}
    assert item["post"]["summary"] == "Show a file of many"
    assert "head" not in item


def test_slashes_in_a_path_are_told_in_3_2() -> None:
    rule = Rule("/files/<path:name>")
    Map([rule])
    spec = spec_of(RoutePlugin(), version="3.2.0")
    spec.path(rule=rule)

    assert spec.to_dict()["paths"]["/files/{name}"]["parameters"][0]["allowReserved"] is True


def test_an_operation_is_a_path() -> None:
    app = App()

    @app.get("/books/<id>")
    def show(id: int) -> Book:
        """Show a book."""
        raise NotImplementedError

    app.freeze()
    spec = spec_of(RoutePlugin())
    for one in app.operations:
        spec.path(operation=one)

    item = spec.to_dict()["paths"]["/books/{id}"]

    assert item["get"] == {"operationId": "show", "summary": "Show a book"}
    assert item["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    ]


@pytest.mark.parametrize(
    ("rule", "found", "mend"),
    [
        (
            Rule("/books/<int:id>"),
            "The rule '/books/<int:id>' is in no Map, so its converters are not known.",
            "Map([Rule('/books/<int:id>')])",
        ),
        (
            Rule("/books//<int:id>"),
            "The rule '/books//<int:id>' is no path: it holds '//';"
            " segments between slashes were expected, none of them empty.",
            'Rule("/books/<int:id>")',
        ),
    ],
)
def test_rules_that_are_no_paths(rule: Rule, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        spec_of(RoutePlugin()).path(rule=rule)

    assert found in str(caught.value)
    assert mend in str(caught.value)


def test_what_is_no_rule_is_left_to_others() -> None:
    spec = spec_of(RoutePlugin())
    spec.path("/plain")

    assert spec.to_dict()["paths"] == {"/plain": {}}
