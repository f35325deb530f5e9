"""Preconditions: 304 and 412 of what is read, 412 and 428 of what is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from werkzeug.http import parse_etags

from restlite import Answer, App, BadRequest, FileAnswer, NoContent, NotFound, PreconditionFailed
from restlite.http.conditional import (
    MAX_TAGS,
    OptionalPrecondition,
    Precondition,
    PreconditionRequired,
    RequiredPrecondition,
    Validators,
    entity_tags,
)
from restlite.http.etags import etag_of
from restlite.testing import Client

THEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
BEFORE, AT, AFTER = (
    "Thu, 01 Jan 2026 11:00:00 GMT",
    "Thu, 01 Jan 2026 12:00:00 GMT",
    "Thu, 01 Jan 2026 13:00:00 GMT",
)
NO_DATES = ["", "yesterday", "9" * 5000, "Mon, 99 Jan 2020 00:00:00 GMT", "\xff\xfe"]
HUGE_DATE = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
NO_TAGS = [
    "",
    " , ",
    "v1",
    '"v1',
    'v1"',
    '"v1" "v2"',
    '"v1", v2',
    '"v1", *',
    '*, "v1"',
    "**",
    'w/"v1"',
    'W/ "v1"',
    '"a b"',
    '"a\tb"',
    '"\x7f"',
    '"' + "x" * 10_000,
    '"' * 10_001,
    "," * 10_000,
]


class Item(BaseModel):
    version: int


class Store:
    """Hold one item, and how often it was changed."""

    def __init__(self, version: int | None = 1) -> None:
        self.version = version
        self.changes = 0

    @property
    def etag(self) -> str | None:
        return None if self.version is None else etag_of(self.version)

    def change(self) -> Item:
        self.version = (self.version or 0) + 1
        self.changes += 1
        return Item(version=self.version)


def client_of(
    gateway: Any, store: Store, modified: datetime | None = THEN, *, checked: bool = True
) -> Client:
    app = App()

    @app.get("/item", raises=[NotFound])
    def show() -> Answer[Item, Validators]:
        assert store.version is not None
        headers: Validators = {"etag": str(store.version)}
        if modified is not None:
            headers["last_modified"] = modified
        return Answer(Item(version=store.version), headers=headers)

    @app.put("/item")
    def replace(precondition: RequiredPrecondition) -> Answer[Item, Validators]:
        precondition.check(store.etag, last_modified=modified)
        item = store.change()
        return Answer(item, headers={"etag": etag_of(item.version)})

    @app.patch("/item")
    async def edit(precondition: OptionalPrecondition) -> Item:
        precondition.check(store.etag, last_modified=modified)
        return store.change()

    @app.delete("/item")
    def delete(precondition: RequiredPrecondition) -> NoContent:
        precondition.check(store.etag)
        store.version = None
        return NoContent()

    return Client(app, gateway=gateway, checked=checked)


def test_a_get_carries_its_validators(gateway: Any) -> None:
    response = client_of(gateway, Store()).get("/item")
    assert response.json() == {"version": 1}
    assert (response.headers["ETag"], response.headers["Last-Modified"]) == ('"1"', AT)


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": '"1"'}, 304),
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": '"0", "1"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"0"'}, 200),
        ({"If-None-Match": "1"}, 200),
        ({"If-Modified-Since": AT}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "never"}, 200),
        ({"If-None-Match": '"0"', "If-Modified-Since": AT}, 200),
        ({"If-Match": '"1"'}, 200),
        ({"If-Match": '"0"'}, 412),
        ({"If-Match": 'W/"1"'}, 412),
        ({"If-Match": "1"}, 412),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": AT}, 200),
        ({"If-Match": '"1"', "If-Unmodified-Since": BEFORE}, 200),
        ({"If-Match": '"0"', "If-None-Match": '"1"'}, 412),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_answers_its_preconditions(
    headers: dict[str, str], status: int, method: str, checked: bool, gateway: Any
) -> None:
    response = client_of(gateway, Store(), checked=checked).request(method, "/item", headers=headers)
    assert response.status_code == status
    if status == 304:
        assert (response.content, response.headers["ETag"]) == (b"", '"1"')
        assert "Content-Type" not in response.headers
    elif method == "HEAD":
        assert response.content == b""


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("date", [*NO_DATES, HUGE_DATE])
def test_dates_that_are_none_count_as_not_sent_of_a_get(name: str, date: str, gateway: Any) -> None:
    response = client_of(gateway, Store()).get("/item", headers={name: date})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
def test_dates_that_are_none_count_as_not_sent_of_a_file(name: str, gateway: Any) -> None:
    app = App()

    @app.get("/file")
    def show() -> FileAnswer:
        return FileAnswer(b"all of it", last_modified=THEN)

    response = Client(app, gateway=gateway).get("/file", headers={name: HUGE_DATE, "Range": "bytes=0-1"})
    assert response.status_code == (200 if name == "If-Range" else 206)


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        ({"If-Match": '"1"'}, 200, None),
        ({"If-Match": '"0", "1"'}, 200, None),
        ({"If-Match": "*"}, 200, None),
        ({"If-Match": '"0"'}, 412, "It has changed since. Get it again, and try with its new ETag."),
        ({"If-Match": 'W/"1"'}, 412, "It has changed since. Get it again, and try with its new ETag."),
        ({"If-Unmodified-Since": AT}, 200, None),
        ({"If-Unmodified-Since": AFTER}, 200, None),
        (
            {"If-Unmodified-Since": BEFORE},
            412,
            "It has changed since. Get it again, and try with its new ETag.",
        ),
        ({"If-Match": '"1"', "If-Unmodified-Since": BEFORE}, 200, None),
        ({"If-None-Match": "*"}, 412, "What the request must not meet is here already."),
        ({"If-Match": '"1"', "If-None-Match": '"1"'}, 412, "What the request must not meet is here already."),
        (
            {"If-Match": '"1"', "If-None-Match": 'W/"1"'},
            412,
            "What the request must not meet is here already.",
        ),
        ({"If-Match": '"1"', "If-None-Match": '"0"'}, 200, None),
        (
            {"If-Unmodified-Since": AT, "If-None-Match": '"1"'},
            412,
            "What the request must not meet is here already.",
        ),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_is_made_where_all_holds(
    headers: dict[str, str], status: int, detail: str | None, method: str, gateway: Any
) -> None:
    store = Store()
    response = client_of(gateway, store).request(method, "/item", headers=headers)
    assert (response.status_code, store.changes) == (status, 1 if status == 200 else 0)
    if status == 412:
        assert response.json()["detail"] == detail


def test_of_two_changes_of_one_version_the_second_is_refused(gateway: Any) -> None:
    store = Store()
    client = client_of(gateway, store)
    tag = client.get("/item").headers["ETag"]
    first = client.put("/item", headers={"If-Match": tag})
    second = client.put("/item", headers={"If-Match": tag})
    assert (first.status_code, second.status_code, store.changes) == (200, 412, 1)
    third = client.put("/item", headers={"If-Match": first.headers["ETag"]})
    assert (third.status_code, third.headers["ETag"]) == (200, '"3"')


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": '"0"'}, *({"If-Unmodified-Since": date} for date in NO_DATES)]
)
def test_what_asks_for_nothing_is_428_where_it_must(
    method: str, headers: dict[str, str], gateway: Any
) -> None:
    store = Store()
    response = client_of(gateway, store).request(method, "/item", headers=headers)
    assert (response.status_code, store.changes, store.version) == (428, 0, 1)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Precondition Required"
    assert response.json()["detail"] == "Name the version that you change: If-Match."


def test_what_asks_for_nothing_is_done_where_it_may(gateway: Any) -> None:
    store = Store()
    assert client_of(gateway, store).patch("/item").status_code == 200
    assert store.changes == 1


@pytest.mark.parametrize("date", [*NO_DATES, HUGE_DATE])
def test_dates_that_are_none_count_as_not_sent_of_a_change(date: str, gateway: Any) -> None:
    client = client_of(gateway, Store())
    assert client.patch("/item", headers={"If-Unmodified-Since": date}).status_code == 200
    assert client.put("/item", headers={"If-Unmodified-Since": date}).status_code == 428


def test_a_time_is_no_precondition_where_no_times_are_known(gateway: Any) -> None:
    store = Store()
    client = client_of(gateway, store, modified=None)
    refused = client.put("/item", headers={"If-Unmodified-Since": AFTER})
    assert (refused.status_code, store.changes) == (428, 0)
    assert refused.json()["detail"] == "There are no times here to go by. Name the version: If-Match."
    ignored = client.patch("/item", headers={"If-Unmodified-Since": AFTER})
    assert (ignored.status_code, store.changes) == (200, 1)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "*"}, 200),
        ({"If-Match": "*"}, 412),
        ({"If-Match": '"1"'}, 412),
        ({"If-Unmodified-Since": AFTER}, 412),
    ],
)
def test_where_there_is_nothing_it_may_be_made_but_not_changed(
    headers: dict[str, str], status: int, gateway: Any
) -> None:
    store = Store(version=None)
    response = client_of(gateway, store).put("/item", headers=headers)
    assert (response.status_code, store.changes) == (status, 1 if status == 200 else 0)
    if status == 412:
        assert response.json()["detail"] == "There is nothing here to be matched."


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("field", NO_TAGS, ids=lambda field: ascii(field[:20]))
def test_what_is_no_list_of_tags_is_400(name: str, field: str) -> None:
    store = Store()
    client = client_of("wsgi", store)
    for method in ("PUT", "PATCH", "DELETE"):
        response = client.request(method, "/item", headers={name: field})
        assert (response.status_code, store.changes, store.version) == (400, 0, 1)
        assert response.json()["detail"] == f'{name} is no list of entity tags. Write: {name}: "tag"'


@pytest.mark.parametrize("field", ['"v1', "\xe9", '"\x01"', '"' + "x" * 5000])
def test_what_is_no_list_of_tags_is_400_over_every_gateway(field: str, gateway: Any) -> None:
    store = Store()
    response = client_of(gateway, store).put("/item", headers={"If-Match": field})
    assert (response.status_code, store.changes) == (400, 0)
    assert len(response.content) < 300


def test_more_tags_than_anybody_has_are_400(gateway: Any) -> None:
    client = client_of(gateway, Store())
    most = ", ".join(['"0"'] * (MAX_TAGS - 1) + ['"1"'])
    assert client.put("/item", headers={"If-Match": most}).status_code == 200
    response = client.put("/item", headers={"If-Match": most + ', "2"'})
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "If-Match names more than 128 entity tags.",
    )
    with pytest.raises(BadRequest, match="more than 128"):
        entity_tags(",".join(['"0"'] * 100_000), "If-Match")


@given(st.lists(st.from_regex(r'(W/)?"[\x21\x23-\x2b\x2d-\x7e]+"', fullmatch=True), min_size=1, max_size=9))
def test_a_list_is_read_as_werkzeug_reads_it(tags: list[str]) -> None:
    field = ", ".join(tags)
    found = entity_tags(field, "If-Match")
    assert list(found) == tags
    theirs = parse_etags(field)
    strong = {tag.strip('"') for tag in tags if not tag.startswith("W/")}
    assert set(theirs.as_set()) == strong


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_field_is_read_or_refused(field: str) -> None:
    try:
        tags = entity_tags(field, "If-Match")
    except BadRequest:
        return
    assert tags == ("*",) or all(tag in field for tag in tags)


@pytest.mark.parametrize(
    ("modified", "holds"),
    [
        (THEN.replace(microsecond=999_999), True),
        (THEN.replace(tzinfo=None), True),
        (THEN.astimezone(timezone(timedelta(hours=5))), True),
        (THEN + timedelta(seconds=1), False),
    ],
)
def test_times_are_compared_in_whole_seconds(modified: datetime, holds: bool) -> None:
    precondition = Precondition(unmodified_since=THEN)
    if holds:
        precondition.check("1", last_modified=modified)
    else:
        with pytest.raises(PreconditionFailed):
            precondition.check("1", last_modified=modified)


@pytest.mark.parametrize("etag", ["1", '"1"'])
def test_the_present_tag_is_quoted_unless_it_is(etag: str) -> None:
    Precondition(if_match=('"1"',)).check(etag)


def test_a_weak_present_tag_matches_nothing_strongly() -> None:
    with pytest.raises(PreconditionFailed):
        Precondition(if_match=('W/"1"',)).check('W/"1"')
    Precondition(if_match=("*",)).check('W/"1"')


def test_what_is_asked_for_is_declared() -> None:
    client = client_of("wsgi", Store())
    operations = {operation.method: operation for operation in client.app.operations}
    parameters = {
        method: {record.name: record.required for record in operations[method].describe().parameters}
        for method in ("PUT", "PATCH")
    }
    assert parameters == {
        "PUT": {"If-Match": True, "If-None-Match": False, "If-Unmodified-Since": False},
        "PATCH": {"If-Match": False, "If-None-Match": False, "If-Unmodified-Since": False},
    }
    kinds = {method: set(operations[method].describe().problems) for method in ("PUT", "PATCH")}
    assert kinds == {"PUT": {PreconditionFailed, PreconditionRequired}, "PATCH": {PreconditionFailed}}
