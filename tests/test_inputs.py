"""What an operation takes, read from its signatures and options; secrets and statuses beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from restlite import App, Created, Header, In, Query, Request, Response, SetupError
from restlite.security import APIKey
from restlite.testing import Client


class Err(BaseModel):
    code: int


class Filters(BaseModel):
    ids: Annotated[list[int], In("query", style="csv")] = []
    tags: Annotated[list[str], In("query", style="pipe")] = Field(default=[], max_length=2)
    plain: list[int] = []


@dataclass
class FiltersClass:
    ids: Annotated[list[int], In("query", style="csv")] = field(default_factory=list[int])
    plain: list[int] = field(default_factory=list[int])


class FiltersDict(TypedDict, total=False):
    ids: Annotated[list[int], In("query", style="csv")]


@pytest.mark.parametrize("checked", [True, False])
def test_a_member_of_a_parameter_model_has_a_style_of_its_own(checked: bool, gateway: Any) -> None:
    app = App()

    @app.get("/model")
    def model(filters: Query[Filters]) -> Filters:
        return filters

    @app.get("/class")
    def of_class(filters: Query[FiltersClass]) -> FiltersClass:
        return filters

    @app.get("/dict")
    def of_dict(filters: Query[FiltersDict]) -> FiltersDict:
        return filters

    with Client(app, gateway=gateway, checked=checked) as client:
        full = client.get("/model?ids=1,2,3&tags=a|b&plain=1&plain=2")
        assert full.json() == {"ids": [1, 2, 3], "tags": ["a", "b"], "plain": [1, 2]}
        assert client.get("/class?ids=1,2&plain=3").json() == {"ids": [1, 2], "plain": [3]}
        assert client.get("/dict?ids=4,5").json() == {"ids": [4, 5]}
        refused = client.get("/model?ids=1,x&tags=a|b|c&plain=1,2")
        assert {error["parameter"] for error in refused.json()["errors"]} == {"ids", "tags", "plain"}
    styles = {
        record.name: (record.style, record.explode) for record in app.operations[0].describe().parameters
    }
    assert styles == {"ids": ("form", False), "tags": ("pipeDelimited", False), "plain": ("form", True)}


@pytest.mark.parametrize("checked", [True, False])
def test_a_model_gives_its_style_to_members_that_have_none(checked: bool, gateway: Any) -> None:
    class Ids(BaseModel):
        a: list[int] = []
        b: Annotated[list[int], In("query", style="pipe")] = []

    app = App()

    @app.get("/")
    def show(ids: Annotated[Ids, In("query", style="csv")]) -> Ids:
        return ids

    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/?a=1,2&b=3|4").json() == {"a": [1, 2], "b": [3, 4]}


def test_what_is_demanded_is_required_but_left_to_the_handler(gateway: Any) -> None:
    app = App()

    @app.put("/")
    def put(version: Annotated[str | None, In("header", alias="If-Match", demanded=True)] = None) -> str:
        return version or "nothing"

    @app.get("/")
    def show(version: Header[str | None] = None) -> str:
        return version or "nothing"

    demanded, given = (operation.describe().parameters[0] for operation in app.operations)
    assert (demanded.name, demanded.required, demanded.has_default) == ("If-Match", True, False)
    assert (given.name, given.required, given.has_default) == ("Version", False, True)
    with Client(app, gateway=gateway) as client:
        assert client.put("/").text == "nothing"
        assert client.put("/", headers={"If-Match": '"v1"'}).text == '"v1"'


def test_a_key_in_the_query_is_no_unknown_parameter(gateway: Any) -> None:
    app = App()
    key = APIKey(lambda sent: sent, query="api_key")

    @app.get("/guarded")
    def guarded(user: Annotated[str, key], q: str = "") -> str:
        return user + q

    @app.get("/open")
    def opened() -> str:
        return ""

    with Client(app, gateway=gateway) as client:
        assert client.get("/guarded?api_key=a&q=b").text == "ab"
        assert client.get("/guarded?api_key=a&other=b").status_code == 422
        assert client.get("/open?api_key=a").status_code == 422
    assert [record.name for record in app.operations[0].describe().parameters] == ["q"]


def test_a_verifier_that_takes_the_request_opens_no_query(gateway: Any) -> None:
    def verify(sent: str, request: Request) -> str:
        return sent

    app = App()
    app.get("/", security=APIKey(verify, header="X-Key"))(lambda: "")
    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers={"X-Key": "a"}).status_code == 200
        assert client.get("/?a=1", headers={"X-Key": "a"}).status_code == 422


def test_statuses_that_a_route_names_are_its_own(gateway: Any) -> None:
    app = App()

    @app.put("/response", returns={200: Err, 304: None, 412: Err})
    def response() -> Response:
        return Response('{"code":1}', status=412, content_type="application/json")

    @app.post("/created")
    def created() -> Created[Err]:
        return Created(Err(code=1))

    first, second = app.operations
    assert {200, 304, 412} <= first.statuses
    assert not second.statuses & {200, 304, 412}
    with Client(app, gateway=gateway) as client:
        assert client.put("/response").status_code == 412


SECRET = "0123456789abcdef" * 2


@pytest.mark.parametrize("secrets", [[], [SECRET], (SECRET, SECRET.encode() + b"x")])
def test_secrets_are_a_list_of_long_keys(secrets: Any) -> None:
    assert App(secrets=secrets).config.secrets == tuple(secrets)


@pytest.mark.parametrize("secrets", [SECRET, SECRET.encode(), [SECRET, "short"], [b"x" * 31]])
def test_short_secrets_and_a_single_one_are_refused(secrets: Any) -> None:
    with pytest.raises(SetupError) as raised:
        App(secrets=secrets)
    assert raised.value.found == "secrets= takes a list of keys of at least 32 bytes each."
    assert raised.value.mend == 'App(secrets=[os.environ["SECRET"]])   # made by secrets.token_hex()'
    assert SECRET not in str(raised.value)


def test_deny_by_default_wants_a_word_on_every_operation() -> None:
    app = App(deny_by_default=True)

    @app.get("/open")
    def opened() -> str:
        return ""

    with pytest.raises(SetupError) as raised:
        app.freeze()
    name = "test_deny_by_default_wants_a_word_on_every_operation.<locals>.opened"
    assert raised.value.found == f"{name} says nothing of who may call it, and deny_by_default is on."
    assert raised.value.mend == "@app.get(..., security=a_scheme)   # or public"


def test_deny_by_default_takes_an_identity_for_a_word() -> None:
    app = App(deny_by_default=True)

    @app.get("/mine")
    def mine(user: Annotated[str | None, APIKey(lambda sent: sent, header="X-Key")]) -> str:
        return user or ""

    assert app.operations[0].guard is not None
