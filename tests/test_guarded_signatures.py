"""Schemes in signatures and options: each is asked, or refused where the app is written."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import App, Depends, Request, SetupError
from restlite.security import APIKey, Bearer, public
from restlite.testing import Client


class User(BaseModel):
    name: str


def find_user(token: str) -> User | None:
    return User(name=token) if token == "ann" else None


def load_user() -> User:
    return User(name="whoever")


bearer = Bearer(find_user)
key = APIKey(find_user, header="X-Key")
CurrentUser = Annotated[User, bearer]


def test_an_alias_or_none_is_an_identity_and_never_the_body(gateway: Any) -> None:
    app = App()

    @app.post("/me")
    def me(user: CurrentUser | None) -> str:
        return user.name if user else "nobody"

    assert app.operations[0].bound.body is None
    with Client(app, gateway=gateway) as client:
        assert client.post("/me", json={"name": "root"}).text == "nobody"
        assert client.post("/me", headers={"Authorization": "Bearer ann"}).text == "ann"
        assert client.post("/me", headers={"Authorization": "Bearer root"}).status_code == 401


def test_an_optional_text_is_an_identity_and_never_a_query(gateway: Any) -> None:
    app = App()
    named = Bearer(lambda token: token)

    @app.get("/me")
    def me(user: Annotated[str, named] | None) -> str:
        return user or "nobody"

    with Client(app, gateway=gateway) as client:
        assert client.get("/me?user=root").status_code == 422
        assert client.get("/me").text == "nobody"
        assert client.get("/me", headers={"Authorization": "Bearer ann"}).text == "ann"


def test_a_default_does_not_make_it_optional(gateway: Any) -> None:
    app = App()

    @app.post("/me")
    def me(user: Annotated[User | str, bearer] = "nobody") -> str:
        return user.name if isinstance(user, User) else user

    with Client(app, gateway=gateway) as client:
        assert client.post("/me").status_code == 401


def either(user: Annotated[User, bearer] | Annotated[User, key]) -> Any: ...
def both(user: Annotated[User, bearer, key]) -> Any: ...
def more_scopes(user: Annotated[CurrentUser, bearer("write")]) -> Any: ...
def beside_depends(user: Annotated[User, Depends(load_user), bearer]) -> Any: ...
def injected(user: Annotated[Request, bearer]) -> Any: ...
def listed(user: list[CurrentUser]) -> Any: ...
def of_a_class(user: Annotated[User, Bearer]) -> Any: ...
def by_default(user: User = bearer) -> Any: ...  # type: ignore[assignment]
def joined_by_default(user: User = bearer | key) -> Any: ...  # type: ignore[assignment]


@pytest.mark.parametrize(
    "handler",
    [
        either,
        both,
        more_scopes,
        beside_depends,
        injected,
        listed,
        of_a_class,
        by_default,
        joined_by_default,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_scheme_that_would_not_be_asked_is_refused(handler: Any, method: str) -> None:
    with pytest.raises(SetupError) as raised:
        App().route("/", methods=[method])(handler)
    assert raised.value.found == (
        f"{handler.__name__}: parameter 'user' names a security scheme where it would not be asked."
    )
    assert raised.value.mend == "user: Annotated[User, a_scheme]   # or one | another, one & another"


def depends_on_a_scheme(user: Annotated[User, Depends(bearer)]) -> Any: ...
def depends_on_a_need(user: Annotated[User, Depends(bearer("read"))]) -> Any: ...
def asks_nothing() -> Any: ...


@pytest.mark.parametrize(
    ("handler", "dependencies", "name"),
    [
        (depends_on_a_scheme, [], "user"),
        (depends_on_a_need, [], "user"),
        (asks_nothing, [bearer], "dependencies[0]"),
        (asks_nothing, [Depends(load_user), Depends(bearer)], "dependencies[1]"),
        (asks_nothing, [bearer | key], "dependencies[0]"),
    ],
)
def test_a_scheme_is_no_dependency(handler: Any, dependencies: Any, name: str) -> None:
    with pytest.raises(SetupError) as raised:
        App().get("/", dependencies=dependencies)(handler)
    assert raised.value.found == f"{handler.__name__}: {name!r} depends on a security scheme."
    assert raised.value.mend == "Annotated[User, a_scheme]   # or security=a_scheme"


@pytest.mark.parametrize(
    ("security", "kind"),
    [
        (None, "NoneType"),
        ([bearer], "list"),
        ("bearer", "str"),
        (find_user, "function"),
        (Bearer, "Bearer"),
    ],
)
def test_security_takes_schemes_alone(security: Any, kind: str) -> None:
    app = App(security=bearer, deny_by_default=True)
    with pytest.raises(SetupError) as raised:
        app.get("/", security=security)(asks_nothing)
    assert raised.value.found == f"{kind} is no security scheme."
    mend = "security=bearer   # or bearer | key; restlite.security.public for everybody"
    assert raised.value.mend == mend


def test_a_parameter_cannot_ask_for_nobody() -> None:
    def anybody(user: Annotated[User, public]) -> Any: ...

    with pytest.raises(
        SetupError, match="parameter 'user' is an identity, but public asks for none"
    ) as raised:
        App().get("/")(anybody)
    assert raised.value.mend == "security=public as an option of the route"


@pytest.mark.parametrize("checked", [True, False])
def test_a_coroutine_that_nobody_awaits_is_no_identity(
    checked: bool, gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def find_later(token: str) -> User | None:
        return find_user(token)

    app = App()
    forgetful = Bearer(lambda token: find_later(token))

    @app.get("/me", security=forgetful)
    def me() -> str:
        return "let in"

    with Client(app, gateway=gateway, checked=checked) as client:
        refused = client.get("/me", headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 500
    assert "let in" not in refused.text
    assert "returned what is to be awaited, not an identity." in caplog.text
    assert "Write: async def verify(credentials): return await ..." in caplog.text


def test_what_else_is_to_be_awaited_is_no_identity_either(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Later:
        def __await__(self) -> Any: ...

    app = App()

    @app.get("/me", security=Bearer(lambda token: Later()))
    def me() -> str:
        return "let in"

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers={"Authorization": "Bearer wrong"}).status_code == 500
    assert "<lambda> returned what is to be awaited" in caplog.text
