"""Operations: one route and method, compiled once from rule, signature and options."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import marshmallow
import pytest
from pydantic import BaseModel, Field
from werkzeug.routing import BaseConverter

from restlite import (
    App,
    Background,
    Created,
    Depends,
    Gone,
    NotFound,
    Path,
    Query,
    Request,
    Resource,
    Router,
    SetupError,
    State,
)
from restlite.converters import CONVERTERS
from restlite.hooks import Hook
from restlite.testing import Client


class Colour(Enum):
    red = "red"


class Book(BaseModel):
    id: int


class FilterSchema(marshmallow.Schema):
    page = marshmallow.fields.Integer(load_default=1)


def test_operations_are_their_own_keys() -> None:
    app = App()
    app.get("/a")(lambda: 1)
    app.get("/b")(lambda: 1)
    one, other = app.operations
    assert one == one
    assert one != other
    assert {one: 1, other: 2}[one] == 1


def test_an_operation_has_names(gateway: Any) -> None:
    app = App()

    @app.get("/books/{int:id}")
    def show(id: int) -> Book: ...

    @app.post("/books", name="add_book")
    def create(body: Book) -> Created[Book]:
        """Add a book.

        It must be new.
        """

    @app.resource("/notes/<int:id>")
    class Notes(Resource):
        def get(self, id: int) -> int: ...

    class Callable_:
        def __call__(self) -> int:
            return 5

    app.get("/object")(Callable_())
    first, second, third, fourth = app.operations
    here = "test_an_operation_has_names.<locals>."
    assert repr(first) == f"<Operation GET /books/<int:id> {here}show>"
    assert (first.name, first.path, first.description) == ("show", "/books/{id}", "")
    assert (second.name, second.description) == ("add_book", "Add a book.\n\nIt must be new.")
    assert (third.name, third.qualified_name) == ("get_notes", f"{here}Notes.get")
    assert fourth.name == "Callable_"
    with Client(app, gateway=gateway) as client:
        assert client.get("/object").text == "5"


@pytest.mark.parametrize(
    ("annotation", "good", "value", "bad"),
    [
        (int, "12", "12", "x"),
        (int, "-12", "-12", "1_0"),
        (float, "1.5", "1.5", "x"),
        (UUID, str(UUID(int=1)), str(UUID(int=1)), "1"),
        (date, "2025-01-02", "2025-01-02", "2025-13-02"),
        (Colour, "red", "Colour.red", "blue"),
        (Literal["a", "b"], "a", "a", "c"),
        (str, "a b", "a b", "a/b"),
    ],
)
@pytest.mark.parametrize("rule", ["/<x>", "/{x}"])
def test_a_bare_variable_takes_its_converter_from_the_annotation(
    gateway: Any, rule: str, annotation: Any, good: str, value: str, bad: str
) -> None:
    app = App()

    def show(x: Any) -> str:
        return str(x)

    show.__annotations__["x"] = annotation
    app.get(rule)(show)
    with Client(app, gateway=gateway) as client:
        assert client.get(f"/{good}").text == value
        response = client.get(f"/{bad}")
    assert (response.status_code, response.json()["detail"]) == (404, "No route matches this path.")


DETAIL = "This must be greater than or equal to 1."


def test_a_path_value_that_breaks_a_bound_is_a_422(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>")
    def show(id: Annotated[int, Field(ge=1)]) -> int:
        return id

    with Client(app, gateway=gateway) as client:
        assert client.get("/1").json() == 1
        response = client.get("/0")
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"in": "path", "parameter": "id", "code": "greater_than_equal", "detail": DETAIL}
    ]


def test_a_path_value_without_an_annotation_is_text(gateway: Any) -> None:
    app = App()

    @app.get("/<a>/<path:rest>")
    def show(a, rest: Path[str]) -> list[str]:  # type: ignore[no-untyped-def]
        return [a, rest]

    with Client(app, gateway=gateway) as client:
        assert client.get("/x/y/z").json() == ["x", "y/z"]


def test_an_apps_own_converter(gateway: Any) -> None:
    class Words(BaseConverter):
        def to_python(self, value: str) -> list[str]:
            return value.split("+")

    app = App(converters={"words": Words})

    @app.get("/<words:all>")
    def show(all: list[str]) -> list[str]:
        return all

    with Client(app, gateway=gateway) as client:
        assert client.get("/a+b").json() == ["a", "b"]


def int_for_str(id: str) -> None: ...
def str_for_int(id: int) -> None: ...
def takes_nothing() -> None: ...
def takes_id(id: int) -> None: ...


@pytest.mark.parametrize(
    ("rule", "handler", "found", "mend"),
    [
        (
            "/<int:id>",
            int_for_str,
            "int_for_str: the rule '/<int:id>' gives 'id' by converter 'int', the signature wants str.",
            "id: int",
        ),
        (
            "/<string:id>",
            str_for_int,
            "str_for_int: the rule '/<string:id>' gives 'id' by converter 'string', the signature wants int.",
            "id: str",
        ),
        (
            "/<int:id>",
            takes_nothing,
            "takes_nothing: the rule '/<int:id>' names 'id', which nothing takes.",
            "def takes_nothing(id: str, ...)",
        ),
    ],
)
def test_rule_and_signature_that_disagree_are_a_setup_error(
    rule: str, handler: Callable[..., Any], found: str, mend: str
) -> None:
    app = App()
    with pytest.raises(SetupError) as caught:
        app.get(rule)(handler)
    assert (caught.value.found, caught.value.mend) == (found, mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


def test_an_unknown_converter_is_a_setup_error() -> None:
    app = App()
    with pytest.raises(SetupError) as caught:
        app.get("/<integer:id>")(takes_id)
    assert caught.value.found == "takes_id: the rule '/<integer:id>' has an unknown converter 'integer'."
    known = ", ".join(sorted(CONVERTERS))
    assert caught.value.mend == f"one of {known}, or App(converters={{'integer': ...}})"


def test_a_prefixs_parameter_needs_no_taker(gateway: Any) -> None:
    router = Router("/shops/<int:shop>")

    @router.get("/open")
    def is_open() -> bool:
        return True

    app = App()
    app.mount(router)
    with Client(app, gateway=gateway) as client:
        assert client.get("/shops/1/open").json() is True
        assert client.get("/shops/x/open").status_code == 404


def test_an_annotation_may_name_what_is_defined_further_down(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def create(body: Later) -> Later:
        return body

    class Later(BaseModel):
        id: int

    with Client(app, gateway=gateway) as client:
        assert client.post("/", json={"id": 1}).json() == {"id": 1}


def test_an_annotation_that_names_nothing_is_a_setup_error_at_freeze() -> None:
    app = App()

    @app.get("/")
    def show() -> Nowhere:  # type: ignore[name-defined]  # noqa: F821
        ...

    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert caught.value.found.endswith("<locals>.show: an annotation names 'Nowhere', which is not defined.")
    assert caught.value.mend == "Nowhere at the top of the module"
    assert caught.value.file == __file__


def test_hooks_and_raises_of_all_sides_are_joined() -> None:
    def outer(request: Request) -> None: ...
    def inner(request: Request) -> None: ...
    def needed() -> int: ...

    app = App(raises=[KeyError])
    app.before(outer, raises=[Gone], headers={"X-A": str})
    app.error_handler(KeyError)(lambda error: Gone())

    @app.get(
        "/", raises=[NotFound], hooks=[Hook("before", inner)], dependencies=[Depends(needed, raises=(Gone,))]
    )
    def show(q: int = 1) -> Book: ...

    [operation] = app.operations
    assert [hook.function for hook in operation.hooks] == [outer, inner]
    assert operation.raises == (KeyError, NotFound, Gone)
    described = operation.describe()
    assert [parameter.name for parameter in described.parameters] == ["q"]
    assert [answer.status for answer in described.answers] == [200, 0]
    assert described.problems == (KeyError, NotFound, Gone)
    assert described.body is None


def test_a_body_is_described() -> None:
    app = App()

    @app.post("/")
    def create(body: Book) -> Created[Book]: ...

    body = app.operations[0].describe().body
    assert body is not None
    assert [content[0] for content in body.content] == ["application/json"]


def test_what_is_injected(gateway: Any) -> None:
    app = App()
    app.state[int] = 5

    @app.get("/<int:id>")
    def show(id: int, request: Request, state: State, background: Background) -> list[Any]:
        return [request.operation.name, request.path_values, state[int], bool(background)]

    with Client(app, gateway=gateway) as client:
        assert client.get("/1").json() == ["show", {"id": 1}, 5, False]
        assert client.get("/1?unknown=accepted").status_code == 200


def test_parameters_of_marshmallow_and_pydantic_in_one_operation(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>")
    def show(id: int, filters: Query[FilterSchema], q: str = "-") -> list[Any]:  # type: ignore[valid-type]
        return [id, filters, q]

    with Client(app, gateway=gateway) as client:
        assert client.get("/1?page=2&q=a").json() == [1, {"page": 2}, "a"]
        assert client.get("/1").json() == [1, {"page": 1}, "-"]
        response = client.get("/1?page=x")
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "page"


def test_a_resource_of_generators_and_coroutines_is_called_as_it_is(gateway: Any) -> None:
    app = App()

    @app.resource("/things")
    class Things(Resource):
        def get(self) -> Iterator[int]:
            yield 1

        async def post(self) -> str:
            return "posted"

    assert [operation.is_function for operation in app.operations] == [False, True]
    with Client(app, gateway=gateway) as client:
        assert client.get("/things").text == "1\n"
        assert client.post("/things").text == "posted"


class Unknown: ...


def returns_unknown() -> Unknown: ...
def takes_unknown(body: Unknown) -> None: ...


@pytest.mark.parametrize("handler", [returns_unknown, takes_unknown])
def test_a_type_that_cannot_be_read_or_written_is_a_setup_error(handler: Callable[..., Any]) -> None:
    app = App()
    with pytest.raises(SetupError) as caught:
        app.post("/")(handler)
    assert "Unknown" in caught.value.found
    assert caught.value.found.startswith(f"{handler.__name__}: ")
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic takes typing.TypedDict since Python 3.12.")
def test_typing_typed_dict_is_a_setup_error_on_3_11() -> None:
    class Pair(typing.TypedDict):
        left: str

    app = App()

    def show() -> Pair: ...

    with pytest.raises(SetupError) as caught:
        app.get("/")(show)
    assert "Pair cannot be read or written" in caught.value.found
    assert caught.value.mend == "from typing_extensions import TypedDict"
    assert caught.value.file == __file__
