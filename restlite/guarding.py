"""Running guards: who calls, and may they? Before a byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .depends import gather
from .errors import Forbidden, Unauthorized
from .guards import Guard, Verifier
from .hints import name_of
from .security.requirements import Grants, Malformed, Need, Requirement, Scheme
from .waits import Steps, call

if TYPE_CHECKING:
    from .aliases import Environ

Flaw = Literal["missing", "invalid_token", "insufficient_scope"]
_LACKING: Flaw = "insufficient_scope"


class Outcome(NamedTuple):
    """Hold what a scheme found: an identity, or what is wrong with the credentials."""

    identity: Any = None
    flaw: Flaw | None = None
    #: What the verifier raised.
    error: Unauthorized | None = None


def identify(
    guard: Guard, environ: Environ, results: Mapping[int, Any], inject: Callable[[Any], Any]
) -> Steps[list[Any]]:
    """Find out who calls, for every requirement in turn; 401 or 403 where one is not met."""
    known: dict[Scheme, Outcome] = {}

    def prove(scheme: Scheme) -> Steps[Outcome]:
        if scheme not in known:
            verifier = guard.verifiers[scheme]
            more = gather(verifier.picks, {}, results, inject)
            known[scheme] = yield from verify(scheme, verifier, environ, more)
        return known[scheme]

    identities: list[Any] = []
    for requirement in guard.requirements:
        identities.append((yield from meet(requirement, prove)))
    return identities


def meet(requirement: Requirement, prove: Callable[[Scheme], Steps[Outcome]]) -> Steps[Any]:
    """Give the identity, or identities, of the first alternative that is met."""
    flaws: list[tuple[Need, Flaw]] = []
    raised: list[Unauthorized] = []
    for needs in requirement.alternatives:
        identities: list[Any] = []
        for need in needs:
            identity, flaw, error = yield from prove(need.scheme)
            raised += [error] if error is not None else []
            if flaw is None and lacks(need, identity):
                flaw = _LACKING
            if flaw is not None:
                flaws.append((need, flaw))
                break
            identities.append(identity)
        if needs and len(identities) == len(needs):
            return tuple(identities) if len(needs) > 1 else identities[0]
    # Who sends credentials that are wrong is told so, even where none are needed.
    if () in requirement.alternatives and all(flaw == "missing" for _, flaw in flaws):
        return None
    raise raised[0] if raised and not any(flaw == _LACKING for _, flaw in flaws) else refusal(flaws)


def verify(scheme: Scheme, verifier: Verifier, environ: Environ, more: Mapping[str, Any]) -> Steps[Outcome]:
    """Verify the credentials of one scheme."""
    try:
        credentials = scheme.credentials(environ)
    except Malformed:
        return Outcome(flaw="invalid_token")
    if credentials is None:
        return Outcome(flaw="missing")
    asked = partial(verifier.function, credentials, **more)
    try:
        identity = yield call(asked, is_async=verifier.kind == "coroutine")
    except Unauthorized as error:
        challenge = scheme.challenge("invalid_token")
        error.headers = {**({"WWW-Authenticate": challenge} if challenge else {}), **(error.headers or {})}
        return Outcome(flaw="invalid_token", error=error)
    if hasattr(identity, "__await__"):
        # What is never awaited would be an identity that all credentials prove.
        getattr(identity, "close", lambda: None)()
        found = f"{name_of(verifier.function)} returned what is to be awaited, not an identity."
        raise TypeError(f"{found}\n    Write: async def verify(credentials): return await ...")
    # False too: a function that only compares must not let everybody in.
    refused = identity is None or identity is False
    return Outcome(flaw="invalid_token") if refused else Outcome(identity)


def refusal(flaws: list[tuple[Need, Flaw]]) -> Unauthorized | Forbidden:
    """Make the 403 of a caller who is known, or else the 401."""
    lacking = [need for need, flaw in flaws if flaw == _LACKING]
    if lacking:
        challenges = challenge_of((need, _LACKING) for need in lacking)
        headers = {"WWW-Authenticate": challenges} if challenges else None
        return Forbidden(f"This needs {' or '.join(map(wanted, lacking))}.", headers=headers)
    sent = any(flaw == "invalid_token" for _, flaw in flaws)
    detail = "The credentials are not accepted." if sent else "Credentials are needed."
    return Unauthorized(detail, headers={"WWW-Authenticate": challenge_of(flaws)})


def challenge_of(flaws: Iterable[tuple[Need, Flaw]]) -> str:
    """Write the challenges of all schemes that would do, each once (RFC 9110, 11.6.1)."""
    said = (need.scheme.challenge(None if flaw == "missing" else flaw, need.scopes) for need, flaw in flaws)
    return ", ".join(dict.fromkeys(challenge for challenge in said if challenge))


def wanted(need: Need) -> str:
    """Say which scopes or roles are asked for."""
    scopes = f"the scope {' '.join(need.scopes)}" if need.scopes else ""
    roles = f"the role {' or '.join(need.roles)}" if need.roles else ""
    return " and ".join(filter(None, (scopes, roles)))


def lacks(need: Need, identity: Any) -> bool:
    """Tell whether an identity has not all of the scopes, or none of the roles."""
    scheme = need.scheme
    if need.scopes and not set(need.scopes) <= granted(identity, "scopes", scheme.scopes):
        return True
    return bool(need.roles) and not set(need.roles) & granted(identity, "roles", scheme.roles)


def granted(identity: Any, kind: Literal["scopes", "roles"], give: Grants | None) -> set[str]:
    """Give the scopes or roles of an identity."""
    if give is not None:
        found: Any = give(identity)
    elif hasattr(identity, "keys"):
        found = identity.get(kind)
    else:
        try:
            found = getattr(identity, kind)
        except AttributeError:
            raise TypeError(
                f"{name_of(type(identity))} has no {kind}, but an operation asks for some.\n"
                f"    Write: Bearer(verify, {kind}=lambda identity: ...)"
            ) from None
    if isinstance(found, str):  # scopes travel as one text (RFC 6749, 3.3), a role is a text itself
        return set(found.split()) if kind == "scopes" else {found}
    return set(found or ())
