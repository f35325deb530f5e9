"""Core schemas as trees."""

from __future__ import annotations

from collections import deque
from typing import Any

from pydantic import BaseModel, TypeAdapter

from restlite.adapters.nodes import choices_of, hasty, walk
from restlite.adapters.policy import rewrite


class Everywhere(BaseModel):
    type: list[int]
    rows: dict[str, tuple[int, str]] | deque[int] | None = None


def test_calls_are_walked_too() -> None:
    def call(a: float, *rest: float, **more: float) -> None: ...

    own: Any = TypeAdapter(call).core_schema
    numbers = [node for node in walk(rewrite(own, "json")) if node.get("type") == "float"]
    assert [number["allow_inf_nan"] for number in numbers] == [False] * 3


def test_labels_of_unions_survive() -> None:
    union: Any = {"type": "union", "choices": [({"type": "int"}, "number"), {"type": "str"}]}
    copy = rewrite(union, "json")
    assert choices_of(copy) == [("number", {"type": "int"}), (None, {"type": "str"})]


def test_a_hasty_copy_stops_at_the_first_error() -> None:
    copy = hasty(TypeAdapter(Everywhere).core_schema)
    stopping = {node["type"] for node in walk(copy) if node.get("fail_fast")}
    assert stopping == {"list", "dict", "tuple", "deque"}
