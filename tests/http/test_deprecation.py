"""Deprecated resources say so in every answer, and where to go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypedDict

import pytest

from restlite import Answer, App, NotFound, Router, SetupError
from restlite.http.deprecation import Deprecation
from restlite.testing import Client

OLD = Deprecation(
    date(2026, 1, 1),
    sunset=date(2027, 1, 1),
    link="https://example.com/v2",
    successor="/v2/books",
)
FIELDS = {
    "Deprecation": "@1767225600",
    "Sunset": "Fri, 01 Jan 2027 00:00:00 GMT",
    "Link": '<https://example.com/v2>; rel="deprecation", <https://example.com/v2>; rel="sunset",'
    ' </v2/books>; rel="successor-version"',
}


class Linked(TypedDict):
    link: str


def client_of(gateway: Any, *, checked: bool = True) -> Client:
    app = App()
    router = Router("/v1", deprecated=OLD)

    @router.get("/books")
    def list_books() -> Answer[list[str], Linked]:
        return Answer(["Emma"], headers={"link": '</v1/books?offset=10>; rel="next"'})

    @router.get("/books/<int:id>", raises=[NotFound])
    def show_book(id: int) -> str:
        raise NotFound

    @router.post("/books")
    async def fail() -> str:
        raise ValueError

    @router.get("/kept", deprecated=False)
    def keep() -> str:
        return "kept"

    @app.get("/v2/books")
    def list_more() -> str:
        return "new"

    app.mount(router)
    return Client(app, gateway=gateway, checked=checked)


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/books/1", 404),
        ("HEAD", "/v1/books/1", 404),
        ("GET", "/v1/books/1?x=1", 422),
        ("POST", "/v1/books", 500),
    ],
)
def test_every_answer_of_the_operation_says_so(
    method: str, path: str, status: int, checked: bool, gateway: Any
) -> None:
    response = client_of(gateway, checked=checked).request(method, path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in FIELDS} == FIELDS


@pytest.mark.parametrize("checked", [True, False])
def test_links_join_those_of_the_answer(checked: bool, gateway: Any) -> None:
    response = client_of(gateway, checked=checked).get("/v1/books")
    assert response.headers.getlist("Link") == [f'</v1/books?offset=10>; rel="next", {FIELDS["Link"]}']


@pytest.mark.parametrize("path", ["/v2/books", "/v1/kept", "/v1/nowhere"])
def test_others_say_nothing(path: str, gateway: Any) -> None:
    response = client_of(gateway).get(path)
    assert not {"Deprecation", "Sunset", "Link"} & set(response.headers.keys())


@pytest.mark.parametrize(
    ("since", "expect"),
    [
        (date(1970, 1, 2), "@86400"),
        (date(1969, 12, 31), "@-86400"),
        (datetime(2026, 1, 1, 1), "@1767229200"),
        (datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=UTC), "@1767229200"),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "@1767225600"),
    ],
)
def test_the_time_is_in_seconds_of_utc(since: date, expect: str, gateway: Any) -> None:
    app = App()

    @app.get("/", deprecated=Deprecation(since))
    def show() -> str:
        return "old"

    headers = Client(app, gateway=gateway).get("/").headers
    assert (headers["Deprecation"], "Sunset" in headers, "Link" in headers) == (expect, False, False)


def test_a_sunset_before_the_deprecation_is_a_setup_error() -> None:
    with pytest.raises(SetupError) as raised:
        Deprecation(date(2026, 1, 2), sunset=date(2026, 1, 1))
    assert raised.value.found == "Deprecation: sunset=2026-01-01 is before since=2026-01-02 (RFC 9745, 4)."
    assert raised.value.mend == "Deprecation(..., sunset=...)   # not before 2026-01-02"
    Deprecation(date(2026, 1, 1), sunset=datetime(2026, 1, 1, 0, 0))


@pytest.mark.parametrize(
    "link", ["", "a b", "https://x/>; rel=next", "https://\xe9", "x\r\nSet-Cookie: a", '"']
)
def test_a_link_that_is_no_uri_is_a_setup_error(link: str) -> None:
    with pytest.raises(SetupError) as raised:
        Deprecation(date(2026, 1, 1), link=link)
    assert raised.value.found == (
        f"Deprecation: {link!r} is no URI: it may hold ASCII letters, digits and %20 for a space."
    )
    assert raised.value.mend == 'Deprecation(..., link="https://example.com/migration")'
    with pytest.raises(SetupError):
        Deprecation(date(2026, 1, 1), successor=link)


def test_what_is_sent_is_declared() -> None:
    (record,) = OLD.describe("GET").answers
    assert (record.status, [name for name, _ in record.headers]) == (0, ["Deprecation", "Sunset", "Link"])
    (plain,) = Deprecation(date(2026, 1, 1)).describe("GET").answers
    assert [name for name, _ in plain.headers] == ["Deprecation"]
