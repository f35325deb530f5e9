"""The trie: rules by segment, walked in the order in which Werkzeug's state machine tries them.

Static text comes before variables, variables come by weight. The first walk never turns back: it is
right where it ends at an answer, and where it has left out no turn. Otherwise a search tries every way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from .aliases import Slashes
from .frozen import Record
from .rules import PATH_SAFE, Template
from .segments import Cast, Segment

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Entry(Record, Generic[T]):
    """Hold one rule and what answers each of its methods; HEAD stands beside GET."""

    template: Template
    methods: Mapping[str, T]
    #: None answers on every host.
    host: Template | None = None


class Miss(NamedTuple):
    """Say why nothing answers: 404; 405 where ``allow`` names methods; or a redirect.

    ``redirect`` is a path below the mount point, percent-encoded.
    """

    allow: frozenset[str]
    redirect: str | None


NOWHERE = Miss(frozenset(), None)


class Match(Protocol[T_co]):
    """Find what answers a path and a method, and the values of the rule's variables."""

    def __call__(self, path: str, method: str, host: str = "", /) -> tuple[T_co, dict[str, Any]] | Miss: ...


#: What answers, the names of its values, what makes values of texts (None: all are text), and the
#: miss if that refuses a text: Werkzeug knows the rules that it has tried before.
Answer = tuple[T, tuple[str, ...], tuple[tuple[int, Cast], ...] | None, Miss]
#: The segments of a rule: static text, or compiled.
CompiledRule = list[str | Segment]


class Node(Generic[T]):
    """Hold what may follow after some segments; built once, then only read."""

    __slots__ = ("answers", "any", "deferred", "miss", "next", "redirects", "static", "sure", "test", "ways")

    def __init__(self) -> None:
        self.static: dict[str, Node[T]] = {}
        self.ways: tuple[tuple[Segment, Node[T]], ...] = ()
        self.answers: dict[str, Answer[T]] = {}
        #: Methods that answer the path with one more slash, if clients are to be sent there.
        self.redirects: frozenset[str] = frozenset()
        #: Another matcher answers for all that follows.
        self.deferred = False
        #: Where the only way that is not static leads, if it takes any text; else where a simple one
        #: leads, and its test.
        self.any: Node[T] | None = None
        self.next: Node[T] | None = None
        self.test: Callable[[str], Any] = bool
        #: A walk that cannot go on from here has left out no turn.
        self.sure = False
        #: What a walk that ends here without an answer gives; None: search.
        self.miss: Miss | None = None


#: What most nodes hold; one for all.
NOTHING: dict[str, Any] = {}


# Building


def descend(node: Node[T], texts: Iterable[str]) -> Node[T]:
    """Give the node at the end of static segments."""
    for text in texts:
        child = node.static.get(text)
        if child is None:
            child = node.static[text] = Node()
        node = child
    return node


def insert(node: Node[T], entry: Entry[T], rule: CompiledRule) -> None:
    """Put a rule into the trie; of two that match the same, the first answers."""
    casts: tuple[Cast | None, ...] = ()
    for segment in rule:
        if isinstance(segment, str):
            node = descend(node, (segment,))
            continue
        casts += segment.casts
        child: Node[T] | None = next((child for way, child in node.ways if way.key == segment.key), None)
        if child is None:
            child = Node[T]()
            node.ways += ((segment, child),)
        node = child
    made, refused = casts_of(casts), miss_of(frozenset(node.answers))
    answer: Answer[T] | None = None
    for method, target in entry.methods.items():
        if answer is None or answer[0] is not target:  # GET and HEAD share theirs
            answer = (target, entry.template.names, made, refused)
        node.answers.setdefault(method, answer)


def casts_of(casts: Sequence[Cast | None]) -> tuple[tuple[int, Cast], ...] | None:
    """Give the places of the values that are not text, and what makes them."""
    return tuple((at, cast) for at, cast in enumerate(casts) if cast is not None) or None


def finish(node: Node[T], slashes: Slashes, *, forked: bool = False, slashed: bool = False) -> None:
    """Settle what a walk needs.

    ``forked`` tells that a walk has left out a turn before it comes here; ``slashed`` that the node
    stands behind a last slash.
    """
    if node.deferred:
        node.static, node.ways, node.answers = {}, (), {}
        return
    if not slashed:
        join_slashes(node, slashes)
    node.ways = tuple(sorted(node.ways, key=lambda way: way[0].weight))
    simple = len(node.ways) == 1 and not node.ways[0][0].rest and node.ways[0][0].groups is None
    if simple:
        segment, child = node.ways[0]
        node.any, node.next, node.test = (
            (child, None, bool) if segment.test is bool else (None, child, segment.test)
        )
    node.sure = not forked and (simple or not node.ways)
    if not forked and not node.redirects:
        node.miss = miss_of(frozenset(node.answers))
    node.static, node.answers = node.static or NOTHING, node.answers or NOTHING
    for text, child in node.static.items():
        finish(child, slashes, forked=forked or bool(node.ways), slashed=not text)
    for _, child in node.ways:
        finish(child, slashes, forked=forked)


