"""What tests of the bookstore ask of its answers."""

from __future__ import annotations

import re
from typing import Any

from restlite.testing import Client, ClientResponse

#: Who they are and what they may do is in ``examples/bookstore/seed.py``.
OWNER = {"Authorization": "Bearer owner-token"}
CLERK = {"Authorization": "Bearer clerk-token"}
READER = {"Authorization": "Bearer reader-token"}


def problem(answer: ClientResponse, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of a status, and give what is particular to it."""
    assert answer.status_code == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document.pop("status") == status
    assert document.pop("request_id")
    return document


def follow(client: Client, answer: ClientResponse, headers: dict[str, str] | None = None) -> Any:
    """Check that an answer created something that can be had where it says."""
    assert answer.status_code == 201, answer
    found = client.get(answer.headers["Location"], headers=headers or {})
    assert found.status_code == 200
    return found.json()


def version(client: Client, path: str) -> dict[str, str]:
    """Give the field by which a change names the present version."""
    return {"If-Match": client.get(path).headers["ETag"]}


def links(answer: ClientResponse) -> dict[str, str]:
    """Read the ``Link`` field: targets by relation."""
    return {
        relation: target
        for target, relation in re.findall(r'<([^>]*)>; rel="(\w[\w-]*)"', answer.headers["Link"])
    }
