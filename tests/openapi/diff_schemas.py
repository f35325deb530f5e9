"""Pairs of schemas, labelled: which values are lost on the way from old to new, and which are gained."""

from __future__ import annotations

from typing import Any, NamedTuple

Schema = Any
#: What changed, and a value that proves it.
Proof = tuple[str, Any]


class Case(NamedTuple):
    """Hold two schemas; a validator confirms that each proof is accepted by exactly one of them."""

    name: str
    old: Schema
    new: Schema
    lost: tuple[Proof, ...] = ()
    gained: tuple[Proof, ...] = ()

    @property
    def back(self) -> Case:
        """Give the same case from new to old."""
        turn = {"enum-added": "enum-removed", "enum-value-removed": "enum-value-added"}
        turn |= {"property-added": "property-removed", "property-required": "property-optional"}
        turn |= {"branch-removed": "branch-added", "mapping-removed": "mapping-added"}
        turn |= {there: here for here, there in turn.items()}
        lost = tuple((turn.get(kind, kind), value) for kind, value in self.lost)
        gained = tuple((turn.get(kind, kind), value) for kind, value in self.gained)
        return Case(f"{self.name} (back)", self.new, self.old, gained, lost)


TEXT = {"type": "string"}
INT = {"type": "integer"}
NUMBER = {"type": "number"}
THING = {"type": "object", "properties": {"a": TEXT}}
SHUT = {**THING, "additionalProperties": False}
MAP = {**THING, "additionalProperties": INT}


def _more(schema: Schema, **said: Any) -> Schema:
    return {**schema, **said}


def _any(*branches: Schema) -> Schema:
    return {"anyOf": list(branches)}


def _tagged(tag: str, **members: Schema) -> Schema:
    properties = {"kind": {"const": tag}, **members}
    return {"type": "object", "properties": properties, "required": ["kind"], "additionalProperties": False}


CAT, DOG, COW = _tagged("cat", lives=INT), _tagged("dog", barks=TEXT), _tagged("cow")

