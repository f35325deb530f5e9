"""Security header fields: safe by default, each replaceable, those of the handler stand."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from restlite import Answer, App, NotFound, SetupError
from restlite.http.proxies import ProxyHeaders
from restlite.http.secure_headers import SecurityHeaders
from restlite.testing import Client

DEFAULTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Framed(TypedDict):
    x_frame_options: str


def client_of(gateway: Any, *hooks: Any, base_url: str = "http://localhost", checked: bool = True) -> Client:
    app = App(hooks=hooks)

    @app.get("/")
    def show() -> str:
        return "shown"

    @app.get("/missing", raises=[NotFound])
    def miss() -> str:
        raise NotFound

    @app.get("/fails")
    def fail() -> str:
        raise ValueError

    @app.get("/framed")
    def frame() -> Answer[str, Framed]:
        return Answer("framed", headers={"x_frame_options": "SAMEORIGIN"})

    return Client(app, gateway=gateway, base_url=base_url, checked=checked)


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/missing", 404), ("/nowhere", 404), ("/fails", 500), ("/?x=1", 422)]
)
@pytest.mark.parametrize("checked", [True, False])
def test_every_answer_carries_the_defaults(path: str, status: int, checked: bool, gateway: Any) -> None:
    response = client_of(gateway, SecurityHeaders(), checked=checked).get(path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in DEFAULTS} == DEFAULTS
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in response.headers
    assert "Permissions-Policy" not in response.headers


def test_other_methods_carry_them_too(gateway: Any) -> None:
    client = client_of(gateway, SecurityHeaders())
    for response, status in ((client.post("/"), 405), (client.options("/"), 204), (client.head("/"), 200)):
        assert (response.status_code, response.headers["X-Frame-Options"]) == (status, "DENY")


@pytest.mark.parametrize(
    ("hsts", "expect"),
    [
        (31_536_000, "max-age=31536000"),
        (0, "max-age=0"),
        ("max-age=63072000; includeSubDomains; preload", "max-age=63072000; includeSubDomains; preload"),
        (None, None),
    ],
)
def test_https_is_demanded_over_https(hsts: Any, expect: str | None, gateway: Any) -> None:
    plain = client_of(gateway, SecurityHeaders(hsts=hsts)).get("/")
    assert "Strict-Transport-Security" not in plain.headers
    secure = client_of(gateway, SecurityHeaders(hsts=hsts), base_url="https://localhost").get("/")
    assert secure.headers.get("Strict-Transport-Security") == expect
    proxied = client_of(gateway, ProxyHeaders(), SecurityHeaders(hsts=hsts))
    response = proxied.get("/", headers={"X-Forwarded-Proto": "https"})
    assert response.headers.get("Strict-Transport-Security") == expect


def test_each_can_be_replaced_or_left_out(gateway: Any) -> None:
    own = SecurityHeaders(
        csp=None,
        frame_options=None,
        referrer_policy="origin",
        permissions_policy="camera=()",
        cross_origin_resource_policy="cross-origin",
        cross_origin_opener_policy=None,
    )
    headers = client_of(gateway, own).get("/").headers
    assert {name: headers.get(name) for name in (*DEFAULTS, "Permissions-Policy")} == {
        "Content-Security-Policy": None,
        "X-Frame-Options": None,
        "Referrer-Policy": "origin",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Opener-Policy": None,
        "Permissions-Policy": "camera=()",
    }


def test_what_the_handler_sets_stands(gateway: Any) -> None:
    response = client_of(gateway, SecurityHeaders()).get("/framed")
    assert response.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


def test_the_nearest_filter_stands(gateway: Any) -> None:
    app = App(hooks=[SecurityHeaders()])

    @app.get("/", hooks=[SecurityHeaders(frame_options="SAMEORIGIN")])
    def show() -> str:
        return "shown"

    response = Client(app, gateway=gateway).get("/")
    assert response.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\0", "\u20ac"])
def test_a_value_that_cannot_be_sent_is_a_setup_error(value: str) -> None:
    with pytest.raises(SetupError) as raised:
        SecurityHeaders(csp=value)
    assert raised.value.found.startswith(
        "SecurityHeaders: The value of header Content-Security-Policy holds a"
    )
    assert raised.value.mend == "SecurityHeaders()"


def test_what_is_sent_is_declared() -> None:
    (record,) = SecurityHeaders().describe("GET").answers
    assert record.status == 0
    assert {name for name, _ in record.headers} == {*DEFAULTS, "Strict-Transport-Security"}
