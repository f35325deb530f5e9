"""Parameters of path, query, header and cookie: scalars, each row over both gateways."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from pydantic import BeforeValidator, Field

from restlite import App, Background, Cookie, Depends, Header, In, Path, Query, Request, State
from restlite.testing import Client


class Colour(Enum):
    RED = "red"


class Level(Enum):
    LOW = 1


UserId = NewType("UserId", int)
Upper = Annotated[str, BeforeValidator(str.upper)]


def said(response: Any) -> list[tuple[str, str, str]]:
    assert response.status_code == 422, response
    return [(item["in"], item["parameter"], item["code"]) for item in response.json()["errors"]]


SCALARS = [
    (str, "a%20b+c", "'a b c'"),
    (str, "", "''"),
    (str, "%C3%A9%E2%82%AC", "'é€'"),
    (int, "-12", "-12"),
    (UserId, "7", "7"),
    (float, "1.5e3", "1500.0"),
    (bool, "true", "True"),
    (bool, "false", "False"),
    (Decimal, "1.50", "Decimal('1.50')"),
    (dt.date, "2024-05-01", "datetime.date(2024, 5, 1)"),
    (dt.time, "12:30:00", "datetime.time(12, 30)"),
    (dt.timedelta, "PT5S", "datetime.timedelta(seconds=5)"),
    (UUID, str(UUID(int=1)), repr(UUID(int=1))),
    (IPv4Address, "127.0.0.1", "IPv4Address('127.0.0.1')"),
    (Colour, "red", "<Colour.RED: 'red'>"),
    (Level, "1", "<Level.LOW: 1>"),
    (Literal["a", "b"], "a", "'a'"),
    (Literal[1, 2], "2", "2"),
    (int | None, "3", "3"),
    (Upper, "abc", "'ABC'"),
    (Annotated[int, Field(ge=1)], "1", "1"),
]


@pytest.mark.parametrize(("kind", "text", "value"), SCALARS)
def test_scalars_come_from_the_query(kind: Any, text: str, value: str, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(value: kind) -> str:
        return repr(value)

    assert Client(app, gateway=gateway).get(f"/?value={text}").text == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (int, "1_0", "integer"),
        (int, "%201", "integer"),
        (int, "%2B1", "integer"),
        (int, "1.0", "integer"),
        (int, "%D9%A1", "integer"),
        (int, "", "integer"),
        (float, "nan", "number"),
        (float, "1e400", "finite"),
        (bool, "yes", "boolean"),
        (bool, "1", "boolean"),
        (dt.date, "0", "date"),
        (dt.datetime, "1600000000", "date_time"),
        (Decimal, "%201.5", "number"),
        (UUID, "1", "uuid"),
        (Colour, "blue", "choice"),
        (Literal["a", "b"], "c", "choice"),
        (int | None, "null", "integer"),
        (Annotated[int, Field(ge=1)], "0", "greater_than_equal"),
        (Annotated[str, Field(max_length=2)], "abc", "max_length"),
        (Annotated[str, Field(pattern="^a$")], "b", "pattern"),
    ],
)
def test_what_is_not_spelt_as_published_is_refused(kind: Any, text: str, code: str, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(value: kind) -> str: ...

    response = Client(app, gateway=gateway).get(f"/?value={text}")
    assert said(response) == [("query", "value", code)]


def test_default_required_optional_and_empty_are_told_apart(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        required: str, nullable: str | None, default: str = "d", absent: str | None = None
    ) -> list[str | None]:
        return [required, nullable, default, absent]

    client = Client(app, gateway=gateway)
    assert client.get("/?required=&nullable=&default=&absent=").json() == ["", "", "", ""]
    assert client.get("/?required=r&nullable=n").json() == ["r", "n", "d", None]
    assert said(client.get("/")) == [
        ("query", "required", "missing"),
        ("query", "nullable", "missing"),
    ]


def test_mutable_defaults_are_not_shared_by_requests(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(tags: list[str] = []) -> list[str]:  # noqa: B006
        tags.append("seen")
        return tags

    client = Client(app, gateway=gateway)
    assert [client.get("/").json() for _ in range(2)] == [["seen"], ["seen"]]


def test_unknown_and_repeated_names_are_refused_each_once(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(a: int = 0) -> int:
        return a

    client = Client(app, gateway=gateway)
    assert said(client.get("/?b=1&b=2&a=1&a=2&a=3")) == [
        ("query", "b", "unknown"),
        ("query", "a", "repeated"),
    ]
    assert client.get("/?b=1").json()["errors"][0]["detail"] == "This is not known here."
    assert client.get("/?a=1&a=1").json()["errors"][0]["detail"] == "This was given more than once."
    assert client.get("/?&a=1&&").json() == 1
    assert said(client.get("/?=1")) == [("query", "", "unknown")]
    long = "é" * 200
    assert said(client.get("/", params={long: "1"})) == [("query", "é" * 63 + "…", "unknown")]
    many = said(client.get("/?" + "&".join(f"x{number}" for number in range(60))))
    assert len(many) == 50
    assert many[-1] == ("query", "x49", "unknown")


def test_an_operation_without_parameters_refuses_query_parameters(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>")
    def show(id: int) -> int:
        return id

    client = Client(app, gateway=gateway)
    assert said(client.get("/1?x=1")) == [("query", "x", "unknown")]
    assert client.get("/1?").json() == 1


def test_patterns_of_names_may_be_ignored(gateway: Any) -> None:
    app = App(ignored_query=("utm_*", "ref"))

    @app.get("/")
    def show(a: int = 0) -> int:
        return a

    client = Client(app, gateway=gateway)
    assert client.get("/?utm_source=x&utm_source=y&ref=z&a=4").json() == 4
    assert said(client.get("/?utm=1&ref=2")) == [("query", "utm", "unknown")]
    assert said(client.get("/?utm_medium=x&a=b")) == [("query", "a", "integer")]


def test_a_handler_that_takes_the_request_opts_out(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(request: Request, a: int = 0) -> list[Any]:
        return [a, request.args.get("more")]

    client = Client(app, gateway=gateway)
    assert client.get("/?more=1&a=2").json() == [2, "1"]
    assert said(client.get("/?a=2&a=3")) == [("query", "a", "repeated")]


def test_an_app_that_is_not_strict_takes_unknown_names(gateway: Any) -> None:
    app = App(strict=False)

    @app.get("/")
    def show(a: int = 0) -> int:
        return a

    assert Client(app, gateway=gateway).get("/?more=1&a=1_0").json() == 10


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("a=%FF", "The query string is not UTF-8."),
        ("%FF=a", "The query string is not UTF-8."),
        ("a=%ED%A0%80", "The query string is not UTF-8."),
        ("a=%G1", "The query string holds a broken percent escape."),
        ("a=%", "The query string holds a broken percent escape."),
    ],
)
def test_a_query_that_cannot_be_read_is_a_400(query: str, detail: str, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(a: str) -> str: ...

    response = Client(app, gateway=gateway).get(f"/?{query}")
    assert (response.status_code, response.json()["detail"]) == (400, detail)


def test_path_beside_query(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>/<name>/<path:rest>")
    def show(id: Annotated[int, Field(le=9)], name: Path[str], rest: str, q: str = "-") -> list[Any]:
        return [id, name, rest, q]

    client = Client(app, gateway=gateway)
    assert client.get("/5/a%20b/c/d?q=x").json() == [5, "a b", "c/d", "x"]
    assert said(client.get("/10/a/b?z")) == [("query", "z", "unknown"), ("path", "id", "less_than_equal")]


def test_a_name_in_the_rule_may_come_from_elsewhere_when_a_dependency_takes_it(gateway: Any) -> None:
    app = App()

    def double(id: int) -> int:
        return id * 2

    @app.get("/<int:id>")
    def show(twice: Annotated[int, Depends(double)]) -> int:
        return twice

    assert Client(app, gateway=gateway).get("/4").json() == 8


def test_a_dependencys_own_parameter_may_have_the_name_of_a_path_parameter(gateway: Any) -> None:
    app = App()

    def version(id: Header[str] = "none") -> str:
        return id

    @app.get("/<int:id>")
    def show(id: int, version: Annotated[str, Depends(version)]) -> list[Any]:
        return [id, version]

    client = Client(app, gateway=gateway)
    assert client.get("/4", headers={"Id": "v"}).json() == [4, "v"]
    assert client.get("/4").json() == [4, "none"]


def test_headers_and_cookies(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        x_token: Header[str],
        count: Header[int] = 0,
        user_agent: Header[str | None] = None,
        content_type: Header[str | None] = None,
        session: Cookie[str | None] = None,
    ) -> list[Any]:
        return [x_token, count, user_agent, content_type, session]

    client = Client(app, gateway=gateway)
    headers = {"X-Token": "t", "COUNT": "3", "User-Agent": "ua", "Content-Type": "a/b"}
    assert client.get("/", headers=headers, cookies={"session": "s"}).json() == ["t", 3, "ua", "a/b", "s"]
    assert client.get("/", headers={"x-token": "t"}).json() == ["t", 0, None, None, None]
    assert said(client.get("/", headers={"Count": "x"})) == [
        ("header", "X-Token", "missing"),
        ("header", "Count", "integer"),
    ]


def test_a_marked_parameter_may_be_optional_outside_the_marker(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        x_token: Header[str] | None = None, session: Cookie[int] | None = None, q: Query[int] | None = None
    ) -> list[Any]:
        return [x_token, session, q]

    client = Client(app, gateway=gateway)
    assert client.get("/?q=1", headers={"X-Token": "t"}, cookies={"session": "5"}).json() == ["t", 5, 1]
    assert client.get("/").json() == [None, None, None]
    assert said(client.get("/?q=x", cookies={"session": "x"})) == [
        ("cookie", "session", "integer"),
        ("query", "q", "integer"),
    ]


def test_of_a_cookie_sent_twice_the_first_counts(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(a: Cookie[str], all: Annotated[list[int], In("cookie", alias="b")] = []) -> list[Any]:  # noqa: B006
        return [a, all]

    client = Client(app, gateway=gateway)
    assert client.get("/", headers={"Cookie": "a=1; a=2; b=3; b=4; other=x"}).json() == ["1", [3, 4]]
    assert said(client.get("/", headers={"Cookie": "b=x"})) == [
        ("cookie", "a", "missing"),
        ("cookie", "b", "integer"),
    ]


def test_aliases_name_the_parameter_on_the_wire(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        size: Annotated[int, In("query", alias="page[size]")] = 1,
        from_: Annotated[str, Field(alias="from")] = "-",
        kind: Annotated[str, Field(validation_alias="type")] = "-",
        token: Annotated[str, In("header", alias="X-API-Key")] = "-",
    ) -> list[Any]:
        return [size, from_, kind, token]

    client = Client(app, gateway=gateway)
    answer = client.get("/?page[size]=2&from=a&type=b", headers={"X-Api-Key": "k"})
    assert answer.json() == [2, "a", "b", "k"]
    assert client.get("/").json() == [1, "-", "-", "-"]
    assert said(client.get("/?size=1&page[size]=x")) == [
        ("query", "size", "unknown"),
        ("query", "page[size]", "integer"),
    ]


def test_what_is_injected_by_annotation(gateway: Any) -> None:
    app = App()
    app.state[str] = "shared"

    @app.get("/")
    def show(request: Request, state: State, background: Background) -> list[Any]:
        return [request.method, state[str], bool(background)]

    assert Client(app, gateway=gateway).get("/").json() == ["GET", "shared", False]


def test_a_dependency_that_takes_the_request_opts_nobody_out(gateway: Any) -> None:
    app = App()

    def method(request: Request) -> str:
        return request.method

    @app.get("/")
    def show(method: Annotated[str, Depends(method)]) -> str:
        return method

    assert said(Client(app, gateway=gateway).get("/?x=1")) == [("query", "x", "unknown")]
