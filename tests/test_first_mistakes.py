"""The mistakes that everybody makes first with guards and filters: each is told, with the line to write."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from restlite import Answer, App, Created, Patch, Router, SetupError
from restlite.http import CacheControl, Deprecation, ETags, TrustedHosts, Validators
from restlite.security import APIKey, Basic, Bearer
from restlite.testing import Client


class Todo(BaseModel):
    title: str


def find(token: str) -> str | None:
    return token


@pytest.mark.parametrize(
    ("hooks", "found", "mend"),
    [
        ([ETags], "hooks= lists filters; found the class ETags.", "hooks=[ETags()]"),
        ("etags", "hooks= is a list; found 'etags'.", "hooks=[ETags()]"),
        ([len], "hooks= lists filters; found <built-in function len>.", "@app.around   # or before, "),
    ],
    ids=["a class", "no list", "a function"],
)
def test_what_is_no_hook(hooks: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App(hooks=hooks)
    assert (caught.value.found, caught.value.mend.startswith(mend)) == (found, True)
    with pytest.raises(SetupError, match="hooks="):
        Router("/x", hooks=hooks)
    with pytest.raises(SetupError, match="hooks="):
        App().get("/", hooks=hooks)(lambda: "x")


def test_two_schemes_of_one_name() -> None:
    app = App()

    @app.get("/a", security=APIKey(find, header="X-A"))
    def a() -> str:
        return "a"

    @app.get("/b", security=APIKey(find, cookie="sid"))
    def b() -> str:
        return "b"

    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert caught.value.found.endswith("b: two different schemes have the name 'apiKey'.")
    assert caught.value.mend == 'APIKey(..., name="another")'


def test_two_schemes_that_read_alike_are_one_to_the_outside() -> None:
    app = App()
    app.get("/a", security=Bearer(find))(lambda: "a")
    app.get("/b", security=Bearer(lambda token: token))(lambda: "b")
    assert len(app.operations) == 2


def test_a_scheme_alone_as_an_annotation() -> None:
    bearer = Bearer(find)

    def show(user: Any) -> str:
        return "x"

    show.__annotations__["user"] = bearer
    with pytest.raises(SetupError) as caught:
        App().get("/")(show)
    assert caught.value.found.endswith("show: parameter 'user' is annotated with a security scheme alone.")
    assert caught.value.mend == "user: Annotated[User, a_scheme]"


def test_a_verifier_that_takes_credentials_apart() -> None:
    def check(user: str, password: str) -> str | None:
        return user

    with pytest.raises(SetupError) as caught:
        App(security=Basic(check)).get("/")(lambda: "x")
    said = "check: a verifier takes the credentials as one argument; found 'password' too."
    assert caught.value.found.endswith(said)
    assert caught.value.mend == "def check(sent: BasicCredentials) -> User | None: ..."


def test_a_patch_where_there_is_no_body() -> None:
    def show(patch: Patch[Todo]) -> str:
        return "x"

    with pytest.raises(SetupError, match="GET has no body") as caught:
        App().get("/")(show)
    assert caught.value.mend == "@app.patch(...)"


def test_values_of_other_types() -> None:
    wrong: Any = "2026-01-01"
    with pytest.raises(SetupError, match="Deprecation: found '2026-01-01', no date"):
        Deprecation(wrong)
    hosts: Any = ["a.example"]
    with pytest.raises(SetupError, match="TrustedHosts: no host is named; found"):
        TrustedHosts(hosts)
    misspelt: Any = {"maxage": 60}
    with pytest.raises(SetupError, match="there is no directive 'maxage'") as caught:
        CacheControl(**misspelt)
    assert caught.value.mend == "CacheControl(max_age=...)"
    with pytest.raises(SetupError, match="max_age is '60', expected whole seconds"):
        CacheControl(**{**misspelt, "maxage": None, "max_age": "60"})


def test_what_is_to_be_kept_nowhere_may_be_a_post(gateway: Any) -> None:
    app = App()

    @app.post("/login", hooks=[CacheControl(no_store=True)])
    def login() -> str:
        return "token"

    @app.post("/other", hooks=[CacheControl(max_age=60)])
    def other() -> str:
        return "x"

    with Client(app, gateway=gateway) as client:
        assert client.post("/login").headers["Cache-Control"] == "no-store"
        assert "Cache-Control" not in client.post("/other").headers
    kept = [record.status for record in app.operations[0].describe().answers if record.headers]
    assert kept == [2]


def test_header_fields_that_an_answer_must_have_are_missed_in_tests(gateway: Any) -> None:
    class Seen(TypedDict):
        session: str

    app = App()

    @app.get("/todo")
    def show() -> Answer[Todo, Validators]:
        return Answer(Todo(title="x"))

    @app.post("/todo")
    def add() -> Created[Todo, Validators, Seen]:
        return Created(Todo(title="x"), headers={"etag": "1"})

    with Client(app, gateway=gateway, raise_server_errors=False) as client:
        assert [client.get("/todo").status_code, client.post("/todo").status_code] == [500, 500]


def test_a_verifier_that_raises_leaves_the_alternatives_their_chance(gateway: Any) -> None:
    from restlite import Unauthorized

    def expired(token: str) -> str | None:
        raise Unauthorized("The token has expired.")

    app = App()
    either = Bearer(expired) | APIKey(lambda key: key if key == "good" else None, header="X-API-Key")

    @app.get("/me")
    def me(user: Annotated[str, either]) -> str:
        return user

    with Client(app, gateway=gateway) as client:
        both = client.get("/me", headers={"Authorization": "Bearer x", "X-API-Key": "good"})
        assert (both.status_code, both.text) == (200, "good")
        none = client.get("/me", headers={"Authorization": "Bearer x", "X-API-Key": "bad"})
        assert (none.status_code, none.json()["detail"]) == (401, "The token has expired.")
        assert none.headers["WWW-Authenticate"].startswith('Bearer realm="api", error="invalid_token"')
