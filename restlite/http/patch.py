"""``Patch[T]``: a change of a T, as JSON Merge Patch (RFC 7396) or JSON Patch (RFC 6902)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic_core import from_json

from ..adapters import Adapter, find_adapter
from ..adapters.nodes import class_of
from ..binding import refused
from ..bodies import BodyType, Content, Loader, WholeContent
from ..errors import Problem, SetupError
from ..hints import is_model, is_schema, name_of, schema_in, unwrap
from ..media import JSON
from ..records import SchemaRef
from ..violations import Malformed, Refusal
from . import jsonpatch
from .jsonpatch import Operation, PatchConflict
from .mergepatch import merge, settled, visible
from .patch_target import Target

T = TypeVar("T")

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"

#: Makes a document of the one before; it is given all members, hidden ones too.
Change: TypeAlias = Callable[[Any], Any]
#: What a merge patch sets, or the operations of a JSON Patch.
Changes: TypeAlias = Mapping[str, Any] | Sequence[Operation]


class Patch(BodyType, Generic[T]):
    """Take a change of a T, and apply it.

    .. code-block:: python

        @app.patch("/books/<int:id>", raises=[NotFound])
        def edit_book(id: int, patch: Patch[Book], db: Db) -> Book:
            return db.save(patch.apply(db.book(id)))

    A client sends ``application/merge-patch+json`` (``application/json`` means the same) or
    ``application/json-patch+json``.

    A *merge patch* is held to T at once: its members to their types and bounds, objects inside member
    by member. A member that is not sent stays. Null is a value where the member's type has it; else it
    removes the member, which gets its default again, and is refused where there is none. The entries of a
    mapping are removed by null. Arrays are replaced as a whole. What a union of objects is merged to is
    validated with the result.

    A *JSON Patch* sees the document that a request would send, without the members that no answer shows:
    write-only and excluded ones, and secrets. Only the size of the body limits how many operations it has. An
    operation that cannot be applied, or a ``test`` that fails, is :class:`PatchConflict` (409).

    T is a model, a dataclass, a TypedDict, or marshmallow's:
    ``Patch[Annotated[dict[str, Any], BookSchema()]]``.
    """

    def __init__(self, target: Target, changes: Changes, change: Change, named: set[str]) -> None:
        #: What a merge patch sets: the members that it names, by their names in Python, each with its
        #: value; a nested object is a dictionary of the same kind, and a removed member has its default.
        #: Read-only members are left out, but what is sent for a union of objects stands as it was sent.
        #: Of a JSON Patch, the list of operations.
        self.changes = changes
        self._target = target
        self._change = change
        self._named = named

    def apply(self, current: Any) -> T:
        """Give what the patch makes of ``current``, validated as a T; ``current`` stays as it is.

        All of the patch is applied, or nothing. Read-only members keep their value, and so do those
        that no answer shows, unless the patch sets them. In an array an item is known again by its
        read-only members, or where the patch leaves it as it is.

        :param current: a T, or whatever T is written from: a row, a dictionary. Marshmallow gives what the
            schema loads, which is without ``dump_only`` members.

        Raises :class:`Invalid` (422) where the result is no T; its pointers lead into the result.
        Raises :class:`PatchConflict` (409) and :class:`ContentTooLarge` (413) as JSON Patch does.
        """
        value, before = self._target.dump(current)
        try:
            after = self._change(before)
            made: T = self._target.finish(self._target.load(after), value, self._changed(before, after))
        except (Refusal, Malformed) as error:
            raise refused(error) from None
        return made

    def _changed(self, before: Any, after: Any) -> set[str]:
        members: dict[str, Any] = after if class_of(after) is dict else {}
        changed = {
            key
            for key, value in members.items()
            if key not in before or not jsonpatch.equal(value, before[key])
        }
        return changed | self._named

    @classmethod
    def contents(cls, argument: str, parameters: tuple[Any, ...], strict: bool) -> tuple[Content, ...]:
        """Give a content for merge patches and one for JSON Patches."""
        if not parameters or not _is_object(parameters[0]):
            what = name_of(parameters[0]) if parameters else "what it changes is not said"
            found = f"{argument}: Patch changes the members of a model, dataclass, TypedDict or schema; "
            raise SetupError(f"{found}found {what}.", mend=f"{argument}: Patch[Book]")
        target = target_of(parameters[0], strict)
        return MergeContent(argument, target), JsonPatchContent(argument, target)


class PatchContent(WholeContent):
    """Hold what both kinds of patches share."""

    argument: str
    target: Target

    @property
    def adapter(self) -> Adapter:
        """Give the adapter of what is patched."""
        return find_adapter(self.target.annotation)


class MergeContent(PatchContent):
    """Take a JSON Merge Patch."""

    media_types: tuple[str, ...] = (MERGE_PATCH, JSON)
    raises: tuple[type[Problem], ...] = ()

    def loader(self) -> Loader:
        target = self.target
        load = target.loader()

        def patch(body: bytes) -> Patch[Any]:
            changes, document, shape = load(body), from_json(body), target.shape

            def change(before: Any) -> Any:
                after = merge(before, document, shape)
                return settled(after, before, shape, reveal=False) if target.guarded else after

            made: Patch[Any] = Patch(target, changes, change, shape.named(document))
            return made

        return self.argument, patch

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        schema = self.target.partial.describe("input")
        return tuple((media_type, schema) for media_type in self.media_types)


class JsonPatchContent(PatchContent):
    """Take a JSON Patch."""

    media_types: tuple[str, ...] = (JSON_PATCH,)
    raises: tuple[type[Problem], ...] = (PatchConflict,)

    def loader(self) -> Loader:
        target = self.target
        load = jsonpatch.loader()

        def patch(body: bytes) -> Patch[Any]:
            operations = load(body)

            def change(before: Any) -> Any:
                if not target.guarded:
                    return jsonpatch.apply(before, operations)
                after = jsonpatch.apply(visible(before, target.shape), operations)
                return settled(after, before, target.shape, reveal=True)

            made: Patch[Any] = Patch(target, operations, change, set())
            return made

        return self.argument, patch

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        schema = jsonpatch.adapter().describe("input")
        return tuple((media_type, schema) for media_type in self.media_types)


def target_of(annotation: Any, strict: bool) -> Target:
    """Give what the patches of a type need; the same for equal types, so that it is compiled once."""
    try:
        return _known_target(annotation, strict)
    except TypeError:  # The metadata of an annotation need not be hashable.
        return _make_target(annotation, strict)


def _make_target(annotation: Any, strict: bool) -> Target:
    base, metadata = unwrap(annotation)
    schema = base if is_schema(base) else schema_in(metadata)
    if schema is not None:
        from .patch_schemas import SchemaTarget

        return SchemaTarget(annotation, schema, strict=strict)
    from .patch_models import ModelTarget

    return ModelTarget(annotation, strict=strict)


_known_target = lru_cache(1024)(_make_target)


def _is_object(annotation: Any) -> bool:
    """Tell whether values have members; those of a root model, or of a schema of many, need not."""
    base, metadata = unwrap(annotation)
    schema = base if is_schema(base) else schema_in(metadata)
    rooted = getattr(base, "__pydantic_root_model__", False) is True
    return is_model(annotation) and not rooted and getattr(schema, "many", False) is not True
