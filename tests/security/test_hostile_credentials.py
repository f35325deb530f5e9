"""Hostile credentials, byte for byte: a 401 with a challenge, never a 500, and nothing sent back."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw import Raw, sender

from restlite import App
from restlite.security import APIKey, Basic, Bearer, equal_secrets, known

CHALLENGE = 'Bearer realm="api", error="invalid_token"'


def make_app() -> App:
    app = App()
    find = known({"good": "ann", "schlüssel": "bob", "a" * 7000: "long"})

    @app.get("/me")
    def show_me(user: Annotated[str, Bearer(find)]) -> str:
        return user

    @app.get("/optional")
    def optional(user: Annotated[str | None, Bearer(find, name="maybe")]) -> str:
        return user or "nobody"

    @app.get("/basic", security=Basic(lambda sent: equal_secrets(sent.password, "päss") or None))
    def basic() -> str:
        return "in"

    @app.get("/key", security=APIKey(find, header="X-API-Key"))
    def key() -> str:
        return "in"

    @app.post("/form")
    def form(user: Annotated[str, Bearer(find, name="form")], body: dict[str, str]) -> str:
        return user

    return app


HOSTILE: dict[str, tuple[bytes, ...]] = {
    "non-ASCII bytes": (b"Bearer \xff\xfe\xfd",),
    "UTF-8": ("Bearer schlüssel".encode(),),
    "two fields": (b"Bearer good", b"Bearer good"),
    "two fields, of two schemes": (b"Basic Z29vZDpnb29k", b"Bearer good"),
    "two fields, the good one first": (b"Bearer good", b"Basic Z29vZDpnb29k"),
    "a list": (b"Bearer good, Bearer bad",),
    "no token": (b"Bearer",),
    "an empty token": (b"Bearer ",),
    "an empty field": (b"",),
    "7 kB": (b"Bearer " + b"b" * 7000,),
    "60 kB": (b"Bearer " + b"b" * 60_000,),
    "a space inside": (b"Bearer go od",),
    "a tab": (b"Bearer\tgood",),
    "NUL": (b"Bearer good\x00",),
    "quotes": (b'Bearer "good"',),
    "an equals sign first": (b"Bearer =good",),
    "the token alone": (b"good",),
    "a name with a quote": (b'"Bearer" good',),
    "full width letters": ("\uff22earer good".encode(),),
    "the Kelvin sign": ("Bearer \u212a".encode(),),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bearer_tokens_are_a_401(case: str, gateway: Any) -> None:
    send = sender(make_app(), gateway)
    headers = tuple(("Authorization", value) for value in HOSTILE[case])
    for target in ("/me", "/optional"):
        answer = send(Raw(target=target, headers=headers))
        if case == "the token alone":  # the name of another scheme, with nothing after it
            expect = "401 Credentials are needed." if target == "/me" else "200"
            assert answer.summary() == expect
            continue
        assert answer.summary() == "401 The credentials are not accepted."
        assert answer.headers["WWW-Authenticate"] == CHALLENGE
        assert b"good" not in answer.body
        assert len(answer.body) < 300


def test_long_tokens_are_fine_where_they_are_known(gateway: Any) -> None:
    send = sender(make_app(), gateway)
    answer = send(Raw(target="/me", headers=(("Authorization", b"Bearer " + b"a" * 7000),)))
    assert (answer.status, answer.body) == (200, b"long")


def test_tokens_in_query_and_body_are_never_read(gateway: Any) -> None:
    send = sender(make_app(), gateway)
    for target in ("/me?access_token=good", "/me?Authorization=Bearer%20good"):
        answer = send(Raw(target=target))
        assert answer.summary() == "401 Credentials are needed."
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    form = (("Content-Type", b"application/x-www-form-urlencoded"),)
    answer = send(Raw("POST", "/form", form, b"access_token=good"))
    assert answer.summary() == "401 Credentials are needed."


@pytest.mark.parametrize(
    "value",
    [
        b"Basic \xff",
        b"Basic ====",
        b"Basic /w==",
        b"Basic cMOkc3M=",
        b"Basic OnDDpHNzAA==",
        b"Basic " + b"A" * 60_000,
        b"Basic bWU6cMOkc3M=, Basic bWU6cMOkc3M=",
    ],
)
def test_hostile_basic_credentials_are_a_401(value: bytes, gateway: Any) -> None:
    answer = sender(make_app(), gateway)(Raw(target="/basic", headers=(("Authorization", value),)))
    assert answer.summary() == "401 The credentials are not accepted."
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="api", charset="UTF-8"'


def test_secrets_beyond_ascii_are_compared(gateway: Any) -> None:
    send = sender(make_app(), gateway)
    assert send(Raw(target="/basic", headers=(("Authorization", b"Basic bWU6cMOkc3M="),))).body == b"in"
    wrong = send(Raw(target="/basic", headers=(("Authorization", b"Basic bWU6cGFzcw=="),)))
    assert wrong.status == 401


@pytest.mark.parametrize("values", [(b"good", b"good"), (b"",), (b"\xff",), (b"goo",), (b"g" * 60_000,)])
def test_hostile_keys_are_a_401(values: tuple[bytes, ...], gateway: Any) -> None:
    headers = tuple(("X-API-Key", value) for value in values)
    answer = sender(make_app(), gateway)(Raw(target="/key", headers=headers))
    assert answer.summary() == "401 The credentials are not accepted."
    assert answer.headers["WWW-Authenticate"] == 'ApiKey in="header", name="X-API-Key"'


@given(st.binary(max_size=80))
def test_no_bytes_are_a_500(value: bytes) -> None:
    send = sender(make_app(), "wsgi")
    for begin in (b"Bearer ", b"Basic ", b""):
        for target in ("/me", "/optional", "/basic"):
            answer = send(Raw(target=target, headers=(("Authorization", begin + value),)))
            assert answer.status in (200, 401)
            if answer.status == 401:
                assert answer.headers["WWW-Authenticate"]


def test_cookies_that_are_not_utf_8_are_a_401(gateway: Any) -> None:
    app = App(security=APIKey(known({"k": "ann"}), cookie="sid"))

    @app.get("/")
    def show() -> str:
        return "in"

    answer = sender(app, gateway)(Raw(headers=(("Cookie", b"sid=\xe9"),)))
    assert answer.summary() == "401 The credentials are not accepted."
