"""Where keys come from, and when they are read again."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from jwt_tokens import CHECKS, NOW, SECRET, ec, encoded, okp, public, rsa, token

from restlite.errors import SetupError
from restlite.security.jwks import JWKS, JWKSError
from restlite.security.jwt import JWTVerifier

ONE = public(rsa(), kid="one")
TWO = public(rsa(1), kid="two")


def by(jwks: JWKS, *algorithms: str) -> Callable[[str], Any]:
    verify = JWTVerifier(algorithms=algorithms or ["RS256"], jwks=jwks, **CHECKS)
    verify.clock = lambda: NOW
    return verify


def signed(which: int, kid: str | None) -> str:
    header = {"alg": "RS256"} | ({} if kid is None else {"kid": kid})
    return token(header=header, alg="RS256", key=rsa(which))


class Answering:
    """Serve a key set, or what else a server may say."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[str] = []
        #: Answers wait until this is set; none is sent to a client that has left.
        self.gate = Event()
        self.gate.set()
        self.left = False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append(self.path)
                if not owner.gate.wait(10) or owner.left:
                    return
                status, content = owner.answers[min(len(owner.asked), len(owner.answers)) - 1]
                body = content if isinstance(content, bytes) else json.dumps(content).encode()
                if not status:
                    self.wfile.write(body)
                    return
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"


