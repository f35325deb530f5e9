"""The parameters of an operation; of those of a path, the converter has a say too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from ..converters import make_converter
from ..records import Described, ParameterRecord
from .anatomy import Node
from .converter_schemas import converter_schema
from .schemas import Schemas

if TYPE_CHECKING:
    from werkzeug.routing import BaseConverter

    from ..operation import Operation

#: The style that a parameter of a location has unless it says another (OpenAPI 3.1, 4.8.12.2).
_STYLES: Mapping[str, str] = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
#: Where both converter and annotation bound a value, the narrower bound holds.
_NARROWER: Mapping[str, Callable[[Any, Any], Any]] = {
    "minimum": max,
    "maximum": min,
    "minLength": max,
    "maxLength": min,
}


def parameters_of(
    operation: Operation, described: Described, schemas: Schemas, names: Mapping[str, str]
) -> list[Node]:
    """Write the parameters of an operation (OpenAPI 3.1, 4.8.12), those of the path first.

    :param names: the variables of the rule -> what the document calls them.
    """
    converters = converters_of(operation)
    known = {record.name: record for record in described.parameters if record.location == "path"}
    found: list[Node] = []
    for name, converter in converters.items():
        record = known.get(name)
        own = schemas.of(record.schema) if record else {}
        found.append(_path(names[name], converter, own))
    found += (_parameter(record, schemas) for record in described.parameters if record.location != "path")
    return found


def converters_of(operation: Operation) -> dict[str, BaseConverter]:
    """Make the converters of a rule's variables."""
    kinds = operation.converters
    return {
        variable.name: make_converter(kinds[variable.converter or "default"], variable.args)
        for variable in operation.template.variables
    }


def _path(name: str, converter: BaseConverter, own: Node) -> Node:
    description = own.pop("description", None)
    written: Node = {"name": name, "in": "path"}
    written |= {"description": description} if description else {}
    written |= {"required": True, "schema": narrowed(converter_schema(converter), own)}
    # The value may hold slashes; OpenAPI can say so of a path since 3.2.
    return written if converter.part_isolating else {**written, "allowReserved": True}


def narrowed(converter: Node, own: Node) -> Node:
    """Join what a converter takes and what the annotation does, which knows it better.

    >>> narrowed({"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 9})
    {'type': 'integer', 'minimum': 0, 'maximum': 9}
    """
    if own and own.get("type") != converter.get("type"):
        return own
    bounds = {
        key: choose(converter[key], own[key])
        for key, choose in _NARROWER.items()
        if key in converter and key in own
    }
    return {**converter, **own, **bounds}


def _parameter(record: ParameterRecord, schemas: Schemas) -> Node:
    schema = member(schemas.of(record.schema), record)
    description = schema.pop("description", None)
    if record.has_default and record.default is not None:
        schema["default"] = to_jsonable_python(record.default)
    written: Node = {"name": record.name, "in": record.location}
    written |= {"description": description} if description else {}
    written["required"] = record.required
    written |= dict(_spelling(record, schema))
    return {**written, "schema": schema}


def member(schema: Node, record: ParameterRecord) -> Node:
    """Give the schema of one parameter where the reference is to a marshmallow schema of several."""
    properties: dict[str, Node] = schema.get("properties", {})
    if record.schema.adapter != "marshmallow":
        return schema
    inner = record.name.rpartition("[")[2].removesuffix("]")
    wanted = {record.name.lower(), inner.lower(), record.name.replace("-", "_").lower()}
    found = [one for name, one in properties.items() if name.lower() in wanted]
    return dict(found[0]) if found else {}


def _spelling(record: ParameterRecord, schema: Node) -> Iterator[tuple[str, Any]]:
    """Say how a list or an object is spelled, where it is not the location's own way."""
    if record.style != _STYLES[record.location]:
        yield "style", record.style
    if record.location == "query" and schema.get("type") == "array" and not record.explode:
        yield "explode", False
