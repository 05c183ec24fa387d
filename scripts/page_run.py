"""A run as the page's templates need it, by experiment; run_folder has checked its shape."""
from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from quantities import Row, quantity
from run_folder import read_run

ITEMS_MOST = 5000                       # a thorough run on many CPUs has some thousand rows


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


def flat(value: dict[str, Any]) -> Row:
    """An object's texts, numbers and truth values; what is nested deeper is left out."""
    return Row((name, item) for name, item in value.items() if isinstance(item, (str, int, float)))


def by_experiment(values: list[Any]) -> dict[str, list[Row]]:
    """Summaries and fits: what one was measured with stands beside its other fields."""
    found: dict[str, list[Row]] = {}
    for value in values[:ITEMS_MOST]:
        row = flat(value["parameters"])
        row.update(flat(value))
        found.setdefault(row["experiment"], []).append(row)
    return found


def text(row: Row, name: str) -> str:
    """A field as text: empty where there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else quantity(row, name)


def is_control(comparison: dict[str, Any]) -> bool:
    return comparison["case"].endswith("-again")


def read(folder: Path) -> Run:
    """Raises BrokenRun."""
    run = read_run(folder)
    return Run(
        complete=run["complete"],
        machine=flat(run["machine"]), software=flat(run["software"]),
        options=flat(run["options"]),
        rows=by_experiment(run["summaries"]), fits=by_experiment(run["fits"]),
        controls=sum(map(is_control, run["comparisons"])),
        claims=[flat(claim) for claim in run["claims"]],
        warnings=run["warnings"],
        charts={name: flat(value) for name, value in run["charts"].items()})
