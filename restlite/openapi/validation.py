"""Values against the schemas of a document: compiled when first used, over jsonschema-rs.

Nothing is fetched, formats are asserted, and ``readOnly`` and ``writeOnly`` mean what they mean in the
direction: a client may leave a read-only member out, an answer never holds a write-only one.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from .dialect import BASE, REFERENCE, Bundle, Dialect, Direction
from .engine import engine
from .errors import DocumentError
from .formats import FORMATS
from .messages import Mismatch, mismatches
from .reader import Document

if TYPE_CHECKING:
    import jsonschema_rs

__all__ = ["Mismatch", "Validator", "Validators"]

#: Mismatches that are told of one value.
MAX_MISMATCHES = 50


class Validators:
    """Compile the validators of a document's schemas, each when it is first asked.

    .. code-block:: python

        validators = Validators(read_document("openapi.yaml"))
        book = validators.at("/components/schemas/Book", "response")
        book.errors({"title": 7})  # [Mismatch("/title", "/components/schemas/Book/properties/title/type", …)]

    Keywords whose value means nothing, and patterns that no engine here can read, are left out; what
    has been left out so far stands in ``faults``.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._dialects: dict[Direction, Dialect] = {}
        self._made: dict[tuple[int, Direction], tuple[Any, Validator]] = {}

    @property
    def faults(self) -> list[DocumentError]:
        return [fault for dialect in self._dialects.values() for fault in dialect.faults]

    def at(self, pointer: str, direction: Direction) -> Validator:
        """Give the validator of the schema at a place of the document. Raises :class:`DocumentError`."""
        return self.of(self.document.at(pointer), pointer, direction)

    def of(self, schema: Any, pointer: str, direction: Direction) -> Validator:
        """Give the validator of a schema that stands at a place, or behind a ``$ref`` there."""
        key = (id(schema), direction)
        if key not in self._made:
            # The schema is held, so that its id stays its own.
            self._made[key] = (schema, Validator(self._dialect(direction), schema, pointer))
        return self._made[key][1]

    def _dialect(self, direction: Direction) -> Dialect:
        if direction not in self._dialects:
            self._dialects[direction] = Dialect(self.document, direction)
        return self._dialects[direction]


class Validator:
    """Check values against one schema."""

    def __init__(self, dialect: Dialect, schema: Any, pointer: str) -> None:
        self._dialect = dialect
        self._schema = schema
        self._pointer = pointer
        self._bundle: Bundle | None = None
        self._compiled: jsonschema_rs.Validator | None = None

    @property
    def bundle(self) -> Bundle:
        """Give the schema and all that it refers to, as plain 2020-12. Raises :class:`DocumentError`."""
        if self._bundle is None:
            self._bundle = self._dialect.bundle(self._schema, self._pointer)
        return self._bundle

    def accepts(self, value: Any) -> bool:
        """Tell whether a value fits."""
        return self._validator().is_valid(value)

    def errors(self, value: Any) -> list[Mismatch]:
        """List what is wrong with a value, by place; 50 at most."""
        validator = self._validator()
        if validator.is_valid(value):
            return []
        found = mismatches(list(islice(validator.iter_errors(value), MAX_MISMATCHES)), self.bundle)
        return list(islice(dict.fromkeys(found), MAX_MISMATCHES))

    def _validator(self) -> jsonschema_rs.Validator:
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled

    def _compile(self) -> jsonschema_rs.Validator:
        rs, bundle = engine(), self.bundle
        registry = rs.Registry([(BASE, {"$defs": bundle.definitions})], draft=rs.Draft202012)
        try:
            made: jsonschema_rs.Validator = rs.Draft202012Validator(
                {"$ref": f"{REFERENCE}{bundle.root}"},
                registry=registry,
                formats=FORMATS,
                validate_formats=True,
                offline=True,
            )
        except ValueError as error:
            found = f"a schema that cannot be compiled: {str(error).partition(chr(10))[0][:200]}"
            raise self._dialect.document.error(self._pointer, found, "JSON Schema") from None
        return made
