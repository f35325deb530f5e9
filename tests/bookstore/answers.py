"""What tests of the bookstore ask of its answers."""

from __future__ import annotations

from typing import Any

from restlite.testing import Client, ClientResponse


def problem(answer: ClientResponse, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of a status, and give what is particular to it."""
    assert answer.status_code == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document.pop("status") == status
    assert document.pop("request_id")
    return document


def follow(client: Client, answer: ClientResponse) -> Any:
    """Check that an answer created something that can be had where it says."""
    assert answer.status_code == 201, answer
    found = client.get(answer.headers["Location"])
    assert found.status_code == 200
    return found.json()
