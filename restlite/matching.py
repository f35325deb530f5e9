"""TEMPORARY."""

from __future__ import annotations
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from werkzeug.routing import Map, Rule
from werkzeug.exceptions import MethodNotAllowed, NotFound

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    template: Any
    methods: Any
    host: Any = None


class Miss(NamedTuple):
    allow: frozenset[str]
    redirect: str | None = None


class Matcher(Generic[T]):
    def __init__(self, entries, converters, slashes):
        self.static = {}
        self.hosts = {}
        self.entries = list(entries)
        self.map = Map(
            [Rule(e.template.text, methods=list(e.methods), endpoint=i) for i, e in enumerate(self.entries)],
            converters=dict(converters),
            merge_slashes=False,
            redirect_defaults=False,
        )
        for e in self.entries:
            if not e.template.variables:
                self.static[e.template.text] = e.methods

    def match(self, path, method, host=""):
        if path in self.static and method in self.static[path]:
            return self.static[path][method], {}
        a = self.map.bind("x")
        try:
            i, values = a.match(path, method)
            return self.entries[i].methods[method], values
        except MethodNotAllowed as e:
            return Miss(frozenset(e.valid_methods))
        except Exception:
            return Miss(frozenset())
