"""What ``diff`` decides where the specification leaves it open, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.openapi.changes import Change, breaks
from restlite.openapi.diff import diff
from restlite.openapi.reader import read_document
from tests.openapi.one_operation import document, said

TEXT = {"type": "string"}
INT = {"type": "integer"}


SAME_IN_TWO_VERSIONS: dict[str, tuple[Any, Any]] = {
    "nullable": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "nullable reference": (
        {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
        {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
    ),
    "nullable enum": ({"type": "string", "nullable": True, "enum": ["a", None]}, {"enum": ["a", None]}),
    "exclusive bound": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    "exclusive upper bound": (
        {"type": "number", "maximum": 1, "exclusiveMaximum": True},
        {"type": "number", "exclusiveMaximum": 1},
    ),
    "bound that is not exclusive": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": False},
        {"type": "number", "minimum": 1},
    ),
    "words beside a reference": (
        {"$ref": "#/components/schemas/A", "maxLength": 1},
        {"$ref": "#/components/schemas/A"},
    ),
}


@pytest.mark.parametrize("pair", SAME_IN_TWO_VERSIONS.values(), ids=list(SAME_IN_TWO_VERSIONS))
def test_versions_say_the_same_in_their_own_words(pair: tuple[Any, Any]) -> None:
    schemas = {"A": {"type": "object"}}
    before = document(pair[0], pair[0], version="3.0.3", schemas=schemas)
    after = document(pair[1], pair[1], version="3.1.0", schemas=schemas)
    assert diff(before, after) == []
    assert diff(after, before) == []


def test_nullable_is_no_word_of_newer_versions() -> None:
    schema = {"type": "string", "nullable": True}
    assert said(document(schema, version="3.0.3"), document(schema)) == [
        ("breaking", "nullable", "null is no longer among the values: what clients send may be refused.")
    ]


def test_what_stands_beside_a_reference_counts() -> None:
    schemas = {"A": TEXT}
    new = document({"$ref": "#/components/schemas/A", "maxLength": 1}, schemas=schemas)
    assert said(document({"$ref": "#/components/schemas/A"}, schemas=schemas), new) == [
        ("breaking", "maxLength", "maxLength is 1 now, was none: what clients send may be refused.")
    ]


def test_a_component_is_judged_for_each_use() -> None:
    use = {"$ref": "#/components/schemas/A"}
    old = document(use, use, schemas={"A": {"type": "string", "maxLength": 5}})
    new = document(use, use, schemas={"A": {"type": "string", "maxLength": 9}})
    assert diff(old, new) == [
        Change(
            "breaking",
            "/components/schemas/A/maxLength",
            "maxLength",
            "maxLength is 9 now, was 5: clients may receive what they were not told of.",
        ),
        Change(
            "compatible",
            "/components/schemas/A/maxLength",
            "maxLength",
            "maxLength is 9 now, was 5: what clients send is accepted as before.",
        ),
    ]


def test_an_unused_component_does_not_count() -> None:
    assert diff(document(schemas={"A": TEXT}), document(schemas={"A": INT})) == []


def test_a_new_member_of_an_open_answer_is_told_to_the_strict() -> None:
    old, new = {"type": "object"}, {"type": "object", "properties": {"b": TEXT}}
    assert said(document(answer=old), document(answer=new)) == [
        (
            "compatible",
            "property-added",
            "the property b is new: a client that is strict beyond the document may refuse it.",
        )
    ]
    assert said(document(answer=new), document(answer=old)) == [
        (
            "compatible",
            "property-removed",
            "the property b is gone: clients receive nothing that they were not told of.",
        )
    ]


def test_a_member_may_go_into_the_map_beside_it() -> None:
    old = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT}
    new = {"type": "object", "additionalProperties": TEXT}
    assert diff(document(old), document(new)) == []


def test_a_member_that_may_not_be_is_no_new_member() -> None:
    old, new = {"type": "object"}, {"type": "object", "properties": {"b": False}}
    assert [(each.severity, each.kind) for each in diff(document(old), document(new))] == [
        ("breaking", "property-added")
    ]
    by_pattern = {"type": "object", "patternProperties": {"^b": False}}
    assert [(each.severity, each.kind) for each in diff(document(old), document(by_pattern))] == [
        ("breaking", "type")
    ]


def test_what_is_required_need_not_be_named() -> None:
    old, new = {"type": "object"}, {"type": "object", "required": ["b"]}
    assert said(document(old), document(new)) == [
        ("breaking", "property-required", "the property b is required now: what clients send may be refused.")
    ]


def test_a_recursive_schema_ends() -> None:
    def tree(leaf: Any) -> Any:
        node = {"$ref": "#/components/schemas/Tree"}
        children = {"type": "array", "items": {"anyOf": [node, {"type": "null"}]}}
        schemas = {"Tree": {"type": "object", "properties": {"leaf": leaf, "children": children}}}
        return document(node, schemas=schemas)

    assert diff(tree(TEXT), tree(TEXT)) == []
    assert [(each.severity, each.pointer) for each in diff(tree(TEXT), tree(INT))] == [
        ("breaking", "/components/schemas/Tree/properties/leaf/type")
    ]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_schema_composed_of_itself_ends(keyword: str) -> None:
    node = {"$ref": "#/components/schemas/A"}
    old = document(node, schemas={"A": {keyword: [node, TEXT]}})
    new = document(node, schemas={"A": {keyword: [node, {"type": "string", "maxLength": 1}]}})
    assert diff(old, old) == []
    assert [change.kind for change in diff(old, new)] == ["maxLength"]


def test_a_schema_that_only_names_itself_says_nothing() -> None:
    use = {"$ref": "#/components/schemas/A"}
    old, new = (
        read_document(
            {
                "openapi": "3.1.0",
                "paths": {"/": {"post": {"requestBody": {"content": {"application/json": {"schema": use}}}}}},
                "components": {"schemas": {"A": {**use, "description": description}}},
            },
            check=False,
        )
        for description in ("", "x")
    )
    assert diff(old, new) == []


def test_rules_with_references_within_are_compared_by_meaning() -> None:
    def refused(name: str, schema: Any) -> Any:
        return document({"not": {"$ref": f"#/components/schemas/{name}"}}, schemas={name: schema})

    tree = {"properties": {"a": {"items": {"$ref": "#/components/schemas/A"}, "minItems": 1}}}
    renamed = {"properties": {"a": {"items": {"$ref": "#/components/schemas/B"}, "minItems": 1}}}
    assert diff(refused("A", tree), refused("B", {**renamed, "title": "B"})) == []
    assert said(refused("A", TEXT), refused("B", INT)) == [
        ("breaking", "not", "not changed: what clients send may be refused.")
    ]
    beside = {"not": {"$ref": "#/components/schemas/A", "maxLength": 1}}
    only = {"not": {"$ref": "#/components/schemas/A"}}
    before = document(beside, schemas={"A": TEXT})
    assert [each.kind for each in diff(before, document(only, schemas={"A": TEXT}))] == ["not"]


def test_listed_values_may_keep_rules_by_themselves() -> None:
    listed = {"enum": ["ab", "ac"]}
    assert [
        each.kind for each in diff(document(listed), document({"pattern": "^a.$", "type": "string"}))
    ] == ["enum-removed"]
    for rule, kind in (
        ({"pattern": "^b"}, "pattern"),
        ({"pattern": "("}, "pattern"),
        ({"minLength": 3}, "minLength"),
        ({"maxLength": 1}, "maxLength"),
        ({"format": "date"}, "format"),
    ):
        new = document({"type": "string", **rule})
        assert diff(document(listed), new)[0][:3:2] == ("breaking", kind)
    numbers = {"enum": [4, 8]}
    assert not breaks(diff(document(numbers), document({"type": "integer", "multipleOf": 4, "minimum": 4})))
    assert breaks(diff(document(numbers), document({"type": "integer", "multipleOf": 3})))
    assert breaks(diff(document({"enum": [1.5]}), document(INT)))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ({"type": "number", "multipleOf": 2}, INT),
        ({"type": "integer"}, {"type": "number", "multipleOf": 0.5}),
        ({"type": "array", "maxItems": 1}, {"type": "array", "uniqueItems": True}),
        ({"type": "string", "format": "email"}, {"type": "string", "format": "idn-email"}),
    ],
)
def test_one_rule_may_hold_another(narrow: Any, wide: Any) -> None:
    assert not breaks(diff(document(narrow), document(wide)))


def test_tuples_end_where_their_list_must() -> None:
    pair = {"type": "array", "prefixItems": [TEXT, INT], "maxItems": 2}
    assert diff(document(pair), document({**pair, "items": False})) == []
    open_end = {"type": "array", "prefixItems": [TEXT]}
    closed = document({**open_end, "items": False})
    assert [each.kind for each in diff(document(open_end), closed)] == ["type"]
    assert diff(closed, document({**open_end, "maxItems": 1}))[0][:3:2] == (
        "breaking",
        "maxItems",
    )


def test_unevaluated_items_close_a_tuple() -> None:
    old = {"allOf": [{"type": "array", "prefixItems": [TEXT]}], "type": "array", "unevaluatedItems": False}
    assert diff(document(old), document({"type": "array", "prefixItems": [TEXT], "items": False})) == []
    said_already = {"type": "array", "items": TEXT, "unevaluatedItems": False}
    assert diff(document(said_already), document({"type": "array", "items": TEXT})) == []
    members = {"type": "object", "additionalProperties": TEXT}
    assert diff(document(members), document({**members, "unevaluatedProperties": False})) == []


def test_an_unresolvable_composition_is_cut() -> None:
    branches = [{"type": "string", "pattern": str(at)} for at in range(30)]
    tangled = {"allOf": [{"anyOf": branches}, {"anyOf": branches}, {"anyOf": branches}]}
    assert diff(document(tangled), document(tangled)) == []


def test_nonsense_says_nothing() -> None:
    odd = {
        "type": "any",
        "properties": [],
        "required": "a",
        "enum": "a",
        "anyOf": {},
        "minimum": "1",
        "items": 3,
    }
    old = document(
        odd, odd, parameters=[3, {}, {"in": "path", "name": "gone"}], responses={"x-a": 1, "200": 7}
    )
    assert diff(old, old) == []
    assert diff(old, document(7, parameters={}, security=3, servers=[3], callbacks=[])) == []


def test_more_than_one_thing_left_is_told_together() -> None:
    old = {"type": ["string", "integer", "boolean"]}
    assert said(document(old), document(TEXT)) == [
        (
            "breaking",
            "type",
            "type is string now, was boolean or integer or string: what clients send may be refused.",
        )
    ]
    assert said(document({}), document(False))[0][2].startswith("type is nothing now, was any")


def test_a_long_list_is_clipped() -> None:
    old = {"enum": [f"value {number}" for number in range(50)]}
    (change,) = diff(document(old), document({"enum": ["value 0"]}))
    assert len(change.reason) < 150
    assert "…" in change.reason


def test_the_content_type_is_no_header_of_its_own() -> None:
    done = {"description": "Done.", "headers": {"Content-Type": {"required": True}}}
    assert diff(document(responses={"200": done}), document()) == []


def test_a_query_string_has_no_name() -> None:
    def searching(name: str) -> Any:
        whole = {"in": "querystring", "name": name, "content": {"application/json": {"schema": TEXT}}}
        return document(parameters=[whole], version="3.2.0")

    assert diff(searching("a"), searching("b")) == []


def test_a_parameter_that_moves_and_one_that_comes_are_two() -> None:
    here, there = {"in": "query", "name": "a"}, {"in": "header", "name": "a"}
    assert [each.kind for each in diff(document(parameters=[here]), document(parameters=[here, there]))] == [
        "parameter-added"
    ]
