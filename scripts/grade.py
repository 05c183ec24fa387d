"""`scripts/lab grade`: the exercises of a whole class, checked with the checks of this clone.

Identical files are checked once. A submission that is broken, or hostile, is a row in the report
and no more.
"""
from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import multiprocessing.pool
import os
import re
import signal
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import bounded
import grade_report
import judging
import labs
import sandbox
import submission
from building import build, configure, has_target, reconfigure
from grade_report import Graded
from judging import Verdict
from kit import CHECK_LIMIT_S, COMPILE_LIMIT_S, CannotCheck, Kit
from steps import BUILD, PROJECT, Stop


class Task(NamedTuple):
    """An answer to judge, however many handed it in."""
    lab: str
    digest: str
    content: bytes


# Longer than a check may take: who is at work then has lost nothing.
SILENCE_S = COMPILE_LIMIT_S + CHECK_LIMIT_S + 10
KILLED = ("A process that judged was killed, by one of these answers or for want of memory."
          " `scripts/lab grade --jobs 1`, with one submission after the other, finds out by which.")


def _judge(task: Task) -> tuple[str, str, Verdict]:
    try:
        return task.lab, task.digest, judging.judge(BUILD, task.lab, task.content)
    except OSError as error:    # a full disk, for example: the others may still go well
        return task.lab, task.digest, Verdict(judging.NOT_CHECKED, str(error))


def judged(pool: multiprocessing.pool.Pool,
           tasks: list[Task]) -> Iterator[tuple[str, str, Verdict]]:
    """All of them, also where a process of the pool was killed, whose task the pool then forgets:
    nothing comes any more, and that process is another."""
    workers = {child.pid for child in multiprocessing.active_children()}
    waiting = {(task.lab, task.digest) for task in tasks}
    verdicts = pool.imap_unordered(_judge, tasks)
    while waiting:
        try:
            lab, digest, verdict = verdicts.next(SILENCE_S)
        except multiprocessing.TimeoutError:
            if workers == {child.pid for child in multiprocessing.active_children()}:
                continue
            break
        waiting.remove((lab, digest))
        yield lab, digest, verdict
    for lab, digest in sorted(waiting):
        yield lab, digest, Verdict(judging.NOT_CHECKED, KILLED)


def fences(build_folder: Path) -> str:
    """What holds here, in the words of the run's first lines."""
    able = sandbox.ability(build_folder)
    limits = sandbox.CHECKING
    always = (f"Each check is stopped after {limits.cpu_s} s of CPU time,"
              f" {sandbox.memory_mib()} MiB of memory, {limits.tasks} tasks, {limits.file_mib} MiB"
              " of output.")
    if able.sealed:
        return f"{always} It sees neither the network, nor your files, nor other processes."
    readable = (f"files that uid {sandbox.own_uid()} may read, and from the compiler those that you"
                " may" if sandbox.own_uid() else "files that you may read")
    return (f"{always} NOT kept away here: the network, {readable}"
            f" ({able.why_not}). labs/TEACHING.md says what to do."
            f"{' One check at a time.' if in_each_others_way(build_folder) else ''}")


def in_each_others_way(build_folder: Path) -> bool:
    """Without rooms or users of their own, a fork bomb takes the tasks of all checks together."""
    return not sandbox.ability(build_folder).sealed and not sandbox.own_uid()


def chosen(words: str | None) -> list[str]:
    if words is None:
        return labs.names()
    return sorted({labs.find(word) for word in re.split("[, ]+", words.strip(", "))})


def tasks_of(submissions: list[submission.Submission]) -> list[Task]:
    """One of a kind, those of the first submissions first."""
    tasks: dict[tuple[str, str], Task] = {}
    for one in submissions:
        for lab, content in one.exercises.items():
            if isinstance(content, bytes):
                key = lab, hashlib.sha256(content).hexdigest()
                tasks.setdefault(key, Task(*key, content))
    return list(tasks.values())


