"""Read-only and write-only members as they are written, published and listed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import pytest
from one_way import Book, Owner, Point
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

from restlite.access import EVERY, Access, Guarded, ReadOnly, WriteOnly
from restlite.adapters import DumpOptions, WrongAnswer, find_adapter
from restlite.adapters.pydantic import PydanticAdapter

WRITERS = [DumpOptions(), DumpOptions(check=True)]


class Row(TypedDict):
    id: ReadOnly[int]
    name: str
    key: WriteOnly[str]


def schema_of(annotation: Any, *, output: bool = False) -> Any:
    adapter = PydanticAdapter(annotation)
    made = GenerateJsonSchema(by_alias=True)
    if output:
        return made.generate(adapter.output_schema(), "serialization")
    return made.generate(adapter.input_schema(), "validation")


# -- Output ------------------------------------------------------------------------------------------


def ready() -> Book:
    owner = Owner(name="Jane", secret="SECRET")
    return Book(id=7, made=dt.datetime(2020, 1, 1), title="Emma", owner=owner, pin="SECRET")


WRITTEN = (
    b'{"id":7,"made":"2020-01-01T00:00:00","version":1,"notes":[],"title":"Emma",'
    b'"owner":{"name":"Jane"},"Label":"EMMA"}'
)


@pytest.mark.parametrize("options", WRITERS)
def test_what_clients_alone_say_is_never_written(options: DumpOptions) -> None:
    plain = {"id": 7, "made": dt.datetime(2020, 1, 1), "title": "Emma", "owner": {"name": "Jane"}}
    dump = PydanticAdapter(Book).dumper(options)
    assert dump(ready()) == WRITTEN
    assert dump(plain) == WRITTEN
    assert dump({**plain, "pin": {1: object()}}) == WRITTEN
    assert (
        PydanticAdapter(list[Book]).dumper(options)([ready(), plain])
        == b"[" + WRITTEN + b"," + WRITTEN + b"]"
    )


@pytest.mark.parametrize("options", WRITERS)
def test_dataclasses_and_typed_dicts_are_written_without(options: DumpOptions) -> None:
    dump = PydanticAdapter(Point).dumper(options)
    assert dump(Point(7, "SECRET")) == b'{"id":7,"x":0,"tags":[],"seen":4}'
    assert dump({"id": 7}) == b'{"id":7,"x":0,"tags":[],"seen":4}'
    row = PydanticAdapter(Row).dumper(options)
    assert row({"id": 7, "name": "a", "key": "SECRET"}) == b'{"id":7,"name":"a"}'
    assert row({"id": 7, "name": "a"}) == b'{"id":7,"name":"a"}'


@pytest.mark.parametrize("options", WRITERS)
def test_an_open_model_does_not_take_it_for_an_undeclared_member(options: DumpOptions) -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow", ser_json_inf_nan="constants")
        name: str
        pin: WriteOnly[str]

    dump = PydanticAdapter(Open).dumper(options)
    assert dump({"name": "a", "pin": "SECRET", "more": 1}) == b'{"name":"a","more":1}'


def test_a_read_only_member_is_asked_of_a_handler() -> None:
    with pytest.raises(WrongAnswer) as caught:
        PydanticAdapter(Book).dumper(DumpOptions())({"title": "Emma"})
    assert caught.value.detail == "/id: missing; /made: missing"


# -- Schemas -----------------------------------------------------------------------------------------


def test_both_schemas_name_both_kinds_and_require_what_their_side_says() -> None:
    came, goes = schema_of(Point), schema_of(Point, output=True)
    assert came["properties"] == goes["properties"]
    assert came["properties"]["id"] == {"readOnly": True, "title": "Id", "type": "integer"}
    assert came["properties"]["key"] == {"title": "Key", "type": "string", "writeOnly": True}
    assert (came["required"], goes["required"]) == (["key"], ["id"])
    assert (schema_of(Row)["required"], schema_of(Row, output=True)["required"]) == (
        ["name", "key"],
        ["id", "name"],
    )


def test_a_dropped_object_is_published_as_what_it_is() -> None:
    class Home(BaseModel):
        owner: ReadOnly[Owner]
        tenant: Owner
        at: ReadOnly[Annotated[dt.datetime, PlainSerializer(str)]]

    made = schema_of(Home)
    assert made["properties"]["owner"]["$ref"] == made["properties"]["tenant"]["$ref"] == "#/$defs/Owner"
    assert "readOnly" not in made["$defs"]["Owner"]
    assert made["$defs"]["Owner"]["additionalProperties"] is False
    assert made["properties"]["at"] == {
        "format": "date-time",
        "readOnly": True,
        "title": "At",
        "type": "string",
    }
    assert made["required"] == ["tenant"]


# -- Both sides --------------------------------------------------------------------------------------


class Tree(BaseModel):
    id: ReadOnly[int] = 0
    children: list[Tree] = []
    by_name: Annotated[dict[str, Owner], Field(alias="byName")] = {}


def test_the_members_of_a_type_can_be_listed() -> None:
    assert find_adapter(Tree).guarded() == (
        Guarded("readOnly", ("id",), ("id",)),
        Guarded("writeOnly", ("by_name", EVERY, "secret"), ("byName", EVERY, "secret")),
    )
    members: list[tuple[Access, str]] = [
        ("readOnly", "id"),
        ("readOnly", "made"),
        ("readOnly", "version"),
        ("readOnly", "notes"),
        ("readOnly", "owner"),
        ("writeOnly", "pin"),
        ("readOnly", "label"),
    ]
    assert find_adapter(list[Book] | None).guarded() == tuple(
        Guarded(access, (EVERY, name), (EVERY, "Label" if name == "label" else name))
        for access, name in members
    )
    assert [item.names for item in find_adapter(Point).guarded()] == [("id",), ("key",), ("tags",), ("seen",)]
    assert [item.names for item in find_adapter(Row).guarded()] == [("id",), ("key",)]
    assert find_adapter(dict[str, int]).guarded() == ()
