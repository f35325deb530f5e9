"""Mutual TLS: who calls is told by a client certificate, which the server has verified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Unpack

from ..aliases import Environ
from ..records import SchemeRecord
from .authorization import challenge_of
from .requirements import Malformed, Scheme, SchemeOptions


class ClientCertificate(NamedTuple):
    """Hold what the server tells of a client certificate; empty where it does not tell."""

    #: Distinguished names as the server writes them, mostly as RFC 4514: ``CN=reports,O=Example``.
    subject: str
    issuer: str
    #: Hexadecimal.
    serial: str
    #: The certificate itself.
    pem: str

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the certificate in hexadecimal; empty where the server hands over none."""
        if not self.pem:
            return ""
        import hashlib
        import ssl

        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem)).hexdigest()


class MutualTLS(Scheme):
    """Take the client certificate of the connection (RFC 8705, 2).

    .. code-block:: python

        tls = MutualTLS(lambda certificate: SERVICES.get(certificate.fingerprint))

    Only the server's own word counts: ``SSL_CLIENT_VERIFY``, which must be ``SUCCESS``, with
    ``SSL_CLIENT_S_DN``, ``SSL_CLIENT_I_DN``, ``SSL_CLIENT_M_SERIAL`` and ``SSL_CLIENT_CERT`` in the
    environ, as mod_ssl sets them (``SSLOptions +StdEnvVars +ExportCertData``), and nginx by ``uwsgi_param``;
    or the ``tls`` extension of ASGI. Header fields are never read: a proxy that ends TLS cannot speak
    through them.
    """

    field = ""
    takes = "certificate: ClientCertificate"

    def __init__(
        self, verify: Callable[..., Any], *, name: str = "mutualTLS", **options: Unpack[SchemeOptions]
    ) -> None:
        super().__init__(verify, name=name, **options)

    def credentials(self, environ: Environ) -> ClientCertificate | None:
        # Werkzeug's server hands over the certificate alone, and no connection with one that is not verified.
        unsaid = "SUCCESS" if "werkzeug.socket" in environ else "NONE"
        verified: str = environ.get("SSL_CLIENT_VERIFY", unsaid)
        if verified in ("", "NONE"):
            return None
        if verified != "SUCCESS":  # FAILED:reason, or GENEROUS: nobody has vouched for it
            raise Malformed
        found = ClientCertificate(*(environ.get(f"SSL_CLIENT_{key}") or "" for key in _KEYS))
        return found if found.subject or found.pem else None

    def challenge(self, error: str | None = None, scopes: Sequence[str] = ()) -> str | None:
        # There is no registered scheme; a 401 must have a challenge all the same (RFC 9110, 15.5.2).
        return None if error == "insufficient_scope" else challenge_of("MutualTLS", realm="api")

    def describe(self) -> SchemeRecord:
        return SchemeRecord(self.name, "mutualTLS", (), self.description)


_KEYS = ("S_DN", "I_DN", "M_SERIAL", "CERT")
