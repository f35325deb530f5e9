"""What a failed request shows its developer in debug mode: frames, with secrets masked.

There is no console: nothing that a request sends is ever evaluated. Off loopback, or behind a proxy,
the answer is the one that production gives.
"""

from __future__ import annotations

import ipaddress
import linecache
import re
from collections.abc import Iterator, Mapping
from html import escape
from types import TracebackType
from typing import Any

from pydantic_core import to_json

from .aliases import Environ, HeaderList
from .errors import Problem, status_line
from .media import Acceptance
from .waits import Wire

MASK = "********"
_SECRET = re.compile(
    r"passw|secret|token|api_?key|auth|cookie|credential|session|private|signature|^key$", re.I
)
#: A password in a URL (RFC 3986, 3.2.1).
_USERINFO = re.compile(r"://[^/\s@]*:[^/\s@]+@")
_LONGEST = 200
_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def debug_wire(environ: Environ, error: BaseException, problem: Problem, request_id: str) -> Wire | None:
    """Give the answer that shows why a request failed, or None where its reader may not be the developer."""
    if not is_loopback(environ):
        return None
    document = {
        **problem.to_dict(),
        "request_id": request_id,
        "exception": {"type": type(error).__qualname__, "message": str(error)[:_LONGEST]},
        "frames": list(frames_of(error.__traceback__)),
    }
    offers = ("application/problem+json", "application/json", "text/html")
    if Acceptance(offers).choose(environ.get("HTTP_ACCEPT")) == "text/html":
        body, media_type = page(document, environ).encode(), "text/html; charset=utf-8"
    else:
        body, media_type = to_json(document), offers[0]
    headers: HeaderList = [
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ]
    return status_line(problem.status), headers, [body]


def is_loopback(environ: Environ) -> bool:
    """Tell whether the client is on this machine, and no proxy stands between."""
    if any(name in environ for name in _PROXIES):
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def frames_of(traceback: TracebackType | None) -> Iterator[dict[str, Any]]:
    """List the frames, the failing one last."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        line = linecache.getline(code.co_filename, traceback.tb_lineno).strip()
        yield {
            "file": code.co_filename,
            "line": traceback.tb_lineno,
            "function": code.co_qualname,
            "code": MASK if _SECRET.search(line) and "=" in line else line,
            "locals": {name: shown(name, value) for name, value in traceback.tb_frame.f_locals.items()},
        }
        traceback = traceback.tb_next


def shown(name: str, value: Any) -> str:
    """Write a value for reading; what its name, or a key in it, says to be secret is masked."""
    if _SECRET.search(name):
        return MASK
    mapping: Any = value
    if isinstance(value, Mapping):
        items = (f"{key!r}: {shown(str(key), item)}" for key, item in list(mapping.items())[:20])
        return f"{{{', '.join(items)}}}"[:_LONGEST]
    try:
        text = repr(value)
    except Exception as error:
        return f"<repr failed: {type(error).__name__}>"
    return MASK if _SECRET.search(text) or _USERINFO.search(text) else text[:_LONGEST]


def page(document: Mapping[str, Any], environ: Environ) -> str:
    """Write the page that a browser shows."""
    exception = document["exception"]
    title = escape(f"{exception['type']}: {exception['message']}")
    frames = "".join(_frame(frame) for frame in reversed(document["frames"]))
    headers = "".join(
        f"<tr><th>{escape(name[5:])}<td>{escape(shown(name, value))}"
        for name, value in environ.items()
        if name.startswith("HTTP_")
    )
    request = escape(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1><p>{request}, request {escape(document['request_id'])}"
        f"<h2>Frames, the failing one first</h2>{frames}<h2>Header fields</h2><table>{headers}</table>"
    )


def _frame(frame: Mapping[str, Any]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(text)}" for name, text in frame["locals"].items())
    where = escape(f"{frame['file']}:{frame['line']} {frame['function']}")
    code = escape(frame["code"])
    return f"<details><summary>{where}<pre>{code}</pre></summary><table>{rows}</table></details>"


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem}pre{background:#f3f3f6;padding:.5rem;overflow:auto}"
    "summary{cursor:pointer}th{text-align:left;vertical-align:top;padding-right:1rem}td{word-break:break-all}"
)
