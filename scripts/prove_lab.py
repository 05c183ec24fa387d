#!/usr/bin/env python3
"""Proves that a lab's check can be believed, and that its starter is the solution's.

`prove_lab.py LAB starter`: exercise.c is what scripts/make_starter.py makes of solution.c. Where
somebody has begun to solve the lab there is nothing to compare (77), unless LAB_PRISTINE=1 says
that nobody has.

`prove_lab.py LAB handout`: the handout has all its parts, and fits a terminal; so do the hints.

`prove_lab.py LAB predictions`: where predict.json points at lines of the demo, it prints some.

`prove_lab.py LAB answers`: solution.c and every right/*.c pass, the starter fails, and every
wrong/*.c fails with the message that its first line promises:

    /* Earns: a fragment of the message */

With `Earns on 64 bits` it is right where a long is no larger than an int.
"""
from __future__ import annotations

import argparse
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import bounded
import labs
import predictions
import sandbox
from building import lab_left_out
from exercises import FAILED, LABS, SKIPPED, SOLVED, is_untouched, shown, starter
from kit import CannotCheck, DoesNotBuild, Kit, run_check
from make_starter import MarkerError
from steps import PROJECT

RIGHT_LEAST, WRONG_LEAST = 2, 3
DEMO_LIMIT_S = 60


class Answer(NamedTuple):
    name: str                   # wrong/zombie.c
    source: Path
    status: int                 # what the check has to say: SOLVED or FAILED
    earns: str                  # what its words have to hold, if it fails


class Unproven(Exception):
    """The lab itself is at fault; says how."""


def wrong_answer(source: Path, wide: bool) -> Answer:
    first = source.read_text().partition("\n")[0]
    match = re.fullmatch(r"/\* Earns( on 64 bits)?: (.+) \*/", first)
    if match is None:
        raise Unproven(f"{shown(source)} has to begin with /* Earns: a fragment of the message */")
    name = f"wrong/{source.name}"
    if match[1] and not wide:
        return Answer(name, source, SOLVED, "")
    return Answer(name, source, FAILED, match[2])


def is_wide(program: Path) -> bool:
    """Is it one for a machine of 64 bits? elf(5) has it in the fifth byte."""
    return program.read_bytes()[4:5] == b"\2"


def answers(kit: Kit) -> list[Answer]:
    folder = LABS / kit.lab
    made = workshop(kit) / "starter.c"
    made.parent.mkdir(exist_ok=True)
    made.write_text(starter(kit.lab))
    found = [Answer("the starter", made, FAILED, ""),
             Answer("solution.c", folder / "solution.c", SOLVED, "")]
    right = sorted((folder / "right").glob("*.c"))
    wrong = sorted((folder / "wrong").glob("*.c"))
    found += [Answer(f"right/{path.name}", path, SOLVED, "") for path in right]
    wide = is_wide(sandbox.program(kit.build))
    found += [wrong_answer(path, wide) for path in wrong]
    if len(right) < RIGHT_LEAST or len(wrong) < WRONG_LEAST:
        raise Unproven(f"{shown(folder)} needs at least {RIGHT_LEAST} right/*.c and"
                       f" {WRONG_LEAST} wrong/*.c: it has {len(right)} and {len(wrong)}")
    return found


def workshop(kit: Kit) -> Path:
    return kit.build / "labs" / f"proof-{kit.number}"


def program_of(kit: Kit, answer: Answer) -> Path:
    return workshop(kit) / f"{answer.source.parent.name}-{answer.source.stem}"


def difference(answer: Answer, done: bounded.Result) -> str:
    """What the check should have said and did not; empty if all is well."""
    if done.timed_out:
        return f"the check did not end in {done.seconds:.0f} s"
    if done.status != answer.status:
        names = {SOLVED: "solved", FAILED: "not solved", SKIPPED: "a skip"}
        return (f"the verdict was {names.get(done.status, f'status {done.status}')},"
                f" not {names[answer.status]}")
    if answer.earns not in " ".join(done.output.split()):
        return f'the words were not "{answer.earns}"'
    return ""


def prove_starter(lab: str) -> int:
    exercise = LABS / lab / "exercise.c"
    if is_untouched(lab, exercise):
        return SOLVED
    if os.environ.get("LAB_PRISTINE") != "1":
        print(f"{shown(exercise)} has been worked on, so there is no starter to compare")
        return SKIPPED
    print(f"{shown(exercise)} is not the starter of its solution. Make it again:\n"
          f"  scripts/make_starter.py labs/{lab}/solution.c labs/{lab}/exercise.c")
    return FAILED


def prove_handout(lab: str) -> int:
    problem = labs.handout_problem(lab)
    if problem:
        raise Unproven(f"labs/{lab}: {problem}")
    return SOLVED


def prove_predictions(lab: str, build: Path) -> int:
    why = lab_left_out(build, lab)
    if why:
        raise CannotCheck(why)
    done = bounded.run([str(build.resolve() / "labs" / f"demo-{lab[:2]}")], DEMO_LIMIT_S)
    if done.status != 0:
        print(f"{done.output}The demo ended with status {done.status}, so it shows nothing.")
        return SKIPPED if done.status == SKIPPED else FAILED
    for number, question in enumerate(predictions.questions(lab), 1):
        lines = predictions.lines_of(question, done.output)
        print("\n".join([f"{number}. {question.ask}", *lines]))
        if question.pattern is not None and not lines:
            raise Unproven(f"labs/{lab}/predict.json, question {number}: no line of the demo is"
                           f" like {question.pattern}")
    return SOLVED


def prove_answers(kit: Kit) -> int:
    failed = 0
    for answer in answers(kit):
        program = program_of(kit, answer)
        try:
            warnings = kit.make(answer.source, program)
        except DoesNotBuild as error:
            problem, words = "it does not build", str(error)
        else:
            done = run_check(kit, program)
            if done.status == SKIPPED:
                print(done.output, end="")
                return SKIPPED
            problem, words = difference(answer, done), done.output
            if not problem and warnings and answer.name in ("the starter", "solution.c"):
                problem, words = "the compiler warns", warnings
        print(f"{answer.name}: {problem or 'as it should be'}")
        if problem:
            failed += 1
            print(textwrap.indent(words, "    "))
    return FAILED if failed else SOLVED


def main() -> int:
    parser = argparse.ArgumentParser(description="Prove that a lab's check can be believed.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build", metavar="DIR",
                        help="the build folder (default: build)")
    parser.add_argument("lab", metavar="LAB", help="the lab's folder, such as 01-isolated-memory")
    parser.add_argument("what", choices=("starter", "handout", "predictions", "answers"))
    options = parser.parse_args()
    bounded.prepare()
    try:
        if options.what == "starter":
            return prove_starter(options.lab)
        if options.what == "handout":
            return prove_handout(options.lab)
        if options.what == "predictions":
            return prove_predictions(options.lab, options.build)
        return prove_answers(Kit(options.build, options.lab))
    except CannotCheck as error:
        print(f"cannot be proven here: {error}")
        return SKIPPED
    except (MarkerError, Unproven) as error:
        print(error)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
