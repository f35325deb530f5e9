"""Who calls in these tests, and what schemes find of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from restlite.security import Malformed, Scheme


@dataclass(frozen=True)
class User:
    name: str
    scopes: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()


def find_user(token: str) -> User | None:
    return None if token == "wrong" else User(token, ("read",))


def accept(sent: Any) -> Any:
    return sent


def bearer_of(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def sent_to(scheme: Scheme, environ: Mapping[str, Any]) -> Any:
    """Give what a scheme finds, ``malformed`` for credentials that are none."""
    try:
        return scheme.credentials(dict(environ))
    except Malformed:
        return "malformed"
