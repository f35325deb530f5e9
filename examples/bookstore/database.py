"""The database: connected while the app lives, one session for each request."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from restlite import App, Depends, State, StateKey

from .seed import fill
from .tables import Base, Book

SESSIONS = StateKey[sessionmaker[Session]]("sessions")

#: Lets one process make and fill the tables while the others wait.
LOCKS = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(20240501)"}


@contextmanager
def connect(app: App) -> Generator[None]:
    """Connect to the database, make and fill its tables if they are not there, and let go at the end."""
    engine = create_engine(os.environ.get("BOOKSTORE_DATABASE", "sqlite:///bookstore.db"))
    try:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", prepare_sqlite)
        make_tables(engine)
        app.state[SESSIONS] = sessionmaker(engine)
        yield
    finally:
        engine.dispose()


def prepare_sqlite(connection: Any, record: object) -> None:
    """Hold SQLite to references, and let it read while it writes, as PostgreSQL does."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(LOCKS[engine.dialect.name])
        Base.metadata.create_all(connection)
        with Session(connection) as db:
            if db.scalar(select(Book.id).limit(1)) is None:
                fill(db)


def open_session(state: State) -> Iterator[Session]:
    """Give a session: what it did is committed when the handler succeeds, and undone when it raises."""
    with state[SESSIONS].begin() as session:
        yield session


Db = Annotated[Session, Depends(open_session)]
