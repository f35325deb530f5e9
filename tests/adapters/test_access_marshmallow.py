"""``dump_only`` and ``load_only`` fields of marshmallow schemas."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from restlite.access import EVERY, Guarded
from restlite.adapters import DumpOptions, find_adapter
from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.violations import Refusal, pointer


class Owner(Schema):
    name = fields.String(required=True)
    secret = fields.String(load_only=True, required=True)
    friend = fields.Nested(lambda: Owner())


class Odd(fields.Integer):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        raise AssertionError


class Book(Schema):
    id = fields.Integer(dump_only=True, data_key="ID", validate=validate.Range(min=5))
    made = fields.DateTime(dump_only=True)
    owner = fields.Nested(Owner, dump_only=True)
    heirs = fields.Nested(Owner, many=True, dump_only=True)
    tags = fields.List(fields.Integer(), dump_only=True)
    prices = fields.Dict(dump_only=True)
    odd = Odd(dump_only=True)
    label = fields.Method("make_label", dump_only=True)
    title = fields.String(required=True)

    def make_label(self, book: dict[str, Any]) -> list[str]:
        return [book["title"]]


def load(schema: Any, raw: bytes) -> Any:
    return MarshmallowAdapter(schema).json_loader()(raw)


def refusals(schema: Any, raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load(schema, raw)
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


def test_what_was_given_is_taken_back_and_dropped() -> None:
    stored = {
        "id": 7,
        "made": dt.datetime(2020, 1, 1),
        "owner": {"name": "Jane", "secret": "SECRET"},
        "heirs": [],
        "tags": [1],
        "prices": {"a": 1},
        "odd": 1,
        "title": "Emma",
    }
    body = MarshmallowAdapter(Book).dumper(DumpOptions())(stored)
    assert b"SECRET" not in body
    assert load(Book, body) == {"title": "Emma"}
    assert load(Book(many=True), b"[" + body + b"]") == [{"title": "Emma"}]
    assert load(Book, b'{"title": "Emma", "ID": null}') == {"title": "Emma"}


def test_another_kind_is_refused() -> None:
    sent = (
        b'{"ID": "7", "made": 5, "owner": [], "heirs": {}, "tags": {}, "prices": [], "odd": {}, "label": {}}'
    )
    assert refusals(Book, sent) == [
        ("/ID", "integer"),
        ("/made", "date_time"),
        ("/owner", "object"),
        ("/heirs", "array"),
        ("/tags", "array"),
        ("/prices", "object"),
        ("/title", "missing"),
    ]
    assert refusals(Book(many=True), b'[{"title": "Emma"}, {"title": "Emma", "ID": "7", "x": 1}]') == [
        ("/1/ID", "integer"),
        ("/1/x", "unknown"),
    ]


def test_a_schema_that_keeps_unknown_members_does_not_keep_these() -> None:
    assert load(Book(unknown="include"), b'{"title": "Emma", "ID": 7, "x": 1}') == {"title": "Emma", "x": 1}


def test_texts_and_forms() -> None:
    for read in (MarshmallowAdapter(Book).text_loader(), MarshmallowAdapter(Book).form_loader()):
        assert read({"title": "Emma", "ID": "7"}) == {"title": "Emma"}
        with pytest.raises(Refusal):
            read({"title": "Emma", "ID": "x"})


def test_a_key_that_another_field_loads_is_no_read_only_one() -> None:
    class Twin(Schema):
        shown = fields.Integer(dump_only=True, data_key="number")
        given = fields.String(load_only=True, data_key="number")

    assert load(Twin, b'{"number": "a"}') == {"given": "a"}


def test_the_members_of_a_schema_can_be_listed() -> None:
    class Shelf(Schema):
        owner = fields.Nested(Owner)
        books = fields.List(fields.Nested(Owner(only=("secret",))))
        many = fields.Nested(Owner, many=True)
        named = fields.Dict(values=fields.Nested(Owner), data_key="Named")
        free = fields.Dict()
        id = fields.Integer(dump_only=True)

    assert find_adapter(Shelf(many=True)).guarded() == (
        Guarded("writeOnly", (EVERY, "owner", "secret"), (EVERY, "owner", "secret")),
        Guarded("writeOnly", (EVERY, "books", EVERY, "secret"), (EVERY, "books", EVERY, "secret")),
        Guarded("writeOnly", (EVERY, "many", EVERY, "secret"), (EVERY, "many", EVERY, "secret")),
        Guarded("writeOnly", (EVERY, "named", EVERY, "secret"), (EVERY, "Named", EVERY, "secret")),
        Guarded("readOnly", (EVERY, "id"), (EVERY, "id")),
    )
