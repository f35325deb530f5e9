"""Of two concurrent changes of one version, exactly one succeeds: real servers, two workers, two databases.

``RESTLITE_FULL=1`` runs 200 rounds; else there are 10.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from bars import note
from components import require
from postgres import postgres
from races import CLERK, COMMANDS, JSON, ONE_EACH, at_once, change, race
from servers import Server, serving

FULL = bool(os.environ.get("RESTLITE_FULL"))
ROUNDS = 200 if FULL else 10

pytest.importorskip("sqlalchemy", reason="install it: pip install -e '.[sqlalchemy]'")
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name the database, and tell the server that is started next."""
    name: str = request.param
    url = f"sqlite:///{tmp_path}/bookstore.db" if name == "sqlite" else request.getfixturevalue(name)
    request.getfixturevalue("monkeypatch").setenv("BOOKSTORE_DATABASE", url)
    return name


@pytest.fixture(params=COMMANDS)
def server(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[Server]:
    name: str = request.param
    command = COMMANDS[name]
    program = command.split()[0]
    if find_spec(program) is None:
        require(program, "pip install -e '.[dev]'")
    with serving(name, tmp_path / "log", command) as server:
        yield server


def test_of_two_changes_of_one_version_exactly_one_succeeds(server: Server, database: str) -> None:
    score = race(server, "/books/1", ROUNDS)
    said = ", ".join(f"{count} rounds {end}" for end, count in score.ends.items())
    held = score.ends == {ONE_EACH: ROUNDS}
    note(f"two If-Match updates at once: {server.name}, {database}: one success each", said, held)
    assert held, said
    if FULL:
        assert len(score.refusers) == 2, "one worker has done all of the work"

    named_none = server.ask("PUT", "/books/1", CLERK, JSON, body=server.ask("GET", "/books/1").body)
    assert named_none.summary() == "428 Name the version that you change: If-Match."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_change_whose_body_does_not_come_keeps_nobody_waiting(server: Server) -> None:
    book = server.ask("GET", "/books/1")
    slow, quick = (
        change("/books/1", book.headers["ETag"], {**book.json(), "title": title})
        for title in ("Slow", "Quick")
    )
    with server.connect() as connection:
        connection.send(slow[:-1])
        assert at_once(server, [quick])[0].status == 200
        connection.send(slow[-1:])
        assert connection.answer().status == 412
    assert server.ask("GET", "/books/1").json()["title"] == "Quick"
