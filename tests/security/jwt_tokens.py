"""Keys and tokens for tests: whatever a caller may send, signed or not."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from joserfc.jwa import JWS_ALGORITHMS
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

ISSUER = "https://login.example.com/"
AUDIENCE = "https://api.example.com"
SECRET = "a secret of more than sixty-four bytes, which is what HS512 asks for"
NOW = 1_700_000_000.0
CHECKS: dict[str, Any] = {"issuer": ISSUER, "audience": AUDIENCE}
CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": NOW + 60}


def rsa(which: int = 0, bits: int = 2048) -> RSAKey:
    """Give one of several RSA keys."""
    return _rsa(which, bits)


@cache
def _rsa(_: int, bits: int) -> RSAKey:
    return RSAKey.generate_key(bits)


@cache
def ec(curve: Any = "P-256") -> ECKey:
    """Give a key on a curve."""
    return ECKey.generate_key(curve)


@cache
def okp(curve: Any = "Ed25519") -> OKPKey:
    """Give a key on an Edwards or Montgomery curve."""
    return OKPKey.generate_key(curve)


def encoded(part: Any) -> str:
    """Encode a part of a token: JSON, or bytes as they are."""
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: Any = None, header: Any = None, *, alg: str = "HS256", key: Any = SECRET) -> str:
    """Sign a token by an algorithm, whatever its header says."""
    signed = f"{encoded({'alg': alg} if header is None else header)}.{encoded(claims or CLAIMS)}"
    used = OctKey.import_key(key) if isinstance(key, str) else key
    algorithm = next(each for each in JWS_ALGORITHMS if each.name == alg)
    return f"{signed}.{encoded(algorithm.sign(signed.encode(), used))}"


def public(key: Any, **members: Any) -> dict[str, Any]:
    """Give the public JWK of a key."""
    return {**key.as_dict(private=False), **members}
