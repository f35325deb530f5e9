"""Every error that pydantic knows becomes one of our codes, with our own sentence."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import ipaddress
import re
import time
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, get_args

import pytest
from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    Field,
    FutureDate,
    HttpUrl,
    Json,
    NaiveDatetime,
    PastDate,
    TypeAdapter,
    model_validator,
)
from pydantic_core import ErrorType, PydanticCustomError, ValidationError
from pydantic_core.core_schema import ErrorType as CoreErrorType

from restlite.adapters.faults import FLOOD, explainer
from restlite.adapters.pydantic import PydanticAdapter
from restlite.violations import CODES, MAX_VIOLATIONS, Refusal, pointer


def refused(annotation: Any, body: str) -> list[tuple[str, str, str]]:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation).json_loader()(body.encode())
    return [(pointer(steps), code, detail) for steps, code, detail in caught.value.items]


SENTENCES: list[tuple[Any, str, str]] = [
    (Annotated[str, Field(min_length=2)], '"a"', "This must have at least 2 items or characters."),
    (Annotated[str, Field(max_length=2)], '"abc"', "This must have at most 2 items or characters."),
    (Annotated[bytes, Field(max_length=2)], '"abc"', "This must have at most 2 items or characters."),
    (Annotated[list[int], Field(min_length=1)], "[]", "This must have at least 1 items or characters."),
    (
        Annotated[dict[str, int], Field(max_length=0)],
        '{"a":1}',
        "This must have at most 0 items or characters.",
    ),
    (Annotated[str, Field(pattern="^[a-z]+$")], '"1"', "This does not match the pattern ^[a-z]+$."),
    (Annotated[int, Field(gt=5)], "5", "This must be greater than 5."),
    (Annotated[float, Field(ge=0.5)], "0", "This must be greater than or equal to 0.5."),
    (Annotated[Decimal, Field(lt=Decimal("1.5"))], "2", "This must be less than 1.5."),
    (
        Annotated[dt.date, Field(le=dt.date(2024, 1, 1))],
        '"2025-01-01"',
        "This must be less than or equal to 2024-01-01.",
    ),
    (Annotated[int, Field(multiple_of=3)], "4", "This must be a multiple of 3."),
    (Annotated[Decimal, Field(max_digits=2)], "123", "This has too many digits."),
    (PastDate, '"2999-01-01"', "This must lie in the past."),
    (FutureDate, '"1999-01-01"', "This must lie in the future."),
    (AwareDatetime, '"2024-01-01T00:00:00"', "The timezone is wrong or missing."),
    (NaiveDatetime, '"2024-01-01T00:00:00Z"', "The timezone is wrong or missing."),
    (None, "1", "This must be of type null."),
    (uuid.UUID, '"x"', "This must be a UUID."),
    (AnyUrl, '"x"', "This must be a URL."),
    (HttpUrl, '"ftp://a.example"', "This must be a URL."),
    (
        Annotated[HttpUrl, Field(max_length=5)],
        '"http://a.example"',
        "This must have at most 5 items or characters.",
    ),
    (Base64Bytes, '"a"', "This must be encoded bytes."),
    (Json[int], '"["', "This does not have the expected format."),
    (Json[int], "1", "This must be a string."),
    (Fraction, '"x"', "This must be a number."),
    (complex, '"x"', "This must be a number."),
    (re.Pattern[str], '"["', "This does not have the expected format."),
    (ipaddress.IPv4Address, '"SECRET"', "This is not valid."),
    (collections.Counter[str], "[]", "This must be an object."),
    (collections.deque[int], "{}", "This must be an array."),
    (frozenset[int], "{}", "This must be an array."),
    (tuple[int], "{}", "This must be an array."),
]


@pytest.mark.parametrize(("annotation", "body", "detail"), SENTENCES)
def test_sentences_are_ours_and_limits_the_models(annotation: Any, body: str, detail: str) -> None:
    assert [found for _, _, found in refused(annotation, body)] == [detail]


def test_there_are_at_most_forty_codes() -> None:
    assert len(CODES) <= 40


#: Types that only Python's own objects, or a broken schema, can lead to.
UNUSED = {"frozen_field", "frozen_instance", "default_factory_not_called", "needs_python_object"}
UNUSED |= {"recursion_loop", "callable_type", "set_item_not_hashable"}
UNUSED |= {"missing_sentinel_error", "ellipsis_error"}
CONTEXT = {"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "expected", "class"}


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_error_type_has_a_code(kind: str) -> None:
    context = dict.fromkeys(CONTEXT | {"error"}, "1")
    context |= {"discriminator": "'kind'", "tag": "SECRET", "expected_tags": "'a'"}
    detail = {"type": kind, "loc": ("a",), "msg": "SECRET", "ctx": context}

    class Fake:
        def errors(self, **options: Any) -> list[Any]:
            return [detail]

    fake: Any = Fake()
    ((_, code, text),) = explainer({"type": "any"})(fake, {"a": 1}).items
    assert code in CODES
    assert "SECRET" not in text
    assert code != "invalid" or kind in UNUSED | {"value_error", "assertion_error"}


class Range(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def ordered(self) -> Range:
        if self.low == self.high:
            raise PydanticCustomError("ordered", "The end must come after the start.")
        if self.low == -1:
            raise PydanticCustomError("echo", "No: {value}", {"value": self.low})
        if self.low > self.high:
            raise ValueError(f"{self.low} SECRET")
        assert self.low != 5, "SECRET"
        return self


def test_a_custom_error_without_context_keeps_its_text() -> None:
    body = '{"low":1,"high":1}'
    assert refused(Range, body) == [("", "invalid", "The end must come after the start.")]


@pytest.mark.parametrize("body", ['{"low":2,"high":1}', '{"low":5,"high":6}', '{"low":-1,"high":6}'])
def test_other_errors_of_a_users_validator_say_nothing(body: str) -> None:
    assert refused(Range, body) == [("", "invalid", "This is not valid.")]


def test_a_long_custom_text_is_not_passed_on() -> None:
    def check(value: str) -> str:
        raise PydanticCustomError("long", "x" * 201)  # type: ignore[arg-type]

    assert refused(Annotated[str, AfterValidator(check)], '"a"') == [("", "invalid", "This is not valid.")]


def test_an_email_has_its_code() -> None:
    def check(value: str) -> str:
        raise PydanticCustomError(
            "value_error", "value is not a valid email address: {reason}", {"reason": value}
        )

    annotation: Any = Annotated[str, AfterValidator(check)]
    assert refused(annotation, '"SECRET"') == [("", "email", "This must be an e-mail address.")]


def test_an_instance_that_is_missing_is_named_by_its_class() -> None:
    class Upload:
        pass

    class Other:
        pass

    class Model(BaseModel, arbitrary_types_allowed=True):
        file: Upload
        other: Other

    with pytest.raises(Refusal) as caught:
        PydanticAdapter(Model).form_loader()({"file": "a", "other": "b"})
    assert [(code, detail) for _, code, detail in caught.value.items] == [
        ("file", "This must be a file."),
        ("type", "This must be of type Other."),
    ]


def test_null_is_told_from_a_wrong_type() -> None:
    assert refused(Range, '{"low":null}') == [
        ("/low", "null", "This must not be null."),
        ("/high", "missing", "This is required."),
    ]


def test_a_long_choice_is_clipped() -> None:
    annotation: Any = Annotated[str, Field(pattern="a" * 1000)]
    ((_, _, detail),) = refused(annotation, '"b"')
    assert len(detail) < 600
    assert detail.endswith("…." if detail.endswith(".") else "…")


def test_keys_of_clients_are_clipped() -> None:
    ((place, code, _),) = refused(Range, f'{{"low":1,"high":2,"{"k" * 100}":1}}')
    assert (place, code) == (f"/{'k' * 63}…", "unknown")


@dataclasses.dataclass
class Item:
    a: int


FLOODS = [
    (list[int], "[" + ",".join(['"x"'] * 50_000) + "]"),
    (list[Item], "[" + ",".join(["{}"] * 50_000) + "]"),
    (Item, "{" + ",".join(f'"k{number}":1' for number in range(50_000)) + "}"),
    (dict[str, int], "{" + ",".join(f'"k{number}":"x"' for number in range(50_000)) + "}"),
]


@pytest.mark.parametrize(("annotation", "body"), FLOODS)
def test_a_flood_of_errors_is_cheap(annotation: Any, body: str) -> None:
    load = PydanticAdapter(annotation).json_loader()
    started = time.process_time()
    with pytest.raises(Refusal) as caught:
        load(body.encode())
    assert time.process_time() - started < 3
    assert 1 <= len(caught.value.items) <= MAX_VIOLATIONS


def test_what_is_remembered_of_mistakes_is_bounded_and_right() -> None:
    load = PydanticAdapter(dict[str, Range]).json_loader()
    for number in [*range(120), 0, 119]:
        with pytest.raises(Refusal) as caught:
            load(f'{{"k{number}":{{"low":1}}}}'.encode())
        assert caught.value.items == [((f"k{number}", "high"), "missing", "This is required.")]


def test_long_keys_are_not_remembered_but_explained() -> None:
    load = PydanticAdapter(Item).json_loader()
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            load(f'{{"a":1,"{"k" * 5_000}":1}}'.encode())
        assert [code for _, code, _ in caught.value.items] == ["unknown"]


def test_a_flood_in_text_is_cheap_too() -> None:
    load = PydanticAdapter(list[int]).text_loader()
    with pytest.raises(Refusal) as caught:
        load(["x"] * (FLOOD + 1))
    assert caught.value.items == [((0,), "integer", "This must be an integer.")]


def test_an_error_that_does_not_come_again_is_still_told() -> None:
    seen: list[int] = []

    def once(value: int) -> int:
        seen.append(value)
        if len(seen) <= FLOOD + 1:
            raise ValueError
        return value

    load = PydanticAdapter(list[Annotated[int, AfterValidator(once)]]).json_loader()
    with pytest.raises(Refusal) as caught:
        load(b"[" + b",".join([b"1"] * (FLOOD + 1)) + b"]")
    assert len(caught.value.items) == MAX_VIOLATIONS


def test_no_input_is_ever_told() -> None:
    class Secret(BaseModel):
        a: int
        b: dt.date
        c: uuid.UUID
        d: Annotated[str, Field(max_length=3)]
        e: AnyUrl

    body = '{"a":"SECRET","b":"SECRET","c":"SECRET","d":"SECRET","e":"SECRET"}'
    assert "SECRET" not in str(refused(Secret, body))
    assert len(refused(Secret, body)) == 5


def test_pydantics_error_types_are_all_known() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(int).validate_json('"x"')
    assert caught.value.errors()[0]["type"] in get_args(CoreErrorType)
