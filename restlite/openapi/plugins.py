"""Plugins of apispec: pydantic's models in schemas, Werkzeug's rules and our operations as paths."""

# apispec's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportMissingTypeArgument=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, get_origin

from apispec import APISpec, BasePlugin
from apispec.exceptions import DuplicateComponentNameError

from ..aliases import Mode
from ..errors import SetupError
from ..hints import is_schema
from ..members import fields_of
from ..params import MISSING
from ..records import SchemaRef
from ..rules import RuleError, Template
from . import lowering_to_30
from .anatomy import METHODS, Node
from .converter_schemas import converter_schema
from .lowering import Lowering
from .nodes import is_list, is_map
from .parameters import converters_of
from .schemas import COMPONENTS, Schemas

if TYPE_CHECKING:
    from werkzeug.routing import BaseConverter, Rule

    from ..operation import Operation

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Spot(NamedTuple):
    """Say how values that stand in one place of a document are written."""

    mode: Mode = "input"
    form: str = "json"

    @property
    def turned(self) -> Spot:
        """Give the other side: in a callback we send requests and receive responses."""
        return Spot("output" if self.mode == "input" else "input", self.form)

    def below(self, key: Any) -> Spot:
        """Go into a member of an object of OpenAPI."""
        if key == "responses":
            return self.turned._replace(form="json")
        if key == "callbacks":
            return self.turned
        if key == "parameters":
            return self._replace(form="text")
        return self._replace(form="form") if key in _FORMS else self


class PydanticPlugin(BasePlugin):
    """Let models stand wherever a document holds a schema: models, dataclasses, TypedDicts, ``list[Book]`` ….

    .. code-block:: python

        spec = APISpec("Shop", "1", "3.1.0", plugins=[PydanticPlugin(), MarshmallowPlugin()])
        spec.path("/books", operations={"get": {"responses": {"200": {
            "description": "Books", "content": {"application/json": {"schema": list[Book]}}}}}})
        spec.to_dict()

    All are written at once when the document is asked for, so that names do not depend on what came first.
    A parameter of a model without a name, ``{"in": "query", "schema": Filters}``, is one parameter for each
    member. ``spec.components.schema("Tome", model=Book)`` gives a component a name of its own.

    :param strict: describe what restlite accepts: strict types and closed objects.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self._held: list[tuple[Node, SchemaRef]] = []
        self._named: dict[str, Node] = {}
        self._added: set[str] = set()

    def init_spec(self, spec: APISpec) -> None:
        """Hold the document that is written, and write the models when it is asked for."""
        self.spec = spec
        write = spec.to_dict

        def to_dict() -> dict[str, Any]:
            self.finish()
            return write()

        # apispec has no hook for the end.
        vars(spec)["to_dict"] = to_dict

    def schema_helper(self, name: str, definition: Node, **kwargs: Any) -> Node:
        """Hold the place of a model that is given as ``model=``, and of those in the definition."""
        self._walk(definition, Spot("output"))
        if "model" in kwargs:
            self._named[name] = self._hold(kwargs["model"], Spot("output"))
        return {}

    def response_helper(self, response: Node, **kwargs: Any) -> Node:
        """Hold the places of models in a response."""
        self._walk(response, Spot("output"))
        return {}

    def parameter_helper(self, parameter: Node, **kwargs: Any) -> Node:
        """Hold the places of models in a parameter."""
        self._walk(parameter, Spot("input", "text"))
        return {}

    def header_helper(self, header: Node, **kwargs: Any) -> Node:
        """Hold the places of models in a header."""
        self._walk(header, Spot("output"))
        return {}

    def operation_helper(
        self, path: str | None = None, operations: Node | None = None, **kwargs: Any
    ) -> None:
        """Hold the places of models in operations."""
        for operation in (operations or {}).values():
            if is_map(operation):
                self._spread(operation)
                self._walk(operation, Spot())

    def finish(self) -> None:
        """Write all models that have been met so far into their places, and their components."""
        schemas = Schemas(ref for _, ref in self._held)
        components = self._lowered(schemas.components)
        known: dict[str, Any] = self.spec.components.schemas
        for name in self._added:
            known.pop(name, None)
        for node, ref in self._held:
            node.clear()
            node |= self._lowered({"": schemas.of(ref)})[""]
        for name, node in self._named.items():
            own = node.get("$ref") == f"{COMPONENTS}{name}"
            known[name] = components.pop(name) if own else node
        for name in components:
            if name in known:
                raise DuplicateComponentNameError(
                    f"Both a model and another schema are named {name!r}; write"
                    f' model_config = ConfigDict(title="AnotherName") in the model.'
                )
        known |= components
        self._added = set(components)

    def _lowered(self, schemas: Mapping[str, Node]) -> Node:
        """Write schemas in the words of the document's version."""
        if self.spec.openapi_version.minor > 0:
            return dict(schemas)
        lowering = Lowering({"components": {"schemas": schemas}}, (lowering_to_30.RULES,))
        return {name: lowering.visit("schema", schema, (name,)) for name, schema in schemas.items()}

    def _hold(self, annotation: Any, spot: Spot) -> Node:
        place: Node = {}
        self._held.append((place, SchemaRef(annotation, "pydantic", spot.mode, self.strict, spot.form)))
        return place

    def _walk(self, node: Any, spot: Spot) -> None:
        """Put a placeholder where a model stands; whatever is no JSON is one, or another plugin's."""
        entries: Any = node.items() if is_map(node) else enumerate(node) if is_list(node) else ()
        for key, value in list(entries):
            if is_annotation(value):
                node[key] = self._hold(value, spot)
            else:
                self._walk(value, spot.below(key))

    def _spread(self, operation: Node) -> None:
        """Write one parameter for each member of a model."""
        given: Any = operation.get("parameters")
        if is_list(given):
            operation["parameters"] = [one for item in given for one in _each(item)]


