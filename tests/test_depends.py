"""Dependencies: four kinds, made once per request; which callables can be one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import pytest

from restlite import App, Depends, Gone, NotFound, Request, SetupError
from restlite.depends import Node, Overrides, Pick, gather, kind_of
from restlite.testing import Client


def plain() -> str:
    return "plain"


async def coroutine() -> str:
    return "coroutine"


def generator() -> Iterator[str]:
    yield "generator"


async def async_generator() -> AsyncIterator[str]:
    yield "async generator"


class Maker:
    async def __call__(self) -> str:
        return "coroutine"

    def method(self) -> Iterator[str]:
        yield "generator"


@functools.wraps(async_generator)
def decorated(*args: Any) -> Any:
    return async_generator(*args)


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (plain, "function"),
        (lambda: "function", "function"),
        (coroutine, "coroutine"),
        (generator, "generator"),
        (async_generator, "async generator"),
        (Maker(), "coroutine"),
        (Maker().method, "generator"),
        (decorated, "async generator"),
        (functools.partial(coroutine), "coroutine"),
        (functools.partial(functools.partial(generator)), "generator"),
    ],
)
def test_kinds_of_dependencies(function: Callable[..., Any], kind: str, gateway: Any) -> None:
    assert kind_of(function) == kind
    app = App()

    @app.get("/")
    def show(value: Annotated[str, Depends(function)]) -> str:
        return value

    @app.get("/async")
    async def wait(value: Annotated[str, Depends(function)]) -> str:
        return value

    client = Client(app, gateway=gateway)
    assert client.get("/").text == client.get("/async").text
    assert client.get("/").text in (kind, "plain")
    assert app.operations[0].bound.nodes[0].is_async == ("async" in kind or kind == "coroutine")


def test_a_dependency_is_made_once_per_request_and_closed_in_turn(gateway: Any) -> None:
    seen: list[str] = []
    app = App()

    def first() -> Iterator[int]:
        seen.append("first")
        yield len(seen)
        seen.append("first closed")

    async def second(one: Annotated[int, Depends(first)], request: Request) -> AsyncIterator[int]:
        seen.append(f"second {request.method}")
        yield one + 1
        seen.append("second closed")

    def third(one: Annotated[int, Depends(first)], two: Annotated[int, Depends(second)]) -> list[int]:
        return [one, two]

    @app.get("/", dependencies=[Depends(second)])
    def show(three: Annotated[list[int], Depends(third)], one: Annotated[int, Depends(first)]) -> list[int]:
        return [*three, one]

    client = Client(app, gateway=gateway)
    assert client.get("/").json() == [1, 2, 1]
    assert seen == ["first", "second GET", "second closed", "first closed"]
    assert client.get("/").json() == [5, 6, 5]


def test_what_a_dependency_raises_is_answered(gateway: Any) -> None:
    app = App()

    def find(id: int) -> int:
        raise NotFound("There is no such thing.")

    @app.get("/<int:id>")
    def show(found: Annotated[int, Depends(find, raises=(NotFound, Gone))]) -> int: ...

    client = Client(app, gateway=gateway)
    assert client.get("/1").json()["detail"] == "There is no such thing."
    assert app.operations[0].raises == (NotFound, Gone)


def test_a_dependency_may_stay_open_until_the_answer_is_sent(gateway: Any) -> None:
    seen: list[str] = []
    app = App()

    def opened() -> Iterator[list[int]]:
        yield [1, 2]
        seen.append("closed")

    @app.get("/")
    def show(numbers: Annotated[list[int], Depends(opened, scope="answer")]) -> Iterator[int]:
        for number in numbers:
            seen.append(f"sent {number}")
            yield number

    assert Client(app, gateway=gateway).get("/").text == "1\n2\n"
    assert seen == ["sent 1", "sent 2", "closed"]


class Unhashable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self) -> int: ...


def number(a: Annotated[int, Depends(5)]) -> None: ...  # type: ignore[arg-type]
def unhashable(a: Annotated[int, Depends(Unhashable())]) -> None: ...
def bare() -> None: ...
def inner(a: Annotated[int, Depends("x")]) -> int: ...  # type: ignore[arg-type]
def outer(a: Annotated[int, Depends(inner)]) -> None: ...


@pytest.mark.parametrize(
    ("handler", "options", "place", "found", "mend"),
    [
        (
            number,
            {},
            number,
            "number: parameter 'a' depends on 5, which cannot be called.",
            "a: Annotated[T, Depends(a_function)]",
        ),
        (
            unhashable,
            {},
            unhashable,
            "unhashable: parameter 'a' depends on an unhashable Unhashable.",
            "def open_a(): ...   # and Depends(open_a)",
        ),
        (
            bare,
            {"dependencies": [Depends(None)]},
            bare,
            "bare: parameter 'dependencies[0]' depends on None, which cannot be called.",
            "dependencies[0]: Annotated[T, Depends(a_function)]",
        ),
        (
            outer,
            {},
            inner,
            "inner: parameter 'a' depends on 'x', which cannot be called.",
            "a: Annotated[T, Depends(a_function)]",
        ),
    ],
)
def test_what_cannot_be_a_dependency(handler: Any, options: Any, place: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/", **options)(handler)
    assert (caught.value.found, caught.value.mend) == (found, mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(place)[1])


def hen(a: Annotated[int, Depends(lambda: 1)], egg: Annotated[int, Depends(lambda egg: egg)]) -> int: ...
def egg(hen: Annotated[int, Depends(hen)]) -> int: ...


def test_a_dependency_does_not_depend_on_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hen.__annotations__, "egg", Annotated[int, Depends(egg)])

    def show(a: Annotated[int, Depends(hen)]) -> None: ...

    with pytest.raises(SetupError) as caught:
        App().get("/")(show)
    assert caught.value.found == "egg: dependency hen depends on itself."
    assert caught.value.mend == "a dependency without the cycle"
    assert caught.value.line == inspect.getsourcelines(egg)[1]


def test_arguments_are_gathered_from_where_they_are() -> None:
    picks = [
        Pick("a", "slot", "x"),
        Pick("b", "node", 0),
        Pick("c", "inject", "state"),
        Pick("d", "slot", "gone"),
    ]
    assert gather(picks, {"x": 1}, [2], str.upper) == {"a": 1, "b": 2, "c": "STATE"}
    assert not Node(plain, "function", "value", ()).is_async


def test_overrides_are_a_stack() -> None:
    overrides = Overrides()
    overrides.push(plain, generator)
    overrides.push(plain, coroutine)
    assert overrides.resolve(plain) is coroutine
    overrides.pop(plain, generator)
    assert overrides.resolve(plain) is coroutine
    overrides.pop(plain, coroutine)
    overrides.pop(plain, coroutine)
    assert overrides.resolve(plain) is plain
