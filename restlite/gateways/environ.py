"""From an ASGI scope to the WSGI environ that everything above reads."""

from __future__ import annotations

import sys
from typing import Any

from ..aliases import Environ


def environ_of(scope: dict[str, Any]) -> Environ:
    """Give the environ of an HTTP scope (ASGI, HTTP spec 2.4; PEP 3333)."""
    root: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    # Since ASGI 2.4 the path holds the mount point; some servers leave it out.
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :]
    server = scope.get("server") or ("localhost", None)
    client = scope.get("client")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": latin(root),
        "PATH_INFO": path if path.isascii() else latin(path),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        # The end of an ASGI body is always told.
        "wsgi.input_terminated": True,
    }
    if client:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        add_header(environ, name, value.decode("latin-1"))
    reports = scope.get("extensions", {}).get("restlite.testing") if scope.get("extensions") else None
    if reports is not None:
        environ["restlite.testing"] = reports
    return environ


def add_header(environ: Environ, name: bytes, value: str) -> None:
    """Add one field; several of a name are joined. A name with an underscore could pose as another: it is dropped."""
    if b"_" in name:
        return
    key = name.decode("latin-1").upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value


def latin(text: str) -> str:
    """Write text as WSGI does: UTF-8 bytes read as latin-1 (PEP 3333)."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
