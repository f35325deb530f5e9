"""How the store is made and filled."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from examples.bookstore.seed import fill
from examples.bookstore.tables import Base

ROOT = Path(__file__).parents[2]


def test_the_store_is_large_quickly_made_and_always_the_same() -> None:
    rows: list[list[Any]] = []
    for _ in range(2):
        engine = create_engine("sqlite://")
        begun = time.process_time()
        Base.metadata.create_all(engine)
        with Session(engine) as db:
            fill(db)
            assert time.process_time() - begun < 2
            rows.append([row for table in Base.metadata.sorted_tables for row in db.execute(select(table))])
        engine.dispose()
    assert len(rows[0]) >= 1000
    assert rows[0] == rows[1]


def test_processes_that_start_together_fill_the_store_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bookstore.db'}"
    code = "from examples.bookstore import app; app.start(); app.stop()"
    environ = {**os.environ, "BOOKSTORE_DATABASE": url}
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code], cwd=ROOT, env=environ, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert [process.communicate()[1].decode() for process in started] == ["", "", ""]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Base.metadata.tables["books"])) == 600
    engine.dispose()
