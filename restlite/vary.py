"""The ``Vary`` field: which request header fields an answer depends on (RFC 9110, 12.5.5)."""

from __future__ import annotations

from .aliases import HeaderList


def vary(headers: HeaderList, *names: str) -> None:
    """Name request header fields in ``Vary``, each once; ``*`` says all already."""
    said = [value for name, value in headers if name.lower() == "vary"]
    named = [part.strip() for value in said for part in value.split(",") if part.strip()]
    if "*" in named:
        return
    known = {name.lower() for name in named}
    more = [name for name in dict.fromkeys(names) if name.lower() not in known]
    if more:
        headers[:] = [field for field in headers if field[0].lower() != "vary"]
        headers.append(("Vary", ", ".join((*named, *more))))
