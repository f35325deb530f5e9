"""Validators that a handler gives in typed header fields: its client's copy is held against them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite import Answer, App, Created
from restlite.testing import Client
from restlite.validators import quoted, revalidated
from restlite.waits import Wire

MOMENT = datetime(2024, 5, 17, 12, 30, 15, tzinfo=UTC)
WRITTEN = "Fri, 17 May 2024 12:30:15 GMT"
BEFORE, AFTER = "Thu, 16 May 2024 12:30:15 GMT", "Sat, 18 May 2024 12:30:15 GMT"


class Validators(TypedDict, total=False):
    etag: str | None
    last_modified: datetime | None
    cache_control: str
    x_total: int


def make_app(validators: Validators) -> App:
    app = App()

    @app.get("/sync")
    def sync() -> Answer[list[int], Validators]:
        return Answer([1], headers=validators)

    @app.get("/later")
    async def later() -> Answer[list[int], Validators]:
        return Answer([1], headers=validators)

    @app.put("/sync")
    def put() -> Answer[list[int], Validators]:
        return Answer([1], headers=validators)

    @app.post("/sync")
    def post() -> Created[list[int], Validators]:
        return Created([1], headers=validators)

    return app


checked = pytest.mark.parametrize("checked", [True, False])
BOTH: Validators = {"etag": "v1", "last_modified": MOMENT, "cache_control": "max-age=1", "x_total": 3}


@checked
@pytest.mark.parametrize("path", ["/sync", "/later"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"If-None-Match": '"v1"'}, 304),
        ({"If-None-Match": 'W/"v1"'}, 304),
        ({"If-None-Match": '"v0", "v1"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": "v1"}, 200),
        ({"If-None-Match": '"v2"', "If-Modified-Since": AFTER}, 200),
        ({"If-Modified-Since": WRITTEN}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Match": '"v1"'}, 200),
        ({"If-Match": 'W/"v1"'}, 412),
        ({"If-Match": '"v2"'}, 412),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": AFTER}, 200),
        ({"If-Match": '"v1"', "If-None-Match": '"v1"'}, 304),
    ],
)
def test_preconditions_of_a_get(
    headers: dict[str, str], status: int, method: str, path: str, checked: bool, gateway: Any
) -> None:
    with Client(make_app(BOTH), gateway=gateway, checked=checked) as client:
        answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    if status == 412:
        assert answer.headers["Cache-Control"] == "no-store"
        detail = "The representation is not the one that the request names."
        assert method == "HEAD" or answer.json()["detail"] == detail
        return
    assert answer.headers["ETag"] == '"v1"'
    assert answer.headers["Last-Modified"] == WRITTEN
    assert answer.headers["Cache-Control"] == "max-age=1"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if status == 304:
        assert answer.content == b""
        assert not {"Content-Type", "Content-Length"} & {*answer.headers.keys()}


@checked
def test_what_changes_something_is_not_held_against_a_copy(checked: bool, gateway: Any) -> None:
    headers = {"If-Match": '"v2"', "If-None-Match": '"v1"'}
    with Client(make_app(BOTH), gateway=gateway, checked=checked) as client:
        put, post = client.put("/sync", headers=headers), client.post("/sync", headers=headers)
    assert (put.status_code, put.headers["ETag"]) == (200, '"v1"')
    assert (post.status_code, post.headers["ETag"]) == (201, '"v1"')


@checked
@pytest.mark.parametrize(
    ("validators", "fields"),
    [
        ({}, {}),
        ({"etag": None, "last_modified": None}, {}),
        ({"etag": "a"}, {"ETag": '"a"'}),
        ({"etag": '"a"'}, {"ETag": '"a"'}),
        ({"etag": 'W/"a"'}, {"ETag": 'W/"a"'}),
        ({"etag": ""}, {"ETag": '""'}),
        ({"last_modified": MOMENT}, {"Last-Modified": WRITTEN}),
        ({"last_modified": MOMENT.replace(tzinfo=None)}, {"Last-Modified": WRITTEN}),
        ({"last_modified": date(2024, 5, 17)}, {"Last-Modified": "Fri, 17 May 2024 00:00:00 GMT"}),
        ({"last_modified": WRITTEN}, {"Last-Modified": WRITTEN}),
    ],
)
def test_fields_are_written_as_http_has_them(
    validators: Any, fields: dict[str, str], checked: bool, gateway: Any
) -> None:
    with Client(make_app(validators), gateway=gateway, checked=checked) as client:
        answer = client.get("/sync")
        unmet = client.get("/sync", headers={"If-Match": '"none of these"'})
    found = {name: answer.headers[name] for name in ("ETag", "Last-Modified") if name in answer.headers}
    assert (answer.status_code, found, unmet.status_code) == (200, fields, 412)


@checked
def test_expiry_and_sunset_are_dates_too(checked: bool, gateway: Any) -> None:
    class Dates(TypedDict):
        expires: datetime
        sunset: datetime

    app = App()

    @app.get("/")
    def show() -> Answer[str, Dates]:
        return Answer("", headers={"expires": MOMENT, "sunset": MOMENT})

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/", headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert (answer.headers["Expires"], answer.headers["Sunset"]) == (WRITTEN, WRITTEN)


def test_statuses_are_those_of_the_method() -> None:
    get, _, put, post = make_app(BOTH).operations
    assert {200, 304, 412} <= get.statuses
    assert {200} == put.statuses & {200, 304, 412}
    assert {201} == post.statuses & {200, 201, 304, 412}
    types = {name: schema.annotation for name, schema in get.describe().answers[0].headers}
    assert types == {"ETag": str, "Last-Modified": str, "Cache-Control": str, "X-Total": int}


def test_without_typed_validators_nothing_is_held_against_a_copy(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show() -> Answer[str]:
        return Answer("", headers={"ETag": "v1"})

    with Client(app, gateway=gateway) as client:
        answer = client.get("/", headers={"If-None-Match": '"v1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v1"')
    assert not app.operations[0].statuses & {304, 412}


@checked
def test_a_fresh_stream_is_closed(checked: bool, gateway: Any) -> None:
    closed: list[str] = []

    def lines() -> Iterator[str]:
        try:
            yield "a"
        finally:
            closed.append("closed")

    app = App()

    @app.get("/")
    def show() -> Answer[Iterator[str], Validators]:
        items = lines()
        next(items)
        return Answer(items, headers={"etag": "v1"})

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/", headers={"If-None-Match": '"v1"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert closed == ["closed"]


WIRES: list[Wire] = [("201 Created", [("ETag", '"a"')], [b""]), ("404 Not Found", [("ETag", '"a"')], [b""])]


@pytest.mark.parametrize("wire", WIRES)
def test_only_a_200_is_a_representation(wire: Wire) -> None:
    assert revalidated({"REQUEST_METHOD": "GET", "HTTP_IF_NONE_MATCH": "*"}, wire) is wire


@given(st.text(st.characters(min_codepoint=0x23, max_codepoint=0x7E)))
def test_a_tag_is_quoted_once(tag: str) -> None:
    assert quoted(quoted(tag)) == quoted(tag) == f'"{tag}"'
