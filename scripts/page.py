#!/usr/bin/env python3
"""One page for a run: what was found, on which machine, every chart, and how to read it.

The page is one file without scripts that needs no network. Each experiment's words are a template
in scripts/pages/experiments/; every number was computed by the bench.
"""
from __future__ import annotations

import argparse
import functools
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

try:
    import jinja2
    from markupsafe import Markup, escape
except ModuleNotFoundError:
    sys.exit("page: this Python has no Jinja2: `/usr/bin/python3 scripts/page.py` may have it, and"
             " scripts/lab setup installs it")

import draw
import page_figures
import page_machine
import page_run
import pages
import svg
from page_figures import Figure
from page_run import Run, text
from quantities import Row, bounds, number, place, quantity
from run_folder import BrokenRun, plain
from verdicts import SIGNS, UNKNOWN

# Where evidence has its parts: a semicolon that no closing bracket follows before an opening one.
OUTSIDE_BRACKETS = re.compile(r";\s+(?![^()]*\))")
REASONS_MOST = 12


class Section(NamedTuple):
    name: str
    words: Any                          # the template's module: heading, question, answer, …
    figures: list[Figure]
    reasons: list[str]                  # why some of it was not measured
    measured: bool


def ticked(value: str) -> Markup:
    """Text in which `this` is code and *this* is stressed, as in a handout."""
    parts = str(value).split("`")
    if len(parts) % 2 == 0:
        return escape(value)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else stressed(part)
        for i, part in enumerate(parts))


def stressed(value: str) -> Markup:
    parts = value.split("*")
    if len(parts) % 2 == 0:
        return escape(value)
    return Markup("").join(Markup("<em>{}</em>").format(part) if i % 2 else escape(part)
                           for i, part in enumerate(parts))


@functools.cache                        # templates are compiled once
def environment() -> jinja2.Environment:
    there = pages.environment()
    there.filters["ticked"] = ticked
    there.globals["largest"] = lambda rows, column: max(
        filter(None, (number(row[column]) for row in rows)), default=None)
    there.tests["ending"] = lambda value, end: str(value).endswith(end)
    return there


def experiment_names() -> list[str]:
    return sorted(path.name[:-len(".html.j2")]
                  for path in (pages.TEMPLATES / "experiments").glob("*.html.j2"))


def headline(rows: list[Row]) -> str:
    """The placement that the charts show: one CPU, or else the first one that was measured."""
    places = [text(row, "placement") for row in rows if page_figures.is_measured(row)]
    return "same-cpu" if "same-cpu" in places or not places else places[0]


def missing(rows: list[Row]) -> list[str]:
    """Why there is no number, and for whom: `fork, vfork and 1 more: no huge pages`."""
    whose: dict[str, dict[str, None]] = {}
    for row in rows:
        if not page_figures.is_measured(row):
            label = text(row, "label") or text(row, "case")
            whose.setdefault(text(row, "unavailable"), {})[label] = None
    return [", ".join(list(labels)[:3])
            + (f" and {len(labels) - 3} more" if len(labels) > 3 else "") + f": {reason}"
            for reason, labels in list(whose.items())[:REASONS_MOST]]


def sections(run: Run, folder: Path, there: jinja2.Environment) -> list[Section]:
    """What was asked for in this run, in the order of the templates' places."""
    drawn = {chart.name: chart for chart in draw.read_charts(draw.CHARTS)}
    found = []
    for name in experiment_names():
        rows = run.rows.get(name, [])
        if not rows:
            continue
        words: Any = there.get_template(f"experiments/{name}.html.j2").make_module({
            "rows": rows, "headline": headline(rows), "say": page_figures.finder(rows),
            "fit": page_figures.finder(run.fits.get(name, []))})
        figures = [page_figures.figure(run, folder, spec, drawn) for spec in words.charts
                   if spec["name"] in run.charts or not spec.get("seldom")]
        found.append(Section(name, words, figures, missing(rows),
                             any(map(page_figures.is_measured, rows))))
    return sorted(found, key=lambda section: section.words.place)


def worked_row(run: Run) -> dict[str, str] | None:
    """A row of this run to learn reading on: a fork's if there is one, else any with a ratio."""
    every = [row for name in ("creation", *experiment_names()) for row in run.rows.get(name, [])]
    every.sort(key=lambda row: (row["experiment"], row["case"]) != ("creation", "fork"))
    row = next((row for row in every if text(row, "family") in ("process", "program")
                and number(row["median_us"]) is not None and bounds(row, "ratio")), None)
    if row is None:
        return None
    low, high = bounds(row, "ratio") or (0.0, 0.0)
    columns = ("n", "blocks", "median_us", "p01_us", "p25_us", "p75_us", "p99_us", "max_us",
               "ratio")
    return {"label": text(row, "label"), "place": place(row), "verdict": text(row, "verdict"),
            "side": "above" if low > 1 else "below" if high < 1 else "around",
            "experiment": text(row, "experiment"),
            **{column: quantity(row, column) for column in columns}}


def claims(run: Run) -> list[dict[str, Any]]:
    return [{"id": text(claim, "id"), "statement": text(claim, "statement"),
             "verdict": text(claim, "verdict"),
             "sign": SIGNS.get(text(claim, "verdict"), UNKNOWN),
             "evidence": OUTSIDE_BRACKETS.split(text(claim, "evidence"))}
            for claim in run.claims if text(claim, "statement")]


def tally(run: Run) -> list[str]:
    """How many claims got each verdict, the usual verdicts first: `7 hold here`."""
    several = {"holds here": "hold here", "does not hold here": "do not hold here",
               "depends": "depend"}
    verdicts = [claim["verdict"] for claim in claims(run)]
    order = [*SIGNS, *dict.fromkeys(verdict for verdict in verdicts if verdict not in SIGNS)]
    counts = [(verdict, verdicts.count(verdict)) for verdict in order if verdict in verdicts]
    return [f"{verdict} for {count}" if verdict == "no difference detected" else
            f"{count} {several.get(verdict, verdict) if count > 1 else verdict}"
            for verdict, count in counts]


def known_as(folder: Path) -> str:
    """How the page names its folder: below results/ as commands do, else without what is above."""
    folder = folder.resolve()
    above = "results" if folder.parent == draw.PROJECT / "results" else "…"
    return plain(f"{above}/{folder.name}")


def make(folder: Path) -> Path:
    """Raises BrokenRun and OSError."""
    run = page_run.read(folder)
    there = environment()
    shown = sections(run, folder, there)
    names = {section.name for section in shown}
    page = folder / "index.html"
    pages.write(page, there.get_template("page.html.j2").render(
        run=run, folder=known_as(folder), sections=shown, claims=claims(run),
        tally=tally(run), facts=page_machine.describe(run.machine, run.software),
        warned=page_machine.warned(run.warnings), worked=worked_row(run),
        absent=[name for name in experiment_names() if name not in names],
        processor=text(run.machine, "cpu_model") or "this machine",
        date=text(run.software, "date")[:10], profile=text(run.options, "profile"),
        unreliable=sum("is unreliable" in sentence for sentence in run.warnings),
        chart_colours=Markup(svg.colour_rules())))
    return page


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="page.py", description="Make index.html, the page of a run, in its folder.")
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER",
                        help="a folder of results/, for example results/latest")
    folder = parser.parse_args().run
    try:
        make(folder)
    except BrokenRun as broken:
        print(f"page: {broken}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"page: {folder}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
