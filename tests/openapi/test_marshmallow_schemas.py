"""What a document says of marshmallow schemas, and that the adapter does as it says."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, fields, post_dump

from restlite.adapters import DumpOptions, WrongAnswer
from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.openapi.marshmallow_schemas import path_of, write
from restlite.openapi.names import path_of as path_in
from tests.openapi.marshmallow_documents import (
    JSON,
    AuthorSchema,
    BookSchema,
    Shelf,
    accepts,
    named,
    property_of,
    ref,
    schema_of,
    validator,
)


def test_each_side_wants_what_it_knows_and_lists_all() -> None:
    read, wrote = schema_of(BookSchema), schema_of(BookSchema, "output")

    assert read["required"] == ["title", "secret"]
    assert wrote["required"] == ["id", "title"]
    for made in (read, wrote):
        assert list(made["properties"]) == ["id", "title", "secret", "author", "sequel", "whole"]
        assert made["properties"]["id"] == {"type": "integer", "readOnly": True}
        assert made["properties"]["secret"] == {"type": "string", "writeOnly": True}
        assert made["additionalProperties"] is False


def test_a_schema_that_nests_a_part_of_itself_is_two_components() -> None:
    written, components, classes = write([ref(BookSchema)])

    assert named(written) == [{"$ref": "#/components/schemas/BookSchema"}]
    shown = named(components)
    assert set(shown) == {"BookSchema", "BookSchemaOnlyIdTitle", "AuthorSchema"}
    assert shown["BookSchema"]["properties"]["sequel"] == {
        "$ref": "#/components/schemas/BookSchemaOnlyIdTitle"
    }
    assert shown["BookSchema"]["properties"]["whole"] == {"$ref": "#/components/schemas/BookSchema"}
    assert list(shown["BookSchemaOnlyIdTitle"]["properties"]) == ["id", "title"]
    assert {path_in(name).rpartition(".")[2] for name in classes.values()} == set(shown)
    assert all(key.startswith("json ") for key in components)


def test_a_nested_schema_that_may_be_null_is_that_schema_or_null() -> None:
    author = schema_of(BookSchema)["properties"]["author"]

    assert author == {"anyOf": [{"$ref": "#/components/schemas/AuthorSchema"}, {"type": "null"}]}
    nullable = fields.Nested(AuthorSchema, allow_none=True, metadata={"description": "Who"})
    assert property_of(nullable) == {
        "description": "Who",
        "anyOf": [{"$ref": "#/components/schemas/AuthorSchema"}, {"type": "null"}],
    }


def test_one_class_in_several_ways_has_one_name() -> None:
    written, components, classes = write(
        [ref(AuthorSchema), ref(AuthorSchema, "output"), ref(AuthorSchema()), ref(AuthorSchema, form="form")]
    )

    assert written[0] == written[2]
    assert [key.partition(" ")[0] for key in components] == ["json", "answer", "form"]
    assert len(set(classes.values())) == 1


def test_schemas_of_other_policy_are_other_components() -> None:
    class Free(Schema):
        class Meta:
            unknown = RAISE

    written, components, _ = write([ref(AuthorSchema), ref(AuthorSchema, strict=False)])

    assert written[0] != written[1]
    closed, opened = components.values()
    assert closed["additionalProperties"] is False
    assert "additionalProperties" not in opened
    assert schema_of(Free, strict=False)["additionalProperties"] is False
    assert "additionalProperties" not in schema_of(AuthorSchema(unknown=INCLUDE))


def test_many_annotations_and_parameters() -> None:
    written, components, _ = write(
        [
            ref(AuthorSchema(many=True)),
            ref(Annotated[dict[str, Any], AuthorSchema()]),
            ref(AuthorSchema, form="text"),
        ]
    )

    reference = {"$ref": "#/components/schemas/AuthorSchema"}
    assert named(written[:2]) == [{"type": "array", "items": reference}, reference]
    assert written[2]["properties"]["born"] == {"type": "string", "format": "date"}
    assert len(components) == 1


def test_what_a_class_says_of_itself() -> None:
    class Told(Schema):
        class Meta:
            title = "Another"
            description = "Of it"

    assert schema_of(AuthorSchema)["description"] == "Who wrote it."
    assert schema_of(Told) == {
        "type": "object",
        "title": "Another",
        "description": "Of it",
        "properties": {},
        "additionalProperties": False,
    }


def test_partial_excuses_and_a_box_may_be_absent() -> None:
    class Form(Schema):
        done = fields.Boolean(required=True)
        name = fields.String(required=True)

    assert schema_of(Form)["required"] == ["done", "name"]
    assert schema_of(Form, form="form")["required"] == ["name"]
    assert schema_of(Form(partial=("name",)))["required"] == ["done"]
    assert "required" not in schema_of(Form(partial=True))


def test_of_two_fields_with_one_name_each_side_has_its_own() -> None:
    class Two(Schema):
        given = fields.Integer(data_key="x", load_only=True)
        shown = fields.String(data_key="x", dump_only=True)

    assert schema_of(Two)["properties"] == {"x": {"type": "integer", "writeOnly": True}}
    assert schema_of(Two, "output")["properties"] == {"x": {"type": "string", "readOnly": True}}


def test_what_a_hook_makes_of_a_whole_answer_is_not_told() -> None:
    class Enveloped(AuthorSchema):
        @post_dump(pass_collection=True)
        def wrap(self, data: Any, **options: Any) -> Any:
            return {"data": data}

    assert write([ref(Enveloped, "output")])[0] == [{}]


@pytest.mark.parametrize(
    ("schema", "expect"),
    [
        (AuthorSchema(), "AuthorSchema"),
        (AuthorSchema(only=("name",)), "AuthorSchemaOnlyName"),
        (AuthorSchema(exclude=("name", "born")), "AuthorSchemaWithoutBornName"),
        (AuthorSchema(partial=True), "AuthorSchemaPartial"),
        (AuthorSchema(partial=("name",)), "AuthorSchemaPartialName"),
        (AuthorSchema(dump_only=("name",)), "AuthorSchemaReadingName"),
        (AuthorSchema(load_only=("name",)), "AuthorSchemaWritingName"),
        (AuthorSchema(unknown=EXCLUDE), "AuthorSchemaLenient"),
        (BookSchema(only=("author.name",)), "BookSchemaOnlyAuthorName"),
        (BookSchema(exclude=("author.name", "whole")), "BookSchemaWithoutAuthorNameWhole"),
        (Shelf(only=("books.title",)), "ShelfOnlyBooksTitle"),
    ],
)
def test_names_tell_the_modifiers(schema: Schema, expect: str) -> None:
    assert path_of(schema).rpartition(".")[2] == expect


@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "secret", "author", "sequel", "whole", "strange"]), JSON, max_size=5
    )
)
@settings(max_examples=300, deadline=None)
def test_nested_schemas_are_read_as_the_document_says(value: dict[str, Any]) -> None:
    if value.get("id") is None:
        value.pop("id", None)  # null is let through where nothing is read; the document need not tell

    assert validator(BookSchema).accepts(value) == accepts(MarshmallowAdapter(BookSchema), value)


@given(st.fixed_dictionaries({"name": JSON}, optional={"born": st.none() | st.dates() | JSON}))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_as_the_document_says(value: dict[str, Any]) -> None:
    write_json = MarshmallowAdapter(AuthorSchema).dumper(DumpOptions(check=True))
    try:
        raw = write_json(value)
    except WrongAnswer:
        return

    assert validator(AuthorSchema, "output").accepts(json.loads(raw))
