"""Read-only members as clients send them: held to their kind, and dropped."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_way import Book, Owner, Point
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    computed_field,
    field_validator,
)
from typing_extensions import TypedDict

from restlite.access import ReadOnly, WriteOnly
from restlite.adapters import DumpOptions
from restlite.adapters.access import holder_of
from restlite.adapters.pydantic import PydanticAdapter
from restlite.errors import SetupError
from restlite.violations import Malformed, Refusal, pointer


class Row(TypedDict):
    id: ReadOnly[int]
    name: str
    key: WriteOnly[str]


def load(annotation: Any, raw: bytes) -> Any:
    return PydanticAdapter(annotation).json_loader()(raw)


def refusals(annotation: Any, raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load(annotation, raw)
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


def test_what_was_given_is_taken_back_and_dropped() -> None:
    sent = (
        b'{"id": 7, "made": "2020-01-01T00:00:00Z", "version": 9, "notes": ["a"], "title": "Emma",'
        b' "owner": {"name": "Jane"}, "Label": "EMMA"}'
    )
    book = load(Book, sent)
    assert vars(book) == {"version": 1, "notes": [], "title": "Emma", "owner": None, "pin": "0000"}
    assert book.model_fields_set == {"title"}
    assert book == load(Book, b'{"title": "Emma"}')


@given(
    book=st.builds(
        Book,
        id=st.integers(),
        made=st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
        version=st.integers(),
        notes=st.lists(st.text(), max_size=3),
        title=st.text(),
        owner=st.none() | st.builds(Owner, name=st.text(), secret=st.text()),
    )
)
@settings(deadline=None)
def test_whatever_is_written_is_taken_back(book: Book) -> None:
    body = PydanticAdapter(Book).dumper(DumpOptions())(book)
    assert load(Book, body) == load(Book, json.dumps({"title": book.title}).encode())


def test_reading_a_member_without_a_default_raises() -> None:
    with pytest.raises(AttributeError, match="id"):
        _ = load(Book, b'{"title": "Emma", "id": 7}').id


def test_defaults_are_not_shared() -> None:
    read = PydanticAdapter(Book).json_loader()
    read(b'{"title": "Emma", "notes": ["a"]}').notes.append("b")
    assert read(b'{"title": "Emma", "notes": ["a"]}').notes == []


def test_a_default_made_of_other_members_is_made_again() -> None:
    class Named(BaseModel):
        title: str
        slug: ReadOnly[str] = Field(default_factory=lambda members: members["title"].lower())

    assert load(Named, b'{"title": "Emma", "slug": "other"}').slug == "emma"


def test_another_kind_is_refused() -> None:
    sent = b'{"id": "7", "made": 5, "version": null, "title": "Emma", "owner": [], "Label": 1}'
    assert refusals(Book, sent) == [
        ("/id", "integer"),
        ("/made", "date_time"),
        ("/version", "null"),
        ("/owner", "object"),
        ("/Label", "string"),
    ]


def test_a_nested_object_may_lack_what_is_not_written() -> None:
    assert load(Book, b'{"title": "Emma", "owner": {"name": "Jane"}}').owner is None
    assert refusals(Owner, b'{"name": "Jane"}') == [("/secret", "missing")]


def test_a_users_functions_do_not_run_on_what_is_dropped() -> None:
    class Person(BaseModel):
        owner: ReadOnly[Owner | None] = None
        age: ReadOnly[int] = 0

        @field_validator("owner")
        @classmethod
        def known(cls, owner: Owner) -> Owner:
            raise AssertionError

        @field_validator("age", mode="before")
        @classmethod
        def old(cls, age: int) -> int:
            raise AssertionError

    assert vars(load(Person, b'{"owner": {"name": "Jane"}, "age": 5}')) == {"owner": None, "age": 0}


def test_what_is_written_in_another_kind_is_taken_back() -> None:
    class Stamped(BaseModel):
        at: ReadOnly[Annotated[dt.datetime, PlainSerializer(lambda at: 5)]] = dt.datetime(2020, 1, 1)
        root: ReadOnly[RootModel[list[int]]] = RootModel([1])

    body = PydanticAdapter(Stamped).dumper(DumpOptions())(Stamped())
    assert body == b'{"at":5,"root":[1]}'
    assert load(Stamped, body) == Stamped()


def test_other_ways_to_say_it() -> None:
    class Said(BaseModel):
        id: Annotated[int, Field(json_schema_extra={"readOnly": True, "example": 5})]
        inner: ReadOnly[int] | None = None
        free: Annotated[int, Field(json_schema_extra=lambda schema: None)] = 0
        other: Annotated[int, Field(json_schema_extra={"readOnly": False})] = 0

    assert vars(load(Said, b'{"id": 5, "inner": 5, "free": 5, "other": 5}')) == {
        "inner": None,
        "free": 5,
        "other": 5,
    }


def test_a_dataclass() -> None:
    point = load(Point, b'{"id": 7, "key": "k", "x": 1, "tags": ["a"], "seen": 5}')
    assert vars(point) == {"key": "k", "x": 1, "tags": [], "seen": 4}
    assert refusals(Point, b'{"id": "7", "tags": [1]}') == [
        ("/id", "integer"),
        ("/key", "missing"),
        ("/tags/0", "string"),
    ]


def test_a_dataclass_with_a_computed_member() -> None:
    from pydantic.dataclasses import dataclass

    @dataclass
    class Square:
        side: int

        @computed_field  # type: ignore[prop-decorator]
        @property
        def area(self) -> int:
            return self.side**2

    assert vars(load(Square, b'{"side": 3, "area": 5}')) == {"side": 3}
    assert refusals(Square, b'{"side": 3, "area": "5"}') == [("/area", "integer")]


def test_a_typed_dict() -> None:
    assert load(Row, b'{"id": 7, "name": "a", "key": "k"}') == {"name": "a", "key": "k"}
    assert load(Row, b'{"name": "a", "key": "k"}') == {"name": "a", "key": "k"}
    assert refusals(Row, b'{"id": "7", "name": "a"}') == [("/id", "integer"), ("/key", "missing")]


def test_a_named_tuple_cannot_leave_an_item_out() -> None:
    class Pair(NamedTuple):
        id: ReadOnly[int]
        name: str

    assert load(Pair, b'[1, "a"]') == Pair(1, "a")


def test_undeclared_members_that_are_allowed_are_kept() -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        id: ReadOnly[int] = 0

        @computed_field  # type: ignore[prop-decorator]
        @property
        def twice(self) -> int:
            return self.id * 2

    book = load(Open, b'{"id": 7, "twice": 14, "more": 1}')
    assert book.model_dump() == {"id": 0, "more": 1, "twice": 0}


def test_a_computed_member_may_be_the_write_only_twin_of_a_field() -> None:
    class Twin(BaseModel):
        given: int = Field(alias="number")

        @computed_field(alias="number")  # type: ignore[prop-decorator]
        @property
        def shown(self) -> int:
            return self.given + 1

    assert load(Twin, b'{"number": 1}').given == 1


def test_texts_and_forms() -> None:
    for read in (PydanticAdapter(Book).text_loader(), PydanticAdapter(Book).form_loader()):
        assert vars(read({"id": "7", "title": "Emma"})) == vars(load(Book, b'{"title": "Emma"}'))
        with pytest.raises(Refusal):
            read({"id": "x", "title": "Emma"})


def test_a_model_that_makes_itself_never_sees_them() -> None:
    class Own(BaseModel):
        id: ReadOnly[int] = Field(default=0, validation_alias=AliasChoices("ID", "Id"))
        title: str

        def __init__(self, **members: Any) -> None:
            assert set(members) == {"title"}
            super().__init__(**members)

        @computed_field  # type: ignore[prop-decorator]
        @property
        def label(self) -> str:
            return self.title

    assert load(Own, b'{"ID": 7, "title": "Emma", "label": "x"}').id == 0
    assert load(Own, b'{"Id": 7, "title": "Emma"}').id == 0


def test_a_model_that_makes_itself_needs_defaults() -> None:
    class Own(BaseModel):
        id: ReadOnly[int]

        def __init__(self, **members: Any) -> None:
            super().__init__(**members)

    with pytest.raises(SetupError) as caught:
        PydanticAdapter(list[Own]).json_loader()
    assert caught.value.found == "Own has an __init__ of its own; its read-only member id no default."
    assert caught.value.mend == "id: ReadOnly[...] = a_default"


@pytest.mark.parametrize(
    ("annotation", "raw", "key"),
    [
        (Book, b'{"title": "Emma", "id": 1, "id": 2}', "id"),
        (Book, b'{"title": "Emma", "id": 1, "title": "Emma"}', "title"),
        (Book, b'{"title": "Emma", "made": "2020-01-01T00:00:00Z", "title": ""}', "title"),
        (Book, b'{"title": "Emma", "owner": {"name": "a", "name": "b"}}', "name"),
        (list[Book], b'[{"title": "Emma", "Label": "a", "Label": "b"}]', "Label"),
        (Point, b'{"key": "k", "id": 1, "id": 2}', "id"),
        (Row, b'{"key": "k", "name": "a", "id": 1, "id": 2}', "id"),
    ],
)
def test_keys_that_stand_twice_are_still_found(annotation: Any, raw: bytes, key: str) -> None:
    with pytest.raises(Malformed, match=f'the key "{key}" stands twice'):
        load(annotation, raw)


def test_a_type_without_such_members_gets_the_schema_it_had() -> None:
    class Plain(BaseModel):
        a: int

    node = PydanticAdapter(Plain).input_schema()
    assert node["schema"]["type"] == "model-fields"
    assert holder_of(node) is node["schema"]
