"""What the document says of the variables of a path."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import BaseConverter, IntegerConverter, Map, UnicodeConverter

from restlite.converters import CONVERTERS, make_converter
from restlite.openapi.converter_schemas import converter_schema


class Hex(BaseConverter):
    regex = "[0-9a-f]+"


class Even(IntegerConverter):
    """Adds nothing that could be seen in a path."""


class Upper(UnicodeConverter):
    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = "[A-Z]+"


class Slug(Hex):
    def describe(self) -> dict[str, Any]:
        return {"type": "string", "format": "slug"}


CASES = [
    ("string", "", {"type": "string", "minLength": 1}),
    ("default", "maxlength=9", {"type": "string", "minLength": 1, "maxLength": 9}),
    ("string", "minlength=2", {"type": "string", "minLength": 2}),
    ("string", "length=2", {"type": "string", "minLength": 2, "maxLength": 2}),
    ("int", "", {"type": "integer", "minimum": 0}),
    ("int", "min=1, max=9", {"type": "integer", "minimum": 1, "maximum": 9}),
    ("int", "signed=True", {"type": "integer"}),
    ("int", "signed=True, min=3", {"type": "integer", "minimum": 3}),
    ("int", "fixed_digits=4", {"type": "string", "pattern": "^[0-9]{4}$"}),
    ("float", "max=1.5", {"type": "number", "minimum": 0, "maximum": 1.5}),
    ("number", "signed=True", {"type": "number"}),
    ("any", "desc, asc", {"type": "string", "enum": ["asc", "desc"]}),
    ("uuid", "", {"type": "string", "format": "uuid"}),
    ("date", "", {"type": "string", "format": "date"}),
    ("path", "", {"type": "string", "minLength": 1}),
    ("hex", "", {"type": "string", "pattern": "^(?:[0-9a-f]+)$"}),
    ("even", "", {"type": "integer", "minimum": 0}),
    ("upper", "", {"type": "string", "pattern": "^(?:[A-Z]+)$"}),
    ("slug", "", {"type": "string", "format": "slug"}),
]


@pytest.mark.parametrize(("name", "args", "expect"), CASES)
def test_converters(name: str, args: str, expect: dict[str, Any]) -> None:
    kinds = {**CONVERTERS, "hex": Hex, "even": Even, "upper": Upper, "slug": Slug}

    assert converter_schema(make_converter(kinds[name], args)) == expect
