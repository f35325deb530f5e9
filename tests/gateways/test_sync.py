"""The sync driver, and the chunks of a streamed answer under WSGI."""

from __future__ import annotations

from contextvars import ContextVar, copy_context
from functools import partial
from typing import Any

import pytest

from restlite.gateways.loop import background_loop
from restlite.gateways.sync import SyncChunks, SyncDriver
from restlite.waits import READ, Disconnected, Steps, Wait, abandoned

NAME: ContextVar[str] = ContextVar("NAME", default="unset")


def driver(read: Any = lambda: b"chunk", context: Any = None) -> SyncDriver:
    return SyncDriver(read, background_loop.run, context)


async def later(value: str) -> str:
    return value


def fails() -> None:
    raise LookupError("called")


def test_steps_get_what_they_wait_for() -> None:
    def steps() -> Steps[list[Any]]:
        read = yield READ
        called = yield Wait("call", partial(str, "called"))
        awaited = yield Wait("await", partial(later, "awaited"))
        return [read, called, awaited]

    assert driver().run(steps()) == [b"chunk", "called", "awaited"]
    assert driver(context=copy_context()).run(steps()) == [b"chunk", "called", "awaited"]


def test_a_wait_that_another_driver_began_with_is_done_first() -> None:
    def steps() -> Steps[list[Any]]:
        return [(yield READ), (yield Wait("call", partial(str, "called")))]

    begun = steps()
    assert driver().run(begun, next(begun)) == [b"chunk", "called"]


def test_what_fails_is_thrown_into_the_steps() -> None:
    def steps() -> Steps[str]:
        try:
            yield Wait("call", fails)
        except LookupError as error:
            return f"caught {error}"
        return "nothing"

    assert driver().run(steps()) == "caught called"


def test_user_code_shares_one_context_wherever_it_runs() -> None:
    async def seen() -> str:
        return NAME.get()

    def steps() -> Steps[str]:
        yield Wait("call", partial(NAME.set, "set"))
        found: str = yield Wait("await", seen)
        return found

    assert driver(context=copy_context()).run(steps()) == "set"
    assert NAME.get() == "unset"


def chunks(said: list[str]) -> Steps[None]:
    try:
        yield Wait("send", b"a")
        yield Wait("call", lambda: None)
        yield Wait("send", b"b")
        said.append("end")
    except Disconnected:
        said.append("gone")
        yield Wait("call", lambda: said.append("cleaned"))
        raise


def test_chunks_are_iterated_to_the_end() -> None:
    said: list[str] = []
    stream = SyncChunks(driver(), chunks(said), lambda: said.append("done"))
    assert iter(stream) is stream
    assert list(stream) == [b"a", b"b"]
    assert next(stream, None) is None
    stream.close()
    stream.close()
    assert said == ["end", "done"]


@pytest.mark.parametrize("taken", [[], [b"a"]])
def test_chunks_that_are_closed_early_see_that_the_client_has_gone(taken: list[bytes]) -> None:
    said: list[str] = []
    stream = SyncChunks(driver(), quiet(said))
    assert [next(stream) for _ in taken] == taken
    stream.close()
    assert said == ["gone", "cleaned"]
    assert next(stream, None) is None


def quiet(said: list[str]) -> Steps[None]:
    try:
        yield from chunks(said)
    except Disconnected:
        return


def test_chunks_that_fail_are_not_closed_again() -> None:
    def steps() -> Steps[None]:
        yield Wait("send", b"a")
        raise LookupError("half-way")

    stream = SyncChunks(driver(), steps())
    assert next(stream) == b"a"
    with pytest.raises(LookupError, match="half-way"):
        next(stream)
    stream.close()
    assert next(stream, None) is None


def test_steps_that_never_began_are_begun_so_that_they_can_clean_up() -> None:
    said: list[str] = []
    driver().run(abandoned(quiet(said)))
    assert said == ["gone", "cleaned"]


def test_steps_that_end_before_they_wait_have_nothing_to_clean_up() -> None:
    def steps() -> Steps[None]:
        return
        yield READ

    driver().run(abandoned(steps()))
