"""From a marshmallow field to a schema: apispec's converter, with its words held to what our adapter does.

apispec writes Python objects where JSON stands (bounds, defaults, choices), knows neither tuples nor keys of
mappings, takes the length of a mapping for that of a text, and anchors no pattern.
"""

# marshmallow's and apispec's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingParameterType=false
# pyright: reportUnknownParameterType=false, reportIncompatibleMethodOverride=false

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from apispec import APISpec
from apispec.ext.marshmallow.field_converter import DEFAULT_FIELD_MAPPING
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields, missing, validate
from pydantic_core import to_jsonable_python

Node: TypeAlias = dict[str, Any]
#: As in ``schemas.py``: what an answer holds, what is sent as JSON, in parameters, as a form.
Way: TypeAlias = Literal["answer", "json", "text", "form"]

#: All that is not null, for fields that take anything.
ANY = ["array", "boolean", "number", "object", "string"]
INTEGER = "^-?[0-9]+$"
NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
#: Field class -> how its values are spelt where only a text can stand.
SPELLED: Mapping[type, Node] = {
    fields.Integer: {"pattern": INTEGER},
    fields.Float: {"pattern": NUMBER},
    fields.Decimal: {"pattern": DECIMAL},
    fields.Boolean: {"enum": ["true", "false"]},
}
_ISO = (None, "iso", "iso8601")
#: What Python's regular expressions write otherwise than ECMA-262.
_SPELLINGS = (("(?P<", "(?<"), ("(?P=", "\\k<"), (r"\A", "^"), (r"\Z", "$"))


