"""The pytest plugin of restlite: a module of its own, so that it loads nothing until a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Unpack

import pytest

if TYPE_CHECKING:
    from restlite import App
    from restlite.testing import Client, ClientFor, ClientOptions


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("restlite")
    group.addoption(
        "--restlite-gateway",
        choices=["wsgi", "asgi", "wsgiref"],
        default="wsgi",
        help="How client_for calls apps that a test does not say it for (default: %(default)s).",
    )


@pytest.fixture
def client_for(request: pytest.FixtureRequest) -> Iterator[ClientFor]:
    """Give the function that makes clients of apps; their lifespans end with the test.

    .. code-block:: python

        def test_todos(client_for: ClientFor) -> None:
            client = client_for(app)
            assert client.get("/todos").status_code == 200
    """
    from restlite.testing import Client

    with ExitStack() as clients:

        def enter(app: App, **options: Unpack[ClientOptions]) -> Client:
            options.setdefault("gateway", request.config.option.restlite_gateway)
            return clients.enter_context(Client(app, **options))

        yield enter
