"""From a signature to parameters: the reader that applies the binding table of ``params.py``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from .annotations import resolve_hints
from .arguments import Argument, BodyArgument, Owner, lifted
from .bodies import body_type
from .depends import Depends, Node, Pick, check, kind_of
from .errors import SetupError
from .guards import Verifier
from .hints import (
    byte_stream,
    holds_model,
    is_model,
    is_scalar,
    is_scalar_list,
    name_of,
    rewrap,
    union_args,
    unwrap,
)
from .members import members_of
from .params import MISSING, In, Param
from .security.marks import is_scheme, schemes_in
from .security.requirements import Requirement, Scheme, requirement_of

#: Where the scalars come from that are no path's.
PLACES = frozenset({"query", "header", "cookie"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "QUERY"})


class SignatureReader:
    """Collect what the signatures of one handler and its dependencies ask for."""

    def __init__(
        self,
        place: Any,
        path_names: tuple[str, ...],
        method: str,
        resolve: Callable[[Callable[..., Any]], Callable[..., Any]],
        injectable: Mapping[Any, str],
        frame: FrameType | None = None,
        hints: Mapping[str, Any] | None = None,
    ) -> None:
        self.place = place
        #: Those of ``place`` itself.
        self.hints = resolve_hints(place, frame) if hints is None else hints
        self.path_names = path_names
        self.method = method
        self.resolve = resolve
        self.injectable = injectable
        self.frame = frame
        self.params: dict[tuple[str, str], Param] = {}
        self.owners: dict[str, Owner] = {}
        self.nodes: list[Node] = []
        self.bodies: list[BodyArgument] = []
        self.injected: set[str] = set()
        self.taken: set[str] = set()
        self.requirements: list[Requirement] = []
        self.verifiers: dict[Scheme, Verifier] = {}
        self._indices: dict[Any, int] = {}
        self._open: list[Any] = []

    def read(self, function: Callable[..., Any], *, skip_first: bool = False) -> tuple[Pick, ...]:
        """Bind every parameter of a callable, or all but the first; SetupError where one has no row."""
        return tuple(self._bind(argument) for argument in self._arguments(function, skip_first))

    def ask(self, annotations: Mapping[str, Any]) -> tuple[Pick, ...]:
        """Bind what the answer asks for."""
        asked = (Argument(name, hint, MISSING, *unwrap(hint)) for name, hint in annotations.items())
        self._open.append(self.place)  # Slots of its own: a handler may call something else so.
        picks = tuple(self._bind(argument) for argument in asked)
        self._open.pop()
        return picks

    def _arguments(self, function: Callable[..., Any], skip_first: bool) -> Iterator[Argument]:
        hints = self.hints if function is self.place else resolve_hints(function, self.frame)
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except ValueError:
            name = name_of(function)
            mend = f"a function around it: def make_{name}() -> ..."
            raise self._error("its signature cannot be read.", mend) from None
        for parameter in parameters[1 if skip_first else 0 :]:
            if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                shown = _SHOWN[parameter.kind].format(parameter.name)
                raise self._error(
                    f"parameter {shown!r} cannot be bound: arguments are passed by name.",
                    f"{parameter.name}: str",
                )
            if parameter.name in getattr(function, "keywords", ()):
                continue  # A partial has been given it.
            annotation = lifted(hints.get(parameter.name, Any))
            default = MISSING if parameter.default is parameter.empty else parameter.default
            yield Argument(parameter.name, annotation, default, *unwrap(annotation))

    def _bind(self, argument: Argument) -> Pick:
        for row in ROWS:
            pick = row(self, argument)
            if pick is not None:
                return pick
        raise self._no_row(argument)

    def _no_row(self, argument: Argument) -> SetupError:
        name, kind = argument.name, name_of(argument.base)
        found = f"parameter {name!r} of type {kind} has no row in the binding table"
        if holds_model(argument.annotation) or name == "body":
            found += f"; {self.method} has no body."
            return self._error(found, f"{name}: Query[{kind}]")
        if body_type(argument.base) is not None:
            return self._error(f"{found}; {self.method} has no body.", "@app.patch(...)")
        marker = "File" if "Upload" in kind else "Body"
        return self._error(
            f"{found}.",
            f"{name}: {marker}[{kind}]   # or Query[a model], Annotated[T, Depends(f)]",
        )

    def _error(self, found: str, mend: str) -> SetupError:
        place = self._open[-1] if self._open else self.place
        return SetupError.at(place, f"{getattr(place, '__qualname__', place)}: {found}", mend)

    # The rows of the binding table, in its order.

    def row_injected(self, argument: Argument) -> Pick | None:
        kind = self.injectable.get(argument.base)
        if kind is None:
            return None
        self.injected.add(kind)
        return Pick(argument.name, "inject", kind)

    def row_dependency(self, argument: Argument) -> Pick | None:
        depends: Depends | None = argument.find(Depends)
        if isinstance(argument.default, Depends):
            kind = name_of(argument.base)
            raise self._error(
                f"parameter {argument.name!r} has Depends as its default.",
                f"{argument.name}: Annotated[{kind}, Depends(...)]",
            )
        if depends is None:
            return None
        if depends.dependency is None:
            depends = Depends(argument.base, depends.scope, depends.raises)
        return Pick(argument.name, "node", self.add_node(argument.name, depends))

    def add_node(self, name: str, depends: Depends) -> int:
        """Add a dependency after those that it needs itself; the same one only once."""
        if is_scheme(depends) or is_scheme(getattr(depends, "dependency", None)):
            raise self._error(
                f"{name!r} depends on a security scheme.",
                "Annotated[User, a_scheme]   # or security=a_scheme",
            )
        asked = check(self._open[-1] if self._open else self.place, name, depends)
        if asked in self._indices:
            return self._indices[asked]
        if asked in self._open:
            raise self._error(
                f"dependency {getattr(asked, '__qualname__', asked)} depends on itself.",
                "a dependency without the cycle",
            )
        self._open.append(asked)
        function = self.resolve(asked)
        picks = self.read(function)
        self._open.pop()
        self._indices[asked] = len(self.nodes)
        self.nodes.append(Node(function, kind_of(function), depends.scope, picks, depends.raises))
        return self._indices[asked]

    def row_identity(self, argument: Argument) -> Pick | None:
        if is_scheme(argument.base):
            said = f"parameter {argument.name!r} is annotated with a security scheme alone."
            raise self._error(said, f"{argument.name}: Annotated[User, a_scheme]")
        plain = isinstance(argument.annotation, type)
        found = () if plain else schemes_in(argument.annotation)
        if not found and not is_scheme(argument.default):
            return None
        asked = argument.find((Requirement, Scheme))
        if found != (asked,) or argument.find((In, Depends)) or argument.base in self.injectable:
            raise self._error(
                f"parameter {argument.name!r} names a security scheme where it would not be asked.",
                f"{argument.name}: Annotated[User, a_scheme]   # or one | another, one & another",
            )
        requirement = requirement_of(asked)
        if not requirement.schemes:
            said = f"parameter {argument.name!r} is an identity, but public asks for none."
            raise self._error(said, "security=public as an option of the route")
        if type(None) in union_args(argument.base):
            requirement = requirement.optional
        return Pick(argument.name, "identity", self.add_requirement(requirement))

    def add_requirement(self, requirement: Requirement) -> int:
        """Add what is asked of callers, and the dependencies of verifiers."""
        for scheme in requirement.schemes:
            if scheme not in self.verifiers:
                self._open.append(scheme.verify)
                function = self.resolve(scheme.verify)
                for argument in self._arguments(function, True):
                    if not (argument.find((Depends, In)) or argument.base in self.injectable):
                        name = argument.name
                        said = f"a verifier takes the credentials as one argument; found {name!r} too."
                        called = name_of(function).rpartition(".")[2]
                        raise self._error(said, f"def {called}({scheme.takes}) -> User | None: ...")
                picks = self.read(function, skip_first=True)
                self.verifiers[scheme] = Verifier(function, kind_of(function), picks)
                self._open.pop()
        self.requirements.append(requirement)
        return len(self.requirements) - 1

    def row_path(self, argument: Argument) -> Pick | None:
        name, marker = argument.name, argument.find(In)
        if name not in self.path_names:
            if marker is not None and marker.place == "path":
                raise self._error(f"path parameter {name!r} is not in the rule.", f"/<{name}>")
            return None
        if marker is not None and marker.place != "path":
            if self._open and marker.place in PLACES:
                return None  # A dependency knows no rules: its slots are apart from those of paths.
            raise self._error(
                f"{marker.place} parameter {name!r} has the name of a path parameter.",
                f'{name}_: Annotated[T, In("{marker.place}", alias="{name}")]',
            )
        if argument.default is not MISSING:
            raise self._error(
                f"path parameter {name!r} has a default; the rule always gives it.", f"{name}: T"
            )
        self.taken.add(name)
        annotation = self._plain(argument)
        self._add(Param(name, name, "path", annotation), argument)
        # A converter has made the value already: the validator is asked only where there is more to check.
        if annotation is not Any and not (isinstance(annotation, type) and annotation.__module__ in _READY):
            self.owners.setdefault(name, Owner(name, annotation, MISSING))
        return Pick(name, "slot", name)

    def row_marked(self, argument: Argument) -> Pick | None:
        marker: In | None = argument.find(In)
        if marker is None or marker.place not in PLACES:
            return None
        return self._parameter(argument, marker)

    def row_body(self, argument: Argument) -> Pick | None:
        marker: In | None = argument.find(In)
        inner = any(isinstance(item, In) for part in union_args(argument.base) for item in unwrap(part)[1])
        by_type = self.method in BODY_METHODS and (
            argument.name == "body"
            or holds_model(argument.annotation)
            or argument.base is bytes
            or byte_stream(argument.base) is not None
            or body_type(argument.base) is not None
        )
        if not (marker is not None or inner or by_type):
            return None
        self.bodies.append(BodyArgument(argument.name, argument.annotation, argument.default))
        return Pick(argument.name, "slot", argument.name)

    def row_query(self, argument: Argument) -> Pick | None:
        if argument.name == "body" or argument.annotation is Any:
            return None
        if not (is_scalar(argument.annotation) or is_scalar_list(argument.annotation)):
            return None
        return self._parameter(argument, In("query"))

    def _parameter(self, argument: Argument, marker: In) -> Pick:
        annotation = self._plain(argument)
        # A handler's own slots are its argument names; a dependency's must not clash with them.
        slot = argument.name if not self._open else f"{marker.place} {argument.name}"
        if is_model(annotation):
            params = members_of(annotation, argument.name, slot, marker, self._error)
            slot = self._shared(params, annotation) or slot
            for param in params:
                self._add(param.but(group=slot), argument)
        else:
            scalar = marker.style != "deepObject" and is_scalar(annotation)
            if not (scalar or is_scalar_list(annotation)):
                name, kind = argument.name, name_of(argument.base)
                raise self._error(
                    f"{marker.place} parameter {name!r} of type {kind} cannot be written as text.",
                    f"{name}: {marker.place.title()}[a_model]   # or a scalar, or a list of scalars",
                )
            wire = marker.alias or wire_alias(argument.metadata) or wire_name(argument.name, marker.place)
            location: Any = marker.place
            param = Param(
                slot,
                wire,
                location,
                annotation,
                argument.default,
                not scalar,
                marker.style,
                demanded=marker.demanded,
            )
            slot = self._add(param, argument)
        self.owners.setdefault(slot, Owner(slot, annotation, argument.default))
        return Pick(argument.name, "slot", slot)

    def _shared(self, params: list[Param], annotation: Any) -> str | None:
        """Give the slot of the same parameter model where another signature asked for it already."""
        known = next((self.params.get((param.location, param.wire)) for param in params), None)
        if (
            known is None
            or known.group is None
            or repr(self.owners[known.group].annotation) != repr(annotation)
        ):
            return None
        return known.group

    def _add(self, param: Param, argument: Argument) -> str:
        known = self.params.setdefault((param.location, param.wire), param)
        # A ``Field(ge=1)`` equals no other, but is written like it.
        ours, theirs = (param.annotation, param.default), (known.annotation, known.default)
        alike = known.but(name=param.name, annotation=ours[0], default=ours[1]) == param
        if not alike or repr(ours) != repr(theirs):
            raise self._error(
                f"{param.location} parameter {param.wire!r} is declared in two different ways.",
                f"{argument.name}: {name_of(known.annotation)}   # the same in both places",
            )
        return known.name

    def _plain(self, argument: Argument) -> Any:
        rest = tuple(item for item in argument.metadata if not isinstance(item, In))
        return rewrap(argument.base, rest)


_SHOWN = {
    inspect.Parameter.POSITIONAL_ONLY: "{}, /",
    inspect.Parameter.VAR_POSITIONAL: "*{}",
    inspect.Parameter.VAR_KEYWORD: "**{}",
}
_READY = frozenset({"builtins", "uuid", "datetime"})
ROWS: tuple[Callable[[SignatureReader, Argument], Pick | None], ...] = (
    SignatureReader.row_identity,  # before all that could overlook a scheme
    SignatureReader.row_injected,
    SignatureReader.row_dependency,
    SignatureReader.row_path,
    SignatureReader.row_marked,
    SignatureReader.row_body,
    SignatureReader.row_query,
)


def wire_alias(metadata: tuple[Any, ...]) -> str | None:
    """Give the alias that pydantic's ``Field`` names."""
    aliases = (getattr(item, "validation_alias", None) or getattr(item, "alias", None) for item in metadata)
    return next((alias for alias in aliases if isinstance(alias, str)), None)


def wire_name(name: str, place: str) -> str:
    """Give the name on the wire: ``x_token`` is the header ``X-Token``."""
    return name.replace("_", "-").title() if place == "header" else name
