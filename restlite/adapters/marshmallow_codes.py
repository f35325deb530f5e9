"""What marshmallow says of a fault, in our codes.

marshmallow takes its messages from dictionaries that hang on every field. Copies of the fields
(``marshmallow_twins.py``) get messages that know their code, so nothing is guessed from a text, and no
text of marshmallow's, which may repeat a client's value, is ever read.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from marshmallow import ValidationError, fields, validate

from ..violations import MAX_VIOLATIONS, sentence

AnyField: TypeAlias = fields.Field[Any]
Validator: TypeAlias = Callable[[Any], Any]
Steps: TypeAlias = tuple[str | int, ...]
Item: TypeAlias = tuple[Steps, str, str]

#: The key under which marshmallow keeps what is wrong with an object as a whole.
WHOLE = "_schema"
#: Of a long list of choices an answer names the first ones only.
MAX_CHOICES = 20


class Coded(str):
    """A message that knows its code; its text is the sentence a client reads."""

    code: str

    def __new__(cls, code: str, **values: Any) -> Coded:
        message = super().__new__(cls, sentence(code, **values))
        message.code = code
        return message

    def format(self, *args: object, **kwargs: object) -> Coded:
        """Stay as it is where marshmallow would fill a refused value in."""
        return self


class At(NamedTuple):
    """Put messages under a key of the client's, which may look like one of marshmallow's own."""

    key: str
    messages: Any


#: Field class -> the code of a value that is not of its type.
KINDS: dict[type, str] = {
    fields.Field: "invalid",
    fields.Nested: "array",
    fields.List: "array",
    fields.Tuple: "array",
    fields.Mapping: "object",
    fields.String: "string",
    fields.Number: "number",
    fields.Integer: "integer",
    fields.Boolean: "boolean",
    fields.UUID: "uuid",
    fields.DateTime: "date_time",
    fields.Date: "date",
    fields.Time: "time",
    fields.IP: "format",
    fields.IPInterface: "format",
}
#: Formats of temporal fields that the sentence of their code describes.
ISO = frozenset({None, "iso", "iso8601"})


def kind_of(field: AnyField) -> str:
    """Give the code of a value that is not of the field's type."""
    if isinstance(field, (fields.DateTime, fields.Date, fields.Time)) and field.format not in ISO:
        return "format"
    return next(KINDS[base] for base in type(field).__mro__ if base in KINDS)


def messages_of(field: AnyField) -> dict[str, Any]:
    """Give the field's messages with the known ones coded; what a user's class adds stays text."""
    kind = Coded(kind_of(field))
    coded = {
        "required": Coded("missing"),
        "null": Coded("null"),
        "too_large": Coded("finite"),
        "special": Coded("finite"),
        "invalid_awareness": Coded("timezone"),
        "invalid_utf8": kind,
        "invalid_uuid": kind,
        "invalid_ip": kind,
        "invalid_ip_interface": kind,
        "invalid": kind,
        "type": kind,
    }
    if isinstance(field, fields.Enum):
        coded["unknown"] = choices_of(field)
    return {**field.error_messages, **{key: coded[key] for key in coded if key in field.error_messages}}


def choices_of(field: Any) -> Coded:
    """Say what an enum field takes."""
    names = (field._serialize(member, None, None) for member in field.enum)
    return Coded("choice", expected=_listed(names))


def _listed(choices: Any) -> str:
    names = [str(choice) for choice in islice(choices, MAX_CHOICES + 1)]
    return ", ".join([*names[:MAX_CHOICES], "…"] if len(names) > MAX_CHOICES else names)


def coded(validator: Validator) -> Validator:
    """Give the validator with messages that know their code; a user's own stays as it is."""
    if isinstance(validator, validate.And):
        return validate.And(*map(coded, validator.validators))
    explain = explainer(validator)
    if explain is None:
        return validator

    def run(value: Any) -> Any:
        try:
            return validator(value)
        except ValidationError:
            raise ValidationError(explain(value)) from None

    return run


def explainer(validator: Any) -> Callable[[Any], Coded] | None:
    """Give the function that names the code of a refused value, None for a validator not known."""
    make = next((EXPLAINERS[base] for base in type(validator).__mro__ if base in EXPLAINERS), None)
    return make(validator) if make else None


def _length(validator: Any) -> Callable[[Any], Coded]:
    least, most = (
        (validator.min, validator.max) if validator.equal is None else (validator.equal, validator.equal)
    )

    def explain(value: Any) -> Coded:
        if least is not None and len(value) < least:
            return Coded("min_length", limit=least)
        return Coded("max_length", limit=most)

    return explain


def _range(validator: Any) -> Callable[[Any], Coded]:
    low = Coded("greater_than_equal" if validator.min_inclusive else "greater_than", limit=validator.min)
    high = Coded("less_than_equal" if validator.max_inclusive else "less_than", limit=validator.max)
    strictly = not validator.min_inclusive

    def explain(value: Any) -> Coded:
        if validator.min is None:
            return high
        return low if value < validator.min or (strictly and value == validator.min) else high

    return explain


def _fixed(message: Coded) -> Callable[[Any], Coded]:
    return lambda value: message


#: Validator class -> what makes the function that explains its refusals.
EXPLAINERS: dict[type, Callable[[Any], Callable[[Any], Coded]]] = {
    validate.Length: _length,
    validate.Range: _range,
    validate.OneOf: lambda it: _fixed(Coded("choice", expected=_listed(it.choices))),
    validate.Equal: lambda it: _fixed(Coded("choice", expected=it.comparable)),
    validate.NoneOf: lambda it: _fixed(Coded("invalid")),
    validate.Regexp: lambda it: _fixed(Coded("pattern", expected=it.regex.pattern)),
    validate.Email: lambda it: _fixed(Coded("email")),
    validate.URL: lambda it: _fixed(Coded("url")),
}


def items_of(messages: Any) -> list[Item]:
    """List what marshmallow's nested messages say: each place and code once, no more than an answer holds."""
    return list(islice(dict.fromkeys(islice(_walk(messages, ()), 20 * MAX_VIOLATIONS)), MAX_VIOLATIONS))


def _walk(messages: Any, steps: Steps) -> Iterator[Item]:
    if isinstance(messages, Coded):
        yield steps, messages.code, str(messages)
    elif isinstance(messages, At):
        yield from _walk(messages.messages, (*steps, messages.key))
    elif isinstance(messages, dict):
        for key, inner in messages.items():
            step = key if isinstance(key, int) else str(key)
            yield from _walk(inner, steps if key == WHOLE else (*steps, step))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _walk(inner, steps)
    else:
        yield steps, "invalid", sentence("invalid")


def leaves(data: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """List the values in plain data that hold no others, with their places."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*steps, str(key)))
    elif isinstance(data, (list, tuple)):
        for index, value in enumerate(data):
            yield from leaves(value, (*steps, index))
    else:
        yield steps, data


def non_finite(data: Any) -> list[Item]:
    """List the numbers in plain data that JSON cannot write."""
    floats = ((steps, leaf) for steps, leaf in leaves(data) if isinstance(leaf, float))
    places = (steps for steps, number in floats if not math.isfinite(number))
    return [(steps, "finite", sentence("finite")) for steps in islice(places, MAX_VIOLATIONS)]
