"""The policy reaches every place of a schema; what a model says itself wins."""

from __future__ import annotations

import dataclasses
from collections import deque
from typing import Annotated, Any, Generic, NotRequired, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter, field_validator, model_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

from restlite.adapters.policy import Form, rewrite, validator
from restlite.adapters.pydantic import PydanticAdapter
from restlite.violations import Refusal, pointer

T = TypeVar("T")


class Inner(BaseModel):
    a: int = 0


class Outer(BaseModel):
    model_config = ConfigDict(extra="allow", strict=False)
    inner: Inner = Inner()
    n: int = 0


class Strictly(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    a: int = 0


class Ignoring(BaseModel):
    model_config = ConfigDict(extra="ignore")
    a: int = 0


class Lenient(BaseModel):
    a: Annotated[int, Field(strict=False)] = 0
    b: int = 0


class Typed(TypedDict):
    a: NotRequired[int]


class OpenTyped(TypedDict):
    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]
    a: NotRequired[int]


class LooseTyped(TypedDict):
    __pydantic_config__ = ConfigDict(extra="ignore")  # type: ignore[misc]
    a: NotRequired[int]


@dataclasses.dataclass
class Data:
    a: int = 0


@pydantic_dataclass(config=ConfigDict(extra="ignore"))
class LooseData:
    a: int = 0


@pydantic_dataclass(config=ConfigDict(extra="allow"))
class OpenData:
    a: int = 0


class Validated(BaseModel):
    model_config = ConfigDict(extra="allow")
    type: int = 0

    @model_validator(mode="before")
    @classmethod
    def before(cls, value: Any) -> Any:
        return value

    @field_validator("type")
    @classmethod
    def after(cls, value: int) -> int:
        return value


class Page(BaseModel, Generic[T]):
    items: list[T]


class Everywhere(BaseModel):
    a: Inner | None = None
    b: list[Inner] = []
    c: dict[str, Inner] = {}
    d: tuple[Inner, int] | None = None
    e: Typed | None = None
    f: Data | None = None
    g: Page[Inner] | None = None
    h: RootModel[list[Inner]] | None = None
    i: Inner | Data | int = 0
    j: deque[Inner] = deque()


def codes(annotation: Any, body: str, *, strict: bool = True) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        PydanticAdapter(annotation, strict=strict).json_loader()(body.encode())
    return [(pointer(steps), code) for steps, code, _ in caught.value.items]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"a":{"a":"1","x":1}}', "/a"),
        ('{"b":[{"a":"1","x":1}]}', "/b/0"),
        ('{"c":{"k":{"a":"1","x":1}}}', "/c/k"),
        ('{"d":[{"a":"1","x":1},1]}', "/d/0"),
        ('{"e":{"a":"1","x":1}}', "/e"),
        ('{"f":{"a":"1","x":1}}', "/f"),
        ('{"g":{"items":[{"a":"1","x":1}]}}', "/g/items/0"),
        ('{"h":[{"a":"1","x":1}]}', "/h/0"),
        ('{"i":{"a":"1","x":1}}', "/i"),
        ('{"j":[{"a":"1","x":1}]}', "/j/0"),
    ],
)
def test_objects_are_strict_and_closed_everywhere(body: str, place: str) -> None:
    assert codes(Everywhere, body) == [(f"{place}/a", "integer"), (f"{place}/x", "unknown")]


@pytest.mark.parametrize(
    "annotation", [Inner, Typed, Data, LooseData, Ignoring, LooseTyped, OpenTyped, OpenData]
)
def test_types_stay_strict_where_only_members_are_open(annotation: Any) -> None:
    assert codes(annotation, '{"a":"1"}') == [("/a", "integer")]


@pytest.mark.parametrize("annotation", [LooseData, Ignoring, LooseTyped, OpenTyped, OpenData])
def test_what_a_model_says_of_extra_wins(annotation: Any) -> None:
    value = PydanticAdapter(annotation).json_loader()(b'{"a":1,"x":2}')
    assert TypeAdapter(annotation).dump_python(value)["a"] == 1


def test_each_model_speaks_for_itself() -> None:
    load = PydanticAdapter(Outer).json_loader()
    assert load(b'{"n":"5","x":1}') == Outer(n=5, x=1)
    assert codes(Outer, '{"n":"5","inner":{"a":"5","x":1}}') == [
        ("/inner/a", "integer"),
        ("/inner/x", "unknown"),
    ]
    assert codes(Lenient, '{"a":"5","b":"5"}') == [("/b", "integer")]


