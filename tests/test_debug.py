"""The debug answer: frames for developers, nothing for strangers."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client as WerkzeugClient

from restlite import App, Request
from restlite.debug import MASK, is_loopback, shown


def failing_app(**settings: Any) -> App:
    app = App(**settings)

    @app.get("/fail")
    def fail(request: Request) -> dict[str, str]:
        password = "hunter2"
        settings = {"api_key": "k-123", "name": "<b>"}
        raise LookupError(f"nothing under {len(password) + len(settings)}")

    return app


def get(app: App, address: str = "127.0.0.1", **headers: str) -> Any:
    environ = {"REMOTE_ADDR": address}
    return WerkzeugClient(app).get("/fail", headers=headers, environ_overrides=environ)


def test_api_clients_get_a_problem_with_frames() -> None:
    response = get(failing_app(debug=True))
    document = response.get_json(force=True)
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert document["title"] == "Internal Server Error"
    assert document["exception"] == {"type": "LookupError", "message": "nothing under 9"}
    last = document["frames"][-1]
    assert last["function"].endswith("fail")
    assert last["code"].startswith("raise LookupError")
    assert last["locals"]["password"] == MASK
    assert last["locals"]["settings"] == f"{{'api_key': {MASK}, 'name': '<b>'}}"
    assert "hunter2" not in response.text
    assert "k-123" not in response.text


def test_browsers_get_a_page_that_escapes_what_it_shows() -> None:
    response = get(failing_app(debug=True), Accept="text/html,*/*;q=0.8", Cookie="session=abc")
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>LookupError: nothing under 9</h1>" in response.text
    assert "&lt;b&gt;" in response.text
    assert "session=abc" not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("address", "headers"),
    [("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}), ("not an address", {})],
)
def test_off_loopback_the_answer_is_the_one_of_production(address: str, headers: dict[str, str]) -> None:
    response = get(failing_app(debug=True), address, **headers)
    document = response.get_json(force=True)
    assert response.status_code == 500
    assert "frames" not in document
    assert "nothing under" not in response.text


def test_without_debug_nothing_is_shown() -> None:
    assert "frames" not in get(failing_app()).get_json(force=True)


def test_ipv6_loopback_counts() -> None:
    assert is_loopback({"REMOTE_ADDR": "::1"})


def test_a_value_that_cannot_be_shown_does_not_hide_the_rest() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert shown("broken", Broken()) == "<repr failed: RuntimeError>"
    assert shown("text", "my_password=1") == MASK
    assert shown("x", "a" * 500) == repr("a" * 500)[:200]


def test_a_password_in_a_url_is_masked() -> None:
    assert shown("url", "postgres://user:pwpw@host/db") == MASK
    assert shown("url", "postgres://host:5432/db") == "'postgres://host:5432/db'"
