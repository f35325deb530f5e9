"""Content codings: what Accept-Encoding wants, and what libraries make of a body."""

from __future__ import annotations

import sys
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite import SetupError
from restlite.http.codings import CODINGS, starters, wanted

ALL = ("zstd", "br", "gzip")


def plain_of(coding: str, data: bytes) -> bytes:
    """Decompress what may have no end yet, by the library that the coding belongs to."""
    if coding == "gzip":
        return zlib.decompressobj(31).decompress(data)
    if coding == "br":
        import brotli

        return bytes(brotli.Decompressor().process(data))
    zstd = CODINGS["zstd"].load()
    return bytes(zstd.ZstdDecompressor().decompress(data))


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        (None, ()),
        ("", ()),
        ("gzip", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("GZip ; Q=0.5", ("gzip",)),
        ("gzip, deflate, br, zstd", ("zstd", "br", "gzip")),
        ("gzip, br;q=0.9", ("gzip", "br")),
        ("br;q=0.001", ("br",)),
        ("br;q=0", ()),
        ("br;q=0.000, gzip", ("gzip",)),
        ("*", ("zstd", "br", "gzip")),
        ("*;q=0", ()),
        ("*;q=0.5, gzip", ("gzip", "zstd", "br")),
        ("*, zstd;q=0", ("br", "gzip")),
        ("identity", ()),
        ("identity;q=0", ()),
        ("identity;q=0, br", ("br",)),
        ("identity, gzip;q=0.5", ()),
        ("identity;q=0.5, gzip;q=0.5", ("gzip",)),
        ("identity;q=0.5, gzip;q=0.4, br;q=0.6", ("br",)),
        # What has no meaning says nothing.
        ("deflate, compress", ()),
        ("gzip;q=2", ()),
        ("gzip;q=-1", ()),
        ("gzip;q=.5", ()),
        ("gzip;q=0.1234", ()),
        ("gzip;q=", ()),
        ("gzip;level=1", ()),
        ("gzip;q=nan, br;q=1.000", ("br",)),
        ("gz\xefp, ,;,br", ("br",)),
        ("gzip br", ()),
        ("gzip" + ", br" * 5000, ()),
        ("\xff" * 10_000, ()),
        ("gzip;" * 2000, ()),
        ("gzip" + " " * 900 + ";q=1", ("gzip",)),
    ],
)
def test_what_is_wanted(field: str | None, expect: tuple[str, ...]) -> None:
    assert wanted(field, ALL) == expect


def test_only_what_is_offered_is_wanted_in_its_order() -> None:
    assert wanted("gzip, br, zstd", ("gzip", "br")) == ("gzip", "br")
    assert wanted("zstd", ("gzip",)) == ()


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_field_is_read(field: str) -> None:
    assert set(wanted(field, ALL)) <= set(ALL)


@pytest.mark.parametrize("coding", ALL)
@given(chunks=st.lists(st.binary(max_size=3000), max_size=6))
def test_each_chunk_can_be_read_at_once(coding: str, chunks: list[bytes]) -> None:
    compressor = starters([coding], {})[coding]()
    sent = b""
    for count, chunk in enumerate(chunks, 1):
        sent += compressor.add(chunk)
        assert plain_of(coding, sent) == b"".join(chunks[:count])
    assert plain_of(coding, sent + compressor.finish()) == b"".join(chunks)


@pytest.mark.parametrize("coding", ALL)
@given(body=st.binary(max_size=9000))
def test_a_whole_body_is_always_the_same(coding: str, body: bytes) -> None:
    start = starters([coding], {})[coding]
    sent = start().whole(body)
    assert plain_of(coding, sent) == body
    assert start().whole(body) == sent


@pytest.mark.parametrize("coding", ALL)
def test_every_level_works(coding: str) -> None:
    for level in (CODINGS[coding].levels[0], CODINGS[coding].levels[-1]):
        assert plain_of(coding, starters([coding], {coding: level})[coding]().whole(b"x" * 999)) == b"x" * 999


@pytest.mark.parametrize(
    ("names", "levels", "found", "mend"),
    [
        (
            ["deflate"],
            {},
            "Compression: 'deflate' is no coding of ours; expected zstd, br, gzip.",
            'Compression(codings=["br", "gzip"])',
        ),
        (
            None,
            {"brotli": 1},
            "Compression: 'brotli' is no coding of ours; expected zstd, br, gzip.",
            'Compression(codings=["br", "gzip"])',
        ),
        (
            None,
            {"br": 12},
            "Compression: br has the levels 0 to 11; found 12.",
            'Compression(levels={"br": 4})',
        ),
        (
            ["gzip"],
            {"gzip": 0},
            "Compression: gzip has the levels 1 to 9; found 0.",
            'Compression(levels={"gzip": 6})',
        ),
        (
            None,
            {"zstd": 22},
            "Compression: zstd has the levels 1 to 19; found 22.",
            'Compression(levels={"zstd": 3})',
        ),
    ],
)
def test_what_there_is_not_is_a_setup_error(names: Any, levels: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as raised:
        starters(names, levels)
    assert (raised.value.found, raised.value.mend) == (found, mend)


def test_what_is_not_installed_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(starters(None, {})) == ["zstd", "br", "gzip"]
    for module in ("brotli", "backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    assert list(starters(None, {"br": 5})) == ["gzip"]
    with pytest.raises(SetupError) as raised:
        starters(["gzip", "br"], {})
    assert raised.value.found == "Compression: br is not installed."
    assert raised.value.mend == 'pip install "restlite[compression]"'
