#!/usr/bin/env python3
"""Makes the starter of an exercise (exercise.c) from its solution.c, so that they stay in step.

Two markers, each a line comment that stands alone on its line:

    // solution begins
    …                       what stands between the two is in the solution only
    // solution ends
    // starter: TEXT        TEXT, indented as the marker is, is in the starter only

Everything else is in both. A run of blank lines becomes one.
"""
from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

BEGINS = "// solution begins"
ENDS = "// solution ends"
STARTER = re.compile(r"(?P<indent>[ \t]*)// starter:(?: (?P<text>.*))?")


class MarkerError(Exception):
    """The markers of a solution do not make sense; says which line."""


def starter_of(solution: str) -> str:
    lines: list[str] = []
    begun = 0                           # the line where the open region began
    marked = False
    for number, line in enumerate(solution.splitlines(), start=1):
        word = line.strip()
        starter = STARTER.fullmatch(line)
        if word == BEGINS:
            if begun:
                raise MarkerError(f"line {number}: the region of line {begun} is still open")
            begun = number
            marked = True
        elif word == ENDS:
            if not begun:
                raise MarkerError(f"line {number}: no region is open here")
            begun = 0
        elif starter:
            if begun:
                raise MarkerError(f"line {number}: a starter line inside the region of line"
                                  f" {begun} would be in neither")
            lines.append((starter["indent"] + (starter["text"] or "")).rstrip())
        elif not begun and (word or (lines and lines[-1])):
            lines.append(line)
    if begun:
        raise MarkerError(f"line {begun}: this region is never closed")
    if not marked:
        raise MarkerError(f'no line says "{BEGINS}": the starter would be the solution')
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Write the starter of an exercise, made from its solution.")
    parser.add_argument("solution", type=Path, metavar="SOLUTION")
    parser.add_argument("starter", type=Path, metavar="STARTER", help="is overwritten")
    options = parser.parse_args()
    try:
        text = starter_of(options.solution.read_text())
        options.starter.write_text(text)
    except MarkerError as error:
        print(f"make_starter: {options.solution}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"make_starter: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
