#!/usr/bin/env python3
"""Compares the runs of several machines: one HTML page, anonymous unless names are asked for.

No number is computed here: each is one that the bench of a machine has put down; where there are
many, the least, the middle and the largest of them are picked.
"""
from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pages
from anonymous import anonymous
from compare_columns import SECTIONS, Column, Section, Value
from compare_drawing import Axis, axis_for, in_words, interval
from compare_machines import FACTS, LeftOut, Machine, read_machines
from run_folder import plain
from runs import RESULTS
from verdicts import SIGNS, UNKNOWN, VERDICTS

FEW = 12                                # as many rows are shown unfolded
OVERVIEW_FROM = 4
NOT_JUDGED = ("not measured", "")


def outstanding(values: list[Value]) -> list[tuple[str, int]]:
    """Of many: which is the least, the middle one and the largest, by their places."""
    known = sorted((value.middle, place) for place, value in enumerate(values)
                   if value.middle is not None)
    if not known:
        return []
    return [("lowest", known[0][1]), ("middle", known[(len(known) - 1) // 2][1]),
            ("highest", known[-1][1])]


def cell(value: Value) -> dict[str, Any]:
    return {"text": in_words(value), "interval": interval(value), "at": value.at,
            "why": value.why}


def costs(section: Section, machines: list[Machine]) -> dict[str, Any]:
    """The table of a section: a row a machine, and above them the rows that stand out."""
    picked = [[machine.values[column] for machine in machines]
              for column in section.columns]
    overview: list[dict[str, Any]] = []
    if len(machines) >= OVERVIEW_FROM:
        found = [outstanding(values) for values in picked]
        for which, heading in enumerate(("lowest", "middle", "highest")):
            overview.append({"heading": heading, "cells": [
                {"machine": machines[places[which][1]], **cell(values[places[which][1]])}
                if places else {"machine": None, **cell(Value(why="not measured"))}
                for values, places in zip(picked, found)]})
    return {"overview": overview,
            "rows": [{"machine": machine, "cells": [cell(values[place]) for values in picked]}
                     for place, machine in enumerate(machines)]}


def strip(value: Value, axis: Axis) -> dict[str, Any]:
    middle = value.middle if value.middle is not None else 0
    return {**cell(value), "verdict": value.verdict, "drawn": middle > 0,
            "middle": axis.place(middle), "low": axis.place(value.low, 0),
            "high": axis.place(value.high, 100)}


def ratio(column: Column, machines: list[Machine]) -> dict[str, Any] | None:
    """A ratio's dots and intervals, one machine below the other; None where nobody has it."""
    values = [machine.values[column] for machine in machines]
    axis = axis_for(values)
    if axis is None:
        return None
    rows: list[dict[str, Any]] = [{"machine": machine, **strip(value, axis)}
            for machine, value in zip(machines, values)]
    overview = [{"heading": heading, **rows[place]}
                for heading, place in outstanding(values)]
    if len(machines) > FEW:             # a long row is read by its order
        rows.sort(key=lambda row: (not row["drawn"], row["middle"]))
    return {"heading": column.heading, "family": column.family, "ticks": axis.ticks(),
            "one": axis.place(1), "rows": rows,
            "overview": overview if len(machines) >= OVERVIEW_FROM else []}


def claims(machines: list[Machine]) -> dict[str, Any]:
    """Who found what, claim by claim, and how many."""
    statements = {key: words for machine in machines
                  for key, words in machine.statements.items()}
    keys = sorted(statements, key=lambda key: (len(key), key))
    counts = {key: Counter(machine.claims.get(key, NOT_JUDGED)[0] for machine in machines)
              for key in keys}
    grid = []
    for machine in machines:
        cells = []
        for key in keys:
            verdict, evidence = machine.claims.get(key, NOT_JUDGED)
            sign, kind = SIGNS.get(verdict, UNKNOWN)
            cells.append({"verdict": verdict, "evidence": evidence, "sign": sign, "kind": kind})
        grid.append({"machine": machine, "cells": cells})
    return {"ids": keys, "statements": statements, "counts": counts, "grid": grid}


def facts(machines: list[Machine]) -> dict[str, Any]:
    """What is the same everywhere, and what differs: there, what most have is not marked."""
    same, differing, usual = [], [], {}
    for heading, *_ in FACTS:
        counts = Counter(machine.facts[heading] for machine in machines)
        value, often = counts.most_common(1)[0]
        if len(counts) == 1:
            same.append((heading, value))
            continue
        differing.append({"heading": heading, "counts": counts.most_common(FEW),
                          "more": max(0, len(counts) - FEW)})
        usual[heading] = value if 2 * often > len(machines) else None
    return {"same": same, "differing": differing, "usual": usual}


def page(folders: list[Path], with_names: bool) -> tuple[str, list[Machine], list[LeftOut]]:
    """The page (empty if no run can be used), whose runs are on it, and which are not."""
    machines, left_out = read_machines(folders, with_names)
    if not machines:
        return "", machines, left_out
    sections = [{"section": section, "costs": costs(section, machines),
                 "ratios": [drawn for column in section.ratios
                            if (drawn := ratio(column, machines)) is not None]}
                for section in SECTIONS]
    named = [(plain(str(folders[place - 1])), why) if with_names
             else (f"folder {place} of those given", anonymous(why)) for place, why in left_out]
    text = pages.render(
        "compare.html.j2", machines=machines, left_out=named, sections=sections,
        claims=claims(machines), facts=facts(machines), few=FEW, verdicts=VERDICTS)
    return text, machines, left_out


def free_name(folder: Path) -> Path:
    """compare.html, or the first compare-N.html that is not there yet."""
    path = folder / "compare.html"
    number = 1
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"compare-{number}.html"
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="a run's folder")
    parser.add_argument("--output", type=Path, metavar="FILE",
                        help="the page (default: compare.html, or a free name, in results/)")
    parser.add_argument("--names", action="store_true", help="show the machines' host names")
    options = parser.parse_args()

    text, machines, left_out = page(options.runs, options.names)
    for place, why in left_out:
        print(f"left out: {plain(str(options.runs[place - 1]))}: {why}", file=sys.stderr)
    if not machines:
        print("compare: none of these folders holds a run that can be used;"
              " scripts/lab charts makes one", file=sys.stderr)
        return 1
    for machine in machines:
        notes = [] if machine.complete else ["incomplete"]
        if machine.warnings:
            notes.append(f"warnings: {len(machine.warnings)}")
        print(f"{machine.name}: {plain(str(machine.folder))}"
              + (f" ({', '.join(notes)})" if notes else ""))
    output = options.output or free_name(RESULTS)
    try:
        pages.write(output, text)
    except OSError as error:
        print(f"compare: {output} cannot be written: {error.strerror}; --output FILE takes another"
              " place", file=sys.stderr)
        return 1
    print(f"Page: {plain(str(output))} ({len(machines)} compared, {len(left_out)} left out)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
