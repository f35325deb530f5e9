"""What comes from elsewhere: Werkzeug's HTTP exceptions, and other WSGI apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from .aliases import Environ
from .errors import PHRASES, Problem, SetupError
from .table import Mount
from .waits import Streamed, Wire

_KINDS: dict[int, type[Problem]] = {}


def kind_for(status: int) -> type[Problem]:
    """Give the class of problems of a status: ours, or a bare one made at first need."""
    known = next(
        (kind for kind in Problem.__subclasses__() if kind.status == status and kind.type == "about:blank"),
        None,
    )
    if known is None:
        known = _KINDS.get(status) or type(
            f"Status{status}", (Problem,), {"status": status, "title": PHRASES.get(status, "Error")}
        )
        _KINDS[status] = known
    return known


def problem_from(error: HTTPException, environ: Environ) -> Problem:
    """Take status, description and header fields of an HTTP exception."""
    headers = {name: value for name, value in error.get_headers(environ) if name.lower() != "content-type"}
    return kind_for(error.code or 500)(error.description, headers=headers)


def mount_of(prefix: str, application: Callable[..., Iterable[bytes]]) -> Mount:
    """Make the mount of a foreign WSGI app."""
    if not prefix.startswith("/") or prefix.endswith("/"):
        raise SetupError(
            f"the prefix {prefix!r} must begin with a slash and not end with one.",
            mend=repr("/" + prefix.strip("/")),
        )

    def answer(environ: Environ) -> Wire:
        inner = dict(environ)
        inner["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        inner["PATH_INFO"] = environ["PATH_INFO"][len(prefix) :]
        chunks, status, headers = run_wsgi_app(application, inner)
        close = getattr(chunks, "close", None)
        return status, list(headers), Streamed(iter(chunks), None, close)

    return Mount(prefix, answer, application)