def _each(parameter: Any) -> Iterator[Any]:
    if not is_map(parameter) or "name" in parameter or not is_annotation(parameter.get("schema")):
        yield parameter
        return
    for name, annotation, default in fields_of(parameter["schema"]):
        yield {**parameter, "name": name, "required": default is MISSING, "schema": annotation}


def is_annotation(value: Any) -> bool:
    """Tell whether a value is a type that pydantic describes; a marshmallow schema is not."""
    return (isinstance(value, type) or get_origin(value) is not None) and not is_schema(value)


class RoutePlugin(BasePlugin):
    """Make paths of Werkzeug's rules and of restlite's operations.

    .. code-block:: python

        spec = APISpec("Shop", "1", "3.1.0", plugins=[RoutePlugin()])
        for rule in flask_app.url_map.iter_rules():
            spec.path(rule=rule, view=flask_app.view_functions[rule.endpoint])

    Variables become parameters with the schemas of their converters. With ``view=``, the methods of the rule
    become operations, with summary and description of the docstring. Raises :class:`SetupError` for a rule
    that is in no ``Map``, and for one that cannot be written as a path.
    """

    def init_spec(self, spec: APISpec) -> None:
        """Hold the document that is written."""
        self.spec = spec

    def path_helper(
        self,
        path: str | None = None,
        operations: Node | None = None,
        parameters: list[Node] | None = None,
        *,
        rule: Rule | None = None,
        operation: Operation | None = None,
        view: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> str | None:
        """Give the path of a rule or an operation, and add its parameters and operations."""
        found, given = (
            operations if operations is not None else {},
            parameters if parameters is not None else [],
        )
        converters: Mapping[str, BaseConverter]
        if operation is not None:
            template, converters = operation.template, converters_of(operation)
            methods, view = [operation.method], operation.handler
            found.setdefault(operation.method.lower(), {}).setdefault("operationId", operation.name)
        elif rule is not None:
            template, converters = _template_of(rule), _bound(rule)
            methods = sorted(rule.methods or ()) if view is not None else []
        else:
            return None
        for method in (name.lower() for name in methods):
            if method in METHODS and (method not in ("head", "options") or operation is not None):
                written = found.setdefault(method, {})
                written |= {**_docstring(view), **written}
        named = {(item["name"], item["in"]) for item in given if is_map(item)}
        given += [
            self._parameter(name, converters[name]) for name in template.names if (name, "path") not in named
        ]
        return template.openapi

    def _parameter(self, name: str, converter: BaseConverter) -> Node:
        written: Node = {"name": name, "in": "path", "required": True, "schema": converter_schema(converter)}
        if not converter.part_isolating:
            # The value may hold slashes; OpenAPI can say so of a path since 3.2.
            written["allowReserved" if self.spec.openapi_version.minor >= 2 else "x-allowReserved"] = True
        return written


def _template_of(rule: Rule) -> Template:
    try:
        return Template.parse(rule.rule)
    except RuleError as error:
        raise SetupError(
            f"The rule {rule.rule!r} is no path: {error}.", mend='Rule("/books/<int:id>")'
        ) from None


def _bound(rule: Rule) -> Mapping[str, BaseConverter]:
    bound: Any = rule.map
    if bound is None:
        found = f"The rule {rule.rule!r} is in no Map, so its converters are not known."
        raise SetupError(found, mend=f"Map([Rule({rule.rule!r})])")
    converters: Mapping[str, BaseConverter] = vars(rule)["_converters"]
    return converters


def _docstring(view: Callable[..., Any] | None) -> Node:
    """Give the first paragraph of a docstring as summary, and the rest as description."""
    summary, _, rest = (inspect.getdoc(view) or "").partition("\n\n")
    summary = " ".join(summary.split())
    made = {"summary": summary.removesuffix("."), "description": rest.strip()}
    return {key: text for key, text in made.items() if text}
