"""Content codings: which there are, and which of them a request wants (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from importlib import import_module
from sys import version_info
from typing import Any

from ..errors import SetupError
from ..frozen import Record


class Compressor(Record):
    """Compress one body, by three functions of a library."""

    compress: Callable[[bytes], bytes]
    flush: Callable[[], bytes]
    finish: Callable[[], bytes]

    def add(self, chunk: bytes) -> bytes:
        """Compress a chunk; what is given can be read up to its end at once."""
        return self.compress(chunk) + self.flush()

    def whole(self, body: bytes) -> bytes:
        """Compress a body that is there in full."""
        return self.compress(body) + self.finish()


class Coding(Record):
    """Know one content coding: its name, the library that has it, and the levels it knows."""

    name: str
    load: Callable[[], Any]
    start: Callable[[Any, int], Compressor]
    levels: range
    #: The level that is worth its time for what is made anew for each request.
    level: int

    def starter(self, level: int | None) -> Callable[[], Compressor] | None:
        """Give the function that begins a body; None where the library is not installed."""
        if level is not None and level not in self.levels:
            low, high = self.levels[0], self.levels[-1]
            found = f"Compression: {self.name} has the levels {low} to {high}; found {level!r}."
            raise SetupError(found, mend=f'Compression(levels={{"{self.name}": {self.level}}})')
        try:
            library = self.load()
        except ImportError:
            return None
        return partial(self.start, library, self.level if level is None else level)


def _gzip(library: Any, level: int) -> Compressor:
    made = library.compressobj(level, library.DEFLATED, library.MAX_WBITS | 16)
    return Compressor(made.compress, lambda: made.flush(library.Z_SYNC_FLUSH), made.flush)


def _brotli(library: Any, level: int) -> Compressor:
    made = library.Compressor(quality=level)
    return Compressor(made.process, made.flush, made.finish)


def _zstd(library: Any, level: int) -> Compressor:
    made = library.ZstdCompressor(level=level)
    return Compressor(made.compress, lambda: made.flush(made.FLUSH_BLOCK), made.flush)


def _load_zstd() -> Any:
    return import_module("compression.zstd" if version_info >= (3, 14) else "backports.zstd")


#: From the one that we like best. Levels of zstd end where its window grows over 8 MiB (RFC 9659, 3).
CODINGS: Mapping[str, Coding] = {
    coding.name: coding
    for coding in (
        Coding("zstd", _load_zstd, _zstd, range(1, 20), 3),
        Coding("br", partial(import_module, "brotli"), _brotli, range(12), 4),
        Coding("gzip", partial(import_module, "zlib"), _gzip, range(1, 10), 6),
    )
}


def starters(
    names: Sequence[str] | None, levels: Mapping[str, int]
) -> Mapping[str, Callable[[], Compressor]]:
    """Give what begins a body of each coding: of those named, or else of those installed."""
    for name in (*(names or ()), *levels):
        if name not in CODINGS:
            found = f"Compression: {name!r} is no coding of ours; expected {', '.join(CODINGS)}."
            raise SetupError(found, mend='Compression(codings=["br", "gzip"])')
    made: dict[str, Callable[[], Compressor]] = {}
    for name in CODINGS if names is None else names:
        start = CODINGS[name].starter(levels.get(name))
        if start is not None:
            made[name] = start
        elif names is not None:
            found = f"Compression: {name} is not installed."
            raise SetupError(found, mend='pip install "restlite[compression]"')
    return made


def wanted(field: str | None, offered: tuple[str, ...]) -> tuple[str, ...]:
    """Read ``Accept-Encoding``: what is rather wanted than plain, by q-value, then in the order offered.

    >>> wanted("gzip, br;q=0.5, zstd;q=0", ("zstd", "br", "gzip"))
    ('gzip', 'br')
    """
    return _ranked(field, offered) if field and len(field) <= _LONGEST else ()


@lru_cache(maxsize=256)
def _ranked(field: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    weights = dict(_weights(field))
    # Who says nothing of plain bodies would rather have whatever is named.
    others, plain = weights.get("*", 0.0), weights.get("identity", 0.0)
    given = {name: weights.get(name, others) for name in offered}
    taken = (name for name in offered if given[name] > 0 and given[name] >= plain)
    return tuple(sorted(taken, key=lambda name: -given[name]))


#: Longer values are nobody's wish.
_LONGEST = 1024
_ITEM = re.compile(r"([!#$%&'*+.^_`|~\w-]+)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.ASCII)
_ALIASES = {"x-gzip": "gzip"}


def _weights(field: str) -> Iterable[tuple[str, float]]:
    """Read names and q-values; an item that is neither says nothing."""
    for item in field.split(","):
        if found := _ITEM.fullmatch(item.strip(" \t")):
            name = found[1].lower()
            yield _ALIASES.get(name, name), float(found[2] or 1)
