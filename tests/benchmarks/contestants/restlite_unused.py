"""restlite with all there is on another router: what an operation does not use must cost it nothing."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Annotated

from restlite import App, Depends, NoContent, Request, Response, Router
from restlite.http import CORS, CacheControl, Compression, Deprecation, ETags, Page, Patch, SecurityHeaders
from restlite.security import Bearer

from ..models import PARTS, Part
from . import Served
from .restlite_wsgi import create, hello, parts, search

app = App(title="Parts")
bearer = Bearer(lambda token: token or None)
filters = [CORS("*"), SecurityHeaders(), CacheControl(max_age=60), ETags(), Compression()]
other = Router(
    "/other", security=bearer("parts"), hooks=filters, deprecated=Deprecation(since=date(2026, 1, 1))
)


def opened() -> Generator[int, None, None]:
    yield 1


@other.around
def watch(request: Request) -> Generator[None, Response, None]:
    yield


@other.get("/parts")
def pages(number: Annotated[int, Depends(opened)]) -> Page[Part]:
    return Page(PARTS)


@other.patch("/parts/<int:id>")
def patch(id: int, body: Patch[Part], caller: Annotated[str, bearer]) -> NoContent:
    return NoContent()


app.get("/hello")(hello)
app.get("/parts/<int:id>")(search)
app.post("/parts", status=201)(create)
app.get("/parts")(parts)
app.mount(other)


def serve() -> Served:
    return Served("wsgi", app)