#: From wide to narrow, or sideways; each is tried in both directions and so back.
ONE_WAY = [
    Case("text to number", TEXT, NUMBER, (("type", "a"),), (("type", 1.5),)),
    Case("number to integer", NUMBER, INT, (("type", 1.5),)),
    Case("anything to text", {}, TEXT, (("type", 1),)),
    Case("two types to one", {"type": ["string", "integer"]}, TEXT, (("type", 1),)),
    Case("true to false", True, False, (("type", 1),)),
    Case("list to text", {"type": "array", "items": TEXT}, TEXT, (("type", ["a"]),), (("type", "a"),)),
    Case("no longer null", {"type": ["string", "null"]}, TEXT, (("nullable", None),)),
    Case("no longer null, a branch", _any(TEXT, {"type": "null"}), TEXT, (("nullable", None),)),
    Case("minimum", INT, _more(INT, minimum=3), (("minimum", 2),)),
    Case("higher minimum", _more(INT, minimum=1), _more(INT, minimum=3), (("minimum", 2),)),
    Case("exclusive", _more(NUMBER, minimum=3), _more(NUMBER, exclusiveMinimum=3), (("minimum", 3),)),
    Case("maximum", INT, _more(INT, maximum=3), (("maximum", 4),)),
    Case("lower maximum", _more(INT, maximum=9), _more(INT, maximum=3), (("maximum", 4),)),
    Case("exclusive maximum", _more(NUMBER, maximum=3), _more(NUMBER, exclusiveMaximum=3), (("maximum", 3),)),
    Case(
        "range moved",
        _more(INT, minimum=1, maximum=5),
        _more(INT, minimum=3, maximum=9),
        (("minimum", 2),),
        (("maximum", 8),),
    ),
    Case("multiple", INT, _more(INT, multipleOf=2), (("multipleOf", 3),)),
    Case("coarser", _more(INT, multipleOf=2), _more(INT, multipleOf=6), (("multipleOf", 4),)),
    Case(
        "other multiple",
        _more(INT, multipleOf=4),
        _more(INT, multipleOf=6),
        (("multipleOf", 4),),
        (("multipleOf", 6),),
    ),
    Case("int64 to int32", _more(INT, format="int64"), _more(INT, format="int32"), (("format", 2**40),)),
    Case("to int32", INT, _more(INT, format="int32"), (("format", 2**40),)),
    Case("minLength", TEXT, _more(TEXT, minLength=2), (("minLength", "a"),)),
    Case("higher minLength", _more(TEXT, minLength=1), _more(TEXT, minLength=2), (("minLength", "a"),)),
    Case("maxLength", TEXT, _more(TEXT, maxLength=2), (("maxLength", "abc"),)),
    Case("lower maxLength", _more(TEXT, maxLength=5), _more(TEXT, maxLength=2), (("maxLength", "abc"),)),
    Case("pattern", TEXT, _more(TEXT, pattern="^a"), (("pattern", "b"),)),
    Case(
        "other pattern",
        _more(TEXT, pattern="^a"),
        _more(TEXT, pattern="^b"),
        (("pattern", "a"),),
        (("pattern", "b"),),
    ),
    Case("format", TEXT, _more(TEXT, format="date"), (("format", "x"),)),
    Case(
        "other format",
        _more(TEXT, format="date"),
        _more(TEXT, format="uuid"),
        (("format", "2026-01-01"),),
        (("format", "0189a2b4-5f77-7c35-a34a-1ea1f6f1d6b1"),),
    ),
    Case(
        "format within another",
        _more(TEXT, format="uri-reference"),
        _more(TEXT, format="uri"),
        (("format", "/a"),),
    ),
    Case("enum", TEXT, _more(TEXT, enum=["a"]), (("enum-added", "b"),)),
    Case("enum value", {"enum": ["a", "b"]}, {"enum": ["a"]}, (("enum-value-removed", "b"),)),
    Case("enum of numbers", {"enum": [1, 2]}, {"enum": [1]}, (("enum-value-removed", 2),)),
    Case(
        "enum values swapped",
        {"enum": ["a", "b"]},
        {"enum": ["b", "c"]},
        (("enum-value-removed", "a"),),
        (("enum-value-added", "c"),),
    ),
    Case("enum to const", {"enum": ["a", "b"]}, {"const": "a"}, (("enum-value-removed", "b"),)),
    Case(
        "other const",
        {"const": 1},
        {"const": 2},
        (("enum-value-removed", 1),),
        (("enum-value-added", 2),),
    ),
    Case("only true", {"type": "boolean"}, {"const": True}, (("enum-value-removed", False),)),
    Case("null left the enum", {"enum": ["a", None]}, {"enum": ["a"]}, (("nullable", None),)),
    Case(
        "longer than the enum", {"enum": ["a", "abc"]}, _more(TEXT, maxLength=9), (), (("enum-removed", "z"),)
    ),
    Case("required", THING, _more(THING, required=["a"]), (("property-required", {}),)),
    Case(
        "new and required",
        THING,
        {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["b"]},
        (("property-added", {"a": "x"}),),
    ),
    Case(
        "property gone, closed",
        {**SHUT, "properties": {"a": TEXT, "b": TEXT}},
        SHUT,
        (("property-removed", {"b": "x"}),),
    ),
    Case("closed", THING, SHUT, (("additionalProperties", {"z": 1}),)),
    Case(
        "map to closed", _more(THING, additionalProperties=INT), SHUT, (("additionalProperties", {"z": 1}),)
    ),
    Case(
        "open to map", THING, _more(THING, additionalProperties=INT), (("additionalProperties", {"z": "x"}),)
    ),
    Case(
        "map of narrower",
        _more(THING, additionalProperties=NUMBER),
        _more(THING, additionalProperties=INT),
        (("type", {"z": 1.5}),),
    ),
    Case("minProperties", THING, _more(THING, minProperties=1), (("minProperties", {}),)),
    Case("maxProperties", THING, _more(THING, maxProperties=1), (("maxProperties", {"a": "", "b": 1}),)),
    Case(
        "names of members",
        {"type": "object"},
        {"type": "object", "propertyNames": {"maxLength": 1}},
        (("propertyNames", {"ab": 1}),),
    ),
    Case(
        "members by pattern",
        {"type": "object", "patternProperties": {"^x": NUMBER}},
        {"type": "object", "patternProperties": {"^x": INT}},
        (("type", {"xa": 1.5}),),
    ),
    Case(
        "dependent",
        THING,
        _more(THING, dependentRequired={"a": ["b"]}),
        (("dependentRequired", {"a": "x"}),),
    ),
    Case(
        "dependent schema",
        THING,
        _more(THING, dependentSchemas={"a": {"minProperties": 2}}),
        (("dependentSchemas", {"a": "x"}),),
    ),
    Case("minItems", {"type": "array"}, {"type": "array", "minItems": 1}, (("minItems", []),)),
    Case("maxItems", {"type": "array"}, {"type": "array", "maxItems": 1}, (("maxItems", [1, 2]),)),
    Case("unique", {"type": "array"}, {"type": "array", "uniqueItems": True}, (("uniqueItems", [1, 1]),)),
    Case("items", {"type": "array", "items": NUMBER}, {"type": "array", "items": INT}, (("type", [1.5]),)),
    Case("items said", {"type": "array"}, {"type": "array", "items": INT}, (("type", ["a"]),)),
    Case(
        "tuple",
        {"type": "array", "prefixItems": [NUMBER, TEXT]},
        {"type": "array", "prefixItems": [INT, TEXT]},
        (("type", [1.5]),),
    ),
    Case(
        "contains",
        {"type": "array"},
        {"type": "array", "contains": {"const": 1}},
        (("contains", [2]),),
    ),
    Case("not", TEXT, _more(TEXT, **{"not": {"const": "a"}}), (("not", "a"),)),
    Case(
        "if",
        THING,
        _more(THING, **{"if": {"required": ["a"]}, "then": {"minProperties": 2}}),
        (("if", {"a": ""}),),
    ),
    Case("branch of another type", _any(TEXT, INT), _any(TEXT), (("type", 1),)),
    Case("branch", _any(CAT, DOG, COW), _any(CAT, DOG), (("branch-removed", {"kind": "cow"}),)),
    Case("branch of oneOf", {"oneOf": [CAT, DOG]}, {"oneOf": [DOG]}, (("branch-removed", {"kind": "cat"}),)),
    Case(
        "within a branch",
        _any(CAT, _tagged("dog", barks=TEXT)),
        _any(_tagged("dog", barks=_more(TEXT, maxLength=1)), CAT),
        (("maxLength", {"kind": "dog", "barks": "abc"}),),
    ),
    Case(
        "allOf",
        {"allOf": [THING]},
        {"allOf": [THING, {"required": ["a"]}]},
        (("property-required", {}),),
    ),
    Case(
        "allOf, the tighter counts",
        {"allOf": [_more(INT, minimum=1), {"minimum": 2}]},
        {"allOf": [_more(INT, minimum=1), {"minimum": 4}]},
        (("minimum", 3),),
    ),
    Case(
        "all evaluated",
        {"allOf": [THING]},
        {"allOf": [THING], "unevaluatedProperties": False},
        (("additionalProperties", {"z": 1}),),
    ),
    Case(
        "a listed object",
        {"enum": [{"a": 1}, {"a": 2}]},
        {"enum": [{"a": 1}]},
        (("branch-removed", {"a": 2}),),
    ),
    Case(
        "a listed list",
        {"enum": [[1], [2]]},
        {"enum": [[1]]},
        (("branch-removed", [2]),),
    ),
]

