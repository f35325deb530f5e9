"""Where security is declared, what it asks for, and who comes through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from callers import User, bearer_of, find_user
from click.testing import CliRunner

from restlite import App, Depends, Resource, Router, SetupError
from restlite.cli import restlite
from restlite.security import APIKey, Bearer, known, public
from restlite.testing import Client


def test_roles_one_of_those_named_is_enough(gateway: Any) -> None:
    app = App()
    roles = {"a": frozenset({"admin"}), "s": frozenset({"staff", "audit"}), "n": frozenset[str]()}
    bearer = Bearer(lambda token: User(token, ("read",), roles[token]))

    @app.get("/books", security=bearer("read", roles=["staff", "admin"]))
    def list_books() -> str:
        return "books"

    @app.get("/audit", security=bearer(roles=["staff"]) & bearer(roles=["audit"]))
    def audit() -> str:
        return "audit"

    with Client(app, gateway=gateway) as client:
        assert [client.get("/books", headers=bearer_of(token)).status_code for token in "asn"] == [
            200,
            200,
            403,
        ]
        refused = client.get("/books", headers=bearer_of("n"))
        assert refused.json()["detail"] == "This needs the scope read and the role staff or admin."
        assert [client.get("/audit", headers=bearer_of(token)).status_code for token in "asn"] == [
            403,
            200,
            403,
        ]


@pytest.mark.parametrize(
    ("identity", "options", "status"),
    [
        ({"scopes": "read write"}, {}, 200),
        ({"scopes": ["write"]}, {}, 200),
        ({"scopes": "read"}, {}, 403),
        ({"scopes": None}, {}, 403),
        ({"sub": "ann"}, {}, 403),
        ("ann", {"scopes": lambda name: {"ann": ["write"]}[name]}, 200),
        ("ann", {"scopes": lambda name: "read"}, 403),
    ],
)
def test_where_scopes_are_found(identity: Any, options: Any, status: int, gateway: Any) -> None:
    app = App()
    bearer = Bearer(lambda token: identity, **options)

    @app.get("/books", security=bearer("write"))
    def list_books() -> str:
        return "books"

    with Client(app, gateway=gateway) as client:
        assert client.get("/books", headers=bearer_of("x")).status_code == status


def test_a_text_is_one_role(gateway: Any) -> None:
    app = App()
    bearer = Bearer(lambda token: {"roles": "not admin"})

    @app.get("/books", security=bearer(roles=["admin"]))
    def list_books() -> str:
        return "books"

    with Client(app, gateway=gateway) as client:
        assert client.get("/books", headers=bearer_of("x")).status_code == 403


def test_an_identity_without_scopes_is_the_programmers_error(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/books", security=Bearer(lambda token: 1)("write"))
    def list_books() -> str:
        return "books"

    with Client(app, gateway=gateway) as client:
        assert client.get("/books", headers=bearer_of("x")).status_code == 500
    assert "int has no scopes, but an operation asks for some." in caplog.text
    assert "Write: Bearer(verify, scopes=lambda identity: ...)" in caplog.text


def test_security_of_app_router_and_route(gateway: Any) -> None:
    bearer = Bearer(find_user)
    key = APIKey(known({"k": "job"}), header="X-API-Key")
    app, jobs = App(security=bearer), Router(security=key)

    @app.get("/books")
    def list_books() -> str:
        return "books"

    @app.get("/health", security=public)
    def health() -> str:
        return "up"

    @app.get("/drafts")
    def list_drafts(user: Annotated[User, bearer("write")]) -> str:
        return "drafts"

    @jobs.get("")
    def list_jobs(job: Annotated[str, key]) -> str:
        return job

    @jobs.get("/open", security=public)
    def open_job() -> str:
        return "open"

    app.mount(jobs, "/jobs")
    with Client(app, gateway=gateway) as client:
        statuses = {
            path: (
                client.get(path).status_code,
                client.get(path, headers=bearer_of("ann")).status_code,
                client.get(path, headers={"X-API-Key": "k"}).status_code,
            )
            for path in ("/books", "/health", "/drafts", "/jobs", "/jobs/open")
        }
    assert statuses == {
        "/books": (401, 200, 401),
        "/health": (200, 200, 200),
        "/drafts": (401, 403, 401),
        "/jobs": (401, 401, 200),
        "/jobs/open": (200, 200, 200),
    }


def test_security_through_a_dependency_and_a_resource(gateway: Any) -> None:
    app = App()
    bearer = Bearer(find_user)

    def name_of(user: Annotated[User, bearer("read")]) -> str:
        return user.name

    Name = Annotated[str, Depends(name_of)]

    @app.get("/me")
    def show_me(name: Name) -> str:
        return name

    @app.get("/guarded", dependencies=[Depends(name_of)])
    def guarded() -> str:
        return "guarded"

    @app.resource("/notes")
    class Notes(Resource):
        def __init__(self, name: Name) -> None:
            self.name = name

        def get(self) -> str:
            return f"notes of {self.name}"

    with Client(app, gateway=gateway) as client:
        for path in ("/me", "/guarded", "/notes"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == 'Bearer realm="api", scope="read"'
        answers = [client.get(path, headers=bearer_of("ann")).text for path in ("/me", "/guarded", "/notes")]
    assert answers == ["ann", "guarded", "notes of ann"]
    assert {operation.path for operation in app.operations if operation.guard} == {
        "/me",
        "/guarded",
        "/notes",
    }


def test_one_verifier_runs_once_per_request(gateway: Any) -> None:
    app = App()
    calls: list[str] = []

    def find(token: str) -> User:
        calls.append(token)
        return User(token, ("read", "write"))

    bearer = Bearer(find)

    def reader(user: Annotated[User, bearer("read")]) -> User:
        return user

    @app.get("/me", security=bearer)
    def show_me(
        user: Annotated[User, bearer("write")], same: Annotated[User, Depends(reader)]
    ) -> dict[str, bool]:
        return {"same": user is same}

    with Client(app, gateway=gateway) as client:
        assert client.get("/me", headers=bearer_of("ann")).json() == {"same": True}
    assert calls == ["ann"]


def test_identities_of_combinations_keep_their_types(gateway: Any) -> None:
    app = App()
    bearer, key = Bearer(find_user), APIKey(known({"k": 7}), header="X-API-Key")

    @app.get("/both")
    def both(callers: Annotated[tuple[User, int], bearer & key]) -> str:
        user, number = callers
        return f"{user.name} {number + 1}"

    @app.get("/either")
    def either(caller: Annotated[User | int | None, key | bearer]) -> str:
        return type(caller).__name__

    with Client(app, gateway=gateway) as client:
        sent = {"X-API-Key": "k", **bearer_of("ann")}
        assert client.get("/both", headers=sent).text == "ann 8"
        assert client.get("/either", headers=sent).text == "int"
        assert client.get("/either", headers=bearer_of("ann")).text == "User"
        assert client.get("/either").text == "NoneType"


def test_deny_by_default_wants_a_word_on_every_route() -> None:
    app = App(deny_by_default=True)

    @app.get("/books")
    def list_books() -> str:
        return "books"

    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert "says nothing of who may call it, and deny_by_default is on." in caught.value.found
    assert caught.value.mend == "@app.get(..., security=a_scheme)   # or public"

    app = App(deny_by_default=True)

    @app.get("/health", security=public)
    def health() -> str:
        return "up"

    @app.get("/me")
    def show_me(user: Annotated[User, Bearer(find_user)]) -> str:
        return user.name

    with Client(app) as client:
        assert client.get("/health").text == "up"
        assert client.get("/me").status_code == 401


def test_unguarded_routes_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guarded_service.py").write_text(
        "from restlite import App\n"
        "from restlite.security import Bearer, public\n"
        "bearer = Bearer(lambda token: token)\n"
        "app = App(security=bearer)\n"
        "@app.get('/closed')\n"
        "def closed() -> str: return ''\n"
        "@app.get('/health', security=public)\n"
        "def health() -> str: return ''\n"
        "@app.get('/maybe', security=bearer().optional)\n"
        "def maybe() -> str: return ''\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    done = CliRunner().invoke(restlite, ["routes", "guarded_service:app", "--unguarded"])
    assert done.exit_code == 0, done.output
    assert "/health" in done.output
    assert "/maybe" in done.output
    assert "/closed" not in done.output


def test_the_order_of_refusals_around_security(gateway: Any) -> None:
    app = App()

    @app.post("/books/<int:id>")
    def edit(id: int, body: dict[str, int], user: Annotated[User, Bearer(find_user)]) -> str:
        return user.name

    with Client(app, gateway=gateway) as client:
        assert client.post("/book").status_code == 404
        assert client.get("/books/1").status_code == 405
        assert client.post("/books/x").status_code == 404
        unasked = {"Accept": "application/xml", "Content-Type": "text/xml"}
        assert client.post("/books/1?junk=1", headers=unasked, content="<").status_code == 401
        asked = unasked | bearer_of("ann")
        assert client.post("/books/1?junk=1", headers=asked, content="<").status_code == 406
        preflight = client.options("/books/1")
        assert (preflight.status_code, preflight.headers["Allow"]) == (204, "OPTIONS, POST")


def test_answers_to_known_callers_stay_out_of_shared_caches(gateway: Any) -> None:
    app = App()

    @app.get("/me", security=Bearer(find_user))
    def show_me() -> str:
        return "me"

    @app.get("/news")
    def news() -> str:
        return "news"

    with Client(app, gateway=gateway) as client:
        answer = client.get("/me", headers=bearer_of("ann"))
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Authorization")
        assert "Vary" not in client.get("/news").headers


def test_a_query_key_is_known_to_a_strict_query(gateway: Any) -> None:
    app = App()

    @app.get("/feed", security=APIKey(known({"k": "reader"}), query="key"))
    def feed(page: int = 1) -> str:
        return f"page {page}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/feed?key=k&page=2").text == "page 2"
        assert client.get("/feed?key=k&keys=1").status_code == 422
