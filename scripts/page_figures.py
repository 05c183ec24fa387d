"""Figures of a run's page: the chart, what it shows in words, the table behind it, its caption."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

import draw
import svg
from page_run import Run, text
from quantities import DASH, Row, place, quantity, size

ROWS_MOST = 400                         # of one table; the CSV file has them all
CELL_MOST = 200                         # characters; a reason for "not measured" has half of that


class Cell(NamedTuple):
    text: str
    is_number: bool


class Table(NamedTuple):
    headings: list[Cell]
    rows: list[list[Cell]]
    left_out: int


class Said(NamedTuple):
    """A number for those who cannot see the chart: whose it is stands in its row."""
    row: Row
    column: str
    heading: str                        # empty: that of the column in the table


class Figure(NamedTuple):
    name: str
    title: str
    svg: str                            # empty: `missing` says why, if there should be one
    missing: str
    shows: str                          # type and axes
    numbers: list[str]
    caption: str
    table: Table


def is_measured(row: Row) -> bool:
    return not text(row, "unavailable")


def verdict(row: Row) -> str:
    if is_measured(row):
        return text(row, "verdict")
    return f"not measured: {text(row, 'unavailable')}"


WORK = {"cpu": "computing", "waiting": "waiting"}
ZONES = {"smt": "cores", "over-quota": "the quota", "oversubscribed": "CPUs"}
WORDS: dict[str, Callable[[Row], str]] = {
    "placement": place, "verdict": verdict, "bytes": lambda row: size(row["bytes"]),
    "work": lambda row: WORK.get(text(row, "work"), ""),
    "zone": lambda row: ZONES.get(text(row, "zone"), ""),
}
# With what a row was measured, where its label does not say so.
SETTINGS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("placement", place), ("workers", lambda row: f"{quantity(row, 'workers')} workers"),
    ("alive", lambda row: f"{quantity(row, 'alive')} alive"), ("bytes", WORDS["bytes"]),
    ("touched_mib", lambda row: f"{quantity(row, 'touched_mib')} in the parent"),
)


def cell(row: Row, column: str) -> Cell:
    if column in WORDS:
        return Cell(WORDS[column](row)[:CELL_MOST] or DASH, False)
    value = row[column]
    if isinstance(value, str):
        return Cell(value[:CELL_MOST] or DASH, False)
    return Cell(quantity(row, column), True)


def table(rows: list[Row], columns: list[tuple[str, str]]) -> Table:
    body = [[cell(row, column) for column, _ in columns] for row in rows[:ROWS_MOST]]
    numeric = [any(line[i].is_number and line[i].text != DASH for line in body)
               for i in range(len(columns))]
    for line in body:
        line[:] = [Cell(entry.text, number) for entry, number in zip(line, numeric)]
    headings = [Cell(heading, number) for (_, heading), number in zip(columns, numeric)]
    return Table(headings, body, len(rows) - len(body))


def spoken(said: Said, headings: dict[str, str]) -> str:
    """`fork (one CPU), median time: 141 µs [126, 149]`."""
    row = said.row
    name = text(row, "label") or text(row, "case")
    settings = ", ".join(filter(None, (words(row) for key, words in SETTINGS if key in row)))
    heading = (said.heading or headings.get(said.column, "")).partition(" [")[0]
    return f"{name}{f' ({settings})' if settings else ''}, {heading}: {quantity(row, said.column)}"


def finder(rows: list[Row]) -> Callable[..., Said | None]:
    """For templates: that number of the first row that has it and in which all the rest is so."""
    def find(column: str, heading: str = "", **match: Any) -> Said | None:
        return next((Said(row, column, heading) for row in rows
                     if all(row.get(name) == value for name, value in match.items())
                     and quantity(row, column) != DASH), None)
    return find


def read_svg(folder: Path, name: str) -> tuple[str, str]:
    """The chart, fit for the page, and nothing; or nothing, and why."""
    path = folder / "charts" / f"{name}.svg"
    try:
        if not path.is_file():          # a pipe of this name would keep us waiting
            return "", "This chart was not drawn."
        with path.open("rb") as file:
            data = file.read(svg.BYTES_MOST + 1)
        return svg.clean(data, f"mark-{name}", f"title-{name}", f"words-{name}"), ""
    except OSError as error:
        return "", f"This chart cannot be read: {error.strerror}."
    except svg.Refused as why:
        return "", f"charts/{name}.svg is not shown: {why}."


def caption(run: Run, name: str, title: str) -> str:
    """Ready to paste: the finding, how it was measured, and where."""
    return " ".join(f"{part}{'' if part.endswith('.') else '.'}"
                    for part in [title, *draw.footer_text(run._asdict(), name)])


def figure(run: Run, folder: Path, spec: dict[str, Any], drawn: dict[str, draw.Chart]) -> Figure:
    """spec is one entry of `charts` in a template of experiments/; a `seldom` one is only there
    where the run has words for it."""
    name, rows, columns = spec["name"], list(spec["rows"]), spec["columns"]
    chart = drawn.get(name)             # there is none where a table says it all
    title = text(run.charts.get(name, Row()), "title") or (chart.title if chart else spec["title"])
    picture, missing = read_svg(folder, name) if chart else ("", "")
    return Figure(
        name=name, title=title, svg=Markup(picture), missing=missing,
        shows=chart.shows if chart else "",
        numbers=[spoken(said, dict(columns)) for said in spec["numbers"] if said is not None][:3],
        caption=caption(run, name, title), table=table(rows, columns))
