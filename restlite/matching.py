"""Matching: a segment trie in front of Werkzeug's ``Map``, with the same answers.

What the trie cannot hold (a variable that takes slashes before the end of its rule) is put into a
``Map``, together with all rules that could compete for the same paths: those under the static beginning
of such a rule. The ``Map`` is built when a path first needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Generic

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter, Map, MapAdapter, RequestRedirect, Rule

from .aliases import Slashes
from .rules import Template
from .segments import SegmentCompiler
from .trie import (
    NOWHERE,
    CompiledRule,
    Match,
    Node,
    T,
    casts_of,
    compile_walk,
    descend,
    finish,
    insert,
    miss_of,
    values_of,
    with_slash,
)
from .trie import Entry as Entry
from .trie import Miss as Miss


class Matcher(Generic[T]):
    """Find what answers a path: exact hosts before host patterns before any host.

    ``static`` maps paths to methods to what answers them, for a look-up before ``match``; it is empty
    where hosts count. Paths are decoded text, hosts are in lower case and without a port.
    """

    def __init__(
        self, entries: Iterable[Entry[T]], converters: Mapping[str, type[BaseConverter]], slashes: Slashes
    ) -> None:
        compiler = SegmentCompiler(converters)
        groups: dict[str, list[Entry[T]]] = {"": []}
        hosts: dict[str, Template] = {}
        for entry in entries:
            if entry.host is not None:
                hosts.setdefault(entry.host.text, entry.host)
            groups.setdefault(entry.host.text if entry.host else "", []).append(entry)
        tables = {host: Table(group, compiler, slashes) for host, group in groups.items()}
        self.hosts = tuple(hosts)
        self.static: Mapping[str, Mapping[str, T]] = {} if hosts else tables[""].static
        self.match = match_hosts(tables, hosts, compiler) if hosts else tables[""].match
        self._tables = tables

    def allowed(self, path: str, host: str = "") -> frozenset[str]:
        """Give the methods of all that answers a path."""
        found = self.match(path, "", host)
        return found.allow if isinstance(found, Miss) else frozenset()

    def holds(self, path: str) -> bool:
        """Tell whether the trie answers for a path on every host, without the ``Map``."""
        return all(table.holds(path) for table in self._tables.values())


class Table(Generic[T]):
    """Hold the rules of one host: the trie, and the ``Map`` of what competes with rules it cannot hold."""

    def __init__(self, entries: Sequence[Entry[T]], compiler: SegmentCompiler, slashes: Slashes) -> None:
        start: Node[T] = Node()
        root = descend(start, [""])
        rules = [(entry, compile_rule(entry.template, compiler)) for entry in entries]
        self._deferred = {beginning_of(rule) for _, rule in rules if is_strange(rule)}
        for beginning in self._deferred:
            descend(start, beginning).deferred = True
        for entry, rule in rules:
            if not is_strange(rule):
                insert(start, entry, rule)
        start.sure, start.miss = True, NOWHERE
        finish(root, slashes)
        competing = [entry for entry, rule in rules if any(competes(rule, texts) for texts in self._deferred)]
        self.match = compile_walk(start, compile_map(competing, compiler, slashes))
        # Under a beginning that is deferred, only the Map knows which of two slashes comes first.
        self.static = static_paths(entries, "strict" if self._deferred else slashes)

    def holds(self, path: str) -> bool:
        """Tell whether the trie answers for a path."""
        segments = path.split("/")
        return not any(segments[: len(texts)] == [*texts] for texts in self._deferred)


# Rules


def compile_rule(template: Template, compiler: SegmentCompiler) -> CompiledRule:
    """Compile a rule's dynamic segments."""
    if not template.variables:
        return [*template.text.split("/")]
    segments, rule = template.segments, CompiledRule()
    for at, parts in enumerate(segments, 1):
        if any(not isinstance(part, str) for part in parts):
            rule.append(compiler.compile(parts, last=at == len(segments)))
        else:
            rule.append("".join(map(str, parts)))
    return rule


def is_strange(rule: CompiledRule) -> bool:
    """Tell whether the trie cannot hold a rule."""
    return any(not isinstance(segment, str) and segment.strange for segment in rule)


def beginning_of(rule: CompiledRule) -> tuple[str, ...]:
    """Give the static segments before the first variable."""
    first = next(at for at, segment in enumerate(rule) if not isinstance(segment, str))
    return tuple(str(segment) for segment in rule[:first])


