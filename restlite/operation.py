"""The Operation: one route and method, compiled once; everything else reads it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from types import FrameType
from typing import Any

from pydantic import PydanticUserError, TypeAdapter
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from .adapters import DumpOptions
from .annotations import resolve_hints
from .binding import Bind, Bound
from .context import Context, Scope
from .depends import kind_of
from .errors import Forbidden, Problem, SetupError, Unauthorized, first_by_mro
from .frozen import Record
from .guards import Guard, Private
from .hints import is_foreign, name_of
from .hooks import Filter, Hook
from .inputs import InputReader, compile_bind
from .media import Acceptance
from .options import RouteOptions
from .outputs import Replier
from .records import Described, SecurityRecord
from .replies import compile_replier, statuses_of, statuses_of_handler
from .returns import Outputs, ReturnReader, Writing, answers_in
from .rules import Template
from .straight import Straight, compile_straight


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
        this: Any = self
        return InputReader(this).read()

    @property
    def guard(self) -> Guard | None:
        """Give what is asked of callers."""
        return self.bound.guard

    @cached_property
    def outputs(self) -> Outputs:
        """Read the return annotation."""
        options, context = self.options, self.context
        dump = DumpOptions(False, options.get("exclude_none", False), options.get("exclude_unset", False))
        config = context.config
        writing = Writing(config.strict, dump, options.get("produces"), context.codecs, config.json_dumps)
        reader = ReturnReader(self.handler, writing, options.get("status"), options.get("returns"))
        return reader.read(self.hints.get("return", Any))

    @cached_property
    def acceptance(self) -> Acceptance:
        """Know what the operation can answer in."""
        offers = dict.fromkeys(kind for output in self.outputs.all() for kind in output.media_types)
        return Acceptance(() if self.outputs.response else tuple(offers))

    @cached_property
    def bind(self) -> Bind:
        """Compile the binder."""
        return compile_bind(self.bound, self.context.config)

    @cached_property
    def hooks(self) -> tuple[Hook | Filter, ...]:
        """List the hooks, outermost first."""
        private = (Private(self.guard.fields),) if self.guard is not None else ()
        above = [hook for scope in reversed(self.scopes) for hook in scope.hooks]
        deprecated = self.options.get("deprecated")
        marked = (deprecated,) if isinstance(deprecated, Filter) else ()
        return (*private, *above, *self.options.get("hooks", ()), *marked)

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """List those of the hooks that never wait, outermost first."""
        return tuple(hook for hook in self.hooks if isinstance(hook, Filter))

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
        """List what may be raised: by option, guard, body, dependencies and hooks."""
        found: list[type[BaseException]] = [*self.options.get("raises", ())]
        if self.guard is not None:
            found += [Unauthorized, Forbidden] if self.guard.has_grants else [Unauthorized]
        contents = self.bound.body.contents if self.bound.body is not None else ()
        found += [kind for content in contents for kind in getattr(content, "raises", ())]
        found += [kind for node in self.bound.nodes for kind in node.raises]
        found += [kind for hook in self.hooks for kind in hook.describe(self.method).problems]
        return tuple(dict.fromkeys(found))

    def describe(self) -> Described:
        """Join what sources, outputs, guard, dependencies and hooks say."""
        bound = self.bound
        strict = self.context.config.strict
        # The variables of a host come with it; they are no parameters of the path.
        params = [one for key, one in bound.params.items() if key[0] != "path" or key[1] in self.rule.names]
        parameters = tuple(param.describe(strict) for param in params)
        hooked = [hook.describe(self.method) for hook in self.hooks]
        given = {(record.location, record.name.lower()) for record in parameters}
        more = (record for hook in hooked for record in hook.parameters)
        parameters += tuple(item for item in more if (item.location, item.name.lower()) not in given)
        outputs = (output.describe() for output in self.outputs.all())
        answers = (*outputs, *(record for hook in hooked for record in hook.answers))
        problems = tuple(kind for kind in self.raises if issubclass(kind, Exception))
        body = bound.body.describe() if bound.body else None
        schemes, security = self.guard.describe() if self.guard else ((), self._unguarded)
        return Described(parameters, body, answers, problems, schemes, security)

    @property
    def _unguarded(self) -> tuple[SecurityRecord, ...] | None:
        """Say of an operation that asks nothing whether that was said."""
        return (SecurityRecord(()),) if "security" in self.options else None

    @cached_property
    def statuses(self) -> frozenset[int]:
        """List every status that the operation can answer: its own, and those given in its name."""
        found = statuses_of(self.outputs)
        if self.method != "GET":
            # Only what is read is held against a client's copy, or has parts, unless somebody says so.
            found -= {206, 304, 412, 416}
        found |= {record.status for record in self.describe().answers if record.status >= 100}
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
    def hints(self) -> Mapping[str, Any]:
        """Resolve the handler's annotations; NameError where one names what is not defined yet."""
        return resolve_hints(self.handler, self.frame)

    def settle(self) -> None:
        """Prepare at last: what is not defined now never will be."""
        try:
            self.prepare()
        except NameError as error:
            found = f"{self.qualified_name}: an annotation names {error.name!r}, which is not defined."
            raise SetupError.at(self.handler, found, f"{error.name} at the top of the module") from None
        self._check_raises()
        self._check_guarded()
        for kind in answers_in(self.hints.get("return", Any)):
            kind.check(self)
        # What is local to a function is needed again when a dependency is replaced; the rest never.
        if self.frame is not None and self.frame.f_locals is self.frame.f_globals:
            self.__dict__["frame"] = None

    def _check_guarded(self) -> None:
        """Refuse an operation that says nothing of who may call it, where the app wants to be told."""
        said = "security" in self.options or self.guard is not None
        if self.context.config.deny_by_default and not said:
            found = f"{self.qualified_name} says nothing of who may call it, and deny_by_default is on."
            raise SetupError.at(
                self.handler, found, f"@app.{self.method.lower()}(..., security=a_scheme)   # or public"
            )

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
        for name in ("bound", "bind", "straight", "immediate", "hooks", "filters", "raises", "statuses"):
            self.__dict__.pop(name, None)
