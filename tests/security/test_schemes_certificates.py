"""Mutual TLS: the server's word on client certificates, and nobody else's."""

from __future__ import annotations

import ssl
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from callers import accept, sent_to
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.serving import make_server

from restlite import App
from restlite.gateways.environ import environ_of
from restlite.security import (
    ClientCertificate,
    MutualTLS,
)

PEM = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n"


SUBJECT = {"SSL_CLIENT_S_DN": "CN=reports,O=Example"}


@pytest.mark.parametrize(
    ("environ", "expect"),
    [
        ({"SSL_CLIENT_VERIFY": "SUCCESS", **SUBJECT}, ("CN=reports,O=Example", "", "", "")),
        (
            {
                "SSL_CLIENT_VERIFY": "SUCCESS",
                **SUBJECT,
                "SSL_CLIENT_I_DN": "CN=ca",
                "SSL_CLIENT_M_SERIAL": "0F",
                "SSL_CLIENT_CERT": PEM,
            },
            ("CN=reports,O=Example", "CN=ca", "0F", PEM),
        ),
        ({"werkzeug.socket": object(), "SSL_CLIENT_CERT": PEM}, ("", "", "", PEM)),
        ({"werkzeug.socket": object()}, None),
        ({"SSL_CLIENT_VERIFY": "SUCCESS"}, None),
        ({"SSL_CLIENT_VERIFY": "NONE", **SUBJECT}, None),
        ({"SSL_CLIENT_VERIFY": "", **SUBJECT}, None),
        # mod_ssl with optional_no_ca, and no word of the server that it has looked.
        (SUBJECT | {"SSL_CLIENT_CERT": PEM}, None),
        ({"SSL_CLIENT_VERIFY": "GENEROUS", **SUBJECT}, "malformed"),
        ({"SSL_CLIENT_VERIFY": "FAILED:certificate has expired", **SUBJECT}, "malformed"),
        ({"HTTP_SSL_CLIENT_VERIFY": "SUCCESS", "HTTP_SSL_CLIENT_S_DN": "CN=reports"}, None),
    ],
)
def test_only_the_server_tells_of_certificates(environ: dict[str, Any], expect: Any) -> None:
    assert sent_to(MutualTLS(accept), environ) == expect


def test_the_fingerprint_is_of_the_certificate() -> None:
    sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1: of "abc"
    assert ClientCertificate("", "", "", PEM).fingerprint == sha
    assert ClientCertificate("CN=a", "", "", "").fingerprint == ""


@pytest.mark.parametrize(
    ("tls", "expect"),
    [
        ({"client_cert_chain": [PEM], "client_cert_name": "CN=reports"}, ("CN=reports", "", "", PEM)),
        ({"client_cert_chain": [PEM], "client_cert_name": None}, ("", "", "", PEM)),
        ({"client_cert_chain": [], "client_cert_name": None, "client_cert_error": None}, None),
        ({"client_cert_chain": [PEM], "client_cert_error": "expired"}, "malformed"),
    ],
)
def test_asgi_servers_tell_of_certificates_by_their_extension(tls: dict[str, Any], expect: Any) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "extensions": {"tls": tls}}
    assert sent_to(MutualTLS(accept), environ_of(scope)) == expect


class Authority:
    """Issue certificates for a server and its clients."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
        self.file = str(folder / "authority.pem")
        Path(self.file).write_bytes(self._signed(self._name, self._key, True))

    def issue(self, name: str) -> str:
        """Write a certificate with its key, and give the file's name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{name}.pem"
        file.write_bytes(self._signed(subject, key, False) + private)
        return str(file)

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, is_authority: bool) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        )
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_client_certificate_over_a_real_connection(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    reports = authority.issue("reports")
    certificate = x509.load_pem_x509_certificate(Path(reports).read_bytes())
    services = {certificate.fingerprint(hashes.SHA256()).hex(): "reports"}
    app = App()

    @app.get("/me", security=MutualTLS(lambda sent: services.get(sent.fingerprint)))
    def show_me() -> str:
        return "known"

    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.file)
    inside.load_cert_chain(authority.issue("server"))
    inside.verify_mode = ssl.CERT_OPTIONAL
    with make_server("localhost", 0, app, ssl_context=inside) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def ask(file: str | None) -> str:
            outside = ssl.create_default_context(cafile=authority.file)
            if file is not None:
                outside.load_cert_chain(file)
            try:
                with urllib.request.urlopen(f"https://localhost:{server.port}/me", context=outside) as got:
                    return str(got.read().decode())
            except urllib.error.HTTPError as error:
                with error:
                    return f"{error.code} {error.headers['WWW-Authenticate']}"

        try:
            assert ask(reports) == "known"
            assert ask(authority.issue("others")) == '401 MutualTLS realm="api"'
            assert ask(None) == '401 MutualTLS realm="api"'
        finally:
            server.shutdown()
