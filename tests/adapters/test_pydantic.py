"""The adapter as a whole: bytes in, values out, and what is written is read again."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import json
import sys
import typing
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from pydantic.errors import PydanticUserError

from restlite.adapters import Adapter, DumpOptions
from restlite.adapters.pydantic import PydanticAdapter
from restlite.records import SchemaRef
from restlite.violations import Malformed, Refusal


class Status(enum.Enum):
    ACTIVE = "active"
    GONE = "gone"


class Dimension(BaseModel):
    width: float
    height: float
    unit: str = "cm"


class Item(BaseModel):
    name: Annotated[str, Field(min_length=1, alias="Name")]
    price: Decimal
    tags: list[str] = []
    created: dt.datetime
    day: dt.date | None = None
    span: dt.timedelta | None = None
    clock: dt.time | None = None
    owner: uuid.UUID
    dimension: Dimension
    status: Status
    counts: dict[int, int] = {}
    free: Any = None


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
finite = st.floats(allow_nan=False, allow_infinity=False)
offsets = st.none() | st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=-5, minutes=-30))])
items = st.builds(
    Item,
    Name=st.text(min_size=1),
    price=st.decimals(allow_nan=False, allow_infinity=False),
    tags=st.lists(st.text(), max_size=3),
    created=st.datetimes(timezones=offsets, min_value=dt.datetime(1, 1, 2)),
    day=st.none() | st.dates(),
    span=st.none() | st.timedeltas(dt.timedelta(-10_000), dt.timedelta(10_000)),
    clock=st.none() | st.times(),
    owner=st.uuids(),
    dimension=st.builds(Dimension, width=finite, height=finite, unit=st.text()),
    status=st.sampled_from(Status),
    counts=st.dictionaries(st.integers(), st.integers(), max_size=3),
    free=plain,
)

load_item = PydanticAdapter(Item).json_loader()
dump_item = PydanticAdapter(Item).dumper(DumpOptions())
check_item = PydanticAdapter(Item).dumper(DumpOptions(check=True))


@given(item=items)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_again(item: Item) -> None:
    body = dump_item(item)
    assert load_item(body) == item
    assert check_item(item) == body


@given(body=st.binary(max_size=40) | plain.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for load in (load_item, PydanticAdapter(Any).json_loader()):
        with contextlib.suppress(Malformed, Refusal):
            load(body)


MALFORMED: list[tuple[bytes, str]] = [
    (b"", "The body is empty; JSON was expected."),
    (b" \r\n", "The body is empty; JSON was expected."),
    (b"{", "The body is not valid JSON: it ends too early at line 1 column 1."),
    (b'{"a":1', "The body is not valid JSON: it ends too early at line 1 column 6."),
    (b'{"a":1}x', "The body is not valid JSON: something follows its end at line 1 column 8."),
    (b"[1,]", "The body is not valid JSON: a comma is followed by nothing at line 1 column 4."),
    (b"{1:2}", "The body is not valid JSON: a key is no string at line 1 column 2."),
    (b'"\n"', "The body is not valid JSON: a string holds a control character at line 2 column 0."),
    (b'"\\x"', "The body is not valid JSON: a string holds a broken escape at line 1 column 3."),
    (b'"\\ud800"', "The body is not valid JSON: a string holds broken Unicode at line 1 column 8."),
    (b'"\xed\xa0\x80"', "The body is not valid JSON: a string holds broken Unicode at line 1 column 2."),
    (b'"\xff\xfe"', "The body is not valid JSON: a string holds broken Unicode at line 1 column 2."),
    (b"\xef\xbb\xbf{}", "The body is not valid JSON: something unexpected stands at line 1 column 1."),
    (
        '{"a":1}'.encode("utf-16"),
        "The body is not valid JSON: something unexpected stands at line 1 column 1.",
    ),
    (b"SECRET", "The body is not valid JSON: something unexpected stands at line 1 column 1."),
    (b"01", "The body is not valid JSON: a number is broken at line 1 column 2."),
    (b"1" * 5000, "The body is not valid JSON: a number is too large at line 1 column 4302."),
    (b"[" * 100_000, "The body is not valid JSON: it is nested too deeply at line 1 column 202."),
    (b'{"a":' * 100_000, "The body is not valid JSON: it is nested too deeply at line 1 column 1006."),
    (
        b'{"ignored":' + b"[" * 100_000,
        "The body is not valid JSON: it is nested too deeply at line 1 column 212.",
    ),
]


@pytest.mark.parametrize(("body", "detail"), MALFORMED, ids=[str(body[:12]) for body, _ in MALFORMED])
@pytest.mark.parametrize("annotation", [Any, Item, Dimension])
def test_what_is_no_json_is_malformed(body: bytes, detail: str, annotation: Any) -> None:
    with pytest.raises(Malformed) as caught:
        PydanticAdapter(annotation).json_loader()(body)
    found = caught.value.detail
    assert found == detail or (annotation is not Any and found.startswith("The body is not valid JSON: "))
    assert "SECRET" not in found


def test_null_is_refused_unless_it_is_declared() -> None:
    with pytest.raises(Refusal) as caught:
        load_item(b"null")
    assert caught.value.items == [((), "null", "This must not be null.")]
    assert PydanticAdapter(Item | None).json_loader()(b"null") is None


def test_the_adapter_describes_by_reference() -> None:
    adapter: Adapter = PydanticAdapter(Item, strict=False)
    assert adapter.annotation is Item
    assert adapter.describe("output") == SchemaRef(Item, "pydantic", "output", strict=False)
    assert adapter.describe("input", "text") == SchemaRef(Item, "pydantic", "input", False, "text")


def test_nothing_is_built_before_it_is_asked_for() -> None:
    assert PydanticAdapter("no type at all").annotation == "no type at all"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic takes typing.TypedDict from 3.12 on")
def test_an_unfit_typed_dict_is_told_by_pydantic() -> None:
    made: Any = typing.TypedDict("made", {"a": int})
    with pytest.raises(PydanticUserError, match=r"typing_extensions\.TypedDict"):
        PydanticAdapter(made).json_loader()


def test_an_uploaded_object_passes_through_a_form() -> None:
    class Upload:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return {"type": "is-instance", "cls": cls}

    class Form(BaseModel):
        picture: Upload
        more: list[Upload] = []

    upload = Upload()
    value = PydanticAdapter(Form).form_loader()({"picture": upload, "more": [upload]})
    assert value.picture is upload
    assert value.more == [upload]
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(Form).form_loader()({"picture": "a"})
    assert caught.value.items == [(("picture",), "file", "This must be a file.")]


def test_a_dataclass_is_loaded_as_itself() -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 0

    assert PydanticAdapter(Point).json_loader()(b'{"x":1}') == Point(1)


def test_threads_may_share_all_of_it() -> None:
    adapter = PydanticAdapter(list[Dimension])
    body = TypeAdapter(list[Dimension]).dump_json([Dimension(width=1, height=2)] * 3)

    def work(_: int) -> bytes:
        return adapter.dumper(DumpOptions())(adapter.json_loader()(body))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(32))) == {body}
