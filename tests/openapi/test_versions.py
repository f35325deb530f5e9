"""Documents in older versions: what each kind of object becomes, and what is told of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from restlite.openapi.versions import Loss, Version, lower

VALIDATORS: dict[str, Any] = {
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}
OK = {"200": {"description": "OK"}}


def document(**members: Any) -> dict[str, Any]:
    return {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": {}, **members}


def with_get(**members: Any) -> dict[str, Any]:
    return document(paths={"/x": {"get": {"responses": OK, **members}}})


def lowered(given: dict[str, Any], to: Version) -> tuple[dict[str, Any], list[str]]:
    """Lower a document, and hold the result to the published schema of its version."""
    before = deepcopy(given)
    made, losses = lower(given, to)
    assert given == before
    assert [error.message for error in VALIDATORS[to](made).iter_errors()] == []
    return made, [str(loss) for loss in losses]


RICH = document(
    **{"$self": "https://example.com/openapi.json"},
    jsonSchemaDialect="https://spec.openapis.org/oas/3.1/dialect/base",
    info={
        "title": "T",
        "version": "1",
        "summary": "All of it",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    servers=[{"url": "https://example.com", "name": "prod"}],
    security=[{"oauth": ["read"]}],
    tags=[
        {"name": "shop", "summary": "The shop", "kind": "nav"},
        {"name": "books", "parent": "shop"},
        {"name": "rare", "parent": "books"},
        {"name": "health"},
    ],
    paths={
        "/books": {
            "get": {
                "operationId": "list_books",
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": ["integer", "null"], "default": 1}},
                    {"$ref": "#/components/parameters/Q"},
                ],
                "responses": {
                    "200": {
                        "summary": "Books",
                        "headers": {"X-Next": {"schema": {"const": "a"}}},
                        "content": {
                            "application/jsonl": {"itemSchema": {"$ref": "#/components/schemas/Book"}},
                            "application/json": {"itemSchema": {"$ref": "#/components/schemas/Book"}},
                            "application/xml": {"$ref": "#/components/mediaTypes/Book"},
                            "image/png": {},
                        },
                    },
                    "404": {},
                    "4XX": {"summary": "No", "description": "Nothing"},
                    "default": {},
                },
                "callbacks": {"done": {"{$request.query.url}": {"post": {"security": [{"cert": []}]}}}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/mixed": {
                            "itemSchema": {"type": "object"},
                            "itemEncoding": {"contentType": "application/json"},
                        }
                    }
                },
                "security": [{"cert": []}, {"key": ["admin"], "cert": []}, {}],
            },
            "query": {"operationId": "find_books", "responses": OK},
            "additionalOperations": {"COPY": {"responses": OK}},
        },
        "/shared": {"$ref": "#/components/pathItems/Shared"},
    },
    webhooks={"sold": {"query": {"responses": OK}}},
    components={
        "schemas": {
            "Book": {
                "type": "object",
                "properties": {
                    "next": {"anyOf": [{"$ref": "#/components/schemas/Book"}, {"type": "null"}]},
                    "cover": {"type": "string", "contentMediaType": "image/png"},
                    "id": {"type": "integer", "xml": {"nodeType": "attribute"}},
                    "text": {"type": "string", "xml": {"nodeType": "cdata"}},
                },
                "discriminator": {"propertyName": "kind", "defaultMapping": "Book"},
            }
        },
        "parameters": {
            "Q": {"name": "q", "in": "querystring", "content": {"application/json": {"schema": {}}}},
            "Form": {
                "name": "form",
                "in": "querystring",
                "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
            },
            "Sid": {"name": "sid", "in": "cookie", "style": "cookie", "schema": {"type": "string"}},
        },
        "examples": {
            "both": {"dataValue": {"a": 1}, "serializedValue": '{"a":1}'},
            "text": {"serializedValue": "a=1"},
            "plain": {"value": 1},
        },
        "mediaTypes": {"Book": {"schema": {"$ref": "#/components/schemas/Book"}}},
        "pathItems": {"Shared": {"get": {"responses": OK}}},
        "securitySchemes": {
            "cert": {"type": "mutualTLS"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key", "deprecated": True},
            "oauth": {
                "type": "oauth2",
                "oauth2MetadataUrl": "https://example.com/meta",
                "flows": {
                    "deviceAuthorization": {
                        "deviceAuthorizationUrl": "https://example.com/d",
                        "tokenUrl": "https://example.com/t",
                        "scopes": {"read": "Read"},
                    }
                },
            },
        },
    },
)


@pytest.mark.parametrize(("to", "written"), [("3.0", "3.0.4"), ("3.1", "3.1.2")])
def test_a_document_with_everything_is_valid_in_older_versions(to: Version, written: str) -> None:
    made, losses = lowered(RICH, to)

    assert made["openapi"] == written
    assert len(losses) > 20
    assert lower(RICH, "3.2") == (RICH, [])


def test_what_is_lost_is_told_with_its_place_in_the_document_given() -> None:
    made, losses = lower(RICH, "3.1")

    assert Loss("/paths/~1books/query", "query", "x-query") in losses
    assert "/$self: $self was left out" in [str(loss) for loss in losses]
    assert "/paths/~1books/query: query became x-query" in [str(loss) for loss in losses]
    assert losses == sorted(losses)
    assert made["paths"]["/books"]["x-query"]["operationId"] == "find_books"
    assert made["paths"]["/books"]["x-additionalOperations"] == {"COPY": {"responses": OK}}


def test_items_of_a_stream_become_a_text_and_those_of_parts_an_array() -> None:
    made, _ = lowered(RICH, "3.1")
    book = {"$ref": "#/components/schemas/Book"}

    content = made["paths"]["/books"]["get"]["responses"]["200"]["content"]
    assert content["application/jsonl"] == {"schema": {"type": "string"}, "x-itemSchema": book}
    assert content["application/json"] == {"schema": {"type": "array", "items": book}}
    parts = made["paths"]["/books"]["post"]["requestBody"]["content"]["multipart/mixed"]
    assert parts["schema"] == {"type": "array", "items": {"type": "object"}}
    assert parts["x-itemEncoding"] == {"contentType": "application/json"}


def test_a_schema_of_the_whole_stands_beside_that_of_the_items() -> None:
    content = {"application/json": {"schema": {"type": "array"}, "itemSchema": {"type": "integer"}}}
    made, losses = lowered(with_get(requestBody={"content": content}), "3.1")

    body = made["paths"]["/x"]["get"]["requestBody"]["content"]["application/json"]
    assert body == {"schema": {"type": "array"}, "x-itemSchema": {"type": "integer"}}
    pointer = "/paths/~1x/get/requestBody/content/application~1json/itemSchema"
    assert losses == [f"{pointer}: itemSchema became x-itemSchema"]


def test_answers_get_the_description_that_older_versions_ask_for() -> None:
    made, losses = lowered(RICH, "3.1")

    responses = made["paths"]["/books"]["get"]["responses"]
    said = {status: response["description"] for status, response in responses.items()}
    assert said == {"200": "Books", "404": "Not Found", "4XX": "Nothing", "default": ""}
    assert responses["4XX"]["x-summary"] == "No"
    assert "/paths/~1books/get/responses/200/summary: summary became description" in losses


def test_a_tree_of_tags_becomes_groups() -> None:
    made, _ = lowered(RICH, "3.1")

    assert made["x-tagGroups"] == [
        {"name": "The shop", "tags": ["shop", "books", "rare"]},
        {"name": "health", "tags": ["health"]},
    ]
    assert made["tags"][0] == {"name": "shop", "x-displayName": "The shop", "x-kind": "nav"}
    assert made["tags"][1] == {"name": "books", "x-parent": "shop"}


def test_tags_that_are_each_others_parents_end() -> None:
    tags = [{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]

    made, _ = lowered(document(tags=tags), "3.1")

    assert made["x-tagGroups"] == [{"name": "b", "tags": ["a"]}, {"name": "a", "tags": ["b"]}]


def test_a_media_type_stands_where_a_reference_to_it_stood() -> None:
    made, losses = lowered(RICH, "3.1")

    content = made["paths"]["/books"]["get"]["responses"]["200"]["content"]
    assert content["application/xml"] == {"schema": {"$ref": "#/components/schemas/Book"}}
    assert "x-mediaTypes" in made["components"]
    assert "/components/mediaTypes: mediaTypes became x-mediaTypes" in losses


def test_references_to_media_types_that_lead_nowhere_are_left_out() -> None:
    around = {
        "encoding": {"a": {"headers": {"X": {"content": {"a/b": {"$ref": "#/components/mediaTypes/M"}}}}}}
    }
    content = {
        "a/a": {"$ref": "#/components/mediaTypes/M"},
        "a/b": {"$ref": "#/components/mediaTypes/Gone"},
        "a/c": {"$ref": "#/components/mediaTypes/Round"},
        "a/d": {"$ref": "other.json"},
    }
    given = with_get(requestBody={"content": content})
    given["components"] = {
        "mediaTypes": {"M": around, "Round": {"$ref": "#/components/mediaTypes/Round"}},
    }

    made, losses = lower(given, "3.1")

    inner = {"encoding": {"a": {"headers": {"X": {"content": {"a/b": {}}}}}}}
    assert made["paths"]["/x"]["get"]["requestBody"]["content"]["a/a"] == inner
    left_out = [loss.pointer for loss in losses if loss.what == "a reference to a media type"]
    base = "/paths/~1x/get/requestBody/content"
    assert set(left_out) >= {f"{base}/a~1b", f"{base}/a~1c", f"{base}/a~1d"}


def test_a_query_string_that_is_a_form_is_a_parameter_and_another_is_none() -> None:
    made, losses = lowered(RICH, "3.1")

    assert made["components"]["parameters"]["Form"] == {
        "name": "form",
        "in": "query",
        "style": "form",
        "explode": True,
        "schema": {"type": "object"},
    }
    get = made["paths"]["/books"]["get"]
    assert [parameter["name"] for parameter in get["parameters"]] == ["page"]
    assert get["x-querystring"] == {"$ref": "#/components/x-parameters/Q"}
    assert made["components"]["x-parameters"]["Q"]["name"] == "q"
    assert "/paths/~1books/get/parameters/1: in: querystring became x-querystring" in losses


def test_examples_cookies_and_xml_say_it_as_before() -> None:
    made, losses = lowered(RICH, "3.1")

    components = made["components"]
    assert components["examples"] == {
        "both": {"value": {"a": 1}, "x-serializedValue": '{"a":1}'},
        "text": {"value": "a=1"},
        "plain": {"value": 1},
    }
    assert components["parameters"]["Sid"] == {"name": "sid", "in": "cookie", "schema": {"type": "string"}}
    properties = components["schemas"]["Book"]["properties"]
    assert properties["id"]["xml"] == {"attribute": True}
    assert properties["text"]["xml"] == {"x-nodeType": "cdata"}
    assert "/components/parameters/Sid/style: the style cookie became form" in losses


def test_webhooks_and_shared_paths_become_extensions_and_references_follow() -> None:
    given = deepcopy(RICH)
    given["paths"]["/again"] = {
        "get": {"responses": {"200": {"$ref": "#/webhooks/sold/query/responses/200"}}}
    }

    made, losses = lowered(given, "3.0")

    assert "webhooks" not in made
    assert made["x-webhooks"]["sold"] == {"x-query": {"responses": OK}}
    again = made["paths"]["/again"]["get"]["responses"]["200"]
    assert again == {"$ref": "#/x-webhooks/sold/x-query/responses/200"}
    assert made["paths"]["/shared"] == {"$ref": "#/components/x-pathItems/Shared"}
    assert "/webhooks: webhooks became x-webhooks" in losses


def test_a_certificate_is_not_asked_for_and_never_makes_an_operation_public() -> None:
    made, losses = lowered(RICH, "3.0")

    post = made["paths"]["/books"]["post"]
    assert post["security"] == [{"key": []}, {}]
    assert post["x-security"] == [{"cert": []}, {"key": ["admin"], "cert": []}, {}]
    assert set(made["components"]["securitySchemes"]) == {"key", "oauth"}
    assert made["components"]["x-securitySchemes"] == {"cert": {"type": "mutualTLS"}}
    assert made["security"] == [{"oauth": ["read"]}]
    assert "/paths/~1books/post/security: mutualTLS became x-security" in losses
    assert "/paths/~1books/post/security: roles was left out" in losses


def test_licenses_answers_and_bytes_are_said_in_the_words_of_3_0() -> None:
    made, losses = lowered(RICH, "3.0")

    assert made["info"]["license"] == {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"}
    assert made["info"]["x-summary"] == "All of it"
    assert made["paths"]["/books"]["post"]["responses"] == {"default": {"description": ""}}
    image = made["paths"]["/books"]["get"]["responses"]["200"]["content"]["image/png"]
    assert image == {"schema": {"type": "string", "format": "binary"}}
    assert "/jsonSchemaDialect: jsonSchemaDialect was left out" in losses
    assert "paths" in lowered({key: value for key, value in RICH.items() if key != "paths"}, "3.0")[0]


def test_references_have_no_words_of_their_own_in_3_0() -> None:
    reference = {"$ref": "#/components/responses/R", "summary": "S", "description": "D"}
    given = with_get(responses={"200": reference})
    given["components"] = {"responses": {"R": {"description": "R"}}}

    made, losses = lowered(given, "3.0")

    assert made["paths"]["/x"]["get"]["responses"]["200"] == {"$ref": "#/components/responses/R"}
    place = "/paths/~1x/get/responses/200"
    assert losses == [
        f"{place}/description: description was left out",
        f"{place}/summary: summary was left out",
    ]


def test_what_is_no_openapi_is_left_as_it_is() -> None:
    given = document(tags="t", paths={"/x": None, "/y": {"get": {"parameters": {}, "security": 1}}})
    given["components"] = {"examples": {"e": {"dataValue": 1}}, "xml": 1, "schemas": []}
    given["paths"]["/y"]["post"] = {"parameters": [{"name": "a", "in": "path", "allowReserved": True}]}
    given["info"]["license"] = {"name": "MIT"}

    made, _ = lower(given, "3.0")

    assert (made["tags"], made["paths"]["/x"]) == ("t", None)
    assert made["paths"]["/y"]["get"]["parameters"] == {}
    assert made["components"] == {"examples": {"e": {"value": 1}}, "xml": 1, "schemas": []}
    assert made["paths"]["/y"]["post"]["parameters"] == [{"name": "a", "in": "path", "x-allowReserved": True}]
    assert made["info"]["license"] == {"name": "MIT"}


def test_extensions_stay_as_they_are() -> None:
    given = document(**{"x-all": {"$ref": "anything"}}, paths={"x-mine": {"query": 1}})
    given["paths"]["/x"] = {"get": {"responses": {**OK, "x-more": 7}}}

    made, losses = lowered(given, "3.1")

    assert (made["x-all"], made["paths"]["x-mine"]) == ({"$ref": "anything"}, {"query": 1})
    assert made["paths"]["/x"]["get"]["responses"]["x-more"] == 7
    assert losses == []


@pytest.mark.parametrize(("given", "to", "written"), [("3.1.0", "3.1", "3.1.0"), ("3.1.0", "3.2", "3.2.0")])
def test_a_document_of_the_version_asked_for_stays_as_it_is(given: str, to: Version, written: str) -> None:
    source = {**with_get(), "openapi": given}

    assert lowered(source, to) == ({**source, "openapi": written}, [])


@pytest.mark.parametrize(("given", "said"), [("3.0.3", "3.0"), (None, "unknown")])
def test_a_document_is_not_raised(given: str | None, said: str) -> None:
    source = {"openapi": given} if given else {}

    with pytest.raises(
        ValueError, match=f"a document of OpenAPI {said} was found; one of 3.1 or 3.2 is lowered"
    ):
        lower(source, "3.1")
