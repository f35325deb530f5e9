"""What is written is what the schema says, and always valid JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import Schema, fields, post_dump, pre_dump, validate

from restlite.adapters import DumpOptions, WrongAnswer
from restlite.adapters.marshmallow import MarshmallowAdapter

CHECKED = DumpOptions(check=True)


class Author(Schema):
    name = fields.String(required=True)
    born = fields.Date(allow_none=True)


class Book(Schema):
    id = fields.Integer(dump_only=True)
    title = fields.String(required=True, data_key="Title", validate=validate.Length(1, 20))
    price = fields.Decimal(places=2)
    secret = fields.String(load_only=True)
    author = fields.Nested(Author)
    tags = fields.List(fields.String())
    extra = fields.Raw()


class Row:
    """An object with attributes, as an ORM gives it."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


def dump(schema: Any, value: Any, options: DumpOptions = CHECKED) -> Any:
    return json.loads(MarshmallowAdapter(schema).dumper(options)(value))


def wrong(schema: Any, value: Any, options: DumpOptions = CHECKED) -> str:
    with pytest.raises(WrongAnswer) as caught:
        MarshmallowAdapter(schema).dumper(options)(value)
    return caught.value.detail


@pytest.mark.parametrize("options", [DumpOptions(), CHECKED])
def test_written_values(options: DumpOptions) -> None:
    row = Row(
        id=1,
        title="A",
        price=Decimal("1.5"),
        secret="x",
        author={"name": "B", "born": date(1900, 1, 2)},
        tags=("a",),
        extra={"at": datetime(2024, 5, 1, tzinfo=UTC), "none": None},
        undeclared=5,
    )

    assert dump(Book, row, options) == {
        "id": 1,
        "Title": "A",
        "price": 1.5,
        "author": {"name": "B", "born": "1900-01-02"},
        "tags": ["a"],
        "extra": {"at": "2024-05-01T00:00:00Z", "none": None},
    }
    assert dump(Book(many=True), iter([row, {"title": "B"}]), options)[1] == {"Title": "B"}
    assert dump(Book(only=("id",)), row, options) == {"id": 1}
    assert dump(Book(partial=True), {}, options) == {}
    assert dump(Book(partial=("title",)), {}, options) == {}


@pytest.mark.parametrize(
    ("field", "value", "expect"),
    [
        (fields.Decimal(), Decimal("10"), b'{"x":10}'),
        (fields.Decimal(), Decimal(10**39), b'{"x":%d}' % 10**39),
        (fields.Decimal(), Decimal("1E+40"), b'{"x":1e+40}'),
        (fields.Decimal(), Decimal("-0.10"), b'{"x":-0.1}'),
        (fields.Decimal(allow_none=True), None, b'{"x":null}'),
        (fields.Decimal(as_string=True), Decimal("0.10"), b'{"x":"0.10"}'),
        (fields.Integer(as_string=True), 5, b'{"x":"5"}'),
        (
            fields.Dict(keys=fields.Integer(), values=fields.Decimal()),
            {1: Decimal("1.5")},
            b'{"x":{"1":1.5}}',
        ),
        (fields.Tuple((fields.Integer(), fields.String())), (1, "a"), b'{"x":[1,"a"]}'),
        (fields.Function(lambda value: None), 5, b'{"x":null}'),
        (fields.Constant(None), 5, b'{"x":null}'),
        (fields.Raw(), "NaN Infinity", b'{"x":"NaN Infinity"}'),
        (fields.Pluck(Author, "name", many=True), [{"name": "A"}], b'{"x":["A"]}'),
    ],
)
def test_written_fields(field: Any, value: Any, expect: bytes) -> None:
    schema = Schema.from_dict({"x": field})

    for options in (CHECKED, DumpOptions()):
        assert MarshmallowAdapter(schema).dumper(options)({"x": value}) == expect


def test_null_members_left_out() -> None:
    value = {"title": "A", "author": {"name": "B", "born": None}, "extra": [{"a": None}, None]}

    assert dump(Book, value, DumpOptions(check=True, exclude_none=True)) == {
        "Title": "A",
        "author": {"name": "B"},
        "extra": [{}, None],
    }


@pytest.mark.parametrize("options", [DumpOptions(), CHECKED])
@pytest.mark.parametrize("value", [None, "x", b"x", 5, 1.5, True, [], (), set()])
def test_values_that_are_no_objects(value: Any, options: DumpOptions) -> None:
    assert wrong(Author(partial=True), value, options) == "the value: object"


@pytest.mark.parametrize("options", [DumpOptions(), CHECKED])
@pytest.mark.parametrize("value", [None, "x", 5, {}, Row()])
def test_values_that_are_no_lists(value: Any, options: DumpOptions) -> None:
    assert wrong(Author(many=True), value, options) == "the value: array"


def test_a_required_member_that_is_missing() -> None:
    value = {"title": "A", "author": {}}

    assert wrong(Book, value) == "/author/name: missing"
    assert wrong(Book, value, DumpOptions()) == "Author.name: missing"
    assert wrong(Book(many=True), [{}]) == "/0/Title: missing"