def join_slashes(node: Node[T], slashes: Slashes) -> None:
    """Let a path and the same path with one more slash know of each other, as the policy says."""
    other = node.static.get("")
    if slashes == "redirect" and other is not None:
        node.redirects = frozenset(other.answers)
    elif slashes == "ignore" and (node.answers or other is not None):
        other = descend(node, ("",))
        descend(other, ("",)).answers = other.answers  # a rule's own last slash may be doubled
        node.answers, other.answers = other.answers | node.answers, node.answers | other.answers


@lru_cache(maxsize=256)
def miss_of(allow: frozenset[str]) -> Miss:
    """Give the one miss of a set of methods."""
    return Miss(allow, None) if allow else NOWHERE


# Walking


def compile_walk(start: Node[T], deferred: Match[T]) -> Match[T]:
    """Give the function that walks down the trie, and searches it or asks ``deferred`` where it must."""

    def match(path: str, method: str, host: str = "", /) -> tuple[T, dict[str, Any]] | Miss:
        node = start
        texts: list[Any] = []
        for part in path.split("/"):
            child = node.static.get(part)
            if child is None:
                child = node.any
                if child is None or not part:
                    child = node.next
                    if child is None or not node.test(part):
                        break
                texts.append(part)
            node = child
        else:
            answer = node.answers.get(method)
            if answer is None:
                return node.miss or search_all(path, method)
            target, names, casts, refused = answer
            if casts is None:
                return target, dict(zip(names, texts))  # noqa: B905, as many texts as names
            values = values_of(names, texts, casts)
            return refused if values is None else (target, values)
        return NOWHERE if node.sure else search_all(path, method)

    def search_all(path: str, method: str) -> tuple[T, dict[str, Any]] | Miss:
        met: set[str] = set()
        found = search(start, path.split("/"), 0, method, met)
        if found is None:
            return miss_of(frozenset(met))
        if found == "deferred":
            return deferred(path, method)
        if found == "redirect":
            return Miss(frozenset(), with_slash(path))
        (target, names, casts, refused), texts = found
        values = values_of(names, texts, casts)
        return miss_of(refused.allow | met) if values is None else (target, values)

    return match


Found = tuple[Answer[T], list[Any]] | Literal["deferred", "redirect"] | None


def search(
    node: Node[T], parts: list[str], at: int, method: str, met: set[str], texts: tuple[str, ...] = ()
) -> Found[T]:
    """Try every way, Werkzeug's first; collect the methods of rules that match but do not answer."""
    if node.deferred:
        return "deferred"
    if at == len(parts):
        answer = node.answers.get(method)
        if answer is not None:
            return answer, [*texts]
        met.update(node.answers)
        return "redirect" if method in node.redirects else None
    child = node.static.get(parts[at])
    found = search(child, parts, at + 1, method, met, texts) if child is not None else None
    for segment, child in node.ways if found is None else ():
        text = "/".join(parts[at:]) if segment.rest else parts[at]
        fit = segment.test(text)
        if fit:
            more = (text,) if segment.groups is None else tuple(fit[group] for group in segment.groups)
            found = search(child, parts, len(parts) if segment.rest else at + 1, method, met, texts + more)
            if found is not None:
                break
    return found


def values_of(
    names: tuple[str, ...], texts: list[Any], casts: tuple[tuple[int, Cast], ...] | None
) -> dict[str, Any] | None:
    """Make the values of a rule; None where a converter refuses a text, as Werkzeug ends its search then."""
    try:
        for at, cast in casts or ():
            texts[at] = cast(texts[at])
    except ValueError:
        return None
    return dict(zip(names, texts))  # noqa: B905


def with_slash(path: str) -> str:
    """Write a path and one more slash, as a reference that cannot name another host."""
    head, tail = ("/%2F", path[2:]) if path.startswith("//") else ("", path)
    return f"{head}{quote(tail, safe=PATH_SAFE, errors='surrogatepass')}/"
