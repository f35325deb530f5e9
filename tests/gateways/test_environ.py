"""From an ASGI scope to the environ that everything reads."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.gateways.environ import environ_of


def scope(**given: Any) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/", "headers": [], **given}


def test_the_least_that_a_server_may_send() -> None:
    environ = environ_of(scope())
    assert environ["REQUEST_METHOD"] == "GET"
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["QUERY_STRING"]) == ("", "/", "")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("localhost", "80")
    assert (environ["SERVER_PROTOCOL"], environ["wsgi.url_scheme"]) == ("HTTP/1.1", "http")
    assert environ["wsgi.input_terminated"] is True
    assert "REMOTE_ADDR" not in environ


def test_all_that_a_server_may_send() -> None:
    environ = environ_of(
        scope(
            method="POST",
            http_version="2",
            scheme="https",
            query_string=b"a=%20b",
            client=("192.0.2.1", 5000),
            server=("example.com", 443),
            extensions={"restlite.testing": [], "http.response.push": {}},
        )
    )
    assert environ["SERVER_PROTOCOL"] == "HTTP/2"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("example.com", "443")
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("192.0.2.1", "5000")
    assert (environ["QUERY_STRING"], environ["wsgi.url_scheme"]) == ("a=%20b", "https")
    assert environ["restlite.testing"] == []
    assert "http.response.push" not in environ


def test_a_unix_socket_has_no_port() -> None:
    assert environ_of(scope(server=("/run/app.sock", None)))["SERVER_PORT"] == "80"


@pytest.mark.parametrize(
    ("root", "path", "script_name", "path_info"),
    [
        ("", "/a", "", "/a"),
        ("/mnt", "/mnt/a", "/mnt", "/a"),
        ("/mnt", "/a", "/mnt", "/a"),  # a server that leaves the mount point out of the path
        ("/mnt/", "/mnt/a", "/mnt", "/a"),
        ("/mnt", "/mnt", "/mnt", ""),
        ("/mnt", "/mntain", "/mnt", "/mntain"),
        ("/é", "/é/ü", "/\xc3\xa9", "/\xc3\xbc"),
    ],
)
def test_the_mount_point_is_taken_off_the_path(
    root: str, path: str, script_name: str, path_info: str
) -> None:
    environ = environ_of(scope(root_path=root, path=path))
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == (script_name, path_info)


@pytest.mark.parametrize(
    ("headers", "key", "value"),
    [
        ([(b"host", b"a.example")], "HTTP_HOST", "a.example"),
        ([(b"content-type", b"application/json")], "CONTENT_TYPE", "application/json"),
        ([(b"content-length", b"5")], "CONTENT_LENGTH", "5"),
        ([(b"x-token", b"a")], "HTTP_X_TOKEN", "a"),
        ([(b"x-token", b"a"), (b"x-token", b"b")], "HTTP_X_TOKEN", "a,b"),
        ([(b"accept", b"a/b"), (b"accept", b"c/d")], "HTTP_ACCEPT", "a/b,c/d"),
        ([(b"cookie", b"a=1"), (b"cookie", b"b=2")], "HTTP_COOKIE", "a=1; b=2"),
        ([(b"content-length", b"5"), (b"content-length", b"6")], "CONTENT_LENGTH", "5,6"),
        ([(b"x-latin", b"\xe9")], "HTTP_X_LATIN", "é"),
    ],
)
def test_fields_are_joined_as_wsgi_servers_do(headers: Any, key: str, value: str) -> None:
    assert environ_of(scope(headers=headers))[key] == value


def test_a_field_with_an_underscore_cannot_pose_as_another() -> None:
    environ = environ_of(scope(headers=[(b"x-user", b"me"), (b"x_user", b"admin")]))
    assert environ["HTTP_X_USER"] == "me"
    assert "HTTP_X_USER" not in environ_of(scope(headers=[(b"x_user", b"admin")]))
