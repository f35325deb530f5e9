"""Keys that stand twice in one JSON object, found without reading the body twice.

JSON parsers keep the last of two equal keys. We compare two numbers: how many keys the bytes can hold
at most, and how many different keys the validated value shows. Equal numbers prove that no key stands
twice. At first every colon counts as a key, and a date-time's own two are told apart; then only what
is ``":``; at last a second, slower parse decides. So a counter may count too few, but never too many:
what it cannot know counts 0.
"""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pydantic_core import from_json

from ..violations import Malformed, clip
from .access import holder_of
from .nodes import Node, choices_of, class_of
from .spelling import finite, spells_clock

Counter: TypeAlias = Callable[[Any], int]
#: Without its space, a body has at most as many keys as it has these.
KEY_END = b'":'
SPACE = b" \t\n\r"


def refuse_repeats(body: bytes, keys: int) -> None:
    """Raise ``Malformed`` where a key stands twice in one object of valid JSON that shows ``keys`` keys."""
    at_most = body.translate(None, SPACE).count(KEY_END)
    if at_most != keys and count_plain(from_json(body)) != at_most:
        refuse_duplicates(body)


def refuse_duplicates(body: bytes) -> None:
    """Do the same by looking at every object, which takes three times as long."""
    try:
        json.loads(body, object_pairs_hook=_unique, parse_int=len, parse_float=len, parse_constant=len)
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None


def count_plain(value: Any) -> int:
    """Count the keys of plain data."""
    kind = class_of(value)
    if kind is dict:
        total, items = len(value), value.values()
    elif kind is list:
        total, items = 0, value
    else:
        return 0
    for item in items:
        kind = class_of(item)
        if kind is dict or kind is list:  # Asked here, as a call for each scalar would cost more.
            total += count_plain(item)
    return total


def counter(schema: Node) -> Counter:
    """Make the function that counts the keys which a value of this schema was read from."""
    return _Counters().of(schema) or _zero


def colon_counter(schema: Node) -> tuple[Counter, bool]:
    """Make the function that counts the colons that a value was read from: of keys, and of clock times.

    Tells also whether it counts times: their colons may be written as escapes, which shows in the body.
    """
    counters = _Counters(clocks=True)
    return counters.of(schema) or _zero, counters.found


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) != len(dict(pairs)):
        ((key, _),) = collections.Counter(key for key, _ in pairs).most_common(1)
        raise Malformed(f'The body is not valid JSON: the key "{clip(key)}" stands twice.')


def _zero(_value: Any) -> int:
    return 0


def _two(_value: Any) -> int:
    return 2


def is_required(model: Node, name: str) -> bool:
    """Tell whether a member of a model must be sent."""
    kind: str = holder_of(model)["fields"][name]["schema"]["type"]
    return kind == "chain"


def one_deep(own: int, name: str, inner: Counter) -> Counter:
    """Count for a model with one member that counts, besides ``own`` that are sure."""

    def count(value: Any) -> int:
        sent = value.__pydantic_fields_set__
        return len(sent) + own + (inner(value.__dict__[name]) if name in sent else 0)

    return count


