"""Texts from regular expressions, read by our own reader; Python's engine is the authority."""

from __future__ import annotations

import re

import pytest

from restlite.openapi.sampling.dice import Dice
from restlite.openapi.sampling.patterns import sample


@pytest.mark.parametrize("pattern", ["(?i)x", "a)", "(a", "[]", "a{200000}", "(?", "\\", "[a", r"\p{L"])
def test_what_cannot_be_read_gives_none(pattern: str) -> None:
    assert sample(pattern, Dice("")) is None


@pytest.mark.parametrize(
    ("pattern", "pythons"),
    [
        (r"^(?<y>\d)\k<y>$", r"^(?P<y>\d)(?P=y)$"),
        (r"^(?P<y>\d)-\1$", r"^(?P<y>\d)-\d$"),
        (r"^[\b]$", r"^[\b]$"),
        (r"^\u{1F600}\n$", "^\U0001f600\n$"),
        (r"^[\ud7ff-\ue000]$", "^[\ud7ff\ue000]$"),
        (r"^\P{L}\p{Script=Greek}$", "^[^a-zA-Z][a-zA-Z]$"),
        (r"^[^\x00-\x7f]$", "^\u00e9$"),
        (r"^x{,3}$", r"^x\{,3\}$"),
        (r"^(?<!a)b(?<=b)$", "^b$"),
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_texts_match(pattern: str, pythons: str, wide: bool) -> None:
    for seed in range(10):
        made = sample(pattern, Dice(str(seed)), wide=wide)
        assert made is not None
        assert re.search(pythons, made), made


def test_lengths_are_met_where_they_can_be() -> None:
    for length in (3, 10, 50):
        made = sample(r"^a(?:bc|d)*e?f$", Dice("x"), length, length)
        assert made is not None
        assert length - 2 <= len(made) <= length
