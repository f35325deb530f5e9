"""Values from schemas: what is chosen, what stays the same, and what is told where none can be made."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from sampled import ROOT, impossible, ref, sampler, typed, value

from restlite.openapi.generate import Generator
from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validators


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"example": "x"}, "x"),
        ({"examples": ["a", "b"]}, "a"),
        (typed("string", examples=[1, "b"]), "b"),
        ({"default": [], "type": "array"}, []),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": [None, 7]}, 7),
        ({"enum": [None]}, None),
        ({"enum": ["a", 1], "type": "integer"}, 1),
        ({"enum": [1, 2], "not": {"const": 1}}, 2),
        ({"enum": [1, 2], "not": {"enum": [2]}}, 1),
        ({"allOf": [{"enum": [1, True, [1], {"a": 1}]}, {"enum": [[1.0], {"a": 1}]}], "type": "array"}, [1]),
        (typed("null"), None),
        ({"allOf": [typed("number"), typed("integer", minimum=4, maximum=4)]}, 4),
        (typed("number", minimum=0.1, maximum=0.1), 0.1),
        (typed("number", exclusiveMinimum=1, exclusiveMaximum=1.5, multipleOf=0.25), 1.25),
        (typed("string", maxLength=0), ""),
        (typed("string", pattern="^$"), ""),
        ({"minimum": 5, "maximum": 5}, 5),
        ({"allOf": [{"maximum": 5}, {"maximum": 9}, {"minimum": 5}, {"minimum": 1}]}, 5),
        ({"enum": [1], "default": 2}, 1),
        (typed("integer", example=True, minimum=3, maximum=3), 3),
        (typed("integer", multipleOf=0.7, minimum=1, maximum=13), 7),
        (typed("integer", maximum=-7, minimum=-7), -7),
        ({"maxItems": 0, "items": True}, []),
    ],
)
def test_what_is_chosen(schema: Any, found: Any) -> None:
    assert value(schema) == found


def test_given_examples_come_first_if_they_are_valid() -> None:
    made = sampler(typed("integer", example=3))
    assert made.value("op", examples=["x", 7]) == 7
    assert made.value("op", examples=["x"]) == 3


def test_a_wrong_example_is_made_good() -> None:
    book = typed(
        "object", properties={"id": typed("integer", example=1.5), "by": ref("By")}, example={"id": "x"}
    )
    by = typed("object", properties={"n": typed("string")}, required=["n"], example={"m": 1})
    found = value(book, others={"By": by})
    assert isinstance(found["id"], int)
    assert isinstance(found["by"]["n"], str)


def test_objects() -> None:
    properties = {"a": typed("integer"), "b": typed("string"), "never": False, "c": {"x-unknown": 1}}
    found = value(
        typed("object", properties=properties, required=["d"], additionalProperties=typed("boolean"))
    )
    assert list(found) == ["a", "b", "c", "d"]
    assert isinstance(found["d"], bool)
    assert len(value(typed("object", properties=properties, maxProperties=1, required=["b"]))) == 1
    assert len(value(typed("object", properties={"a": True}, minProperties=4))) == 4
    assert len(value(typed("object", additionalProperties=typed("integer")))) == 1
    assert value(typed("object")) == {}
    named = value(typed("object", patternProperties={"^x-[a-z]{3}$": typed("null")}, minProperties=2))
    assert all(re.fullmatch("x-[a-z]{3}", name) for name in named)
    enumerated = {"propertyNames": {"enum": ["p", "q"]}, "minProperties": 2}
    assert set(value(typed("object", **enumerated))) == {"p", "q"}
    assert "no more names are free" in impossible(typed("object", **{**enumerated, "minProperties": 3}))
    assert "needs 2 members, and may have 1" in impossible(
        typed("object", required=["a", "b"], maxProperties=1)
    )
    assert value(typed("object", additionalProperties=typed("integer"), propertyNames=False)) == {}
    closed = typed("object", minProperties=1, additionalProperties=False, properties={"a": False})
    assert "no more names are free" in impossible(closed)


def test_members_that_cannot_be_are_left_out() -> None:
    odd = typed("string", **{"not": {"minLength": 0}})
    assert value(typed("object", properties={"a": typed("integer"), "odd": odd})).keys() == {"a"}
    assert "/odd" in impossible(typed("object", properties={"odd": odd}, required=["odd"]))


def test_members_that_depend_on_others() -> None:
    schema = typed(
        "object", properties={"a": True, "b": True, "c": False}, dependentRequired={"a": ["c"], "b": ["a"]}
    )
    assert set(value(schema)) <= {"a", "b"}
    needs = typed(
        "object", required=["a"], dependentRequired={"a": ["z"]}, properties={"z": typed("integer")}
    )
    assert isinstance(value(needs)["z"], int)
    dependent = typed("object", properties={"a": {}}, dependentSchemas={"a": {"required": ["k"]}})
    found = value(dependent)
    assert "a" not in found or "k" in found


def test_parts_are_merged() -> None:
    base = typed("object", properties={"id": typed("integer", minimum=5)}, required=["id"])
    whole = {"allOf": [ref("Base"), {"properties": {"id": {"maximum": 5}, "b": True}}, ref("Base"), True]}
    found = value(whole, others={"Base": base})
    assert found["id"] == 5
    closed = {
        "allOf": [{**base, "additionalProperties": False}, {"properties": {"b": {}}, "required": ["b"]}]
    }
    assert impossible(closed).startswith('no valid value could be made: "/b" may not be here')
    assert "the value may not be here" in impossible({"allOf": [typed("string"), typed("integer")]})
    assert "may not be here" in impossible({"allOf": [{"const": 1}, {"const": 2}]})
    assert "no number lies within its bounds" in impossible(typed("integer", minimum=5, maximum=4))
    assert impossible({"not": True}) == (
        f"no valid value could be made: the value may not be here: its schemas leave no value ({ROOT})"
    )


def test_choices() -> None:
    cat = typed("object", properties={"kind": typed("string"), "lives": typed("integer")}, required=["kind"])
    dog = typed("object", properties={"kind": typed("string"), "barks": typed("boolean")}, required=["kind"])
    union = {"oneOf": [ref("Cat"), ref("Dog"), typed("null")], "discriminator": {"propertyName": "kind"}}
    closed = {"additionalProperties": False}
    made = sampler(union, others={"Cat": {**cat, **closed}, "Dog": {**dog, **closed}})
    found = [made.value("op", index) for index in range(20)]
    assert {each["kind"] for each in found} == {"Cat", "Dog"}
    assert all(("lives" in each) == (each["kind"] == "Cat") for each in found)
    assert value({"anyOf": [False, typed("integer")]}) == value({"anyOf": [False, typed("integer")]})
    open_ones = {"oneOf": [typed("object", properties={"a": {}}), typed("object", required=["b"])]}
    assert "b" not in value(open_ones)
    assert "fits several alternatives" in impossible({"oneOf": [{"const": 1}, {"enum": [1]}]})


def test_conditions() -> None:
    when = {"properties": {"c": {"const": "US"}}, "required": ["c"]}
    schema = typed("object", properties={"c": {"enum": ["US", "DE"]}, "zip": typed("string")}, required=["c"])
    schema |= {"if": when, "then": {"required": ["zip"]}, "else": {"properties": {"zip": False}}}
    made = sampler(schema)
    found = [made.value("op", index) for index in range(20)]
    assert {each["c"] for each in found} == {"US", "DE"}


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {"type": "string"}},
        {"not": {"type": ["number", "string"]}},
        {"not": False},
        {"not": {"required": ["a"]}, "type": "object", "properties": {"a": {}, "b": {}}},
        {"type": "object", "not": {"required": []}, "oneOf": [{}, False]} | {"not": {"required": ["q", "r"]}},
        {"not": {"type": "string", "minLength": 3}, "minLength": 1, "type": ["string", "integer"]},
        {"type": ["null", "object"]},
        {"type": "boolean", "not": {"const": True}},
    ],
)
def test_what_may_not_fit(schema: Any) -> None:
    value(schema)


def test_nothing_fits_a_refusal_of_everything() -> None:
    assert "may not be here" in impossible({"type": "object", "not": {"required": []}})


def test_lists() -> None:
    assert len(value(typed("array", items=typed("string")))) == 2
    assert len(set(value(typed("array", items={"enum": [1, 2, 3]}, uniqueItems=True, minItems=3)))) == 3
    assert len(value(typed("array", items={}, minItems=1, maxItems=1))) == 1
    found = value(typed("array", prefixItems=[typed("integer"), typed("string")], items=False))
    assert [type(item) for item in found] == [int, str]
    assert any(item == 7 for item in value(typed("array", items=typed("integer"), contains={"const": 7})))
    wanted = typed("array", contains={"const": 7}, minContains=2, items=typed("integer"), maxContains=2)
    assert value(wanted).count(7) == 2
    assert value(typed("array", contains={"const": 7}, minContains=0)) is not None
    assert len(value(typed("array", contains={}, minContains=3))) >= 3
    assert 7 in value(
        typed("array", prefixItems=[typed("string")], contains={"const": 7}, unevaluatedItems=False)
    )
    assert value(typed("array", prefixItems=[{"const": 7}], items=False, contains={"const": 7})) == [7]
    assert value(typed("array", prefixItems=[typed("integer"), False])) != []
    assert "needs 2 items, and may have 1" in impossible(typed("array", minItems=2, maxItems=1))
    assert "cannot differ" in impossible(typed("array", items={"const": 1}, uniqueItems=True, minItems=2))
    assert "or what may not be" in impossible(typed("array", items=False, minItems=1))
    assert "needs 1 items, and may have 0" in impossible(
        typed("array", prefixItems=[], items=False, contains={})
    )
    late = typed("array", prefixItems=[typed("integer"), typed("string")], maxItems=2, contains={"const": 7})
    assert value(late)[0] == 7
    assert value(typed("array", prefixItems=[True, False], minItems=1, maxItems=2)) != []
    required = typed("array", prefixItems=[True, False], minItems=2)
    assert '"/1" may not be here' in impossible(required)
    refused = typed("array", prefixItems=[typed("string")], maxItems=1, contains=typed("integer"))
    assert "may not be here" in impossible(refused)
    deep = typed(
        "array", items=typed("array", items=typed("object", properties={"a": True}), uniqueItems=True)
    )
    value(deep)


def test_recursion_ends() -> None:
    node = typed(
        "object", properties={"name": typed("string"), "children": typed("array", items=ref("Root"))}
    )
    assert len(json.dumps(value(node))) < 1000
    tree = {"anyOf": [typed("object", properties={"left": ref("Root"), "right": ref("Root")},
                            required=["left", "right"]), typed("integer")]}  # fmt: skip
    value(tree)
    linked = typed("object", properties={"next": {"anyOf": [ref("Root"), typed("null")]}}, required=["next"])
    value(linked)
    nullable = {"type": ["object", "null"], "properties": {"next": ref("Root")}, "required": ["next"]}
    value(nullable)
    assert isinstance(value(typed("array", items=ref("Root"))), list)
    deep = typed("object", properties={"a": {"anyOf": [typed("object", properties={"b": True}), False]}})
    for _ in range(6):
        deep = typed("object", properties={"a": {"anyOf": [deep, False]}})
    value(deep)
    itself = sampler({"anyOf": [ref("Root"), typed("integer")]})
    assert all(itself.validator.accepts(itself.value("op", index)) for index in range(6))
    lists = typed("array", items=ref("Root"), minItems=1)
    assert "must hold itself without end, or what may not be" in impossible(lists)
    endless = typed("object", properties={"next": ref("Root")}, required=["next"])
    assert impossible(endless) == (
        f"no valid value could be made: the value must hold itself without end, or what may not be ({ROOT})"
    )


def test_endless_work_is_cut_short() -> None:
    assert "was not found among 40,000 tries" in impossible(typed("array", items=True, minItems=50_000))


@pytest.mark.parametrize(
    "bound", [{"maximum": -5}, {"minimum": -500}, {"minimum": 10**9}, {"minimum": 0, "maximum": 1e-9}]
)
def test_open_bounds(bound: Any) -> None:
    value(typed("number", **bound))


def test_wide_schemas_stay_small() -> None:
    leaf: dict[str, Any] = typed("string")
    for _ in range(7):
        leaf = typed("object", properties={f"p{number}": leaf for number in range(6)})
    assert len(json.dumps(value(leaf))) < 200_000


def test_one_new_member_changes_nothing_else() -> None:
    properties = {name: typed("string") for name in ("a", "b", "c")}
    before = value(typed("object", properties=properties))
    after = value(typed("object", properties={"new": typed("integer"), **properties}))
    assert {name: after[name] for name in before} == before


def test_operation_index_and_seed_choose() -> None:
    made = sampler(typed("string", format="uuid"))
    assert made.value("a") == made.value("a")
    assert len({made.value("a"), made.value("a", 1), made.value("b")}) == 3
    assert sampler(typed("string", format="uuid"), seed="x").value("a") != made.value("a")


PROGRAM = """
import json
from restlite.openapi.generate import Generator
from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validators
schema = {"type": "object", "patternProperties": {"^[a-z]{5}$": {}}, "minProperties": 3, "required": ["at"],
          "properties": {"email": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}}
