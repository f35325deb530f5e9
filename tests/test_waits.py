"""What the pipeline waits for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from restlite.waits import READ, Disconnected, Steps, Streamed, Tail, Wait, abandoned, call


def test_a_call_says_who_is_to_run_it() -> None:
    assert call(len, is_async=False) == Wait("call", len)
    assert call(len, is_async=True) == Wait("await", len)
    assert Wait("read") == READ


def test_a_stream_knows_whether_its_items_are_awaited() -> None:
    async def items() -> AsyncIterator[int]:
        yield 1

    assert Streamed(items(), None).is_async
    stream = Streamed(iter([1]), bytes, eager=True)
    assert (stream.is_async, stream.eager, stream.close, stream.warn) == (False, True, None, None)


def test_a_tail_holds_its_steps() -> None:
    def steps() -> Steps[None]:
        yield READ

    running = steps()
    assert Tail(running).steps is running


@pytest.mark.parametrize("begun", [False, True])
def test_abandoned_steps_see_that_the_client_has_gone_and_run_to_their_end(begun: bool) -> None:
    seen: list[Any] = []

    def steps() -> Steps[None]:
        try:
            yield Wait("send", b"a")
        except Disconnected:
            seen.append("gone")
        seen.append((yield Wait("call", 1)))
        try:
            yield Wait("call", 2)
        except KeyError:
            seen.append("failed")

    running = steps()
    if begun:
        next(running)
    closing = abandoned(running)
    assert next(closing) == Wait("call", 1)
    assert closing.send("done") == Wait("call", 2)
    with pytest.raises(StopIteration):
        closing.throw(KeyError())
    assert seen == ["gone", "done", "failed"]


def test_steps_that_end_at_once_are_done() -> None:
    def steps() -> Steps[None]:
        try:
            yield READ
        except Disconnected:
            return

    assert list(abandoned(steps())) == []
