"""What a token must hold, and what its claims become."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_type

import pytest
from jwt_tokens import AUDIENCE, CHECKS, CLAIMS, ISSUER, NOW, SECRET, ec, okp, public, rsa, token
from pydantic import BaseModel, Field

from restlite.errors import SetupError
from restlite.security.jwks import JWKS
from restlite.security.jwt import Claims, JWTVerifier


def verifier(**given: Any) -> Any:
    made: Any = JWTVerifier(**{"algorithms": ["HS256"], "key": SECRET, **CHECKS, **given})
    made.clock = lambda: NOW
    return made


def test_a_token_gives_its_claims() -> None:
    claims = verifier()(token(CLAIMS | {"scope": "read write", "tenant": 7}))
    assert claims == Claims(
        subject="ada",
        issuer=ISSUER,
        audience=(AUDIENCE,),
        expires=datetime.fromtimestamp(NOW + 60, UTC),
        scopes=("read", "write"),
        raw={**CLAIMS, "scope": "read write", "tenant": 7},
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("HS256", lambda: SECRET),
        ("HS384", lambda: SECRET.encode()),
        ("HS512", lambda: SECRET),
        ("RS256", rsa),
        ("RS512", rsa),
        ("PS256", rsa),
        ("ES256", ec),
        ("ES384", lambda: ec("P-384")),
        ("ES512", lambda: ec("P-521")),
        ("ES256K", lambda: ec("secp256k1")),
        ("EdDSA", okp),
        ("Ed25519", okp),
        ("Ed448", lambda: okp("Ed448")),
    ],
)
def test_every_algorithm_verifies_by_pem_and_by_jwk(name: str, key: Any) -> None:
    made = key()
    signed = token(alg=name, key=made.decode() if isinstance(made, bytes) else made)
    written = [made] if isinstance(made, str | bytes) else [made.as_pem(), public(made)]
    for each in written:
        claims = verifier(algorithms=[name], key=each)(signed)
        assert claims is not None
        assert claims.subject == "ada"
        assert verifier(algorithms=[name], key=each)(f"{signed[:-6]}AAAAAA") is None


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({}, ()),
        ({"scope": ""}, ()),
        ({"scope": "a  b"}, ("a", "b")),
        ({"scopes": ["a", "b c"]}, ("a", "b c")),
        ({"scp": "a b"}, ("a", "b")),
        ({"scp": ["a"]}, ("a",)),
        ({"scope": "a", "scp": ["b"]}, ("a",)),
    ],
)
def test_scopes_are_words_or_lists(claims: dict[str, Any], scopes: tuple[str, ...]) -> None:
    assert verifier()(token(CLAIMS | claims)).scopes == scopes


@pytest.mark.parametrize(
    "claims", [{"sub": 5}, {"sub": None}, {"scope": 5}, {"scp": ["a", 5]}, {"scope": {"a": 1}}]
)
def test_claims_of_other_types_are_refused(claims: dict[str, Any]) -> None:
    assert verifier()(token(CLAIMS | claims)) is None


class User(BaseModel):
    name: str = Field(alias="sub")
    scopes: list[str] = []
    since: datetime


@dataclass
class Plain:
    sub: str


def test_claims_become_a_model_and_those_that_do_not_fit_are_refused() -> None:
    read = verifier(claims=User)
    user = read(token(CLAIMS | {"scopes": ["a"], "since": 1_600_000_000}))
    assert (user.name, user.scopes) == ("ada", ["a"])
    assert user.since == datetime.fromtimestamp(1_600_000_000, UTC)
    assert read(token()) is None
    assert verifier(claims=Plain)(token()) == Plain("ada")
    assert verifier(claims=Claims)(token()).subject == "ada"


def test_the_type_of_the_identity_is_known_to_checkers() -> None:
    plain = JWTVerifier(algorithms=["HS256"], key=SECRET, issuer=ISSUER, audience=AUDIENCE)
    assert_type(plain, JWTVerifier[Claims])
    assert_type(plain(""), Claims | None)
    users = JWTVerifier(algorithms=["HS256"], key=SECRET, issuer=ISSUER, audience=AUDIENCE, claims=User)
    assert_type(users(""), User | None)


def test_an_error_in_a_users_model_is_no_refusal() -> None:
    class Broken(BaseModel):
        def __init__(self, **given: Any) -> None:
            raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug"):
        verifier(claims=Broken)(token())


@pytest.mark.parametrize(
    ("claims", "leeway", "good"),
    [
        ({"exp": NOW + 0.5}, 0, True),
        ({"exp": NOW}, 0, False),
        ({"exp": NOW - 5}, 10, True),
        ({"exp": NOW - 10}, 10, False),
        ({"exp": NOW - 10}, 10.5, True),
        ({"exp": None}, 0, False),
        ({"exp": str(NOW + 60)}, 0, False),
        ({"exp": True}, 0, False),
        ({"exp": 10**400}, 0, False),
        ({"exp": 1e308}, 0, False),
        ({"exp": -1}, 0, False),
        ({"nbf": NOW}, 0, True),
        ({"nbf": NOW + 1}, 0, False),
        ({"nbf": NOW + 1}, 1, True),
        ({"nbf": "now"}, 0, False),
        ({"iat": NOW - 5}, 0, True),
        ({"iat": NOW + 1}, 0, False),
        ({"iat": NOW + 1}, 1, True),
        ({"iat": []}, 0, False),
    ],
)
def test_a_token_is_current(claims: dict[str, Any], leeway: float, good: bool) -> None:
    assert (verifier(leeway=leeway)(token(CLAIMS | claims)) is not None) == good


def test_a_token_without_an_end_is_refused() -> None:
    assert verifier()(token({name: value for name, value in CLAIMS.items() if name != "exp"})) is None


@pytest.mark.parametrize(
    ("typ", "asked", "good"),
    [
        (None, None, True),
        ("JWT", None, True),
        ("at+jwt", None, True),
        ("application/AT+JWT", None, True),
        ("rt+jwt", None, False),
        ("logout+jwt", None, False),
        (5, None, False),
        (["JWT"], None, False),
        ("at+jwt", "at+jwt", True),
        ("at+jwt", "application/at+jwt", True),
        ("JWT", "at+jwt", False),
        (None, "at+jwt", False),
    ],
)
def test_the_type_of_a_token_is_checked(typ: Any, asked: str | None, good: bool) -> None:
    header = {"alg": "HS256"} | ({} if typ is None else {"typ": typ})
    assert (verifier(typ=asked)(token(header=header)) is not None) == good


def test_a_refusal_is_logged_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "restlite"):
        assert verifier()(token(CLAIMS | {"exp": 1})) is None
    assert caplog.messages == ["A JWT was refused: it has expired."]


RSA_TEXT = "an RSA key of 2048 bits"
KEY = "Write: key=Path('key.pem').read_bytes(), where the file holds a key of type "


@pytest.mark.parametrize(
    ("given", "found", "mend"),
    [
        ({"algorithms": []}, "algorithms is empty; name those that may sign.", 'algorithms=["RS256"]'),
        (
            {"algorithms": "HS256"},
            "algorithms is the text 'HS256'; a list was expected.",
            'algorithms=["HS256"]',
        ),
        ({"algorithms": ["nOnE"]}, "the algorithm 'none' proves nothing", 'algorithms=["RS256"]'),
        ({"algorithms": ["none", "HS256"]}, "the algorithm 'none' proves nothing", 'algorithms=["RS256"]'),
        (
            {"algorithms": ["hs265"]},
            "there is no algorithm 'hs265'; there are: HS256, ",
            'algorithms=["HS256"]',
        ),
        ({"algorithms": ["AES"]}, "there is no algorithm 'AES'", 'algorithms=["'),
        (
            {"algorithms": ["RS256", "HS256"]},
            "the algorithms RS256, HS256 take keys of several types: RSA, oct; a token could choose",
            'algorithms=["RS256"], and another verifier for the others',
        ),
        ({"issuer": ""}, "the issuer is empty", 'issuer="https://..."'),
        ({"audience": ""}, "the audience is empty", 'audience="https://..."'),
        ({"leeway": -1}, "the leeway is -1 seconds; 0 or more were expected.", "leeway=60"),
        ({"key": None}, "neither key nor jwks is given; one was expected.", 'jwks=JWKS.url("https://..."'),
        ({"jwks": lambda: JWKS.of({"keys": []})}, "both key and jwks are given", "jwks=JWKS.url"),
        (
            {"key": None, "jwks": lambda: JWKS.of({"keys": [public(rsa())]})},
            "no key of the JWK set fits HS256; what is needed is a secret of 32 bytes or more.",
            'algorithms=["..."]',
        ),
        (
            {"key": "x" * 31},
            "the key is a secret of 31 bytes; HS256 needs a secret of 32 bytes or more.",
            "key=os.environ['JWT_SECRET'], made by secrets.token_urlsafe(64)",
        ),
        (
            {"key": "short"},
            "the key of HS256 cannot be read as a secret of 32 bytes or more: Key size",
            "key=",
        ),
        (
            {"key": "x" * 63, "algorithms": ["HS256", "HS512"]},
            "HS512 needs a secret of 64 bytes or more.",
            "key=",
        ),
        ({"key": lambda: rsa().as_pem()}, "the key is an asymmetric one, and HS256 takes a secret", "RS256"),
        ({"key": lambda: rsa().as_pem(private=True).decode()}, "the key is an asymmetric one", "RS256"),
        ({"key": "ssh-rsa AAAA"}, "the key is an asymmetric one", "RS256"),
        ({"key": lambda: rsa().as_der()}, "the key of HS256 cannot be read as a secret", "key=os.environ"),
        ({"key": '{"kty": "RSA"}'}, "the key of HS256 is the text of a JSON object", "key=json.loads(...)"),
        (
            {"key": lambda: public(rsa())},
            f"the key is {RSA_TEXT}; HS256 needs a secret of 32",
            "key=os.environ",
        ),
        ({"key": {"k": "x"}}, "the key of HS256 cannot be read as", "key=os.environ"),
        (
            {"key": lambda: ec().as_pem(), "algorithms": ["RS256"]},
            "the key of RS256 cannot be read as an RSA key of 2048 bits or more: invalid_key_type",
            KEY + "RSA",
        ),
        (
            {"algorithms": ["RS256"]},
            "the key of RS256 cannot be read as an RSA key of 2048 bits or more",
            KEY + "RSA",
        ),
        (
            {"key": lambda: rsa().as_pem(private=True, password="x"), "algorithms": ["RS256"]},
            "the key of RS256 cannot be read as an RSA key of 2048 bits or more: Password was not given",
            KEY + "RSA",
        ),
        (
            {"key": lambda: public(ec()), "algorithms": ["RS256"]},
            "the key is an EC key on P-256; RS256 needs an RSA key of 2048 bits or more.",
            KEY + "RSA",
        ),
        (
            {"key": lambda: ec("P-384").as_pem(), "algorithms": ["ES256"]},
            "the key is an EC key on P-384; ES256 needs an EC key on P-256.",
            KEY + "EC",
        ),
        (
            {"key": lambda: public(okp("X25519")), "algorithms": ["EdDSA"]},
            "the key is an OKP key on X25519; EdDSA needs an OKP key on Ed25519 or Ed448.",
            KEY + "OKP",
        ),
        (
            {"key": lambda: public(rsa(), use="enc"), "algorithms": ["RS256"]},
            "the key is not meant for RS256: This key is designed to be used for 'enc'.",
            KEY + "RSA",
        ),
        (
            {"key": lambda: public(rsa(), alg="RS512"), "algorithms": ["RS256"]},
            "the key is not meant for RS256: This key is designed for algorithm 'RS512'.",
            KEY + "RSA",
        ),
    ],
)
def test_misconfiguration_is_refused_with_the_mend(given: dict[str, Any], found: str, mend: str) -> None:
    made = {name: value() if callable(value) else value for name, value in given.items()}
    with pytest.raises(SetupError) as refused:
        verifier(**made)
    assert found in refused.value.found
    assert mend in str(refused.value)


def test_a_short_rsa_key_is_refused() -> None:
    with pytest.warns(UserWarning, match="2048 bits"):
        key = rsa(bits=1024)
    with pytest.raises(
        SetupError, match="cannot be read as an RSA key of 2048 bits or more: Key size should"
    ):
        verifier(algorithms=["RS256"], key=key.as_pem())


def test_without_joserfc_the_line_to_install_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "joserfc.jwa", None)
    for make in (verifier, JWKS):
        with pytest.raises(SetupError) as refused:
            make()
        assert str(refused.value) == (
            "joserfc is not installed; JSON Web Tokens need it.\n    Write: pip install 'restlite[jwt]'"
        )
