"""Real components that tests need: a database, a server, a type checker."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def require(name: str, install: str) -> NoReturn:
    """Skip a test whose component is missing; fail it where ``CI=true``, as nothing may be missing there.

    :param install: the line that installs it.
    """
    said = f"{name} is not here. Install it: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
