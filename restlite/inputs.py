"""From an operation's signatures to what it takes, and to the function that binds one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import FrameType
from typing import Any, Protocol
from uuid import UUID

from .adapters import Adapter, find_adapter
from .arguments import Owner
from .background import Background
from .binding import Bind, Binder, Bound, sources_of
from .body_reader import BodyReader
from .config import Config
from .context import Context
from .converters import converter_for
from .depends import Depends, Pick
from .errors import SetupError
from .guards import guard_of
from .hints import is_schema, schema_in, unwrap
from .options import RouteOptions
from .params import MISSING, CookieSource, HeaderSource, Param, PathSource, QuerySource
from .returns import asked_by
from .rules import Template
from .security.requirements import requirement_of
from .signature import SignatureReader
from .state import State
from .wrappers import Request

INJECTABLE: Mapping[Any, str] = {Request: "request", State: "state", Background: "background"}


class Taking(Protocol):
    """Name what is needed of an operation to read what it takes."""

    @property
    def method(self) -> str: ...
    @property
    def rule(self) -> Template: ...
    @property
    def host(self) -> Template | None: ...
    @property
    def handler(self) -> Callable[..., Any]: ...
    @property
    def options(self) -> RouteOptions: ...
    @property
    def context(self) -> Context: ...
    @property
    def resource(self) -> type[Any] | None: ...
    @property
    def inherited(self) -> int: ...
    @property
    def frame(self) -> FrameType | None: ...
    @property
    def qualified_name(self) -> str: ...
    @property
    def hints(self) -> Mapping[str, Any]: ...


class InputReader:
    """Read what one operation takes; SetupError where signature, rule and options disagree."""

    def __init__(self, operation: Taking) -> None:
        self._operation = operation
        self._reader = SignatureReader(
            operation.handler,
            (*operation.rule.names, *(operation.host.names if operation.host is not None else ())),
            operation.method,
            operation.context.overrides.resolve,
            INJECTABLE,
            operation.frame,
            operation.hints,
        )

    def read(self) -> Bound:
        """Give all that signatures and options ask for; NameError where an annotation is not defined yet."""
        operation, reader = self._operation, self._reader
        picks: tuple[Pick, ...] = ()
        if "security" in operation.options:
            reader.add_requirement(requirement_of(operation.options["security"]))
        for index, depends in enumerate(operation.options.get("dependencies", ())):
            reader.add_node(f"dependencies[{index}]", depends)
        if operation.resource is not None:
            picks = (Pick("self", "node", reader.add_node("self", Depends(operation.resource))),)
        picks += reader.read(operation.handler, skip_first=operation.resource is not None)
        asked = reader.ask(asked_by(operation.hints.get("return", Any)))
        self._check_taken()
        config = operation.context.config
        bodies = BodyReader(
            operation.handler, config, operation.context.codecs, operation.options.get("body")
        )
        body = bodies.read(reader.bodies, operation.options.get("max_body", config.max_body))
        template = self._resolved()
        return Bound(
            picks,
            reader.params,
            reader.owners,
            tuple(reader.nodes),
            body,
            frozenset(reader.injected),
            template,
            guard_of(reader.requirements, reader.verifiers, reader.nodes),
            asked,
        )

    def _check_taken(self) -> None:
        operation, reader = self._operation, self._reader
        rule, name_of_handler = operation.rule, operation.qualified_name
        for name in rule.names[operation.inherited :]:
            if name not in reader.taken:
                found = f"{name_of_handler}: the rule {rule.text!r} names {name!r}, which nothing takes."
                mend = f"def {operation.handler.__name__}({name}: str, ...)"
                raise SetupError.at(operation.handler, found, mend)
        for variable in rule.variables:
            name = variable.name
            if name not in reader.taken:
                gives = _GIVES.get(variable.converter or "string", str)
                reader.params["path", name] = Param(name, name, "path", gives)

    def _resolved(self) -> Template:
        """Give variables without a converter the one that their annotation asks for; check the others."""
        rule = self._operation.rule
        found: dict[str, tuple[str, str]] = {}
        for variable in rule.variables:
            annotation = self._reader.params["path", variable.name].annotation
            wanted = converter_for(annotation)
            if variable.converter is None:
                if wanted is not None:
                    found[variable.name] = wanted
                continue
            self._check_converter(variable.name, variable.converter, annotation)
        return rule.with_converters(found) if found else rule

    def _check_converter(self, name: str, converter: str, annotation: Any) -> None:
        operation = self._operation
        begun = f"{operation.qualified_name}: the rule {operation.rule.text!r}"
        if converter not in operation.context.converters:
            known = ", ".join(sorted(operation.context.converters))
            found = f"{begun} has an unknown converter {converter!r}."
            mend = f"one of {known}, or App(converters={{{converter!r}: ...}})"
            raise SetupError.at(operation.handler, found, mend)
        gives, wants = _GIVES.get(converter), unwrap(annotation)[0]
        if gives is not None and wants is not gives and wants in _GIVES.values():
            found = (
                f"{begun} gives {name!r} by converter {converter!r}, the signature wants {wants.__name__}."
            )
            raise SetupError.at(operation.handler, found, f"{name}: {gives.__name__}")


def compile_bind(bound: Bound, config: Config) -> Bind:
    """Give the function that binds one request."""
    closed = config.strict and not bound.takes_request
    # What a scheme reads from the query is described by the scheme, not as a parameter.
    ignored = (*config.ignored_query, *(bound.guard.query_names if bound.guard else ()))
    sources = sources_of(
        bound.params,
        {
            "path": PathSource,
            "query": lambda params: QuerySource(params, ignored, closed=closed),
            "header": HeaderSource,
            "cookie": CookieSource,
        },
    )
    groups = {param.group for param in bound.params.values()}
    schemas = {owner.slot: owner for owner in bound.owners.values() if _schema(owner.annotation)}
    plain = [owner for owner in bound.owners.values() if owner.slot not in schemas]
    if plain:
        # One validator for all: path values that need none pass through it too.
        have = {owner.slot for owner in plain}
        paths = [
            param for param in bound.params.values() if param.location == "path" and param.name not in have
        ]
        plain += [Owner(param.name, param.annotation, MISSING) for param in paths]
    models = {owner.slot: owner for owner in bound.owners.values() if owner.slot in groups}
    adapters: dict[str, tuple[Adapter, Any]] = {
        slot: (find_adapter(owner.annotation, strict=config.strict), owner.default)
        for slot, owner in schemas.items()
    }
    return Binder(sources, text_loader(plain, config.strict), models, adapters).compile()


def text_loader(owners: list[Owner], strict: bool) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Compile the one validator of all scalar parameters."""
    if not owners:
        return None
    from .adapters.texts import TextMember, text_set

    members = [
        TextMember(owner.slot, owner.annotation, owner.default is MISSING, owner.default) for owner in owners
    ]
    return text_set(members, strict=strict)


#: What converters give.
_GIVES: Mapping[str, type[Any]] = {
    "int": int,
    "float": float,
    "number": float,
    "uuid": UUID,
    "date": date,
    "string": str,
    "default": str,
    "path": str,
}


def _schema(annotation: Any) -> bool:
    base, metadata = unwrap(annotation)
    return is_schema(base) or schema_in(metadata) is not None
