"""Verifiers: what they may ask for, and what becomes of what they give and raise."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from callers import User, bearer_of, find_user

from restlite import App, Depends, Forbidden, Request, SetupError, Unauthorized
from restlite.security import Basic, BasicCredentials, Bearer, equal_secrets
from restlite.testing import Client


@pytest.mark.parametrize("waits", [False, True], ids=["def", "async def"])
def test_a_verifier_that_raises_is_a_500_without_detail(
    waits: bool, gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    def fail(token: str) -> User:
        raise KeyError(f"no table for hunter2 and {token}")

    async def fail_later(token: str) -> User:
        return fail(token)

    @app.get("/me")
    def show_me(user: Annotated[User, Bearer(fail_later if waits else fail)]) -> str:
        return user.name

    with Client(app, gateway=gateway) as client, caplog.at_level(logging.ERROR):
        response = client.get("/me", headers=bearer_of("abc"))
        assert response.status_code == 500
        assert "hunter2" not in response.text
        assert "KeyError" not in response.text
        assert "WWW-Authenticate" not in response.headers
        assert client.get("/me").status_code == 401  # nothing was sent: nobody is asked
    assert "no table for" in caplog.text


def test_a_verifier_may_say_why_it_refuses(gateway: Any) -> None:
    app = App()

    def refuse(token: str) -> User:
        if token == "banned":
            raise Forbidden("You are banned.")
        raise Unauthorized("The token has expired.")

    @app.get("/me")
    def show_me(user: Annotated[User, Bearer(refuse)]) -> str:
        return user.name

    with Client(app, gateway=gateway) as client:
        response = client.get("/me", headers=bearer_of("old"))
        assert (response.status_code, response.json()["detail"]) == (401, "The token has expired.")
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
        with pytest.raises(AssertionError, match="403"):  # it is for `raises=[Forbidden]` to declare
            client.get("/me", headers=bearer_of("banned"))


def test_a_verifier_that_only_compares_lets_nobody_in_by_false(gateway: Any) -> None:
    app = App()
    basic = Basic(lambda sent: equal_secrets(sent.password, "open sesame"))

    @app.get("/cave", security=basic)
    def enter() -> str:
        return "gold"

    with Client(app, gateway=gateway) as client:
        wrong = client.get("/cave", headers={"Authorization": "Basic bWU6Z3Vlc3M="})
        assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (
            401,
            'Basic realm="api", charset="UTF-8"',
        )
        right = client.get("/cave", headers={"Authorization": "Basic bWU6b3BlbiBzZXNhbWU="})
        assert right.text == "gold"


def test_a_slow_verifier_blocks_nobody_else() -> None:
    app = App()
    inside, leave = threading.Event(), threading.Event()

    def wait(token: str) -> User:
        inside.set()
        assert leave.wait(10)
        return User(token)

    @app.get("/slow")
    def slow(user: Annotated[User, Bearer(wait)]) -> str:
        return user.name

    @app.get("/fast")
    async def fast(user: Annotated[User, Bearer(find_user, name="fast")]) -> str:
        return user.name

    with Client(app, gateway="asgi") as client, ThreadPoolExecutor(1) as pool:
        slowly = pool.submit(client.get, "/slow", headers=bearer_of("ann"))
        assert inside.wait(10)
        assert client.get("/fast", headers=bearer_of("bob")).text == "bob"
        assert not slowly.done()
        leave.set()
        assert slowly.result(10).text == "ann"


@pytest.mark.parametrize("waits", [False, True], ids=["def", "async def"])
def test_dependencies_of_a_verifier_are_opened_before_it_and_closed(waits: bool, gateway: Any) -> None:
    app = App()
    seen: list[str] = []

    def open_store() -> Iterator[dict[str, User]]:
        seen.append("open")
        try:
            yield {"abc": User("ann")}
        finally:
            seen.append("close")

    async def open_store_later() -> AsyncIterator[dict[str, User]]:
        seen.append("open")
        try:
            yield {"abc": User("ann")}
        finally:
            seen.append("close")

    Store = Annotated[dict[str, User], Depends(open_store_later if waits else open_store)]

    def find(token: str, store: Store, request: Request) -> User | None:
        seen.append(f"verify {request.path}")
        return store.get(token)

    def never() -> None:
        seen.append("late")

    @app.get("/me", dependencies=[Depends(never)])
    def show_me(user: Annotated[User, Bearer(find)], store: Store) -> str:
        return f"{user.name} of {len(store)}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers=bearer_of("abc")).text == "ann of 1"
        assert seen == ["open", "verify /me", "late", "close"]
        seen.clear()
        assert client.get("/me", headers=bearer_of("xyz")).status_code == 401
        assert seen == ["open", "verify /me", "close"]


def test_a_verifier_reads_no_parameters() -> None:
    app = App()

    def find(token: str, tenant: str) -> User:
        return User(f"{token} of {tenant}")

    def show_me() -> str:
        return ""

    with pytest.raises(SetupError) as caught:
        app.get("/me", security=Bearer(find))(show_me)
    said = "find: a verifier takes the credentials as one argument; found 'tenant' too."
    assert caught.value.found.endswith(said)
    assert caught.value.mend == "def find(token: str) -> User | None: ..."


class Verifier:
    """Verify by a method, and by being called."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find(self, token: str) -> User:
        return User(f"{self.name} {token}")

    def __call__(self, token: str) -> User:
        return self.find(token)


@pytest.mark.parametrize(
    "verify", [Verifier("ann").find, Verifier("ann"), lambda token: User(f"ann {token}")]
)
def test_methods_objects_and_lambdas_verify(verify: Any, gateway: Any) -> None:
    app = App()

    @app.get("/me")
    def show_me(user: Annotated[User, Bearer(verify)]) -> str:
        return user.name

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers=bearer_of("abc")).text == "ann abc"


def test_a_verifier_is_overridden_in_tests(gateway: Any) -> None:
    app = App()

    @app.get("/me")
    def show_me(user: Annotated[User, Bearer(find_user)]) -> str:
        return user.name

    def find_test_user(token: str) -> User:
        return User("test")

    with Client(app, gateway=gateway) as client:
        with app.override(find_user, with_=find_test_user):
            assert client.get("/me", headers=bearer_of("wrong")).text == "test"
            assert client.get("/me").status_code == 401
        assert client.get("/me", headers=bearer_of("wrong")).status_code == 401


def test_basic_credentials_reach_the_verifier(gateway: Any) -> None:
    app = App()
    seen: list[BasicCredentials] = []

    def check(sent: BasicCredentials) -> User | None:
        seen.append(sent)
        return User(sent.username)

    @app.get("/me")
    def show_me(user: Annotated[User, Basic(check)]) -> str:
        return user.name

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers={"Authorization": "Basic dGVzdDoxMjPCow=="}).text == "test"
    assert seen == [BasicCredentials("test", "123\u00a3")]
