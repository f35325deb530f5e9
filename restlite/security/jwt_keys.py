"""The keys of JSON Web Tokens: which algorithm takes which, and how one is read.

The mathematics is joserfc's, which is imported at first use. Every algorithm takes keys of one type: a public
key is never read as a secret, whatever a token asks for (RFC 8725, 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeGuard

from ..errors import SetupError

if TYPE_CHECKING:
    from joserfc.jwa import JWSAlgModel
    from joserfc.jwk import Key

#: A key as it is written down: PEM, the bytes or text of a secret, or a JWK (RFC 7517).
WrittenKey: TypeAlias = "str | bytes | Mapping[str, Any]"
KeyOperation = Literal["sign", "verify"]

_RSA_BITS = 2048  # RFC 7518, 3.3
_CURVES = {"EdDSA": ("Ed25519", "Ed448")}
#: Members of JWKs and the shortest base64url they may have: 2048 bits, 32 bytes.
_SHORTEST = {"n": 342, "k": 43}


def algorithms_known() -> dict[str, JWSAlgModel]:
    """Give the algorithms of joserfc by name, without ``none``. Raises :class:`SetupError`."""
    try:
        from joserfc.jwa import JWS_ALGORITHMS
    except ModuleNotFoundError:
        raise SetupError(
            "joserfc is not installed; JSON Web Tokens need it.", mend="pip install 'restlite[jwt]'"
        ) from None
    return {algorithm.name: algorithm for algorithm in JWS_ALGORITHMS if algorithm.name != "none"}


def algorithms_of(names: Sequence[str]) -> dict[str, JWSAlgModel]:
    """Look algorithms up; they must all take keys of one type. Raises :class:`SetupError`."""
    known = algorithms_known()
    if isinstance(names, str):
        raise SetupError(f"algorithms is the text {names!r}; a list was expected.", mend=_algorithms(names))
    if not names:
        raise SetupError("algorithms is empty; name those that may sign.", mend=_algorithms("RS256"))
    for name in names:
        if name not in known:
            raise _unknown(name, known)
    found = {name: known[name] for name in names}
    kinds = sorted({algorithm.key_type for algorithm in found.values()})
    if len(kinds) > 1:
        raise SetupError(
            f"the algorithms {', '.join(found)} take keys of several types: {', '.join(kinds)}; a token could"
            " choose how its key is read.",
            mend=_algorithms(next(iter(found))) + ", and another verifier for the others",
        )
    return found


def _algorithms(name: str) -> str:
    return f'algorithms=["{name}"]'


def _unknown(name: str, known: Mapping[str, Any]) -> SetupError:
    if name.lower() == "none":
        return SetupError(
            "the algorithm 'none' proves nothing: anybody can write such tokens.", mend=_algorithms("RS256")
        )
    by_case = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_case, 1)
    return SetupError(
        f"there is no algorithm {name!r}; there are: {', '.join(known)}.",
        mend=_algorithms(by_case[near[0]] if near else "RS256"),
    )


def read_key(
    written: WrittenKey, algorithms: Mapping[str, JWSAlgModel], operation: KeyOperation = "verify"
) -> Key:
    """Read the one key of a verifier or issuer; it must fit all algorithms. Raises :class:`SetupError`."""
    import warnings

    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    name, algorithm = next(iter(algorithms.items()))
    kind = algorithm.key_type
    if isinstance(written, str | bytes) and kind == "oct":
        _check_secret(written, name)
    try:
        with warnings.catch_warnings():
            # What joserfc warns of is a key that we refuse.
            warnings.simplefilter("error")
            if isinstance(written, Mapping):
                key = JWKRegistry.import_key(dict(written))
            else:
                key = JWKRegistry.import_key(written, kind)
    except (JoseError, ValueError, KeyError, TypeError, Warning) as error:  # TypeError: it is encrypted
        raise SetupError(
            f"the key of {name} cannot be read as {needs(algorithm)}: {error}", mend=_line(kind)
        ) from None
    for each in algorithms.values():
        found = misfit(key, each, operation)
        if found is not None:
            raise SetupError(found, mend=_line(kind))
    return key


def _check_secret(written: str | bytes, name: str) -> None:
    """Refuse text that is a key of another type: its public half is no secret (CVE-2022-29217)."""
    text = written if isinstance(written, bytes) else written.encode()
    if b"-----BEGIN" in text or text.startswith((b"ssh-", b"ecdsa-")):
        raise SetupError(
            f"the key is an asymmetric one, and {name} takes a secret: its public half could sign.",
            mend='algorithms=["RS256"] for an RSA key, "ES256" for EC, "Ed25519" for OKP',
        )
    if text.lstrip().startswith(b"{"):
        raise SetupError(
            f"the key of {name} is the text of a JSON object; a JWK is a mapping.", mend="key=json.loads(...)"
        )


def _line(kind: str) -> str:
    if kind == "oct":
        return "key=os.environ['JWT_SECRET'], made by secrets.token_urlsafe(64)"
    return f"key=Path('key.pem').read_bytes(), where the file holds a key of type {kind}"


def misfit(key: Key, algorithm: JWSAlgModel, operation: KeyOperation = "verify") -> str | None:
    """Say why a key does not fit an algorithm; None where it does."""
    from joserfc.errors import JoseError

    if not _FITS[algorithm.key_type](key, algorithm):
        return f"the key is {described(key)}; {algorithm.name} needs {needs(algorithm)}."
    if operation == "sign" and not key.is_private:
        return f"the key is {described(key)} without its private half; signing needs that."
    try:
        algorithm.check_key(key)
        key.check_key_op(operation)
    except JoseError as error:
        return f"the key is not meant for {algorithm.name}: {error.description}."
    return None


def described(key: Key) -> str:
    """Name the type and size of a key, and nothing that is in it."""
    if key.key_type == "oct":
        return f"a secret of {_bits(key) // 8} bytes"
    if key.key_type == "RSA":
        return f"an RSA key of {_bits(key)} bits"
    return f"an {key.key_type} key on {_curve(key)}"


def needs(algorithm: JWSAlgModel) -> str:
    """Name the type and size of the keys of an algorithm."""
    if algorithm.key_type == "oct":
        return f"a secret of {algorithm.algorithm_security // 8} bytes or more"
    if algorithm.key_type == "RSA":
        return f"an RSA key of {_RSA_BITS} bits or more"
    return f"an {algorithm.key_type} key on {' or '.join(_curves(algorithm))}"


#: Key type -> whether a key is of it, and strong enough. A secret is as long as the hash (RFC 7518, 3.2).
_FITS: Mapping[str, Callable[[Key, JWSAlgModel], bool]] = {
    "oct": lambda key, algorithm: key.key_type == "oct" and _bits(key) >= algorithm.algorithm_security,
    "RSA": lambda key, _: key.key_type == "RSA" and _bits(key) >= _RSA_BITS,
    "EC": lambda key, algorithm: key.key_type == "EC" and _curve(key) in _curves(algorithm),
    "OKP": lambda key, algorithm: key.key_type == "OKP" and _curve(key) in _curves(algorithm),
}


def _bits(key: Any) -> int:
    return len(key.raw_value) * 8 if key.key_type == "oct" else key.public_key.key_size


def _curve(key: Any) -> str:
    return str(key.curve_name)


def _curves(algorithm: Any) -> tuple[str, ...]:
    return _CURVES.get(algorithm.name) or (algorithm.curve,)


def keys_of(document: Any) -> tuple[Key, ...]:
    """Read a JWK set (RFC 7517, 5); keys that cannot be read are passed over. Raises ``ValueError``."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    listed: Any = document.get("keys") if is_object(document) else None
    if not is_array(listed):
        raise ValueError("no JWK set, which is an object with a list 'keys'")
    keys: list[Key] = []
    for written in filter(_is_strong, listed):
        # One that is not understood says nothing of the others.
        with suppress(JoseError, ValueError, KeyError, TypeError, UnsupportedAlgorithm):
            keys.append(JWKRegistry.import_key(dict(written)))
    return tuple(keys)


def is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a value of JSON is an object."""
    return isinstance(value, Mapping)


def is_array(value: Any) -> TypeGuard[Sequence[Any]]:
    """Tell whether a value of JSON is an array."""
    return isinstance(value, list)


def _is_strong(written: Any) -> TypeGuard[Mapping[str, Any]]:
    """Pass over weak keys before joserfc reads them, which would warn of each."""
    return is_object(written) and all(
        len(str(written[name])) >= least for name, least in _SHORTEST.items() if name in written
    )


def pick(keys: Sequence[Key], kid: str | None, algorithm: JWSAlgModel) -> Key | None:
    """Give the one key that a token may mean; a key without an identifier may be meant by any."""
    fitting = [
        key
        for key in keys
        if (kid is None or key.kid is None or key.kid == kid) and misfit(key, algorithm) is None
    ]
    return fitting[0] if len(fitting) == 1 else None
