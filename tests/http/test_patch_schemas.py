"""Patches of marshmallow schemas."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from restlite import App
from restlite.adapters import WrongAnswer
from restlite.http.jsonpatch import PatchConflict
from restlite.http.patch import Patch
from restlite.http.patch_schemas import SchemaTarget
from restlite.testing import Client

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


class Author(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 20))
    born = fields.Integer(allow_none=True)
    agent = fields.Nested(lambda: Author())


class Chapter(Schema):
    number = fields.Integer(dump_only=True)
    title = fields.String(required=True)


class Book(Schema):
    id = fields.Integer(dump_only=True)
    title = fields.String(required=True, data_key="Title", validate=validate.Length(1, 20))
    pages = fields.Integer(load_default=1)
    stock = fields.Integer(load_default=lambda: 7)
    note = fields.String(allow_none=True)
    key = fields.String(load_only=True, required=True)
    author = fields.Nested(Author, required=True)
    chapters = fields.Nested(Chapter, many=True)
    names = fields.Pluck(Author, "name", many=True)
    prices = fields.Dict(keys=fields.String(), values=fields.Float())
    tags = fields.List(fields.String())

    @validates("stock")
    def check_stock(self, value: int, data_key: str) -> None:
        if value > 100:
            raise ValidationError("too many")

    @validates_schema
    def check_pages(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["pages"] > 1_000 and data["title"] != "Long":
            raise ValidationError("too long", "pages")


STORED: dict[str, Any] = {
    "id": 1,
    "title": "Emma",
    "pages": 300,
    "stock": 2,
    "note": "old",
    "key": "s3cret",
    "author": {"name": "Jane", "born": 1775},
    "chapters": [{"number": 1, "title": "One"}],
    "prices": {"eur": 9.5},
    "tags": ["a"],
}


def patched(body: Any, media_type: str = MERGE, gateway: Any = "wsgi") -> tuple[Any, list[Any], Any]:
    """Send a patch of ``STORED``: give the response, what ``changes`` were, and what was loaded."""
    app, seen = App(), []

    @app.patch("/book")
    def edit(patch: Patch[Annotated[dict[str, Any], Book()]]) -> None:
        seen.append(patch.changes)
        seen.append(patch.apply(STORED))

    with Client(app, gateway=gateway) as client:
        response = client.patch("/book", json=body, headers={"Content-Type": media_type})
    return response, seen[0] if seen else None, seen[1] if len(seen) > 1 else None


def errors(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def test_merge(gateway: Any) -> None:
    body = {
        "Title": "Persuasion",
        "pages": None,
        "stock": None,
        "note": None,
        "id": 9,
        "author": {"born": None},
    }
    response, changes, loaded = patched({**body, "prices": {"usd": 10, "eur": None}}, gateway=gateway)
    assert response.status_code == 204
    assert changes == {
        "title": "Persuasion",
        "pages": 1,
        "stock": 7,
        "note": None,
        "author": {"born": None},
        "prices": {"usd": 10.0, "eur": None},
    }
    without_id = {key: value for key, value in STORED.items() if key != "id"}
    assert loaded == {
        **without_id,
        "title": "Persuasion",
        "pages": 1,
        "stock": 7,
        "note": None,
        "author": {"name": "Jane", "born": None},
        "prices": {"usd": 10.0},
        "chapters": [{"title": "One"}],
    }


def test_a_merge_patch_is_held_to_the_fields_at_once(gateway: Any) -> None:
    body = {
        "id": "x",
        "Title": "",
        "title": "no such key",
        "pages": "3",
        "stock": 200,
        "key": None,
        "author": {"name": None, "agent": {"name": 1}},
        "prices": {"eur": "x"},
        "tags": [1],
    }
    response, changes, _ = patched(body, gateway=gateway)
    assert changes is None
    assert sorted(errors(response)) == [
        ("/Title", "min_length"),
        ("/author/agent/name", "string"),
        ("/author/name", "null"),
        ("/id", "integer"),
        ("/key", "null"),
        ("/pages", "integer"),
        ("/prices/eur", "number"),
        ("/stock", "invalid"),
        ("/tags/0", "string"),
        ("/title", "unknown"),
    ]


def test_the_whole_is_validated_when_it_is_made() -> None:
    response, changes, loaded = patched({"pages": 2_000})
    assert (changes, loaded) == ({"pages": 2_000}, None)
    assert errors(response) == [("/pages", "invalid")]
    assert patched({"pages": 2_000, "Title": "Long"})[0].status_code == 204


def test_json_patch(gateway: Any) -> None:
    body = [
        {"op": "test", "path": "/id", "value": 1},
        {"op": "replace", "path": "/Title", "value": "Persuasion"},
        {"op": "add", "path": "/chapters/-", "value": {"title": "Two"}},
        {"op": "remove", "path": "/note"},
    ]
    response, changes, loaded = patched(body, JSON_PATCH, gateway)
    assert response.status_code == 204
    assert changes == body
    assert (loaded["title"], loaded["key"]) == ("Persuasion", "s3cret")
    assert loaded["chapters"] == [{"title": "One"}, {"title": "Two"}]
    assert "note" not in loaded


def test_a_json_patch_cannot_ask_for_what_is_load_only() -> None:
    (content,) = [item for item in Patch.contents("patch", (Book,), True) if JSON_PATCH in item.media_types]
    _, load = content.loader()
    with pytest.raises(PatchConflict, match="there is nothing at the path"):
        load(b'[{"op": "test", "path": "/key", "value": "s3cret"}]').apply(STORED)


def test_hooks_that_make_objects_run_once_the_object_is_whole() -> None:
    class Made(Schema):
        name = fields.String(required=True)
        size = fields.Integer(required=True)

        @post_load
        def make(self, data: dict[str, Any], **kwargs: Any) -> tuple[str, int]:
            return data["name"], data["size"]

    (merge, _) = Patch.contents("patch", (Made,), True)
    patch = merge.loader()[1](b'{"size": 2}')
    assert patch.changes == {"size": 2}
    assert patch.apply({"name": "a", "size": 1}) == ("a", 2)


def test_what_the_schema_cannot_write_is_the_handlers_error() -> None:
    target = SchemaTarget(Book, Book, strict=True)
    with pytest.raises(
        WrongAnswer, match=r"what Patch.apply\(\) was given cannot be written by Book: the value: object"
    ):
        target.dump(5)


def test_the_partial_schema_is_described() -> None:
    (merge, _) = Patch.contents("patch", (Book,), True)
    (media_type, reference), *_ = merge.describe()
    assert media_type == MERGE
    assert reference is not None
    assert (reference.adapter, reference.mode) == ("marshmallow", "input")
    assert reference.annotation.partial is True
    assert merge.describe()[0] == merge.describe()[0]
