"""Running guards: who calls is found out in order, once, and before anything is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import App, Depends, Forbidden, Request, Resource, State, Unauthorized
from restlite.errors import Problem
from restlite.security import APIKey, Bearer, public
from restlite.testing import Client


class User(BaseModel):
    name: str
    scopes: list[str] = []
    roles: list[str] = []


class Unavailable(Problem):
    status = 503
    title = "Unavailable"


def sent(token: str | None = None, key: str | None = None) -> dict[str, str]:
    fields = {"Authorization": f"Bearer {token}" if token else None, "X-Key": key}
    return {name: value for name, value in fields.items() if value}


def find_user(token: str) -> User | None:
    name, *scopes = token.split("-")
    return None if name == "wrong" else User(name=name, scopes=scopes, roles=scopes)


bearer = Bearer(find_user)
key = APIKey(find_user, header="X-Key", name="key")


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("headers", "status", "expect"),
    [
        (sent("ann"), 200, "ann"),
        (sent(key="kim"), 200, "kim"),
        (sent("ann", "kim"), 200, "ann"),
        (sent("wrong", "kim"), 200, "kim"),
        (sent("ann", "wrong"), 200, "ann"),
        (sent("wrong", "wrong"), 401, "The credentials are not accepted."),
        (sent("wrong"), 401, "The credentials are not accepted."),
        ({}, 401, "Credentials are needed."),
    ],
)
def test_the_first_alternative_that_is_met_counts(
    headers: dict[str, str], status: int, expect: str, checked: bool, gateway: Any
) -> None:
    app = App()

    @app.get("/")
    def show(user: Annotated[User, bearer | key]) -> str:
        return user.name

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/", headers=headers)
    assert answer.status_code == status
    assert (answer.text if status == 200 else answer.json()["detail"]) == expect


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (sent("ann", "kim"), 200),
        (sent("ann"), 401),
        (sent(key="kim"), 401),
        (sent("ann", "wrong"), 401),
        ({}, 401),
    ],
)
def test_a_combination_gives_all_identities_in_order(
    headers: dict[str, str], status: int, checked: bool, gateway: Any
) -> None:
    app = App()

    @app.get("/")
    def show(users: Annotated[tuple[User, User], key & bearer]) -> str:
        return " ".join(user.name for user in users)

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/", headers=headers)
    assert answer.status_code == status
    assert status == 401 or answer.text == "kim ann"


@pytest.mark.parametrize(
    ("headers", "status", "expect"),
    [
        ({}, 200, "nobody"),
        (sent("ann"), 200, "ann"),
        (sent("wrong"), 401, None),
        ({"Authorization": "Bearer a b"}, 401, None),
        ({"Authorization": "Basic YTpi"}, 200, "nobody"),
        (sent("ann", "wrong"), 200, "ann"),
        (sent(key="wrong"), 401, None),
    ],
)
def test_who_sends_wrong_credentials_is_not_anonymous(
    headers: dict[str, str], status: int, expect: str | None, gateway: Any
) -> None:
    app = App()

    @app.get("/")
    def show(user: Annotated[User | None, bearer | key]) -> str:
        return user.name if user else "nobody"

    with Client(app, gateway=gateway) as client:
        answer = client.get("/", headers=headers)
    assert answer.status_code == status
    assert expect is None or answer.text == expect


def test_half_of_an_optional_combination_is_anonymous(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(users: Annotated[tuple[User, User] | None, bearer & key]) -> str:
        return "both" if users else "nobody"

    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers=sent("ann")).text == "nobody"
        assert client.get("/", headers=sent("ann", "kim")).text == "both"
        assert client.get("/", headers=sent("ann", "wrong")).status_code == 401


def test_challenges_name_all_that_would_do_each_once(gateway: Any) -> None:
    app = App()
    token = APIKey(find_user, header="X-Token", name="token")

    @app.get("/", security=bearer("read") | (bearer("read") & key) | token)
    def show() -> str:
        return ""

    @app.get("/key", security=key("read"))
    def by_key() -> str:
        return ""

    with Client(app, gateway=gateway) as client:
        missing, wrong, lacking = (
            client.get("/", headers=headers) for headers in ({}, sent("wrong"), sent("ann"))
        )
        key_lacks = client.get("/key", headers=sent(key="kim"))
    bearers = 'Bearer realm="api", {}scope="read"'
    assert missing.headers["WWW-Authenticate"].startswith('Bearer realm="api"')
    assert missing.headers["WWW-Authenticate"].count("Bearer") == 1
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    assert (lacking.status_code, lacking.json()["detail"]) == (
        403,
        "This needs the scope read or the scope read.",
    )
    assert lacking.headers["WWW-Authenticate"] == bearers.format('error="insufficient_scope", ')
    assert key_lacks.status_code == 403
    assert "WWW-Authenticate" not in key_lacks.headers


def test_who_is_known_but_may_not_is_told_so_before_what_is_missing(gateway: Any) -> None:
    app = App()

    @app.get("/", security=key | bearer("write"))
    def show() -> str:
        return "shown"

    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers=sent("ann")).status_code == 403
        assert client.get("/", headers=sent("ann", "kim")).status_code == 200
        assert client.get("/", headers=sent("ann", "wrong")).status_code == 403


@pytest.mark.parametrize("identity", [0, "", (), {}, 0.0])
def test_an_identity_may_be_empty_but_not_none(identity: Any, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(user: Annotated[object, Bearer(lambda token: identity)]) -> str:
        return repr(user)

    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers=sent("x")).text == repr(identity)


@pytest.mark.parametrize("refused", [None, False])
@pytest.mark.parametrize("checked", [True, False])
def test_none_and_false_are_nobody(refused: Any, checked: bool, gateway: Any) -> None:
    app = App()
    app.get("/", security=Bearer(lambda token: refused))(lambda: "let in")
    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/", headers=sent("x")).status_code == 401


@pytest.mark.parametrize("checked", [True, False])
def test_problems_of_a_verifier_are_answers(checked: bool, gateway: Any) -> None:
    def verify(token: str) -> User:
        raise {
            "expired": Unauthorized("The token has expired."),
            "own": Unauthorized("No.", headers={"WWW-Authenticate": "Own"}),
            "banned": Forbidden("Banned."),
            "down": Unavailable("Later.", headers={"Retry-After": "3"}),
        }[token]

    app = App()

    @app.get("/", security=Bearer(verify), raises=[Forbidden, Unavailable])
    def show() -> str:
        return ""

    with Client(app, gateway=gateway, checked=checked) as client:
        answers = {
            token: client.get("/", headers=sent(token)) for token in ("expired", "own", "banned", "down")
        }
    assert [answer.status_code for answer in answers.values()] == [401, 401, 403, 503]
    assert answers["expired"].json()["detail"] == "The token has expired."
    assert 'error="invalid_token"' in answers["expired"].headers["WWW-Authenticate"]
    assert answers["own"].headers["WWW-Authenticate"] == "Own"
    assert answers["down"].headers["Retry-After"] == "3"


def test_a_scheme_without_a_challenge_adds_none(gateway: Any) -> None:
    class Silent(Bearer):
        def challenge(self, error: str | None = None, scopes: Any = ()) -> str | None:
            return None

    def verify(token: str) -> User:
        raise Unauthorized("Expired.")

    app = App()
    app.get("/", security=Silent(verify))(lambda: "")
    with Client(app, gateway=gateway) as client:
        assert "WWW-Authenticate" not in client.get("/", headers=sent("x")).headers


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_dependency_is_made_once_for_verifier_and_handler(asynchronous: bool, gateway: Any) -> None:
    said: list[str] = []

    def open_db() -> Iterator[dict[str, User]]:
        said.append("open")
        yield {"ann": User(name="Ann")}
        said.append("close")

    async def open_later() -> AsyncIterator[dict[str, User]]:
        said.append("open")
        yield {"ann": User(name="Ann")}
        said.append("close")

    Db = Annotated[dict[str, User], Depends(open_later if asynchronous else open_db)]

    async def find_later(token: str, db: Db) -> User | None:
        said.append("verify")
        return db.get(token)

    def find(token: str, db: Db, request: Request, state: State) -> User | None:
        assert request.path == "/"
        said.append("verify")
        return db.get(token)

    app = App()

    @app.get("/")
    def show(
        db: Db,
        user: Annotated[User, Bearer(find_later if asynchronous else find)],
    ) -> str:
        said.append("handle")
        return f"{user.name} of {len(db)}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers=sent("ann")).text == "Ann of 1"
        assert said == ["open", "verify", "handle", "close"]
        said.clear()
        assert client.get("/", headers=sent("wrong")).status_code == 401
        assert said == ["open", "verify"]  # and the generator sees the error


@pytest.mark.parametrize("checked", [True, False])
def test_a_verifier_runs_once_for_all_who_ask(checked: bool, gateway: Any) -> None:
    seen: list[str] = []

    def verify(token: str) -> User:
        seen.append(token)
        return User(name=token, scopes=["read", "write"])

    scheme = Bearer(verify)

    def audit(user: Annotated[User, scheme("write")]) -> str:
        return user.name

    app = App(security=scheme)

    @app.get("/")
    def show(user: Annotated[User, scheme("read")], audited: Annotated[str, Depends(audit)]) -> str:
        return f"{user.name} {audited}"

    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/", headers=sent("ann")).text == "ann ann"
    assert seen == ["ann"]


def test_identities_reach_dependencies_and_resources(gateway: Any) -> None:
    app = App()

    def greeting(user: Annotated[User, bearer]) -> str:
        return f"Hello {user.name}"

    @app.resource("/me")
    class Me(Resource):
        def __init__(self, user: Annotated[User, bearer("read")]) -> None:
            self.user = user

        def get(self, said: Annotated[str, Depends(greeting)]) -> str:
            return f"{said}, {self.user.name}"

        def delete(self, other: Annotated[User, key]) -> str:
            return f"{self.user.name} {other.name}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers=sent("ann-read")).text == "Hello ann, ann"
        assert client.get("/me", headers=sent("ann")).status_code == 403
        assert client.delete("/me", headers=sent("ann-read")).status_code == 401
        assert client.delete("/me", headers=sent("ann-read", "kim")).text == "ann kim"


@pytest.mark.parametrize("checked", [True, False])
def test_a_verifier_is_overridden(checked: bool, gateway: Any) -> None:
    async def everybody(token: str) -> User:
        return User(name=f"fake {token}")

    app = App()

    @app.get("/")
    def show(user: Annotated[User, bearer]) -> str:
        return user.name

    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/", headers=sent("wrong")).status_code == 401
        with app.override(find_user, with_=everybody):
            assert client.get("/", headers=sent("wrong")).text == "fake wrong"
            assert client.get("/").status_code == 401
        assert client.get("/", headers=sent("wrong")).status_code == 401


def test_what_is_said_nearest_holds(gateway: Any) -> None:
    app = App(security=bearer)
    app.get("/app")(lambda: "")
    app.get("/route", security=key)(lambda: "")
    app.get("/open", security=public)(lambda: "")
    with Client(app, gateway=gateway) as client:
        statuses = {
            path: [
                client.get(path, headers=headers).status_code
                for headers in ({}, sent("ann"), sent(key="kim"))
            ]
            for path in ("/app", "/route", "/open")
        }
    assert statuses == {"/app": [401, 200, 401], "/route": [401, 401, 200], "/open": [200, 200, 200]}
