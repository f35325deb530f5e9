"""restlite with a hook on another router: what an operation does not use must cost it nothing."""

from __future__ import annotations

from collections.abc import Generator

from restlite import App, Request, Response, Router

from . import Served

app = App(title="Parts")
other = Router("/other")


@other.around
def watch(request: Request) -> Generator[None, Response, None]:
    yield


@other.get("/watched")
def watched() -> dict[str, str]:
    return {}


@app.get("/hello")
def hello() -> dict[str, str]:
    return {"message": "hello"}


app.mount(other)


def serve() -> Served:
    return Served("wsgi", app)
