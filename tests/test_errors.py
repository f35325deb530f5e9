"""SetupError for the programmer, Problem for the client: members, documents, formats."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field

from restlite import (
    App,
    BadRequest,
    Conflict,
    ErrorFormat,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    Problem,
    SetupError,
    TooManyRequests,
    Unauthorized,
)
from restlite.errors import (
    PHRASES,
    STATUS_LINES,
    ContentTooLarge,
    InternalServerError,
    LengthRequired,
    MethodNotAllowed,
    NotAcceptable,
    ServiceUnavailable,
    UnsupportedMediaType,
    first_by_mro,
    location,
    member,
    status_line,
)
from restlite.testing import Client
from restlite.violations import Violation

Left = Annotated[int, Field(ge=0)]


class OutOfStock(Problem):
    """There is too little."""

    status = 409
    title = "Out of stock"
    unit: ClassVar[str] = "piece"
    sku: str
    left: Left = 0


class SoldForever(OutOfStock):
    type = "https://example.com/sold"
    since: str = member(default="long ago")


class TeaPot(Problem):
    status = 418


class OddStatus(Problem):
    status = 499


def test_a_setup_error_says_where_what_and_the_mend() -> None:
    error = SetupError("two bodies.", mend="one body", file="app.py", line=3)
    assert str(error) == "app.py:3: two bodies.\n    Write: one body"
    assert (error.found, error.mend, error.file, error.line) == ("two bodies.", "one body", "app.py", 3)
    assert str(SetupError("two bodies.", mend="one")) == "two bodies.\n    Write: one"


class Placed:
    def method(self) -> None: ...


def test_setup_errors_point_to_functions_classes_and_instances() -> None:
    def function() -> None: ...

    line = inspect.getsourcelines(Placed)[1]
    assert location(function) == {"file": __file__, "line": inspect.getsourcelines(function)[1]}
    assert location(Placed().method) == {"file": __file__, "line": line + 1}
    assert location(Placed) == location(Placed()) == {"file": __file__, "line": line}
    assert location(len) == location(5) == {}
    assert SetupError.at(function, "wrong.", "right").line == inspect.getsourcelines(function)[1]


KINDS = [
    (BadRequest, 400, "Bad Request"),
    (Unauthorized, 401, "Unauthorized"),
    (Forbidden, 403, "Forbidden"),
    (NotFound, 404, "Not Found"),
    (MethodNotAllowed, 405, "Method Not Allowed"),
    (NotAcceptable, 406, "Not Acceptable"),
    (Conflict, 409, "Conflict"),
    (Gone, 410, "Gone"),
    (LengthRequired, 411, "Length Required"),
    (PreconditionFailed, 412, "Precondition Failed"),
    (ContentTooLarge, 413, "Content Too Large"),
    (UnsupportedMediaType, 415, "Unsupported Media Type"),
    (Invalid, 422, "Unprocessable Content"),
    (TooManyRequests, 429, "Too Many Requests"),
    (InternalServerError, 500, "Internal Server Error"),
    (ServiceUnavailable, 503, "Service Unavailable"),
]


@pytest.mark.parametrize(("kind", "status", "title"), KINDS)
def test_every_kind_answers(kind: type[Problem], status: int, title: str, gateway: Any) -> None:
    app = App()

    @app.get("/", raises=[kind])
    def show() -> None:
        raise kind("This time.", headers={"X-More": "1"})

    response = Client(app, gateway=gateway).get("/")
    assert response.status_code == status
    document = response.json()
    assert document.pop("request_id")
    assert document.pop("errors", []) == []
    assert document == {"type": "about:blank", "title": title, "status": status, "detail": "This time."}
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-More"] == "1"
    assert response.headers["Cache-Control"] == "no-store"


def test_members_are_part_of_the_document(gateway: Any) -> None:
    app = App()

    @app.get("/", raises=[OutOfStock])
    def show(forever: bool = False) -> None:
        raise SoldForever(sku="A-1") if forever else OutOfStock("Two are left.", sku="A-1", left=2)

    client = Client(app, gateway=gateway)
    document = client.get("/").json()
    assert document.pop("request_id")
    assert document == {
        "type": "urn:problem:out-of-stock",
        "title": "Out of stock",
        "status": 409,
        "detail": "Two are left.",
        "sku": "A-1",
        "left": 2,
    }
    document = client.get("/?forever=true").json()
    assert document["type"] == "https://example.com/sold"
    assert (document["left"], document["since"], document["title"]) == (0, "long ago", "Out of stock")
    assert "detail" not in document


def test_members_are_checked_where_the_problem_is_made() -> None:
    with pytest.raises(TypeError, match=r"^OutOfStock needs its member 'sku': sku=\.\.\.$"):
        OutOfStock("x")
    with pytest.raises(TypeError, match=r"^OutOfStock has no member 'colour'; it has: \['left', 'sku'\]\.$"):
        OutOfStock(sku="a", colour="red")
    with pytest.raises(TypeError, match=r"^NotFound has no member 'colour'; it has: \[\]\.$"):
        NotFound(colour="red")
    assert str(NotFound()) == "Not Found"
    assert str(NotFound("gone")) == "gone"


def test_titles_and_types_of_own_kinds() -> None:
    assert (TeaPot.title, TeaPot.type) == (PHRASES[418], "about:blank")
    assert (OddStatus.title, OddStatus.type) == ("Error", "urn:problem:odd-status")
    assert OutOfStock.hints() == {"sku": str, "left": Left}
    assert list(SoldForever.members) == ["sku", "left", "since"]


def test_an_invalid_problem_lists_its_violations() -> None:
    problem = Invalid("No.", errors=[Violation("body", "/a", "missing", "This is required.")])
    assert problem.to_dict()["errors"] == [
        {"in": "body", "pointer": "/a", "code": "missing", "detail": "This is required."}
    ]
    assert Invalid().to_dict() == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "errors": [],
    }
    assert Invalid.of([]).to_dict() == Invalid().to_dict()


def test_invalid_problems_of_handlers_are_answered_alike(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(detail: str | None = None) -> None:
        raise Invalid(detail, errors=[Violation("query", "a", "invalid", "This is not valid.")])

    client = Client(app, gateway=gateway, undeclared="ignore")
    item = {"in": "query", "parameter": "a", "code": "invalid", "detail": "This is not valid."}
    for query, extra in (("", {}), ("?detail=So.", {"detail": "So."})):
        document = client.get(f"/{query}").json()
        assert document.pop("request_id")
        assert document == {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "errors": [item],
            **extra,
        }


def test_status_lines() -> None:
    assert STATUS_LINES[422] == status_line(422) == "422 Unprocessable Content"
    assert status_line(299) == "299 Status 299"
    assert [PHRASES[code] for code in (413, 414, 416)] == [
        "Content Too Large",
        "URI Too Long",
        "Range Not Satisfiable",
    ]


def test_the_nearest_base_class_counts() -> None:
    assert first_by_mro(SoldForever, {Problem: "far", OutOfStock: "near"}) == "near"
    assert first_by_mro(KeyError, {Problem: "far"}) is None


def test_the_default_format_describes_what_it_renders() -> None:
    assert ErrorFormat().describe(OutOfStock) == {
        "type": "object",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "const": "urn:problem:out-of-stock"},
            "title": {"type": "string"},
            "status": {"type": "integer", "const": 409},
            "detail": {"type": "string"},
            "sku": {"type": "string"},
            "left": {"type": "integer", "minimum": 0},
            "request_id": {"type": "string"},
        },
        "required": ["type", "title", "status", "sku", "left", "request_id"],
    }
    rendered = ErrorFormat().render(OutOfStock(sku="a"), "id-1")
    assert {*rendered} | {"detail"} == {*ErrorFormat().describe(OutOfStock)["properties"]}


def test_a_format_of_ones_own(gateway: Any) -> None:
    class Envelope(ErrorFormat):
        media_type = "application/json"

        def render(self, problem: Problem, request_id: str) -> Any:
            return {"error": problem.title, "id": bool(request_id)}

    app = App(error_format=Envelope())

    @app.get("/")
    def show(a: int) -> None: ...

    client = Client(app, gateway=gateway)
    for path, title in (("/", "Unprocessable Content"), ("/none", "Not Found")):
        response = client.get(path)
        assert response.json() == {"error": title, "id": True}
        assert response.headers["Content-Type"] == "application/json"
