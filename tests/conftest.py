"""What all tests share."""

from __future__ import annotations

from typing import Any

import pytest

#: The gateways of the test client; ``validated`` is WSGI with ``wsgiref.validate`` between client and app.
GATEWAYS = [pytest.param("wsgi"), pytest.param("asgi"), pytest.param("wsgiref", id="validated")]


@pytest.fixture(params=GATEWAYS)
def gateway(request: pytest.FixtureRequest) -> Any:
    """Run a test over WSGI, over ASGI, and over WSGI held to PEP 3333: ``Client(app, gateway=gateway)``."""
    return request.param
