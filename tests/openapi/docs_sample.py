"""A document that uses every construct: a bookshop's, written by hand."""

from __future__ import annotations

from typing import Any

from docs_schemas import ISBN, PAGE, SCHEMAS, closed, ref


def body(schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema, **more}}}


def answer(description: str, schema: Any = None, media_type: str = "application/json", **more: Any) -> Any:
    content = {} if schema is None else {"content": {media_type: {"schema": schema}}}
    return {"description": description, **content, **more}


def problems(*statuses: int) -> dict[str, Any]:
    names = {
        400: "The request is malformed.",
        401: "Credentials are missing or wrong.",
        403: "The credentials do not suffice.",
        404: "There is no such resource.",
        409: "The resource is not in the state that this needs.",
        412: "The resource has changed meanwhile.",
        413: "The body is too large.",
        415: "The body has a media type that is not taken.",
        422: "Parameters or body break a rule.",
        428: "If-Match is missing.",
    }
    return {str(s): answer(names[s], ref("Problem"), "application/problem+json") for s in statuses}


def operation(name: str, tag: str, summary: str, responses: Any, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "tags": [tag], "summary": summary, **more, "responses": responses}


BEARER = [{"bearer": ["books:write"]}]
ETAG = {"ETag": {"description": "The version; send it as `If-Match`.", "schema": {"type": "string"}}}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "example": '"v1"',
}

PATHS: dict[str, Any] = {
    "/books": {
        "get": operation(
            "list_books",
            "Books",
            "List books",
            {
                "200": answer(
                    "A page of books.", ref("PageOfBook"), headers={"Link": {"schema": {"type": "string"}}}
                ),
                **problems(422),
            },
            description="Newest first.\n\n- `q` searches titles and authors\n- `sort` takes several keys",
            parameters=[
                *PAGE,
                {
                    "name": "q",
                    "in": "query",
                    "schema": {"type": "string", "minLength": 2},
                    "example": "austen",
                },
                {"name": "format", "in": "query", "schema": {"type": "array", "items": ref("Format")}},
                {"name": "in_stock", "in": "query", "schema": {"type": "boolean"}},
            ],
        ),
        "post": operation(
            "create_book",
            "Books",
            "Add a book",
            {
                "201": answer(
                    "The book was added.",
                    ref("Book"),
                    headers={
                        "Location": {
                            "description": "Of the new book.",
                            "schema": {"type": "string", "format": "uri-reference"},
                        }
                    },
                    links={
                        "show": {"operationId": "show_book", "parameters": {"isbn": "$response.body#/isbn"}}
                    },
                ),
                **problems(400, 401, 403, 409, 415, 422),
            },
            description="The ISBN must be **new**; else the answer is `409`.",
            security=BEARER,
            requestBody=body(ref("BookIn")),
        ),
        "query": operation(
            "query_books",
            "Books",
            "Search with a body",
            {"200": answer("Matches.", ref("PageOfBook"))},
            requestBody=body(
                {"type": "object", "properties": {"where": {"type": "string"}}, "minProperties": 1}
            ),
        ),
    },
    "/books/{isbn}": {
        "parameters": [ISBN],
        "get": operation(
            "show_book",
            "Books",
            "Show a book",
            {
                "200": answer("The book.", ref("Book"), headers=ETAG),
                "304": answer("You have it."),
                **problems(404),
            },
        ),
        "put": operation(
            "replace_book",
            "Books",
            "Replace a book",
            {"200": answer("The book.", ref("Book")), **problems(404, 412, 428)},
            security=BEARER,
            requestBody=body(ref("BookIn")),
            parameters=[MATCH],
        ),
        "patch": operation(
            "edit_book",
            "Books",
            "Change parts of a book",
            {"200": answer("The book.", ref("Book")), **problems(404, 409, 412)},
            security=BEARER,
            requestBody={
                "required": True,
                "content": {
                    "application/merge-patch+json": {
                        "schema": {"type": "object", "minProperties": 1},
                        "example": {"price": 7.5},
                    },
                    "application/json-patch+json": {
                        "schema": {"type": "array", "items": {"type": "object"}},
                        "examples": {
                            "price": {
                                "summary": "A new price",
                                "value": [{"op": "replace", "path": "/price", "value": 7.5}],
                            },
                            "author": {
                                "summary": "One more author",
                                "value": [{"op": "add", "path": "/authors/-", "value": {"name": "Anon"}}],
                            },
                        },
                    },
                },
            },
        ),
        "delete": operation(
            "delete_book",
            "Books",
            "Remove a book",
            {"204": answer("It is gone."), **problems(401, 404)},
            security=[{"bearer": ["books:write", "books:delete"]}, {"key": []}],
        ),
    },
    "/books/{isbn}/cover": {
        "parameters": [ISBN],
        "get": operation(
            "show_cover",
            "Covers",
            "Download a cover",
            {
                "200": {"description": "The picture.", "content": {"image/jpeg": {}, "image/png": {}}},
                **problems(404),
            },
        ),
        "put": operation(
            "upload_cover",
            "Covers",
            "Upload a cover",
            {"204": answer("Stored."), **problems(413, 415)},
            security=BEARER,
            requestBody=body(
                closed(
                    {
                        "picture": {"type": "string", "contentMediaType": "image/*"},
                        "caption": {"type": "string", "maxLength": 80},
                    },
                    "picture",
                ),
                "multipart/form-data",
                encoding={"picture": {"contentType": "image/jpeg, image/png"}},
            ),
        ),
    },
    "/categories": {
        "get": operation(
            "list_categories",
            "Books",
            "Show the tree of categories",
            {"200": answer("The tree.", ref("Category"))},
        )
    },
    "/orders": {
        "post": operation(
            "place_order",
            "Orders",
            "Place an order",
            {"201": answer("The order.", ref("Order")), **problems(422)},
            security=[{"oauth": ["orders:write"]}],
            requestBody=body(ref("OrderIn")),
            callbacks={
                "shipped": {
                    "{$request.body#/callback}": {
                        "post": {
                            "summary": "Your order is on its way",
                            "requestBody": body(ref("Order")),
                            "responses": {"204": answer("Thanks.")},
                        }
                    }
                }
            },
        ),
        "get": operation(
            "list_orders",
            "Orders",
            "List your orders",
            {"200": answer("Orders.", {"type": "array", "items": ref("Order")})},
            security=[{"oauth": ["orders:read"]}, {"basic": []}],
            deprecated=True,
            parameters=[
                {
                    "name": "state",
                    "in": "query",
                    "deprecated": True,
                    "schema": {"type": "string", "enum": ["placed", "paid", "sent"]},
                },
                {
                    "name": "filter",
                    "in": "query",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
            ],
        ),
    },
    "/orders/{id}": {
        "get": operation(
            "show_order",
            "Orders",
            "Show an order",
            {"200": answer("The order.", ref("Order")), **problems(404)},
            security=[{"session": []}],
            parameters=[
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "format": "uuid"},
                },
                {"name": "session", "in": "cookie", "schema": {"type": "string"}},
            ],
        )
    },
    "/events": {
        "get": operation(
            "follow_events",
            "Events",
            "Follow what happens",
            {
                "200": {
                    "description": "Events as they come.",
                    "content": {
                        "text/event-stream": {"itemSchema": ref("Event")},
                        "application/jsonl": {"itemSchema": ref("Event")},
                    },
                }
            },
        )
    },
    "/login": {
        "post": operation(
            "log_in",
            "Events",
            "Log in",
            {
                "303": answer("Go on."),
                "4XX": ref("Refused", "responses"),
                "default": answer("Anything else."),
            },
            security=[],
            requestBody=body(
                closed(
                    {
                        "user": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                        "remember": {"type": "boolean"},
                    },
                    "user",
                    "password",
                ),
                "application/x-www-form-urlencoded",
            ),
            externalDocs={"url": "https://example.com/login", "description": "More on sessions"},
        )
    },
    "/health": {"get": {"responses": {"200": answer("Alive.", {"type": "string"}, "text/plain")}}},
}