class Desk:
    """Collects verdicts, and says of each submission how it stands once that is known."""

    def __init__(self, submissions: list[submission.Submission], chosen_labs: list[str]) -> None:
        self.submissions = submissions
        self.labs = chosen_labs
        self.verdicts: dict[tuple[str, str], Verdict] = {}
        self.width = max((len(judging.printable(one.name)) for one in submissions), default=0)
        self.said = 0           # so many submissions

    def verdict(self, one: submission.Submission, lab: str) -> Verdict | None:
        content = one.exercises.get(lab, submission.Unreadable(one.problem))
        if isinstance(content, submission.Unreadable):
            return Verdict(judging.UNREADABLE, judging.message(str(content)))
        return self.verdicts.get((lab, hashlib.sha256(content).hexdigest()))

    def graded(self, one: submission.Submission) -> Graded:
        waiting = Verdict(judging.NOT_CHECKED, "interrupted before this one")
        return Graded(judging.printable(one.name),
                      {lab: self.verdict(one, lab) or waiting for lab in self.labs})

    def say_what_is_known(self) -> None:
        while self.said < len(self.submissions):
            one = self.submissions[self.said]
            if any(self.verdict(one, lab) is None for lab in self.labs):
                return
            self.said += 1
            clear_progress()
            print(in_a_line(self.graded(one), one.problem, min(self.width, 30)), flush=True)


def in_a_line(graded: Graded, problem: str, width: int) -> str:
    solved = graded.count(judging.YES)
    name = f"{graded.name:{width}}  "
    if problem:
        return textwrap.fill(f"{name}{judging.printable(problem)}", 80,
                             subsequent_indent=" " * (width + 2))
    parts = []
    for how in (judging.NO, judging.NOT_BUILT, judging.NOT_STARTED, judging.UNREADABLE,
                judging.NOT_CHECKED):
        which = [lab[:2] for lab, verdict in graded.verdicts.items() if verdict.how == how]
        if which:
            parts.append(f"{how}: {' '.join(which)}")
    line = f"{name}{solved:2} of {len(graded.verdicts)}" + "".join(f"; {part}" for part in parts)
    return textwrap.fill(line, 80, subsequent_indent=" " * (width + 2))


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{done} of {of} checks", end="", file=sys.stderr, flush=True)


def is_instrumented(lab: str) -> bool:
    try:
        return Kit(BUILD, lab).instrumented
    except CannotCheck:         # each answer will say why
        return False


def prepare_build(chosen_labs: list[str]) -> None:
    configure(needs_bench=False)
    if not has_target(BUILD, "checks"):
        reconfigure()
    build("checks")
    if any(is_instrumented(lab) for lab in chosen_labs):
        raise Stop("build/ is made with a sanitizer or a profiler, whose verdicts are not for"
                   " grading: remove it (rm -r build) and run this again")


def grade(options: argparse.Namespace) -> int:
    """0: all solved; 1: some not. Anything else is a Stop."""
    chosen_labs = chosen(options.labs)
    paths = options.submissions or [PROJECT]
    prepare_build(chosen_labs)
    submissions = [submission.read(name, path, chosen_labs)
                   for name, path in zip(submission.names(paths), paths)]
    tasks = tasks_of(submissions)
    desk = Desk(submissions, chosen_labs)
    print(textwrap.fill(fences(BUILD), 80) + "\n", flush=True)

    interrupt = 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        desk.say_what_is_known()
        # Processes, for bounded.run() ends everybody below the one that called it.
        jobs = 1 if in_each_others_way(BUILD) else options.jobs
        with multiprocessing.Pool(jobs, bounded.prepare) as pool:
            for lab, digest, verdict in judged(pool, tasks):
                desk.verdicts[lab, digest] = verdict
                desk.say_what_is_known()
                show_progress(len(desk.verdicts), len(tasks))
    except KeyboardInterrupt:
        interrupt = signal.SIGINT
    clear_progress()

    report = grade_report.Report([desk.graded(one) for one in submissions], chosen_labs,
                                 options.started_only, interrupt != 0)
    grade_report.write_all(report, options)
    print("\n" + grade_report.summary(report))
    return 128 + interrupt if interrupt else int(not report.passed)


def how_many(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"'{word}' is no number of checks at the same time")
    return int(word)


def add_verb(verbs: Any) -> None:
    verb = verbs.add_parser("grade", add_help=False)
    verb.set_defaults(act=grade)
    verb.add_argument("submissions", metavar="SUBMISSION", nargs="*", type=Path)
    verb.add_argument("--labs")
    verb.add_argument("--jobs", type=how_many, default=len(os.sched_getaffinity(0)))
    verb.add_argument("--started-only", action="store_true")
    for kind in grade_report.KINDS:
        verb.add_argument(f"--{kind}", type=Path, metavar="FILE")
