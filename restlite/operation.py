"""The Operation: one route and method, compiled once; everything else reads it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from types import FrameType
from typing import Any
from uuid import UUID

from pydantic import PydanticUserError, TypeAdapter
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from .adapters import Adapter, DumpOptions, find_adapter
from .background import Background
from .binding import Bind, Binder, Bound, sources_of
from .body_reader import BodyReader
from .context import Context, Scope
from .converters import converter_for
from .depends import Depends, Pick, kind_of
from .errors import Problem, SetupError, first_by_mro
from .frozen import Record
from .hints import is_foreign, is_schema, name_of, schema_in, unwrap
from .hooks import Hook
from .media import Acceptance
from .options import RouteOptions
from .outputs import Replier
from .params import MISSING, CookieSource, HeaderSource, Param, PathSource, QuerySource
from .records import Described
from .replies import compile_replier, statuses_of, statuses_of_handler
from .returns import Outputs, ReturnReader, Writing
from .rules import Template
from .signature import Owner, SignatureReader, resolve_hints
from .state import State
from .straight import Straight, compile_straight
from .wrappers import Request

INJECTABLE: Mapping[Any, str] = {Request: "request", State: "state", Background: "background"}


class Operation(Record):
    """Hold all that is known of one route and method: what it takes, what it answers, who is called."""

    method: str
    rule: Template
    handler: Callable[..., Any]
    options: RouteOptions
    context: Context
    #: Which routers lead here, by their place among their siblings.
    mount: tuple[int, ...] = ()
    #: From the route outwards to the app.
    scopes: tuple[Scope, ...] = ()
    host: Template | None = None
    resource: type[Any] | None = None
    #: How many of the rule's variables come from routers' prefixes.
    inherited: int = 0
    frame: FrameType | None = None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<Operation {self.method} {self.rule.text} {self.qualified_name}>"

    @property
    def qualified_name(self) -> str:
        """Name the handler as a programmer finds it."""
        name = getattr(self.handler, "__qualname__", repr(self.handler))
        return f"{self.resource.__qualname__}.{name.rpartition('.')[2]}" if self.resource else name

    @property
    def name(self) -> str:
        """Name the operation: the option, the handler, or verb and resource."""
        given = self.options.get("name")
        if given:
            return given
        own = str(getattr(self.handler, "__name__", type(self.handler).__name__))
        return f"{own}_{self.resource.__name__.lower()}" if self.resource else own

    @property
    def path(self) -> str:
        """Write the rule as an OpenAPI path template."""
        return self.rule.openapi

    @cached_property
    def bound(self) -> Bound:
        """Read the signatures; NameError where an annotation names what is not defined yet."""
        reader = SignatureReader(
            self.handler,
            self.rule.names,
            self.method,
            self.context.overrides.resolve,
            INJECTABLE,
            self.frame,
        )
        picks: tuple[Pick, ...] = ()
        for index, depends in enumerate(self.options.get("dependencies", ())):
            reader.add_node(f"dependencies[{index}]", depends)
        if self.resource is not None:
            picks = (Pick("self", "node", reader.add_node("self", Depends(self.resource))),)
        picks += reader.read(self.handler, skip_self=self.resource is not None)
        self._check_taken(reader)
        config = self.context.config
        bodies = BodyReader(self.handler, config, self.context.codecs, self.options.get("body"))
        body = bodies.read(reader.bodies, self.options.get("max_body", config.max_body))
        template = self._resolved(reader)
        return Bound(
            picks,
            reader.params,
            reader.owners,
            tuple(reader.nodes),
            body,
            frozenset(reader.injected),
            template,
        )

    def _check_taken(self, reader: SignatureReader) -> None:
        own = self.rule.names[self.inherited :]
        for name in own:
            if name not in reader.taken:
                found = (
                    f"{self.qualified_name}: the rule {self.rule.text!r} names {name!r}, which nothing takes."
                )
                raise SetupError.at(self.handler, found, f"def {self.handler.__name__}({name}: str, ...)")
        for variable in self.rule.variables:
            name = variable.name
            if name not in reader.taken:
                gives = _GIVES.get(variable.converter or "string", str)
                reader.params["path", name] = Param(name, name, "path", gives)

    def _resolved(self, reader: SignatureReader) -> Template:
        """Give variables without a converter the one that their annotation asks for; check the others."""
        found: dict[str, tuple[str, str]] = {}
        for variable in self.rule.variables:
            annotation = reader.params["path", variable.name].annotation
            wanted = converter_for(annotation)
            if variable.converter is None:
                if wanted is not None:
                    found[variable.name] = wanted
                continue
            self._check_converter(variable.name, variable.converter, annotation)
        return self.rule.with_converters(found) if found else self.rule

    def _check_converter(self, name: str, converter: str, annotation: Any) -> None:
        if converter not in self.context.converters:
            known = ", ".join(sorted(self.context.converters))
            found = (
                f"{self.qualified_name}: the rule {self.rule.text!r} has an unknown converter {converter!r}."
            )
            raise SetupError.at(
                self.handler, found, f"one of {known}, or App(converters={{{converter!r}: ...}})"
            )
        gives, wants = _GIVES.get(converter), unwrap(annotation)[0]
        if gives is not None and wants is not gives and wants in _GIVES.values():
            found = (
                f"{self.qualified_name}: the rule {self.rule.text!r} gives {name!r} by converter"
                f" {converter!r}, the signature wants {wants.__name__}."
            )
            raise SetupError.at(self.handler, found, f"{name}: {gives.__name__}")

    @cached_property
    def outputs(self) -> Outputs:
        """Read the return annotation."""
        options, context = self.options, self.context
        hints = self._hints
        dump = DumpOptions(False, options.get("exclude_none", False), options.get("exclude_unset", False))
        config = context.config
        writing = Writing(config.strict, dump, options.get("produces"), context.codecs, config.json_dumps)
        reader = ReturnReader(self.handler, writing, options.get("status"), options.get("returns"))
        return reader.read(hints.get("return", Any))

    @cached_property
    def acceptance(self) -> Acceptance:
        """Know what the operation can answer in."""
        offers = dict.fromkeys(kind for output in self.outputs.all() for kind in output.media_types)
        return Acceptance(() if self.outputs.response else tuple(offers))

    @cached_property
    def bind(self) -> Bind:
        """Compile the binder."""
        bound, config = self.bound, self.context.config
        closed = config.strict and "request" not in bound.injected
        sources = sources_of(
            bound.params,
            {
                "path": PathSource,
                "query": lambda params: QuerySource(params, config.ignored_query, closed=closed),
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
                param
                for param in bound.params.values()
                if param.location == "path" and param.name not in have
            ]
            plain += [Owner(param.name, param.annotation, MISSING) for param in paths]
        models = {owner.slot: owner for owner in bound.owners.values() if owner.slot in groups}
        adapters: dict[str, tuple[Adapter, Any]] = {
            slot: (find_adapter(owner.annotation, strict=config.strict), owner.default)
            for slot, owner in schemas.items()
        }
        return Binder(sources, text_loader(plain, config.strict), models, adapters).compile()

    @cached_property
    def hooks(self) -> tuple[Hook, ...]:
        """List the hooks, outermost first."""
        above = [hook for scope in reversed(self.scopes) for hook in scope.hooks]
        return (*above, *self.options.get("hooks", ()))

    @cached_property
    def straight(self) -> Straight | None:
        """Compile the straight path, where there is one."""
        this: Any = self
        return compile_straight(this)

    @cached_property
    def immediate(self) -> Straight | None:
        """Give the straight path where nothing in it is to be awaited."""
        return None if self.is_coroutine else self.straight

    @cached_property
    def reply(self) -> Replier:
        """Give the function that puts what the handler returned on the wire."""
        return compile_replier(self.outputs, check=self.context.check)

    @cached_property
    def checked_reply(self) -> Replier:
        """Give the function that checks what the handler returned in full, and writes it."""
        return compile_replier(self.outputs, check=self.context.config.validate_responses != "off")

    @cached_property
    def is_coroutine(self) -> bool:
        """Tell whether the handler is to be awaited."""
        return kind_of(self.handler) == "coroutine"

    @property
    def is_function(self) -> bool:
        """Tell whether the handler gives one value, at once or awaited."""
        return kind_of(self.handler) in ("function", "coroutine")

    @cached_property
    def raises(self) -> tuple[type[BaseException], ...]:
        """List what may be raised: by option, by dependencies, by hooks."""
        found: list[type[BaseException]] = [*self.options.get("raises", ())]
        found += [kind for node in self.bound.nodes for kind in node.raises]
        found += [kind for hook in self.hooks for kind in hook.raises]
        return tuple(dict.fromkeys(found))

    def describe(self) -> Described:
        """Join what sources, outputs, dependencies and hooks say."""
        bound = self.bound
        strict = self.context.config.strict
        parameters = tuple(param.describe(strict) for param in bound.params.values())
        hooked = [record for hook in self.hooks for record in hook.describe().answers]
        answers = (*(output.describe() for output in self.outputs.all()), *hooked)
        problems = tuple(kind for kind in self.raises if issubclass(kind, Exception))
        return Described(parameters, bound.body.describe() if bound.body else None, answers, problems)

    @cached_property
    def statuses(self) -> frozenset[int]:
        """List every status that the operation can answer: its own, and those given in its name."""
        found = statuses_of(self.outputs)
        for kind in self.raises:
            found |= {kind.status} if issubclass(kind, Problem) else self.mapped(kind)
        if self.acceptance.offers:
            found.add(406)
        if self.bound.body is not None:
            found |= {411, 413, 415}
        # Whatever an operation takes, it refuses query parameters that it does not know.
        return frozenset(found | {400, 422, 500})

    @property
    def description(self) -> str:
        """Give the docstring without indentation."""
        return inspect.getdoc(self.handler) or ""

    def prepare(self) -> None:
        """Read signature and return annotation; NameError where a name is not defined yet."""
        bound = self.bound
        written = [getattr(output, "inner", output) for output in self.outputs.all()]
        adapters = [
            getattr(item, "adapter", None) or getattr(item, "schema", None)
            for item in (*written, *(bound.body.contents if bound.body else ()))
        ]
        annotations = [adapter.annotation for adapter in adapters if adapter is not None]
        for annotation in (*annotations, *(owner.annotation for owner in bound.owners.values())):
            if is_foreign(annotation):
                self._check_readable(annotation)

    def _check_readable(self, annotation: Any) -> None:
        """Build a type that pydantic may not know; SetupError where it does not."""
        try:
            TypeAdapter(annotation)
        except PydanticUserError as error:
            why = error.message.partition(". ")[0]
            found = f"{self.qualified_name}: {name_of(annotation)} cannot be read or written: {why}."
            typed = error.code == "typed-dict-version"
            mend = (
                "from typing_extensions import TypedDict"
                if typed
                else "a model, dataclass, TypedDict or plain type"
            )
            raise SetupError.at(self.handler, found, mend) from None

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return resolve_hints(self.handler, self.frame)

    def settle(self) -> None:
        """Prepare at last: what is not defined now never will be."""
        try:
            self.prepare()
        except NameError as error:
            found = f"{self.qualified_name}: an annotation names {error.name!r}, which is not defined."
            raise SetupError.at(self.handler, found, f"{error.name} at the top of the module") from None
        self._check_raises()
        # What is local to a function is needed again when a dependency is replaced; the rest never.
        if self.frame is not None and self.frame.f_locals is self.frame.f_globals:
            self.__dict__["frame"] = None

    def _check_raises(self) -> None:
        """Refuse to declare what is no exception, or what nothing would answer but by a 500."""
        declared: tuple[Any, ...] = self.raises
        for kind in declared:
            if not (isinstance(kind, type) and issubclass(kind, Exception)):
                found = f"{self.qualified_name}: raises= names {kind!r}, which is no exception class."
                raise SetupError.at(self.handler, found, "raises=[NotFound]")
            answered = issubclass(kind, (Problem, HTTPException))
            if not answered and not any(first_by_mro(kind, scope.handlers) for scope in self.scopes):
                found = (
                    f"{self.qualified_name}: raises= names {kind.__name__}, which no error handler answers."
                )
                mend = f"@app.error_handler({kind.__name__})   # or a Problem in its place"
                raise SetupError.at(self.handler, found, mend)

    @property
    def template(self) -> Template:
        """Give the rule with the converters that annotations have chosen."""
        return self.bound.template

    @property
    def converters(self) -> Mapping[str, type[BaseConverter]]:
        """Give the converters by name."""
        return self.context.converters

    def mapped(self, kind: type[BaseException]) -> set[int]:
        """Give the statuses with which error handlers answer an exception."""
        handler = next(
            (found for scope in self.scopes if (found := first_by_mro(kind, scope.handlers))), None
        )
        return statuses_of_handler(handler) if handler is not None else {getattr(kind, "code", 500)}

    def forget(self) -> None:
        """Compile again at next use: a dependency has been replaced."""
        for name in ("bound", "bind", "straight", "immediate", "raises", "statuses"):
            self.__dict__.pop(name, None)


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
