"""The CSV files of a run, as its charts need them: read, judged, and copied for gnuplot."""
from __future__ import annotations

import csv
import fnmatch
import re
from pathlib import Path

from chart_scripts import Chart, Trouble

Table = tuple[list[str], list[list[str]]]       # header, rows


def read_table(path: Path) -> Table:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except csv.Error as error:
        raise Trouble(f"{path}: {error}") from None
    if not rows:
        return [], []
    head = rows[0]
    if len(rows) > 1 and len(rows[-1]) < len(head):
        rows.pop()          # the run was interrupted while it wrote this line
    for line, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise Trouble(f"{path}: row {line} has {len(row)} fields, its header {len(head)}")
    return head, rows[1:]


def copy_table(table: Table, path: Path) -> None:
    """The same values, in the form that gnuplot 5.4 reads without surprises.

    It takes an empty last field from the line before, and calls a file without
    rows an error: so there is one column more, and always a row. It cuts a quoted
    field at its comma: so there is none.
    """
    head, rows = table
    if not rows:
        rows = [[""] * len(head)]
    clean = [[re.sub(r'["\x00-\x1f]', "", cell.replace(",", ";")) for cell in row] + ["."]
             for row in rows]
    text = [",".join(row) for row in [head + ["end"], *clean]]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def copy_tables(charts: list[Chart], run: Path, to: Path, columns: list[str]) -> dict[str, Table]:
    """All files that these charts read, by name; one that is not there has these columns."""
    tables = {}
    for name in {name for chart in charts for name in chart.reads + chart.also}:
        path = run / name
        tables[name] = read_table(path) if path.is_file() else ([], [])
        head, rows = tables[name]
        copy_table((head or columns, rows), to / name)
    return tables


def unmet(need: str, tables: dict[str, Table]) -> str | None:
    """The reason to skip a chart, when no row matches its '# needs:' line."""
    rule, _, reason = need.partition(" -- ")
    words = rule.split()
    head, rows = tables.get(words[0], ([], []))
    matching = [dict(zip(head, row)) for row in rows]
    count, column = 1, ""
    if len(words) > 2 and words[1].isdigit():
        count, column = int(words[1]), words[2]
        words = words[2:]
    for word in words[1:]:
        name, _, pattern = word.partition("=")
        unequal = name.endswith("!")
        name = name.rstrip("!")
        matching = [row for row in matching
                    if fnmatch.fnmatchcase(row.get(name, ""), pattern) != unequal]
    found = len({row.get(column, "") for row in matching}) if column else len(matching)
    return None if found >= count else (reason or f"{words[0]} has no row with {rule}")


def why_not(chart: Chart, run: Path, tables: dict[str, Table]) -> str | None:
    for name in chart.reads:
        if not (run / name).is_file():
            return f"this run has no {name}"
        if not tables[name][1]:
            return f"{name} has no rows"
    return next((reason for need in chart.needs if (reason := unmet(need, tables))), None)