INTRODUCTION = """Everything the shop does, over HTTP.

Reading is open to everybody; to change something, send a **bearer token**. Errors are
[problem details](https://www.rfc-editor.org/rfc/rfc9457).

```
curl https://shop.example/books?q=austen
```
"""


def bookshop(server: str = "/") -> dict[str, Any]:
    """Give the document afresh."""
    return {
        "openapi": "3.2.0",
        "info": {
            "title": "Bookshop",
            "version": "2.1",
            "summary": "Books, covers and orders of a small shop.",
            "description": INTRODUCTION,
            "contact": {"name": "The shop", "email": "shop@example.com"},
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "termsOfService": "https://example.com/terms",
        },
        "servers": [
            {"url": server, "description": "This one"},
            {
                "url": "https://{region}.shop.example",
                "variables": {
                    "region": {"default": "eu", "enum": ["eu", "us"], "description": "Nearest is best."}
                },
            },
        ],
        "externalDocs": {"url": "https://example.com/guide", "description": "A guide for beginners"},
        "tags": [
            {"name": "Books", "description": "The catalogue. Changing it needs the scope `books:write`."},
            {"name": "Covers", "parent": "Books", "description": "Pictures, at most 5 MB each."},
            {"name": "Orders", "description": "What customers buy."},
        ],
        "paths": PATHS,
        "webhooks": {
            "book.added": {
                "post": {
                    "operationId": "book_added",
                    "summary": "A book was added",
                    "requestBody": body(ref("Book")),
                    "responses": {"204": answer("Seen.")},
                }
            }
        },
        "components": {
            "schemas": SCHEMAS,
            "responses": {"Refused": answer("Not you.", ref("Problem"), "application/problem+json")},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Get one from the owner.",
                },
                "basic": {"type": "http", "scheme": "basic"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "oauth": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": "https://id.example/authorize",
                            "tokenUrl": "https://id.example/token",
                            "scopes": {"orders:read": "See your orders", "orders:write": "Place orders"},
                        }
                    },
                },
            },
        },
    }
