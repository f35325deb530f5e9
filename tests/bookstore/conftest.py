"""The bookstore on each database and over both gateways."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="install it: pip install -e '.[sqlalchemy]'")

from postgres import postgres
from sqlalchemy import create_engine, make_url

from examples.bookstore import app
from restlite.testing import Client


@contextmanager
def stored_in(url: str) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKSTORE_DATABASE", url)
        yield


def seed(url: str) -> None:
    with stored_in(url):
        app.start()
        app.stop()


@pytest.fixture(scope="session")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Fill one store; give the function that copies it."""
    seeded = tmp_path_factory.mktemp("bookstore") / "seeded.db"
    seed(f"sqlite:///{seeded}")
    return lambda: f"sqlite:///{shutil.copy(seeded, tmp_path_factory.mktemp('copy') / 'bookstore.db')}"


@pytest.fixture(scope="session")
def postgresql_copy() -> Iterator[Callable[[], str]]:
    """Fill one database of a throw-away server; give the function that copies it."""
    with postgres() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")

        def create(name: str, template: str) -> str:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
            return make_url(url).set(database=name).render_as_string(hide_password=False)

        seed(create("bookstore_seeded", "template1"))
        yield lambda: create("bookstore_copy", "bookstore_seeded")
        engine.dispose()


@pytest.fixture(params=["sqlite-wsgi", "sqlite-asgi", "postgresql-wsgi"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Give a client of a bookstore of its own, as it was seeded."""
    database, _, gateway = request.param.partition("-")
    copy: Callable[[], str] = request.getfixturevalue(f"{database}_copy")
    options: Any = {"gateway": gateway}
    with stored_in(copy()), Client(app, **options) as client:
        yield client
