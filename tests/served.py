"""The service as servers import it: ``served:app`` and ``served:asgi``."""

from __future__ import annotations

import time
from collections.abc import Iterator

from items import items_app
from pydantic import BaseModel

from restlite import Answer

app = items_app()
ended: list[str] = []


class Line(BaseModel):
    number: int
    padding: str = ""


@app.get("/ended")
def list_ended() -> list[str]:
    """Tell which streams have run their ``finally``."""
    return ended


@app.get("/lines")
def lines(count: int, name: str = "", pause: float = 0, padding: int = 0) -> Iterator[Line]:
    try:
        for number in range(count):
            yield Line(number=number, padding="x" * padding)
            time.sleep(pause)
    finally:
        ended.append(name)


@app.get("/broken")
def broken() -> Iterator[Line]:
    yield Line(number=0)
    yield Line(number=1)
    raise RuntimeError("the second line was the last")


@app.get("/slow")
def slow(seconds: float) -> dict[str, bool]:
    time.sleep(seconds)
    return {"slow": True}


@app.post("/bytes", max_body=None)
def count_bytes(body: Iterator[bytes]) -> dict[str, int]:
    return {"bytes": sum(map(len, body))}


@app.get("/split")
def split(value: str) -> Answer[Line]:
    return Answer(Line(number=0), headers={"X-A": value})


asgi = app.asgi
