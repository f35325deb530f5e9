"""From signatures to parameters: how annotations are found, and what has no row in the binding table."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from restlite import App, Body, Cookie, Depends, File, Header, In, Path, Query, Resource, SetupError, Upload
from restlite.signature import lifted, resolve_hints, wire_alias, wire_name
from restlite.testing import Client


class Store: ...


class Filters(BaseModel):
    limit: int = 5


def positional(a: int, /) -> None: ...
def rest(*args: int) -> None: ...
def keywords(**more: int) -> None: ...
def unannotated(a) -> None: ...  # type: ignore[no-untyped-def]
def mapping(a: dict[str, str]) -> None: ...
def model(a: Filters) -> None: ...
def models(a: list[Filters]) -> None: ...
def body(body: int) -> None: ...
def instance(a: Store) -> None: ...
def function(a: Callable[[int], int]) -> None: ...
def upload(a: Upload) -> None: ...
def mixed(a: list[int] | str) -> None: ...
def depends_as_default(a: int = Depends(Store)) -> None: ...  # type: ignore[assignment]
def not_in_the_rule(a: Path[int]) -> None: ...
def raw_query(a: Query[bytes]) -> None: ...
def mapping_header(a: Header[dict[str, str]]) -> None: ...
def models_query(a: Query[list[Filters]]) -> None: ...
def nested_query(a: Query[list[list[int]]]) -> None: ...
def optional_model(a: Query[Filters] | None = None) -> None: ...
def deep_number(a: Annotated[int, In("query", style="deepObject")]) -> None: ...
def own_cookie(a: Cookie[Store]) -> None: ...


NO_ROW = "has no row in the binding table"
AS_TEXT = "# or a scalar, or a list of scalars"
OTHERS = "# or Query[a model], Annotated[T, Depends(f)]"
NAMED = "cannot be bound: arguments are passed by name."


@pytest.mark.parametrize(
    ("handler", "found", "mend"),
    [
        (positional, f"parameter 'a: int' {NAMED}", "a: str"),
        (rest, f"parameter '*args: int' {NAMED}", "args: str"),
        (keywords, f"parameter '**more: int' {NAMED}", "more: str"),
        (unannotated, f"parameter 'a' of type Any {NO_ROW}.", f"a: Body[Any]   {OTHERS}"),
        (mapping, f"parameter 'a' of type dict[str, str] {NO_ROW}.", f"a: Body[dict[str, str]]   {OTHERS}"),
        (model, f"parameter 'a' of type Filters {NO_ROW}; GET has no body.", "a: Query[Filters]"),
        (
            models,
            f"parameter 'a' of type list[{__name__}.Filters] {NO_ROW}; GET has no body.",
            f"a: Query[list[{__name__}.Filters]]",
        ),
        (body, f"parameter 'body' of type int {NO_ROW}; GET has no body.", "body: Query[int]"),
        (instance, f"parameter 'a' of type Store {NO_ROW}.", f"a: Body[Store]   {OTHERS}"),
        (
            function,
            f"parameter 'a' of type Callable[[int], int] {NO_ROW}.",
            f"a: Body[Callable[[int], int]]   {OTHERS}",
        ),
        (upload, f"parameter 'a' of type Upload {NO_ROW}.", f"a: File[Upload]   {OTHERS}"),
        (mixed, f"parameter 'a' of type list[int] | str {NO_ROW}.", f"a: Body[list[int] | str]   {OTHERS}"),
        (depends_as_default, "parameter 'a' has Depends as its default.", "a: Annotated[int, Depends(...)]"),
        (not_in_the_rule, "path parameter 'a' is not in the rule.", "/<a>"),
        (
            raw_query,
            "query parameter 'a' of type bytes cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            mapping_header,
            "header parameter 'a' of type dict[str, str] cannot be written as text.",
            f"a: Header[a_model]   {AS_TEXT}",
        ),
        (
            models_query,
            f"query parameter 'a' of type list[{__name__}.Filters] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            nested_query,
            "query parameter 'a' of type list[list[int]] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            optional_model,
            f"query parameter 'a' of type Optional[{__name__}.Filters] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            deep_number,
            "query parameter 'a' of type int cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            own_cookie,
            "cookie parameter 'a' of type Store cannot be written as text.",
            f"a: Cookie[a_model]   {AS_TEXT}",
        ),
    ],
)
def test_what_has_no_row_is_a_setup_error(handler: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/")(handler)
    assert (caught.value.found, caught.value.mend) == (f"{handler.__name__}: {found}", mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])
    assert str(caught.value) == f"{__file__}:{caught.value.line}: {caught.value.found}\n    Write: {mend}"


def path_default(id: int = 5) -> None: ...


def test_a_path_parameter_has_no_default() -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/<int:id>")(path_default)
    assert caught.value.found == "path_default: path parameter 'id' has a default; the rule always gives it."
    assert caught.value.mend == "id: T"
    assert caught.value.line == inspect.getsourcelines(path_default)[1]


# One parameter, declared twice


def wants_int(limit: int = 5) -> int: ...
def wants_str(limit: str = "5") -> str: ...
def wants_other_default(limit: int = 6) -> int: ...
def wants_list(limit: Annotated[list[int], In("query", style="csv")]) -> list[int]: ...
def wants_model(filters: Query[Filters]) -> Filters: ...
def wants_id(id: str) -> str: ...


@pytest.mark.parametrize(
    ("one", "other", "mend"),
    [
        (wants_int, wants_str, "limit: int   # the same in both places"),
        (wants_int, wants_other_default, "limit: int   # the same in both places"),
        (wants_int, wants_list, "limit: int   # the same in both places"),
        (wants_int, wants_model, "filters: int   # the same in both places"),
        (wants_model, wants_int, "limit: int   # the same in both places"),
    ],
)
def test_one_parameter_is_declared_in_one_way(one: Any, other: Any, mend: str) -> None:
    def show(one: Annotated[Any, Depends(one)], other: Annotated[Any, Depends(other)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().get("/")(show)
    assert (
        caught.value.found == f"{other.__name__}: query parameter 'limit' is declared in two different ways."
    )
    assert caught.value.mend == mend
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(other)[1])


def test_a_path_parameter_is_declared_in_one_way() -> None:
    def show(id: int, other: Annotated[str, Depends(wants_id)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().get("/<int:id>")(show)
    assert caught.value.found == "wants_id: path parameter 'id' is declared in two different ways."
    assert caught.value.mend == "id: int   # the same in both places"


# How annotations are found


def test_names_local_to_a_function(gateway: Any) -> None:
    class Local(BaseModel):
        a: int

    def halved(a: Query[Half]) -> int:
        return a.a // 2

    app = App()

    @app.post("/")
    def take(body: Local, later: Later, half: Annotated[int, Depends(halved)]) -> int:
        return body.a + half

    @app.get("/")
    def show(later: Annotated[int, Depends(lambda: 1)]) -> Later: ...

    del take, show
    with pytest.raises(SetupError, match="two bodies"):

        class Later(BaseModel):
            a: int

        class Half(BaseModel):
            a: int

        app.freeze()


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
    source = "from __future__ import annotations\nFilters = int\ndef limited(limit: Filters = 1) -> Filters:\n    return limit\n"
    other: Any = types.ModuleType("other")
    exec(compile(source, "other.py", "exec"), other.__dict__)
    app = App()

    @app.get("/")
    def show(limit: Annotated[int, Depends(other.limited)], filters: Query[Filters]) -> list[Any]: ...

    with pytest.raises(SetupError, match="declared in two different ways"):
        app.freeze()
    app = App()

    @app.get("/")
    def plain(limit: Annotated[int, Depends(other.limited)]) -> int:
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
    assert caught.value.found == f"{Wrong.get.__qualname__}: parameter 'a' of type Store {NO_ROW}."
    assert caught.value.line == inspect.getsourcelines(Wrong.get)[1]

    class Opened(Resource):
        def __init__(self, a: Store) -> None: ...

        def get(self) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().resource("/")(Opened)
    assert caught.value.found == f"{Opened.__qualname__}: parameter 'a' of type Store {NO_ROW}."
    assert caught.value.line == inspect.getsourcelines(Opened)[1]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic takes typing.TypedDict from 3.12 on")
@pytest.mark.parametrize("place", ["body", "form", "query", "return", "list"])
def test_typing_typed_dict_is_refused_where_pydantic_cannot_read_it(place: str) -> None:
    class Old(typing.TypedDict):
        a: int

    def body(a: Old) -> None: ...
    def form(a: Annotated[Old, In("form")]) -> None: ...
    def query(a: Query[Old]) -> None: ...
    def many(a: list[Old]) -> None: ...
    def back() -> Old: ...

    handler: Any = {"body": body, "form": form, "query": query, "return": back, "list": many}[place]
    with pytest.raises(SetupError) as caught:
        App().post("/")(handler)
    assert caught.value.found.startswith(f"{handler.__qualname__}: ")
    assert "cannot be read or written: Please use `typing_extensions.TypedDict`" in caught.value.found
    assert caught.value.mend == "from typing_extensions import TypedDict"
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


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
