"""A run as the page's templates need it. It may come from anybody: texts are plain and bounded,
rows are rows, and whatever has another shape is left out.
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from quantities import Row, quantity
from run_folder import read_run

TEXT_MOST = 3000                        # the longest caption has a fifth of that
ITEMS_MOST = 5000                       # a thorough run on many CPUs has some thousand rows
# What moves a reader's eye without being seen: control characters, and marks that turn text round.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class Run(NamedTuple):
    complete: bool
    machine: Row
    software: Row
    options: Row
    rows: dict[str, list[Row]]          # by experiment
    fits: dict[str, list[Row]]
    controls: int                       # how often the same thing was measured twice
    claims: list[Row]
    warnings: list[str]
    charts: dict[str, Row]


def plain(text: str) -> str:
    """One line that any file can hold."""
    text = UNSEEN.sub(" ", text[:TEXT_MOST + 1].encode("utf-8", "replace").decode()).strip()
    return text if len(text) <= TEXT_MOST else text[:TEXT_MOST] + "…"


def flat(value: object) -> Row:
    """An object's texts, numbers and truth values; what is nested deeper is left out."""
    if not isinstance(value, dict):
        return Row()
    return Row((plain(name), plain(item) if isinstance(item, str) else item)
               for name, item in value.items() if isinstance(item, (str, int, float)))


def objects(values: list[Any]) -> list[Row]:
    return [flat(value) for value in values[:ITEMS_MOST] if isinstance(value, dict)]


def by_experiment(values: list[Any]) -> dict[str, list[Row]]:
    """Summaries and fits: what one was measured with stands beside its other fields."""
    found: dict[str, list[Row]] = {}
    for value in values[:ITEMS_MOST]:
        if isinstance(value, dict) and isinstance(value.get("experiment"), str):
            row = flat(value.get("parameters"))
            row.update(flat(value))
            found.setdefault(row["experiment"], []).append(row)
    return found


def text(row: Row, name: str) -> str:
    """A field as text: empty where there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else quantity(row, name)


def is_control(comparison: object) -> bool:
    return isinstance(comparison, dict) and str(comparison.get("case")).endswith("-again")


def read(folder: Path) -> Run:
    """Raises BrokenRun."""
    run = read_run(folder)
    return Run(
        complete=run.get("complete") is True,
        machine=flat(run["machine"]), software=flat(run["software"]),
        options=flat(run["options"]),
        rows=by_experiment(run["summaries"]), fits=by_experiment(run["fits"]),
        controls=sum(map(is_control, run["comparisons"])),
        claims=objects(run["claims"][:100]),
        warnings=[plain(value) for value in run["warnings"][:100] if isinstance(value, str)],
        charts={name: flat(value) for name, value in run["charts"].items()})
