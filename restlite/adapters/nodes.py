"""Core schemas as trees: how to walk and to change one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

#: One schema or field of pydantic-core.
Node: TypeAlias = dict[str, Any]
#: ``type``, for values of which nothing is known.
class_of: Callable[[Any], Any] = type

#: The keys of a node under which other nodes stand: one, a list of them, or a dictionary of them.
BRANCHES = frozenset(
    {"schema", "items_schema", "keys_schema", "values_schema", "extras_schema", "extras_keys_schema"}
    | {"lax_schema", "strict_schema", "json_schema", "python_schema", "json_schema_input_schema"}
    | {"arguments_schema", "var_args_schema", "var_kwargs_schema"}
    | {"steps", "definitions", "fields", "choices"}
)
UNIONS = frozenset({"union", "tagged-union"})
FIELDS = frozenset({"model-field", "dataclass-field", "typed-dict-field", "named-tuple-field"})
OBJECTS = frozenset({"model", "dataclass", "typed-dict"})
HASTY = frozenset({"list", "tuple", "set", "frozenset", "deque", "dict"})


def walk(node: Node) -> Iterator[Node]:
    """Go through all nodes of a schema, those of fields included."""
    yield node
    below: list[Node] = []
    for key in BRANCHES & node.keys():
        spread(node[key], below.append)
    for child in below:
        yield from walk(child)


def choices_of(union: Node) -> list[tuple[Any, Node]]:
    """List the branches of a union, each after its tag or label, None where it has none."""
    choices: Any = union["choices"]
    if class_of(choices) is dict:
        return list(choices.items())
    return [choice[::-1] if class_of(choice) is tuple else (None, choice) for choice in choices]


def hasty(node: Node) -> Node:
    """Copy a schema so that collections stop at their first error: a flood of them costs little."""
    copy = {key: spread(value, hasty) if key in BRANCHES else value for key, value in node.items()}
    return {**copy, "fail_fast": True} if node.get("type") in HASTY else copy


def spread(value: Any, change: Callable[[Node], Any]) -> Any:
    """Change one node, or each of a list or a dictionary of them."""
    kind = class_of(value)
    if kind is dict:
        # A dictionary of fields may hold a field named "type"; a node's own "type" is a string.
        if isinstance(value.get("type"), str):
            return change(value)
        return {key: spread(item, change) for key, item in value.items()}
    if kind is list:
        return [spread(item, change) for item in value]
    if kind is tuple:  # a branch of a union, and its label
        return (spread(value[0], change), *value[1:])
    return value
