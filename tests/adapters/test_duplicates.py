"""Keys that stand twice are found in every type, and only those."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal, NotRequired

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator
from typing_extensions import TypedDict

from restlite.adapters.duplicates import count_plain, counter, refuse_duplicates
from restlite.adapters.pydantic import PydanticAdapter
from restlite.violations import Malformed


class Leaf(BaseModel):
    a: int
    b: str = ""


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Tree(BaseModel):
    leaf: Leaf | None = None
    kids: list[Tree] = []
    named: dict[str, Leaf] = {}
    free: Any = None


class Assigning(BaseModel):
    a: int = 0
    b: int = 0

    @model_validator(mode="after")
    def assign(self) -> Assigning:
        self.b = 5
        return self


class Posted(BaseModel):
    a: int = 0
    b: int = 0

    def model_post_init(self, context: Any, /) -> None:
        self.b = 5


class Before(BaseModel):
    a: int

    @model_validator(mode="before")
    @classmethod
    def same(cls, value: Any) -> Any:
        return value


class Typed(TypedDict):
    a: int
    b: NotRequired[Leaf]


class Defaulted(TypedDict):
    a: Annotated[int, Field(default=1)]
    b: NotRequired[int]


@dataclasses.dataclass
class Data:
    leaf: Leaf
    a: int = 0


@dataclasses.dataclass
class Initial:
    leaf: Leaf

    def __post_init__(self) -> None:
        self.leaf = Leaf(a=1, b="set here")


class Left(BaseModel):
    kind: Literal["left"]


class Right(BaseModel):
    kind: Literal["right"]
    leaf: Leaf


Either = Annotated[Left | Right, Field(discriminator="kind")]

TWICE: list[tuple[Any, str]] = [
    (Leaf, '{"a":1,"a":2}'),
    (Leaf, '{"a":1,"a" :2}'),
    (Leaf, '{"a":1,\n"a"\r\n\t: 2}'),
    (Leaf, '{"a":1,"\\u0061":2}'),
    (Leaf, '{"a":1,"b":"\\":","a":2}'),
    (Open, '{"a":1,"x":{"y":1,"y":2}}'),
    (Open, '{"a":1,"x":1,"x":2}'),
    (Tree, '{"leaf":{"a":1,"a":1}}'),
    (Tree, '{"kids":[{"kids":[{"leaf":null,"leaf":null}]}]}'),
    (Tree, '{"named":{"x":{"a":1},"x":{"a":2}}}'),
    (Tree, '{"free":[{"x":1,"x":2}]}'),
    (Assigning, '{"a":1,"a":2}'),
    (Posted, '{"a":1,"a":2}'),
    (Before, '{"a":1,"a":2}'),
    (Typed, '{"a":1,"b":{"a":1,"a":2}}'),
    (Defaulted, '{"b":1,"b":2}'),
    (Data, '{"leaf":{"a":1},"leaf":{"a":1}}'),
    (Data, '{"leaf":{"a":1,"a":2},"a":1}'),
    (Initial, '{"leaf":{"a":1,"a":2}}'),
    (Either, '{"kind":"right","kind":"right","leaf":{"a":1}}'),
    (Left | Right | int, '{"kind":"left","kind":"left"}'),
    (RootModel[dict[str, int]], '{"a":1,"a":2}'),
    (dict[str, dict[str, int]], '{"x":{"a":1},"y":{"a":1,"a":2}}'),
    (dict[str, int], '{"a":1,"a":2}'),
    (dict[int, int], '{"1":1,"1":2}'),
    (list[Leaf], '[{"a":1},{"a":1,"a":2}]'),
    (tuple[Leaf, ...], '[{"a":1,"a":2}]'),
    (Annotated[Leaf, AfterValidator(lambda leaf: leaf)], '{"a":1,"a":2}'),
    (Any, '{"a":{"b":1,"b":2}}'),
]


@pytest.mark.parametrize(("annotation", "body"), TWICE)
def test_a_key_that_stands_twice_is_refused(annotation: Any, body: str) -> None:
    load = PydanticAdapter(annotation).json_loader()
    with pytest.raises(Malformed, match=r'^The body is not valid JSON: the key "\w+" stands twice\.$'):
        load(body.encode())


ONCE: list[tuple[Any, str]] = [
    (RootModel[int], "1 "),
    (list[int], "[1,2]"),
    (list, "[1,2]"),
    (Leaf, '{"a":1,"b":"\\":\\":"}'),
    (Tree, '{"leaf":{"a":1},"kids":[{"named":{"x":{"a":1}}}],"free":{"y":[{"y":1}]}}'),
    (Assigning, '{"a":1}'),
    (Posted, '{"a":1}'),
    (Typed, '{"a":1}'),
    (Defaulted, "{}"),
    (Data, '{"leaf":{"a":1},"a":1}'),
    (Initial, '{"leaf":{"a":1}}'),
    (Either, '{"kind":"right","leaf":{"a":1}}'),
    (RootModel[list[Leaf]], '[{"a":1}]'),
    (dict[str, Leaf], '{"a":{"a":1}}'),
    (Leaf | None, "null"),
]


@pytest.mark.parametrize(("annotation", "body"), ONCE)
def test_keys_that_stand_once_are_read(annotation: Any, body: str) -> None:
    assert PydanticAdapter(annotation).json_loader()(body.encode()) is not ...


def test_a_duplicate_comes_before_a_violation() -> None:
    with pytest.raises(Malformed, match='the key "a" stands twice'):
        PydanticAdapter(Leaf).json_loader()(b'{"a":"x","a":"y","c":1}')


def test_a_long_key_is_clipped() -> None:
    key = "k" * 200
    with pytest.raises(Malformed) as caught:
        PydanticAdapter(dict[str, int]).json_loader()(f'{{"{key}":1,"{key}":2}}'.encode())
    assert caught.value.detail == f'The body is not valid JSON: the key "{"k" * 63}…" stands twice.'


def test_a_lax_app_refuses_duplicates_too() -> None:
    with pytest.raises(Malformed):
        PydanticAdapter(Leaf, strict=False).json_loader()(b'{"a":1,"ignored":1,"ignored":2}')


def test_nesting_beyond_the_stack_is_malformed() -> None:
    with pytest.raises(Malformed, match="The body is nested too deeply"):
        refuse_duplicates(b"[" * 100_000)


values = st.recursive(
    st.none() | st.integers(-5, 5) | st.sampled_from(["", '"', '":', ":", "a b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(st.sampled_from("ab:"), inner), max_size=3)
    ),
    max_leaves=12,
)


def written(value: Any, space: str) -> str:
    """Write JSON by hand, pairs as objects, so that keys may stand twice."""
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) for item in value):
            pairs = (f"{json.dumps(key)}{space}:{space}{written(item, space)}" for key, item in value)
            return f"{{{','.join(pairs)}}}"
        return f"[{','.join(written(item, space) for item in value)}]"
    return json.dumps(value)


def repeats(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    pairs = [item for item in value if isinstance(item, tuple)]
    inner = [item[1] if isinstance(item, tuple) else item for item in value]
    return len({key for key, _ in pairs}) != len(pairs) or any(map(repeats, inner))


@given(value=values, space=st.sampled_from(["", " ", "\n\t"]))
@settings(max_examples=300, deadline=None)
def test_any_json_agrees_with_a_slow_reader(value: Any, space: str) -> None:
    body = written(value, space).encode()
    load = PydanticAdapter(Any).json_loader()
    if repeats(value):
        with pytest.raises(Malformed):
            load(body)
    else:
        assert load(body) == json.loads(body)


trees = st.recursive(
    st.fixed_dictionaries({}, optional={"leaf": st.fixed_dictionaries({"a": st.integers()})}),
    lambda inner: st.fixed_dictionaries({}, optional={"kids": st.lists(inner, max_size=3), "free": inner}),
    max_leaves=8,
)


@given(tree=trees, space=st.sampled_from([None, 1]))
@settings(max_examples=200, deadline=None)
def test_a_counter_never_counts_too_many(tree: Any, space: int | None) -> None:
    adapter = PydanticAdapter(Tree)
    value = adapter.json_loader()(json.dumps(tree, indent=space).encode())
    assert counter(adapter.input_schema())(value) == count_plain(tree)


class Visit(BaseModel):
    at: datetime
    until: datetime | None = None
    clock: time = time(8)
    note: str = ""


VISIT = '{"at":"2024-05-01T12:30:00Z"'


@pytest.mark.parametrize(
    "rest",
    [
        "}",
        ',"note":"a:b"}',
        ',"until":"2024-05-01T12:30:00+02:00"}',
        ',"until":null,"clock":"09:00:00"}',
        ' , "note" : "x" }',
        ',"note":"\\u003a\\":"}',
    ],
)
def test_colons_of_times_are_not_taken_for_keys(rest: str) -> None:
    value = PydanticAdapter(Visit).json_loader()(f"{VISIT}{rest}".encode())
    assert value.at == datetime(2024, 5, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        VISIT + ',"note":"a","note":"b"}',
        VISIT.replace("12:30", "12\\u003a30") + ',"note":"a","note":"b"}',
        VISIT.replace("12:30", "12\\u003a30") + ',"at":"2024-05-01T12:30:00Z"}',
        VISIT + ',"clock":"09\\u003a00:00","note":"a","note":"b"}',
        VISIT + ',"clock":"09\\u003a00\\u003a00","note":"a","note":"b","note":"c"}',
    ],
)
def test_no_escaped_colon_hides_a_key_that_stands_twice(body: str) -> None:
    with pytest.raises(Malformed) as caught:
        PydanticAdapter(Visit).json_loader()(body.encode())
    assert "stands twice" in caught.value.detail


class Nest(BaseModel):
    leaf: Leaf = Leaf(a=1)
    a: int


@pytest.mark.parametrize(("body", "keys"), [('{"a":1}', 1), ('{"a":1,"leaf":{"a":2,"b":"x"}}', 4)])
def test_one_nested_model_counts_where_it_was_sent(body: str, keys: int) -> None:
    adapter = PydanticAdapter(Nest)
    assert counter(adapter.input_schema())(adapter.json_loader()(body.encode())) == keys