def test_values_that_fields_cannot_write() -> None:
    value = [
        {"title": "s3cret", "id": "s3cret", "author": {"name": "B", "born": "s3cret"}},
        {"title": "A", "price": "s3cret", "tags": 5},
    ]

    for options in (DumpOptions(), CHECKED):
        assert wrong(Book(many=True), value, options) == (
            "/0/id: integer; /0/author/born: date; /1/price: number; /1/tags: array"
        )


def test_an_object_without_the_member_to_pluck() -> None:
    schema = Schema.from_dict({"x": fields.Pluck(Schema.from_dict({"id": fields.Integer()}), "id")})

    assert wrong(schema, {"x": {}}) == "/x: missing"
    assert wrong(schema, {"x": {"id": "s3cret"}}) == "/x/id: integer"


def test_values_that_fields_write_but_the_schema_refuses() -> None:
    class Loose(Schema):
        flag = fields.Boolean()
        at = fields.Date()
        mail = fields.Email(required=True)
        count = fields.Integer(validate=validate.Range(max=5))

    value = {"flag": "s3cret", "at": None, "mail": "s3cret", "count": 6}

    assert wrong(Loose, value) == "/flag: boolean; /at: null; /mail: email; /count: less_than_equal"
    assert dump(Loose, value, DumpOptions()) == value


@pytest.mark.parametrize("options", [DumpOptions(), CHECKED])
def test_values_that_are_no_json(options: DumpOptions) -> None:
    circle: list[Any] = []
    circle.append(circle)

    assert wrong(Book, {"title": "A", "extra": [1, {"a/b": object()}, "\ud800"]}, options) == (
        "/extra/1/a~1b: type; /extra/2: type"
    )
    assert wrong(Book, {"title": "A", "extra": [float("nan"), {"a": float("-inf")}]}, options) == (
        "/extra/0: finite; /extra/1/a: finite"
    )
    assert wrong(Book, {"title": "A", "extra": {object(): 1}}, options) == "the value: type"
    assert wrong(Book, {"title": "A", "extra": circle}, options) == "the value: too_deep"
    assert (
        wrong(Book, {"title": "A", "extra": circle}, options._replace(exclude_none=True))
        == "the value: too_deep"
    )


def test_a_number_hidden_from_the_search_is_null() -> None:
    @dataclass
    class Hidden:
        numbers: list[float] = field(default_factory=lambda: [float("nan")])

    assert dump(Book, {"title": "A", "extra": Hidden()}) == {"Title": "A", "extra": {"numbers": [None]}}


def test_a_user_s_own_code_is_not_run_on_what_is_written() -> None:
    calls: list[Any] = []

    class Entity(fields.Field[Any]):
        def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
            return value

        def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
            calls.append(value)
            return value

    class User(Schema):
        name = fields.String(validate=[calls.append, validate.Length(max=3)], pre_load=calls.append)
        group = Entity(validate=validate.Length(max=3))

        def handle_error(self, *args: Any, **kwargs: Any) -> None:
            calls.append(args)

    assert dump(User, {"name": "abc", "group": None}) == {"name": "abc", "group": None}
    assert wrong(User, {"name": "abcd", "group": "admins"}) == "/name: max_length"
    assert calls == []


def test_errors_in_a_user_s_own_code_stay_what_they_are() -> None:
    class Broken(Schema):
        total = fields.Method("sum_up")
        nested = fields.Nested({"x": fields.Function(lambda value: 1 / 0)})

        def sum_up(self, value: Any) -> int:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        MarshmallowAdapter(Broken).dumper(CHECKED)({})
    with pytest.raises(ZeroDivisionError):
        MarshmallowAdapter(Broken(only=("nested",))).dumper(CHECKED)({"nested": {}})


class Wrapped(Schema):
    name = fields.String(required=True)

    @post_dump(pass_collection=True)
    def wrap(self, data: Any, **kwargs: Any) -> Any:
        return {"items": data}


class Linked(Schema):
    name = fields.String(required=True)

    @pre_dump
    def named(self, value: Any, **kwargs: Any) -> Any:
        return {"name": value}

    @post_dump
    def link(self, data: Any, **kwargs: Any) -> Any:
        return {**data, "link": "/x"}


def test_hooks_that_write() -> None:
    class Shelf(Schema):
        books = fields.Nested(Wrapped, many=True)

    for options in (CHECKED, DumpOptions()):
        assert dump(Wrapped(many=True), [{"name": "A"}], options) == {"items": [{"name": "A"}]}
        assert dump(Shelf, {"books": [{"name": "A"}]}, options) == {"books": {"items": [{"name": "A"}]}}
    assert dump(Linked, "A", DumpOptions()) == {"name": "A", "link": "/x"}
    assert wrong(Linked, "A") == "/link: unknown"
    assert json.loads(MarshmallowAdapter(Linked, strict=False).dumper(CHECKED)("A")) == {
        "name": "A",
        "link": "/x",
    }


def test_objects_that_hold_themselves() -> None:
    class Node(Schema):
        child = fields.Nested(lambda: Node())

    node: dict[str, Any] = {}
    node["child"] = node

    assert wrong(Node, node) == "the value: too_deep"


def test_a_generator_that_fails_is_the_handler_s_error() -> None:
    def rows() -> Iterator[Any]:
        yield {"name": "A"}
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        MarshmallowAdapter(Author(many=True)).dumper(CHECKED)(rows())
