"""One maker for each type of JSON Schema."""

from __future__ import annotations

from .arrays import make_array
from .objects import make_object
from .plan import Maker
from .scalars import make_boolean, make_integer, make_null, make_number, make_string

MAKERS: dict[str, Maker] = {
    "null": make_null,
    "boolean": make_boolean,
    "integer": make_integer,
    "number": make_number,
    "string": make_string,
    "array": make_array,
    "object": make_object,
}
