"""``Cache-Control`` of answers, in typed directives (RFC 9111, RFC 5861, RFC 8246)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from ..errors import SetupError
from ..guards import PRIVATE
from ..hooks import Filter
from ..records import AnswerRecord, Described, SchemaRef

if TYPE_CHECKING:
    from ..aliases import Environ
    from ..waits import Wire


class Directives(TypedDict, total=False):
    """Name what can be said of keeping an answer; durations are seconds or a ``timedelta``."""

    #: How long it is fresh.
    max_age: int | timedelta
    #: How long it is fresh for shared caches, if not as long as for others.
    s_maxage: int | timedelta
    #: Any cache may keep it, that of a proxy too, and even where the request was authenticated.
    public: bool
    #: Only the client itself may keep it.
    private: bool
    #: It may be kept, and is asked about before each use.
    no_cache: bool
    #: Nobody may keep it.
    no_store: bool
    #: Once stale it is never used without asking.
    must_revalidate: bool
    #: The same for shared caches only.
    proxy_revalidate: bool
    #: Nobody on the way may change it; ``Compression`` leaves it alone too.
    no_transform: bool
    #: It never changes while it is fresh.
    immutable: bool
    #: How long it may still be used once stale, while a new one is fetched.
    stale_while_revalidate: int | timedelta
    #: How long it may still be used once stale, while the server fails.
    stale_if_error: int | timedelta


#: What says the opposite of another, and why.
_CONTRARY: tuple[tuple[str, str, str], ...] = (
    ("public", "private", "a shared cache may keep it, or may not"),
    ("private", "s_maxage", "no shared cache may keep it"),
    ("private", "proxy_revalidate", "no shared cache may keep it"),
    ("no_cache", "immutable", "it is asked about before each use, or never"),
    ("no_cache", "stale_while_revalidate", "it is never used without asking"),
    ("no_cache", "stale_if_error", "it is never used without asking"),
    ("must_revalidate", "stale_while_revalidate", "once stale it is never used without asking"),
    ("must_revalidate", "stale_if_error", "once stale it is never used without asking"),
    *(
        ("no_store", other, "nobody may keep it")
        for other in Directives.__optional_keys__ - {"no_store", "private", "no_transform"}
    ),
)
#: Those that say something about an answer only while, or after, it is fresh for a stated time.
_TIMED = ("immutable", "stale_while_revalidate", "stale_if_error")
#: No cache counts further (RFC 9111, 1.2.2).
_LONGEST = 2**31


def cache_control(**directives: Unpack[Directives]) -> str:
    """Write a ``Cache-Control`` value; SetupError where directives contradict one another.

    .. code-block:: python

        cache_control(max_age=60, public=True)      # 'max-age=60, public'

    For answers that say so themselves: ``Answer(book, headers={"cache_control": cache_control(...)})``.
    """
    said: Mapping[str, Any] = directives
    given: dict[str, Any] = {
        name: value for name, value in said.items() if value is not None and value is not False
    }
    if not given:
        raise _error("says nothing", "max_age=60")
    for name in given.keys() - Directives.__optional_keys__:
        near = get_close_matches(name, Directives.__optional_keys__, 1) or ["max_age"]
        raise _error(f"there is no directive {name!r}", f"{near[0]}=...")
    for one, other, why in _CONTRARY:
        if one in given and other in given:
            raise _error(f"{one} and {other} contradict each other: {why}", f"{one}=...")
    for name in _TIMED:
        if name in given and not given.keys() & {"max_age", "s_maxage"}:
            raise _error(f"{name} means nothing without max_age", f"max_age=3600, {name}=...")
    return ", ".join(_written(name, value) for name, value in given.items())


def _written(name: str, value: int | timedelta) -> str:
    directive = name.replace("_", "-")
    if value is True:
        return directive
    seconds: Any = value.total_seconds() if isinstance(value, timedelta) else value
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LONGEST or seconds != int(seconds):
        raise _error(f"{name} is {value!r}, expected whole seconds from 0 to 2**31", f"{name}=60")
    return f"{directive}={int(seconds)}"


def _error(found: str, mend: str) -> SetupError:
    return SetupError(f"Cache-Control: {found}.", mend=f"CacheControl({mend})")


class CacheControl(Filter):
    """Say how long answers to GET may be kept; errors and answers that say so themselves stay as they are.

    ``no_store`` holds for every method: what a login answers is to be kept nowhere (RFC 6749, 5.1).

    .. code-block:: python

        @app.get("/covers/<int:id>", hooks=[CacheControl(max_age=timedelta(days=1), public=True)])

    ``public`` and ``s_maxage`` say nothing of operations that ask who calls: one word in the app's hooks must
    not publish their answers. Such an answer says so itself, by a header field.
    """

    def __init__(self, **directives: Unpack[Directives]) -> None:
        self._value = cache_control(**directives)
        self._always = bool(directives.get("no_store"))
        self._shared = bool(directives.get("public") or directives.get("s_maxage") is not None)

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        line, headers, _ = wire
        # A 304 repeats what the 200 would say (RFC 9110, 15.4.5).
        answers = self._always or environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if not answers or not line.startswith(("2", "304")):
            return wire
        said = any(name.lower() == "cache-control" for name, _ in headers)
        if not said and not (self._shared and PRIVATE in environ):
            headers.append(("Cache-Control", self._value))
        return wire

    def describe(self, method: str) -> Described:
        header = ("Cache-Control", SchemaRef(str, "pydantic", "output"))
        kept, fresh = AnswerRecord(2, "", headers=(header,)), AnswerRecord(304, "", headers=(header,))
        if method not in ("GET", "HEAD"):
            return Described(answers=(kept,) if self._always else ())
        return Described(answers=(kept, fresh))
