"""Operations in words: parameters, bodies, answers, security, callbacks, samples, curl and forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from docs_sample import bookshop
from pages import Node, read

from restlite.openapi.docs import render


def minimal(operation: Any, **members: Any) -> dict[str, Any]:
    info = {"title": "T", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/x": {"post": operation}}, **members}


@pytest.fixture(scope="module")
def shop() -> Node:
    return read(render(bookshop()))


def article(page: Node, name: str) -> Node:
    return page.one(f"#operation-{name}")


def only(operation: Any, **members: Any) -> Node:
    return read(render(minimal({"responses": {}, **operation}, **members))).one(".operation")


def test_parameters_stand_by_location(shop: Node) -> None:
    lines = article(shop, "replace_book").one(".reading").lines()
    assert lines[:10] == [
        "bearer with scope books:write",
        "Path",
        "isbn textrequired",
        "matching ^97[89][0-9]{10}$for example 9780141439518",
        "Thirteen digits, without hyphens.",
        "Header fields",
        "If-Match textrequired",
        'for example "v1"',
        "Bodyrequired",
        "BookInapplication/json",
    ]


def test_parameters_may_hold_a_media_type_or_be_deprecated(shop: Node) -> None:
    reading = article(shop, "list_orders").one(".reading")
    assert "Deprecated: it will go away." in reading.lines()
    assert "filterapplication/json object" in reading.lines()
    assert reading.one(".deprecated").text == "state"


def test_answers_say_status_words_header_fields_and_links(shop: Node) -> None:
    reading = article(shop, "create_book").one(".reading")
    answers = reading.all(".answer")
    assert [answer.one(".status").text for answer in answers] == [
        "201",
        "400",
        "401",
        "403",
        "409",
        "415",
        "422",
    ]
    assert answers[0].lines()[:5] == [
        "201 The book was added.",
        "Location URI or relative reference",
        "Of the new book.",
        "Bookapplication/json",
        "title textrequired",
    ]
    assert answers[0].lines()[-1] == "Link show to show_book isbn from $response.body#/isbn"
    assert "open" in answers[0].attributes
    assert "open" not in answers[1].attributes
    assert answers[1].lines()[:2] == ["400 The request is malformed.", "Problemapplication/problem+json"]
    # What is unfolded once is linked after that.
    assert "title text" in " ".join(answers[1].lines())
    assert answers[2].lines() == ["401 Credentials are missing or wrong.", "Problemapplication/problem+json"]


def test_answers_without_content_are_a_line_and_ranges_are_read(shop: Node) -> None:
    answers = article(shop, "log_in").all(".answer")
    assert [(each.name, each.lines()[0]) for each in answers] == [
        ("p", "303 Go on."),
        ("details", "4XX Not you."),
        ("p", "default Anything else."),
    ]


def test_an_answer_without_a_description_has_the_phrase_of_its_status() -> None:
    answers = only({"responses": {"404": {}, "default": {}, "299": {"summary": "Odd"}}}).all(".answer")
    assert [each.lines() for each in answers] == [
        ["404 Not Found"],
        ["default Any other answer"],
        ["299 Odd"],
    ]


def test_streams_say_what_an_item_is(shop: Node) -> None:
    lines = article(shop, "follow_events").one(".answer").lines()
    assert lines[:3] == [
        "200 Events as they come.",
        "A stream, of which each item is",
        "Eventtext/event-streamapplication/jsonl",
    ]


def test_content_without_a_schema_is_named(shop: Node) -> None:
    assert "image/jpegimage/png" in article(shop, "show_cover").one(".reading").lines()


def test_forms_say_how_their_parts_are_sent(shop: Node) -> None:
    assert "picture sent as image/jpeg, image/png" in article(shop, "upload_cover").one(".reading").lines()


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("list_books", "Open to everybody"),
        ("delete_book", "bearer with scopes books:write, books:delete, or key"),
        ("list_orders", "oauth with scope orders:read, or basic"),
        ("log_in", "Open to everybody"),
    ],
)
def test_security_is_said(shop: Node, name: str, expect: str) -> None:
    assert article(shop, name).one(".security").text == expect


def test_security_may_be_left_away_or_need_several_schemes() -> None:
    said = only({"security": [{"a": [], "b": ["s"]}, {}]}).one(".security").text
    assert said == "a and b with scope s, or nobody in particular"


def test_callbacks_and_webhooks_are_not_tried(shop: Node) -> None:
    placed = article(shop, "place_order").one(".reading").lines()
    at = placed.index("Callback shipped")
    assert placed[at + 1 : at + 4] == [
        "POST {$request.body#/callback}",
        "Bodyrequired",
        "Orderapplication/json",
    ]
    hook = shop.one("#webhook-book_added")
    assert hook.all(".try") == hook.all("figure") == hook.all(".security") == []
    assert hook.one(".samples").lines()[0] == "sent application/json"


def test_callbacks_skip_what_is_no_operation() -> None:
    item = {"x-note": {"a": 1}, "summary": "none", "get": {"responses": {}}}
    assert only({"callbacks": {"c": {"{$url}": item}}}).one(".reading").lines() == [
        "Open to everybody",
        "Callback c",
        "GET {$url}",
    ]


def test_links_may_name_an_operation_by_reference() -> None:
    links = {"a": {"operationRef": "#/paths/~1x/get"}}
    (answer,) = only({"responses": {"200": {"description": "ok", "links": links}}}).all(".answer")
    assert answer.lines() == ["200 ok", "Link a to #/paths/~1x/get"]


def test_external_documentation_is_linked(shop: Node) -> None:
    assert "More on sessions" in article(shop, "log_in").one(".reading").lines()
    plain = only({"externalDocs": {"url": "https://x.y/z"}}).one(".reading")
    assert "https://x.y/z" in plain.lines()


def test_samples_of_answers_stand_in_one_group(shop: Node) -> None:
    panels = article(shop, "create_book").one(".samples").all("details")
    assert {each.attributes["name"] for each in panels} == {"sample-operation-create_book"}
    assert [("open" in each.attributes) for each in panels[:2]] == [True, False]
    assert json.loads(panels[0].one("pre").text)["title"] == "Pride and Prejudice"


def test_samples_are_text_where_the_media_type_is() -> None:
    content = {"text/csv": {"example": "a,b\n"}, "application/json": {"examples": {"empty": {"value": []}}}}
    panels = only({"responses": {"200": {"description": "ok", "content": content}}}).all("pre")
    assert [each.text for each in panels[1:]] == ["a,b\n", "[]"]


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("list_books", "curl 'http://localhost:8000/books'"),
        ("show_book", "curl 'http://localhost:8000/books/9780141439518'"),
        (
            "replace_book",
            "curl -X PUT 'http://localhost:8000/books/9780141439518' \\\n  -H 'If-Match: \"v1\"' \\\n"
            "  -H 'Authorization: Bearer TOKEN' \\\n  -H 'Content-Type: application/json'",
        ),
        (
            "upload_cover",
            "curl -X PUT 'http://localhost:8000/books/9780141439518/cover' \\\n"
            "  -H 'Authorization: Bearer TOKEN' \\\n  -F 'picture=@file' \\\n  -F 'caption=text'",
        ),
        (
            "log_in",
            "curl -X POST 'http://localhost:8000/login' \\\n"
            "  -H 'Content-Type: application/x-www-form-urlencoded' \\\n"
            "  --data-urlencode 'user=text' \\\n  --data-urlencode 'password=correct horse'",
        ),
        (
            "show_order",
            "curl 'http://localhost:8000/orders/3fa85f64-5717-4562-b3fc-2c963f66afa6' \\\n"
            "  -H 'Cookie: session=KEY'",
        ),
    ],
)
def test_curl_sends_the_examples(shop: Node, name: str, expect: str) -> None:
    assert article(shop, name).one("figure").one("code").text.startswith(expect)


@pytest.mark.parametrize(
    ("scheme", "expect"),
    [
        ({"type": "http", "scheme": "basic"}, "'/x' \\\n  -H 'Authorization: Basic CREDENTIALS'"),
        ({"type": "apiKey", "in": "header", "name": "X-K"}, "'/x' \\\n  -H 'X-K: KEY'"),
        ({"type": "apiKey", "in": "query", "name": "k"}, "'/x?q=it%27s&k=KEY'"),
        ({"type": "mutualTLS"}, "'/x'"),
    ],
)
def test_curl_sends_credentials(scheme: Any, expect: str) -> None:
    asked = {"name": "q", "in": "query", "required": True, "example": "it's"}
    parameters = [asked] if "?" in expect else []
    found = only(
        {"security": [{"s": []}], "parameters": parameters},
        servers=[{"url": "https://api.example/"}],
        components={"securitySchemes": {"s": scheme}},
    )
    assert found.one("figure").one("code").text == f"curl -X POST 'https://api.example{expect[1:]}"


def test_curl_quotes_for_the_shell() -> None:
    body = {"content": {"application/json": {"example": "it's"}}}
    parameters = [
        {"name": "c", "in": "cookie", "required": True, "example": "a"},
        {"name": "X-L", "in": "header", "required": True, "example": [1, "b"]},
        {"name": "X-O", "in": "header", "required": True, "example": {"a": 1}},
        {
            "name": "j",
            "in": "query",
            "required": True,
            "content": {"application/json": {"example": {"a": 1}}},
        },
    ]
    assert only({"requestBody": body, "parameters": parameters}).one("figure").one("code").text == (
        "curl -X POST 'http://localhost:8000/x?j=%7B%22a%22%3A+1%7D' \\\n"
        "  -H 'X-L: 1,b' \\\n  -H 'X-O: {\"a\": 1}' \\\n  -H 'Cookie: c=a' \\\n"
        "  -H 'Content-Type: application/json' \\\n  --data-raw '\"it'\\''s\"'"
    )


def test_curl_sends_files_and_plain_text() -> None:
    for content, expect in (
        ({"image/png": {}}, "--data-binary '@file'"),
        ({"text/plain": {"example": "hello"}}, "--data-binary 'hello'"),
        ({"multipart/form-data": {"example": {"f": None}}}, "-F 'f=@file'"),
    ):
        assert only({"requestBody": {"content": content}}).one("figure").one("code").text.endswith(expect)


def controls(node: Node) -> dict[str, Node]:
    found = [each for each in node.everything() if each.name in ("input", "select", "textarea")]
    return {str(each.attributes.get("name")): each for each in found}


def test_forms_have_a_control_for_every_parameter(shop: Node) -> None:
    form = article(shop, "list_books").one("form")
    found = controls(form)
    assert list(found) == ["limit", "cursor", "q", "format", "in_stock"]
    assert found["q"].attributes["value"] == "austen"
    assert "value" not in found["limit"].attributes
    assert found["format"].attributes["placeholder"] == "values apart by commas"
    assert found["in_stock"].lines() == ["true", "false"]
    assert form.attributes["data-path"] == "/books"
    assert json.loads(form.attributes["data-security"]) == []


def test_forms_carry_what_the_script_needs(shop: Node) -> None:
    form = article(shop, "delete_book").one("form")
    assert json.loads(form.attributes["data-security"]) == [["bearer"], ["key"]]
    assert controls(form)["isbn"].attributes["value"] == "9780141439518"
    cookie = controls(article(shop, "show_order").one("form"))["session"]
    assert "disabled" in cookie.attributes
    assert controls(article(shop, "list_orders").one("form"))["filter"].attributes["data-type"] == "content"


def test_forms_follow_styles_and_nullables() -> None:
    deep = {"type": ["null", "object"]}
    many = {"anyOf": [{"type": "array", "items": {"enum": ["a"]}}, {"type": "null"}]}
    parameters = [
        {"name": "d", "in": "query", "style": "deepObject", "explode": True, "schema": deep},
        {
            "name": "m",
            "in": "query",
            "explode": False,
            "schema": many,
            "examples": {"x": {"value": ["a", "b"]}},
        },
        {"name": "e", "in": "query", "required": True, "schema": {"enum": [1, 2], "default": 2}},
        {"name": "t", "in": "query", "schema": True},
    ]
    found = controls(only({"parameters": parameters}).one("form"))
    assert found["d"].attributes["data-style"] == "deepObject"
    assert found["d"].attributes["placeholder"] == "JSON"
    assert (found["d"].attributes["data-explode"], found["m"].attributes["data-explode"]) == ("true", "false")
    assert (found["m"].attributes["data-type"], found["m"].attributes["value"]) == ("array", "a,b")
    assert [each.text for each in found["e"].all("option") if "selected" in each.attributes] == ["2"]
    assert len(found["e"].all("option")) == 2
    assert found["t"].attributes["data-type"] == ""


def test_forms_offer_every_media_type_of_the_body(shop: Node) -> None:
    form = article(shop, "edit_book").one("form")
    assert form.one(".media-type").lines() == ["application/merge-patch+json", "application/json-patch+json"]
    parts = form.all("fieldset")
    assert [("hidden" in part.attributes) for part in parts] == [False, True]
    assert json.loads(parts[0].one("textarea").text) == {"price": 7.5}


def test_forms_offer_the_media_types_of_the_answer(shop: Node) -> None:
    accept = controls(article(shop, "show_cover").one("form"))["Accept"]
    assert accept.lines() == ["image/jpeg", "image/png"]


def test_forms_of_files() -> None:
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    encoded = {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}
    schema = {"properties": {"all": files, "text": encoded}}
    content = {"multipart/form-data": {"schema": schema, "example": {"text": "eA=="}}, "image/png": {}}
    form = only({"requestBody": {"content": content}}).one("form")
    found = controls(form)
    assert found["all"].attributes["type"] == "file"
    assert "multiple" in found["all"].attributes
    assert found["text"].attributes["value"] == "eA=="
    assert form.all("fieldset")[1].one("input").attributes["data-in"] == "file"


def test_forms_of_text_and_of_values_without_members() -> None:
    content = {"text/plain": {"example": "hi\nyou"}, "application/x-www-form-urlencoded": {"example": "a=b"}}
    form = only({"requestBody": {"content": content}}).one("form")
    assert form.one("textarea").text == "\nhi\nyou"
    assert form.all("fieldset")[1].inside == []


def test_schemes_are_explained(shop: Node) -> None:
    lines = {
        str(card.attributes["data-scheme"]): card.lines()
        for card in shop.one("#authentication").all("fieldset")
    }
    assert lines["bearer"] == [
        "bearer",
        "Bearer token (JWT) in the header Authorization",
        "Get one from the owner.",
        "Token",
    ]
    assert lines["basic"] == ["basic", "User name and password, HTTP Basic", "User namePassword"]
    assert lines["key"] == ["key", "API key in the header X-Key", "API key"]
    assert lines["session"] == [
        "session", "API key in the cookie session", "The browser sends this cookie by itself.",
    ]  # fmt: skip
    assert lines["oauth"] == [
        "oauth",
        "OAuth 2.0, bearer token in the header Authorization",
        "Authorization code: authorize at https://id.example/authorize, token from https://id.example/token",
        "orders:read See your orders",
        "orders:write Place orders",
        "Token",
    ]


@pytest.mark.parametrize(
    ("scheme", "expect", "kind"),
    [
        ({"type": "mutualTLS"}, "A client certificate (mutual TLS)", "none"),
        ({"type": "apiKey", "in": "query", "name": "k"}, "API key in the query parameter k", "query"),
        (
            {"type": "openIdConnect", "openIdConnectUrl": "https://x.y"},
            "OpenID Connect, described at https://x.y",
            "bearer",
        ),
        ({"type": "http", "scheme": "digest"}, "Digest token in the header Authorization", "bearer"),
        ({"type": "novel"}, "novel", "none"),
    ],
)
def test_rarer_schemes(scheme: Any, expect: str, kind: str) -> None:
    page = read(render(minimal({"responses": {}}, components={"securitySchemes": {"s": scheme}})))
    card = page.one("#authentication").one("fieldset")
    assert card.lines()[1] == expect
    assert card.attributes["data-kind"] == kind
