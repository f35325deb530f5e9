"""Copies leave the user's schema as it is, and end where a schema nests itself."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, fields

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.adapters.marshmallow_mirror import Mirror
from restlite.violations import Refusal


class Node(Schema):
    id = fields.Integer(required=True)
    parent = fields.Nested(lambda: Node(exclude=("children",)))
    children = fields.List(fields.Nested(lambda: Node()))


class Shop(Schema):
    pair = fields.Tuple((fields.Integer(), fields.String()))
    prices = fields.Dict(keys=fields.Integer(), values=fields.Decimal())
    anything = fields.Dict()


def mirrored(schema: Schema) -> tuple[Schema, list[tuple[Any, bool]], list[Schema]]:
    altered: list[tuple[Any, bool]] = []
    schemas: list[Schema] = []
    twin = Mirror(lambda field, is_key: altered.append((field, is_key)), schemas.append).schema(schema)
    return twin, altered, schemas


def test_every_field_is_copied_once() -> None:
    schema = Shop()

    twin, altered, schemas = mirrored(schema)

    kinds = [(type(field).__name__, is_key) for field, is_key in altered]
    assert kinds == [
        ("Integer", False),
        ("String", False),
        ("Tuple", False),
        ("Integer", True),
        ("Decimal", False),
        ("Dict", False),
        ("Dict", False),
    ]
    assert schemas == [twin]
    assert all(twin.fields[name] is not schema.fields[name] for name in schema.fields)
    assert twin.fields["anything"].key_field is None


def test_a_schema_that_nests_itself_ends() -> None:
    twin, _, schemas = mirrored(Node())

    child = twin.fields["children"].inner.schema
    assert child is twin
    assert len(schemas) == 2
    assert child.fields["parent"].schema.fields["parent"].schema is child.fields["parent"].schema


def test_instances_that_a_user_gave_are_kept_apart() -> None:
    class Tagged(Schema):
        def __init__(self, low: int, **options: Any) -> None:
            super().__init__(**options)
            self.low = low

        id = fields.Integer()

    class Two(Schema):
        one = fields.Nested(lambda: Tagged(1))
        two = fields.Nested(lambda: Tagged(2))
        three = fields.Nested(Tagged(1))
        four = fields.Nested(Tagged(1), many=True)

    twin, _, schemas = mirrored(Two())

    nested = [field.schema for field in twin.fields.values()]
    assert [schema.low for schema in nested] == [1, 2, 1, 1]
    assert len({id(schema) for schema in nested}) == 4
    assert len(schemas) == 5


def test_loading_leaves_the_user_s_schema_alone() -> None:
    schema = Node()
    before = dict(vars(schema.fields["id"]))
    MarshmallowAdapter(schema).json_loader()
    MarshmallowAdapter(schema).form_loader()

    assert vars(schema.fields["id"]) == before
    assert schema.load({"id": "5"}) == {"id": 5}


def test_errors_are_found_at_every_depth() -> None:
    load = MarshmallowAdapter(Node).json_loader()

    with pytest.raises(Refusal) as caught:
        load(b'{"id": 1, "children": [{"id": 1, "children": [{"id": "1", "parent": {"x": 1}}]}]}')

    assert caught.value.items == [
        (("children", 0, "children", 0, "id"), "integer", "This must be an integer."),
        (("children", 0, "children", 0, "parent", "id"), "missing", "This is required."),
        (("children", 0, "children", 0, "parent", "x"), "unknown", "This is not known here."),
    ]
