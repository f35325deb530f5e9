"""Cache-Control: typed directives, none against another."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypedDict

import pytest

from restlite import Answer, App, NotFound, SetupError
from restlite.http.caching import CacheControl, cache_control
from restlite.http.etags import ETags, etag_of
from restlite.security import Bearer
from restlite.testing import Client


@pytest.mark.parametrize(
    ("directives", "expect"),
    [
        ({"max_age": 60}, "max-age=60"),
        ({"max_age": 0, "must_revalidate": True}, "max-age=0, must-revalidate"),
        ({"public": True, "max_age": timedelta(days=1)}, "public, max-age=86400"),
        ({"max_age": 60, "public": False}, "max-age=60"),
        ({"private": True, "no_cache": True}, "private, no-cache"),
        ({"no_store": True}, "no-store"),
        ({"no_store": True, "private": True, "no_transform": True}, "no-store, private, no-transform"),
        ({"s_maxage": 60, "proxy_revalidate": True}, "s-maxage=60, proxy-revalidate"),
        ({"max_age": 31_536_000, "immutable": True}, "max-age=31536000, immutable"),
        (
            {"max_age": 1, "stale_while_revalidate": 2, "stale_if_error": timedelta(minutes=1)},
            "max-age=1, stale-while-revalidate=2, stale-if-error=60",
        ),
        ({"max_age": 2**31}, "max-age=2147483648"),
    ],
)
def test_directives_are_written(directives: Any, expect: str) -> None:
    assert cache_control(**directives) == expect


@pytest.mark.parametrize(
    ("directives", "found", "mend"),
    [
        ({}, "says nothing", "max_age=60"),
        ({"public": False}, "says nothing", "max_age=60"),
        (
            {"public": True, "private": True},
            "public and private contradict each other: a shared cache may keep it, or may not",
            "public=...",
        ),
        (
            {"private": True, "s_maxage": 1},
            "private and s_maxage contradict each other: no shared cache may keep it",
            "private=...",
        ),
        (
            {"no_cache": True, "immutable": True, "max_age": 1},
            "no_cache and immutable contradict each other: it is asked about before each use, or never",
            "no_cache=...",
        ),
        (
            {"must_revalidate": True, "max_age": 1, "stale_if_error": 1},
            "must_revalidate and stale_if_error contradict each other: "
            "once stale it is never used without asking",
            "must_revalidate=...",
        ),
        (
            {"no_store": True, "max_age": 0},
            "no_store and max_age contradict each other: nobody may keep it",
            "no_store=...",
        ),
        ({"immutable": True}, "immutable means nothing without max_age", "max_age=3600, immutable=..."),
        ({"max_age": -1}, "max_age is -1, expected whole seconds from 0 to 2**31", "max_age=60"),
        ({"max_age": 1.5}, "max_age is 1.5, expected whole seconds from 0 to 2**31", "max_age=60"),
        (
            {"max_age": 2**31 + 1},
            "max_age is 2147483649, expected whole seconds from 0 to 2**31",
            "max_age=60",
        ),
        (
            {"max_age": timedelta(microseconds=1)},
            "max_age is datetime.timedelta(microseconds=1), expected whole seconds from 0 to 2**31",
            "max_age=60",
        ),
    ],
)
@pytest.mark.parametrize("made", [cache_control, CacheControl])
def test_what_contradicts_itself_is_a_setup_error(made: Any, directives: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as raised:
        made(**directives)
    assert raised.value.found == f"Cache-Control: {found}."
    assert raised.value.mend == f"CacheControl({mend})"


class Own(TypedDict):
    cache_control: str


def client_of(gateway: Any, *hooks: Any, checked: bool = True) -> Client:
    app = App(hooks=hooks)
    token = Bearer(lambda given: given)

    @app.get("/")
    def show() -> str:
        return "shown"

    @app.get("/own")
    def own() -> Answer[str, Own]:
        return Answer("own", headers={"cache_control": cache_control(no_store=True)})

    @app.get("/missing", raises=[NotFound])
    def miss() -> str:
        raise NotFound

    @app.post("/")
    def add() -> str:
        return "added"

    @app.get("/mine")
    def show_mine(user: Annotated[str, token]) -> str:
        return user

    @app.get("/ours")
    def show_ours(user: Annotated[str, token]) -> Answer[str, Own]:
        return Answer("the same for all", headers={"cache_control": cache_control(max_age=5, public=True)})

    return Client(app, gateway=gateway, checked=checked)


@pytest.mark.parametrize("checked", [True, False])
def test_answers_to_get_say_it(checked: bool, gateway: Any) -> None:
    client = client_of(gateway, CacheControl(max_age=60), checked=checked)
    assert client.get("/").headers["Cache-Control"] == "max-age=60"
    assert client.head("/").headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("checked", [True, False])
def test_a_304_repeats_it_in_either_order(checked: bool, gateway: Any) -> None:
    for hooks in ((CacheControl(max_age=60), ETags()), (ETags(), CacheControl(max_age=60))):
        response = client_of(gateway, *hooks, checked=checked).get(
            "/", headers={"If-None-Match": etag_of(b"shown")}
        )
        assert (response.status_code, response.headers["Cache-Control"]) == (304, "max-age=60")


@pytest.mark.parametrize("checked", [True, False])
def test_others_are_left_alone(checked: bool, gateway: Any) -> None:
    client = client_of(gateway, CacheControl(max_age=60), checked=checked)
    assert client.get("/own").headers.getlist("Cache-Control") == ["no-store"]
    assert client.get("/missing").headers.getlist("Cache-Control") == ["no-store"]
    assert "Cache-Control" not in client.post("/").headers


@pytest.mark.parametrize("checked", [True, False])
def test_a_public_app_does_not_publish_what_is_guarded(checked: bool, gateway: Any) -> None:
    headers = {"Authorization": "Bearer ada"}
    for hook in (CacheControl(max_age=60, public=True), CacheControl(s_maxage=60)):
        client = client_of(gateway, hook, checked=checked)
        assert client.get("/mine", headers=headers).headers["Cache-Control"] == "no-store"
    client = client_of(gateway, CacheControl(max_age=60, private=True), checked=checked)
    assert client.get("/mine", headers=headers).headers["Cache-Control"] == "max-age=60, private"


@pytest.mark.parametrize("checked", [True, False])
def test_an_answer_may_publish_itself(checked: bool, gateway: Any) -> None:
    response = client_of(gateway, CacheControl(max_age=60), checked=checked).get(
        "/ours", headers={"Authorization": "Bearer ada"}
    )
    assert response.headers["Cache-Control"] == "max-age=5, public"


def test_what_is_sent_is_declared() -> None:
    records = CacheControl(max_age=60).describe("GET").answers
    assert [(record.status, [name for name, _ in record.headers]) for record in records] == [
        (2, ["Cache-Control"]),
        (304, ["Cache-Control"]),
    ]
    assert CacheControl(max_age=60).describe("POST").answers == ()
