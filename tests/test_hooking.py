"""Running hooks: their order, what they may change, and what happens when they fail."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from restlite import App, Conflict, Forbidden, Gone, Request, Response, Router
from restlite.hooks import Hook
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def around(name: str) -> Callable[..., Any]:
    def hook(request: Request) -> Iterator[None]:
        SAID.append(f"{name} before")
        response = yield
        SAID.append(f"{name} after {response.status_code}")  # type: ignore[attr-defined]

    return hook


def around_async(name: str) -> Callable[..., Any]:
    async def hook(request: Request) -> AsyncIterator[None]:
        SAID.append(f"{name} before")
        response = yield
        SAID.append(f"{name} after {response.status_code}")  # type: ignore[attr-defined]

    return hook


def before(name: str) -> Callable[..., Any]:
    def hook(request: Request) -> None:
        SAID.append(name)

    return hook


def before_async(name: str) -> Callable[..., Any]:
    async def hook(request: Request) -> None:
        SAID.append(name)

    return hook


def after(name: str) -> Callable[..., Any]:
    def hook(request: Request, response: Response) -> None:
        SAID.append(name)

    return hook


def after_async(name: str) -> Callable[..., Any]:
    async def hook(request: Request, response: Response) -> None:
        SAID.append(name)

    return hook


def test_hooks_stand_around_each_other_from_app_to_route(gateway: Any) -> None:
    app, router = App(), Router("/r")
    app.around(around("app"))
    app.before(before("app-b"))
    router.around(around_async("router"))
    router.after(after_async("router-a"))
    router.before(before_async("router-b"))

    @router.get("/", hooks=[Hook("around", around("route")), Hook("after", after("route-a"))])
    def show() -> str:
        SAID.append("handler")
        return "hi"

    app.mount(router)
    with Client(app, gateway=gateway) as client:
        assert client.get("/r/").text == "hi"
    assert SAID == [
        "app before",
        "app-b",
        "router before",
        "router-b",
        "route before",
        "handler",
        "route-a",
        "route after 200",
        "router-a",
        "router after 200",
        "app after 200",
    ]


def changes(request: Request) -> Iterator[None]:
    response: Any = yield
    response.headers["X-Seen"] = response.get_data(as_text=True)
    response.status_code = 202


def yields_another(request: Request) -> Iterator[Response | None]:
    yield None
    yield Response("other", status=203)


def returns_another(request: Request) -> Iterator[Any]:
    yield
    return Response("other", status=203)


async def yields_another_later(request: Request) -> AsyncIterator[Response | None]:
    yield None
    yield Response("other", status=203)


def after_returns(request: Request, response: Response) -> Response:
    return Response("other", status=203)


async def after_changes(request: Request, response: Response) -> None:
    response.set_data("other")
    response.status_code = 203


def before_answers(request: Request) -> Response:
    return Response("other", status=203)


async def before_answers_later(request: Request) -> Response:
    return Response("other", status=203)


@pytest.mark.parametrize(
    ("when", "function"),
    [
        ("around", yields_another),
        ("around", returns_another),
        ("around", yields_another_later),
        ("after", after_returns),
        ("after", after_changes),
        ("before", before_answers),
        ("before", before_answers_later),
    ],
)
def test_a_hook_may_put_another_response_in_its_place(gateway: Any, when: Any, function: Any) -> None:
    app = App()

    @app.get("/", hooks=[Hook(when, function)], returns={200: str, 203: str})
    def show() -> Response:
        SAID.append("handler")
        return Response("hi")

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.text) == (203, "other")
    assert response.headers["Content-Length"] == "5"
    assert ([] if when == "before" else ["handler"]) == SAID


def test_a_hook_may_change_the_response(gateway: Any) -> None:
    app = App()
    app.around(changes)

    @app.get("/", returns={202: str})
    def show() -> Response:
        return Response("hi")

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.text) == (202, "hi")
    assert response.headers["X-Seen"] == "hi"


def test_hooks_see_errors_as_responses(gateway: Any) -> None:
    app = App()
    app.around(around("app"))

    @app.get("/gone", raises=[Gone])
    def gone() -> str:
        raise Gone

    @app.get("/fail")
    def fail() -> str:
        raise LookupError

    with Client(app, gateway=gateway) as client:
        for path, status in (("/gone", 410), ("/fail", 500), ("/lost", 404)):
            SAID.clear()
            assert client.get(path).status_code == status
            assert ["app before", f"app after {status}"] == SAID


def refuses(request: Request) -> None:
    raise Forbidden("Not now.")


def refuses_before(request: Request) -> Iterator[None]:
    raise Forbidden("Not now.")
    yield


async def refuses_after(request: Request) -> AsyncIterator[None]:
    yield
    raise Forbidden("Not now.")


def after_refuses(request: Request, response: Response) -> None:
    raise Forbidden("Not now.")


@pytest.mark.parametrize(
    ("when", "function", "ran"),
    [
        ("before", refuses, False),
        ("around", refuses_before, False),
        ("around", refuses_after, True),
        ("after", after_refuses, True),
    ],
)
def test_what_a_hook_raises_is_answered_and_seen_by_those_around_it(
    gateway: Any, when: Any, function: Any, ran: bool
) -> None:
    app = App()
    app.around(around("app"))

    @app.get("/", hooks=[Hook(when, function, raises=(Forbidden,))])
    def show() -> str:
        SAID.append("handler")
        return "hi"

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.json()["detail"]) == (403, "Not now.")
    assert [*SAID] == ["app before", *(["handler"] if ran else []), "app after 403"]


def test_what_a_hook_raises_goes_to_error_handlers(gateway: Any) -> None:
    app = App()

    @app.error_handler(KeyError)
    def handle(error: KeyError) -> Conflict:
        return Conflict("mapped")

    @app.before
    def fail(request: Request) -> None:
        raise KeyError

    @app.get("/", raises=[KeyError])
    def show() -> str:
        return "hi"

    with Client(app, gateway=gateway) as client:
        assert client.get("/").json()["detail"] == "mapped"
        assert client.get("/lost").json()["detail"] == "mapped"


def test_an_undeclared_status_of_a_hook_is_reported(gateway: Any) -> None:
    app = App()
    app.before(refuses)

    @app.get("/")
    def show() -> str:
        return "hi"

    with (
        Client(app, gateway=gateway) as client,
        pytest.raises(AssertionError, match=re.escape("raises=[Forbidden]")),
    ):
        client.get("/")


def test_error_hooks_are_told_of_what_became_a_500(gateway: Any) -> None:
    told: list[Any] = []
    app = App()

    @app.on_error
    def tell(request: Request, error: Exception) -> None:
        told.append((request.path, error))

    @app.on_error
    async def tell_later(request: Request, error: Exception) -> None:
        told.append((request.path, type(error)))

    @app.get("/fail/<int:kind>", raises=[Gone])
    def fail(kind: int) -> str:
        if kind == 0:
            return "fine"
        raise Gone if kind == 1 else LookupError("here")

    with Client(app, gateway=gateway) as client:
        client.get("/fail/0")
        client.get("/fail/1")
        assert told == []
        assert client.get("/fail/2").status_code == 500
    assert told[0] == ("/fail/2", LookupError)
    assert told[1][0] == "/fail/2"
    assert str(told[1][1]) == "here"


def test_an_error_hook_that_fails_is_a_500_still(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.on_error
    def tell(request: Request, error: Exception) -> None:
        raise ZeroDivisionError("in the hook")

    @app.get("/")
    def fail() -> str:
        raise LookupError("in the handler")

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert "in the handler" in caplog.text
    assert "in the hook" in caplog.text


def test_a_hook_and_a_handler_share_request_and_state(gateway: Any) -> None:
    app = App()

    @app.before
    async def set_state(request: Request) -> None:
        request.state[str] = request.request_id

    @app.get("/")
    def show(request: Request) -> list[str]:
        return [request.state[str], request.request_id]

    with Client(app, gateway=gateway) as client:
        one, other = client.get("/").json()
        assert one == other
        assert client.get("/").json()[0] != one


def never(request: Request) -> Iterator[None]:
    return
    yield


async def never_later(request: Request) -> AsyncIterator[None]:
    return
    yield


@pytest.mark.parametrize("hook", [never, never_later])
def test_an_around_hook_that_never_yields(gateway: Any, hook: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()
    app.around(hook)
    app.get("/")(lambda: "hi")
    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert f"{hook.__name__} never yielded; it must yield once." in caplog.text