class FieldConverter(OpenAPIConverter):
    """Convert fields for one way of writing; schemas are up to subclasses."""

    field_mapping = {
        **DEFAULT_FIELD_MAPPING,
        fields.Mapping: ("object", None),
        fields.Tuple: ("array", None),
        fields.Time: ("string", "time"),
        fields.URL: ("string", "uri"),
        fields.IP: ("string", None),
        fields.IPInterface: ("string", None),
    }

    def __init__(self, way: Way) -> None:
        super().__init__("3.1.0", _unnamed, APISpec("", "", "3.1.0"))
        self.way: Way = way

    def field2property(self, field: Any) -> Node:
        """Write the schema of one field; all in it is JSON."""
        made: Node = super().field2property(field)
        return {key: value for key, value in made.items() if value is not missing}

    def field2type_and_format(self, field: Any, **kwargs: Any) -> Node:
        """Give the type as it is on the wire: several where our guards take several."""
        found: Node = super().field2type_and_format(field, **kwargs)
        if isinstance(field, (fields.DateTime, fields.Date, fields.Time)):
            return _temporal(field, found)
        make = next((_TYPED[base] for base in type(field).__mro__ if base in _TYPED), None)
        return make(field, self.way) if make else found

    def field2default(self, field: Any, **kwargs: Any) -> Node:
        """Give the default as it would be sent; one that JSON cannot hold is not told."""
        default = field.metadata.get("default", field.load_default)
        if default is missing or callable(default):
            return {}
        try:
            if default is not None and "default" not in field.metadata:
                default = field._serialize(default, "", None)
            return {"default": plain(default)}
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return {}

    def field2choices(self, field: Any, **kwargs: Any) -> Node:
        """Give what may be chosen, and what may not."""
        made: Node = {}
        for check in _checks(field):
            if isinstance(check, (validate.ContainsOnly, validate.ContainsNoneOf)):
                continue  # of a list's items
            if isinstance(check, validate.NoneOf):
                refused = made.setdefault("not", {"enum": []})["enum"]
                refused += [_sent(field, item) for item in check.iterable]
            elif isinstance(check, (validate.OneOf, validate.Equal)):
                given = check.choices if isinstance(check, validate.OneOf) else [check.comparable]
                choices = [_sent(field, item) for item in given]
                made["enum"] = [item for item in made.get("enum", choices) if item in choices]
        return made

    def field2range(self, field: Any, ret: Node) -> Node:
        """Give the bounds of numbers, exclusive ones too; dates have none in JSON Schema."""
        made: Node = {}
        types = ret.get("type", ())
        if not {"number", "integer"} & set([types] if isinstance(types, str) else types):
            return made
        for check in _checks(field):
            if isinstance(check, validate.Range):
                low = "minimum" if check.min_inclusive else "exclusiveMinimum"
                high = "maximum" if check.max_inclusive else "exclusiveMaximum"
                _tighten(made, low, _number(field, check.min), max)
                _tighten(made, high, _number(field, check.max), min)
        return made

    def field2length(self, field: Any, **kwargs: Any) -> Node:
        """Give the bounds of a length, in the word for what has it."""
        what = next((word for kinds, word in _LENGTHS if isinstance(field, kinds)), None)
        made: Node = {}
        if what is None:
            return made
        for check in _checks(field):
            if isinstance(check, validate.Length):
                least, most = (check.min, check.max) if check.equal is None else (check.equal, check.equal)
                _tighten(made, f"min{what}", least, max)
                _tighten(made, f"max{what}", most, min)
        return made

    def field2pattern(self, field: Any, **kwargs: Any) -> Node:
        """Give the patterns, anchored as Python anchors them."""
        found = [
            pattern
            for check in _checks(field)
            if type(check) is validate.Regexp and (pattern := _ecma(check.regex)) is not None
        ]
        if len(found) > 1:
            return {"allOf": [{"pattern": pattern} for pattern in found]}
        return {"pattern": found[0]} if found else {}

    def metadata2properties(self, field: Any, **kwargs: Any) -> Node:
        """Give what a user has said of a field; what the field itself knows better is left out."""
        told: Node = super().metadata2properties(field, **kwargs)
        made = {key: plain(value) for key, value in told.items()}
        for key in ("nullable", "required", "default"):
            made.pop(key, None)
        if "example" in made:
            made["examples"] = [made.pop("example")]
        return made

    def enum2properties(self, field: Any, **kwargs: Any) -> Node:
        """Give the names or values of an enum, with their type."""
        if not isinstance(field, fields.Enum):
            return {}
        members: Any = field.enum
        choices = [plain(field._serialize(member, "", None)) for member in members]
        kinds = sorted({_type_of(choice) for choice in choices})
        inner: Node = self.field2property(field.field)
        inner.pop("type", None)
        return {**inner, "type": kinds[0] if len(kinds) == 1 else kinds, "enum": choices}

    def list2properties(self, field: Any, **kwargs: Any) -> Node:
        """Give the items of lists and tuples."""
        if isinstance(field, fields.Tuple):
            items = [self.field2property(inner) for inner in field.tuple_fields]
            size = len(items)
            return {"prefixItems": items, "items": False, "minItems": size, "maxItems": size}
        if not isinstance(field, fields.List):
            return {}
        item: Node = self.field2property(field.inner)
        for check in _checks(field):
            if isinstance(check, (validate.ContainsOnly, validate.ContainsNoneOf)):
                none = isinstance(check, validate.ContainsNoneOf)
                given = check.iterable if isinstance(check, validate.ContainsNoneOf) else check.choices
                choices = {"enum": [_sent(field.inner, value) for value in given]}
                item = {"allOf": [item, {"not": choices} if none else choices]}
        return {"items": item}

    def dict2properties(self, field: Any, **kwargs: Any) -> Node:
        """Give what the values of a mapping are, and its keys."""
        if not isinstance(field, fields.Mapping):
            return {}
        made: Node = {}
        if field.value_field is not None:
            made["additionalProperties"] = self.field2property(field.value_field)
        if field.key_field is not None and (keys := self._key_of_mapping(field.key_field)):
            made["propertyNames"] = keys
        return made

    def _key_of_mapping(self, field: Any) -> Node:
        spelled = next((SPELLED[base] for base in type(field).__mro__ if base in SPELLED), None)
        if spelled is not None:
            return spelled
        made = self.field2property(field)
        return {} if made == {"type": "string"} else made

    def datetime2properties(self, field: Any, **kwargs: Any) -> Node:
        """Say nothing: the type and format of dates have been given."""
        return {}

    def field2nullable(self, field: Any, ret: Node) -> Node:
        """Let null in where the field takes it; a reference to a schema is not altered."""
        if not field.allow_none or not ret.keys() & _SAID:
            return {}
        if "type" in ret and not ret.keys() & {"anyOf", "allOf", "$ref", "not"}:
            types = ret["type"] if isinstance(ret["type"], list) else [ret["type"]]
            made: Node = {"type": [*types, "null"] if types != ANY else missing}
            if None not in ret.get("enum", [None]):
                made["enum"] = [*ret["enum"], None]
            return made
        inner = {key: value for key, value in ret.items() if key not in _TOLD}
        ret_without: Node = dict.fromkeys(inner, missing)
        return {**ret_without, "anyOf": [inner, {"type": "null"}]}