@pytest.fixture
def remote() -> Iterator[Answering]:
    made = Answering()
    thread = Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.gate.set()
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def self_signed(folder: Path) -> SSLContext:
    """Make the context of a server that nobody vouches for."""
    key = rsa().private_key
    assert key is not None
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    began = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=2))
    chain = folder / "chain.pem"
    signed_by_itself = made.sign(key, SHA256()).public_bytes(Encoding.PEM)
    chain.write_bytes(rsa().as_pem(private=True) + signed_by_itself)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class Clock:
    """Give a time that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_set_gives_the_key_that_a_token_names() -> None:
    verify = by(JWKS.of({"keys": [ONE, TWO]}))
    assert verify(signed(0, "one")) is not None
    assert verify(signed(1, "two")) is not None
    assert verify(signed(0, "two")) is None
    assert verify(signed(0, "three")) is None
    assert verify(signed(0, None)) is None


def test_a_token_that_names_none_means_the_only_key_that_fits() -> None:
    verify = by(JWKS.of({"keys": [public(ec(), kid="ec"), ONE]}))
    assert verify(signed(0, None)) is not None
    assert verify(signed(1, None)) is None


def test_a_key_without_a_name_may_be_meant_by_any() -> None:
    verify = by(JWKS.of({"keys": [public(rsa())]}))
    assert verify(signed(0, "whatever")) is not None


def test_keys_that_do_not_fit_are_ignored() -> None:
    padded = encoded(b"\0" * 200 + b"\xff" * 100)
    others: list[Any] = [
        public(ec(), kid="one"),
        public(okp(), kid="one"),
        {"kty": "oct", "k": encoded(SECRET.encode()), "kid": "one"},
        {"kty": "oct", "k": "c2hvcnQ", "kid": "one"},
        public(rsa(1), kid="one", use="enc"),
        public(rsa(1), kid="one", alg="RS512"),
        public(rsa(1), kid="one", key_ops=["encrypt"]),
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "one"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one"},
        {"kty": "EC", "crv": "P-1", "x": "AA", "y": "AA", "kid": "one"},
        {"kty": "RSA", "e": "AQAB", "kid": "one"},
        {**TWO, "kid": 5},
        {**TWO, "n": "!" * 400},
        {"kid": "one"},
        {"kty": ["RSA"]},
        "text",
        None,
        [],
    ]
    verify = by(JWKS.of({"keys": [*others, ONE]}))
    assert verify(signed(0, "one")) is not None
    with pytest.warns(UserWarning, match="2048 bits"):
        weak = JWKS.of({"keys": [{"kty": "RSA", "n": padded, "e": "AQAB"}]})
    with pytest.raises(SetupError, match="no key of the JWK set fits RS256"):
        by(weak)


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": None}, []])
def test_what_is_no_set_is_refused(document: Any) -> None:
    with pytest.raises(SetupError) as refused:
        JWKS.of(document)
    assert refused.value.found == "the mapping is no JWK set, which is an object with a list 'keys'."
    assert refused.value.mend == 'JWKS.of({"keys": [jwk]})'


def test_a_file_is_read_again_when_it_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [ONE]}))
    verify = by(JWKS.file(path))
    assert verify(signed(0, "one")) is not None
    assert verify(signed(1, "two")) is None

    path.write_text(json.dumps({"keys": [TWO]}))
    os.utime(path, ns=(1, 1))
    assert verify(signed(1, "two")) is not None
    assert verify(signed(0, "one")) is None
    assert not caplog.messages

    path.write_text('{"keys": [')
    os.utime(path, ns=(2, 2))
    assert verify(signed(1, "two")) is not None
    assert verify(signed(1, "two")) is not None
    (message,) = caplog.messages
    assert message.startswith(f"the JWK set {path} cannot be read: EOF")
    assert message.endswith("; the keys of before are kept.")

    path.unlink()
    assert verify(signed(1, "two")) is not None
    assert "No such file" in caplog.messages[-1]


@pytest.mark.parametrize("content", [None, "[]", "text"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "jwks.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SetupError) as refused:
        JWKS.file(str(path))
    assert refused.value.found.startswith(f"the JWK set {path} cannot be read: ")
    assert refused.value.mend == 'JWKS.file("jwks.json")'


WELL_KNOWN = "https://login.example.com/.well-known/jwks.json"


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("http://login.example.com/jwks.json", "https://login.example.com/jwks.json"),
        ("http://localhost.evil.example/", "https://localhost.evil.example/"),
        ("file:///etc/jwks.json", WELL_KNOWN),
        ("https:///jwks.json", WELL_KNOWN),
        ("login.example.com", WELL_KNOWN),
    ],
)
def test_a_url_is_https_or_of_this_machine(url: str, mend: str) -> None:
    with pytest.raises(SetupError) as refused:
        JWKS.url(url)
    assert refused.value.found.startswith(f"the JWK set {url!r} has no https URL")
    assert refused.value.mend == f'JWKS.url("{mend}")'


def test_a_url_is_fetched_at_first_use_and_when_it_is_old(remote: Answering) -> None:
    remote.answers = [(200, {"keys": [ONE]}), (200, {"keys": [TWO]})]
    clock = Clock()
    verify = by(JWKS.url(remote.url, cache=300, clock=clock))
    assert not remote.asked
    assert verify(signed(0, "one")) is not None
    clock.now += 299
    assert verify(signed(0, "one")) is not None
    assert remote.asked == ["/jwks.json"]
    clock.now += 1
    assert verify(signed(0, "one")) is None
    assert verify(signed(1, "two")) is not None
    assert len(remote.asked) == 2


def test_a_key_that_is_not_known_is_looked_for_once_in_a_while(remote: Answering) -> None:
    remote.answers = [(200, {"keys": [ONE]}), (200, {"keys": [ONE]}), (200, {"keys": [ONE, TWO]})]
    clock = Clock()
    verify = by(JWKS.url(remote.url, cooldown=30, clock=clock))
    assert verify(signed(0, "one")) is not None
    clock.now += 29
    for number in range(50):
        assert verify(signed(1, f"made up {number}")) is None
    assert len(remote.asked) == 1
    clock.now += 1
    for number in range(50):
        assert verify(signed(1, f"made up {number}")) is None
    assert len(remote.asked) == 2
    clock.now += 30
    assert verify(signed(1, None)) is None
    assert len(remote.asked) == 2
    assert verify(signed(1, "two")) is not None
    assert len(remote.asked) == 3


FAILURES: list[tuple[int, Any, str]] = [
    (500, b"", "the answer is of status 500"),
    (302, b"", "the answer is of status 302"),
    (200, b"<html>", "expected value"),
    (200, [], "no JWK set"),
    (200, b" " * (1 << 20) + b"{}", "the answer has more than 1048576 bytes"),
    (0, b"what?\r\n\r\n", "the answer is no HTTP: BadStatusLine"),
    (0, b"", "the answer is no HTTP: RemoteDisconnected"),
]


@pytest.mark.parametrize(("status", "content", "why"), FAILURES)
def test_keys_are_kept_where_fetching_fails(
    remote: Answering, caplog: pytest.LogCaptureFixture, status: int, content: Any, why: str
) -> None:
    remote.answers = [(200, {"keys": [ONE]}), (status, content)]
    clock = Clock()
    verify = by(JWKS.url(remote.url, cache=300, cooldown=30, clock=clock))
    assert verify(signed(0, "one")) is not None
    clock.now += 300
    assert verify(signed(0, "one")) is not None
    assert verify(signed(0, "one")) is not None
    assert remote.asked == ["/jwks.json"] * 2
    (message,) = caplog.messages
    assert message.startswith(f"the JWK set {remote.url} cannot be fetched: ")
    assert why in message
    clock.now += 30
    assert verify(signed(0, "one")) is not None
    assert len(remote.asked) == 3


@pytest.mark.parametrize(("status", "content", "why"), FAILURES)
def test_a_first_fetch_that_fails_is_an_error_and_tried_again(
    remote: Answering, status: int, content: Any, why: str
) -> None:
    remote.answers = [(status, content), (200, {"keys": [ONE]})]
    verify = by(JWKS.url(remote.url))
    with pytest.raises(JWKSError, match=why):
        verify(signed(0, "one"))
    assert verify(signed(0, "one")) is not None


def test_a_server_that_says_nothing_is_not_waited_for(remote: Answering) -> None:
    remote.gate.clear()
    remote.answers = [(200, {"keys": [ONE]})]
    with pytest.raises(JWKSError, match="timed out"):
        by(JWKS.url(remote.url, timeout=0.05))(signed(0, "one"))
    remote.left = True


def test_a_certificate_is_checked(remote: Answering, tmp_path: Path) -> None:
    remote.answers = [(200, {"keys": [ONE]})]
    remote.server.handle_error = lambda *_: None  # type: ignore[method-assign]
    remote.server.socket = self_signed(tmp_path).wrap_socket(remote.server.socket, server_side=True)
    with pytest.raises(JWKSError, match="certificate verify failed"):
        by(JWKS.url(remote.url.replace("http:", "https:")))(signed(0, "one"))
    assert not remote.asked


def test_one_thread_fetches_first_while_the_others_wait(remote: Answering) -> None:
    remote.gate.clear()
    remote.answers = [(200, {"keys": [ONE]})]
    verify = by(JWKS.url(remote.url))
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(verify, signed(0, "one")) for _ in range(8)]
        remote.gate.set()
        assert all(each.result(10) is not None for each in found)
    assert len(remote.asked) == 1


def test_those_who_waited_for_a_failure_share_it(remote: Answering) -> None:
    remote.gate.clear()
    remote.answers = [(500, b"")]
    jwks = JWKS.url(remote.url)
    started = Barrier(9)

    def current() -> Any:
        started.wait(10)
        return jwks.current()

    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(current) for _ in range(8)]
        started.wait(10)
        Event().wait(0.3)  # until each has asked for the keys
        remote.gate.set()
        for each in found:
            with pytest.raises(JWKSError, match="status 500"):
                each.result(10)
    assert len(remote.asked) < 8  # one, unless a thread was late


def test_others_use_the_keys_of_before_while_one_thread_fetches(remote: Answering) -> None:
    remote.answers = [(200, {"keys": [ONE]}), (200, {"keys": [TWO]})]
    clock = Clock()
    verify = by(JWKS.url(remote.url, cache=300, clock=clock))
    assert verify(signed(0, "one")) is not None
    clock.now += 300
    remote.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        fetching = threads.submit(verify, signed(1, "two"))
        while len(remote.asked) < 2:
            Event().wait(0.01)
        assert verify(signed(0, "one")) is not None
        assert verify(signed(1, "two")) is None
        remote.gate.set()
        assert fetching.result(10) is not None
    assert verify(signed(1, "two")) is not None
    assert len(remote.asked) == 2


def test_several_verifiers_share_a_set(caplog: pytest.LogCaptureFixture) -> None:
    jwks = JWKS.of({"keys": [ONE, public(ec(), kid="ec")]})
    assert by(jwks)(signed(0, "one")) is not None
    signed_by_ec = token(header={"alg": "ES256", "kid": "ec"}, alg="ES256", key=ec())
    assert by(jwks, "ES256")(signed_by_ec) is not None
    with caplog.at_level(logging.DEBUG, "restlite"):
        assert by(jwks)(signed_by_ec) is None
    assert caplog.messages == ["A JWT was refused: the algorithm is none of RS256."]
