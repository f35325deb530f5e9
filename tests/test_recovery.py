"""Recovery: whatever is raised becomes an answer, by the nearest handler and format."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from werkzeug.exceptions import Conflict as WerkzeugConflict
from werkzeug.exceptions import ImATeapot

from restlite import App, ErrorFormat, Gone, NotFound, Problem, Request, Response, Router
from restlite.recovery import Recovery
from restlite.testing import Client


class OutOfStock(Problem):
    status = 409
    title = "Out of stock"
    sku: str
    left: int = 0


@pytest.mark.parametrize("checked", [True, False])
def test_a_problem_is_a_document_with_its_members(gateway: Any, checked: bool) -> None:
    app = App()

    @app.get("/", raises=[OutOfStock])
    def show() -> int:
        raise OutOfStock("Only two are left.", sku="A-1", left=2, headers={"Retry-After": "60"})

    with Client(app, gateway=gateway, checked=checked) as client:
        response = client.get("/")
    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "60"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.json() == {
        "type": "urn:problem:out-of-stock",
        "title": "Out of stock",
        "status": 409,
        "detail": "Only two are left.",
        "sku": "A-1",
        "left": 2,
        "request_id": response.json()["request_id"],
    }


@pytest.mark.parametrize("checked", [True, False])
def test_an_exception_is_a_500_and_one_line_in_the_log(
    gateway: Any, checked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def fail() -> int:
        raise LookupError("the password is hunter2")

    with Client(app, gateway=gateway, checked=checked) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert "hunter2" not in response.text
    document = response.json()
    assert document["detail"] == ("The server failed to answer. The request id finds the reason in its log.")
    [record] = caplog.records
    here = "test_an_exception_is_a_500_and_one_line_in_the_log.<locals>.fail"
    assert record.getMessage() == f"{here}: request {document['request_id']} failed."
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


def test_a_handlers_own_validation_error_is_a_500(gateway: Any) -> None:
    class Book(BaseModel):
        id: int

    app = App()

    @app.get("/")
    def fail() -> int:
        return Book.model_validate({"id": "x"}).id

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500


class Base(Exception): ...


class Derived(Base): ...


def by_name(name: str) -> Any:
    def handle(error: Exception, request: Request) -> Response:
        return Response(f"{name} {type(error).__name__} {request.path}", status=418)

    return handle


def test_handlers_are_looked_up_by_mro_and_from_the_inside(gateway: Any) -> None:
    app, outer, inner = App(raises=[Base, KeyError]), Router("/outer"), Router("/inner")
    app.error_handler(Base, KeyError)(by_name("app"))
    outer.error_handler(Base)(by_name("outer"))
    inner.error_handler(Derived)(by_name("inner"))

    def fail(kind: str) -> int:
        raise {"base": Base, "derived": Derived, "key": KeyError}[kind]

    for router in (app, outer, inner):
        router.get("/fail/<kind>")(fail)
    outer.mount(inner)
    app.mount(outer)
    with Client(app, gateway=gateway, undeclared="ignore") as client:

        def said(path: str) -> str:
            return client.get(path).text

        assert said("/fail/derived") == "app Derived /fail/derived"
        assert said("/outer/fail/derived") == "outer Derived /outer/fail/derived"
        assert said("/outer/inner/fail/derived") == "inner Derived /outer/inner/fail/derived"
        assert said("/outer/inner/fail/base") == "outer Base /outer/inner/fail/base"
        assert said("/outer/inner/fail/key") == "app KeyError /outer/inner/fail/key"


class Reason(BaseModel):
    why: str


def as_problem(error: KeyError) -> NotFound:
    return NotFound("There is no such thing.")


def as_raised(error: KeyError) -> NotFound:
    raise NotFound("There is no such thing.")


def as_model(error: KeyError) -> Reason:
    return Reason(why="lost")


async def as_coroutine(error: KeyError) -> Response:
    return Response("awaited", status=404)


def as_http_exception(error: KeyError) -> Any:
    return ImATeapot("short and stout")


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("handler", "status", "says"),
    [
        (as_problem, 404, "There is no such thing."),
        (as_raised, 404, "There is no such thing."),
        (as_model, 200, '{"why":"lost"}'),
        (as_coroutine, 404, "awaited"),
        (as_http_exception, 418, "short and stout"),
    ],
)
def test_an_error_handler_may_answer_in_every_way(
    gateway: Any, checked: bool, handler: Any, status: int, says: str
) -> None:
    app = App()
    app.error_handler(KeyError)(handler)

    @app.get("/", raises=[KeyError])
    def fail() -> int:
        raise KeyError

    @app.get("/later", raises=[KeyError])
    async def fail_later() -> int:
        raise KeyError

    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        for path in ("/", "/later", "/later"):
            response = client.get(path)
            assert response.status_code == status
            assert says in response.text


def test_a_plain_exception_is_declared_by_the_handler_that_maps_it(gateway: Any) -> None:
    app = App()
    app.error_handler(KeyError)(as_problem)

    @app.get("/", raises=[KeyError])
    def fail() -> int:
        raise KeyError

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 404


def test_an_error_handler_that_fails_is_a_500(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.error_handler(KeyError)
    def handle(error: KeyError) -> NotFound:
        raise ZeroDivisionError("in the handler")

    @app.get("/")
    def fail() -> int:
        raise KeyError

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert "in the handler" in caplog.text


def test_a_handler_of_all_exceptions_sees_refusals_too(gateway: Any) -> None:
    app = App()

    @app.error_handler(Exception)
    def handle(error: Exception) -> Response:
        return Response(type(error).__name__, status=400)

    @app.get("/")
    def show(q: int) -> int:
        return q

    with Client(app, gateway=gateway) as client:
        assert client.get("/?q=x").text == "Invalid"
        assert client.get("/lost").text == "NotFound"
        assert client.post("/").text == "MethodNotAllowed"


class Envelope(ErrorFormat):
    media_type = "application/vnd.error+json"

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, problem: Problem, request_id: str) -> Any:
        return {"from": self.name, "code": problem.status, "more": problem.to_dict().get("errors")}


def test_the_error_format_is_replaced_for_an_app_or_a_router(gateway: Any) -> None:
    app = App(error_format=Envelope("app"))
    router, plain = Router("/api", error_format=Envelope("api")), Router("/plain")

    def show(q: int) -> int:
        raise NotFound

    for one in (app, router, plain):
        one.get("/show", raises=[NotFound])(show)
        app.mount(one) if one is not app else None
    with Client(app, gateway=gateway) as client:
        response = client.get("/show?q=1")
        assert response.headers["Content-Type"] == "application/vnd.error+json"
        assert response.json() == {"from": "app", "code": 404, "more": None}
        assert client.get("/api/show?q=1").json()["from"] == "api"
        assert client.get("/plain/show?q=1").json()["from"] == "app"
        assert client.get("/api/lost").json() == {"from": "api", "code": 404, "more": None}
        refused = client.get("/api/show?q=x").json()
        assert (refused["code"], refused["more"][0]["parameter"]) == (422, "q")


def test_what_is_raised_reaches_a_test_that_asks_for_it(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def fail() -> int:
        raise LookupError("here")

    with (
        Client(app, gateway=gateway, raise_server_errors=True) as client,
        pytest.raises(LookupError, match="here"),
    ):
        client.get("/")


def test_a_422_with_a_detail_of_its_own_is_written_whole(gateway: Any) -> None:
    from restlite import Invalid
    from restlite.violations import Violation

    app = App()

    @app.get("/")
    def fail() -> int:
        raise Invalid("Not both.", errors=[Violation("query", "a", "unknown", "No.")])

    with Client(app, gateway=gateway) as client:
        document = client.get("/").json()
    assert document["detail"] == "Not both."
    assert document["errors"] == [{"in": "query", "parameter": "a", "code": "unknown", "detail": "No."}]


def test_an_http_exception_with_a_response_is_that_response(gateway: Any) -> None:
    app = App()

    @app.get("/", raises=[Gone], returns={409: str})
    def fail() -> Response:
        raise WerkzeugConflict(response=Response("mine", status=409))

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.text) == (409, "mine")


def test_frames_are_shown_in_debug_mode_to_the_machine_itself(gateway: Any) -> None:
    app = App(debug=True)

    @app.get("/")
    def fail() -> int:
        raise LookupError("here")

    with Client(app, gateway=gateway) as client:
        assert client.get("/").json()["exception"] == {"type": "LookupError", "message": "here"}
        strange = client.get("/", headers={"X-Forwarded-For": "192.0.2.7"}).json()
    assert "exception" not in strange


def test_scopes_without_an_operation_are_the_apps() -> None:
    app = App()
    app.get("/")(lambda: 1)
    recovery = Recovery(app.freeze())
    assert recovery.scopes_of(None) == (app.scope,)
    assert recovery.scopes_of(app.operations[0]) == app.operations[0].scopes


class Spoiled(Envelope):
    def render(self, problem: Problem, request_id: str) -> Any:
        raise ZeroDivisionError("in the format")


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("settings", [{}, {"error_format": Envelope("app")}])
def test_a_problem_whose_header_would_split_the_answer_is_a_500(
    gateway: Any, checked: bool, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App(**settings)

    @app.get("/", raises=[NotFound])
    def fail() -> int:
        raise NotFound(headers={"X-A": "a\r\nX-B: c"})

    with Client(app, gateway=gateway, checked=checked) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert "X-B" not in response.headers
    assert "The value of header X-A holds a CR, LF or NUL character." in caplog.text


@pytest.mark.parametrize("checked", [True, False])
def test_an_error_format_that_fails_is_a_500_in_the_default_format(
    gateway: Any, checked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = App(error_format=Spoiled("app"))

    @app.get("/", raises=[NotFound])
    def fail() -> int:
        raise NotFound

    with Client(app, gateway=gateway, checked=checked) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "in the format" in caplog.text


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("handled", [True, False])
def test_an_error_may_be_answered_by_a_stream(gateway: Any, checked: bool, handled: bool) -> None:
    app = App()
    if handled:

        @app.error_handler(WerkzeugConflict)
        def handle(error: WerkzeugConflict) -> Response:
            return Response(iter([b"a", b"b"]), status=409)

    @app.get("/", raises=[Gone])
    def fail() -> int:
        raise WerkzeugConflict(response=Response(iter([b"a", b"b"]), status=409))

    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        response = client.get("/")
        assert client.head("/").content == b""
    assert (response.status_code, response.content) == (409, b"ab")
