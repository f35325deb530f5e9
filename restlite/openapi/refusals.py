"""What an operation can refuse with: kinds of problems, and what error handlers put in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..annotations import resolve_hints
from ..errors import (
    BadRequest,
    ContentTooLarge,
    Forbidden,
    InternalServerError,
    Invalid,
    LengthRequired,
    NotAcceptable,
    Problem,
    Unauthorized,
    UnsupportedMediaType,
    first_by_mro,
)
from ..foreign import kind_for
from ..hints import union_args, unwrap
from ..records import AnswerRecord
from ..returns import ReturnReader, Writing

if TYPE_CHECKING:
    from ..operation import Operation

#: What the framework itself answers, where it can.
OURS: tuple[type[Problem], ...] = (
    BadRequest,
    Unauthorized,
    Forbidden,
    NotAcceptable,
    LengthRequired,
    ContentTooLarge,
    UnsupportedMediaType,
    Invalid,
    InternalServerError,
)


class Refusals(NamedTuple):
    """Hold all that an operation can refuse with."""

    #: Kinds of problems by status, in the order in which they are declared.
    problems: Mapping[int, tuple[type[Problem], ...]]
    #: What error handlers answer that is no problem.
    answers: tuple[AnswerRecord, ...]


def refusals_of(operation: Operation) -> Refusals:
    """Collect what an operation, and the framework for it, can refuse with."""
    kinds: dict[type[Problem], None] = {}
    answers: dict[AnswerRecord, None] = {}
    own = {output.status for output in operation.outputs.all()}
    ours = [kind for kind in OURS if kind.status in operation.statuses - own]
    for kind in dict.fromkeys((*operation.raises, *ours)):
        given, told = _answered(operation, kind)
        kinds |= dict.fromkeys(given)
        answers |= dict.fromkeys(told)
    # What is declared nowhere by its class is known by its status alone: 412 of a file, say.
    known = {kind.status for kind in kinds} | own | {record.status for record in answers}
    known |= {record.status for record in operation.describe().answers}
    rest = sorted(status for status in operation.statuses - known if status >= 400)
    found: dict[int, tuple[type[Problem], ...]] = {}
    for kind in (*kinds, *map(kind_for, rest)):
        found[kind.status] = (*found.get(kind.status, ()), kind)
    return Refusals(found, tuple(answers))


def _answered(
    operation: Operation, kind: type[BaseException]
) -> tuple[list[type[Problem]], list[AnswerRecord]]:
    """Tell how an exception is answered: by the nearest error handler, else as itself."""
    handler = next(
        (found for scope in operation.scopes if (found := first_by_mro(kind, scope.handlers))), None
    )
    if handler is not None:
        said = _said(handler)
        if said is not None:
            return said
    if issubclass(kind, Problem):
        return [kind], []
    return [kind_for(status) for status in sorted(operation.mapped(kind))], []


def _said(handler: Callable[..., Any]) -> tuple[list[type[Problem]], list[AnswerRecord]] | None:
    """Read the return annotation of an error handler; None where it says nothing that can be read."""
    hint = resolve_hints(handler, None).get("return", Any)
    problems = list(_problems_in(hint))
    outputs = ReturnReader(handler, Writing(), None, None).read(hint)
    answers = [] if hint is Any else [output.describe() for output in outputs.all()]
    return (problems, answers) if problems or answers else None


def _problems_in(hint: Any) -> Iterator[type[Problem]]:
    for part in union_args(unwrap(hint)[0]):
        kind = unwrap(part)[0]
        if isinstance(kind, type) and issubclass(kind, Problem):
            yield kind
