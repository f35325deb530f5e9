"""From pydantic's errors to our own: pointer, code, sentence.

Messages are never pydantic's, as those hold input; limits and choices come from the model. The text of a
``PydanticCustomError`` without a context passes: it is the developer's own, and meant for clients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeAlias

from pydantic_core import ValidationError

from ..violations import CODES, MAX_VIOLATIONS, Items, Refusal, sentence
from .nodes import Node, hasty
from .places import KINDS, Fault, Steps, chosen, locator
from .spelling import OURS

Item: TypeAlias = tuple[Steps, str, str]
Explain: TypeAlias = Callable[[ValidationError, Any], Refusal]

#: Our code -> pydantic's error types that need nothing of their context.
_PLAIN = {
    "missing": "missing missing_argument missing_keyword_only_argument missing_positional_only_argument"
    " no_such_attribute get_attribute_error",
    "unknown": "extra_forbidden unexpected_keyword_argument unexpected_positional_argument",
    "repeated": "multiple_argument_values",
    "object": "model_type model_attributes_type dataclass_type dataclass_exact_type dict_type mapping_type"
    " frozen_dict_type ordered_dict_type counter_type arguments_type",
    "array": "list_type tuple_type set_type frozen_set_type deque_type iterable_type iteration_error"
    " named_tuple_type",
    "string": "string_type string_unicode invalid_key json_type string_sub_type path_type pattern_type",
    "integer": "int_type int_parsing int_parsing_size int_from_float",
    "number": "float_type float_parsing decimal_type decimal_parsing fraction_type fraction_parsing"
    " complex_type complex_str_parsing",
    "boolean": "bool_type bool_parsing",
    "finite": "finite_number",
    "date": "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
    "time": "time_type time_parsing",
    "date_time": "datetime_type datetime_parsing datetime_object_invalid datetime_from_date_parsing",
    "duration": "time_delta_type time_delta_parsing",
    "timezone": "timezone_naive timezone_aware timezone_offset",
    "past": "date_past datetime_past",
    "future": "date_future datetime_future",
    "uuid": "uuid_type uuid_parsing uuid_version",
    "url": "url_type url_parsing url_syntax_violation url_scheme",
    "bytes": "bytes_type bytes_invalid_encoding base64_decode",
    "digits": "decimal_max_digits decimal_max_places decimal_whole_digits",
    "format": "json_invalid string_not_ascii ip_any_address ip_any_interface ip_any_network ip_v4_address"
    " ip_v6_address ip_v4_interface ip_v6_interface ip_v4_network ip_v6_network pattern_regex"
    " path_not_file path_not_directory payment_card_number_luhn color_error",
    "unique": "unique_list",
    "too_deep": "recursion_depth_exceeded",
}
#: pydantic's error type -> our code, the key of its context, the name that our sentence has for it.
_FILLED: Mapping[str, tuple[str, str, str]] = {
    "string_too_short": ("min_length", "min_length", "limit"),
    "string_too_long": ("max_length", "max_length", "limit"),
    "bytes_too_short": ("min_length", "min_length", "limit"),
    "bytes_too_long": ("max_length", "max_length", "limit"),
    "too_short": ("min_length", "min_length", "limit"),
    "too_long": ("max_length", "max_length", "limit"),
    "url_too_long": ("max_length", "max_length", "limit"),
    "string_pattern_mismatch": ("pattern", "pattern", "expected"),
    "greater_than": ("greater_than", "gt", "limit"),
    "greater_than_equal": ("greater_than_equal", "ge", "limit"),
    "less_than": ("less_than", "lt", "limit"),
    "less_than_equal": ("less_than_equal", "le", "limit"),
    "multiple_of": ("multiple_of", "multiple_of", "limit"),
    "literal_error": ("choice", "expected", "expected"),
    "enum": ("choice", "expected", "expected"),
    OURS + "choice": ("choice", "expected", "expected"),
    "is_instance_of": ("type", "class", "expected"),
    "is_subclass_of": ("type", "class", "expected"),
}
_INVALID = ("invalid", CODES["invalid"])
_NULL = ("null", CODES["null"])
#: Error type -> code and sentence; the errors of our guards are among them.
_TABLE: Mapping[str, tuple[str, str]] = {
    **{OURS + code: (code, text) for code, text in CODES.items() if "{" not in text},
    **{kind: (code, CODES[code]) for code, kinds in _PLAIN.items() for kind in kinds.split()},
    "none_required": ("type", sentence("type", expected="null")),
}
#: More errors than this are not listed: a validator that stops early takes a second look.
FLOOD = 5_000
#: As many errors at once, and as many sets of them, are remembered with their explanation.
REMEMBERED = 50
#: Longer sets are not, as the keys that clients send stand in them.
LONG = 4_096
#: The document of which nothing need be known, because no null stands in it.
NO_NULL = object()


def explainer(schema: Node) -> Explain:
    """Make the function that turns a ``ValidationError``, and what was sent, into a ``Refusal``."""
    locate = locator(schema)

    def explain(error: ValidationError, document: Any) -> Refusal:
        details = error.errors(include_url=False, include_input=False)[:MAX_VIOLATIONS]
        if locate is None:
            return Refusal([_item(detail, detail["loc"], document) for detail in details])
        faults: list[Fault] = []
        for detail in details:
            steps, branches = locate(detail["loc"])
            faults.append(Fault(*_item(detail, steps, document), branches))
        return Refusal([fault[:3] for fault in chosen(faults)])

    return explain


def late_explainer(
    schema: Node, build: Callable[[Node], Callable[[Any], Any]]
) -> Callable[[ValidationError, Any, Any], Refusal]:
    """Make the function that explains an error; it is compiled when the first error comes.

    ``build`` gives the validator of another schema: a flood of errors is looked at again by one that
    stops early, as listing it would take seconds.
    """
    known: dict[str, Items] = {}

    @cache
    def explain() -> Explain:
        return explainer(schema)

    @cache
    def careful() -> Callable[[Any], Any]:
        return build(hasty(schema))

    def refusal(error: ValidationError, document: Any, raw: Any) -> Refusal:
        count = error.error_count()
        if count > FLOOD:
            try:
                careful()(raw)
            except ValidationError as first:
                error = first
        if count > REMEMBERED or document is not NO_NULL:
            return explain()(error, document)
        # Clients make the same mistakes again, and pydantic-core lists them twice as fast as JSON.
        mistakes = error.json(include_url=False, include_context=False, include_input=False)
        items = known.get(mistakes)
        if items is None:
            items = explain()(error, document).items
            if len(known) >= REMEMBERED:
                known.clear()
            if len(mistakes) < LONG:
                known[mistakes] = items
        return Refusal(items)

    return refusal


def _item(detail: Any, steps: Steps, document: Any) -> Item:
    kind = detail["type"]
    entry = _TABLE.get(kind)
    if entry is None:
        if kind not in _FILLED:
            return _special(detail, steps)
        entry = _filled(kind, str(detail["ctx"][_FILLED[kind][1]]))
    if entry[0] in KINDS and _is_null(document, steps):
        entry = _NULL
    return steps, entry[0], entry[1]


@lru_cache(1024)
def _filled(kind: str, value: str) -> tuple[str, str]:
    code, _, name = _FILLED[kind]
    if code == "type":
        value = value.rpartition(".")[2]
        if value == "Upload":
            return "file", CODES["file"]
    return code, sentence(code, **{name: value if len(value) <= 500 else f"{value[:499]}…"})


def _special(detail: Any, steps: Steps) -> Item:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_invalid":
        return steps + _member(context), "choice", sentence("choice", expected=context["expected_tags"])
    if kind == "union_tag_not_found":
        member = _member(context)
        return (steps + member, "missing", CODES["missing"]) if member else (steps, "union", CODES["union"])
    if kind == "value_error" and detail["msg"].startswith("value is not a valid email address"):
        return steps, "email", CODES["email"]
    if kind in ("value_error", "assertion_error") or context or len(detail["msg"]) > 200:
        return steps, *_INVALID
    # The text of a PydanticCustomError without a context is the developer's own, made for clients.
    return steps, "invalid", detail["msg"]


def _member(context: Mapping[str, Any]) -> Steps:
    """Tell the member that discriminates; pydantic writes ``'kind'``, ``'kind' | 'type'``, ``function()``."""
    name: str = context["discriminator"].partition(" | ")[0]
    return (name[1:-1],) if name.startswith("'") else ()


def _is_null(document: Any, steps: Steps) -> bool:
    try:
        for step in steps:
            document = document[step]
    except (LookupError, TypeError):
        return False
    return document is None
