"""From an ASGI scope to the WSGI environ that everything above reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from ..aliases import Environ


def environ_of(scope: dict[str, Any]) -> Environ:
    """Give the environ of an HTTP scope (ASGI, HTTP spec 2.4; PEP 3333)."""
    get = scope.get
    root: str = get("root_path") or ""
    path: str = scope["path"]
    if root:
        root = root.rstrip("/")
        # Since ASGI 2.4 the path holds the mount point; some servers leave it out.
        if path == root or path.startswith(f"{root}/"):
            path = path[len(root) :]
        root = latin(root)
    host, port = get("server") or ("localhost", None)
    query: bytes = get("query_string", b"")
    # One display: a copy that is updated takes twice as long.
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": path if path.isascii() else latin(path),
        "QUERY_STRING": query.decode("latin-1") if query else "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": _PROTOCOLS.get(get("http_version", "1.1"), "HTTP/1.1"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        # The end of an ASGI body is always told.
        "wsgi.input_terminated": True,
    }
    client = get("client")
    if client:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    add_headers(environ, scope["headers"])
    extensions = get("extensions")
    if extensions:
        # The test client's marks.
        environ |= {name: value for name, value in extensions.items() if name.startswith("restlite.")}
        if "tls" in extensions:
            add_certificate(environ, extensions["tls"])
    return environ


def add_certificate(environ: Environ, tls: dict[str, Any]) -> None:
    """Add what the server says of a client certificate, as mod_ssl names it (ASGI, TLS extension 0.2)."""
    error = tls.get("client_cert_error")
    chain = list(tls.get("client_cert_chain") or ())
    environ["SSL_CLIENT_VERIFY"] = f"FAILED:{error}" if error else "SUCCESS" if chain else "NONE"
    if chain:
        environ["SSL_CLIENT_CERT"] = chain[0]
    if name := tls.get("client_cert_name"):
        environ["SSL_CLIENT_S_DN"] = name


_PROTOCOLS = {number: f"HTTP/{number}" for number in ("1.0", "1.1", "2", "3")}
#: The environ keys of the fields that most requests send.
_KEYS = {
    b"host": "HTTP_HOST",
    b"accept": "HTTP_ACCEPT",
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"accept-language": "HTTP_ACCEPT_LANGUAGE",
    b"authorization": "HTTP_AUTHORIZATION",
    b"connection": "HTTP_CONNECTION",
    b"content-length": "CONTENT_LENGTH",
    b"content-type": "CONTENT_TYPE",
    b"cookie": "HTTP_COOKIE",
    b"origin": "HTTP_ORIGIN",
    b"referer": "HTTP_REFERER",
    b"user-agent": "HTTP_USER_AGENT",
}


def add_headers(environ: Environ, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Add the header fields of a request."""
    known = _KEYS.get
    for name, value in headers:
        key = known(name)
        if key is not None and key not in environ:
            environ[key] = value.decode("latin-1")
        else:
            add_header(environ, name, value.decode("latin-1"))


def add_header(environ: Environ, name: bytes, value: str) -> None:
    """Add one field, joined to others of its name; one with an underscore could pose as another."""
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
