"""Invented rows of the experiments switching and ladder, for every kind of fake run."""

from __future__ import annotations

ROW = "case label note family placement".split()
MEASURED = ("n blocks median_us ci_low_us ci_high_us p01_us p25_us p75_us p90_us p99_us min_us "
            "max_us mean_us beyond_ten_medians").split()
RATIO = "failed ratio ratio_low ratio_high verdict unavailable".split()
SWITCHING = [*ROW, "round_trips", *MEASURED, *"switches of_bare of_bare_low of_bare_high".split(),
             *RATIO]
LADDER = [*ROW, "flight", "batch", *MEASURED, "base", *RATIO]

# case, label, note, family, µs on one CPU, µs between two, × threads
SWITCHES = (
    ("thread-pipe", "threads by pipe", "write + read; the baseline", "thread", 2.5, 60, None),
    ("process-pipe", "processes by pipe", "each in an address space of its own", "process",
     2.8, 61, 1.12),
    ("thread-pipe-again", "threads by pipe (again)", "A/A control: the noise floor", "control",
     2.51, 60.2, 1.004),
    ("self-pipe", "write + read alone", "the bare loop: nobody to switch to", "control",
     0.69, 0.69, None),
    ("thread-futex", "threads by futex", "wake + wait; the baseline", "thread", 2.4, 58, None),
    ("process-futex", "processes by futex", "each in an address space of its own", "process",
     2.6, 58.5, 1.08),
    ("thread-futex-again", "threads by futex (again)", "A/A control: the noise floor", "control",
     2.4, 58.1, 1.0),
    ("self-futex", "wake + wait alone", "the bare loop: nobody to switch to", "control",
     0.75, 0.75, None),
)

# flight, case, label, note, family, µs, base
RUNGS = (
    ("system", "call", "function call", "not inlined; nothing is created", "control", 0.0014, ""),
    ("system", "pool-hand-over", "pool hand-over", "an empty task to a waiting thread and back",
     "thread", 4.9, "call"),
    ("system", "thread", "pthread_create + join", "shares memory", "thread", 8.2,
     "pool-hand-over"),
    ("system", "vfork", "vfork + _exit + wait", "borrows all memory until _exit", "process", 25,
     "thread"),
    ("system", "process", "fork + _exit + wait", "copies page tables; a tiny parent", "process",
     70, "vfork"),
    ("system", "program", "fork + exec (static)", "a new static program", "program", 260,
     "process"),
    ("system", "dynamic-program", "fork + exec (dynamic)", "the same; libraries linked at start",
     "program", 500, "program"),
    ("system", "shell", "sh -c :", "whole runs by hyperfine", "program", 700, "dynamic-program"),
    ("system", "python", "python3 -c pass", "3.13.15; whole runs by hyperfine; not pinned",
     "program", 15000, "shell"),
    ("python", "python-thread", "Thread in Python", "start() until join() has returned", "thread",
     45, "thread"),
    ("python", "python-process", "Process in Python", "start() until join() has returned; by fork",
     "process", 900, "python-thread"),
    ("control", "thread-again", "pthread_create (again)", "A/A control: the noise floor",
     "control", 8.21, "thread"),
    ("control", "program-hyperfine", "static program by hyperfine",
     "cross-check of the two instruments", "control", 410, "program"),
    ("control", "dynamic-program-hyperfine", "dynamic program by hyperfine",
     "cross-check of the two instruments", "control", 640, "dynamic-program"),
)
REASON = "hyperfine is not installed (scripts/lab setup does it) " * 3


def measured(middle: float, wide: float) -> dict:
    """The distribution around a median; wide is the half of its interval, as a share."""
    factors = {"median_us": 1, "ci_low_us": 1 - wide, "ci_high_us": 1 + wide,
               "p01_us": 0.95 - wide, "p25_us": 0.98 - wide, "p75_us": 1.03 + wide,
               "p90_us": 1.1 + wide, "p99_us": 1.9 + wide, "min_us": 0.9 - wide,
               "max_us": 9 + wide, "mean_us": 1.05}
    return {"n": 1200, "blocks": 12, "failed": 0, "beyond_ten_medians": 0,
            **{name: f"{middle * factor:.6g}" for name, factor in factors.items()}}


def ratio(middle: float, wide: float) -> dict:
    return {"ratio": f"{middle:.6g}", "ratio_low": f"{middle * (1 - wide):.6g}",
            "ratio_high": f"{middle * (1 + wide):.6g}", "verdict": "costs more"}


def add_switching(tables: dict, kind: str) -> None:
    rows = []
    for place in ("same-cpu", "other-cpu"):
        for case, label, note, family, same, other, times in SWITCHES:
            row = {"case": case, "label": label, "note": note, "family": family,
                   "placement": place, "round_trips": 50, "failed": 0, "n": 0, "blocks": 0}
            us = 8.2 if kind == "equal" else same if place == "same-cpu" else other
            wide = {"equal": 0, "huge": 0.8}.get(kind, 0.02)
            if kind == "missing" and place == "other-cpu":
                row["unavailable"] = "only one core is usable"
            else:
                row |= measured(us * (1000 if kind == "huge" else 1), wide)
                row |= ratio(times, wide) if times is not None else {}
            if kind == "empty":
                row["p99_us"] = ""
            rows.append(row)
    tables["switching-summary"] = (SWITCHING, rows[1:2] if kind == "one-row" else rows)


def add_ladder(tables: dict, kind: str) -> None:
    rows = []
    costs = {case: us for _, case, _, _, _, us, _ in RUNGS}
    for flight, case, label, note, family, us, base in RUNGS:
        row = {"case": case, "label": label, "note": note, "family": family,
               "placement": "same-cpu", "flight": flight, "batch": 1, "base": base, "failed": 0,
               "n": 0, "blocks": 0}
        wide = {"equal": 0, "huge": 0.9}.get(kind, 0.04)
        if kind == "missing" and (case in ("program", "shell", "python") or
                                  case.endswith("-hyperfine")):
            row["unavailable"] = REASON
        else:
            base = "process" if kind == "missing" and base == "program" else base
            row |= {"base": base} | measured(8.2 if kind == "equal" else us, wide)
            if base and kind != "one-row":
                row |= ratio(1 if kind == "equal" else us / costs[base] *
                             (100 if kind == "huge" else 1), wide)
        rows.append(row)
    tables["ladder-summary"] = (LADDER, rows[4:5] if kind == "one-row" else rows)
