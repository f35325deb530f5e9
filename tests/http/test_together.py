"""The filters of ``restlite.http`` and a scheme on one app: each says its own, and none says it twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from restlite import Answer, App, BadRequest, NotFound, PreconditionFailed, Router
from restlite.http import (
    CORS,
    CacheControl,
    Compression,
    Deprecation,
    ETags,
    Filter,
    ProxyHeaders,
    SecurityHeaders,
    TrustedHosts,
    Validators,
)
from restlite.operation import Operation
from restlite.security import Bearer, known, public
from restlite.testing import Client

SHOP = "https://shop.example"
TEXT = "a long text " * 200
#: What browsers are told, but for two fields.
BROWSERS = {
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Referrer-Policy",
    "X-Frame-Options",
}
HOOKS = (
    ProxyHeaders(),
    TrustedHosts("localhost"),
    SecurityHeaders(),
    CORS([SHOP], credentials=True),
    Compression(),
    ETags(),
    CacheControl(max_age=60),
)


def make_app(*hooks: Any) -> App:
    app = App(hooks=hooks, security=Bearer(known({"token": "ann"})))

    @app.get("/text")
    def show() -> str:
        return TEXT

    @app.get("/versioned")
    def show_version() -> Answer[str, Validators]:
        return Answer(TEXT, headers={"etag": "1"})

    @app.get("/missing", raises=[NotFound])
    def miss() -> str:
        raise NotFound(TEXT)

    @app.get("/open", security=public)
    def show_open() -> str:
        return TEXT

    return app


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "sent", "status", "varies"),
    [
        ("/text", {}, 200, "Authorization, Accept-Encoding, Origin"),
        ("/text", {"Accept-Encoding": "gzip"}, 200, "Authorization, Accept-Encoding, Origin"),
        ("/text", {"If-None-Match": "*"}, 304, "Authorization, Accept-Encoding, Origin"),
        ("/versioned", {"If-None-Match": '"1"'}, 304, "Authorization, Accept-Encoding, Origin"),
        ("/text", {"If-Match": '"0"'}, 412, "Authorization, Origin"),
        ("/text", {"Authorization": "Bearer wrong"}, 401, "Authorization, Origin"),
        ("/missing", {}, 404, "Authorization, Accept-Encoding, Origin"),
        ("/nowhere", {}, 404, "Origin"),
        ("/open", {}, 200, "Accept-Encoding, Origin"),
    ],
)
def test_vary_names_what_the_answer_depends_on_each_once(
    path: str, sent: dict[str, str], status: int, varies: str, method: str, checked: bool, gateway: Any
) -> None:
    client = Client(make_app(*HOOKS), gateway=gateway, checked=checked)
    headers = {"Authorization": "Bearer token", "Origin": SHOP} | sent
    response = client.request(method, path, headers=headers)
    assert response.status_code == status
    (said,) = response.headers.getlist("Vary")
    assert sorted(said.split(", ")) == sorted(varies.split(", "))


@pytest.mark.parametrize(
    ("hook", "problems", "statuses", "fields"),
    [
        (ProxyHeaders(), {BadRequest}, set(), set()),
        (TrustedHosts("localhost"), {BadRequest}, set(), set()),
        (SecurityHeaders(csp=None, hsts=None), set(), set(), BROWSERS),
        (CORS([SHOP]), set(), set(), {"Access-Control-Allow-Origin", "Vary"}),
        (Compression(), set(), set(), {"Content-Encoding", "Vary"}),
        (ETags(), {PreconditionFailed}, {304, 412}, {"ETag"}),
        (CacheControl(max_age=60), set(), {304}, {"Cache-Control"}),
        (Deprecation(date(2026, 1, 1), link="/help"), set(), set(), {"Deprecation", "Link"}),
    ],
)
def test_an_operation_carries_what_its_filters_may_answer(
    hook: Filter, problems: set[Any], statuses: set[int], fields: set[str]
) -> None:
    plain, filtered = App(), App(hooks=[hook])
    for app in (plain, filtered):
        app.get("/text")(lambda: TEXT)
    before, after = plain.operations[0], filtered.operations[0]
    assert (set(before.describe().problems), fields_of(before)) == (set(), set())
    assert set(after.describe().problems) == problems
    assert after.statuses - before.statuses == statuses
    assert fields_of(after) == fields


def fields_of(operation: Operation) -> set[str]:
    """Name the header fields that an operation says it may send."""
    return {name for record in operation.describe().answers for name, _ in record.headers}


def test_what_one_router_uses_costs_its_neighbours_nothing() -> None:
    app, full = App(), Router("/full", hooks=HOOKS[2:], security=Bearer(known({"token": "ann"})))
    app.get("/text")(lambda: TEXT)
    full.get("/text")(lambda: TEXT)
    app.mount(full)
    plain, used = app.operations
    assert (plain.hooks, plain.bound.guard, plain.describe().schemes) == ((), None, ())
    assert (len(used.hooks), len(used.describe().schemes)) == (len(HOOKS[2:]) + 1, 1)
