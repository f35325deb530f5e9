"""Media types: which one a body has, and which one a client accepts."""

from __future__ import annotations

from typing import Any

import pytest

from restlite import App
from restlite.media import Acceptance, Codec, essence, is_json, utf8_charset
from restlite.testing import Client


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("application/json", "application/json"),
        (" Application/JSON ; charset=UTF-8", "application/json"),
        ("text/plain;", "text/plain"),
        ("json", None),
        ("/json", None),
        ("application/", None),
        ("application /json", None),
        ("application/json, text/plain", None),
        ('"application/json"', None),
        ("application/js\ton", None),
        ("", None),
    ],
)
def test_essence(field: str, found: str | None) -> None:
    assert essence(field) == found


@pytest.mark.parametrize(
    ("media_type", "json"),
    [
        ("application/json", True),
        ("application/problem+json", True),
        ("application/vnd.a+json", True),
        ("image/svg+json", False),
        ("application/jsonl", False),
        ("text/json", False),
    ],
)
def test_the_json_family(media_type: str, json: bool) -> None:
    assert is_json(media_type) is json


@pytest.mark.parametrize(
    ("field", "taken"),
    [
        ("application/json", True),
        ("application/json; charset=UTF-8", True),
        ('application/json; charset="utf8"', True),
        ("application/json; charset=US-ASCII", True),
        ("application/json; q=1", True),
        ("application/json; charset=latin-1", False),
        ("application/json; charset=utf-16", False),
    ],
)
def test_charsets(field: str, taken: bool) -> None:
    assert utf8_charset(field) is taken


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("APPLICATION/JSON", "application/json"),
        ("application/json; charset=utf-8", None),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv, application/json", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0, */*", "text/csv; charset=utf-8"),
        ("text/html, */*;q=0.1", "application/json"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
    ],
)
def test_what_a_client_accepts(accept: str | None, chosen: str | None) -> None:
    acceptance = Acceptance(["application/json", "text/csv; charset=utf-8"])
    assert [acceptance.choose(accept) for _ in range(2)] == [chosen, chosen]


def test_an_operation_that_offers_nothing_answers_anything() -> None:
    assert Acceptance([]).choose("text/html") == "*/*"
    assert Acceptance([]).choose(None) == "*/*"


def test_few_fields_are_remembered() -> None:
    acceptance = Acceptance(["application/json"])
    for number in range(200):
        assert acceptance.choose(f"text/x{number}, */*") == "application/json"
    assert acceptance.choose(f"application/json, {'a/b, ' * 100}") == "application/json"
    assert len(acceptance.known) == 64


def test_an_answer_that_is_not_accepted_is_a_406(gateway: Any) -> None:
    app = App(codecs=[Codec("application/x-text", bytes, bytes)])
    calls: list[int] = []

    @app.post("/")
    def create(body: dict[str, int]) -> dict[str, int]:
        calls.append(1)
        return body

    @app.delete("/")
    def delete() -> None: ...

    client = Client(app, gateway=gateway)
    for checked in (True, False):
        client = Client(app, gateway=gateway, checked=checked)
        response = client.post("/", content=b"{", headers={"Accept": "text/html"})
        assert response.status_code == 406
        assert response.json()["detail"] == "This is available as: application/json, application/x-text."
    assert calls == []
    assert client.delete("/", headers={"Accept": "text/html"}).status_code == 204
