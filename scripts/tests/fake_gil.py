"""Invented rows of the experiment gil, for the chart tests; fake_run.py saves them."""

from __future__ import annotations

COLUMNS = ("case label note family placement interpreter work workers size has_lock zone n blocks "
           "median_us ci_low_us ci_high_us elapsed_s total_s serial_s speedup speedup_low "
           "speedup_high failed ratio ratio_low ratio_high verdict unavailable").split()
LOCKED, FREE = ("cpython-3.11", "1"), ("cpython-3.13t", "0")


def row(interpreter: str, lock: str, kind: str, work: str, workers: int, cpus: int,
        noise: float) -> dict:
    busy = workers if work == "waiting" else min(workers, cpus)
    stuck = kind == "threads" and lock == "1" and work == "cpu"
    s = 1.0 if kind == "serial" else 0.97 if stuck else busy / (1 + 0.01 * (busy - 1))
    serial_us = 20123.0 if work == "waiting" else 23456.0
    language = "c" if interpreter == "c" else "python"
    family = {"serial": "control", "threads": "thread", "processes": "process"}[kind]
    return {"case": f"{language}-{kind}", "label": f"{interpreter} {kind}", "note": "a note",
            "family": family, "placement": "spread", "interpreter": interpreter, "work": work,
            "workers": workers, "size": 10000, "has_lock": lock,
            "zone": "oversubscribed" if workers > cpus else "", "n": 12, "blocks": 12,
            "median_us": f"{serial_us / s:.6g}", "ci_low_us": f"{serial_us / s * 0.99:.6g}",
            "ci_high_us": f"{serial_us / s * 1.01:.6g}", "speedup": f"{s:.6g}",
            "speedup_low": f"{s * (1 - noise):.6g}", "speedup_high": f"{s * (1 + noise):.6g}",
            "failed": 0}


def rows(pythons: tuple[tuple[str, str], ...] = (LOCKED, FREE),
         counts: tuple[int, ...] = (1, 2, 4), cpus: int = 2, noise: float = 0.02) -> list[dict]:
    return [row(interpreter, lock, kind, work, workers, cpus, noise)
            for interpreter, lock in (("c", ""), *pythons) for work in ("cpu", "waiting")
            for kind in ("serial", "threads", "processes")
            for workers in ((1,) if kind == "serial" else counts)]


def without(reason: str, found: list[dict], interpreter: str = "") -> list[dict]:
    """The same rows, but nothing was measured."""
    keep = {"case", "label", "note", "family", "placement", "interpreter", "work", "workers",
            "size", "has_lock", "zone"}
    return [{name: one[name] for name in keep} | {"unavailable": reason}
            if interpreter in ("", one["interpreter"]) else one for one in found]


MANY = tuple((f"cpython-3.{minor}{'t' * (minor % 2)}", str(1 - minor % 2))
             for minor in range(10, 14))

# For a kind of run: its rows.
KINDS = {
    "normal": rows(),
    "one-row": without("no python3 found", rows((("python3", ""),), (1, 2), 1), "python3"),
    "equal": rows(noise=0),
    "empty": [one for one in rows() if "threads" not in one["case"]],
    "missing": without("fork: Resource temporarily unavailable " * 5, rows(), "cpython-3.11"),
    "big": rows((("a-python-with-a-very-long-name", "1"), *MANY), (1, 4, 16, 64, 128, 256), 128),
    "huge": rows(noise=0.9),
    "many": without("refused by the system: EAGAIN", rows()),
}
