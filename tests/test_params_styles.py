"""Parameters that hold several values: repeated, or parted by commas, pipes or spaces."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any

import pytest
from pydantic import Field

from restlite import App, Cookie, Header, In, Query
from restlite.testing import Client


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def said(response: Any) -> list[tuple[str, str, str]]:
    assert response.status_code == 422, response
    return [(item["in"], item["parameter"], item["code"]) for item in response.json()["errors"]]


@pytest.mark.parametrize(
    ("kind", "query", "value"),
    [
        (list[int], "v=1&v=2", [1, 2]),
        (list[int], "v=1", [1]),
        (list[str], "v=a,b&v=c", ["a,b", "c"]),
        (list[str], "v=", [""]),
        (list[Colour], "v=red&v=blue", ["red", "blue"]),
        (set[int], "v=1&v=1", [1]),
        (frozenset[int], "v=1", [1]),
        (tuple[int, ...], "v=1&v=2", [1, 2]),
        (tuple[int, str], "v=1&v=2", [1, "2"]),
        (Sequence[int], "v=1&v=2", [1, 2]),
        (list[int] | None, "v=1&v=2", [1, 2]),
        (list[int | None], "v=1", [1]),
        (list[Annotated[int, Field(ge=1)]], "v=1", [1]),
        (Annotated[list[int], Field(max_length=2)], "v=1&v=2", [1, 2]),
        (Query[list[int]], "v=1&v=2", [1, 2]),
    ],
)
def test_a_list_is_a_repeated_parameter(kind: Any, query: str, value: Any, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(v: kind) -> list[Any]:
        return list(v)

    client = Client(app, gateway=gateway)
    assert client.get(f"/?{query}").json() == value
    assert said(client.get("/")) == [("query", "v", "missing")]


@pytest.mark.parametrize(
    ("kind", "query", "found"),
    [
        (list[int], "v=1&v=x&v=y", [("query", "v", "integer")]),
        (list[Colour], "v=green", [("query", "v", "choice")]),
        (Annotated[list[int], Field(max_length=2)], "v=1&v=2&v=3", [("query", "v", "max_length")]),
        (tuple[int, str], "v=1", [("query", "v", "missing")]),
        (list[Annotated[int, Field(ge=1)]], "v=0", [("query", "v", "greater_than_equal")]),
    ],
)
def test_what_is_wrong_with_a_list_is_told_once(kind: Any, query: str, found: Any, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(v: kind) -> list[Any]: ...

    assert said(Client(app, gateway=gateway).get(f"/?{query}")) == found


@pytest.mark.parametrize(
    ("style", "query", "other"),
    [
        ("csv", "v=1,2,3", "v=1|2"),
        ("pipe", "v=1|2|3", "v=1,2"),
        ("pipe", "v=1%7C2%7C3", "v=1,2"),
        ("space", "v=1%202+3", "v=1,2"),
        ("form", "v=1&v=2&v=3", "v=1,2"),
    ],
)
def test_a_list_in_one_value(style: Any, query: str, other: str, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(v: Annotated[list[int], In("query", style=style)] = []) -> list[int]:  # noqa: B006
        return v

    client = Client(app, gateway=gateway)
    assert client.get(f"/?{query}").json() == [1, 2, 3]
    assert client.get("/?v=1").json() == [1]
    assert client.get("/").json() == []
    assert said(client.get(f"/?{other}")) == [("query", "v", "integer")]


def test_a_list_in_one_value_is_given_once(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(v: Annotated[list[int], In("query", style="csv")]) -> list[int]: ...

    client = Client(app, gateway=gateway)
    assert said(client.get("/?v=1,2&v=3")) == [("query", "v", "repeated")]
    assert said(client.get("/?v=1,x&w=1")) == [("query", "w", "unknown"), ("query", "v", "integer")]


def test_lists_in_headers_and_cookies(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(x_ids: Header[list[int]], marks: Cookie[list[str]] = []) -> list[Any]:  # noqa: B006
        return [x_ids, marks]

    client = Client(app, gateway=gateway)
    assert client.get("/", headers={"X-Ids": "1, 2,\t3 ,,"}, cookies={"marks": "a,b"}).json() == [
        [1, 2, 3],
        ["a,b"],
    ]
    assert client.get("/", headers={"X-Ids": "4"}).json() == [[4], []]
    assert said(client.get("/", headers={"X-Ids": "1, x"})) == [("header", "X-Ids", "integer")]
    assert said(client.get("/", headers={"X-Ids": " , "})) == [("header", "X-Ids", "missing")]


def test_a_header_sent_twice_is_one_list(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(x_ids: Header[list[int]]) -> list[int]:
        return x_ids

    client = Client(app, gateway=gateway)
    assert client.get("/", headers=[("X-Ids", "1"), ("X-Ids", "2, 3")]).json() == [1, 2, 3]
