"""Numbers of a run as text, rounded as the charts round them (scripts/charts/style.gp).

A row is a summary of run.json, with its parameters beside its other fields. It may come from
anybody: what is no number is no number here either.
"""
from __future__ import annotations

import math
import re
from typing import Any

DASH = "–"


class Row(dict[str, Any]):
    """A field that is not there is None, in templates, too."""

    def __missing__(self, _: str) -> None:
        return None


PLACES = {
    "same-cpu": "one CPU", "other-cpu": "another CPU", "free": "CPU left to the scheduler",
    "spread": "a CPU each", "other-host": "another host",
}
# What is stored as a part of one, and read as a part of a hundred.
SHARES = {"efficiency", "of_ceiling", "main_first_share", "other_cpu_share", "karp_flatt"}
# Columns whose interval has another name than COLUMN_low and COLUMN_high.
BOUNDS = {"median_us": "ci", "median_s": "ci", "main_first_share": "share"}
UNIT = re.compile(r"(.*?)_(mb_s|ns|us|ms|s|kib|mib|percent)")
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
TIMES = ((0.9995, "s", 1.0), (0.9995e-3, "ms", 1e-3), (0.9995e-6, "µs", 1e-6), (0.0, "ns", 1e-9))


def number(value: object) -> float | None:
    """A finite number, or None; True is none, and neither is what no float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def decimals(value: float) -> int:
    return 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2


def _scale(column: str, value: float) -> tuple[float, int, str]:
    """What to divide by, how many decimals, and the unit, for a value of this column."""
    match = UNIT.fullmatch(column)
    unit = match[2] if match else "ns" if column == "ns_per_page" else ""
    if unit in SECONDS:
        seconds = abs(value) * SECONDS[unit]
        _, name, size = next(time for time in TIMES if seconds >= time[0])
        divisor = size / SECONDS[unit]
        return divisor, decimals(value / divisor), f" {name}"
    if column in SHARES or unit == "percent":
        divisor = 0.01 if column in SHARES else 1.0
        places = 2 if column == "main_first_share" or abs(value / divisor) < 1 else 1
        return divisor, places, " %"
    if unit in ("kib", "mib"):
        larger = abs(value) >= 1024
        names = {"kib": (" KiB", " MiB"), "mib": (" MiB", " GiB")}[unit]
        divisor = 1024.0 if larger else 1.0
        return divisor, 0 if value % divisor == 0 else decimals(value / divisor), names[larger]
    if unit == "mb_s":
        return 1.0, decimals(value), " MB/s"
    if value == int(value) and not column.startswith(("ratio", "speedup", "of_bare")):
        return 1.0, 0, ""
    for least, divisor, name in ((1e6, 1e6, " M"), (1e4, 1e3, " k")):
        if abs(value) >= least:
            return divisor, decimals(value / divisor), name
    return 1.0, 4 if abs(value) < 0.1 else 3 if abs(value) < 1.25 else decimals(value), ""


def _fixed(value: float, places: int) -> str:
    return f"{value:.{places}f}".replace("-", "−")


def bounds(row: Row, column: str) -> tuple[float, float] | None:
    """The interval that goes with a column, where it has one."""
    match = UNIT.fullmatch(column)
    stem, unit = (match[1], f"_{match[2]}") if match else (column, "")
    stem = BOUNDS.get(column, stem)
    for form in (f"{stem}_%s{unit}", f"{column}_%s"):
        low, high = number(row.get(form % "low")), number(row.get(form % "high"))
        if low is not None and high is not None:
            return low, high
    return None


def quantity(row: Row, column: str) -> str:
    """`6.14 [5.81, 6.72]`, `141 µs [126, 149]`, or a dash."""
    value = number(row.get(column))
    if value is None:
        return DASH
    divisor, places, unit = _scale(column, value)
    text = _fixed(value / divisor, places) + unit
    between = bounds(row, column)
    if between is None:
        return text
    low, high = (_fixed(bound / divisor, places) for bound in between)
    return f"{text} [{low}, {high}]"


def size(count: object) -> str:
    """Bytes, as the charts of messages name them."""
    value = number(count)
    if value is None:
        return DASH
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if value >= unit:
            return f"{value / unit:g} {name}"
    return f"{value:g} B"


def place(row: Row) -> str:
    name = row.get("placement")
    return PLACES.get(name, "") if isinstance(name, str) else ""
