"""The exchange: what one request keeps on its way belongs to it alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Annotated, Any

from restlite import App, Background, Depends, File, Form, Request, State, Upload
from restlite.testing import Client


def test_each_request_has_its_own_results_background_and_state(gateway: Any) -> None:
    numbers = count()
    done: list[int] = []

    def number(background: Background) -> int:
        found = next(numbers)
        background.add(done.append, found)
        return found

    def again(request: Request, number: Annotated[int, Depends(number)]) -> int:
        request.state[int] = number
        return number

    app = App()

    @app.get("/")
    def show(
        request: Request,
        background: Background,
        one: Annotated[int, Depends(number)],
        other: Annotated[int, Depends(again)],
    ) -> list[int]:
        background.add(done.append, one)
        return [one, other, request.state[int]]

    with Client(app, gateway=gateway) as client, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.get("/").json(), range(12)))
    assert all(len(set(answer)) == 1 for answer in answers)
    assert sorted(answer[0] for answer in answers) == list(range(12))
    assert sorted(done) == sorted([*range(12), *range(12)])


def test_the_state_is_the_apps(gateway: Any) -> None:
    app = App()
    app.state[str] = "shared"

    @app.get("/")
    def show(state: State) -> str:
        return state[str]

    with Client(app, gateway=gateway) as client:
        assert client.get("/").text == "shared"


def test_the_files_of_a_form_are_closed_when_the_handler_has_ended(gateway: Any) -> None:
    kept: list[Upload] = []
    app = App()

    @app.post("/")
    def save(cover: File[Upload]) -> int:
        kept.append(cover)
        return len(cover.read())

    @app.post("/fail")
    def fail(cover: File[Upload], title: Form[str]) -> int:
        kept.append(cover)
        raise LookupError

    with Client(app, gateway=gateway) as client:
        assert client.post("/", files={"cover": ("a.png", b"abc")}).json() == 3
        response = client.post("/fail", files={"cover": ("a.png", b"abc")}, data={"title": "a"})
        assert response.status_code == 500
    assert [upload.file.closed for upload in kept] == [True, True]
