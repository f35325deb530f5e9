"""Containers: every error stands where the client's value stands, and there are never too many."""

from __future__ import annotations

import json
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.violations import Refusal, pointer


class Author(Schema):
    id = fields.Integer(required=True, data_key="ID")
    name = fields.String()


class Picky(Author):
    @validates_schema(pass_collection=True)
    def refuse(self, data: Any, **kwargs: Any) -> None:
        raise ValidationError("no")


def places(field: fields.Field[Any], value: Any, form: str = "json") -> list[tuple[str, str]]:
    adapter = MarshmallowAdapter(Schema.from_dict({"x": field}))
    load: Any = adapter.json_loader() if form == "json" else adapter.text_loader()
    with pytest.raises(Refusal) as caught:
        load(json.dumps({"x": value}).encode() if form == "json" else {"x": value})
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


@pytest.mark.parametrize(
    ("field", "value", "expect"),
    [
        (fields.List(fields.Integer()), [1, "2", None], [("/x/1", "integer"), ("/x/2", "null")]),
        (
            fields.List(fields.List(fields.Integer())),
            [[1], ["2"], 3],
            [("/x/1/0", "integer"), ("/x/2", "array")],
        ),
        (
            fields.Tuple((fields.Integer(), fields.String())),
            ["1", 2],
            [("/x/0", "integer"), ("/x/1", "string")],
        ),
        (fields.Tuple((fields.Integer(),)), [], [("/x", "min_length")]),
        (
            fields.Dict(values=fields.Integer()),
            {"a/b": "1", "_schema": "2"},
            [("/x/a~1b", "integer"), ("/x/_schema", "integer")],
        ),
        (fields.Dict(keys=fields.Integer()), {"a": 1, "1": 2}, [("/x/a", "integer")]),
        (
            fields.Dict(keys=fields.Integer(), values=fields.Nested(Author)),
            {"a": {}, "1": 5},
            [("/x/a", "integer"), ("/x/a/ID", "missing"), ("/x/1", "object")],
        ),
        (fields.Nested(Author), {"ID": "1", "age": 5}, [("/x/ID", "integer"), ("/x/age", "unknown")]),
        (fields.Nested(Author, many=True), [{"ID": 1}, 5, {}], [("/x/1", "object"), ("/x/2/ID", "missing")]),
        (fields.Pluck(Author, "id"), "5", [("/x", "integer")]),
        (fields.Pluck(Author, "id", many=True), [1, "2", None], [("/x/1", "integer"), ("/x/2", "null")]),
        (fields.Pluck(Author, "id", many=True), 5, [("/x", "array")]),
        (fields.Pluck(Picky, "id", many=True), [1], [("/x", "invalid")]),
    ],
)
def test_errors_stand_where_the_value_stands(
    field: fields.Field[Any], value: Any, expect: list[tuple[str, str]]
) -> None:
    assert places(field, value) == expect


def test_loaded_containers() -> None:
    class Shelf(Schema):
        pair = fields.Tuple((fields.Integer(), fields.String()))
        lists = fields.List(fields.List(fields.Integer()))
        by_number = fields.Dict(keys=fields.Integer(), values=fields.Nested(Author))
        free = fields.Dict()
        ids = fields.Pluck(Author, "id", many=True)

    load = MarshmallowAdapter(Shelf).json_loader()

    raw = (
        b'{"pair": [1, "a"], "lists": [[1], []], "by_number": {"5": {"ID": 1}}, "free": {"a": 1}, "ids": [1]}'
    )
    assert load(raw) == {
        "pair": (1, "a"),
        "lists": [[1], []],
        "by_number": {5: {"id": 1}},
        "free": {"a": 1},
        "ids": [{"id": 1}],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (fields.List(fields.Integer()), ["x"] * 50_000),
        (fields.List(fields.Integer(validate=validate.Range(0))), [-1] * 50_000),
        (fields.Dict(values=fields.Integer()), dict.fromkeys(map(str, range(50_000)), "x")),
        (fields.Nested(Author, many=True), [0] * 50_000),
        (fields.Nested(Author), {"ID": 1, **dict.fromkeys(map(str, range(50_000)), "x")}),
        (fields.Pluck(Author, "id", many=True), ["x"] * 50_000),
    ],
)
def test_many_errors_are_cut_short(field: fields.Field[Any], value: Any) -> None:
    assert len(places(field, value)) == 50


def test_a_repeated_parameter_of_a_list_has_its_place() -> None:
    assert places(fields.List(fields.Integer()), ["1", "x"], "text") == [("/x/1", "integer")]
    assert places(fields.List(fields.Integer()), "x", "text") == [("/x/0", "integer")]
