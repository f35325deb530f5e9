"""All scalar parameters of an operation are read at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from restlite.adapters.texts import TextMember, text_set
from restlite.violations import Refusal


class Filters(BaseModel):
    done: bool | None = None
    author: Annotated[str, Field(alias="by")] = ""


MEMBERS = [
    TextMember("id", int),
    TextMember("limit", Annotated[int, Field(ge=1, le=100)], required=False, default=20),
    TextMember("q", Annotated[str | None, Field(max_length=5)], required=False),
    TextMember("tags", list[str], required=False, default=[]),
    TextMember("marks", set[int], required=False, default={1}),
    TextMember("since", dt.date | None, required=False, default=None),
    TextMember("order", Literal["up", "down"], required=False, default_factory=lambda: "up"),
    TextMember("filters", Filters, required=False, default_factory=Filters),
]


def test_text_is_read_and_defaults_are_filled_in() -> None:
    read = text_set(MEMBERS)
    assert read({"id": 7}) == {
        "id": 7,
        "limit": 20,
        "q": None,
        "tags": [],
        "marks": {1},
        "since": None,
        "order": "up",
        "filters": Filters(),
    }
    raw = {"id": "-7", "limit": "5", "q": "a", "tags": ["x"], "marks": ["2", "2"], "since": "2024-05-01"}
    assert read({**raw, "order": "down", "filters": {"done": "true", "by": "me"}}) == {
        "id": -7,
        "limit": 5,
        "q": "a",
        "tags": ["x"],
        "marks": {2},
        "since": dt.date(2024, 5, 1),
        "order": "down",
        "filters": Filters(done=True, by="me"),
    }


def test_defaults_are_never_shared() -> None:
    read = text_set(MEMBERS)
    first, second = read({"id": 1}), read({"id": 1})
    assert first["tags"] is not second["tags"]
    assert first["marks"] is not second["marks"]


def test_all_errors_are_told_at_once_and_name_the_member() -> None:
    raw = {"limit": "0", "q": "abcdef", "tags": "x", "since": "0", "order": "left"}
    with pytest.raises(Refusal) as caught:
        text_set(MEMBERS)({**raw, "filters": {"done": "on", "more": "1"}, "extra": "1"})
    assert caught.value.items == [
        (("id",), "missing", "This is required."),
        (("limit",), "greater_than_equal", "This must be greater than or equal to 1."),
        (("q",), "max_length", "This must have at most 5 items or characters."),
        (("tags",), "array", "This must be an array."),
        (("since",), "date", "This must be a date such as 2024-05-01."),
        (("order",), "choice", "This must be one of: 'up' or 'down'."),
        (("filters", "done"), "boolean", "This must be true or false."),
        (("filters", "more"), "unknown", "This is not known here."),
        (("extra",), "unknown", "This is not known here."),
    ]


def test_an_alias_of_a_scalar_does_not_rename_its_member() -> None:
    read = text_set([TextMember("token", Annotated[str, Field(alias="X-Token")])])
    assert read({"token": "a"}) == {"token": "a"}


def test_objects_that_a_path_has_given_pass_and_keep_their_bounds() -> None:
    key = uuid.uuid4()
    members = [TextMember("key", uuid.UUID), TextMember("size", Annotated[float, Field(lt=2)])]
    assert text_set(members)({"key": key, "size": 1.5}) == {"key": key, "size": 1.5}
    with pytest.raises(Refusal) as caught:
        text_set(members)({"key": key, "size": 2.5})
    assert caught.value.items == [(("size",), "less_than", "This must be less than 2.0.")]


class Node(BaseModel):
    name: str
    below: list[Node] = []


def test_members_may_share_a_recursive_model() -> None:
    read: Any = text_set([TextMember("a", Node), TextMember("b", Node, required=False, default=None)])
    assert read({"a": {"name": "x", "below": [{"name": "y"}]}})["a"].below == [Node(name="y")]
    assert read({"a": {"name": "x"}})["b"] is None


def test_an_operation_without_parameters_reads_nothing() -> None:
    assert text_set([])({}) == {}


def test_a_lax_app_reads_lax_text() -> None:
    read = text_set([TextMember("n", int), TextMember("b", bool)], strict=False)
    assert read({"n": " 1_0", "b": "yes"}) == {"n": 10, "b": True}
