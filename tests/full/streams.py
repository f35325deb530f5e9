"""An app that takes and gives bodies of any size, holding none of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from restlite import App, File, Query, Upload

app = App(title="Streams")


class Line(BaseModel):
    number: int
    text: str


@app.put("/uploads", max_body=None)
def take_upload(upload: File[Upload]) -> int:
    return upload.size


@app.put("/streams", max_body=None)
def take_stream(body: Iterator[bytes]) -> int:
    return sum(map(len, body))


@app.get("/lines")
def give_lines(count: Query[int]) -> Iterator[Line]:
    text = "x" * 4000
    for number in range(count):
        yield Line(number=number, text=text)
