"""Trusted hosts: exact names and one label's wildcard, whatever a Host field holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from restlite import App, SetupError
from restlite.http.hosts import Authority, TrustedHosts, authority_of
from restlite.testing import Client

MALFORMED = "The Host field is missing, or is not a host with or without a port."
UNKNOWN = "The Host field names no host of this service."
TRUSTED = ("api.example.com", "*.example.org", "127.0.0.1", "[::1]", "a.b.c", "my_service")


def client_of(gateway: Any) -> Client:
    app = App(hooks=[TrustedHosts(*TRUSTED)])

    @app.get("/")
    def show() -> str:
        return "shown"

    return Client(app, gateway=gateway)


@pytest.mark.parametrize(
    "host",
    [
        "api.example.com",
        "API.Example.COM",
        "api.example.com:8443",
        "api.example.com:65535",
        "api.example.com.",
        "api.example.com.:80",
        "shop.example.org",
        "xn--bcher-kva.example.org",
        "127.0.0.1:8000",
        "[::1]",
        "[0:0:0:0:0:0:0:1]:8000",
        "my_service:5000",
    ],
)
def test_trusted_hosts_come_in(host: str, gateway: Any) -> None:
    assert client_of(gateway).get("/", headers={"Host": host}).text == "shown"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "example.org",
        "a.b.example.org",
        "api.example.com.evil.example",
        "evilapi.example.com",
        "aXb.c",
        "example.org.evil.example",
        "[::2]",
        "localhost",
    ],
)
def test_other_hosts_are_refused_unnamed(host: str, gateway: Any) -> None:
    response = client_of(gateway).get("/", headers={"Host": host})
    assert (response.status_code, response.json()["detail"]) == (400, UNKNOWN)
    assert host not in response.text


@pytest.mark.parametrize(
    "host",
    [
        "",
        "<script>alert(1)</script>",
        "api.example.com/?x=",
        "api.example.com/path",
        "api.example.com#f",
        "user@api.example.com",
        "api.example.com:pass@evil.example",
        "api example.com",
        " ",
        "api.example.com, evil.example",
        "api.example.com:0",
        "api.example.com:65536",
        "api.example.com:99999999",
        "api.example.com:080",
        "api.example.com:",
        "api.example.com:80:80",
        "api.example.com:8o",
        "api.example.com..",
        ".example.org",
        "..example.org",
        "*.example.org",
        "-.example.org",
        "b\xfccher.example.org",
        "[::1",
        "[::1]x",
        "[:::1]",
        "[1.2.3.4]",
        "[::1%25eth0]",
        "::1",
        "a" * 64 + ".example.org",
        "a." * 4000 + "example.org",
    ],
)
def test_what_is_no_host_is_refused_unnamed(host: str, gateway: Any) -> None:
    response = client_of(gateway).get("/", headers={"Host": host})
    assert (response.status_code, response.json()["detail"]) == (400, MALFORMED)
    assert len(host) < 3 or host not in response.text


def test_two_host_fields_are_refused(gateway: Any) -> None:
    fields = [("Host", "api.example.com"), ("Host", "api.example.com")]
    assert client_of(gateway).get("/", headers=fields).json()["detail"] == MALFORMED


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
def test_without_a_host_nothing_stands_in_for_it(protocol: str) -> None:
    environ = create_environ("/", "http://api.example.com")
    del environ["HTTP_HOST"]
    environ |= {"SERVER_PROTOCOL": protocol, "HTTP_X_FORWARDED_HOST": "api.example.com"}
    _, status, _ = run_wsgi_app(client_of("wsgi").app, environ)
    assert status == "400 Bad Request"


def test_paths_without_a_route_are_guarded_too(gateway: Any) -> None:
    client = client_of(gateway)
    assert client.get("/nowhere", headers={"Host": "evil.example"}).status_code == 400
    assert client.options("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/nowhere", headers={"Host": "api.example.com"}).status_code == 404


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("https://api.example.com/", 'TrustedHosts("api.example.com")'),
        ("api.example.com:443", 'TrustedHosts("api.example.com")'),
        (".example.com", 'TrustedHosts("*.example.com")'),
        ("*.b\xfccher.example", 'TrustedHosts("*.xn--bcher-kva.example")'),
        ("b\xfccher.example", 'TrustedHosts("xn--bcher-kva.example")'),
        ("*", 'TrustedHosts("api.example.com")'),
        ("a.*.example.com", 'TrustedHosts("api.example.com")'),
        ("\udc80..", 'TrustedHosts("api.example.com")'),
        ("", 'TrustedHosts("api.example.com")'),
    ],
)
def test_what_is_no_pattern_is_a_setup_error(written: str, mend: str) -> None:
    with pytest.raises(SetupError) as raised:
        TrustedHosts(written)
    assert raised.value.found == f"TrustedHosts: {written!r} is no ASCII host name, nor '*.' before one."
    assert raised.value.mend == mend


def test_patterns_are_compared_as_hosts_are() -> None:
    TrustedHosts("API.Example.COM.").admit({"HTTP_HOST": "api.example.com"})
    TrustedHosts("*.Example.COM").admit({"HTTP_HOST": "a.example.com"})


def test_no_pattern_is_a_setup_error() -> None:
    with pytest.raises(SetupError) as raised:
        TrustedHosts()
    assert raised.value.found == "TrustedHosts: no host is named; every request would be refused."
    assert raised.value.mend == 'TrustedHosts("api.example.com")'


@given(st.text(alphabet="aZ0_-.:[]@/% \xfc", max_size=40))
def test_an_authority_is_read_or_not_and_never_raises(text: str) -> None:
    authority = authority_of(text)
    if authority is not None:
        port = "" if authority.port is None else f":{authority.port}"
        assert authority_of(f"{authority.host}{port}") == authority


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_every_ipv6_address_is_an_authority(address: Any, port: int) -> None:
    assert authority_of(f"[{address.exploded}]:{port}") == Authority(f"[{address.compressed}]", port)
