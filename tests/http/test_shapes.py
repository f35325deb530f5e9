"""``partial``, ``pick`` and ``omit``: classes made of others, and what they keep."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Generic, NotRequired, TypeVar, assert_type

import pytest
from marshmallow import Schema, fields
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import MISSING
from typing_extensions import TypedDict

from restlite.access import ReadOnly, WriteOnly
from restlite.adapters import DumpOptions, WrongAnswer, find_adapter
from restlite.adapters.pydantic import PydanticAdapter
from restlite.errors import SetupError
from restlite.http.shapes import omit, partial, pick
from restlite.violations import Refusal, pointer

T = TypeVar("T")


class Book(BaseModel):
    """A book on a shelf."""

    model_config = ConfigDict(title="Buch", validate_default=True, str_strip_whitespace=True)

    id: ReadOnly[int] = 0
    title: Annotated[str, Field(min_length=2, alias="Title", description="On the cover.")]
    note: str | None = None
    pin: WriteOnly[str] = "0000"
    parts: list[Book] = []

    @field_validator("title", "note")
    @classmethod
    def polite(cls, text: str | None) -> str | None:
        if text == "damn":
            raise ValueError
        return text

    @field_validator("*", mode="before")
    @classmethod
    def as_it_is(cls, value: Any) -> Any:
        return value

    @field_serializer("title")
    def loud(self, title: str) -> str:
        return title.upper()

    @model_validator(mode="after")
    def whole(self) -> Book:
        assert self.title
        return self


@dataclasses.dataclass(frozen=True, slots=True)
class Point(Generic[T]):
    x: Annotated[T, Field(gt=3)]
    y: list[T] = dataclasses.field(default_factory=list)
    z: int = 0


class Row(TypedDict):
    """A row."""

    id: ReadOnly[int]
    name: Annotated[str, Field(min_length=2)]
    note: NotRequired[str]


class Owner(Schema):
    name = fields.String(required=True)


class Shelf(Schema):
    """A shelf."""

    class Meta(Schema.Meta):
        exclude = ("hidden",)

    id = fields.Integer(dump_only=True)
    name = fields.String(required=True, data_key="Name")
    size = fields.Integer(load_default=5)
    hidden = fields.Integer()
    owner = fields.Nested(Owner)


def load(annotation: Any, raw: bytes) -> Any:
    return find_adapter(annotation).json_loader()(raw)


def refusals(annotation: Any, raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load(annotation, raw)
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


def dump(annotation: Any, value: Any) -> bytes:
    """Write a value checked and unchecked, which must be the same."""
    checked = find_adapter(annotation).dumper(DumpOptions(check=True))(value)
    assert find_adapter(annotation).dumper(DumpOptions())(value) == checked
    return checked


# -- Models ------------------------------------------------------------------------------------------


def test_a_partial_model_tells_what_was_sent() -> None:
    edit = load(partial(Book), b'{"Title": " Emma ", "note": null, "id": 5}')
    assert edit.model_fields_set == {"title", "note"}
    assert (edit.title, edit.note, edit.pin, edit.id) == ("Emma", None, MISSING, MISSING)
    assert load(partial(Book), b"{}").model_fields_set == set()


def test_a_partial_model_keeps_what_is_said_of_its_members() -> None:
    made = partial(Book)
    assert (made.__name__, made.__doc__, made.__module__) == ("PartialBook", "A book on a shelf.", __name__)
    assert refusals(made, b'{"Title": "E"}') == [("/Title", "min_length")]
    assert refusals(made, b'{"Title": null}') == [("/Title", "null")]
    assert refusals(made, b'{"Title": "damn"}') == [("/Title", "invalid")]
    assert refusals(made, b'{"id": "5", "x": 1}') == [("/id", "integer"), ("/x", "unknown")]
    assert refusals(made, b'{"parts": [{}]}') == [("/parts/0/Title", "missing")]


def test_a_partial_model_writes_what_it_holds() -> None:
    made: Any = partial(Book)
    assert dump(made, load(made, b'{"Title": "Emma", "pin": "SECRET"}')) == b'{"Title":"EMMA"}'
    assert dump(list[made], [made(note=None), {}]) == b'[{"note":null},{}]'
    assert made(Title="Emma").model_dump() == {"title": "EMMA"}


def test_a_partial_model_publishes_no_defaults_and_requires_nothing() -> None:
    made: Any = partial(Book)
    schema = made.model_json_schema()
    assert "required" not in schema
    assert schema["title"] == "PartialBook"
    assert schema["properties"]["Title"] == {
        "description": "On the cover.",
        "minLength": 2,
        "title": "Title",
        "type": "string",
    }
    assert schema["properties"]["id"] == {"readOnly": True, "title": "Id", "type": "integer"}
    assert "default" not in schema["properties"]["parts"]


def test_some_members_of_a_model() -> None:
    made: Any = pick(Book, "title", "id")
    assert made.__name__ == "PickBook"
    assert list(made.model_fields) == ["id", "title"]
    assert load(made, b'{"Title": "Emma", "id": 7}') == made(Title="Emma")
    assert refusals(made, b'{"note": ""}') == [("/Title", "missing"), ("/note", "unknown")]
    assert dump(made, made(Title="Emma")) == b'{"id":0,"Title":"EMMA"}'


def test_all_members_of_a_model_but_some() -> None:
    made: Any = omit(Book, "id", "title", "parts")
    assert made.__name__ == "OmitBook"
    assert list(made.model_fields) == ["note", "pin"]
    assert refusals(made, b'{"note": "damn"}') == [("/note", "invalid")]
    assert dump(made, {}) == b'{"note":null}'


def test_a_class_made_is_no_subclass() -> None:
    assert not issubclass(partial(Book), Book)
    with pytest.raises(WrongAnswer) as caught:
        find_adapter(Book).dumper(DumpOptions())(load(partial(Book), b"{}"))
    assert caught.value.detail == "/id: integer; /title: string; /note: string; /parts: array"


def test_the_same_arguments_give_the_same_class() -> None:
    assert partial(Book) is partial(Book)
    assert pick(Book, "id", "title") is pick(Book, "title", "id")
    assert pick(Book, "id") is not pick(Book, "title")
    assert partial(Point[int]) is partial(Point[int])
    other: Any = partial(Point[str])
    assert partial(Point[int]) is not other


def test_generic_models() -> None:
    class Listing(BaseModel, Generic[T]):
        items: list[T]
        total: int = Field(ge=0)

    made: Any = partial(Listing[int])
    assert load(made, b'{"items": [1]}').model_fields_set == {"items"}
    assert refusals(made, b'{"items": ["1"], "total": -1}') == [
        ("/items/0", "integer"),
        ("/total", "greater_than_equal"),
    ]


class Early(BaseModel):
    late: Annotated[Later, Field(description="Known below.")]


class Later(BaseModel):
    a: int


def test_a_model_that_names_a_later_one() -> None:
    assert load(partial(Early), b'{"late": {"a": 1}}').late == Later(a=1)


def test_shapes_of_shapes() -> None:
    made: Any = partial(omit(Book, "parts"))
    assert made.__name__ == "PartialOmitBook"
    assert refusals(made, b'{"parts": [], "Title": "E"}') == [("/Title", "min_length"), ("/parts", "unknown")]


# -- Dataclasses -------------------------------------------------------------------------------------


def test_a_partial_dataclass() -> None:
    assert dataclasses.is_dataclass(partial(Point[int]))
    made: Any = partial(Point[int])
    assert made.__name__ == "PartialPoint"
    edit = load(made, b'{"y": [1]}')
    assert (edit.x, edit.y, edit.z) == (MISSING, [1], MISSING)
    assert dump(made, edit) == b'{"y":[1]}'
    assert refusals(made, b'{"x": 3, "y": ["1"], "z": null}') == [
        ("/x", "greater_than"),
        ("/y/0", "integer"),
        ("/z", "null"),
    ]
    assert made(x=5) == made(x=5) != made()


def test_some_members_of_a_dataclass() -> None:
    made: Any = pick(Point[int], "x", "z")
    assert vars(load(made, b'{"x": 4}')) == {"x": 4, "z": 0}
    assert refusals(made, b'{"z": 1}') == [("/x", "missing")]
    assert vars(load(omit(Point, "x", "y"), b"{}")) == {"z": 0}
    assert load(pick(Point, "x"), b'{"x": 5.5}').x == 5.5


def test_a_dataclass_of_pydantics() -> None:
    @pydantic_dataclass(config=ConfigDict(str_max_length=4))
    class Person:
        """A person."""

        name: str = Field(min_length=2)
        age: int = 0

        @field_validator("name")
        @classmethod
        def polite(cls, name: str) -> str:
            if name == "damn":
                raise ValueError
            return name

    assert partial(Person).__doc__ == "A person."
    for made in (partial(Person), omit(Person, "age")):
        assert refusals(made, b'{"name": "E"}') == [("/name", "min_length")]
        assert refusals(made, b'{"name": "Emma Woodhouse"}') == [("/name", "max_length")]
        assert refusals(made, b'{"name": "damn"}') == [("/name", "invalid")]


# -- TypedDicts --------------------------------------------------------------------------------------


def test_typed_dicts() -> None:
    made: Any = partial(Row)
    assert (made.__name__, made.__doc__, made.__module__) == ("PartialRow", "A row.", __name__)
    assert load(made, b'{"id": 5}') == {}
    assert refusals(made, b'{"name": "E", "x": 1}') == [("/name", "min_length"), ("/x", "unknown")]
    assert load(pick(Row, "name", "note"), b'{"name": "Emma"}') == {"name": "Emma"}
    assert refusals(pick(Row, "name", "note"), b'{"note": ""}') == [("/name", "missing")]
    assert load(omit(Row, "name"), b'{"note": ""}') == {"note": ""}


def test_a_generic_typed_dict_with_a_configuration() -> None:
    class Box(TypedDict, Generic[T]):
        item: T
        size: int

    setattr(Box, "__pydantic_config__", ConfigDict(extra="allow"))  # noqa: B010
    assert load(partial(Box[int]), b'{"item": 5, "x": 1}') == {"item": 5, "x": 1}
    assert refusals(pick(Box[int], "item"), b'{"item": "5"}') == [("/item", "integer")]


# -- marshmallow -------------------------------------------------------------------------------------


def test_a_partial_schema() -> None:
    made: Any = partial(Shelf)
    assert (made.__name__, made.__doc__, made.__module__) == ("PartialShelf", "A shelf.", __name__)
    assert load(made, b'{"id": 5}') == {}
    assert refusals(made, b'{"Name": null, "owner": {}, "hidden": 1}') == [
        ("/Name", "null"),
        ("/owner/name", "missing"),
        ("/hidden", "unknown"),
    ]
    assert load(made(many=True), b"[{}]") == [{}]
    assert dump(made, {"size": 5}) == b'{"size":5}'


def test_parts_of_a_schema() -> None:
    assert load(pick(Shelf, "name", "size"), b'{"Name": "a"}') == {"name": "a", "size": 5}
    assert refusals(pick(Shelf, "name"), b'{"size": 5}') == [("/Name", "missing"), ("/size", "unknown")]
    assert load(omit(Shelf, "name", "size"), b'{"owner": {"name": "a"}}') == {"owner": {"name": "a"}}
    assert dump(pick(Shelf, "name"), {"name": "a", "size": 5}) == b'{"Name":"a"}'


# -- Setup errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "found", "mend"),
    [
        (
            lambda: pick(Book, "titel"),
            "pick(Book) names 'titel', which is no member: id, title, note, pin, parts.",
            'pick(Book, "title")',
        ),
        (
            lambda: omit(Shelf, "Xyz"),
            "omit(Shelf) names 'Xyz', which is no member: id, name, size, owner.",
            'omit(Shelf, "id")',
        ),
        (lambda: pick(Row), "pick(Row) names no member.", 'pick(Row, "id")'),
        (lambda: omit(Point), "omit(Point) names no member.", 'omit(Point, "x")'),
        (
            lambda: partial(int),
            "partial() takes a pydantic model, a dataclass, a TypedDict or a marshmallow schema class;"
            " found int.",
            "partial(Book)  # class Book(BaseModel): ...",
        ),
        (
            lambda: pick(RootModel[int], "root"),
            "pick() takes a pydantic model, a dataclass, a TypedDict or a marshmallow schema class;"
            " found RootModel[int].",
            "pick(Book)  # class Book(BaseModel): ...",
        ),
    ],
)
def test_what_cannot_be_made(make: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        make()
    assert (caught.value.found, caught.value.mend) == (found, mend)


def test_a_schemas_instance_is_no_class() -> None:
    given: Any = Shelf()
    with pytest.raises(SetupError, match="a marshmallow schema class; found"):
        partial(given)


def test_checkers_take_the_class_for_the_one_it_is_made_of() -> None:
    assert_type(partial(Book), type[Book])
    assert_type(pick(Book, "id"), type[Book])
    assert_type(omit(Book, "id"), type[Book])


def test_an_unchanged_adapter_reads_them() -> None:
    assert isinstance(find_adapter(partial(Book)), PydanticAdapter)