def test_an_open_app_keeps_what_a_model_closes() -> None:
    assert PydanticAdapter(Inner, strict=False).json_loader()(b'{"a":"5","x":1}') == Inner(a=5)
    assert PydanticAdapter(Typed, strict=False).json_loader()(b'{"a":"5","x":1}') == {"a": 5}
    assert PydanticAdapter(Data, strict=False).json_loader()(b'{"a":"5","x":1}') == Data(5)
    assert codes(Strictly, '{"a":"5","x":1}', strict=False) == [("/a", "integer"), ("/x", "unknown")]


@pytest.mark.parametrize("annotation", [Outer, OpenTyped, Validated])
def test_undeclared_members_are_finite_too(annotation: Any) -> None:
    assert codes(annotation, '{"x":[NaN]}') == [("/x", "finite")]


def test_infinity_is_refused_whatever_a_model_says() -> None:
    class Infinite(BaseModel):
        model_config = ConfigDict(allow_inf_nan=True)
        a: float = 0
        b: Annotated[float, Field(allow_inf_nan=True)] = 0

    assert codes(Infinite, '{"a":NaN,"b":1e400}', strict=False) == [("/a", "finite"), ("/b", "finite")]


class Initial(BaseModel):
    a: int = 0
    b: str = ""

    def __init__(self, **members: Any) -> None:
        super().__init__(**{**members, "b": "made"})


class Holder(BaseModel):
    one: Initial
    more: list[Initial] = []


def test_a_model_with_its_own_init_is_held_to_the_policy() -> None:
    load = PydanticAdapter(Holder).json_loader()
    assert load(b'{"one":{"a":5},"more":[{}]}') == Holder(one=Initial(a=5), more=[Initial()])
    assert load(b'{"one":{"a":5}}').one.b == "made"
    assert codes(Holder, '{"one":{"a":"5","x":1},"more":[7]}') == [
        ("/one/a", "integer"),
        ("/one/x", "unknown"),
        ("/more/0", "object"),
    ]
    ready = Initial(a=1)
    assert PydanticAdapter(Initial).text_loader()(ready) is ready
    assert published(PydanticAdapter(Initial).input_schema())["additionalProperties"] is False


def test_generators_are_read_at_once() -> None:
    from collections.abc import Iterable

    assert PydanticAdapter(Iterable[int]).json_loader()(b"[1,2]") == [1, 2]
    assert codes(Iterable[int], '[1,"a"]') == [("/1", "integer")]


def published(schema: Any, mode: Any = "validation") -> dict[str, Any]:
    return GenerateJsonSchema().generate(schema, mode=mode)


def test_the_published_schema_is_closed_as_the_validator_is() -> None:
    for annotation in (Inner, Typed, Data):
        adapter = PydanticAdapter(annotation)
        assert published(adapter.input_schema())["additionalProperties"] is False
        assert published(adapter.output_schema(), "serialization")["additionalProperties"] is False
        assert "additionalProperties" not in published(
            PydanticAdapter(annotation, strict=False).input_schema()
        )
    for annotation in (Ignoring, LooseTyped):
        assert "additionalProperties" not in published(PydanticAdapter(annotation).input_schema())
    assert published(PydanticAdapter(Outer).input_schema())["additionalProperties"] in (True, {})
    open_ones = published(PydanticAdapter(OpenTyped).output_schema(), "serialization")
    assert open_ones["additionalProperties"] in (True, {})


def test_a_checkbox_is_published_with_its_default() -> None:
    class Box(BaseModel):
        on: bool
        typed: TypedBox

    class TypedBox(TypedDict):
        on: bool

    Box.model_rebuild(_types_namespace={"TypedBox": TypedBox})
    load = PydanticAdapter(Box).form_loader()
    assert load({"typed": {}}) == Box(on=False, typed={"on": False})
    schema = published(PydanticAdapter(Box).input_schema("form"))
    assert schema["properties"]["on"]["default"] is False
    assert schema["required"] == ["typed"]


@pytest.mark.parametrize("form", ["json", "text", "form", "output", "check", "answer"])
@pytest.mark.parametrize("annotation", [Everywhere, Outer, Validated, OpenData, list[Typed], dict[str, Any]])
def test_the_types_own_schema_is_not_touched(annotation: Any, form: Form) -> None:
    own = TypeAdapter(annotation).core_schema
    before = repr(own)
    validator(rewrite(own, form))
    assert repr(own) == before
