"""One request on its way through the pipeline."""

from __future__ import annotations

from typing import Any

from .background import Background
from .forms import FormData
from .operation import Operation
from .waits import Tail
from .wrappers import Request


class Exchange:
    """Hold one request on its way through the pipeline."""

    __slots__ = (
        "background",
        "check",
        "closers",
        "form",
        "identities",
        "operation",
        "request",
        "results",
        "tail",
    )

    def __init__(self, request: Request, operation: Operation | None, check: bool) -> None:
        self.request = request
        self.operation = operation
        self.check = check
        self.background: Background | None = None
        #: A form whose files are closed when the handler has ended.
        self.form: FormData | None = None
        #: What dependencies gave, by their places.
        self.results: dict[int, Any] = {}
        #: Who calls, for each requirement of the guard.
        self.identities: list[Any] = []
        #: What streams the answer, once it has begun.
        self.tail: Tail | None = None
        #: Opened generators: the generator, whether it is async, whether it lives until the answer is sent.
        self.closers: list[tuple[Any, bool, bool]] = []

    def inject(self, kind: str | int) -> Any:
        """Give what a parameter asks for by its annotation; a number stands for a requirement."""
        if isinstance(kind, int):
            return self.identities[kind]
        if kind == "request":
            return self.request
        if kind == "background":
            self.background = self.background or Background()
            return self.background
        assert self.operation is not None
        return self.operation.context.state
