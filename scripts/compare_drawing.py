"""Numbers as text, and where they lie on a page: for pages that draw with HTML and SVG."""
from __future__ import annotations

import math
from typing import NamedTuple

from compare_columns import Value

ROOM = 1.15                             # from the outermost number to the axis' end: a factor
DRAWN = (1e-12, 1e12)                   # what lies beyond is no measurement
FAR = 20                                # no interval widens the axis by more than this
TICKS = 6
NARROW = 5                              # from end to end: a factor


def decimals(number: float) -> int:
    size = abs(number)
    return 0 if size >= 99.95 else 1 if size >= 9.995 else 2 if size >= 0.00995 else 4


def fixed(number: float, places: int) -> str:
    """A million and more with an exponent, or a column has no end; with a real minus sign."""
    text = f"{number:.3g}" if abs(number) >= 1e6 else f"{number:.{places}f}"
    return text.replace("-", "−")


def in_words(value: Value) -> str:
    return "" if value.middle is None else fixed(value.middle, decimals(value.middle))


def interval(value: Value) -> str:
    """Its bounds get as many decimals as the middle; one that is open is said to be so."""
    if value.middle is None or value.low is None and value.high is None:
        return ""
    places = decimals(value.middle)
    low = "…" if value.low is None else fixed(value.low, places)
    high = "…" if value.high is None else fixed(value.high, places)
    return f"[{low}, {high}]"


class Axis(NamedTuple):
    """A logarithmic axis; places on it are in per cent of its width."""
    first: float
    last: float

    def place(self, number: float | None, otherwise: float = 0) -> float:
        if number is None:
            return otherwise
        if number <= 0:
            return 0
        share = math.log(number / self.first) / math.log(self.last / self.first)
        return round(100 * min(max(share, 0), 1), 2)

    def ticks(self) -> list[tuple[float, str]]:
        """Where the axis has a label: at round numbers, and not at too many of them."""
        marks = self._even() if self.last < NARROW * self.first else self._powers()
        return [(self.place(mark), f"{mark:g}") for mark in marks]

    def _even(self) -> list[float]:
        """Evenly spaced numbers: on so short an axis there is at most one power of ten."""
        digit = math.floor(math.log10(self.last - self.first)) - 1
        for step in (1, 2, 5, 10, 20, 50):
            numbers = range(math.ceil(self.first / 10.0 ** digit / step),
                            math.floor(self.last / 10.0 ** digit / step) + 1)
            if len(numbers) <= TICKS:
                break
        return [float(f"{number * step * 10.0 ** digit:.6g}") for number in numbers]

    def _powers(self) -> list[float]:
        powers = range(math.floor(math.log10(self.first)), math.ceil(math.log10(self.last)) + 1)
        for steps in ((1, 2, 5), (1, 3), (1,)):
            marks = [step * 10.0 ** power for power in powers for step in steps
                     if self.first <= step * 10.0 ** power <= self.last]
            if len(marks) <= TICKS:
                return marks
        return marks[::math.ceil(len(marks) / TICKS)]


def axis_for(values: list[Value]) -> Axis | None:
    """An axis that has room for these and for 1; None if there is nothing to draw."""
    middles = [value.middle for value in values
               if value.middle is not None and DRAWN[0] < value.middle < DRAWN[1]]
    if not middles:
        return None
    least, most = min(middles), max(middles)
    bounds = [bound for value in values for bound in (value.low, value.high)
              if bound is not None and least / FAR <= bound <= most * FAR]
    first, last = min(1, least, *bounds) / ROOM, max(1, most, *bounds) * ROOM
    return Axis(first, last)