def competes(rule: CompiledRule, beginning: tuple[str, ...]) -> bool:
    """Tell whether a rule could match a path with this beginning."""
    for at, text in enumerate(beginning):
        segment = rule[at] if at < len(rule) else None
        if segment is None or (isinstance(segment, str) and segment != text):
            return False
        if not isinstance(segment, str) and (segment.rest or segment.strange):
            return True
    return True


def static_paths(entries: Iterable[Entry[T]], slashes: Slashes) -> Mapping[str, Mapping[str, T]]:
    """Map the paths of rules without variables to what answers their methods."""
    exact: dict[str, Mapping[str, T]] = {}
    for entry in entries:
        if not entry.template.variables:
            path = entry.template.text
            exact[path] = {**entry.methods, **exact.get(path, {})}
    if slashes != "ignore":
        return exact
    twins = {path[:-1] if path.endswith("/") else f"{path}/": methods for path, methods in exact.items()}
    return {path: {**twins.get(path, {}), **exact.get(path, {})} for path in {**exact, **twins}}


# Hosts


def match_hosts(
    tables: Mapping[str, Table[T]], hosts: Mapping[str, Template], compiler: SegmentCompiler
) -> Match[T]:
    """Give the function that asks the tables which a host fits, one after the other."""
    patterns = [
        (compiler.compile(template.parts), template.names, tables[text].match)
        for text, template in hosts.items()
        if template.variables
    ]
    patterns.sort(key=lambda pattern: pattern[0].weight)

    def candidates(host: str) -> Iterator[tuple[Match[T], dict[str, Any]]]:
        if host in hosts:
            yield tables[host].match, {}
        for segment, names, match in patterns if "/" not in host else ():
            fit = segment.test(host)
            if fit:
                texts = [host] if segment.groups is None else [fit[group] for group in segment.groups]
                values = values_of(names, texts, casts_of(segment.casts))
                if values is not None:
                    yield match, values
        yield tables[""].match, {}

    def match(path: str, method: str, host: str = "", /) -> tuple[T, dict[str, Any]] | Miss:
        allow: frozenset[str] = frozenset()
        for ask, values in candidates(host):
            found = ask(path, method)
            if not isinstance(found, Miss):
                return found[0], values | found[1]
            if found.redirect is not None:
                return found
            allow |= found.allow
        return miss_of(allow)

    return match


# Werkzeug


def compile_map(entries: Sequence[Entry[T]], compiler: SegmentCompiler, slashes: Slashes) -> Match[T]:
    """Give the function that asks Werkzeug's ``Map``."""
    known = frozenset(method for entry in entries for method in entry.methods)
    strict = slashes == "strict"

    @cache
    def adapter(leaves: bool) -> MapAdapter:
        # MapAdapter drops slashes at the beginning of a path; behind "/-" it cannot.
        rules = [
            Rule(f"/-{entry.template.text}", methods=entry.methods, endpoint=at)
            for at, entry in enumerate(entries)
            if not (leaves and entry.template.text.endswith("/"))
        ]
        return bind(rules, compiler, strict=slashes != "ignore")

    def ask(path: str, method: str) -> tuple[T, dict[str, Any]] | Miss:
        # Without rules that end with a slash, Werkzeug cannot ask for one: "strict" is a plain miss.
        leaves = strict and not path.endswith("/")
        try:
            found: tuple[int, Mapping[str, Any]] = adapter(leaves).match(f"/-{path}", method)
        except MethodNotAllowed as error:
            return miss_of(frozenset(error.valid_methods or ()))
        except RequestRedirect:
            return NOWHERE if strict else Miss(frozenset(), with_slash(path))
        except (HTTPException, ValueError):
            return NOWHERE
        return entries[found[0]].methods[method], dict(found[1])

    def match(path: str, method: str, host: str = "", /) -> tuple[T, dict[str, Any]] | Miss:
        found = ask(path, method if method in known else "-")
        if slashes == "ignore" and isinstance(found, Miss):
            # Werkzeug does not name the methods of a rule that differs by its last slash.
            return miss_of(found.allow.union(name for name in known if not isinstance(ask(path, name), Miss)))
        return found

    return match


def bind(rules: Iterable[Rule], compiler: SegmentCompiler, *, strict: bool) -> MapAdapter:
    """Build a ``Map`` of rules with our converters, that merges no slashes."""
    url_map = Map(rules, converters=compiler.converters, strict_slashes=strict, merge_slashes=False)
    url_map.redirect_defaults = False
    return url_map.bind("")