class _Counters:
    """Make counters by the type of a node; None stands for one that would always give 0."""

    def __init__(self, *, clocks: bool = False) -> None:
        self.clocks = clocks
        self.found = False
        self.cells: dict[str, _Cell] = {}
        self.makers: dict[str, Callable[[Node], Counter | None]] = {
            "any": lambda node: count_plain,
            "chain": self.chain,
            "function-after": self.function,
            "definitions": self.definitions,
            "definition-ref": lambda node: self.cells[node["schema_ref"]].count,
            "json-or-python": lambda node: self.of(node["json_schema"]),
            "lax-or-strict": lambda node: self.of(node["strict_schema"]),
            "default": lambda node: None if "on_error" in node else self.of(node["schema"]),
            "nullable": self.nullable,
            "list": self.array,
            "dict": self.mapping,
            "typed-dict": self.typed_dict,
            "model": self.model,
            "dataclass": self.dataclass,
            "union": self.union,
            "tagged-union": self.union,
        }

    def of(self, node: Node) -> Counter | None:
        maker = self.makers.get(node["type"])
        return maker(node) if maker is not None else None

    def definitions(self, node: Node) -> Counter | None:
        # A recursive type's counter calls itself through a cell, which is filled once it is known.
        self.cells |= {item["ref"]: _Cell() for item in node["definitions"]}
        for item in node["definitions"]:
            self.cells[item["ref"]].inner = self.of(item)
        return self.of(node["schema"])

    def chain(self, node: Node) -> Counter | None:
        """Count the colons of a time whose spelling has been checked: hours, minutes and seconds."""
        if not self.clocks or not spells_clock(node):
            return None
        self.found = True
        return _two

    def function(self, node: Node) -> Counter | None:
        """Count plain data; a user's function may have put anything in its place."""
        return count_plain if node["function"]["function"] is finite else None

    def nullable(self, node: Node) -> Counter | None:
        inner = self.of(node["schema"])
        return None if inner is None else lambda value: 0 if value is None else inner(value)

    def array(self, node: Node) -> Counter | None:
        inner = self.of(node["items_schema"]) if "items_schema" in node else None
        return None if inner is None else lambda value: sum(map(inner, value))

    def mapping(self, node: Node) -> Counter | None:
        inner = self.of(node["values_schema"]) if "values_schema" in node else None
        return len if inner is None else lambda value: len(value) + sum(map(inner, value.values()))

    def members(self, fields: Iterable[tuple[str, Node]]) -> list[tuple[str, Counter]]:
        made = ((name, self.of(field["schema"])) for name, field in fields)
        return [(name, inner) for name, inner in made if inner is not None]

    def typed_dict(self, node: Node) -> Counter | None:
        if any(field["schema"]["type"] == "default" for field in node["fields"].values()):
            return None  # A default cannot be told from what was sent.
        nested = self.members(node["fields"].items())
        return lambda value: len(value) + sum([inner(value[name]) for name, inner in nested if name in value])

    def model(self, node: Node) -> Counter | None:
        if node.get("custom_init") or node.get("post_init"):
            return None  # The model's own code may set fields that were not sent.
        if node.get("root_model"):
            root = self.of(node["schema"])
            return None if root is None else lambda value: root(value.root)
        holder = holder_of(node)
        if holder["type"] != "model-fields":
            return None
        # Read-only members that were sent are not among the fields set: the slower looks decide then.
        nested = self.members(holder["fields"].items())
        # A required time is always there: its colons need no look.
        sure = [name for name, inner in nested if inner is _two and is_required(node, name)]
        nested = [(name, inner) for name, inner in nested if name not in sure]
        own = 2 * len(sure)
        if not nested:
            return lambda value: len(value.__pydantic_fields_set__) + own
        if len(nested) == 1:
            return one_deep(own, *nested[0])

        def count(value: Any) -> int:
            sent, members = value.__pydantic_fields_set__, value.__dict__
            total = len(sent) + own
            for name, inner in nested:
                if name in sent:
                    total += inner(members[name])
            return total

        return count

    def dataclass(self, node: Node) -> Counter | None:
        holder = holder_of(node)
        if node.get("post_init") or holder["type"] != "dataclass-args":
            return None
        sure = [field for field in holder["fields"] if field["schema"]["type"] != "default"]
        nested = self.members((field["name"], field) for field in sure)
        return lambda value: len(sure) + sum([inner(getattr(value, name)) for name, inner in nested])

    def union(self, node: Node) -> Counter | None:
        by_class: dict[type, Counter] = {}
        for _, inner in choices_of(node):
            count = self.of(inner) if inner["type"] in ("model", "dataclass") else None
            if count is not None:
                by_class[inner["cls"]] = count
        return lambda value: by_class.get(class_of(value), _zero)(value)


class _Cell:
    inner: Counter | None = None

    def count(self, value: Any) -> int:
        return self.inner(value) if self.inner is not None else 0
