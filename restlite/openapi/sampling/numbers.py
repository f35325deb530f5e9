"""Numbers within bounds, exact multiples among them."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from .dice import Dice

#: How many steps a range without an end goes on.
_OPEN = 100


class Bounds:
    """Gather the bounds of one number; each call may only narrow them."""

    __slots__ = ("high", "high_open", "low", "low_open", "step")

    def __init__(self) -> None:
        self.low: Fraction | None = None
        self.high: Fraction | None = None
        self.low_open = self.high_open = False
        self.step: Fraction | None = None

    def above(self, bound: float, *, exclusive: bool) -> None:
        limit = exact(bound)
        if self.low is None or limit > self.low or (limit == self.low and exclusive):
            self.low, self.low_open = limit, exclusive

    def under(self, bound: float, *, exclusive: bool) -> None:
        limit = exact(bound)
        if self.high is None or limit < self.high or (limit == self.high and exclusive):
            self.high, self.high_open = limit, exclusive

    def multiple(self, of: float | Fraction) -> None:
        """Ask for multiples of a number, and of all that were asked for before."""
        step = of if isinstance(of, Fraction) else exact(of)
        if self.step is not None:
            one, other = self.step, step
            step = Fraction(
                math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator)
            )
        self.step = step

    def choose(self, dice: Dice, shift: int) -> Fraction | None:
        """Choose a number; another ``shift`` gives another one. None where there is none."""
        step = self.step or self._grain()
        least = None if self.low is None else math.ceil(self.low / step)
        most = None if self.high is None else math.floor(self.high / step)
        if least is not None and self.low_open and least * step == self.low:
            least += 1
        if most is not None and self.high_open and most * step == self.high:
            most -= 1
        if least is None:
            least = min(1, most - _OPEN) if most is not None and most < 1 else 1
        if most is None:
            most = max(least, 0) + _OPEN if least < _OPEN else least + _OPEN
        if most < least:
            return None
        span = min(most - least + 1, 1 << 62)
        return (least + (dice.below(span) + shift) % span) * step

    def _grain(self) -> Fraction:
        """Choose how fine numbers without a step are: hundredths, or finer where the bounds are close."""
        if self.low is None or self.high is None or self.high == self.low:
            return self.low if self.low and self.low == self.high else Fraction(1, 4)
        width = self.high - self.low
        grain = Fraction(1, 4)
        while grain * 4 > width:
            grain /= 16
        return grain


def exact(number: float) -> Fraction:
    """Read a number as it is written: 0.1 is a tenth.

    >>> exact(0.1)
    Fraction(1, 10)
    """
    return Fraction(number) if isinstance(number, int) else Fraction(Decimal(repr(number)))


def plain(number: Fraction) -> int | float:
    """Write a number as JSON has it."""
    return int(number) if number.denominator == 1 else float(number)
