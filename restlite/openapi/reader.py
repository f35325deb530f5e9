"""Documents that others wrote: OpenAPI 3.0, 3.1 and 3.2 from JSON or YAML, with their ``$ref``.

Whatever is wrong becomes one :class:`DocumentError` that names the place. Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic_core import PydanticSerializationError, to_json

from .errors import DocumentError
from .nodes import is_map, kind_of
from .parsing import parse
from .pointers import below
from .references import Files, is_reference, references_of

__all__ = ["Document", "DocumentError", "OperationRecord", "kind_of", "operations_of", "read_document"]

Version: TypeAlias = Literal["3.0", "3.1", "3.2"]
#: Bytes of a document with all its files.
MAX_BYTES = 10_000_000
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, eq=False)
class Document:
    """Hold a parsed document, and find what its references name."""

    data: dict[str, Any]
    version: Version
    #: Where it was read from, for messages.
    source: str = ""
    files: Files = field(default_factory=Files, repr=False)

    def resolve(self, node: Any, pointer: str = "") -> Any:
        """Follow the ``$ref`` of a node, and of what it names, to the end; give other nodes as they are.

        Members beside a ``$ref`` are the caller's to read. Raises :class:`DocumentError`.
        """
        seen: list[str] = []
        while is_reference(node):
            reference = node["$ref"]
            if reference in seen:
                chain = " -> ".join(each[:64] for each in [*seen, reference])
                raise self.error(pointer, f"the cyclic $ref {chain}", "a $ref that ends")
            seen.append(reference)
            node = self.files.find(self.data, reference, pointer, self.source)
        return node

    def at(self, pointer: str) -> Any:
        """Give the node that a pointer (RFC 6901) names. Raises :class:`DocumentError`."""
        return self.files.find(self.data, f"#{pointer}", pointer, self.source, decoded=True)

    def check(self) -> Iterator[DocumentError]:
        """List every ``$ref`` that names nothing, is remote or ends nowhere."""
        good: set[str] = set()
        for pointer, node in references_of(self.data):
            if node["$ref"] in good:
                continue
            try:
                self.resolve(node, pointer)
                good.add(node["$ref"])
            except DocumentError as error:
                yield error

    def error(self, pointer: str, found: str, expected: str) -> DocumentError:
        """Make an error at a place of this document."""
        return DocumentError(pointer, found=found, expected=expected, source=self.source)


def read_document(
    source: str | Path | bytes | Mapping[str, Any], *, check: bool = True, max_bytes: int = MAX_BYTES
) -> Document:
    """Read an OpenAPI document from a path, from text (bytes) or from parsed data.

    .. code-block:: python

        document = read_document("openapi.yaml")
        for record in operations_of(document):
            print(record.method, record.path)

    ``check`` follows every ``$ref`` at once, so that a wrong one is told here. Raises
    :class:`DocumentError`; the extra ``[contract]`` is needed for YAML.
    """
    name, content = _content(source, max_bytes)
    if len(content) > max_bytes:
        raise _too_large(name, len(content), max_bytes)
    data = parse(content, source=name)
    if not is_map(data):
        raise DocumentError("", found=kind_of(data), expected="an OpenAPI document, a mapping", source=name)
    path = Path(name) if isinstance(source, str | Path) else None
    files = Files(path, max_bytes - len(content))
    document = Document(data, _version(data, name), name, files)
    if check:
        for error in document.check():
            raise error
    return document


def _content(source: str | Path | bytes | Mapping[str, Any], max_bytes: int) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        return "", source
    if isinstance(source, Mapping):
        try:
            # Written and read again: what is not JSON is refused here, and nobody else holds our copy.
            return "", to_json(source, inf_nan_mode="constants")
        except (PydanticSerializationError, RecursionError) as error:
            reason = str(error).removeprefix("Error serializing to JSON: ")
            raise DocumentError("", found=reason, expected="what JSON can say") from None
    name = str(source)
    if "://" in name:
        raise DocumentError("", found="a URL", expected="a file; nothing is ever fetched", source=name)
    try:
        size = Path(name).stat().st_size
        if size > max_bytes:
            raise _too_large(name, size, max_bytes)
        return name, Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DocumentError("", found=reason, expected="a file that can be read", source=name) from None


def _too_large(name: str, size: int, limit: int) -> DocumentError:
    return DocumentError("", found=f"{size:,} bytes", expected=f"at most {limit:,}", source=name)


def _version(data: dict[str, Any], source: str) -> Version:
    if "swagger" in data:
        found = f"Swagger {str(data['swagger'])[:64]}"
        raise DocumentError("/swagger", found=found, expected="openapi: 3.0, 3.1 or 3.2", source=source)
    if "openapi" not in data:
        raise DocumentError("", found="no member openapi", expected="openapi: 3.1.1", source=source)
    said = str(data["openapi"])
    for version in ("3.0", "3.1", "3.2"):
        # A version without quotes is a number in YAML, and means the same.
        if said == version or said.startswith(f"{version}."):
            return version
    expected = '"3.0.x", "3.1.x" or "3.2.x"'
    raise DocumentError("/openapi", found=repr(said[:64]), expected=expected, source=source)


class OperationRecord(NamedTuple):
    """Hold one operation and where it is used."""

    #: Where it is used: below ``/paths``, also when the path item is a ``$ref``.
    pointer: str
    path: str
    #: In upper case, as in a request line; additional methods as they are written.
    method: str
    operation: dict[str, Any]
    path_item: dict[str, Any]


def operations_of(
    document: Document, under: Literal["paths", "webhooks"] = "paths"
) -> Iterator[OperationRecord]:
    """List the operations in the document's order. Raises :class:`DocumentError` for what is no mapping."""
    items = _mapping(document, document.data.get(under, {}), f"/{under}")
    for path, given in items.items():
        if path.startswith("x-") and under == "paths":
            continue
        pointer = below(f"/{under}", path)
        item = _mapping(document, given, pointer)
        if is_reference(given):
            target = _mapping(document, document.resolve(given, pointer), pointer)
            item = target | {key: value for key, value in given.items() if key != "$ref"}
        methods = (*METHODS, "query") if document.version == "3.2" else METHODS
        for name in item:
            if name in methods:
                place = below(pointer, name)
                yield OperationRecord(place, path, name.upper(), _mapping(document, item[name], place), item)
        if document.version == "3.2":
            more = _mapping(document, item.get("additionalOperations", {}), pointer)
            for method, operation in more.items():
                place = below(pointer, "additionalOperations", method)
                yield OperationRecord(place, path, method, _mapping(document, operation, place), item)


def _mapping(document: Document, node: Any, pointer: str) -> dict[str, Any]:
    if not is_map(node):
        raise document.error(pointer, kind_of(node), "a mapping")
    return node
