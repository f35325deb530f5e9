"""Members that one side alone says: the server read-only ones, the client write-only ones."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field

from .frozen import Record

T = TypeVar("T")
#: The words of OpenAPI and JSON Schema (JSON Schema validation, 9.4).
Access: TypeAlias = Literal["readOnly", "writeOnly"]

#: A member that only the server sets; a client may send it back as it came, and it is ignored.
#:
#: .. code-block:: python
#:
#:     class Book(BaseModel):
#:         id: ReadOnly[int] = 0
#:         title: str
#:
#: Where a value of the member's kind is sent, it is dropped: the model has the member's default, and
#: ``model_fields_set`` does not name it. A member without a default is then not set at all, and reading
#: it raises ``AttributeError``. ``Field(json_schema_extra={"readOnly": True})``, computed fields and
#: marshmallow's ``dump_only=True`` are the same.
ReadOnly = Annotated[T, Field(json_schema_extra={"readOnly": True})]

#: A member that only clients send, as a password: never written, and not asked of a handler's value.
#:
#: .. code-block:: python
#:
#:     class User(BaseModel):
#:         name: str
#:         password: WriteOnly[str]
#:
#: ``Field(json_schema_extra={"writeOnly": True})`` and marshmallow's ``load_only=True`` are the same.
WriteOnly = Annotated[T, Field(json_schema_extra={"writeOnly": True})]

#: The step of a ``Guarded`` way that stands for every item of an array, or every value of a mapping.
EVERY = "*"


class Guarded(Record):
    """Name one read-only or write-only member of a type, and the way to it.

    The members of what a read-only or write-only member holds are not named: they share its lot.
    """

    access: Access
    #: As Python names the members on the way; ``EVERY`` for the items of a list or mapping.
    names: tuple[str, ...]
    #: The same way as a document names it (by alias).
    keys: tuple[str, ...]
