#!/usr/bin/env python3
"""Asks the checks again and again: is every verdict the same each time, whatever the machine does?

Every answer of a lab (starter, solution, right, wrong) is judged n times pinned to one CPU, n times
free, and n times beside a busy loop on every CPU. A verdict differs if its status or its words are
not those that the answer's first line promises. Exit status 1 if any did.
"""
from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bounded
from check_exercise import LABS, PROJECT, CannotCheck, DoesNotBuild, Kit, run_check, shown
from make_starter import MarkerError
from prove_lab import Answer, Unproven, answers, difference, program_of

CPUS = sorted(os.sched_getaffinity(0))
BUSY = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"


@contextlib.contextmanager
def pinned() -> Iterator[None]:
    os.sched_setaffinity(0, {CPUS[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, CPUS)


@contextlib.contextmanager
def loaded() -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", BUSY, str(cpu)]) for cpu in CPUS]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


MODES = {"one CPU": pinned, f"free ({len(CPUS)} CPUs)": contextlib.nullcontext,
         "all busy": loaded}


def repeat(answer: Answer, program: Path, runs: int) -> tuple[int, str]:
    """How many verdicts differed, and a cell of the table."""
    different: dict[str, int] = {}
    longest = total = 0.0
    for _ in range(runs):
        done = run_check(program)
        problem = difference(answer, done)
        if problem:
            different[problem] = different.get(problem, 0) + 1
            print(f"  {answer.name}: {problem}\n{done.output}", file=sys.stderr)
        longest = max(longest, done.seconds)
        total += done.seconds
    count = sum(different.values())
    return count, f"{count:3} of {runs}, {1000 * total / runs:4.0f} ({1000 * longest:5.0f}) ms"


def repeat_lab(kit: Kit, runs: int) -> tuple[int, int]:
    """How many verdicts differed, of how many."""
    print(f"\n{kit.lab:32}" + "".join(f"  {mode:26}" for mode in MODES), flush=True)
    different = asked = 0
    for answer in answers(kit):
        program = program_of(kit, answer)
        kit.make(answer.source, program)
        row = f"  {answer.name:30}"
        for mode in MODES.values():
            with mode():
                count, cell = repeat(answer, program, runs)
            different += count
            asked += runs
            row += f"  {cell:26}"
        print(row, flush=True)
    return different, asked


def main() -> int:
    parser = argparse.ArgumentParser(description="Repeat every verdict of the labs' checks.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build", metavar="DIR",
                        help="the build folder (default: build)")
    parser.add_argument("--runs", type=int, default=200, metavar="N",
                        help="how often, in each of the three ways (default: 200)")
    parser.add_argument("labs", nargs="*", metavar="LAB", help="default: all")
    options = parser.parse_args()
    labs = options.labs or sorted(path.parent.name for path in LABS.glob("*/solution.c"))
    bounded.prepare()
    begun = time.monotonic()
    different = asked = 0
    print("Verdicts that differed, of how many; mean (and longest) time of one")
    try:
        for lab in labs:
            some, of = repeat_lab(Kit(options.build, lab), options.runs)
            different += some
            asked += of
    except (CannotCheck, DoesNotBuild, MarkerError, Unproven) as error:
        print(f"repeat_verdicts: {error}", file=sys.stderr)
        return 1
    print(f"\n{different} of {asked} verdicts differed; {time.monotonic() - begun:.0f} s,"
          f" build: {shown(options.build)}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
