"""Judges one answer that somebody handed in, in a folder and behind a fence of its own."""
from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import sandbox
from cmocka_output import in_plain_words
from exercises import LABS, SKIPPED, SOLVED, is_untouched
from kit import CannotCheck, DoesNotBuild, Kit, run_check

# How an answer stands; the values are what the reports say.
YES, NO, NOT_STARTED = "solved", "not solved", "not started"
NOT_BUILT, UNREADABLE, NOT_CHECKED = "does not build", "unreadable", "not checked"

WORDS_MOST = 4000               # of a message, in a report of 3,000 of them


class Verdict(NamedTuple):
    how: str
    words: str = ""             # what the student should know
    seconds: float = 0.0


def printable(text: str) -> str:
    """What a terminal or a parser could obey, or choke on, is left out."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd"
                   for letter in text)


def message(text: str) -> str:
    return printable(text.strip("\n"))[:WORDS_MOST]


def judge(build: Path, lab: str, content: bytes) -> Verdict:
    """Never raises because of what is in `content`."""
    begun = time.monotonic()
    workshop = Path(tempfile.mkdtemp(prefix="lab-grade-")).resolve()
    try:
        source = workshop / "exercise.c"
        source.write_bytes(content)
        shutil.copy(LABS / lab / "exercise.h", workshop)
        if sandbox.ability(build).sealed and os.geteuid() == 0:
            os.chown(workshop, sandbox.own_uid(), sandbox.own_uid())
        if is_untouched(lab, source):
            return Verdict(NOT_STARTED)
        verdict = _judge(build, lab, source)
        return verdict._replace(words=message(verdict.words), seconds=time.monotonic() - begun)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _judge(build: Path, lab: str, source: Path) -> Verdict:
    program = source.with_name("check")
    try:
        kit = Kit(build, lab, source.parent)
        kit.make(source, program)
        done = run_check(kit, program)
    except DoesNotBuild as error:
        return Verdict(NOT_BUILT, str(error))
    except CannotCheck as error:
        return Verdict(NOT_CHECKED, str(error))
    words = in_plain_words(done.output)
    if done.timed_out:
        words += f"\nThe check did not end within {done.seconds:.0f} s, so it was stopped."
    if done.too_big:
        words += f"\nThe check took more than {sandbox.memory_mib()} MiB, so it was stopped."
    if done.status == SKIPPED:
        return Verdict(NOT_CHECKED, words)
    return Verdict(YES if done.status == SOLVED else NO, words)
