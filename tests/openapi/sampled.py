"""Samplers of one schema, for the tests of the generator."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.openapi.generate import Generator, Unsatisfiable
from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validators

ROOT = "/components/schemas/Root"


def sampler(root: Any, *, version: str = "3.1.1", direction: Any = "response", **options: Any) -> Any:
    others = options.pop("others", {})
    schemas = {"Root": root, **others}
    document = {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": schemas},
    }
    return Generator(Validators(read_document(document)), **options).at(ROOT, direction)


def value(root: Any, **options: Any) -> Any:
    made = sampler(root, **options)
    found = made.value("op")
    assert made.validator.accepts(found)
    return found


def impossible(root: Any, **options: Any) -> str:
    with pytest.raises(Unsatisfiable) as caught:
        sampler(root, **options).value("op")
    return str(caught.value)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def typed(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": kind, **members}
