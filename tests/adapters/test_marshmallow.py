"""The adapter as a whole: JSON in, parameters, and what is loaded is written again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from restlite.adapters import DumpOptions
from restlite.adapters.marshmallow import MarshmallowAdapter, is_schema
from restlite.records import SchemaRef
from restlite.violations import Malformed, Refusal, pointer


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


def test_schemas_are_told_from_other_annotations() -> None:
    assert is_schema(Book)
    assert is_schema(Book())
    assert not is_schema(dict[str, Any])


def test_describe_points_to_the_schema_as_given() -> None:
    assert MarshmallowAdapter(Book).describe("input") == SchemaRef(Book, "marshmallow", "input", True, "json")
    schema = Book(many=True)
    adapter = MarshmallowAdapter(schema, strict=False)
    assert adapter.describe("output", "text") == SchemaRef(schema, "marshmallow", "output", False, "text")
    assert adapter.schema is schema


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "The body is empty; JSON was expected."),
        (b" \n", "The body is empty; JSON was expected."),
        (b"{", "The body is not valid JSON at line 1 column 1."),
        (b'{"a":\n tru}', "The body is not valid JSON at line 2 column 5."),
        (b"\xef\xbb\xbf{}", "The body is not valid JSON at line 1 column 1."),
        (b'"\xff"', "The body is not valid JSON at line 1 column 2."),
        (b'{"Title": "\\ud800"}', "The body is not valid JSON at line 1 column 18."),
        (b'{"extra": NaN}', "The body is not valid JSON at line 1 column 11."),
        (b'{"extra": -Infinity}', "The body is not valid JSON at line 1 column 12."),
        (b"[" * 100_000, "The body is not valid JSON at line 1 column 202."),
        (b'{"extra": ' + b"[" * 100_000, "The body is not valid JSON at line 1 column 211."),
        (b'{"id": ' + b"1" * 5000 + b"}", "The body is not valid JSON at line 1 column 4309."),
    ],
)
def test_malformed_bodies(raw: bytes, detail: str) -> None:
    with pytest.raises(Malformed) as caught:
        MarshmallowAdapter(Book).json_loader()(raw)
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    "raw", [b'{"Title": "A", "Title": "B"}', b'{"extra": [{"Title": 1, "\\u0054itle": 2}]}']
)
def test_a_name_given_twice(raw: bytes) -> None:
    with pytest.raises(Malformed, match='the key "Title" stands twice'):
        MarshmallowAdapter(Book).json_loader()(raw)


def test_numbers_beyond_the_range_are_refused_with_all_else() -> None:
    load = MarshmallowAdapter(
        Schema.from_dict({"x": fields.Raw(), "f": fields.Float(), "i": fields.Integer()})
    ).json_loader()

    with pytest.raises(Refusal) as caught:
        load(b'{"x": {"a/b": [1, -1e400, {"c": ' + b"9" * 400 + b'.0}]}, "f": 1e999, "i": 1e999}')
    assert [(pointer(steps), code) for steps, code, _ in caught.value.items] == [
        ("/f", "finite"),
        ("/i", "integer"),
        ("/x/a~1b/1", "finite"),
        ("/x/a~1b/2/c", "finite"),
    ]
    with pytest.raises(Refusal) as caught:
        load(b'{"x": [' + b"1e999," * 100 + b"1]}")
    assert len(caught.value.items) == 50
    assert load(b'{"x": "1e999"}') == {"x": "1e999"}


def test_nothing_of_the_input_is_told() -> None:
    load = MarshmallowAdapter(Book).json_loader()

    with pytest.raises(Refusal) as caught:
        load(b'{"Title": ["s3cret"], "author": "s3cret", "tags": {"s3cret": 1}, "price": "s3cret"}')

    assert "s3cret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_parameters() -> None:
    class Filters(Schema):
        limit = fields.Integer(required=True, data_key="max")
        tags = fields.List(fields.String())
        pair = fields.Tuple((fields.Integer(), fields.Integer()))
        ids = fields.Pluck(Author, "name", many=True)
        one = fields.Pluck(Author, "name")
        shown = fields.Integer(dump_only=True)

    assert MarshmallowAdapter(Filters).parameters() == [
        ("max", False, True),
        ("tags", True, False),
        ("pair", True, False),
        ("ids", True, False),
        ("one", False, False),
    ]
    assert not any(required for _, _, required in MarshmallowAdapter(Filters(partial=True)).parameters())
    assert MarshmallowAdapter(Filters(partial=("tags",))).parameters()[0].required


def test_text_of_a_whole_schema() -> None:
    class Filters(Schema):
        limit = fields.Integer(load_default=10)
        tags = fields.List(fields.String())

    load = MarshmallowAdapter(Filters).text_loader()

    assert load({}) == {"limit": 10}
    assert load({"limit": "5", "tags": ["a", "b"]}) == {"limit": 5, "tags": ["a", "b"]}
    with pytest.raises(Refusal) as caught:
        load({"limit": "x", "offset": "1"})
    assert caught.value.items == [
        (("limit",), "integer", "This must be an integer."),
        (("offset",), "unknown", "This is not known here."),
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=8)
authors = st.fixed_dictionaries({"name": texts}, optional={"born": st.none() | st.dates().map(str)})
books = st.fixed_dictionaries(
    {"Title": st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)},
    optional={
        "price": st.integers(-(10**6), 10**6) | st.decimals(0, 10**6, places=2).map(str),
        "secret": texts,
        "author": authors,
        "tags": st.lists(texts),
        "extra": st.recursive(
            st.integers() | texts | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
            max_leaves=5,
        ),
    },
)
_load, _dump = (
    MarshmallowAdapter(Book).json_loader(),
    MarshmallowAdapter(Book).dumper(DumpOptions(check=True)),
)


@settings(max_examples=100)
@given(books)
def test_well_typed_data_loads_as_marshmallow_loads_it(data: Any) -> None:
    loaded = _load(json.dumps(data).encode())

    assert loaded == Book().load(data)
    written = json.loads(_dump(loaded))
    again = {**written, "price": str(Decimal(written["price"]))} if "price" in written else written
    assert _load(json.dumps(again).encode()) == {name: loaded[name] for name in loaded if name != "secret"}


def test_one_loader_serves_many_threads() -> None:
    def one(number: int) -> Any:
        if number % 2:
            return _load(b'{"Title": "%d"}' % number)["title"] == str(number)
        with pytest.raises(Refusal) as caught:
            _load(b'{"Title": %d}' % number)
        return [code for _, code, _ in caught.value.items] == ["string"]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(400)))
