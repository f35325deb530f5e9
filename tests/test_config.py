"""The settings of an app, frozen when it is made; every default is the safe one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from restlite import App
from restlite.config import Config, Settings
from restlite.testing import Client


class Item(BaseModel):
    size: int


def test_defaults_are_safe() -> None:
    config = Config()
    assert (config.debug, config.strict, config.slashes) == (False, True, "strict")
    assert (config.max_body, config.validate_responses, config.ignored_query) == (1 << 20, "debug", ())


def test_an_app_takes_every_setting_by_name() -> None:
    given: Any = {
        "debug": True,
        "strict": False,
        "slashes": "ignore",
        "server_name": "example.com",
        "ignored_query": ("utm_*",),
        "max_body": None,
        "form_memory": 1,
        "form_parts": 2,
        "form_spool": 3,
        "validate_responses": "always",
        "json_dumps": str,
        "deny_by_default": True,
        "openapi": {"info": {"license": {"name": "MIT"}}},
        "secrets": ("a key of thirty-two bytes or more",),
        "workers": 4,
        "shutdown_timeout": 5.0,
    }
    assert {*given} == Settings.__optional_keys__
    app = App(**given)
    assert {name: getattr(app.config, name) for name in given} == given
    assert app.config == Config(**given)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        App().config.debug = True  # type: ignore[misc]


def test_an_app_that_is_not_strict_opens_types_and_objects(gateway: Any) -> None:
    for strict, status in ((True, 422), (False, 200)):
        app = App(strict=strict)

        @app.post("/")
        def create(body: Item) -> Item:
            return body

        response = Client(app, gateway=gateway).post("/", json={"size": "5", "more": 1})
        assert response.status_code == status
    assert response.json() == {"size": 5}
