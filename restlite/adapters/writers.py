"""Write answers: what is ready goes out as it stands, all else is validated first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, TypeAlias, cast

from pydantic_core import SchemaSerializer, ValidationError, from_json, to_json

from ..violations import pointer
from . import DumpOptions, WrongAnswer
from .access import access_of, has_write_only
from .faults import Explain, explainer
from .nodes import BRANCHES, FIELDS, UNIONS, Node, choices_of, class_of, spread, walk
from .places import Steps
from .policy import rewrite, validator

Dump: TypeAlias = Callable[[Any], bytes]
ToJson: TypeAlias = Callable[..., bytes]
Validate: TypeAlias = Callable[..., Any]
Fail: TypeAlias = Callable[[Exception, Any], WrongAnswer]
#: As many places are named in a log line.
PLACES = 10


def dumper(core: Any, options: DumpOptions, *, strict: bool) -> Dump:
    """Make the function that writes values of one core schema as JSON."""
    if _is_plain(core):
        return _plain_dumper(options)
    to_json = _leaving_out(_serializer(core).to_json, options)
    schema = rewrite(core, "check" if options.check else "output", strict=strict)
    validate = validator(schema).validate_python
    fail = _failing(schema)
    inner, definitions = _opened(core, {})
    if options.check:
        return _checking(to_json, validate, fail, _classes(inner, definitions))
    if inner["type"] == "list":
        return _of_list(to_json, validate, fail, _classes(inner["items_schema"], definitions))
    return _of_class(to_json, validate, fail, _classes(inner, definitions))


# The three writers are one function each, with nothing called in between: this is the hottest place.


def _checking(to_json: ToJson, validate: Validate, fail: Fail, classes: frozenset[type]) -> Dump:
    def dump(value: Any) -> bytes:
        try:
            checked = validate(value, from_attributes=True)
            return to_json(value if type(value) in classes else checked, by_alias=True, warnings=False)
        except Exception as error:
            raise fail(error, value) from None

    return dump


def _of_class(to_json: ToJson, validate: Validate, fail: Fail, classes: frozenset[type]) -> Dump:
    def dump(value: Any) -> bytes:
        try:
            if type(value) not in classes:
                value = validate(value, from_attributes=True)
            return to_json(value, by_alias=True, warnings=False)
        except Exception as error:
            raise fail(error, value) from None

    return dump


def _of_list(to_json: ToJson, validate: Validate, fail: Fail, classes: frozenset[type]) -> Dump:
    def dump(value: Any) -> bytes:
        try:
            if class_of(value) is not list or not classes.issuperset(map(class_of, value)):
                value = validate(value, from_attributes=True)
            return to_json(value, by_alias=True, warnings=False)
        except Exception as error:
            raise fail(error, value) from None

    return dump


def _serializer(core: Any) -> SchemaSerializer:
    """Compile the serializer; one that would write ``Infinity``, or what only clients say, is altered."""
    constants = any(node.get("config", {}).get("ser_json_inf_nan") == "constants" for node in walk(core))
    if not (constants or has_write_only(core)):
        return SchemaSerializer(core)
    return SchemaSerializer(_altered(core), None, False)


def _altered(node: Node) -> Any:
    copy = {key: spread(value, _altered) if key in BRANCHES else value for key, value in node.items()}
    if "config" in copy:
        copy["config"] = {key: value for key, value in copy["config"].items() if key != "ser_json_inf_nan"}
    if node["type"] in FIELDS and access_of(node) == "writeOnly":
        copy["serialization_exclude"] = True
    return copy


def _leaving_out(to_json: ToJson, options: DumpOptions) -> ToJson:
    """Give the writer that leaves out what the options say; every argument costs time."""
    if not (options.exclude_none or options.exclude_unset):
        return to_json
    settings: dict[str, Any] = {"exclude_none": options.exclude_none, "exclude_unset": options.exclude_unset}
    return partial(to_json, **settings)


def _failing(schema: Node) -> Fail:
    """Make the function that says why a value was not written, without any value."""

    @cache
    def explain() -> Explain:
        return explainer(schema)

    def fail(error: Exception, value: Any) -> WrongAnswer:
        if not isinstance(error, ValidationError):
            return unwritable(error)
        items = explain()(error, value).items[:PLACES]
        return WrongAnswer("; ".join(f"{pointer(steps) or 'the value'}: {code}" for steps, code, _ in items))

    return fail


#: The class of the error inside pydantic-core's, and the function that raised it: what holds no value.
_INSIDE = (
    "(?:Error serializing to JSON: )?(?:PydanticSerializationError: )?"
    r"(?:Error calling function `([\w.<>]+)`: )?([A-Z]\w+): "
)


def unwritable(error: Exception) -> WrongAnswer:
    """Say that a value cannot be written; of the error only what holds no value."""
    text = str(error)
    why = type(error).__name__
    if text.startswith("Unable to serialize unknown type"):
        why = text
    elif inside := re.match(_INSIDE, text):
        function, kind = inside.groups()
        why = f"{kind} in {function}" if function else kind
    return WrongAnswer(f"it cannot be written as JSON: {why}")


# -- Plain data --------------------------------------------------------------------------------------


def _plain_dumper(options: DumpOptions) -> Dump:
    """Write data without a declared type: dict, list, Any."""
    leave_none, check = options.exclude_none, options.check

    def dump(value: Any) -> bytes:
        try:
            body = to_json(value, exclude_none=leave_none)
        except Exception as error:
            raise unwritable(error) from None
        if (b"NaN" in body or b"Infinity" in body) and not _is_json(body):
            raise WrongAnswer("a number is not finite")
        if check:
            for steps, found in _unsound(value, ()):
                raise WrongAnswer(f"{pointer(steps) or 'the value'}: {found} is no JSON type")
        return body

    return dump


def _is_plain(core: Node) -> bool:
    """Tell whether a type says nothing of what is inside."""
    inner: list[Any] = [core[key] for key in ("keys_schema", "values_schema", "items_schema") if key in core]
    return (
        core["type"] in ("any", "dict", "list") and all(map(_is_any, inner)) and "serialization" not in core
    )


def _is_any(node: Node) -> bool:
    return node["type"] == "any" and "serialization" not in node


def _is_json(body: bytes) -> bool:
    try:
        from_json(body, allow_inf_nan=False)
    except ValueError:
        return False
    return True


def _unsound(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Find what is written as JSON by courtesy only: sets, bytes, keys that become equal."""
    if isinstance(value, (set, frozenset, bytes, bytearray)):
        yield steps, type(cast("object", value)).__name__
    elif isinstance(value, dict):
        members: dict[Any, Any] = {**value}
        if len({str(key) for key in members}) != len(members):
            yield steps, "a dictionary with two keys of one text"
        for key, item in members.items():
            yield from _unsound(item, (*steps, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _unsound(item, (*steps, index))


# -- Ready values ------------------------------------------------------------------------------------


def _opened(node: Node, definitions: Mapping[str, Node]) -> tuple[Node, Mapping[str, Node]]:
    """Step over ``definitions`` to the node that they belong to."""
    if node["type"] == "definitions":
        definitions = {item["ref"]: item for item in node["definitions"]}
        return _opened(node["schema"], definitions)
    if node["type"] == "definition-ref":
        return _opened(definitions[node["schema_ref"]], definitions)
    return node, definitions


def _classes(node: Node, definitions: Mapping[str, Node]) -> frozenset[type]:
    """Give the classes of which an instance may go out as it stands."""
    node, definitions = _opened(node, definitions)
    if node["type"] in ("model", "dataclass"):
        return frozenset({node["cls"]})
    if node["type"] in ("nullable", "function-after", "function-before", "function-wrap"):
        return _classes(node["schema"], definitions)
    if node["type"] in UNIONS:
        return frozenset[type]().union(*(_classes(branch, definitions) for _, branch in choices_of(node)))
    return frozenset()
