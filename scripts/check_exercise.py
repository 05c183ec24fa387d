#!/usr/bin/env python3
"""Checks one exercise: compiles the student's file with its check, runs that, says what is wrong.

Exit status: 0 solved; 1 not solved; 77 not started, or this machine lacks something (meson calls
that a skip).
"""
from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import bounded
import sandbox
from cmocka_output import in_plain_words
from exercises import FAILED, LABS, SKIPPED, SOLVED, digest, is_untouched, shown
from kit import CHECK_LIMIT_S, CannotCheck, DoesNotBuild, Kit, run_check
from make_starter import MarkerError
from steps import PROJECT, in_lines, what_helps

BREAKPOINTS_MOST = 3


def functions_of(compiled: Path) -> list[str]:
    """The functions that an object file offers to others."""
    # nm would load the linker's plugins first, which takes ten times as long.
    listed = subprocess.run(["readelf", "--symbols", "--wide", str(compiled)],
                            stdout=subprocess.PIPE, text=True, check=False).stdout
    return re.findall(r" FUNC +(?:GLOBAL|WEAK) +\S+ +[0-9]+ (\S+)$", listed, flags=re.MULTILINE)


def repeat_lines(kit: Kit, source: Path, program: Path, output: str) -> str:
    """How to see the first failing test again, alone and under gdb."""
    test = re.search(r"^\[  FAILED  \] (\w+)$", output, flags=re.MULTILINE)
    words = [test[1]] if test else []
    again = ["scripts/check_exercise.py", "--build", shown(kit.build), kit.lab]
    if source != LABS / kit.lab / "exercise.c":
        again += ["--file", shown(source)]
    gdb = ["gdb", "-q", "-ex", "set follow-fork-mode child"]
    functions = functions_of(program.with_name(program.name + ".o"))
    if len(functions) <= BREAKPOINTS_MOST:              # more are no help
        gdb += [word for name in functions for word in ("-ex", f"break {name}")]
    gdb += ["-ex", "run", "--args", shown(program)]
    return (f"\nThis one alone:\n{in_lines(again + words)}"
            f"\nUnder gdb:\n{in_lines(gdb + words)}\n")


def note_verdict(kit: Kit, about: str, solved: bool) -> None:
    """For the board of `scripts/lab`, which runs nothing."""
    noted = {"sha256": about, "solved": solved}
    (kit.build / "labs" / f"verdict-{kit.number}.json").write_text(json.dumps(noted) + "\n")


def check(build: Path, lab: str, source: Path, tests: list[str], limit_s: float) -> int:
    name = shown(source)
    if not source.exists():
        print(f"{name} is gone: `scripts/lab reset {lab[:2]}` brings the starter back.")
        return FAILED
    if is_untouched(lab, source):
        print(f"not started: edit {name},\nthen `scripts/lab check {lab[:2]}`")
        return FAILED if os.environ.get("LAB_STRICT") == "1" else SKIPPED

    kit = Kit(build, lab)
    program = kit.build / "labs" / f"exercise-{kit.number}"
    whole = source == LABS / lab / "exercise.c" and not tests
    about = digest(lab, source)                 # now: it may be saved again meanwhile
    try:
        warnings = kit.make(source, program)
    except DoesNotBuild as error:
        if whole:
            note_verdict(kit, about, solved=False)
        print(f"{error}\n{name} does not build, so nothing was checked yet.\n"
              "Why stands above; begin with the first of those words.")
        return FAILED
    if warnings:
        print(f"{warnings}\nIt compiles, but the compiler has doubts (above). They may explain"
              "\nwhat follows.\n")
    done = run_check(kit, program, *tests, limit_s=limit_s)
    print(in_plain_words(done.output), end="")
    if done.timed_out:
        print(f"\nThe check did not end within {limit_s:g} s, so it was stopped, and everything"
              "\nthat it had started.")
    if done.too_big:
        print("\nThe check took more than"
              f" {sandbox.memory_mib()} MiB of memory, so it was stopped, and everything\nthat it"
              " had started.")
    if done.status == SKIPPED:
        return SKIPPED
    if whole:
        note_verdict(kit, about, solved=done.status == SOLVED)
    if done.status != SOLVED:
        print(repeat_lines(kit, source, program, done.output), end="")
        return FAILED
    return SOLVED


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a lab's exercise.c (or another answer).")
    parser.add_argument("--build", type=Path, default=PROJECT / "build", metavar="DIR",
                        help="the build folder (default: build)")
    parser.add_argument("--file", type=Path, metavar="FILE",
                        help="the answer to check (default: the lab's exercise.c)")
    parser.add_argument("--limit", type=float, default=CHECK_LIMIT_S, metavar="S",
                        help="stop the check after so many seconds (default: %(default)s)")
    parser.add_argument("lab", metavar="LAB", help="the lab's folder, such as 01-isolated-memory")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="only these tests of its check")
    options = parser.parse_args()
    if not (LABS / options.lab / "solution.c").exists():
        parser.error(f"there is no lab {options.lab}")
    source = options.file or LABS / options.lab / "exercise.c"
    bounded.prepare()
    try:
        return check(options.build, options.lab, source.absolute(), options.tests,
                     options.limit)
    except CannotCheck as error:
        print(f"cannot be checked here: {error}")
        return SKIPPED
    except OSError as error:
        if error.filename is None:      # nobody reads what we print
            raise
        print(f"cannot be checked here: {error.filename}: {error.strerror}. {what_helps(error)}")
        return SKIPPED
    except MarkerError as error:
        print(f"{shown(LABS / options.lab / 'solution.c')}: {error}")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
