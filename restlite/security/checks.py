"""What schemes are made of, checked when they are made: every mistake is a SetupError with its mend."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..depends import kind_of
from ..errors import SetupError
from ..hints import name_of

# Patterns, compiled when first used: every app pays for what stands here.
#: A word of HTTP: a header field's name, an authentication scheme's (RFC 9110, 5.6.2).
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
#: A name under ``components`` (OpenAPI 3.1, 4.8.7), and one that needs no escape in a query string.
NAME = r"[A-Za-z0-9._-]+"
#: One scope (RFC 6749, 3.3).
SCOPE = r"[\x21\x23-\x5b\x5d-\x7e]+"
#: What a quoted string may hold (RFC 9110, 5.6.4), ASCII only.
TEXT = r"[\x20-\x7e]+"


def check_text(kind: str, what: str, value: Any, allowed: str, mend: str) -> None:
    """Refuse text that cannot stand where it is sent.

    :param allowed: a pattern of the whole text.
    """
    if not (isinstance(value, str) and re.fullmatch(allowed, value)):
        raise SetupError(f"{kind}: {value!r} cannot be {what}.", mend=mend)


def check_verifier(kind: str, verify: Any, takes: str) -> None:
    """Refuse what cannot verify credentials.

    :param takes: the first parameter of a verifier, as it is written.
    """
    written = f"def find_user({takes}) -> User | None: ..."
    if isinstance(verify, Mapping):
        # Its keys are secrets: they are not shown.
        raise SetupError(f"{kind}: a mapping cannot be called.", mend=f"{kind}(known({{secret: identity}}))")
    if not callable(verify):
        found = f"{kind}: verify is of type {name_of(type(verify))}, which cannot be called."
        raise SetupError(found, mend=f"{kind}(find_user)   # {written}")
    if kind_of(verify) in ("generator", "async generator"):
        found = f"{kind}: {name_of(verify)} yields; a verifier returns the identity."
        raise SetupError.at(verify, found, f"{written}   # what is closed later comes from Depends(...)")
    if not _takes_one(verify):
        raise SetupError.at(verify, f"{kind}: {name_of(verify)} does not take what was sent.", written)


def _takes_one(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True  # some callables written in C do not tell
    return any(parameter.kind <= parameter.VAR_POSITIONAL for parameter in parameters)


def check_scopes(scheme: str, scopes: Iterable[Any]) -> None:
    """Refuse scopes that no token can have."""
    for scope in scopes:
        if not (isinstance(scope, str) and re.fullmatch(SCOPE, scope)):
            words = (re.findall(SCOPE, scope) if isinstance(scope, str) else []) or ["books:read"]
            mend = f"{scheme}({', '.join(repr(word) for word in words)})"
            raise SetupError(f"{scheme}: {scope!r} is no scope; each is a word of its own.", mend=mend)


def roles_of(scheme: str, roles: Iterable[Any]) -> tuple[str, ...]:
    """Give roles as they are held; refuse a text, whose letters would be the roles, and what is no text."""
    if isinstance(roles, str):
        raise SetupError(f"{scheme}: roles is the text {roles!r}, not a list.", mend=f"roles=[{roles!r}]")
    found = tuple(roles)
    for role in found:
        if not isinstance(role, str):
            raise SetupError(f"{scheme}: {role!r} is no role; a role is a text.", mend='roles=["admin"]')
    return found
