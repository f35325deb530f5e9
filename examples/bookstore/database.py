"""The database: connected while the app lives, one session for each request."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from restlite import App, Depends, Request, State, StateKey

from .seed import fill
from .tables import Base, Book


class Sessions(NamedTuple):
    """Make sessions; on SQLite, one that writes begins by waiting for its turn."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]


SESSIONS = StateKey[Sessions]("sessions")


@contextmanager
def connect(app: App) -> Generator[None]:
    """Connect to the database, make and fill its tables if they are not there, and let go at the end."""
    engine = create_engine(os.environ.get("BOOKSTORE_DATABASE", "sqlite:///bookstore.db"))
    writing = engine.execution_options(writes=True)
    try:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", prepare_sqlite)
            event.listen(engine, "begin", begin_sqlite)
        make_tables(writing)
        app.state[SESSIONS] = Sessions(sessionmaker(engine), sessionmaker(writing))
        yield
    finally:
        engine.dispose()


def prepare_sqlite(connection: Any, record: object) -> None:
    """Hold SQLite to references, and let it read while it writes, as PostgreSQL does."""
    connection.isolation_level = None  # else Python begins transactions, and not where they begin
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that has read is never let in to write once another has written."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_tables(engine: Engine) -> None:
    """Make and fill the tables in one process, while the others wait."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20240501)")
        Base.metadata.create_all(connection)
        with Session(connection) as db:
            if db.scalar(select(Book.id).limit(1)) is None:
                fill(db)


def open_session(request: Request, state: State) -> Iterator[Session]:
    """Give a session: what it did is committed when the handler succeeds, and undone when it raises."""
    sessions = state[SESSIONS]
    reads = request.method in ("GET", "HEAD")
    with (sessions.reading if reads else sessions.writing).begin() as session:
        yield session


Db = Annotated[Session, Depends(open_session)]
