"""What an invented run (fake_run.py) holds of the experiment granularity."""

from __future__ import annotations

import math
from typing import Any

SUMMARY = ("case label note family placement task_us steps tasks n blocks median_us ci_low_us "
           "ci_high_us p01_us p25_us p75_us p90_us p99_us min_us max_us mean_us "
           "beyond_ten_medians length_us serial_us overhead_us overhead_low_us overhead_high_us efficiency "
           "efficiency_low efficiency_high failed ratio ratio_low ratio_high verdict "
           "unavailable").split()
CROSSINGS = "case label family placement percent task_us low_us high_us words".split()
LENGTHS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10000)

# case, label, family, µs of overhead on one CPU, µs when free
KINDS = (
    ("serial", "no worker", "control", 0, 0),
    ("thread", "a thread each", "thread", 10.9, 34),
    ("thread-again", "a thread each again", "control", 10.9, 34),
    ("process", "a process each", "process", 78, 95),
    ("thread-pool", "thread pool", "thread", 4.61, 21),
    ("process-pool", "process pool", "process", 4.72, 22),
)

# How each kind of run differs from plain(); an overhead in place of the usual ones.
VARIANTS: dict[str, dict[str, Any]] = {
    "normal": {},
    "one-row": {"places": ("free",), "only": ("process",), "lengths": (100,)},
    "equal": {"overheads": (50, 50, 50, 50, 50), "noise": 0.0},
    "empty": {"crossings": False},
    "missing": {"places": ("free",), "without": "thread-pool"},
    "big": {"noise": 0.4},
    "huge": {"overheads": (0.001, 0.09, 0.09, 2e4, 200), "noise": 0.02},
    "many": {"places": ("same-cpu",), "only": ("thread", "process"), "noise": 0.08},
}

WORDS = {
    "normal": {"granularity": {
        "title": "A thread for each task costs 10 % of it at 109 µs, a process for each at 780 µs",
        "caption": "Efficiency: time of the same tasks without a worker ÷ time with it. 12 rounds."}},
    "big": {"granularity": {
        "title": "A thread for each task costs 10 % of it at 109 µs, and a title may be as long as "
        "this one; it's `quoted`, \"twice\" \\ 100 % {a_b}",
        "caption": "A caption, with a long explanation of what was done and why. " * 8}},
}


def crossing(overhead: float, percent: int, lengths: tuple[int, ...],
             wide: float) -> dict[str, str]:
    us = overhead * 100 / percent
    if len(lengths) < 2:
        return {"words": "not measured"}
    if us < lengths[0]:
        return {"words": "below 1 µs"}
    if us > lengths[-1]:
        return {"words": "above 10 ms"}
    low, high = us / (1 + wide), us * (1 + wide)
    return {"task_us": f"{us:.6g}", "words": f"{us:.3g} µs",
            "low_us": f"{low:.6g}" if low >= lengths[0] else "",
            "high_us": f"{high:.6g}" if high <= lengths[-1] else ""}


def tables(places: tuple[str, ...] = ("same-cpu", "free"), only: tuple[str, ...] = (),
           lengths: tuple[int, ...] = LENGTHS, overheads: tuple[float, ...] = (),
           noise: float = 0.01, crossings: bool = True,
           without: str = "") -> dict[str, tuple[list[str], list[dict[str, Any]]]]:
    summary: list[dict[str, Any]] = []
    passed: list[dict[str, Any]] = []
    for place in places:
        for number, (case, label, family, same, free) in enumerate(KINDS):
            if only and case not in (*only, "serial"):
                continue
            overhead = overheads[number - 1] if overheads and number > 0 else \
                same if place == "same-cpu" else free
            names = {"case": case, "label": label, "family": family, "placement": place}
            for step, us in enumerate(lengths):
                row = {**names, "note": "as planned", "task_us": us, "steps": 610 * us,
                       "tasks": 20, "n": 120, "blocks": 12, "failed": 0,
                       "median_us": f"{us + overhead:.6g}", "length_us": f"{us:.6g}",
                       "serial_us": f"{us:.6g}"}
                if case == without:
                    row = {**names, "task_us": us, "unavailable": "fork: refused; see ulimit -u"}
                elif case != "serial":
                    share = us / (us + overhead) * (1 + noise / 3 * math.sin(7 * step + number))
                    row.update(efficiency=f"{share:.6g}", efficiency_low=f"{share * (1 - noise):.6g}",
                               efficiency_high=f"{share * (1 + noise):.6g}",
                               overhead_us=f"{overhead:.6g}")
                summary.append(row)
            for percent in (10, 1):
                if crossings and family != "control":
                    passed.append({**names, "percent": percent, **(
                        {"words": "not measured"} if case == without else
                        crossing(overhead, percent, lengths, noise * (1 if percent == 10 else 9)))})
    return {"granularity-summary": (SUMMARY, summary), "granularity-crossings": (CROSSINGS, passed)}
