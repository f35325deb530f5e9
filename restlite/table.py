"""The route table: all operations of an app, checked against each other, with the matcher in front."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from .aliases import Environ
from .context import Context, Scope
from .errors import MethodNotAllowed, NotFound, Problem, SetupError, location
from .frozen import Record
from .hooks import Filter, Hook
from .links import Linker
from .matching import Entry, Matcher, Miss
from .media import TEXT
from .operation import Operation
from .outputs import NOSNIFF
from .routing import Branch, Router
from .rules import Template
from .security.requirements import Scheme
from .waits import Wire

_NOTHING: Mapping[str, Any] = {}


class Mount(Record):
    """Hold a foreign WSGI app and the prefix under which it answers."""

    prefix: str
    answer: Callable[[Environ], Wire]
    application: Any = None

    def owns(self, path: str) -> bool:
        """Tell whether a path lies under the prefix."""
        return path == self.prefix or path.startswith(f"{self.prefix}/")


class Unmatched(NamedTuple):
    """Say why no operation answers, and who may have a say in the answer."""

    problem: Problem
    scopes: Sequence[Scope]
    hooks: Sequence[Hook | Filter]
    mounted: Mount | None = None
    wire: Wire | None = None
    #: The methods of the path, where nothing but the matcher has a say: then the answer is always the same.
    allow: frozenset[str] | None = None


class RouteTable(Record):
    """Hold the operations of an app, frozen."""

    operations: tuple[Operation, ...]
    routers: tuple[tuple[Branch, Router], ...]
    mounts: tuple[Mount, ...]
    context: Context

    @property
    def linker(self) -> Linker:
        return self.context.linker

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Give the app's own scope."""
        return self.routers[0][0].scopes

    @cached_property
    def early(self) -> tuple[Filter, ...]:
        """List the filters that look at requests before they are matched; SetupError where one cannot."""
        given = self.routers[0][0].options.get("hooks", ())
        found = tuple(hook for hook in given if isinstance(hook, Filter) and hook.early)
        for operation in self.operations:
            late = [hook for hook in operation.hooks if getattr(hook, "early", False) and hook not in found]
            if late:
                kind = type(late[0]).__name__
                said = f"{operation.qualified_name}: {kind} looks at requests before they have a route."
                raise SetupError.at(operation.handler, said, f"App(hooks=[{kind}(...)])")
        return found

    @cached_property
    def plain_errors(self) -> bool:
        """Tell whether every error is answered in the default format, with no handler to ask."""
        scopes = [branch.scopes[0] for branch, _ in self.routers]
        return not any(scope.handlers or scope.error_format for scope in scopes)

    @cached_property
    def plain_misses(self) -> bool:
        """Tell whether nothing but the matcher has a say where no route matches."""
        hooked = any(branch.hooks for branch, _ in self.routers)
        return self.plain_errors and not hooked and not self.mounts

    @cached_property
    def matcher(self) -> Matcher[Operation]:
        """Build the matcher; SetupError where two routes are in each other's way."""
        _ = self.early
        check_schemes(self.operations)
        groups: dict[tuple[str, str], dict[str, Operation]] = {}
        for operation in self.operations:
            key = (operation.host.text if operation.host else "", operation.bound.template.shape)
            group = groups.setdefault(key, {})
            for other in group.values():
                check_pair(operation, other)
            group[operation.method] = operation
        entries: list[Entry[Operation]] = []
        for group in groups.values():
            first = next(iter(group.values()))
            if "GET" in group:
                group.setdefault("HEAD", group["GET"])
            entries.append(Entry(first.bound.template, group, first.host))
        context = self.context
        return Matcher(entries, context.converters, context.config.slashes)

    def find(self, environ: Environ) -> tuple[Operation, dict[str, Any]] | Unmatched:
        """Find the operation and the path's values, or say why there is none."""
        path = path_of(environ)
        if path is None:
            return self.unmatched("", missing(frozenset()))
        method = environ["REQUEST_METHOD"]
        matcher = self.matcher
        operation = matcher.static.get(path, _NOTHING).get(method)
        if operation is not None:
            return operation, {}
        found = matcher.match(path, method, host_of(environ) if matcher.hosts else "")
        if not isinstance(found, Miss):
            return found
        return self.miss(environ, path, method, found)

    def at(self, environ: Environ, path: str, method: str) -> Operation | None:
        """Give the operation that would answer another method of a path."""
        found = self.matcher.match(path, method, host_of(environ) if self.matcher.hosts else "")
        return None if isinstance(found, Miss) else found[0]

    def wanted(self, environ: Environ) -> tuple[Operation | None, Sequence[Hook | Filter], frozenset[str]]:
        """Give the operation that a preflight asks for, the hooks that have a say, and the path's methods."""
        path = path_of(environ) or ""
        allow = self.matcher.allowed(path, host_of(environ))
        operation = self.at(environ, path, environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"])
        hooks = operation.hooks if operation is not None else self.branch_of(path).hooks
        return operation, hooks, allow

    def branch_of(self, path: str) -> Branch:
        """Give the router with the longest prefix that a path lies under."""
        return max((branch for branch, _ in self.routers if lies_under(path, branch.prefix)), key=depth)

    def miss(self, environ: Environ, path: str, method: str, found: Miss) -> Unmatched:
        """Say why no operation answers: a redirect, another method, a mounted app, or nothing."""
        if found.redirect is not None:
            return self.unmatched(path, NotFound(), wire=redirect(environ, found.redirect))
        if found.allow:
            if method == "OPTIONS":
                fields = [("Allow", allow_of(found.allow)), NOSNIFF]
                if "PATCH" in found.allow:
                    fields += accept_patch(self.at(environ, path, "PATCH"))
                wire: Wire = ("204 No Content", fields, [])
                return self.unmatched(path, NotFound(), wire=wire)
            return self.unmatched(path, missing(found.allow), allow=found.allow)
        mounted = next((mount for mount in self.mounts if mount.owns(path)), None)
        return self.unmatched(path, missing(found.allow), mounted=mounted, allow=found.allow)

    def unmatched(
        self,
        path: str,
        problem: Problem,
        *,
        mounted: Mount | None = None,
        wire: Wire | None = None,
        allow: frozenset[str] | None = None,
    ) -> Unmatched:
        """Give the router with the longest prefix its say."""
        branch = self.routers[0][0]
        if not self.plain_misses:
            allow = None
            branch = self.branch_of(path)
        return Unmatched(problem, branch.scopes, branch.hooks, mounted, wire, allow)


def depth(branch: Branch) -> int:
    """Tell how long a branch's prefix is."""
    return branch.prefix.text.count("/") if branch.prefix else 0


def lies_under(path: str, prefix: Template | None) -> bool:
    """Tell whether a path begins with a prefix; a variable stands for any one segment."""
    if prefix is None:
        return True
    wanted, given = prefix.text.split("/"), path.split("/")
    return len(given) >= len(wanted) and all(
        "<" in want or want == have for want, have in zip(wanted, given, strict=False)
    )


def missing(allow: frozenset[str]) -> Problem:
    """Make the 405 of a path that has other methods, or the 404 of one that has none."""
    if not allow:
        return NotFound("No route matches this path.")
    methods = allow_of(allow)
    return MethodNotAllowed(f"This path answers: {methods}.", headers={"Allow": methods})


def allow_of(methods: Iterable[str]) -> str:
    """Write the ``Allow`` field: every method of the path's handlers, HEAD and OPTIONS (RFC 9110, 10.2.1)."""
    return ", ".join(sorted({*methods, "OPTIONS"}))


def accept_patch(operation: Operation | None) -> list[tuple[str, str]]:
    """Write the ``Accept-Patch`` field of a path that can be patched (RFC 5789, 3.1)."""
    body = operation.bound.body if operation is not None else None
    return [] if body is None else [("Accept-Patch", ", ".join(body.media_types))]


def path_of(environ: Environ) -> str | None:
    """Give the path as text, None where it is not UTF-8."""
    path: str = environ["PATH_INFO"]
    if path.isascii():
        return path
    try:
        return path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def host_of(environ: Environ) -> str:
    """Give the host that the client names, in lower case and without a port."""
    host: str = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return host.partition(":")[0].lower() if not host.startswith("[") else host.partition("]")[0] + "]"


def redirect(environ: Environ, path: str) -> Wire:
    """Send the client to a path of the same server; never to a host that it named itself."""
    from .links import root_path

    target = root_path(environ) + path
    query = environ.get("QUERY_STRING")
    location = target if not query else f"{target}?{query}"
    return (
        "308 Permanent Redirect",
        [("Location", location), ("Content-Type", TEXT), ("Content-Length", "0"), NOSNIFF],
        [],
    )


def check_schemes(operations: Iterable[Operation]) -> None:
    """Refuse two schemes of one name: the document has one place for both."""
    known: dict[str, Scheme] = {}
    for operation in operations:
        for scheme in operation.guard.verifiers if operation.guard is not None else ():
            other = known.setdefault(scheme.name, scheme)
            if other is not scheme and other.describe() != scheme.describe():
                found = f"{operation.qualified_name}: two different schemes have the name {scheme.name!r}."
                mend = f'{type(scheme).__name__}(..., name="another")'
                raise SetupError.at(operation.handler, found, mend)


def check_pair(one: Operation, other: Operation) -> None:
    """Refuse two routes of the same shape and host that differ in nothing, or in names alone."""
    names, others = one.rule.names, other.rule.names
    if names != others and one.method != other.method:
        found = (
            f"{one.qualified_name} and {other.qualified_name} name the parameters of one template"
            f" differently: {one.rule.text!r} and {other.rule.text!r}."
        )
        raise SetupError.at(one.handler, found, f"@app.{one.method.lower()}({other.rule.text!r})")
    if one.method == other.method:
        place = location(other.handler)
        found = (
            f"{one.qualified_name} and {other.qualified_name} ({place.get('file')}:{place.get('line')})"
            f" both answer {one.method} {one.rule.text!r}."
        )
        raise SetupError.at(one.handler, found, f"another path or method for {one.qualified_name}")
