#!/usr/bin/env python3
"""Draw the charts of a run: gnuplot on every charts/*.gp, as PNG and SVG.

What a chart is, chart_scripts.py says. A lab's own chart is one, too; its demo wrote the rows, and
there is no run.json. Nothing is computed here: text is wrapped, files are named, SVG is finished.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import errno
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import chart_scripts
import gnuplot
from chart_scripts import Chart, Style, Trouble, columns_asked_for, read_charts, read_style
from chart_tables import copy_tables, why_not
from chart_words import demo_facts, footer_text, read_facts, title_text
from gnuplot_svg import finish_svg
from steps import INTERRUPTS, PROJECT
from wrapping import wrap

FULL = (errno.ENOSPC, errno.EDQUOT)


def picture(chart: Chart, theme: str, kind: str, facts: dict, work: Path,
            style: Style) -> Path:
    """One picture, under its final name, in the work folder."""
    colours, sizes = style
    room = sizes["WIDTH"] - 2 * sizes["PAD"]
    title = title_text(facts, chart)
    footer = [line for text in footer_text(facts, chart.name)
              for line in wrap(text, room, sizes["FOOTER_FONT"])]
    target = work / chart.output(theme, kind)
    settings = work / f"{target.name}.settings"
    settings.write_text(
        f"DATA = {gnuplot.quoted(str(work))} . '/'\nOUT = {gnuplot.quoted(str(target))}\n"
        f"THEME = '{theme}'\nKIND = '{kind}'\n"
        + gnuplot.array("TITLE", wrap(title, room, sizes["TITLE_FONT"], True) or [chart.name])
        + gnuplot.array("FOOTER", footer or [" "]), encoding="utf-8")
    gnuplot.run(chart.script, settings)
    if not target.is_file() or target.stat().st_size == 0:
        raise Trouble(f"{chart.script.name}: gnuplot wrote no {kind}")
    if kind == "svg":
        target.write_text(finish_svg(target.read_text(encoding="utf-8"), chart, title,
                                     colours), encoding="utf-8")
    return target


def draw_some(charts: list[Chart], facts: dict, work: Path, target: Path,
              style: Style) -> set[str]:
    """Every picture of these charts; returns the names of those that failed."""
    failed: set[str] = set()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = {pool.submit(picture, chart, theme, kind, facts, work, style): chart
                for chart in charts for theme, kind in chart_scripts.FORMATS}
        try:
            for job in concurrent.futures.as_completed(jobs):
                chart = jobs[job]
                try:
                    job.result()
                except Trouble as trouble:
                    if chart.name not in failed:
                        print(f"draw: {trouble}", file=sys.stderr)
                    failed.add(chart.name)
        finally:
            pool.shutdown(cancel_futures=True)  # after an error nobody wants the others
    for chart in charts:
        if chart.name not in failed:
            for name in chart.outputs():
                (work / name).replace(target / name)
    return failed


def write_manifest(run: Path, target: Path, work: Path,
                   drawn: list[Chart], kept: list[Chart], facts: dict) -> None:
    """Which script drew which data into which files."""
    lines = ["chart,script,data,outputs,title"]
    for chart in sorted(drawn + kept, key=lambda c: c.name):
        data = [name for name in chart.reads + chart.also if (run / name).is_file()]
        title = re.sub(r"(?<=\d),(?=\d)", "", title_text(facts, chart))
        title = re.sub(r'["\'\\]', "", title.replace(",", ";"))
        lines.append(",".join((chart.name, os.path.relpath(chart.script, PROJECT),
                               " ".join(data), " ".join(chart.outputs()), title)))
    new = work / "manifest.csv"
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(target / "manifest.csv")


def draw_all(run: Path, wanted: list[str] | None, lab: Path | None) -> int:
    facts = demo_facts() if lab else read_facts(run)
    every = read_charts(lab.resolve() if lab else chart_scripts.CHARTS)
    names = [chart.name for chart in every]
    for name in wanted or []:
        if name not in names:
            raise Trouble(f"there is no chart '{name}': choose from {', '.join(names)}")
    if shutil.which("gnuplot") is None:
        raise Trouble("gnuplot is missing: install the package gnuplot-nox")
    charts = [chart for chart in every if not wanted or chart.name in wanted]
    style = read_style(chart_scripts.CHARTS)
    target = run / "charts"
    if target.is_symlink():     # out of the folder, maybe: what lies there is not ours to replace
        raise Trouble(f"{target} is a link: remove it, and draw again")
    target.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".drawing-", dir=target))
    try:
        asked_for = columns_asked_for(
            {chart_scripts.CHARTS, *(chart.script.parent for chart in every)})
        tables = copy_tables(charts, run, work, asked_for)
        drawn = []
        for chart in charts:
            reason = why_not(chart, run, tables)
            if reason is None:
                drawn.append(chart)
                continue
            print(f"{chart.name}: not drawn: {reason}")
            for name in chart.outputs():        # an older picture would be a lie
                (target / name).unlink(missing_ok=True)
        failed = draw_some(drawn, facts, work, target, style)
        drawn = [chart for chart in drawn if chart.name not in failed]
        kept = [chart for chart in every if chart not in charts
                and all((target / name).is_file() for name in chart.outputs())]
        write_manifest(run, target, work, drawn, kept, facts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


def draw(run: Path, charts: list[str] | None = None, lab: Path | None = None) -> int:
    """Draw a run's charts (all, or those named), or those of a lab from what its demo wrote.

    Returns 0, or 1 with a line that says why.
    """
    try:
        return draw_all(Path(run).resolve(), charts, lab)
    except Trouble as trouble:
        print(f"draw: {trouble}", file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        advice = "; free some space and draw again" if error.errno in FULL else ""
        print(f"draw: {error.strerror}{where}{advice}", file=sys.stderr)
    return 1


def interrupted(number: int, _: object) -> NoReturn:
    """Leaves by all `finally`s: no folder of half-made pictures stays, and no gnuplot."""
    for other in INTERRUPTS:
        signal.signal(other, signal.SIG_IGN)
    print("draw: interrupted; run it again to have the charts", file=sys.stderr)
    sys.exit(128 + number)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="draw.py", description="Draw the charts of a run into its folder charts/.")
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER",
                        help="a folder of results/, for example results/latest")
    parser.add_argument("--charts", metavar="NAME[,NAME…]",
                        help="only these (default: all that the run has data for)")
    parser.add_argument("--lab", type=Path, metavar="LAB_FOLDER",
                        help="draw this lab's own chart, from what its demo wrote into RUN_FOLDER")
    options = parser.parse_args()
    names = [name for name in (options.charts or "").split(",") if name]
    for number in INTERRUPTS:
        if signal.getsignal(number) != signal.SIG_IGN:      # as nohup does
            signal.signal(number, interrupted)
    return draw(options.run, names or None, options.lab)


if __name__ == "__main__":
    sys.exit(main())
