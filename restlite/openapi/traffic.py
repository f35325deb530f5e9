"""Compare what operations exchange: the gaps of parameters, bodies, answers and headers.

Every function takes a :class:`~restlite.openapi.containment.Relation` and both sides of it: for requests
the taker is who reads them, for answers who was promised them.
"""

from __future__ import annotations

from collections.abc import Iterator

from .containment import Gap, Relation
from .exchanges import Answer, Body, Content, Parameter
from .pointers import below

Parameters = dict[tuple[str, str], Parameter]
Contents = dict[str, Content]

#: RFC 9110, 15: who does not know a status takes it for the first one of its class.
_KNOWN_BY_CLASS = ("1", "4", "5", "D")


def parameter_gaps(relation: Relation, takers: Parameters, givers: Parameters) -> Iterator[Gap]:
    """List why a request's parameters may be refused."""
    moved = _moved(takers, givers)
    for key, taker in takers.items():
        giver = givers.get(key)
        shown = _shown(taker)
        if giver is not None:
            yield from _parameter(relation, taker, giver, "parameter")
        elif key in moved:
            there = givers[moved[key]]
            fact = relation.changed(f"the place of the parameter {taker.name}", taker.place, there.place)
            yield relation.gap("parameter-location", taker.pointer, there.pointer, fact)
        elif taker.required:
            yield relation.only_taker("parameter", taker.pointer, f"{shown}, required,")
        else:
            yield relation.only_taker("parameter", taker.pointer, shown, soft=True)
    for key, giver in givers.items():
        if key not in takers and key not in moved.values():
            yield relation.only_giver("parameter", giver.pointer, _shown(giver))


def _moved(takers: Parameters, givers: Parameters) -> dict[tuple[str, str], tuple[str, str]]:
    """Pair parameters that keep their name and change their place."""
    alone = {giver.name.lower(): key for key, giver in givers.items() if key not in takers}
    return {
        key: alone[taker.name.lower()]
        for key, taker in takers.items()
        if key not in givers and taker.name.lower() in alone and alone[taker.name.lower()][0] != key[0]
    }


def _shown(parameter: Parameter) -> str:
    return f"the {parameter.place} parameter {parameter.name}"


def _parameter(relation: Relation, taker: Parameter, giver: Parameter, noun: str) -> Iterator[Gap]:
    """List the gaps of one parameter, or of one header of an answer."""
    places = taker.pointer, giver.pointer
    shown = f"the {noun} {taker.name}"
    if taker.required and not giver.required:
        yield relation.needed(noun, *places, shown)
    if taker.style != giver.style:
        fact = relation.changed(f"the style of {shown}", taker.style, giver.style)
        yield relation.gap(f"{noun}-style", *places, fact)
    for word in sorted(giver.allows - taker.allows):
        end = "taken from" if relation.newer else "given to"
        yield relation.gap(f"{noun}-style", *places, f"{word} was {end} {shown}")
    if taker.contents and giver.contents:
        yield from content_gaps(relation, taker.contents, giver.contents)
    elif not taker.contents and not giver.contents:
        yield from relation.schemas(taker.schema, giver.schema, text=True)
    yield from deprecation(relation, taker.deprecated and not giver.deprecated, taker.pointer, shown)
    if relation.newer and taker.default != giver.default:
        fact = relation.changed(f"the default of {shown}", taker.default, giver.default)
        yield relation.gap("default", *places, fact, soft=True)


def deprecation(relation: Relation, taker_only: bool, pointer: str, shown: str) -> Iterator[Gap]:
    """Tell that something is deprecated, or is no longer: neither contradicts anything."""
    if taker_only:
        place = below(pointer, "deprecated")
        yield relation.only_taker("deprecation", place, f"the deprecation of {shown}", soft=True)


def body_gaps(relation: Relation, taker: Body | None, giver: Body | None) -> Iterator[Gap]:
    """List why a request's body may be refused."""
    if taker and giver:
        if taker.required and not giver.required:
            yield relation.needed("body", taker.pointer, giver.pointer, "the request body")
        yield from content_gaps(relation, taker.contents, giver.contents)
    elif taker:
        shown = "the request body, required," if taker.required else "the request body"
        yield relation.only_taker("body", taker.pointer, shown, soft=not taker.required)
    elif giver:
        yield relation.only_giver("body", giver.pointer, "the request body")


def content_gaps(
    relation: Relation, takers: Contents, givers: Contents, *, promised: bool = False
) -> Iterator[Gap]:
    """List why a body of one of the media types may not be readable.

    :param promised: whether the taker chooses the media type (by ``Accept``) and the giver must have it.
    """
    asked, offered = (takers, givers) if promised else (givers, takers)
    for name, wanted in asked.items():
        found = _covering(offered, name)
        if found is None:
            only = relation.only_taker if promised else relation.only_giver
            yield only("media-type", wanted.pointer, f"the media type {name}")
            continue
        taker, giver = (wanted, found) if promised else (found, wanted)
        yield from relation.schemas(taker.schema, giver.schema, text=taker.text)
        yield from relation.schemas(taker.item, giver.item)
        if taker.encoding != giver.encoding:
            yield relation.gap("encoding", taker.pointer, giver.pointer, f"the encoding of {name} changed")


def _covering(contents: Contents, name: str) -> Content | None:
    """Find a media type, or the narrowest range that holds it."""
    bare = name.partition(";")[0]
    ranges = (name, bare, f"{bare.partition('/')[0]}/*", "*/*")
    return next((contents[each] for each in ranges if each in contents), None)


def answer_gaps(relation: Relation, takers: dict[str, Answer], givers: dict[str, Answer]) -> Iterator[Gap]:
    """List why an answer may be none that was promised."""
    for status in dict.fromkeys((*takers, *givers)):
        taker, giver = _described(takers, status), _described(givers, status)
        if taker and giver:
            yield from content_gaps(relation, taker.contents, giver.contents, promised=True)
            yield from _headers(relation, taker, giver)
        elif giver:
            soft = status.startswith(_KNOWN_BY_CLASS)
            yield relation.only_giver("status", giver.pointer, f"the status {status.lower()}", soft=soft)
        elif taker and status[0] == "2" and not any(each[0] == "2" for each in givers):
            fact = f"the status {status.lower()}, without another success,"
            yield relation.only_taker("status", taker.pointer, fact)


def _described(answers: dict[str, Answer], status: str) -> Answer | None:
    ranges = (status, f"{status[0]}XX", "DEFAULT")
    return next((answers[each] for each in ranges if each in answers), None)


def _headers(relation: Relation, takers: Answer, givers: Answer) -> Iterator[Gap]:
    for name, taker in takers.headers.items():
        giver = givers.headers.get(name)
        if giver is not None:
            yield from _parameter(relation, taker, giver, "header")
        elif taker.required:
            yield relation.only_taker("header", taker.pointer, f"the header {taker.name}, required,")
        else:
            yield relation.only_taker("header", taker.pointer, f"the header {taker.name}", soft=True)
