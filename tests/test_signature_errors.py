"""What has no row in the binding table is refused at import: where, what was found, and the mend."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import App, Body, Cookie, Depends, Header, In, Path, Query, SetupError, Upload


class Store: ...


class Filters(BaseModel):
    limit: int = 5


def no_signature(a: Annotated[str, Depends(str)]) -> None: ...
def positional(a: int, /) -> None: ...
def rest(*args: int) -> None: ...
def keywords(**more: int) -> None: ...
def unannotated(a) -> None: ...  # type: ignore[no-untyped-def]
def mapping(a: dict[str, str]) -> None: ...
def model(a: Filters) -> None: ...
def models(a: list[Filters]) -> None: ...
def body(body: int) -> None: ...
def instance(a: Store) -> None: ...
def function(a: Callable[[int], int]) -> None: ...
def upload(a: Upload) -> None: ...
def mixed(a: list[int] | str) -> None: ...
def depends_as_default(a: int = Depends(Store)) -> None: ...  # type: ignore[assignment]
def not_in_the_rule(a: Path[int]) -> None: ...
def raw_query(a: Query[bytes]) -> None: ...
def mapping_header(a: Header[dict[str, str]]) -> None: ...
def models_query(a: Query[list[Filters]]) -> None: ...
def nested_query(a: Query[list[list[int]]]) -> None: ...
def optional_model(a: Query[Filters] | None = None) -> None: ...
def deep_number(a: Annotated[int, In("query", style="deepObject")]) -> None: ...
def own_cookie(a: Cookie[Store]) -> None: ...


NO_ROW = "has no row in the binding table"
AS_TEXT = "# or a scalar, or a list of scalars"
OTHERS = "# or Query[a model], Annotated[T, Depends(f)]"
NAMED = "cannot be bound: arguments are passed by name."


@pytest.mark.parametrize(
    ("handler", "found", "mend"),
    [
        (positional, f"parameter 'a, /' {NAMED}", "a: str"),
        (rest, f"parameter '*args' {NAMED}", "args: str"),
        (keywords, f"parameter '**more' {NAMED}", "more: str"),
        (unannotated, f"parameter 'a' of type Any {NO_ROW}.", f"a: Body[Any]   {OTHERS}"),
        (mapping, f"parameter 'a' of type dict[str, str] {NO_ROW}.", f"a: Body[dict[str, str]]   {OTHERS}"),
        (model, f"parameter 'a' of type Filters {NO_ROW}; GET has no body.", "a: Query[Filters]"),
        (
            models,
            f"parameter 'a' of type list[{__name__}.Filters] {NO_ROW}; GET has no body.",
            f"a: Query[list[{__name__}.Filters]]",
        ),
        (body, f"parameter 'body' of type int {NO_ROW}; GET has no body.", "body: Query[int]"),
        (instance, f"parameter 'a' of type Store {NO_ROW}.", f"a: Body[Store]   {OTHERS}"),
        (
            function,
            f"parameter 'a' of type Callable[[int], int] {NO_ROW}.",
            f"a: Body[Callable[[int], int]]   {OTHERS}",
        ),
        (upload, f"parameter 'a' of type Upload {NO_ROW}.", f"a: File[Upload]   {OTHERS}"),
        (mixed, f"parameter 'a' of type list[int] | str {NO_ROW}.", f"a: Body[list[int] | str]   {OTHERS}"),
        (depends_as_default, "parameter 'a' has Depends as its default.", "a: Annotated[int, Depends(...)]"),
        (not_in_the_rule, "path parameter 'a' is not in the rule.", "/<a>"),
        (
            raw_query,
            "query parameter 'a' of type bytes cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            mapping_header,
            "header parameter 'a' of type dict[str, str] cannot be written as text.",
            f"a: Header[a_model]   {AS_TEXT}",
        ),
        (
            models_query,
            f"query parameter 'a' of type list[{__name__}.Filters] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            nested_query,
            "query parameter 'a' of type list[list[int]] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            optional_model,
            f"query parameter 'a' of type Optional[{__name__}.Filters] cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            deep_number,
            "query parameter 'a' of type int cannot be written as text.",
            f"a: Query[a_model]   {AS_TEXT}",
        ),
        (
            own_cookie,
            "cookie parameter 'a' of type Store cannot be written as text.",
            f"a: Cookie[a_model]   {AS_TEXT}",
        ),
    ],
)
def test_what_has_no_row_is_a_setup_error(handler: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/")(handler)
    assert (caught.value.found, caught.value.mend) == (f"{handler.__name__}: {found}", mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])
    assert str(caught.value) == f"{__file__}:{caught.value.line}: {caught.value.found}\n    Write: {mend}"


def path_default(id: int = 5) -> None: ...


def test_a_path_parameter_has_no_default() -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/<int:id>")(path_default)
    assert caught.value.found == "path_default: path parameter 'id' has a default; the rule always gives it."
    assert caught.value.mend == "id: T"
    assert caught.value.line == inspect.getsourcelines(path_default)[1]


def other_id(id: Query[str]) -> None: ...
def body_id(id: Body[str]) -> None: ...


@pytest.mark.parametrize(("handler", "place"), [(other_id, "query"), (body_id, "body")])
def test_another_parameter_does_not_have_the_name_of_a_path_parameter(handler: Any, place: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().post("/<int:id>")(handler)
    found = f"{handler.__name__}: {place} parameter 'id' has the name of a path parameter."
    assert caught.value.found == found
    assert caught.value.mend == f'id_: Annotated[T, In("{place}", alias="id")]'
    assert caught.value.line == inspect.getsourcelines(handler)[1]


# One parameter, declared twice


def wants_int(limit: int = 5) -> int: ...
def wants_str(limit: str = "5") -> str: ...
def wants_other_default(limit: int = 6) -> int: ...
def wants_list(limit: Annotated[list[int], In("query", style="csv")]) -> list[int]: ...
def wants_model(filters: Query[Filters]) -> Filters: ...
def wants_id(id: str) -> str: ...


@pytest.mark.parametrize(
    ("one", "other", "mend"),
    [
        (wants_int, wants_str, "limit: int   # the same in both places"),
        (wants_int, wants_other_default, "limit: int   # the same in both places"),
        (wants_int, wants_list, "limit: int   # the same in both places"),
        (wants_int, wants_model, "filters: int   # the same in both places"),
        (wants_model, wants_int, "limit: int   # the same in both places"),
    ],
)
def test_one_parameter_is_declared_in_one_way(one: Any, other: Any, mend: str) -> None:
    def show(one: Annotated[Any, Depends(one)], other: Annotated[Any, Depends(other)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().get("/")(show)
    assert (
        caught.value.found == f"{other.__name__}: query parameter 'limit' is declared in two different ways."
    )
    assert caught.value.mend == mend
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(other)[1])


def test_a_path_parameter_is_declared_in_one_way() -> None:
    def show(id: int, other: Annotated[str, Depends(wants_id)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().get("/<int:id>")(show)
    assert caught.value.found == "wants_id: path parameter 'id' is declared in two different ways."
    assert caught.value.mend == "id: int   # the same in both places"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic takes typing.TypedDict from 3.12 on")
@pytest.mark.parametrize("place", ["body", "form", "query", "return", "list"])
def test_typing_typed_dict_is_refused_where_pydantic_cannot_read_it(place: str) -> None:
    class Old(typing.TypedDict):
        a: int

    def body(a: Old) -> None: ...
    def form(a: Annotated[Old, In("form")]) -> None: ...
    def query(a: Query[Old]) -> None: ...
    def many(a: list[Old]) -> None: ...
    def back() -> Old: ...

    handler: Any = {"body": body, "form": form, "query": query, "return": back, "list": many}[place]
    with pytest.raises(SetupError) as caught:
        App().post("/")(handler)
    assert caught.value.found.startswith(f"{handler.__qualname__}: ")
    assert "cannot be read or written: Please use `typing_extensions.TypedDict`" in caught.value.found
    assert caught.value.mend == "from typing_extensions import TypedDict"
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


def test_a_callable_without_a_signature() -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/")(no_signature)
    assert caught.value.found == "str: its signature cannot be read."
    assert caught.value.mend == "a function around it: def make_str() -> ..."


def takes_store(body: Store) -> None: ...
def takes_stores(body: list[Store] | None) -> None: ...
def gives_store() -> Store: ...
def gives_stores() -> dict[str, Store]: ...


@pytest.mark.parametrize(
    ("handler", "shown"),
    [
        (takes_store, "Store"),
        (takes_stores, f"list[{__name__}.Store] | None"),
        (gives_store, "Store"),
        (gives_stores, f"dict[str, {__name__}.Store]"),
    ],
)
def test_a_class_that_pydantic_does_not_know(handler: Any, shown: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().post("/")(handler)
    found = f"{handler.__name__}: {shown} cannot be read or written: Unable to generate pydantic-core schema"
    assert caught.value.found.startswith(found)
    assert caught.value.mend == "a model, dataclass, TypedDict or plain type"
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])
