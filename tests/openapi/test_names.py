"""The names of components and operations: short, told apart, and never one for two."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict

from restlite import App, Resource, Router, SetupError
from restlite.openapi.document import build
from restlite.openapi.names import camel, names_of, path_of
from restlite.openapi.operation_ids import operation_ids

T = TypeVar("T")


@pytest.mark.parametrize(
    ("paths", "expect"),
    [
        (["shop.Book"], ["Book"]),
        (["shop.orders.Item", "shop.books.Item"], ["OrdersItem", "BooksItem"]),
        (["a.x.Item", "b.x.Item"], ["AItem", "BItem"]),
        (["x.Item", "a.x.Item"], ["XItem", "AItem"]),
        (["f.<locals>.My-Model"], ["MyModel"]),
    ],
)
def test_names_are_as_short_as_they_can_be(paths: list[str], expect: list[str]) -> None:
    assert list(names_of({str(index): path for index, path in enumerate(paths)}).values()) == expect


def test_two_classes_of_one_path_are_told() -> None:
    with pytest.raises(SetupError) as caught:
        names_of({"1": "shop.Item", "2": "shop.Item"})
    assert caught.value.found == "two classes have the component name ShopItem: shop.Item and shop.Item."
    assert caught.value.mend.startswith('model_config = ConfigDict(title="AnotherName")')


@pytest.mark.parametrize(
    ("core_ref", "expect"),
    [
        ("shop.Book:17", "shop.Book"),
        ("shop.Page:1[shop.Book:17]", "shop.PageOfBook"),
        ("shop.Pair:1[list[shop.Book:2],dict[str,int]]", "shop.PairOfListOfBookAndDictOfStrAndInt"),
        ("shop.Page:1[]", "shop.Page"),
    ],
)
def test_generic_classes_are_named_after_what_they_hold(core_ref: str, expect: str) -> None:
    assert path_of(core_ref) == expect


def test_words_are_joined() -> None:
    assert camel("my shop_item") == "MyShopItem"


class Plain(BaseModel):
    size: int


class Titled(BaseModel):
    model_config = ConfigDict(title="Whole")

    size: int


class Box(BaseModel, Generic[T]):
    item: T


class Priced(BaseModel):
    price: float = 0

    @property
    def name(self) -> str:
        return "x"


def test_components_are_named_by_class_title_and_arguments() -> None:
    app = App()

    @app.post("/")
    def show(body: Plain) -> Box[Titled] | Priced:
        return Priced()

    components = build(app.operations, title="x", version="1")["components"]["schemas"]
    assert {"Plain", "Whole", "BoxOfTitled", "Priced"} <= components.keys()
    assert components["Plain"].get("title") in (None, "Plain")


def test_handlers_of_several_methods_and_routers_mounted_twice_have_names_of_their_own() -> None:
    app = App()
    books = Router("/books")

    @books.route("", methods=["GET", "POST"])
    def ping() -> str:
        return "x"

    @books.resource("/notes")
    class Notes(Resource):
        def get(self) -> str:
            return "x"

    app.mount(books, prefix="/v1")
    app.mount(books, prefix="/v2")
    assert sorted(operation_ids(app.operations).values()) == [
        "v1_get_notes",
        "v1_ping_get",
        "v1_ping_post",
        "v2_get_notes",
        "v2_ping_get",
        "v2_ping_post",
    ]


def test_operations_that_cannot_be_told_apart() -> None:
    app = App()
    app.get("/<one>", name="show")(lambda one: one)
    app.get("/<one>/<two>", name="show")(lambda one, two: one)
    with pytest.raises(SetupError, match="the operationId 'show' would be of GET /") as caught:
        operation_ids(app.operations)
    assert caught.value.mend == '@app.get(..., name="another_name")'


def test_a_name_that_another_has_already() -> None:
    app = App()
    app.get("/a/x", name="show")(lambda: "x")
    app.get("/b/x", name="show")(lambda: "x")
    app.get("/c", name="a_show")(lambda: "x")
    with pytest.raises(SetupError, match="the operationId 'a_show' would be of"):
        operation_ids(app.operations)


def test_two_operations_of_one_method_and_path() -> None:
    app = App()
    app.get("/x/<int:id>", name="by_id")(lambda id: "x")
    app.get("/x/<uuid:key>", name="by_key")(lambda key: "x")
    with pytest.raises(SetupError, match="a path of OpenAPI has one operation for each method") as caught:
        build(app.operations, title="x", version="1")
    assert caught.value.mend == "hidden=True   # on one of them"


class Tome(BaseModel):
    price: Decimal


class TomeInput(BaseModel):
    size: int


def test_a_class_that_has_the_name_of_another_ones_input() -> None:
    app = App()

    @app.post("/tomes")
    def add(body: Tome) -> Tome:
        return body

    @app.post("/inputs")
    def put(body: TomeInput) -> TomeInput:
        return body

    with pytest.raises(SetupError, match="two classes have the component name TomeInput"):
        build(app.operations, title="x", version="1")
