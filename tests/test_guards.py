"""Guards: the requirements of an operation joined and described, and answers to known callers kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

import pytest

from restlite import Answer, App, Depends, Forbidden, NotFound, Query, Request, Response, Router, SetupError
from restlite.guards import Guard, Private
from restlite.records import AnswerRecord, Described, SchemaRef, SchemeRecord, SecurityRecord
from restlite.security import APIKey, Bearer, ClientCredentials, MutualTLS, OAuth2, OpenIDConnect, public
from restlite.security.requirements import Need, Requirement
from restlite.testing import Client


def anybody(credentials: Any) -> Any:
    return credentials


bearer = Bearer(anybody)
key = APIKey(anybody, header="X-Key", name="key")
query_key = APIKey(anybody, query="key", name="query")
tls = MutualTLS(anybody, name="tls")
oauth = OAuth2(anybody, flows=[ClientCredentials({"read": "Read", "write": "Write"}, token_url="/token")])
openid = OpenIDConnect("https://login.example.org/.well-known/openid-configuration", anybody)
ANN = {"Authorization": "Bearer ann"}


def guard(*requirements: Requirement) -> Guard:
    return Guard(requirements, {})


def test_every_requirement_must_be_met() -> None:
    joined = guard(bearer("a") | key(), bearer("b", roles=["staff"])).all
    assert joined.alternatives == (
        (Need(bearer, ("a", "b"), ("staff",)),),
        (Need(key), Need(bearer, ("b",), ("staff",))),
    )


@pytest.mark.parametrize(
    ("requirements", "is_open", "has_grants"),
    [
        ((bearer(),), False, False),
        ((bearer("a"),), False, True),
        ((bearer(roles=["staff"]),), False, True),
        ((bearer().optional,), True, False),
        ((bearer("a").optional,), True, True),
        ((bearer().optional, key().optional), True, False),
        ((bearer().optional, key()), False, False),
        ((public, bearer()), False, False),
        ((public, bearer().optional), True, False),
        ((public | bearer,), True, False),
    ],
)
def test_who_comes_through(requirements: tuple[Requirement, ...], is_open: bool, has_grants: bool) -> None:
    found = guard(*requirements)
    assert (found.is_open, found.has_grants) == (is_open, has_grants)


def test_fields_and_query_parameters_that_hold_credentials() -> None:
    app = App()

    @app.get("/", security=bearer | oauth | key | query_key | tls)
    def show() -> Any: ...

    found = app.operations[0].guard
    assert found is not None
    assert found.fields == ("Authorization", "X-Key")
    assert found.query_names == ("key",)


@pytest.mark.parametrize(
    ("requirement", "needs"),
    [
        (bearer("a", roles=["staff"]), [[("bearer", ("a", "staff"))]]),
        (oauth("read", roles=["staff"]), [[("oauth2", ("read",))]]),
        (openid("read", roles=["staff"]), [[("openId", ("read",))]]),
        (bearer | key, [[("bearer", ())], [("key", ())]]),
        (bearer("a") & key, [[("bearer", ("a",)), ("key", ())]]),
        (bearer().optional, [[("bearer", ())], []]),
        (bearer(roles=["a"]) & bearer(roles=["b"]), [[("bearer", ("a", "b"))]]),
    ],
)
def test_alternatives_are_described(requirement: Requirement, needs: Any) -> None:
    schemes, security = guard(requirement).describe()
    assert security == tuple(SecurityRecord(tuple(alternative)) for alternative in needs)
    assert [record.name for record in schemes] == [scheme.name for scheme in requirement.schemes]


def test_the_operation_carries_what_its_guard_asks() -> None:
    app = App(security=bearer)
    router = Router(security=public)

    @app.get("/mine")
    def mine(user: Annotated[str, key("a")]) -> Any: ...

    @router.get("/open")
    def opened() -> Any: ...

    app.mount(router)
    unsaid = App()
    unsaid.get("/open")(lambda: "")
    first, second = (operation.describe() for operation in app.operations)
    assert first.security == (SecurityRecord((("bearer", ()), ("key", ("a",)))),)
    assert first.schemes == (
        SchemeRecord("bearer", "http", (("scheme", "bearer"),)),
        SchemeRecord("key", "apiKey", (("in", "header"), ("name", "X-Key"))),
    )
    assert (second.schemes, second.security) == ((), (SecurityRecord(()),))
    assert (unsaid.operations[0].describe().schemes, unsaid.operations[0].describe().security) == ((), None)


def test_refusals_are_declared_where_they_can_happen() -> None:
    app = App()
    app.get("/a", security=bearer)(lambda: "")
    app.get("/b", security=bearer("write"))(lambda: "")
    app.get("/c", security=public)(lambda: "")
    found = [operation.statuses & {401, 403} for operation in app.operations]
    assert found == [{401}, {401, 403}, set()]


def test_dependencies_of_a_verifier_run_before_all_others() -> None:
    app = App()

    def settings() -> Any: ...
    def database(config: Annotated[str, Depends(settings)]) -> Any: ...
    def cart(config: Annotated[str, Depends(settings)], q: str = "") -> Any: ...
    def verify(token: str, db: Annotated[str, Depends(database)], request: Request) -> Any: ...

    @app.get("/")
    def show(c: Annotated[str, Depends(cart)], user: Annotated[str, Bearer(verify)]) -> Any: ...

    bound = app.operations[0].bound
    assert bound.guard is not None
    assert [bound.nodes[place].function for place in bound.guard.nodes] == [settings, database]
    assert [bound.nodes[place].function for place in bound.late] == [cart]
    assert not bound.guard.at_once


def tenant_of(q: str = "") -> Any: ...
def from_query(token: str, q: Query[str]) -> Any: ...
def from_header_model(token: str, tenant: Annotated[str, Depends(tenant_of)]) -> Any: ...
def takes_two(username: str, password: str) -> Any: ...
def knows_another(token: str, user: Annotated[str, key]) -> Any: ...


@pytest.mark.parametrize(
    ("verify", "place", "argument"),
    [
        (from_query, "from_query", "q"),
        (from_header_model, "tenant_of", "q"),
    ],
)
def test_a_verifier_takes_nothing_that_is_bound_later(verify: Any, place: str, argument: str) -> None:
    app = App()
    with pytest.raises(SetupError) as raised:
        app.get("/", security=Bearer(verify))(lambda: "")
    assert raised.value.found == f"{place}: verifiers run before parameters are read; found {argument!r}."
    assert raised.value.mend == "request: Request"


@pytest.mark.parametrize(("verify", "argument"), [(takes_two, "password"), (knows_another, "user")])
def test_a_verifier_takes_what_was_sent_as_one(verify: Any, argument: str) -> None:
    app = App()
    with pytest.raises(SetupError) as raised:
        app.get("/", security=Bearer(verify))(lambda: "")
    found = f"{verify.__name__}: a verifier takes the credentials as one argument; found {argument!r} too."
    assert raised.value.found == found
    assert raised.value.mend == f"def {verify.__name__}(token: str) -> User | None: ..."


class Fields(TypedDict, total=False):
    etag: str
    cache_control: str


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("fields", "expect"),
    [
        ({}, "no-store"),
        ({"etag": "v1"}, "private, no-cache"),
        ({"cache_control": "private, max-age=60"}, "private, max-age=60"),
        ({"etag": "v1", "cache_control": "max-age=1"}, "max-age=1"),
    ],
)
def test_answers_to_known_callers_are_private(
    fields: Fields, expect: str, checked: bool, gateway: Any
) -> None:
    app = App()

    @app.get("/", security=bearer | key)
    def show() -> Answer[str, Fields]:
        return Answer("mine", headers=fields)

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/", headers=ANN)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, expect)
        assert answer.headers["Vary"] == "Authorization, X-Key"
        assert client.head("/", headers=ANN).headers["Cache-Control"] == expect
        refused = client.get("/")
        assert (refused.status_code, refused.headers["Cache-Control"]) == (401, "no-store")
        assert refused.headers["Vary"] == "Authorization, X-Key"


@pytest.mark.parametrize("checked", [True, False])
def test_a_fresh_copy_stays_private(checked: bool, gateway: Any) -> None:
    app = App()

    @app.get("/", security=bearer)
    def show() -> Answer[str, Fields]:
        return Answer("mine", headers={"etag": "v1"})

    with Client(app, gateway=gateway, checked=checked) as client:
        fresh = client.get("/", headers={**ANN, "If-None-Match": '"v1"'})
    assert (fresh.status_code, fresh.content) == (304, b"")
    assert fresh.headers["Cache-Control"] == "private, no-cache"
    assert fresh.headers["Vary"] == "Authorization"


@pytest.mark.parametrize("checked", [True, False])
def test_errors_streams_and_responses_to_known_callers_are_private_too(checked: bool, gateway: Any) -> None:
    app = App(security=bearer)

    @app.get("/problem", raises=[NotFound])
    def problem() -> str:
        raise NotFound

    @app.get("/handled", raises=[KeyError])
    def handled() -> str:
        raise KeyError("x")

    @app.error_handler(KeyError)
    def missing(error: KeyError) -> Response:
        return Response("gone", status=410)

    @app.get("/stream")
    def stream() -> Iterator[int]:
        yield 1

    @app.get("/response", returns={200: str})
    def response() -> Response:
        return Response("ok", headers={"Vary": "Accept-Language"})

    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        paths = ["/problem", "/handled", "/stream", "/response"]
        answers = [client.get(path, headers=ANN) for path in paths]
    assert [answer.status_code for answer in answers] == [404, 410, 200, 200]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 4
    assert [answer.headers["Vary"] for answer in answers] == [
        "Authorization",
        "Authorization",
        "Authorization",
        "Accept-Language, Authorization",
    ]


def test_what_is_guarded_by_nobody_is_left_alone(gateway: Any) -> None:
    app = App(security=bearer)
    app.get("/open", security=public)(lambda: "open")
    with Client(app, gateway=gateway) as client:
        answer = client.get("/open")
        missing = client.get("/missing")
    assert "Cache-Control" not in answer.headers
    assert "Vary" not in {**answer.headers, **missing.headers}


def test_the_filter_says_what_it_adds() -> None:
    text = SchemaRef(str, "pydantic", "output")
    both = AnswerRecord(0, "", headers=(("Cache-Control", text), ("Vary", text)))
    assert Private(("Authorization",)).describe("GET") == Described(answers=(both,))
    alone = AnswerRecord(0, "", headers=(("Cache-Control", text),))
    assert Private(()).describe("GET") == Described(answers=(alone,))
    assert Private(()).raises == ()


def test_certificates_vary_by_no_field(gateway: Any) -> None:
    app = App()
    app.get("/", security=tls().optional)(lambda: "open")
    with Client(app, gateway=gateway, undeclared="ignore") as client:
        answer = client.get("/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Vary" not in answer.headers
    assert Forbidden not in app.operations[0].raises
