"""Options of routes and routers, and how they are inherited."""

from __future__ import annotations

from typing import Any

import pytest

from restlite import App, Depends, Gone, NotFound, Router
from restlite.hooks import Hook
from restlite.options import ADDED, RouteOptions, SharedOptions, inherit
from restlite.testing import Client


def first() -> None: ...
def second() -> None: ...


ONE, TWO = Depends(first), Depends(second)
OUTER, INNER = Hook("before", first), Hook("before", second)


@pytest.mark.parametrize(
    ("key", "outer", "inner", "merged"),
    [
        ("tags", ["a", "b"], ["b", "c"], ("a", "b", "c")),
        ("raises", [NotFound], [Gone, NotFound], (NotFound, Gone)),
        ("dependencies", [ONE], [TWO, ONE], (ONE, TWO)),
        ("hooks", [OUTER], [INNER], (OUTER, INNER)),
        ("deprecated", True, False, False),
        ("max_body", 10, None, None),
        ("exclude_none", True, False, False),
        ("exclude_unset", False, True, True),
        ("hidden", True, False, False),
    ],
)
def test_each_option_has_one_rule(key: str, outer: Any, inner: Any, merged: Any) -> None:
    assert inherit({key: outer}, {key: inner}) == {key: merged}
    assert inherit({key: outer}, {}) == {key: tuple(outer) if key in ADDED else outer}
    assert inherit({}, {key: inner}) == {key: tuple(inner) if key in ADDED else inner}


def test_nothing_and_empty_lists_add_nothing() -> None:
    assert inherit({}, {}) == {}
    assert inherit({"tags": []}, {"tags": ()}) == {"tags": ()}


def test_every_option_stands_in_the_table() -> None:
    text = __import__("restlite.options").options.__doc__ or ""
    assert all(f"\n{key} " in text for key in SharedOptions.__optional_keys__)
    assert len(RouteOptions.__optional_keys__) <= 16


def test_options_reach_the_operation_from_app_router_and_route(gateway: Any) -> None:
    app = App(tags=["app"], max_body=3)
    router = Router("/r", tags=["router"], max_body=5)

    @router.post("/own", tags=["route"], max_body=7)
    def own(body: bytes) -> int:
        return len(body)

    @router.post("/inherited")
    def inherited(body: bytes) -> int:
        return len(body)

    @app.post("/app")
    def top(body: bytes) -> int:
        return len(body)

    app.mount(router)
    found = {operation.name: operation.options.get("tags") for operation in app.operations}
    assert found == {"top": ("app",), "own": ("app", "router", "route"), "inherited": ("app", "router")}
    client = Client(app, gateway=gateway)
    octets = {"Content-Type": "application/octet-stream"}
    for path, limit in (("/app", 3), ("/r/inherited", 5), ("/r/own", 7)):
        assert client.post(path, content=b"x" * limit, headers=octets).json() == limit
        assert client.post(path, content=b"x" * (limit + 1), headers=octets).status_code == 413
