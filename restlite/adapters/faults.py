"""From pydantic's errors to our own: pointer, code, sentence.

pydantic's location of an error holds more than a client can follow: the label of a union's branch, the
tag of a tagged union, ``[key]``. ``explainer`` walks the schema beside the location, so that what is
left is a true RFC 6901 path into the document that the client sent. Messages are never pydantic's, as
those hold input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

from pydantic_core import ValidationError

from ..violations import CODES, MAX_VIOLATIONS, Refusal, sentence
from .policy import UNIONS, Node, hasty, walk

Steps: TypeAlias = tuple[str | int, ...]
Item: TypeAlias = tuple[Steps, str, str]
Explain: TypeAlias = Callable[[ValidationError, Any], Refusal]


#: More errors than this are not listed: a validator that stops early takes a second look.
FLOOD = 5_000


class Fault(NamedTuple):
    """One error on its way: where, what, and the branches of unions that it passed."""

    steps: Steps
    code: str
    detail: str
    #: (how many steps lead to the union, which branch of it)
    branches: tuple[tuple[int, str | int], ...] = ()


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
    "choice": ("choice", "expected", "expected"),
    "is_instance_of": ("type", "class", "expected"),
    "is_subclass_of": ("type", "class", "expected"),
}
#: Codes that say "another kind of value": the branch of a union that says so was not meant.
_TYPES = frozenset(_PLAIN) - {
    "missing",
    "unknown",
    "repeated",
    "finite",
    "past",
    "future",
    "digits",
    "unique",
}
_TYPES |= {"null", "type", "choice", "file"}
_INVALID = ("invalid", CODES["invalid"])
_NULL = ("null", CODES["null"])
#: Error type -> code and sentence. A code of ours is an error type too: guards raise it by its name.
_TABLE: dict[str, tuple[str, str]] = {code: (code, text) for code, text in CODES.items() if "{" not in text}
_TABLE |= {kind: (code, CODES[code]) for code, kinds in _PLAIN.items() for kind in kinds.split()}
_TABLE["none_required"] = ("type", sentence("type", expected="null"))


def explainer(schema: Node) -> Explain:
    """Make the function that turns a ``ValidationError``, and what was sent, into a ``Refusal``."""
    locate = _locator(schema)

    def explain(error: ValidationError, document: Any) -> Refusal:
        details = error.errors(include_url=False, include_input=False)[:MAX_VIOLATIONS]
        if locate is None:
            return Refusal([_item(detail, detail["loc"], document) for detail in details])
        faults = [_fault(detail, locate(detail["loc"]), document) for detail in details]
        return Refusal([fault[:3] for fault in _choose(faults, 0)])

    return explain


def late_explainer(
    schema: Node, build: Callable[[Node], Callable[[Any], Any]]
) -> Callable[[ValidationError, Any, Any], Refusal]:
    """Make the function that explains an error; it is compiled when the first error comes.

    ``build`` gives the validator of another schema: a flood of errors is looked at again by one that
    stops early, as listing it would take seconds.
    """

    @cache
    def explain() -> Explain:
        return explainer(schema)

    @cache
    def careful() -> Callable[[Any], Any]:
        return build(hasty(schema))

    def refusal(error: ValidationError, document: Any, raw: Any) -> Refusal:
        if error.error_count() > FLOOD:
            try:
                careful()(raw)
            except ValidationError as first:
                error = first
        return explain()(error, document)

    return refusal


def _item(detail: Any, steps: Steps, document: Any) -> Item:
    kind = detail["type"]
    entry = _TABLE.get(kind)
    if entry is None:
        if kind not in _FILLED:
            return _special(detail, steps)
        entry = _filled(kind, detail["ctx"][_FILLED[kind][1]])
    if entry[0] in _TYPES and _is_null(document, steps):
        entry = _NULL
    return (steps, *entry)


@lru_cache(1024, typed=True)
def _filled(kind: str, value: Any) -> tuple[str, str]:
    code, _, name = _FILLED[kind]
    if code == "type" and value == "Upload":
        return "file", CODES["file"]
    text = str(value)
    return code, sentence(code, **{name: text if len(text) <= 500 else f"{text[:499]}…"})


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
    """Tell the member that discriminates; pydantic writes ``'kind'``, ``'kind' | 'type'`` or ``function()``."""
    name: str = context["discriminator"].partition(" | ")[0]
    return (name[1:-1],) if name.startswith("'") else ()


def _is_null(document: Any, steps: Steps) -> bool:
    for step in steps:
        try:
            document = document[step]
        except (LookupError, TypeError):
            return False
    return document is None


# -- Locations ---------------------------------------------------------------------------------------

Located: TypeAlias = tuple[Steps, tuple[tuple[int, str | int], ...]]
#: Nodes that stand for the one inside them, as far as locations go.
_CLEAR = ("schema", "json_schema", "strict_schema", "lax_schema", "python_schema", "steps")
_WITHIN = frozenset({"list", "set", "frozenset", "deque", "tuple", "generator"})


def _locator(schema: Node) -> Callable[[Steps], Located] | None:
    """Make the function that finds the true steps, None where pydantic's location is always true."""
    nodes = list(walk(schema))
    if not any(node.get("type") in UNIONS or "keys_schema" in node for node in nodes):
        return None
    definitions = {node["ref"]: node for node in nodes if "ref" in node}

    def locate(location: Steps) -> Located:
        here: list[Node] = _open([schema], definitions)
        steps: list[str | int] = []
        branches: list[tuple[int, str | int]] = []
        for index, item in enumerate(location):
            unions = [node for node in here if node["type"] in UNIONS]
            if unions:
                branches.append((len(steps), item))
                here = _open(_labelled(unions, item), definitions)
                continue
            if item == "[key]" and index and index == len(location) - 1:
                break
            steps.append(item)
            here = _open([child for node in here for child in _inside(node, item)], definitions)
        return tuple(steps), tuple(branches)

    return locate


