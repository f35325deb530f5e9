"""Proxy headers: what the trusted proxies wrote is believed, what stood before it is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite import App, Created, Request, SetupError, link
from restlite.http.hosts import TrustedHosts
from restlite.http.proxies import ProxyHeaders
from restlite.testing import Client

ALL: Any = ["for", "proto", "host", "port", "prefix"]
BEFORE = {
    "REMOTE_ADDR": "10.0.0.1",
    "wsgi.url_scheme": "http",
    "HTTP_HOST": "inside:8000",
    "SERVER_PORT": "8000",
    "SCRIPT_NAME": "",
}


def changed(proxies: ProxyHeaders, **fields: str) -> dict[str, str]:
    """Give what a filter changes in an environ, without the record of what was there."""
    environ: dict[str, Any] = BEFORE | {f"HTTP_{name.upper()}": value for name, value in fields.items()}
    before = dict(environ)
    proxies.admit(environ)
    assert environ.pop("restlite.peer") == BEFORE
    return {name: value for name, value in environ.items() if value != before[name]}


def client_of(gateway: Any, *hooks: Any) -> Client:
    app = App(hooks=hooks)

    @app.get("/")
    def show(request: Request) -> dict[str, str | None]:
        environ = request.environ
        names = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SERVER_PORT", "SCRIPT_NAME")
        return {name: environ.get(name) for name in names}

    @app.post("/")
    def make() -> Created[str]:
        return Created("made", location=link(show))

    return Client(app, gateway=gateway, base_url="http://inside:8000")


FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=6.6.6.6;proto=https;host=evil.example",
}


def test_nothing_is_believed_without_the_filter(gateway: Any) -> None:
    client = client_of(gateway)
    assert client.get("/", headers=FORGED).json() == client.get("/").json()


def test_the_whole_word_of_one_proxy(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders(1, trust=ALL))
    told = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "api.example.com",
        "X-Forwarded-Port": "8443",
        "X-Forwarded-Prefix": "/v1/",
    }
    assert client.get("/", headers=told).json() == {
        "REMOTE_ADDR": "203.0.113.9",
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "api.example.com:8443",
        "SERVER_PORT": "8443",
        "SCRIPT_NAME": "/v1",
    }
    assert client.post("/", headers=told).headers["Location"] == "/v1/"


def test_by_default_address_and_scheme_are_believed_alone(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders())
    shown = client.get("/", headers=FORGED).json()
    assert shown == client.get("/").json() | {"REMOTE_ADDR": "6.6.6.6", "wsgi.url_scheme": "https"}


def test_forged_entries_have_no_effect(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders(1, trust=ALL))
    seen = {
        str(
            client.get(
                "/",
                headers={
                    "X-Forwarded-For": f'6.6.6.{number}, "7.7.7.{number}, 203.0.113.9',
                    "X-Forwarded-Proto": f"ftp{number}, https",
                    "X-Forwarded-Host": f"evil{number}.example, api.example.com",
                    "X-Forwarded-Prefix": f"//evil{number}, /v1",
                    "Forwarded": f"for=8.8.8.{number}",
                },
            ).json()
        )
        for number in range(100)
    }
    assert len(seen) == 1
    assert "203.0.113.9" in seen.pop()


def test_a_field_of_its_own_is_one_more_entry(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders())
    fields = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")]
    assert client.get("/", headers=fields).json()["REMOTE_ADDR"] == "203.0.113.9"


@pytest.mark.parametrize("field", ["X-Forwarded-For", "X-Forwarded-Proto"])
def test_an_entry_that_makes_no_sense_is_refused(field: str, gateway: Any) -> None:
    response = client_of(gateway, ProxyHeaders()).get("/", headers={field: "<script>"})
    wanted = {"for": "an IP address", "proto": "http or https"}
    part = field.rpartition("-")[2].lower()
    assert (response.status_code, response.json()["detail"]) == (
        400,
        f"The forwarded {part} is not {wanted[part]}.",
    )
    assert "script" not in response.text


def test_trusted_hosts_judge_the_forwarded_host(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders(trust=["host"]), TrustedHosts("api.example.com"))
    assert client.get("/").status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "api.example.com"}).status_code == 200


@pytest.mark.parametrize(
    ("hops", "entries", "expect"),
    [
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "1.1.1.1", None),
        (2, ",,1.1.1.1", None),
        (1, ", 1.1.1.1", "1.1.1.1"),
        (1, "", None),
        (1, " , ", None),
        (3, "<x>, 1.1.1.1, 10.0.0.3,10.0.0.2", "1.1.1.1"),
    ],
)
def test_hops_count_from_the_end(hops: int, entries: str, expect: str | None) -> None:
    expected = {} if expect is None else {"REMOTE_ADDR": expect}
    assert changed(ProxyHeaders(hops), x_forwarded_for=entries) == expected


@given(st.lists(st.text(max_size=12), max_size=6), st.integers(1, 3))
def test_what_clients_write_before_the_proxies_never_counts(forged: list[str], hops: int) -> None:
    proxies = [f"192.0.2.{number}" for number in range(hops)]
    found = changed(ProxyHeaders(hops), x_forwarded_for=",".join((*forged, *proxies)))
    assert found == {"REMOTE_ADDR": "192.0.2.0"}


TAKEN: list[Any] = [
    ("for", "203.0.113.9", {"REMOTE_ADDR": "203.0.113.9"}),
    ("for", "203.0.113.9:4711", {"REMOTE_ADDR": "203.0.113.9"}),
    ("for", "2001:DB8::1", {"REMOTE_ADDR": "2001:db8::1"}),
    ("for", "[2001:db8:0::1]", {"REMOTE_ADDR": "2001:db8::1"}),
    ("for", "[2001:db8::1]:_hidden", {"REMOTE_ADDR": "2001:db8::1"}),
    ("for", "::ffff:203.0.113.9", {"REMOTE_ADDR": "203.0.113.9"}),
    ("for", "unknown", {}),
    ("for", "_SEVKISEK", {}),
    ("proto", "https", {"wsgi.url_scheme": "https"}),
    ("proto", "HTTPS", {"wsgi.url_scheme": "https"}),
    ("host", "api.example.com", {"HTTP_HOST": "api.example.com", "SERVER_PORT": "80"}),
    ("host", "[::1]:8443", {"HTTP_HOST": "[::1]:8443", "SERVER_PORT": "8443"}),
    ("port", "8443", {"HTTP_HOST": "inside:8443", "SERVER_PORT": "8443"}),
    ("port", "80", {"HTTP_HOST": "inside", "SERVER_PORT": "80"}),
    ("prefix", "/v1/books", {"SCRIPT_NAME": "/v1/books"}),
    ("prefix", "/..a/.b/", {"SCRIPT_NAME": "/..a/.b"}),
    ("prefix", "/", {}),
]


@pytest.mark.parametrize(("part", "text", "expect"), TAKEN)
def test_what_is_taken(part: Any, text: str, expect: dict[str, str]) -> None:
    assert changed(ProxyHeaders(trust=[part]), **{f"x_forwarded_{part}": text}) == expect
    assert changed(ProxyHeaders(trust=["for"] if part == "proto" else ["proto"]), x_forwarded_part=text) == {}


def test_the_default_port_is_that_of_the_forwarded_scheme() -> None:
    proxies = ProxyHeaders(trust=["port", "host", "proto"])
    secure = {"wsgi.url_scheme": "https", "HTTP_HOST": "a.example", "SERVER_PORT": "443"}
    assert changed(proxies, x_forwarded_proto="https", x_forwarded_host="a.example") == secure
    told = {"x_forwarded_proto": "https", "x_forwarded_host": "a.example:8000", "x_forwarded_port": "443"}
    assert changed(proxies, **told) == secure


def test_a_port_alone_makes_no_host() -> None:
    environ: dict[str, Any] = {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PORT": "81"}
    ProxyHeaders(trust=["port"]).admit(environ)
    assert (environ["SERVER_PORT"], environ.get("HTTP_HOST")) == ("81", None)


def test_filters_of_several_counts_keep_the_first_peer(gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders(2, trust=["for"]), ProxyHeaders(1, trust=["proto"]))
    fields = {"X-Forwarded-For": "203.0.113.9, 10.0.0.2", "X-Forwarded-Proto": "https"}
    shown = client.get("/", headers=fields).json()
    assert (shown["REMOTE_ADDR"], shown["wsgi.url_scheme"]) == ("203.0.113.9", "https")


NONSENSE: list[Any] = [
    *[
        ("for", text)
        for text in ("1.2.3", "1.2.3.4.5", "999.1.1.1", "::1%eth0", "[::1", "localhost", "a" * 8000)
    ],
    *[("for", text) for text in ('"1.2.3.4"', "1.2.3.4:999999", "1.2.3.4 5", "::g", "\u0661.2.3.4")],
    *[("proto", text) for text in ("javascript", "https://", "httpss", "\u212attp")],
    *[("host", text) for text in ("a.example/x", "<b>", "user@a.example", "a.example:0", "a.example:65536")],
    *[("port", text) for text in ("0", "65536", "8o", "-1", "443:1", "\u0661", "080")],
    *[("prefix", text) for text in ("v1", "//evil.example", "/v1//x", "/../x", "/.", "https://evil.example")],
    *[("prefix", text) for text in ("/a b", "/%2e%2e", "/a?x", "/a#x", "/<b>", "\\evil", "/\\evil")],
]


@pytest.mark.parametrize(("part", "text"), NONSENSE)
def test_what_is_refused(part: Any, text: str, gateway: Any) -> None:
    client = client_of(gateway, ProxyHeaders(trust=[part]))
    fields = {f"X-Forwarded-{part}": text.encode().decode("latin-1")}
    response = client.get("/", headers=fields)
    assert response.status_code == 400
    assert response.json()["detail"].startswith(f"The forwarded {part} is not ")


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        (
            "for=192.0.2.60;proto=https;by=203.0.113.43",
            {"REMOTE_ADDR": "192.0.2.60", "wsgi.url_scheme": "https"},
        ),
        ('For="[2001:db8:cafe::17]:4711"', {"REMOTE_ADDR": "2001:db8:cafe::17"}),
        ("for=6.6.6.6, for=198.51.100.17", {"REMOTE_ADDR": "198.51.100.17"}),
        (
            "for=6.6.6.6,, for=192.0.2.1 ; proto=HTTPS ,",
            {"REMOTE_ADDR": "192.0.2.1", "wsgi.url_scheme": "https"},
        ),
        ("for=192.0.2.1:80", {"REMOTE_ADDR": "192.0.2.1"}),
        ('for="192.0.2.\\1"', {"REMOTE_ADDR": "192.0.2.1"}),
        ('for=192.0.2.1;ext="a, for=6.6.6.6"', {"REMOTE_ADDR": "192.0.2.1"}),
        ('host="api.example.com:8443"', {"HTTP_HOST": "api.example.com:8443", "SERVER_PORT": "8443"}),
        ("for=_gazonk", {}),
        ("for=unknown;by=1", {}),
        ("secret=x", {}),
        ("", {}),
        (" ;, ;", {}),
    ],
)
def test_forwarded(field: str, expect: dict[str, str]) -> None:
    proxies = ProxyHeaders(trust=["for", "proto", "host"], forwarded=True)
    assert changed(proxies, forwarded=field, x_forwarded_for="6.6.6.6") == expect


def test_forwarded_counts_hops_by_element() -> None:
    field = "for=6.6.6.6, for=192.0.2.1;proto=https, for=10.0.0.2;proto=http"
    expect = {"REMOTE_ADDR": "192.0.2.1", "wsgi.url_scheme": "https"}
    assert changed(ProxyHeaders(2, forwarded=True), forwarded=field) == expect
    assert changed(ProxyHeaders(4, forwarded=True), forwarded=field) == {}


@pytest.mark.parametrize(
    "field",
    [
        'for="6.6.6.6, for=192.0.2.1',
        'for=6.6.6.6;x=", for="[2001:db8::1]"',
        'for="a"b',
        "for",
        "for=",
        "for=1.1.1.1 for=2.2.2.2",
        "for=1.1.1.1;FOR=2.2.2.2",
        'for="\\',
        "=x",
        " " * 8000 + "x",
        "a=b" * 3000 + '"',
    ],
)
def test_a_malformed_forwarded_is_refused(field: str, gateway: Any) -> None:
    response = client_of(gateway, ProxyHeaders(forwarded=True)).get("/", headers={"Forwarded": field})
    assert (response.status_code, response.json()["detail"]) == (400, "The Forwarded field is malformed.")


@pytest.mark.parametrize("hops", [0, -1, True, 1.0, "1"])
def test_hops_are_a_number(hops: Any) -> None:
    with pytest.raises(SetupError) as raised:
        ProxyHeaders(hops)
    expect = f"ProxyHeaders: hops= counts the proxies in front of the app, from 1; found {hops!r}."
    assert raised.value.found == expect
    assert raised.value.mend == "ProxyHeaders(1)   # without a proxy: no ProxyHeaders"


def test_only_what_is_written_can_be_trusted() -> None:
    unknown: Any = ["by"]
    with pytest.raises(SetupError) as raised:
        ProxyHeaders(trust=unknown)
    expect = "ProxyHeaders: X-Forwarded-* says for, proto, host, port, prefix; trust= names 'by'."
    assert raised.value.found == expect
    with pytest.raises(SetupError) as raised:
        ProxyHeaders(2, trust=["for", "port"], forwarded=True)
    assert raised.value.found == "ProxyHeaders: Forwarded says for, proto, host; trust= names 'port'."
    assert raised.value.mend == 'ProxyHeaders(2, trust=["for", "proto"])'