CASES = [each for case in ONE_WAY for each in (case, case.back)]

#: Two ways to say one thing.
SAME: dict[str, tuple[Schema, Schema]] = {
    "exclusive bound of a whole number": (_more(INT, exclusiveMinimum=2), _more(INT, minimum=3)),
    "bound between whole numbers": (_more(INT, minimum=2.5), _more(INT, minimum=3)),
    "one of a list of types": ({"type": ["string"]}, TEXT),
    "order of types": ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
    "null as a branch": (_any(TEXT, {"type": "null"}), {"type": ["null", "string"]}),
    "order of branches": (_any(CAT, DOG), _any(DOG, CAT)),
    "order of values": ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    "one value": ({"const": 1}, {"enum": [1.0]}),
    "allOf of one": ({"allOf": [THING]}, THING),
    "allOf, merged": (
        {"allOf": [THING, {"required": ["a"]}, {"type": "object", "properties": {"b": INT}}]},
        {"type": "object", "properties": {"a": TEXT, "b": INT}, "required": ["a"]},
    ),
    "nothing said": ({}, True),
    "nothing left": (_more(TEXT, minLength=3, maxLength=2), False),
    "values of both": ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, {"const": "b"}),
    "values and a type": ({"allOf": [{"enum": ["a"]}, TEXT]}, {"const": "a"}),
    "values within the range": (_more(INT, enum=[1, 5], exclusiveMaximum=5), {"const": 1}),
    "no value within the range": (_more(INT, enum=[1, 5], minimum=9), False),
    "a member by name and by pattern": (
        {"type": "object", "properties": {"ab": TEXT}, "patternProperties": {"^a": {"maxLength": 1}}},
        {
            "type": "object",
            "properties": {"ab": _more(TEXT, maxLength=1)},
            "patternProperties": {"^a": {"maxLength": 1}},
        },
    ),
    "open said": (THING, _more(THING, additionalProperties=True)),
    "no length at all": (TEXT, _more(TEXT, minLength=0)),
    "words for readers": (TEXT, _more(TEXT, title="T", description="D", examples=["a"], default="b")),
    "an extension": (TEXT, _more(TEXT, **{"x-order": 1})),
    "a format that refuses nothing": (TEXT, _more(TEXT, format="password")),
    "int32 as a range": (_more(INT, format="int32"), _more(INT, minimum=-(2**31), maximum=2**31 - 1)),
    "closed below and above": (
        {"allOf": [THING], "unevaluatedProperties": False},
        _more(THING, additionalProperties=False),
    ),
    "beyond what is listed": ({"enum": ["a"]}, {"enum": ["a", "abc"], "maxLength": 2}),
}
