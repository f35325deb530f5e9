"""restlite with a hook on another router: what an operation does not use must cost it nothing."""

from __future__ import annotations

from collections.abc import Generator

from restlite import App, Request, Response, Router

from . import Served
from .restlite_wsgi import create, hello, parts, search

app = App(title="Parts")
other = Router("/other")


@other.around
def watch(request: Request) -> Generator[None, Response, None]:
    yield


@other.get("/watched")
def watched() -> dict[str, str]:
    return {}


app.get("/hello")(hello)
app.get("/parts/<int:id>")(search)
app.post("/parts", status=201)(create)
app.get("/parts")(parts)
app.mount(other)


def serve() -> Served:
    return Served("wsgi", app)