def _open(nodes: Iterable[Node], definitions: Mapping[str, Node]) -> list[Node]:
    """See through nodes that add nothing to a location."""
    found: list[Node] = []
    for node in nodes:
        if node["type"] == "definition-ref":
            found += _open([definitions[node["schema_ref"]]], definitions)
        elif node["type"] in UNIONS or node["type"] in _WITHIN:
            found.append(node)
        elif inner := next((node[key] for key in _CLEAR if key in node), None):
            found += _open(inner if isinstance(inner, list) else [inner], definitions)
        else:
            found.append(node)
    return found


def _labelled(unions: Iterable[Node], label: str | int) -> list[Node]:
    """Give the branches that carry a label; all of them where that cannot be told."""
    named: list[Node] = []
    other: list[Node] = []
    for union in unions:
        tagged = isinstance(union["choices"], dict)
        for choice in union["choices"].items() if tagged else union["choices"]:
            tag, node = (
                choice if tagged else choice[::-1] if isinstance(choice, tuple) else (_name(choice), choice)
            )
            (named if str(getattr(tag, "value", tag)) == str(label) else other).append(node)
    return named or other


def _name(node: Node) -> str:
    cls = node.get("cls")
    return cls.__name__ if cls is not None else str(node["type"])


def _inside(node: Node, step: str | int) -> Iterable[Node]:
    """Give what stands below a node at one step."""
    if "fields" in node:
        fields = node["fields"].items() if isinstance(node["fields"], dict) else enumerate(node["fields"])
        return [field["schema"] for name, field in fields if step in _names(name, field)]
    if "values_schema" in node:
        return [node["values_schema"]]
    items: Node | Sequence[Node] = node.get("items_schema", ())
    return [items] if isinstance(items, dict) else items


def _names(name: str | int, field: Node) -> Iterable[Any]:
    alias = field.get("validation_alias", ())
    paths = (
        [alias] if isinstance(alias, str) else [path[0] if isinstance(path, list) else path for path in alias]
    )
    return [name, field.get("name"), *paths]


# -- Unions ------------------------------------------------------------------------------------------


def _choose(faults: list[Fault], level: int) -> list[Fault]:
    """Keep, of the errors of each union's branches, those of the branch that was meant."""
    kept: list[Fault] = []
    groups: dict[tuple[Steps, int], dict[str | int, list[Fault]]] = {}
    for fault in faults:
        if len(fault.branches) <= level:
            kept.append(fault)
            continue
        size, label = fault.branches[level]
        place = (fault.steps[:size], size)
        groups.setdefault(place, {}).setdefault(label, []).append(fault)
    for (steps, _), branches in groups.items():
        chosen = [_choose(branch, level + 1) for branch in branches.values()]
        meant = [branch for branch in chosen if any(f.steps != steps or f.code not in _TYPES for f in branch)]
        if meant:
            kept += min(meant, key=len)
        elif len(chosen) == 1 or all(branch[0].code == "null" for branch in chosen):
            kept += chosen[0]
        else:
            kept.append(Fault(steps, "union", CODES["union"]))
    return kept


def _fault(detail: Any, located: Located, document: Any) -> Fault:
    steps, branches = located
    return Fault(*_item(detail, steps, document), branches)
