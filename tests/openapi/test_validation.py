"""Values against the schemas of a document, in both directions and all versions."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from restlite.errors import SetupError
from restlite.openapi.engine import engine
from restlite.openapi.reader import DocumentError, read_document
from restlite.openapi.validation import MAX_MISMATCHES, Mismatch, Validators

ROOT = "/components/schemas/Root"


def validators(root: Any, version: str = "3.1.1", **others: Any) -> Validators:
    schemas = {"Root": root, **others}
    info = {"title": "t", "version": "1"}
    return Validators(read_document({"openapi": version, "info": info, "components": {"schemas": schemas}}))


def accepts(
    root: Any, value: Any, version: str = "3.1.1", direction: Any = "response", **others: Any
) -> bool:
    return validators(root, version, **others).at(ROOT, direction).accepts(value)


def errors(root: Any, value: Any, version: str = "3.1.1", direction: Any = "response", **others: Any) -> Any:
    return validators(root, version, **others).at(ROOT, direction).errors(value)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string"}, 1, "must be string, found a number"),
        ({"type": ["string", "null"]}, [], "must be null or string, found a list"),
        ({"required": ["a"]}, {}, 'needs the member "a"'),
        ({"properties": {}, "additionalProperties": False}, {"b": 1}, "may not have the members b"),
        ({"unevaluatedProperties": False}, {"b" * 99: 1}, f"may not have the members {'b' * 63}…"),
        ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], "may not have 1 of its items"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "may not be here"),
        ({"enum": ["a", 1]}, 2, 'must be one of "a", 1'),
        ({"const": {"a": None}}, 2, 'must be {"a": null}'),
        ({"format": "uuid"}, "x", "must be of the format uuid"),
        ({"pattern": "^a$"}, "b", "must match ^a$"),
        ({"minimum": 3}, 2, "must be 3 or more"),
        ({"maximum": 3}, 4, "must be 3 or less"),
        ({"exclusiveMinimum": 3}, 3, "must be more than 3"),
        ({"exclusiveMaximum": 3}, 3, "must be less than 3"),
        ({"multipleOf": 0.25}, 0.3, "must be a multiple of 0.25"),
        ({"minLength": 3}, "ab", "must have 3 characters or more, found 2"),
        ({"maxLength": 3}, "abcd", "must have 3 characters or less, found 4"),
        ({"minItems": 1}, [], "must have 1 items or more, found 0"),
        ({"maxItems": 1}, [1, 2], "must have 1 items or less, found 2"),
        ({"minProperties": 1}, {}, "must have 1 members or more, found 0"),
        ({"maxProperties": 0}, {"a": 1}, "must have 0 members or less, found 1"),
        ({"uniqueItems": True}, [1, 1], "must have items that differ"),
        (
            {"contains": {"type": "string"}},
            [1],
            "must have items that fit contains, in the number that it says",
        ),
        (
            {"propertyNames": {"maxLength": 1}},
            {"ab": 1},
            "has a member whose name does not fit propertyNames",
        ),
        ({"not": {}}, 1, "fits what it may not fit"),
        (False, 1, "may not be here"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, 'needs the member "b"'),
        ({"anyOf": [{"type": "null"}]}, 1, "must be null, found a number"),
        ({"oneOf": [{}, {}]}, 1, "fits several alternatives; it must fit exactly one"),
        ({"pattern": r"^(a|aa)+(?!b)$"}, "a" * 90 + "c", "is too hard to match with its pattern"),
    ],
)
def test_messages(schema: Any, value: Any, message: str) -> None:
    (found,) = errors(schema, value)
    assert found.message == message
    assert found.schema.startswith(ROOT)


def test_mismatches_name_both_places() -> None:
    schema = {"type": "object", "properties": {"by/1": ref("Author")}}
    author = {"properties": {"born": {"type": "integer"}}}
    assert errors(schema, {"by/1": {"born": "x"}}, Author=author) == [
        Mismatch(
            "/by~11/born", "/components/schemas/Author/properties/born/type", "must be integer, found a text"
        )
    ]


def test_of_alternatives_the_nearest_one_is_told() -> None:
    cat = {"type": "object", "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}}
    dog = {"type": "object", "properties": {"kind": {"const": "dog"}, "barks": {"type": "boolean"}}}
    union = {"oneOf": [{"type": "null"}, dog, {**cat, "required": ["lives"]}, {"type": "integer"}]}
    assert [each.message for each in errors(union, {"kind": "cat"})] == ['needs the member "lives"']
    assert [each.pointer for each in errors(union, {"kind": "dog", "barks": 1})] == ["/barks"]


def test_mismatches_are_limited() -> None:
    found = errors({"items": {"type": "string"}}, list(range(1000)))
    assert len(found) == MAX_MISMATCHES
    assert errors({"items": {"type": "string"}}, []) == []


def test_recursion() -> None:
    node = {"properties": {"next": ref("Root"), "n": {"type": "integer"}}}
    assert [each.pointer for each in errors(node, {"next": {"next": {"n": "x"}}})] == ["/next/next/n"]


@pytest.mark.parametrize(
    ("written", "good", "bad"),
    [
        ("date", ["2024-02-29"], ["2023-02-29", "0"]),
        ("date-time", ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00", "2024-01-01t10:00:00.5+01:00"], ["0"]),
        ("date-time", [], ["2024-13-01T10:00:00Z", "2024-01-01", "2024-01-01T25:00:00Z"]),
        ("time", ["10:00:00Z", "10:00:00", "23:59:60Z"], ["10:00", "24:00:00", "10:00:61", "10:00:00+25:00"]),
        ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567e89b12d3a456426614174000"]),
        ("email", ["a@example.com"], ["a"]),
        ("uri", ["https://example.com/"], ["/a", "http://a b"]),
        ("ipv4", ["192.0.2.1"], ["192.0.2.256"]),
        ("ipv6", ["::1"], ["1:::"]),
        ("byte", ["YQ==", ""], ["Y", "***", "ü"]),
        ("int32", [2**31 - 1, -(2**31)], [2**31, -(2**31) - 1]),
        ("int64", [2**63 - 1], [2**63]),
        ("unknown", ["anything"], []),
    ],
)  # fmt: skip
def test_formats(written: str, good: list[Any], bad: list[Any]) -> None:
    schema = {"format": written}
    assert [value for value in good if not accepts(schema, value)] == []
    assert [value for value in bad if accepts(schema, value)] == []


def test_members_of_one_direction() -> None:
    book = {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "made": ref("Made"),
            "secret": {"type": "string", "writeOnly": True},
            "other": True,
        },
        "required": ["id", "made", "secret"],
        "additionalProperties": False,
    }
    found = validators(book, Made={"type": "string", "readOnly": True})
    sent, got = found.at(ROOT, "request"), found.at(ROOT, "response")
    assert sent.accepts({"secret": "x"})
    assert sent.accepts({"secret": "x", "id": 1})
    assert {each.message for each in sent.errors({"id": "x"})} == {
        'needs the member "secret"',
        "must be integer, found a text",
    }
    assert got.accepts({"id": 1, "made": "x"})
    assert got.errors({"id": 1, "made": "x", "secret": "s"}) == [
        Mismatch("/secret", f"{ROOT}/properties/secret", "may not be here")
    ]


def test_required_in_another_part_than_the_read_only_member() -> None:
    whole = {"allOf": [ref("Base"), {"required": ["id", "name"]}, True]}
    base = {
        "properties": {"id": {"readOnly": True}, "name": {}, "parent": ref("Base")},
        "allOf": [ref("Base")],
    }
    assert accepts(whole, {"name": "x"}, direction="request", Base=base)
    assert not accepts(whole, {"name": "x"}, direction="response", Base=base)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, [None, "a"], [1]),
        ({"type": "string", "nullable": True, "enum": ["a"]}, [None, "a"], ["b"]),
        ({"nullable": True, "allOf": [ref("Other")]}, [None, 1], ["a"]),
        ({"minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"maximum": 1, "exclusiveMaximum": True}, [0], [1]),
        ({"maximum": 1, "exclusiveMaximum": False}, [1], [2]),
        ({**ref("Other"), "minimum": 10}, [1], ["a"]),
    ],
)
def test_words_of_3_0(schema: Any, good: list[Any], bad: list[Any]) -> None:
    other = {"type": "integer"}
    assert [value for value in good if not accepts(schema, value, "3.0.4", Other=other)] == []
    assert [value for value in bad if accepts(schema, value, "3.0.4", Other=other)] == []


def test_siblings_of_a_reference_count_since_3_1() -> None:
    assert not accepts({**ref("Other"), "minimum": 10}, 1, Other={"type": "integer"})
    assert accepts({"$dynamicRef": "#node"}, 1, Other={"$dynamicAnchor": "node"})


def test_the_place_of_a_nullable_schema_is_its_own() -> None:
    schema = {"type": "object", "properties": {"a": {"nullable": True, "oneOf": [{"type": "integer"}]}}}
    (found,) = errors(schema, {"a": "x"}, "3.0.4")
    assert found.schema == f"{ROOT}/properties/a/oneOf/0/type"


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"required": True}, f"#{ROOT}/required: found a boolean; expected a list of names."),
        ({"type": "any"}, f"#{ROOT}/type: found 'any'; expected a type of JSON Schema."),
        ({"type": []}, f"#{ROOT}/type: found []; expected a type of JSON Schema."),
        ({"minimum": "3"}, f"#{ROOT}/minimum: found a text; expected a number."),
        ({"minLength": -1}, f"#{ROOT}/minLength: found a number; expected a whole number, 0 or more."),
        ({"multipleOf": 0}, f"#{ROOT}/multipleOf: found a number; expected a number above 0."),
        ({"enum": "a"}, f"#{ROOT}/enum: found a text; expected a list of values."),
        ({"uniqueItems": 1}, f"#{ROOT}/uniqueItems: found a number; expected true or false."),
        ({"dependentRequired": {"a": 1}}, f"#{ROOT}/dependentRequired: found a mapping; expected lists"),
        ({"format": 1}, f"#{ROOT}/format: found a number; expected a text."),
        ({"allOf": {}}, f"#{ROOT}/allOf: found a mapping; expected a list of schemas."),
        ({"properties": []}, f"#{ROOT}/properties: found a list; expected a mapping of schemas."),
        ({"items": [{}]}, f"#{ROOT}/items: found a list; expected a schema."),
        ({"pattern": "["}, f"#{ROOT}/pattern: found '['; expected a regular expression of ECMA-262."),
        ({"patternProperties": {"(": {}}}, f"#{ROOT}/patternProperties: found '('; expected a regular"),
    ],
)  # fmt: skip
def test_keywords_that_mean_nothing_are_left_out_and_listed(schema: Any, said: str) -> None:
    found = validators(schema)
    assert found.at(ROOT, "response").accepts("anything")
    assert str(found.faults[0]).startswith(said)


def test_a_schema_that_is_none_is_told() -> None:
    found = validators(True, Other={"discriminator": {"propertyName": 1}, "required": ["a"]})
    assert found.at(ROOT, "request").accepts(1)
    assert not found.at("/components/schemas/Other", "request").accepts({})
    with pytest.raises(DocumentError, match="#/components/schemas/No: found nothing"):
        found.at("/components/schemas/No", "request")


def test_a_wrong_reference_is_told_when_it_is_met() -> None:
    document = read_document({"openapi": "3.1.0", "components": {"schemas": {"A": ref("B")}}}, check=False)
    with pytest.raises(DocumentError, match="which names nothing"):
        Validators(document).at("/components/schemas/A", "request").accepts(1)


def test_validators_are_made_once() -> None:
    found = validators({"type": "string"})
    assert found.at(ROOT, "request") is found.at(ROOT, "request")
    assert found.at(ROOT, "request") is not found.at(ROOT, "response")


def test_what_cannot_be_compiled_is_told() -> None:
    document = read_document({"openapi": "3.1.0", "components": {"schemas": {"A": True}}})
    found = Validators(document).at("/components/schemas/A", "request")
    found.bundle.definitions[found.bundle.root] = {"type": "any"}
    with pytest.raises(DocumentError) as caught:
        found.accepts(1)
    assert str(caught.value).startswith("#/components/schemas/A: found a schema that cannot be compiled: ")
    assert str(caught.value).endswith("expected JSON Schema.")


def test_discriminators_name_definitions() -> None:
    union = {
        "oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"c": "Cat", "w": "#/components/schemas/Dog", "x": 1},
        },
    }
    found = validators(union, Cat={"title": "c"}, Dog={"title": "d"}).at(ROOT, "request").bundle
    said = found.definitions[found.root]["discriminator"]
    assert said["propertyName"] == "kind"
    cat, dog = (branch["$ref"] for branch in found.definitions[found.root]["oneOf"][:2])
    assert said["mapping"] == {"c": cat, "w": dog}
    plain = validators(union | {"discriminator": {"propertyName": "kind"}}, Cat=True, Dog=True).at(
        ROOT, "request"
    )
    assert set(plain.bundle.definitions[plain.bundle.root]["discriminator"]["mapping"]) == {"Cat", "Dog"}


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    with pytest.raises(SetupError) as caught:
        engine()
    assert str(caught.value) == (
        "Checking values against a document needs jsonschema-rs.\n    Write: pip install 'restlite[contract]'"
    )
