"""What marshmallow's own options and hooks do, they do behind the guards too."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import (
    EXCLUDE,
    INCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validates,
    validates_schema,
)

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.violations import Refusal, pointer


class Book(Schema):
    id = fields.Integer(dump_only=True)
    title = fields.String(required=True)
    pages = fields.Integer()


def load(schema: Any, raw: bytes, *, strict: bool = True) -> Any:
    return MarshmallowAdapter(schema, strict=strict).json_loader()(raw)


def refusals(schema: Any, raw: bytes, *, strict: bool = True) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load(schema, raw, strict=strict)
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


@pytest.mark.parametrize("schema", [Book, Book()])
def test_class_and_instance(schema: Any) -> None:
    assert load(schema, b'{"title": "A"}') == {"title": "A"}
    assert refusals(schema, b'{"pages": "5", "x": 1}') == [
        ("/title", "missing"),
        ("/pages", "integer"),
        ("/x", "unknown"),
    ]
    assert refusals(schema, b"[]") == [("", "object")]
    assert refusals(schema, b"null") == [("", "object")]


def test_many() -> None:
    schema = Book(many=True)

    assert load(schema, b'[{"title": "A"}, {"title": "B"}]') == [{"title": "A"}, {"title": "B"}]
    assert refusals(schema, b'[{"title": 1}, 5, {"x": 1}]') == [
        ("/0/title", "string"),
        ("/1", "object"),
        ("/2/title", "missing"),
        ("/2/x", "unknown"),
    ]
    assert refusals(schema, b'{"title": "A"}') == [("", "array")]
    assert len(refusals(schema, b"[" + b"0," * 50_000 + b"0]")) == 50


def test_many_of_a_schema_whose_errors_have_no_index() -> None:
    class Plain(Book):
        class Meta:
            many = True
            index_errors = False

    assert refusals(Plain, b'[{"title": "A"}, {}]') == [("/1/title", "missing")]


def test_partial() -> None:
    assert load(Book(partial=True), b"{}") == {}
    assert load(Book(partial=("title",)), b'{"pages": 1}') == {"pages": 1}
    assert refusals(Book(partial=("pages",)), b"{}") == [("/title", "missing")]
    assert refusals(Book(partial=True), b'{"title": null}') == [("/title", "null")]


def test_only_and_exclude() -> None:
    assert refusals(Book(only=("pages",)), b'{"title": "A"}') == [("/title", "unknown")]
    assert refusals(Book(exclude=("pages",)), b'{"title": "A", "pages": 1}') == [("/pages", "unknown")]


class Included(Book):
    class Meta:
        unknown = INCLUDE


class Raising(Book):
    class Meta:
        unknown = RAISE


@pytest.mark.parametrize("strict", [True, False])
def test_what_a_schema_says_of_unknown_members_wins(strict: bool) -> None:
    raw = b'{"title": "A", "x": 1}'

    assert load(Included, raw, strict=strict) == {"title": "A", "x": 1}
    assert load(Book(unknown=EXCLUDE), raw, strict=strict) == {"title": "A"}
    assert refusals(Raising, raw, strict=strict) == [("/x", "unknown")]


def test_without_strictness_objects_are_open() -> None:
    class Shelf(Schema):
        book = fields.Nested(Book)
        closed = fields.Nested(Book, unknown=RAISE)

    raw = b'{"book": {"title": "A", "x": 1}, "y": 2}'

    assert load(Shelf, raw, strict=False) == {"book": {"title": "A"}}
    assert refusals(Shelf, raw) == [("/book/x", "unknown"), ("/y", "unknown")]
    assert refusals(Shelf, b'{"closed": {"title": "A", "x": 1}}', strict=False) == [("/closed/x", "unknown")]


class Hooked(Schema):
    low = fields.Integer(required=True, data_key="Low")
    high = fields.Integer(required=True)

    @pre_load(pass_collection=False)
    def unwrap(self, data: Any, **kwargs: Any) -> Any:
        if "range" not in data:
            raise ValidationError("no range in it")
        return data["range"]

    @validates("low")
    def is_even(self, value: int, data_key: str) -> None:
        if value % 2:
            raise ValidationError(f"{value} is odd")

    @validates_schema
    def is_ordered(self, data: Any, **kwargs: Any) -> None:
        if data["low"] > data["high"]:
            raise ValidationError("not ordered", "high")
        if data["low"] == data["high"]:
            raise ValidationError("empty")

    @post_load
    def as_tuple(self, data: Any, **kwargs: Any) -> tuple[int, int]:
        return data["low"], data["high"]


def test_hooks() -> None:
    assert load(Hooked, b'{"range": {"Low": 2, "high": 5}}') == (2, 5)
    assert refusals(Hooked, b'{"range": {"Low": "2", "high": 5}}') == [("/Low", "integer")]
    assert refusals(Hooked, b'{"range": {"Low": 1, "high": 5}}') == [("/Low", "invalid")]
    assert refusals(Hooked, b'{"range": {"Low": 4, "high": 2}}') == [("/high", "invalid")]
    assert refusals(Hooked, b'{"range": {"Low": 4, "high": 4}}') == [("", "invalid")]
    assert refusals(Hooked, b'{"Low": 4}') == [("", "invalid")]
    assert load(Hooked(many=True), b'[{"range": {"Low": 2, "high": 5}}]') == [(2, 5)]


def test_a_field_s_own_preparation_comes_before_the_guard() -> None:
    class Tidy(Schema):
        count = fields.Integer(pre_load=lambda value: int(value) if value == "many" * 0 + "5" else value)

    assert load(Tidy, b'{"count": "5"}') == {"count": 5}
    assert refusals(Tidy, b'{"count": "6"}') == [("/count", "integer")]


def test_a_handler_of_errors_sees_plain_sentences() -> None:
    seen: list[Any] = []

    class Told(Book):
        def handle_error(self, error: ValidationError, data: Any, **kwargs: Any) -> None:
            seen.append(error.messages)

    assert refusals(Told, b"{}") == [("/title", "missing")]
    assert seen == [{"title": ["This is required."]}]


def test_methods_functions_and_constants_are_the_user_s() -> None:
    class Computed(Schema):
        doubled = fields.Function(deserialize=lambda value: value * 2)
        length = fields.Method(deserialize="measure")
        kind = fields.Constant("book")

        def measure(self, value: Any) -> int:
            return len(value)

    assert load(Computed, b'{"doubled": "ab", "length": "abc"}') == {
        "doubled": "abab",
        "length": 3,
        "kind": "book",
    }


def test_a_handler_s_schema_too_deep_for_python_is_refused() -> None:
    class Node(Schema):
        child = fields.Nested(lambda: Node())

    depth = 190
    assert refusals(Node, b'{"child":' * depth + b"{}" + b"}" * depth) == [("", "too_deep")]
