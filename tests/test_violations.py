"""What is wrong with a request, item by item: codes, sentences, pointers, bounds."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from restlite import App
from restlite.testing import Client
from restlite.violations import (
    CODES,
    MAX_KEY,
    MAX_POINTER,
    MAX_VIOLATIONS,
    Malformed,
    Refusal,
    Violation,
    clip,
    pointer,
    sentence,
)


def test_the_list_of_codes_is_closed_and_short() -> None:
    assert len(CODES) <= 40
    assert all(re.fullmatch("[a-z_]+", code) for code in CODES)
    assert all(re.fullmatch(r"[A-Z].*[.]", text) for text in CODES.values())


def test_sentences_take_their_values_from_the_model() -> None:
    assert sentence("missing") == "This is required."
    assert sentence("less_than", limit=5) == "This must be less than 5."


@pytest.mark.parametrize(
    ("location", "key"),
    [
        ("body", "pointer"),
        ("query", "parameter"),
        ("path", "parameter"),
        ("header", "parameter"),
        ("cookie", "parameter"),
    ],
)
def test_a_violation_says_where_it_lies(location: str, key: str) -> None:
    assert Violation(location, "a", "missing", "This is required.").to_dict() == {
        "in": location,
        key: "a",
        "code": "missing",
        "detail": "This is required.",
    }


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((), ""),
        (("a", 0), "/a/0"),
        (("a/b", "c~d"), "/a~1b/c~0d"),
        (("",), "/"),
        (("k" * 100,), "/" + "k" * 63 + "…"),
    ],
)
def test_pointers(steps: tuple[str | int, ...], text: str) -> None:
    assert pointer(steps) == text
    assert Refusal([(steps, "missing", "…")]).items.in_body == [Violation("body", text, "missing", "…")]


def test_keys_of_clients_are_shortened() -> None:
    assert clip("a" * MAX_KEY) == "a" * MAX_KEY
    assert clip("a" * (MAX_KEY + 1)) == "a" * (MAX_KEY - 1) + "…"


@pytest.mark.parametrize(
    ("character", "limit"), [("a", MAX_POINTER), ("é", MAX_POINTER // 3), ("\x01", MAX_POINTER // 3)]
)
def test_long_pointers_are_cut(character: str, limit: int) -> None:
    text = pointer((character * 60,) * 20)
    assert len(text) == limit
    assert text.endswith("…")


def test_refusals_and_malformed_bodies_carry_what_is_to_be_said() -> None:
    items: list[Any] = [(("a",), "missing", "This is required.")]
    assert (Refusal(items).items, str(Refusal(items))) == (items, str(items))
    assert Malformed("Broken.").detail == "Broken."


class Item(BaseModel):
    name: str
    size: int


def test_no_more_than_fifty(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def create(body: list[Item], limit: int) -> int: ...

    body = [{"name": 1, "size": "x"}] * 40
    response = Client(app, gateway=gateway).post("/", params={"limit": "x"}, json=body)
    errors = response.json()["errors"]
    assert len(errors) == MAX_VIOLATIONS
    assert errors[0] == {
        "in": "query",
        "parameter": "limit",
        "code": "integer",
        "detail": "This must be an integer.",
    }
    assert errors[1] == {
        "in": "body",
        "pointer": "/0/name",
        "code": "string",
        "detail": "This must be a string.",
    }
    assert errors[2] == {
        "in": "body",
        "pointer": "/0/size",
        "code": "integer",
        "detail": "This must be an integer.",
    }


Deep = dict[str, dict[str, dict[str, dict[str, dict[str, dict[str, dict[str, dict[str, int]]]]]]]]


@pytest.mark.parametrize("character", ["a", '"', "\\", "~", "é", "\U0001f600", "\x01"])
def test_an_answer_stays_below_64_kb(character: str, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def create(body: Deep) -> None: ...

    body: dict[str, Any] = {}
    for number in range(MAX_VIOLATIONS + 10):
        inner: Any = "x"
        for _ in range(8):
            inner = {f"{number}{character * 100}": inner}
        body |= inner
    response = Client(app, gateway=gateway).post("/", json=body)
    assert len(response.json()["errors"]) == MAX_VIOLATIONS
    assert len(response.content) < 64_000


def test_long_lists_of_choices_stay_below_64_kb(gateway: Any) -> None:
    choices = tuple(f"choice-{number:05}" for number in range(2000))
    app = App()

    @app.post("/")
    def create(body: list[Literal[choices]]) -> None: ...  # type: ignore[valid-type]

    response = Client(app, gateway=gateway).post("/", json=["x"] * 60)
    assert {item["code"] for item in response.json()["errors"]} == {"choice"}
    assert len(response.content) < 64_000


def test_what_was_refused_is_never_told(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.post("/<int:id>")
    def create(id: int, body: Item, limit: int, kind: Literal["a"] = "a") -> None: ...

    body = {"name": ["hidden-1"], "size": "hidden-2", "more": "hidden-3"}
    headers = {"X-Hidden": "hidden-4"}
    response = Client(app, gateway=gateway).post(
        "/1?limit=hidden-5&kind=hidden-6", json=body, headers=headers
    )
    assert len(response.json()["errors"]) == 5
    assert "hidden" not in response.text
    assert "hidden" not in caplog.text
