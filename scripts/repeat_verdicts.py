#!/usr/bin/env python3
"""Asks the checks again and again: is every verdict the same each time, whatever the machine does?

Every answer of a lab (starter, solution, right, wrong) is judged n times pinned to one CPU, n times
free, and n times beside a busy loop on every CPU. A verdict differs if its status or its words are
not those that the answer's first line promises. Exit status 1 if any did.

A check mostly waits, so with --jobs some of them run at the same time and are one another's load.
"""
from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import multiprocessing.pool
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import bounded
from exercises import LABS, shown
from kit import CannotCheck, DoesNotBuild, Kit, run_check
from make_starter import MarkerError
from prove_lab import Answer, Unproven, answers, difference, program_of
from steps import PROJECT

CPUS = sorted(os.sched_getaffinity(0))
# It ends when whoever started it has ended, however that came.
BUSY = """import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
while os.getppid() == int(sys.argv[2]):
    for _ in range(1000000):
        pass
"""


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a whole number from 1 on")
    return number


@contextlib.contextmanager
def loaded(per_cpu: int = 1) -> Iterator[None]:
    """Beside busy loops, so many on every CPU."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY, str(cpu), str(os.getpid())],
                              stderr=subprocess.DEVNULL) for cpu in CPUS * per_cpu]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


class Mode(NamedTuple):
    pinned: bool                # each check on one CPU
    busy: bool                  # beside a busy loop on every CPU


MODES = {"one CPU": Mode(True, False), f"free ({len(CPUS)} CPUs)": Mode(False, False),
         "all busy": Mode(False, True)}


class Share(NamedTuple):
    """What one job does of an answer's repeats."""
    kit: Kit
    answer: Answer
    program: Path
    runs: int
    cpu: int | None             # where; None: anywhere


def judge(share: Share) -> list[tuple[float, str, str]]:
    """Of each run the seconds, and of one that differs how, and its words."""
    verdicts = []
    os.sched_setaffinity(0, CPUS if share.cpu is None else {share.cpu})
    for _ in range(share.runs):
        done = run_check(share.kit, share.program)
        problem = difference(share.answer, done)
        verdicts.append((done.seconds, problem, done.output if problem else ""))
    return verdicts


def repeat(pool: multiprocessing.pool.Pool, jobs: int, kit: Kit, answer: Answer, program: Path,
           runs: int, mode: Mode) -> tuple[int, str]:
    """How many verdicts differed, and a cell of the table."""
    shares = [Share(kit, answer, program, runs // jobs + (job < runs % jobs),
                    CPUS[job % len(CPUS)] if mode.pinned else None) for job in range(jobs)]
    with loaded() if mode.busy else contextlib.nullcontext():
        verdicts = [one for some in pool.imap(judge, shares) for one in some]
    for _, problem, output in verdicts:
        if problem:
            print(f"  {answer.name}: {problem}\n{output}", file=sys.stderr)
    count = sum(problem != "" for _, problem, _ in verdicts)
    seconds = [seconds for seconds, _, _ in verdicts]
    return count, (f"{count:3} of {runs}, {1000 * sum(seconds) / runs:4.0f}"
                   f" ({1000 * max(seconds):5.0f}) ms")


def repeat_lab(pool: multiprocessing.pool.Pool, jobs: int, kit: Kit,
               runs: int) -> tuple[int, int]:
    """How many verdicts differed, of how many."""
    print(f"\n{kit.lab:32}" + "".join(f"  {mode:26}" for mode in MODES), flush=True)
    different = asked = 0
    for answer in answers(kit):
        program = program_of(kit, answer)
        kit.make(answer.source, program)
        row = f"  {answer.name:30}"
        for mode in MODES.values():
            count, cell = repeat(pool, jobs, kit, answer, program, runs, mode)
            different += count
            asked += runs
            row += f"  {cell:26}"
        print(row, flush=True)
    return different, asked


def main() -> int:
    parser = argparse.ArgumentParser(description="Repeat every verdict of the labs' checks.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build", metavar="DIR",
                        help="the build folder (default: build)")
    parser.add_argument("--runs", type=positive, default=200, metavar="N",
                        help="how often, in each of the three ways (default: 200)")
    parser.add_argument("--jobs", type=positive, default=1, metavar="N",
                        help="how many at the same time (default: 1)")
    parser.add_argument("labs", nargs="*", metavar="LAB", help="default: all")
    options = parser.parse_args()
    labs = options.labs or sorted(path.parent.name for path in LABS.glob("*/solution.c"))
    bounded.prepare()
    begun = time.monotonic()
    different = asked = 0
    print("Verdicts that differed, of how many; mean (and longest) time of one")
    try:
        with multiprocessing.Pool(options.jobs, bounded.prepare) as pool:
            for lab in labs:
                some, of = repeat_lab(pool, options.jobs, Kit(options.build, lab), options.runs)
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
