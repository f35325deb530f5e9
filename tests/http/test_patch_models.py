"""Patches of every kind of pydantic type: what they keep, what they read, what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    TypeAdapter,
    computed_field,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict

from restlite import SetupError
from restlite.access import ReadOnly, WriteOnly
from restlite.adapters import WrongAnswer
from restlite.errors import Invalid
from restlite.http.patch import Patch
from restlite.violations import Refusal

T = TypeVar("T")


def loaders(annotation: Any) -> tuple[Callable[[bytes], Patch[Any]], Callable[[bytes], Patch[Any]]]:
    """Give what reads merge patches, and what reads JSON Patches."""
    merge, patch = Patch.contents("patch", (annotation,), True)
    return merge.loader()[1], patch.loader()[1]


def refused(load: Callable[[bytes], Any], body: bytes) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(Refusal) as caught:
        load(body)
    return [(steps, code) for steps, code, _ in caught.value.items]


def invalid(patch: Patch[Any], current: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        patch.apply(current)
    return [(error.name, error.code) for error in caught.value.errors]


@dataclass
class Size:
    width: Annotated[int, Field(ge=1)]
    depth: int = 1


def test_dataclasses_stay_dataclasses() -> None:
    @dataclass
    class Box:
        name: str
        size: Size
        more: list[int] = field(default_factory=list)

    merge, patch = loaders(Box)
    box = Box("a", Size(2, 3), [1])
    change = merge(b'{"size": {"depth": null}, "more": null}')
    assert change.changes == {"size": {"depth": 1}, "more": []}
    assert change.apply(box) == Box("a", Size(2, 1), [])
    assert patch(b'[{"op": "add", "path": "/more/0", "value": 5}]').apply(box) == Box("a", Size(2, 3), [5, 1])
    assert box == Box("a", Size(2, 3), [1])
    assert refused(merge, b'{"size": {"width": 0}, "name": null}') == [
        (("name",), "null"),
        (("size", "width"), "greater_than_equal"),
    ]


class Row(TypedDict):
    id: ReadOnly[int]
    name: str
    note: NotRequired[str]


def test_typed_dicts_stay_dictionaries() -> None:
    merge, patch = loaders(Row)
    row = Row(id=1, name="a", note="n")
    assert merge(b'{"note": null, "id": 7}').apply(row) == {"id": 1, "name": "a"}
    assert merge(b'{"note": null, "id": 7}').changes == {"note": None}
    assert patch(b'[{"op": "remove", "path": "/note"}]').apply(row) == {"id": 1, "name": "a"}
    assert refused(merge, b'{"name": null, "note": 1, "x": 1}') == [
        (("name",), "null"),
        (("note",), "string"),
        (("x",), "unknown"),
    ]


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str | None


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    code: int | str = 0
    other: Cat | None = None
    wish: Cat | Dog | None = None


def test_unions_are_validated_when_they_are_merged() -> None:
    merge, _ = loaders(Owner)
    owner = Owner(pet=Cat())
    assert merge(b'{"pet": {"lives": 7}}').apply(owner).pet == Cat(lives=7)
    dog = b'{"pet": {"kind": "dog", "lives": null, "name": null}, "wish": {"kind": "dog", "name": null}}'
    assert merge(dog).apply(owner) == Owner(pet=Dog(name=None), wish=Dog(name=None))
    assert invalid(merge(b'{"pet": {"lives": "x"}}'), owner) == [("/pet/lives", "integer")]
    assert invalid(merge(b'{"pet": null}'), owner) == [("/pet", "missing")]
    assert merge(b'{"other": {"lives": 3}}').apply(owner).other == Cat(lives=3)
    assert merge(b'{"other": null, "code": "a"}').apply(owner).other is None
    assert merge(b'{"code": null}').apply(Owner(pet=Cat(), code="a")).code == 0


class Tree(BaseModel):
    name: Annotated[str, Field(min_length=1)]
    left: Tree | None = None
    under: list[Tree] = []
    named: dict[str, Tree] = {}
    tags: set[str] = set()


def test_types_that_hold_themselves() -> None:
    merge, patch = loaders(Tree)
    tree = Tree(name="a", left=Tree(name="b", left=Tree(name="c")), named={"x": Tree(name="d")})
    made = merge(b'{"left": {"left": {"name": "z"}}, "named": {"y": {"name": "e"}, "x": null}}').apply(tree)
    assert made.left == Tree(name="b", left=Tree(name="z"))
    assert made.named == {"y": Tree(name="e")}
    assert refused(merge, b'{"left": {"left": {"name": ""}}, "under": [{}], "named": {"x": {"q": 1}}}') == [
        (("left", "left", "name"), "min_length"),
        (("under", 0, "name"), "missing"),
        (("named", "x", "q"), "unknown"),
    ]
    assert invalid(merge(b'{"named": {"n": {"left": null}}}'), tree) == [("/named/n/name", "missing")]
    assert patch(b'[{"op": "add", "path": "/under/-", "value": {"name": "u"}}]').apply(tree).under == [
        Tree(name="u")
    ]


class Spelled(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    one: int = Field(1, validation_alias=AliasChoices("first", "uno", AliasPath("all", 0)))
    two: int = Field(2, validation_alias="zwei", serialization_alias="deux")
    three: int = Field(3, alias="drei")
    four: int = Field(4, validation_alias=AliasPath("vier"))


def test_every_spelling_of_a_member_means_the_same() -> None:
    merge, patch = loaders(Spelled)
    spelled = Spelled(one=5, two=6, three=7)
    for body in (b'{"first": 9}', b'{"uno": 9}', b'{"one": 9}'):
        assert merge(body).changes == {"one": 9}
        assert merge(body).apply(spelled).one == 9
    assert merge(b'{"two": 9, "drei": null}').apply(spelled) == Spelled(one=5, two=9, three=3)
    assert patch(b'[{"op": "replace", "path": "/zwei", "value": 9}]').apply(spelled).two == 9
    assert merge(b'{"vier": 1}').apply(spelled).four == 1


def test_a_member_from_inside_another_is_refused() -> None:
    class Odd(BaseModel):
        city: str = Field(validation_alias=AliasPath("address", "city"))

    with pytest.raises(SetupError) as caught:
        loaders(Odd)[0](b"{}")
    assert str(caught.value) == (
        "Patch: the member 'city' is read from inside another one, by AliasPath.\n"
        '    Write: city: Annotated[..., Field(alias="city")]'
    )


class Account(BaseModel):
    name: str
    password: SecretStr
    backup: SecretStr | None = None
    pin: WriteOnly[int]
    trace: str = Field("t", exclude=True)


def test_members_that_no_answer_shows_survive_and_are_no_oracle() -> None:
    merge, patch = loaders(Account)
    account = Account(name="a", password=SecretStr("long"), backup=SecretStr("b"), pin=7, trace="x")
    assert merge(b'{"name": "b"}').apply(account) == account.model_copy(update={"name": "b"})
    assert patch(b'[{"op": "replace", "path": "/name", "value": "b"}]').apply(account).password == SecretStr(
        "long"
    )
    for key in ("password", "backup", "pin", "trace"):
        body = b'[{"op": "copy", "from": "/%s", "path": "/name"}]' % key.encode()
        with pytest.raises(Exception, match="there is nothing at the path"):
            patch(body).apply(account)
    made = merge(b'{"password": "new", "pin": 8, "backup": null}').apply(account)
    assert (made.password, made.pin, made.backup) == (SecretStr("new"), 8, None)


class Part(BaseModel):
    id: ReadOnly[int]
    name: str
    key: WriteOnly[str] = "none"


class Machine(BaseModel):
    id: ReadOnly[int]
    main: Part
    parts: list[Part] = []
    by_name: dict[str, Part] = {}


def test_read_only_members_stay_wherever_they_are() -> None:
    merge, patch = loaders(Machine)
    parts = [Part(id=10, name="a", key="ka"), Part(id=11, name="b", key="kb")]
    machine = Machine(
        id=1, main=Part(id=2, name="m"), parts=parts, by_name={"x": Part(id=3, name="x", key="kx")}
    )
    made = merge(
        b'{"id": 9, "main": {"id": 9, "name": "n"}, "by_name": {"x": {"id": 9, "name": "y"}}}'
    ).apply(machine)
    assert (made.id, made.main) == (1, Part(id=2, name="n"))
    assert made.by_name == {"x": Part(id=3, name="y", key="kx")}
    body = b"""[
        {"op": "move", "from": "/parts/0", "path": "/parts/1"},
        {"op": "replace", "path": "/parts/0/name", "value": "B"},
        {"op": "replace", "path": "/main/id", "value": 9}
    ]"""
    made = patch(body).apply(machine)
    assert made.main.id == 2
    assert made.parts == [Part(id=11, name="B", key="kb"), Part(id=10, name="a", key="ka")]
    stolen = b'[{"op": "replace", "path": "/parts/0/id", "value": 99}]'
    assert invalid(patch(stolen), machine) == [("/parts/0/id", "missing")]


class Shown(BaseModel):
    width: int
    height: int = 1

    @computed_field
    @property
    def area(self) -> int:
        return self.width * self.height


def test_computed_members_may_be_sent_back() -> None:
    merge, patch = loaders(Shown)
    shown = Shown(width=2, height=3)
    change = merge(b'{"width": 5, "area": 6}')
    assert change.changes == {"width": 5}
    assert change.apply(shown).area == 15
    assert patch(b'[{"op": "add", "path": "/area", "value": 1}]').apply(shown) == shown


def test_a_model_knows_which_members_were_set() -> None:
    class Todo(BaseModel):
        title: str
        done: bool = False
        note: str = ""
        late: bool = False

    merge, patch = loaders(Todo)
    todo = Todo(title="a", note="n")
    assert merge(b'{"done": false}').apply(todo).model_fields_set == {"title", "note", "done"}
    assert merge(b'{"note": null}').apply(todo).model_fields_set == {"title"}
    assert patch(b'[{"op": "replace", "path": "/late", "value": true}]').apply(todo).model_fields_set == {
        "title",
        "note",
        "late",
    }
    assert todo.model_fields_set == {"title", "note"}


def test_rows_and_dictionaries_may_be_patched_too() -> None:
    merge, _ = loaders(Tree)
    row = SimpleNamespace(
        name="a", left=SimpleNamespace(name="b", left=None), under=[], named={}, tags={"t"}, x=1
    )
    assert merge(b'{"left": {"name": "c"}}').apply(row) == Tree(name="a", left=Tree(name="c"), tags={"t"})
    assert merge(b"{}").apply({"name": "a"}) == Tree(name="a")
    with pytest.raises(WrongAnswer) as caught:
        merge(b"{}").apply(SimpleNamespace(name=1))
    assert caught.value.detail == "what Patch.apply() was given is no Tree: /name: string"
    with pytest.raises(WrongAnswer, match="is no Tree: the value: object"):
        merge(b"{}").apply(5)


def test_a_model_without_its_read_only_members_cannot_be_patched() -> None:
    merge, _ = loaders(Part)
    with pytest.raises(WrongAnswer) as caught:
        merge(b"{}").apply(Part.model_construct(name="a"))
    assert caught.value.detail == "what Patch.apply() was given is no Part: /id: missing"


class Rules(BaseModel):
    model_config = ConfigDict(extra="allow")
    low: int = 0
    high: int = 10
    made: date = date(2020, 1, 1)
    cost: Decimal = Decimal("1.5")
    free: Any = None
    data: dict[str, Any] = {}
    bare: dict[Any, Any] = {}
    after: int = Field(default_factory=lambda data: data["low"] + 1)

    @field_validator("low")
    @classmethod
    def even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("odd")
        return value

    @model_validator(mode="before")
    @classmethod
    def look(cls, data: Any) -> Any:
        return data

    @model_validator(mode="after")
    def order(self) -> Rules:
        if self.low > self.high:
            raise ValueError("low is high")
        return self


def test_validators_of_members_run_at_once_and_those_of_the_whole_at_the_end() -> None:
    merge, patch = loaders(Rules)
    rules = Rules(low=2, free={"a": 1}, data={"a": {"b": 1, "c": 2}}, after=7)
    assert refused(merge, b'{"low": 3, "made": "0", "cost": "x"}') == [
        (("low",), "invalid"),
        (("made",), "date"),
        (("cost",), "number"),
    ]
    assert invalid(merge(b'{"low": 20}'), rules) == [("", "invalid")]
    made = merge(b'{"free": null, "data": {"a": {"b": null}}, "made": "2024-05-01", "new": 5}').apply(rules)
    assert (made.free, made.data, made.made) == (None, {"a": {"c": 2}}, date(2024, 5, 1))
    assert made.model_extra == {"new": 5}
    assert merge(b'{"after": null}').changes == {"after": None}
    assert merge(b'{"after": null}').apply(rules).after == 3
    assert merge(b'{"bare": {"a": 1}}').apply(rules).bare == {"a": 1}
    assert patch(b'[{"op": "add", "path": "/data/x", "value": [1.5]}]').apply(rules).data["x"] == [1.5]


class Box(BaseModel, Generic[T]):
    inside: T
    size: Size
    root: RootModel[dict[str, int]] = RootModel({})


def test_generic_models_with_dataclasses_and_root_models_inside() -> None:
    merge, _ = loaders(Box[int])
    box = Box[int](inside=1, size=Size(1, 1))
    change = merge(b'{"inside": 2, "size": {"depth": 5}, "root": {"a": 1}}')
    assert change.apply(box) == Box[int](inside=2, size=Size(1, 5), root=RootModel[dict[str, int]]({"a": 1}))
    assert refused(merge, b'{"inside": "a"}') == [(("inside",), "integer")]


def test_the_partial_model_is_published_with_its_constraints() -> None:
    (merge, _) = Patch.contents("patch", (Machine,), True)
    reference = merge.describe()[0][1]
    assert reference is not None
    schema = TypeAdapter(reference.annotation).json_schema()
    assert schema["title"] == "MachinePatch"
    assert "required" not in schema
    assert schema["properties"]["id"]["readOnly"] is True
    assert schema["properties"]["main"] == {"$ref": "#/$defs/PartPatch"}
    assert schema["$defs"]["PartPatch"]["title"] == "PartPatch"
    assert "required" not in schema["$defs"]["PartPatch"]
    assert schema["properties"]["parts"]["anyOf"][0]["items"] == {"$ref": "#/$defs/Part"}
    assert schema["$defs"]["Part"]["required"] == ["id", "name"]
