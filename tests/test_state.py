"""Typed state: of an app, shared by its requests, and of one request."""

from __future__ import annotations

from typing import Any

import pytest

from restlite import App, Request, State, StateKey
from restlite.testing import Client


class Engine:
    def __init__(self, url: str) -> None:
        self.url = url


COUNT = StateKey[int]("count")


def test_values_are_held_by_key_and_by_class() -> None:
    state = State()
    assert (COUNT in state, Engine in state, state.get(COUNT), state.get(COUNT, 5)) == (False, False, None, 5)
    state[COUNT] = 1
    state[Engine] = engine = Engine("sqlite://")
    assert (state[COUNT], state[Engine], state.get(Engine)) == (1, engine, engine)
    assert COUNT in state
    del state[COUNT]
    assert COUNT not in state
    assert StateKey[int]("count") not in state


@pytest.mark.parametrize(
    ("key", "shown"), [(COUNT, "StateKey('count')"), (Engine, f"<class '{__name__}.Engine'>")]
)
def test_what_is_not_stored_is_named(key: Any, shown: str) -> None:
    with pytest.raises(LookupError) as caught:
        State()[key]
    assert str(caught.value) == f"Nothing is stored under {shown}. Set it first: state[{shown}] = ..."


def test_state_of_the_app_and_of_one_request(gateway: Any) -> None:
    app = App()
    app.state[Engine] = Engine("sqlite://")

    @app.before
    def count(request: Request) -> None:
        request.state[COUNT] = request.state.get(COUNT, 0) + 1

    @app.get("/")
    def show(request: Request, state: State) -> list[Any]:
        return [state[Engine].url, state is app.state, request.state[COUNT], COUNT in state]

    client = Client(app, gateway=gateway)
    assert [client.get("/").json() for _ in range(2)] == [["sqlite://", True, 1, False]] * 2
