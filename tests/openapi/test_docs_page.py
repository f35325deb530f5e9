"""The page as a whole: complete without a script, sound HTML, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from docs_sample import bookshop
from pages import Node, read

from restlite.openapi.docs import POLICY, assets, render
from restlite.openapi.reader import DocumentError, operations_of, read_document

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def minimal(**members: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, **members}


def page_of(document: Any) -> Node:
    return read(render(document))


def test_every_operation_schema_and_scheme_is_on_the_page() -> None:
    document = bookshop()
    page = page_of(document)
    ids = {str(node.attributes["id"]) for node in page.everything() if "id" in node.attributes}
    for record in operations_of(read_document(document)):
        name = record.operation.get("operationId", "GET-~2fhealth")
        assert f"operation-{name}" in ids
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= ids
    assert {f"scheme-{name}" for name in document["components"]["securitySchemes"]} <= ids
    assert {"overview", "authentication", "tag-Books", "tag-Orders", "untagged", "webhooks", "schemas"} <= ids


def test_ids_are_unique_and_every_link_inside_leads_somewhere() -> None:
    page = page_of(bookshop())
    ids = Counter(str(node.attributes["id"]) for node in page.everything() if "id" in node.attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    targets = {
        str(node.attributes["href"])[1:] for node in page.all("a") if node.attributes["href"][0] == "#"
    }
    assert targets - ids.keys() == set()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    page = page_of(bookshop())
    for node in page.everything():
        assert not [name for name in node.attributes if name == "style" or name.startswith("on")]
        assert node.name not in ("style", "iframe", "object", "img", "base")
        if node.name in ("script", "link"):
            source = str(node.attributes.get("src") or node.attributes["href"])
            assert source.startswith(("docs/assets/docs.", "data:image/svg+xml"))
            assert not node.inside
    assert "'unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none';")


def test_style_and_script_are_small_named_by_content_and_self_contained() -> None:
    found = assets()
    assert sum(len(content) for _, content in found.values()) <= 60_000
    assert sorted(media_type for media_type, _ in found.values()) == [
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    ]
    for name, (_, content) in found.items():
        assert re.fullmatch(r"docs\.[0-9a-f]{12}\.(css|js)", name)
        assert b"://" not in content
        assert b"innerHTML" not in content
        assert b"eval" not in content


def test_assets_are_asked_for_where_they_are_served() -> None:
    text = render(minimal(), document_url="/api/openapi.json", assets_url="/api/docs/assets/")
    assert all(f'"/api/docs/assets/{name}"' in text for name in assets())
    assert '<a href="/api/openapi.json">OpenAPI 3.1.0</a>' in text


def test_the_overview_says_what_info_says() -> None:
    lines = page_of(bookshop()).one("#overview").lines()
    assert lines == [
        "Bookshop 2.1",
        "Books, covers and orders of a small shop.",
        "Everything the shop does, over HTTP.",
        "Reading is open to everybody; to change something, send a bearer token. Errors are",
        "problem details.",
        "curl https://shop.example/books?q=austen",
        "Document",
        "OpenAPI 3.2.0",
        "Server",
        "/ This one",
        "Server",
        "https://{region}.shop.example",
        "{region} eu or us Nearest is best.",
        "Contact",
        "The shop",
        "License",
        "MIT",
        "Terms",
        "https://example.com/terms",
        "More",
        "A guide for beginners",
    ]


def test_a_minimal_document_is_a_page() -> None:
    page = page_of(minimal())
    assert page.one("#overview").lines() == ["T 1", "Document", "OpenAPI 3.1.0"]
    assert page.all("#authentication") == page.all("#schemas") == page.all(".operation") == []


def test_contact_may_be_an_address_or_a_place_alone() -> None:
    for contact, expect in (({"email": "a@b.c"}, "a@b.c"), ({"url": "https://x.y"}, "https://x.y")):
        page = page_of(minimal(info={"title": "T", "version": "1", "contact": contact}))
        assert page.one("#overview").lines()[-2:] == ["Contact", expect]


def test_tags_are_sections_in_the_documents_order_with_their_parents() -> None:
    page = page_of(bookshop())
    titles = [node.text for node in page.one("#contents").all("h2")]
    assert titles == ["Books", "Covers", "Orders", "Events", "Other operations", "Webhooks"]
    groups = page.one("#contents").all(".group")
    assert [group.attributes["class"] for group in groups[:2]] == ["group depth0", "group depth1"]


def test_tags_that_are_each_others_parent_are_still_shown() -> None:
    tags = [{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]
    paths = {"/x": {"get": {"tags": ["a"], "responses": {}}}}
    page = page_of(minimal(tags=tags, paths=paths))
    assert [node.text for node in page.one("#contents").all("h2")] == ["a"]


def test_without_tags_there_is_one_section() -> None:
    page = page_of(minimal(paths={"/x": {"get": {"responses": {}}}}))
    assert page.one("#untagged").all("h2")[0].text == "Operations"


def test_a_reference_that_names_nothing_is_an_error() -> None:
    paths = {"/x": {"get": {"responses": {"200": {"$ref": "#/components/responses/Gone"}}}}}
    with pytest.raises(DocumentError, match="Gone"):
        render(minimal(paths=paths))


def hostile(schema: Any) -> dict[str, Any]:
    operation = {
        "operationId": EVIL,
        "summary": EVIL,
        "description": f"{EVIL}\n\n[x](javascript:alert(1)) `{EVIL}`",
        "tags": [EVIL],
        "security": [{EVIL: [EVIL]}],
        "externalDocs": {"url": "javascript:alert(1)", "description": EVIL},
        "parameters": [
            {"name": EVIL, "in": "query", "required": True, "description": EVIL, "schema": schema}
        ],
        "requestBody": {"content": {EVIL: {"schema": schema}, "application/json": {"example": {EVIL: EVIL}}}},
        "responses": {
            "200": {
                "description": EVIL,
                "headers": {EVIL: {"schema": schema}},
                "content": {"text/plain": {"example": EVIL}},
                "links": {EVIL: {"operationRef": EVIL, "parameters": {EVIL: EVIL}}},
            }
        },
        "callbacks": {EVIL: {EVIL: {"post": {"responses": {}}}}},
    }
    scheme = {"type": "openIdConnect", "openIdConnectUrl": "javascript:alert(1)", "description": EVIL}
    info = {
        "title": EVIL,
        "version": EVIL,
        "description": EVIL,
        "termsOfService": "javascript:alert(1)",
        "contact": {"url": "javascript:alert(1)", "name": EVIL},
        "license": {"name": EVIL, "url": "data:text/html,x"},
    }
    return minimal(
        info=info,
        servers=[{"url": f"/{EVIL}", "description": EVIL}],
        tags=[{"name": EVIL, "description": EVIL}],
        paths={f"/{{x}}{EVIL}": {"post": operation}},
        components={"schemas": {"S": schema}, "securitySchemes": {EVIL: scheme}},
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "enum": [EVIL] * 3, "pattern": EVIL, "default": EVIL, "format": EVIL, EVIL: EVIL},
        {"properties": {EVIL: {"description": EVIL, "examples": [EVIL]}}, "required": [EVIL]},
        {
            "oneOf": [{"const": EVIL}, {"title": EVIL}],
            "discriminator": {"propertyName": EVIL, "mapping": {EVIL: EVIL}},
        },
        {"patternProperties": {EVIL: True}, "dependentRequired": {EVIL: [EVIL]}},
    ],
)
def test_hostile_strings_stay_text(schema: Any) -> None:
    document = read_document(hostile(schema), check=False)
    page = page_of(document)
    assert page.all("img") == []
    assert [node for node in page.all("script") if "src" not in node.attributes] == []
    for node in page.everything():
        assert not [name for name in node.attributes if name.startswith("on")]
        target = str(node.attributes.get("href", "#"))
        assert target.startswith(
            ("#", "https://", "http://", "mailto:", "docs/assets/", "data:image/svg", "openapi")
        )
    assert EVIL in page.text


def test_a_huge_enum_is_folded() -> None:
    values = [f"value {number}" for number in range(5000)]
    page = page_of(minimal(components={"schemas": {"Big": {"enum": values}}}))
    (folded,) = page.one("#schema-Big").all("details")
    assert folded.lines()[0] == "All 5000 values"
    assert "open" not in folded.attributes
    assert values[-1] in folded.text


def test_what_needs_the_script_is_marked_so() -> None:
    page = page_of(bookshop())
    for node in page.everything():
        if node.name in ("input", "button", "select", "textarea") and node.attributes.get("class") != "menu":
            while (
                "scripted" not in (classes := str(node.attributes.get("class")).split())
                and "try" not in classes
            ):
                assert node.parent is not None
                node = node.parent
    css = next(content for name, (_, content) in assets().items() if name.endswith("css")).decode()
    assert ":root:not(.scripts) .scripted, :root:not(.scripts) .try { display: none; }" in css


def test_every_control_has_a_label() -> None:
    page = page_of(bookshop())
    for node in page.everything():
        if node.name in ("input", "select", "textarea"):
            above = node.parent
            while above is not None and above.name != "label":
                above = above.parent
            assert above is not None
            assert above.text.strip(), node.attributes