document = {"openapi": "3.1.0", "components": {"schemas": {"A": schema}}}
sampler = Generator(Validators(read_document(document))).at("/components/schemas/A", "response")
print(json.dumps([sampler.value("op", index) for index in range(5)]))
"""


def test_identical_bytes_across_processes() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(made) == 1


def test_directions() -> None:
    user = typed("object", required=["id", "password"], properties={
        "id": typed("integer", readOnly=True), "password": typed("string", writeOnly=True)})  # fmt: skip
    assert "id" in value(user)
    assert "password" not in value(user)
    assert "password" in value(user, direction="request")


def test_words_of_3_0() -> None:
    schema = typed(
        "object", properties={"a": typed("integer", nullable=True, minimum=3, exclusiveMinimum=True)}
    )
    assert value(schema, version="3.0.3")["a"] > 3


def test_the_sampler_of_a_schema_in_place() -> None:
    document = read_document({"openapi": "3.1.0", "components": {"schemas": {"A": typed("integer")}}})
    generator = Generator(Validators(document))
    inline = {"type": "array", "items": ref("A"), "minItems": 1}
    made = generator.of(inline, "/paths/~1a/get/responses/200/content/application~1json/schema", "response")
    assert all(isinstance(item, int) for item in made.value("get a"))
    assert generator.of(inline, "", "response") is made
