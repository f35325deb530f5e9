"""``Patch[T]`` in operations: media types, refusals, what the handler gets."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, SecretStr, model_validator

from restlite import App, SetupError
from restlite.access import ReadOnly, WriteOnly
from restlite.http.patch import Patch
from restlite.testing import Client

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
TAKEN = "application/merge-patch+json, application/json, application/json-patch+json"


class Author(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    born: int | None = None


class Book(BaseModel):
    id: ReadOnly[int]
    title: Annotated[str, Field(min_length=1, max_length=50)]
    pages: int = Field(1, alias="pageCount", ge=1)
    note: str | None = None
    author: Author
    tags: list[str] = []
    prices: dict[str, float] = {}
    key: WriteOnly[SecretStr] = SecretStr("none")

    @model_validator(mode="after")
    def check(self) -> Book:
        if self.title == "Short" and self.pages > 100:
            raise ValueError("too long")
        return self


def emma() -> Book:
    author = Author(name="Jane", born=1775)
    return Book(title="Emma", pageCount=300, author=author, tags=["a"], key=SecretStr("s3cret"), id=1)


def shop() -> tuple[App, list[Any], list[Book]]:
    """Make an app that patches one book: give it, what ``changes`` were, and the book in a list."""
    app, seen, books = App(), [], [emma()]

    @app.patch("/book")
    def edit(patch: Patch[Book]) -> Book:
        seen.append(patch.changes)
        books[0] = patch.apply(books[0])
        return books[0]

    return app, seen, books


def send(gateway: Any, app: App, body: Any, media_type: str = MERGE) -> Any:
    with Client(app, gateway=gateway) as client:
        return client.patch("/book", json=body, headers={"Content-Type": media_type})


def problems(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize("media_type", [MERGE, "application/json", "application/vnd.book+json"])
def test_merge_patch(gateway: Any, media_type: str) -> None:
    app, seen, books = shop()
    body = {"title": "Persuasion", "pageCount": None, "author": {"born": None}, "prices": {"eur": 9.5}}
    response = send(gateway, app, body, media_type)
    assert response.status_code == 200
    assert response.json() == {
        "id": 1,
        "title": "Persuasion",
        "pageCount": 1,
        "note": None,
        "author": {"name": "Jane", "born": None},
        "tags": ["a"],
        "prices": {"eur": 9.5},
    }
    assert seen == [{"title": "Persuasion", "pages": 1, "author": {"born": None}, "prices": {"eur": 9.5}}]
    assert books[0].key.get_secret_value() == "s3cret"


def test_what_is_not_sent_is_not_null() -> None:
    app, seen, books = shop()
    books[0].note = "old"
    assert send("wsgi", app, {"title": "A"}).json()["note"] == "old"
    assert send("wsgi", app, {"note": None}).json()["note"] is None
    assert seen == [{"title": "A"}, {"note": None}]


def test_json_patch(gateway: Any) -> None:
    app, seen, books = shop()
    body = [
        {"op": "test", "path": "/pageCount", "value": 300.0},
        {"op": "add", "path": "/tags/-", "value": "b"},
        {"op": "copy", "from": "/title", "path": "/note"},
        {"op": "replace", "path": "/author/name", "value": "Austen"},
    ]
    response = send(gateway, app, body, JSON_PATCH)
    assert response.status_code == 200
    assert (books[0].tags, books[0].note, books[0].author.name) == (["a", "b"], "Emma", "Austen")
    assert seen[0][0] == {"op": "test", "path": "/pageCount", "value": 300.0}
    assert books[0].key.get_secret_value() == "s3cret"


def test_a_merge_patch_is_held_to_the_model_before_the_handler_runs(gateway: Any) -> None:
    app, seen, _ = shop()
    body = {
        "id": "x",
        "title": None,
        "pageCount": 0,
        "pages": 3,
        "author": {"name": "", "age": 1},
        "tags": [1],
        "prices": {"eur": "9"},
    }
    response = send(gateway, app, body)
    assert response.status_code == 422
    assert seen == []
    assert sorted(problems(response)) == [
        ("/author/age", "unknown"),
        ("/author/name", "min_length"),
        ("/id", "integer"),
        ("/pageCount", "greater_than_equal"),
        ("/pages", "unknown"),
        ("/prices/eur", "number"),
        ("/tags/0", "string"),
        ("/title", "null"),
    ]


@pytest.mark.parametrize(
    ("body", "code"), [([], "object"), ("a", "object"), (None, "null")], ids=["array", "string", "null"]
)
def test_a_merge_patch_is_an_object(body: Any, code: str) -> None:
    app, _, _ = shop()
    assert problems(send("wsgi", app, body)) == [("", code)]


def test_the_result_is_validated_and_nothing_is_kept_of_a_wrong_one(gateway: Any) -> None:
    app, _, books = shop()
    before = books[0].model_copy(deep=True)
    response = send(gateway, app, {"title": "Short"})
    assert (response.status_code, problems(response)) == (422, [("", "invalid")])
    body = [{"op": "replace", "path": "/author/name", "value": ""}, {"op": "remove", "path": "/title"}]
    response = send(gateway, app, body, JSON_PATCH)
    assert sorted(problems(response)) == [("/author/name", "min_length"), ("/title", "missing")]
    assert books[0] == before


@pytest.mark.parametrize("value", [5, None, [], {}])
def test_the_whole_document_may_be_replaced_by_none_but_a_book(value: Any) -> None:
    app, _, books = shop()
    assert send("wsgi", app, [{"op": "replace", "path": "", "value": value}], JSON_PATCH).status_code == 422
    assert books == [emma()]


def test_read_only_members_are_ignored(gateway: Any) -> None:
    app, seen, books = shop()
    assert send(gateway, app, {"id": 9}).json()["id"] == 1
    assert seen == [{}]
    body = [{"op": "replace", "path": "/id", "value": 9}]
    assert send(gateway, app, body, JSON_PATCH).json()["id"] == 1
    assert send(gateway, app, [{"op": "remove", "path": "/id"}], JSON_PATCH).json()["id"] == 1
    assert books[0].id == 1


def test_what_was_got_can_be_sent_back(gateway: Any) -> None:
    app, _, books = shop()
    got = send(gateway, app, {}).json()
    assert send(gateway, app, got).json() == got
    assert send(gateway, app, [{"op": "replace", "path": "", "value": got}], JSON_PATCH).json() == got
    assert books[0].key.get_secret_value() == "s3cret"


def test_write_only_members_can_be_set_and_not_be_asked_for(gateway: Any) -> None:
    app, _, books = shop()
    for secret in ("s3cret", "else"):
        response = send(gateway, app, [{"op": "test", "path": "/key", "value": secret}], JSON_PATCH)
        assert response.status_code == 409
        assert (
            response.json()["detail"] == "Operation 0 (test) cannot be applied: there is nothing at the path."
        )
        assert response.json()["operation"] == "/0"
    assert (
        send(gateway, app, [{"op": "copy", "from": "/key", "path": "/title"}], JSON_PATCH).status_code == 409
    )
    send(gateway, app, {"key": "new"})
    assert books[0].key.get_secret_value() == "new"
    send(gateway, app, [{"op": "add", "path": "/key", "value": "newer"}], JSON_PATCH)
    assert books[0].key.get_secret_value() == "newer"


def test_conflicts_and_floods_are_told_and_change_nothing(gateway: Any) -> None:
    app, _, books = shop()
    add = {"op": "add", "path": "/tags/-", "value": "b"}
    assert (
        send(gateway, app, [add, {"op": "test", "path": "/title", "value": 1}], JSON_PATCH).status_code == 409
    )
    assert (
        send(gateway, app, [add, {"op": "add", "path": "/tags/9", "value": ""}], JSON_PATCH).status_code
        == 409
    )
    assert (
        send(gateway, app, [add, {"op": "add", "path": "/a" * 100_000, "value": 1}], JSON_PATCH).status_code
        == 409
    )
    bomb = [{"op": "add", "path": "/tags", "value": []}] + [
        {"op": "copy", "from": "/tags", "path": "/tags/-"}
    ] * 60
    response = send(gateway, app, bomb, JSON_PATCH)
    assert (response.status_code, response.json()["detail"]) == (
        413,
        "The copies that the patch makes add up to too much.",
    )
    deep = [{"op": "add", "path": "/tags" + "/0" * depth, "value": []} for depth in range(300)]
    response = send(gateway, app, deep, JSON_PATCH)
    assert (response.status_code, problems(response)) == (422, [("", "too_deep")])
    assert books == [emma()]


@pytest.mark.parametrize("last", ["x", "y"])
def test_100_000_operations_over_the_wire(gateway: Any, last: str) -> None:
    app, books = App(), [emma()]

    @app.patch("/book", max_body=10_000_000)
    def edit(patch: Patch[Book]) -> None:
        books[0] = patch.apply(books[0])

    body = [{"op": "add", "path": "/tags/-", "value": "x"}] * 100_000
    body.append({"op": "test", "path": "/tags/100000", "value": last})
    response = send(gateway, app, body, JSON_PATCH)
    assert response.status_code == (204 if last == "x" else 409)
    assert len(books[0].tags) == (100_001 if last == "x" else 1)


def test_the_default_limit_of_a_body_holds_for_patches(gateway: Any) -> None:
    app, _, _ = shop()
    body = [{"op": "add", "path": "/tags/-", "value": "x"}] * 100_000
    assert send(gateway, app, body, JSON_PATCH).status_code == 413


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        (MERGE, b"{", 400),
        (MERGE, b'{"title": "a", "title": "b"}', 400),
        (MERGE, b'{"prices": {"eur": 1e400}}', 422),
        (MERGE, b'{"note": "\\ud800"}', 400),
        (MERGE, b'{"prices":' * 100_000, 400),
        (JSON_PATCH, b"[", 400),
        (JSON_PATCH, b"{}", 422),
        (JSON_PATCH, b'[{"op": "add", "path": "/note", "value": "a", "value": "b"}]', 400),
        (JSON_PATCH, b'[{"op": "add", "path": "/prices/eur", "value": 1e400}]', 422),
        (JSON_PATCH, b"[" * 100_000, 400),
    ],
)
def test_what_is_no_patch(media_type: str, body: bytes, status: int, gateway: Any) -> None:
    app, seen, _ = shop()
    with Client(app, gateway=gateway) as client:
        response = client.patch("/book", content=body, headers={"Content-Type": media_type})
    assert (response.status_code, seen) == (status, [])


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/merge-patch"])
def test_other_media_types_are_refused_with_accept_patch(gateway: Any, media_type: str) -> None:
    app, _, _ = shop()
    response = send(gateway, app, {}, media_type)
    assert response.status_code == 415
    assert response.headers["Accept-Patch"] == TAKEN


def test_options_names_accept_patch(gateway: Any) -> None:
    app, _, _ = shop()
    with Client(app, gateway=gateway) as client:
        assert client.options("/book").headers["Accept-Patch"] == TAKEN


def test_an_operation_describes_its_patches() -> None:
    app, _, _ = shop()
    (operation,) = [item for item in app.operations if item.method == "PATCH"]
    body = operation.describe().body
    assert body is not None
    assert body.required
    assert [media_type for media_type, _ in body.content] == TAKEN.split(", ")
    merge, _, patch = [schema for _, schema in body.content]
    assert merge is not None
    assert merge.annotation.__name__ == "BookPatch"
    assert patch is not None
    assert (patch.adapter, patch.mode) == ("pydantic", "input")
    assert 409 in operation.statuses


@pytest.mark.parametrize(
    ("annotation", "found"),
    [
        (Patch, "found what it changes is not said."),
        (Patch[int], "found int."),
        (Patch[list[Book]], "found list["),
        (Patch[Any], "found Any."),
    ],
)
def test_patches_change_what_has_members(annotation: Any, found: str) -> None:
    app = App()

    def edit(patch: Any) -> None: ...

    edit.__annotations__["patch"] = annotation
    with pytest.raises(SetupError) as caught:
        app.patch("/book")(edit)
    message = str(caught.value)
    assert "patch: Patch changes the members of a model, dataclass, TypedDict or schema; " in message
    assert found in message
    assert message.endswith("Write: patch: Patch[Book]")


def test_a_handler_that_patches_something_else_is_a_500(gateway: Any) -> None:
    app = App()

    @app.patch("/book")
    def edit(patch: Patch[Book]) -> Book:
        return patch.apply({"title": 1})

    assert send(gateway, app, {"title": "A"}).status_code == 500


def test_equal_types_share_what_is_compiled() -> None:
    one, other = Patch.contents("a", (Book,), True), Patch.contents("b", (Book,), True)
    assert one[0].describe() == other[0].describe()
    assert all(content.at_once for content in one)
    unhashable = Annotated[Book, Field(json_schema_extra={"a": []}), []]
    (merge, _) = Patch.contents("a", (unhashable,), True)
    assert merge.loader()[1](b'{"title": "A"}').apply(emma()).title == "A"


def test_open_apps_take_unknown_members() -> None:
    app, books = App(strict=False), [emma()]

    @app.patch("/book")
    def edit(patch: Patch[Book]) -> None:
        books[0] = patch.apply(books[0])

    assert send("wsgi", app, {"title": "A", "else": 1}).status_code == 204
    assert books[0].title == "A"
