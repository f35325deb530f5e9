"""Comparing secrets in constant time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from ..errors import SetupError

T = TypeVar("T")


def equal_secrets(one: str | bytes, two: str | bytes) -> bool:
    """Compare two secrets; how long it takes does not tell where they differ.

    .. code-block:: python

        if not equal_secrets(sent.password, settings.password):
            return None

    Text is compared as UTF-8. ``hmac.compare_digest`` alone raises where text is not ASCII.
    """
    from hmac import compare_digest

    return compare_digest(_bytes(one), _bytes(two))


def known(secrets: Mapping[str, T] | Mapping[bytes, T]) -> Callable[[str], T | None]:
    """Make a verifier of fixed secrets, each with the identity that it proves.

    .. code-block:: python

        key = APIKey(known({settings.key: "reports"}), header="X-API-Key")

    What is sent is compared with all of them, in constant time.
    """
    from hmac import compare_digest

    if not hasattr(secrets, "items"):
        found = f"known: found {type(secrets).__name__}, which does not say what a secret proves."
        raise SetupError(found, mend='known({os.environ["API_KEY"]: "reports"})')
    pairs = [(_bytes(secret), identity) for secret, identity in secrets.items()]
    if not pairs or not all(secret for secret, _ in pairs):
        found = "known: a secret is empty." if pairs else "known: there are no secrets."
        raise SetupError(found, mend='known({os.environ["API_KEY"]: "reports"})')
    for _, identity in pairs:
        if identity is None or identity is False:
            found = f"known: the identity of a secret is {identity}, which stands for nobody."
            raise SetupError(found, mend='known({secret: "reports"})')

    def verify(secret: str) -> T | None:
        sent = _bytes(secret)
        found: T | None = None
        for own, identity in pairs:
            if compare_digest(own, sent):
                found = identity
        return found

    return verify


def _bytes(secret: str | bytes) -> bytes:
    return secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
