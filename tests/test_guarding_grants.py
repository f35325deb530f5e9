"""Where scopes and roles of an identity are found, and who is refused for the lack of them."""

from __future__ import annotations

from typing import Any

import pytest

from restlite import App
from restlite.security import Bearer
from restlite.testing import Client


def sent(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Account:
    scopes = ("read",)

    @property
    def roles(self) -> list[str]:
        raise AttributeError("no roles here")


@pytest.mark.parametrize(
    ("asked", "options", "identity", "status"),
    [
        (("read",), {}, {"scopes": "read write"}, 200),
        (("read", "write"), {}, {"scopes": ["read"]}, 403),
        (("read",), {}, {}, 403),
        (("read",), {}, {"scopes": None}, 403),
        (("read",), {}, Account(), 200),
        (("read",), {"scopes": lambda who: {who}}, "read", 200),
        (("read",), {"scopes": lambda who: ()}, {"scopes": "read"}, 403),
        (("read",), {}, 1, 500),
        (("read",), {"scopes": lambda who: who.nothing}, 1, 500),
    ],
)
def test_where_scopes_come_from(asked: Any, options: Any, identity: Any, status: int, gateway: Any) -> None:
    app = App()
    scheme = Bearer(lambda token: identity, **options)
    app.get("/", security=scheme(*asked))(lambda: "")
    with Client(app, gateway=gateway) as client:
        assert client.get("/", headers=sent("x")).status_code == status


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        ({"roles": "staff"}, 200),
        ({"roles": "no staff"}, 403),
        ({"roles": {"staff"}}, 200),
        ({"roles": ["audit"]}, 403),
        (Account(), 500),
    ],
)
def test_one_role_of_those_named_is_enough(
    identity: Any, status: int, gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()
    scheme = Bearer(lambda token: identity)
    app.get("/", security=scheme(roles=["staff", "admin"]))(lambda: "")
    with Client(app, gateway=gateway) as client:
        answer = client.get("/", headers=sent("x"))
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["detail"] == "This needs the role staff or admin."
    if status == 500:
        assert "Account has no roles, but an operation asks for some." in caplog.text
        assert "Write: Bearer(verify, roles=lambda identity: ...)" in caplog.text
