"""Pointers are true: they lead into the document that the client sent, whatever the schema is made of."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag

from restlite.adapters.pydantic import PydanticAdapter
from restlite.violations import Refusal, pointer


class Card(BaseModel):
    kind: Literal["card"]
    card: dict[str, int] = {}
    number: str


class Cash(BaseModel):
    kind: Literal["cash"]
    amount: Annotated[int, Field(gt=0)]


class Tagged(BaseModel):
    payment: Annotated[Card | Cash, Field(discriminator="kind")]


class Cat(BaseModel):
    name: str
    lives: int


class Dog(BaseModel):
    name: str
    tricks: list[str]


class Pets(BaseModel):
    pets: list[Cat | Dog | int]
    nested: dict[str, list[int] | dict[str, bool]] = {}


class Tree(BaseModel):
    value: int | None = None
    children: list[Tree] = []
    either: Tree | int | None = None


class Aliased(BaseModel):
    model_config = ConfigDict(loc_by_alias=False, validate_by_name=True, validate_by_alias=True)
    item: Annotated[Cat | int, Field(alias="the item")]


class Chosen(BaseModel):
    a: Annotated[Cat | int, Field(validation_alias=AliasChoices("b", AliasPath("c", 0)))]


@dataclasses.dataclass
class Box:
    pet: Cat | Dog
    size: int


class Pair(NamedTuple):
    first: int | bool
    second: Cat | int


class Color(Enum):
    RED = "red"


class Painted(BaseModel):
    color: Literal[Color.RED]
    shade: int


def kind_of(value: Any) -> str:
    return "cat" if "lives" in value else "dog"


Called = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(kind_of),
]
Named = Annotated[Card | Cash | Painted, Field(discriminator="kind")]

CASES: list[tuple[Any, str, list[tuple[str, str]]]] = [
    # A tag that is also a member's name
    (Tagged, '{"payment":{"kind":"card","card":{"a":"x"},"number":"1"}}', [("/payment/card/a", "integer")]),
    (Tagged, '{"payment":{"kind":"card","card":{"number":1}}}', [("/payment/number", "missing")]),
    (Tagged, '{"payment":{"kind":"cash","amount":0}}', [("/payment/amount", "greater_than")]),
    (Tagged, '{"payment":{"kind":"gold"}}', [("/payment/kind", "choice")]),
    (Tagged, '{"payment":{"amount":1}}', [("/payment/kind", "missing")]),
    (Tagged, '{"payment":5}', [("/payment", "object")]),
    (Called, '{"name":1,"lives":1}', [("/name", "string")]),
    (Called, '{"name":"a"}', [("/tricks", "missing")]),
    # Unions
    (Pets, '{"pets":[{"name":"a","lives":"9"}]}', [("/pets/0/lives", "integer")]),
    (
        Pets,
        '{"pets":[{"name":1,"tricks":[1]}]}',
        [("/pets/0/name", "string"), ("/pets/0/tricks/0", "string")],
    ),
    (Pets, '{"pets":["x"]}', [("/pets/0", "union")]),
    (Pets, '{"pets":[null]}', [("/pets/0", "null")]),
    (Pets, '{"pets":[],"nested":{"a/b~":["x"]}}', [("/nested/a~1b~0/0", "integer")]),
    (Pets, '{"pets":[],"nested":{"Cat":{"int":1}}}', [("/nested/Cat/int", "boolean")]),
    (Pets, '{"pets":[],"nested":{"":5}}', [("/nested/", "union")]),
    (Pets, '{"pets":[7],"Dog":1}', [("/Dog", "unknown")]),
    # Recursion
    (Tree, '{"children":[{"children":[{"value":"x"}]}]}', [("/children/0/children/0/value", "integer")]),
    (Tree, '{"either":{"either":{"value":"x"}}}', [("/either/either/value", "integer")]),
    (Tree, '{"either":{"Tree":1}}', [("/either/Tree", "unknown")]),
    (Tree, '{"either":true}', [("/either", "union")]),
    # Aliases
    (Aliased, '{"the item":{"name":1,"lives":1}}', [("/the item/name", "string")]),
    (Aliased, '{"item":{"name":1,"lives":1}}', [("/item/name", "string")]),
    (Aliased, "{}", [("/the item", "missing")]),
    (Chosen, '{"b":{"name":1,"lives":1}}', [("/b/name", "string")]),
    # Keys
    (dict[int, Cat | int], '{"x":1}', [("/x", "integer")]),
    (dict[str, dict[int, bool]], '{"[key]":{"a":true}}', [("/[key]/a", "integer")]),
    (dict[str, Annotated[str, Field(max_length=1)]], '{"a/b":"xx"}', [("/a~1b", "max_length")]),
    (dict[Annotated[str, Field(max_length=1)], int], '{"ab":1}', [("/ab", "max_length")]),
    # Other shapes
    (Box, '{"pet":{"name":"a","lives":"x"},"size":1}', [("/pet/lives", "integer")]),
    (Box, '{"pet":{"name":"a","lives":1},"size":1,"more":2}', [("/more", "unknown")]),
    (Pair, '[1,{"name":1,"lives":1}]', [("/1/name", "string")]),
    (tuple[int, Cat | int], '[1,{"name":1,"lives":1}]', [("/1/name", "string")]),
    (set[int | bool], '["x"]', [("/0", "union")]),
    (RootModel[list[Cat | int]], '[{"name":1,"lives":1}]', [("/0/name", "string")]),
    (Cat | None, '{"name":"a"}', [("/lives", "missing")]),
    (Literal["a"] | int, '"b"', [("", "union")]),
    (int | Annotated[str, Field(min_length=3)], '"ab"', [("", "min_length")]),
]


@pytest.mark.parametrize(("annotation", "body", "expect"), CASES)
def test_pointers_lead_into_the_document(annotation: Any, body: str, expect: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation).json_loader()(body.encode())
    assert [(pointer(steps), code) for steps, code, _ in caught.value.items] == expect


def test_a_choice_of_tags_names_them() -> None:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(Tagged).json_loader()(b'{"payment":{"kind":"SECRET"}}')
    ((_, _, detail),) = caught.value.items
    assert detail == "This must be one of: 'card', 'cash'."


def test_a_discriminating_function_that_finds_nothing_is_a_union() -> None:
    def nothing(value: Any) -> None:
        return None

    annotation: Any = Annotated[
        Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")], Discriminator(nothing)
    ]
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation).json_loader()(b'{"name":"a"}')
    assert caught.value.items == [((), "union", "This fits none of the allowed types.")]


def test_text_has_places_too() -> None:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(Pets).text_loader()({"pets": ["x"], "nested": {"a": {"b": "maybe"}}})
    items = [(pointer(steps), code) for steps, code, _ in caught.value.items]
    assert items == [("/pets/0", "union"), ("/nested/a/b", "boolean")]