#: Words that are said of a field, whatever its type; they stay outside of "this or null".
_TOLD = frozenset(
    ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs")
)
#: Words that refuse null.
_SAID = frozenset(("type", "enum", "anyOf", "allOf", "oneOf", "$ref", "not", "const"))
_LENGTHS: tuple[tuple[Any, str], ...] = (
    ((fields.List, fields.Nested), "Items"),
    (fields.Mapping, "Properties"),
    (fields.String, "Length"),
)


def plain(value: Any) -> Any:
    """Give a value as JSON has it."""
    return to_jsonable_python(_json_number(value) if isinstance(value, Decimal) else value, fallback=str)


def _unnamed(schema: Any) -> None:
    """Name no schema: subclasses of the converter do, by more than its class."""


def _temporal(field: Any, found: Node) -> Node:
    if field.format not in _ISO:
        stamp = field.format.startswith("timestamp")
        return {"type": "number", "minimum": 0} if stamp else {"type": "string"}
    if isinstance(field, fields.NaiveDateTime) and field.timezone is None:
        return {**found, "pattern": "T[0-9:.]+$"}
    if isinstance(field, fields.AwareDateTime) and field.default_timezone is None:
        return {**found, "pattern": "(Z|[+-][0-9]{2}:[0-9]{2})$"}
    return found


def _integer(field: Any, way: Way) -> Node:
    return _numeric("integer", INTEGER, field, way)


def _numeric(kind: str, pattern: str, field: Any, way: Way) -> Node:
    if not field.as_string:
        return {"type": kind}
    return {"type": "string" if way == "answer" else [kind, "string"], "pattern": pattern}


def _decimal(field: Any, way: Way) -> Node:
    if way == "answer":
        return {"type": "string" if field.as_string else "number"}
    return {"type": ["number", "string"], "pattern": DECIMAL} if way == "json" else {"type": "number"}


def _boolean(field: Any, way: Way) -> Node:
    """Give a boolean, or the words that a field has for it."""
    if way == "answer" or (field.truthy is fields.Boolean.truthy and field.falsy is fields.Boolean.falsy):
        return {"type": "boolean"}
    return {"enum": sorted((plain(word) for word in {*field.truthy, *field.falsy}), key=repr)}


def _anything(field: Any, way: Way) -> Node:
    return {} if way == "answer" else {"type": list(ANY)}


def _constant(field: Any, way: Way) -> Node:
    return {"const": plain(field.constant)}


def _address(field: Any, way: Way) -> Node:
    return {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}


def _known(kind: str, form: str) -> Callable[[Any, Way], Node]:
    return lambda field, way: {"type": kind, "format": form}


#: Field class -> its type on the wire, where apispec's table does not say it.
_TYPED: Mapping[type, Callable[[Any, Way], Node]] = {
    fields.Integer: _integer,
    fields.Float: lambda field, way: _numeric("number", NUMBER, field, way),
    fields.Decimal: _decimal,
    fields.Boolean: _boolean,
    fields.Raw: _anything,
    fields.Method: _anything,
    fields.Function: _anything,
    fields.Constant: _constant,
    fields.IPv4: _known("string", "ipv4"),
    fields.IPv6: _known("string", "ipv6"),
    fields.IP: _address,
    fields.IPInterface: lambda field, way: {"type": "string"},
}


def _checks(field: Any) -> Iterator[Any]:
    """List a field's validators, those that are joined by ``And`` one by one."""
    waiting = list(field.validators)
    while waiting:
        check = waiting.pop(0)
        if isinstance(check, validate.And):
            waiting = [*check.validators, *waiting]
        else:
            yield check


def _sent(field: Any, value: Any) -> Any:
    """Give a choice as it is sent."""
    return plain(value if value is None else field._serialize(value, "", None))


def _number(field: Any, bound: Any) -> Any:
    if bound is None or isinstance(bound, (int, float, Decimal)):
        return bound if bound is None else _json_number(bound)
    return plain(field._serialize(bound, "", None))


def _json_number(number: Any) -> int | float:
    if isinstance(number, Decimal):
        return int(number) if number == number.to_integral_value() else float(number)
    kept: int | float = number
    return kept


def _tighten(made: Node, key: str, bound: Any, choose: Callable[[Any, Any], Any]) -> None:
    if bound is not None:
        made[key] = choose(bound, made.get(key, bound))


def _ecma(pattern: re.Pattern[Any]) -> str | None:
    """Write a pattern as ECMA-262 does; None where its flags cannot be written."""
    if pattern.flags & ~(re.UNICODE | re.ASCII):
        return None
    text = pattern.pattern
    for python, ecma in _SPELLINGS:
        text = text.replace(python, ecma)
    return text if text.startswith("^") and "|" not in text else f"^(?:{text})"


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
