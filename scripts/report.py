#!/usr/bin/env python3
"""Makes a student's report: one HTML file with the board, predictions, exercises and newest run.

Nothing in it says whose machine it was made on; whose report it is stands there only if --name
has said so, once and for the reports after it.
"""
from __future__ import annotations

import argparse
import getpass
import platform
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import board
import explanations
import labs
import memory
import pages
import predictions
import report_run
from anonymous import anonymous
from exercises import is_untouched
from run_folder import BrokenRun, plain
from steps import PROJECT, Stop, shown
from terminal import wrapped

OUTPUT = PROJECT / "report.html"
CODE_BYTES_MOST = 200_000
NAME_MOST = 100


def private_names() -> list[str]:
    """What no text of the report may hold."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):             # nobody by that number
        user = ""
    # Many have these names, so that they tell nothing; and they are words of their own.
    return [name for name in (platform.node(), user) if name not in ("root", "user", "localhost")]


def whose(name: str | None) -> str:
    """The name given now, or that of the report before; an empty one forgets it. Raises Stop."""
    if name is None:
        kept = memory.recall("report").get("name")
        return plain(kept)[:NAME_MOST] if isinstance(kept, str) else ""
    name = plain(name)[:NAME_MOST]
    memory.keep("report", "name", name or None)
    return name


def code(lab: str) -> str:
    """The student's exercise.c; empty if it is the starter still, or no plain file."""
    source = labs.exercise(lab)
    if source.is_symlink() or not source.is_file() or is_untouched(lab, source):
        return ""
    with open(source, "rb") as file:
        text = file.read(CODE_BYTES_MOST + 1)
    lines = text[:CODE_BYTES_MOST].decode("utf-8", "replace").expandtabs(4).splitlines()
    if len(text) > CODE_BYTES_MOST:
        lines.append("/* … the file is longer than a report shows */")
    return "\n".join("".join(filter(str.isprintable, line)) for line in lines)


def answers(lab: str, names: list[str]) -> list[dict[str, Any]]:
    """Question by question: what was expected, and what was seen; the latter only once it was."""
    predicted, observed = predictions.predicted(lab), predictions.observed(lab)
    rows = []
    for place, question in enumerate(predictions.questions(lab)):
        choice = predicted.choices[place] if predicted else None
        row: dict[str, Any] = {
            "ask": question.ask, "said": None if choice is None else question.choices[choice],
            "came": None, "lines": [], "because": "", "agrees": None}
        if observed:
            row["because"] = question.because
            text = textwrap.dedent("\n".join(observed.lines[place]))
            row["lines"] = [anonymous(line, *names) for line in text.splitlines()]
            if question.choice is not None:
                row["came"] = question.choices[question.choice]
                row["agrees"] = None if choice is None else choice == question.choice
        rows.append(row)
    return rows


def lab_part(row: board.Row, written: dict[str, str], names: list[str]) -> dict[str, Any]:
    own_code = code(row.lab)
    text = written.get(row.lab[:2], "")
    predicted, observed = predictions.predicted(row.lab), predictions.observed(row.lab)
    return {"row": row, "number": row.lab[:2], "question": labs.question(row.lab),
            "answers": answers(row.lab, names), "predicted": predicted, "observed": observed,
            "code": own_code, "explanation": text,
            "touched": bool(own_code or text) or row.predicted or row.seen
                       or row.state not in (labs.NOT_STARTED, labs.GONE)}


def newest_run(names: list[str]) -> tuple[dict[str, Any] | None, str]:
    """The newest run, or why there is none."""
    folder = report_run.newest()
    if folder is None:
        return None, "No run yet: scripts/lab charts --quick makes one in half a minute."
    try:
        return report_run.describe(folder, *names), ""
    except BrokenRun as broken:
        return None, (f"The newest run cannot be read ({anonymous(broken.why, *names)}):"
                      " scripts/lab charts --quick makes another.")


def make(output: Path, name: str) -> list[str]:
    """Writes the report; returns what is in it, in lines. Raises OSError."""
    names = private_names()
    written = explanations.read()
    parts = [lab_part(row, written, names) for row in board.rows()]
    run, why_no_run = newest_run(names)
    finished = [part for part in parts if part["row"].state in (labs.SOLVED, labs.SOLVED_LATE)]
    text = pages.render("report.html.j2", name=name, today=time.strftime("%Y-%m-%d"), parts=parts,
                        solved=len(finished), run=run, why_no_run=why_no_run,
                        explanations=explanations.FILE.name)
    pages.write(output, text)
    lines = [f"solved: {len(finished)} of {len(parts)} labs",
             f"predicted: {sum(part['row'].predicted for part in parts)} labs; explained:"
             f" {sum(bool(part['explanation']) for part in parts)}"]
    return [*lines, f"run: of {run['day']}; charts: {len(run['figures'])}" if run
            else why_no_run]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", metavar="NAME",
                        help="whose report it is; kept for the next one, '' forgets it")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE",
                        help="default: report.html in the project's folder")
    options = parser.parse_args()
    try:
        is_new = explanations.prepare()
        name = whose(options.name)
        lines = make(options.output, name)
    except OSError as error:
        print(f"report: {error.filename or options.output}: {error.strerror}; --output FILE takes"
              " another place", file=sys.stderr)
        return 1
    except Stop as stop:
        print(f"report: {stop}", file=sys.stderr)
        return stop.status
    print("\n".join(lines))
    if name:
        print(wrapped(f"name: {name} (kept for later reports; --name '' forgets it)"))
    if is_new:
        print(f"{explanations.FILE.name} is new: write there why it came out so, then run this"
              " again.")
    print(f"Report: {plain(shown(options.output.absolute()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
