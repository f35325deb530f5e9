"""From signatures to parameters: how annotations are found, and what has no row in the binding table."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from restlite import App, Body, Cookie, Depends, File, Header, In, Resource, SetupError, Upload
from restlite.annotations import resolve_hints
from restlite.arguments import lifted
from restlite.signature import wire_alias, wire_name
from restlite.testing import Client


class Store: ...


class Filters(BaseModel):
    limit: int = 5


# How annotations are found


def test_names_defined_below_the_handler(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: Below, page: Annotated[int, Depends(paged)]) -> Below:
        return Below(a=body.a + page)

    class Below(BaseModel):
        a: int

    def paged(page: Annotated[int, Depends(lambda: 2)]) -> int:
        return page

    assert Client(app, gateway=gateway).post("/", json={"a": 1}).json() == {"a": 3}


def test_a_name_that_is_never_defined(gateway: Any) -> None:
    app = App()

    def opened(a: Nowhere) -> int: ...  # type: ignore[name-defined]  # noqa: F821

    @app.get("/")
    def show(a: Annotated[int, Depends(opened)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        Client(app, gateway=gateway)
    assert caught.value.found == f"{show.__qualname__}: an annotation names 'Nowhere', which is not defined."
    assert caught.value.mend == "Nowhere at the top of the module"
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(show)[1])


def test_names_of_another_module_are_its_own(gateway: Any) -> None:
    lines = (
        "from __future__ import annotations",
        "Filters = int",
        "def limited(limit: Filters): return limit",
    )
    other = types.ModuleType("other")
    exec(compile("\n".join(lines), "other.py", "exec"), other.__dict__)
    app = App()

    @app.get("/")
    def show(limit: Annotated[int, Depends(other.limited)]) -> int:
        return limit

    assert Client(app, gateway=gateway).get("/?limit=4").json() == 4


class Doubler:
    def __call__(self, a: int, b: str = "-") -> str:
        return f"{b}{a * 2}"

    def method(self, a: int) -> int:
        return a * 3


class Held:
    def __init__(self, a: int) -> None:
        self.a = a


def joined(a: int, b: str = "-", *, c: int = 0) -> str:
    return f"{a}{b}{c}"


@functools.wraps(joined)
def wrapped(*args: Any, **kwargs: Any) -> str:
    return joined(*args, **kwargs).upper()


@pytest.mark.parametrize(
    ("callable_", "query", "text"),
    [
        (Doubler(), "a=2&b=x", "x4"),
        (Doubler().method, "a=2", "6"),
        (functools.partial(joined, b="p"), "a=2", "2p0"),
        (functools.partial(joined, 7), "b=q&c=1", "7q1"),
        (functools.partial(functools.partial(joined, c=3), b="p"), "a=2", "2p3"),
        (wrapped, "a=2&b=x", "2X0"),
        (lambda: "lambda", "", "lambda"),
    ],
)
def test_anything_callable_is_a_handler_or_a_dependency(
    callable_: Any, query: str, text: str, gateway: Any
) -> None:
    app = App()
    app.get("/handler")(callable_)

    @app.get("/dependency")
    def show(value: Annotated[Any, Depends(callable_)]) -> str:
        return str(value)

    client = Client(app, gateway=gateway)
    assert client.get(f"/handler?{query}").text.strip('"') == text
    assert client.get(f"/dependency?{query}").text == text
    if query:
        assert client.get("/handler?a=x").status_code == 422


def test_a_class_is_a_dependency(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(held: Annotated[Held, Depends()], store: Annotated[Store, Depends()]) -> list[Any]:
        return [held.a, type(store).__name__]

    assert Client(app, gateway=gateway).get("/?a=3").json() == [3, "Store"]


def test_a_resource_is_bound_like_a_handler(gateway: Any) -> None:
    app = App()

    @app.resource("/<int:id>")
    class Things(Resource):
        def __init__(self, id: int, limit: int = 1) -> None:
            self.place = (id, limit)

        def get(self, id: int, limit: int = 1, q: str = "-") -> list[Any]:
            return [self.place, id, limit, q]

    assert Client(app, gateway=gateway).get("/2?limit=3&q=x").json() == [[2, 3], 2, 3, "x"]


def test_a_mistake_in_a_resource_points_to_the_method_or_the_constructor() -> None:
    class Wrong(Resource):
        def get(self, a: Store) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().resource("/")(Wrong)
    assert (
        caught.value.found
        == f"{Wrong.get.__qualname__}: parameter 'a' of type Store has no row in the binding table."
    )
    assert caught.value.line == inspect.getsourcelines(Wrong.get)[1]

    class Opened(Resource):
        def __init__(self, a: Store) -> None: ...

        def get(self) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().resource("/")(Opened)
    assert (
        caught.value.found
        == f"{Opened.__qualname__}: parameter 'a' of type Store has no row in the binding table."
    )
    assert caught.value.line == inspect.getsourcelines(Opened)[1]


# Functions alone


def test_optional_markers_are_lifted() -> None:
    bounded = Annotated[int, In("query"), Field(ge=1)]
    assert lifted(Header[str] | None) == Annotated[str | None, In("header")]
    assert lifted(None | bounded) == Annotated[Annotated[int, bounded.__metadata__[1]] | None, In("query")]
    assert lifted(Annotated[Cookie[str] | None, "doc"]) == Annotated[str | None, In("cookie"), "doc"]
    assert lifted(File[Upload] | None) == Annotated[Upload | None, In("file")]
    for kept in (
        int | None,
        Body[int] | Header[str],
        Body[int] | str | None,
        Annotated[Filters, In("form")] | None,
    ):
        assert lifted(kept) is kept


def test_names_on_the_wire() -> None:
    assert wire_name("x_token", "header") == "X-Token"
    assert wire_name("x_token", "query") == "x_token"
    assert wire_alias((Field(alias="a"),)) == "a"
    assert wire_alias(("doc", Field(validation_alias="b", alias="a"))) == "b"
    assert wire_alias((Field(ge=1), In("query"))) is None


def test_hints_that_are_no_strings_are_taken_as_they_are() -> None:
    def show(a: Any) -> Iterator[int]: ...

    show.__annotations__ = {"a": int, "return": list["Filters"]}
    assert resolve_hints(show, None)["return"] == list[Filters]
    show.__annotations__ = {"a": int}
    assert resolve_hints(show, None) == {"a": int}
