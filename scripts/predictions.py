"""What a lab asks before its demo runs (labs/NN-name/predict.json), what a student answered, and
what the demo then showed.

    questions(lab)      what is asked; nothing where the file is broken
    predicted(lab)      the student's answers, or None
    observed(lab)       the lines of the demo that bear on each question, or None
"""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import memory
from exercises import LABS

QUESTIONS_MOST, CHOICES_MOST = 6, 4
WORDS_MOST = 300                        # characters of a text; a choice is shorter
LINES_MOST, LINE_MOST = 16, 120         # of a demo, per question


class Question(NamedTuple):
    ask: str
    choices: list[str]
    choice: int | None          # what comes out, where that is certain on every machine
    pattern: str | None         # elsewhere: the lines of the demo that show it
    because: str                # why, or what to compare


class Prediction(NamedTuple):
    date: str
    choices: list[int | None]   # one a question; None: skipped


class Observation(NamedTuple):
    date: str
    lines: list[list[str]]      # one list a question; empty where the outcome is certain


class Malformed(Exception):
    """What is wrong with a predict.json."""


def file_of(lab: str) -> Path:
    return LABS / lab / "predict.json"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= WORDS_MOST and value.isprintable()


def _is_index(value: Any, choices: list[Any]) -> bool:
    return type(value) is int and 0 <= value < len(choices)     # True is no number here


def _question(row: Any) -> Question:
    if not isinstance(row, dict) or set(row) != {"ask", "choices", "seen"}:
        raise Malformed("needs ask, choices and seen")
    ask, choices, seen = row["ask"], row["choices"], row["seen"]
    if not _is_text(ask):
        raise Malformed(f"`ask` has to be a line of at most {WORDS_MOST} characters")
    if not (isinstance(choices, list) and 2 <= len(choices) <= CHOICES_MOST
            and all(map(_is_text, choices)) and len(set(choices)) == len(choices)):
        raise Malformed(f"`choices` have to be 2 to {CHOICES_MOST} lines, no two alike")
    if not isinstance(seen, dict) or set(seen) not in ({"choice", "because"},
                                                       {"pattern", "because"}):
        raise Malformed("`seen` needs because, and either choice or pattern")
    if not _is_text(seen["because"]):
        raise Malformed(f"`because` has to be a line of at most {WORDS_MOST} characters")
    if "choice" in seen and not _is_index(seen["choice"], choices):
        raise Malformed("`choice` has to be the number of one of the choices, from 0")
    if "pattern" in seen:
        try:
            re.compile(seen["pattern"])
        except (re.error, TypeError) as error:
            raise Malformed(f"`pattern` is no regular expression: {error}") from None
    return Question(ask, choices, seen.get("choice"), seen.get("pattern"), seen["because"])


def read(lab: str) -> list[Question]:
    """Raises Malformed."""
    try:
        rows = json.loads(file_of(lab).read_text(encoding="utf-8"))["questions"]
    except OSError as error:
        raise Malformed(f"it cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed(f'it has to be {{"questions": […]}}: {error!r}') from None
    if not isinstance(rows, list) or not 0 < len(rows) <= QUESTIONS_MOST:
        raise Malformed(f"it has to hold 1 to {QUESTIONS_MOST} questions")
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_question(row))
        except Malformed as error:
            raise Malformed(f"question {number}: {error}") from None
    return found


def problem(lab: str) -> str:
    """What is wrong with a lab's questions; empty if nothing."""
    try:
        read(lab)
    except Malformed as error:
        return str(error)
    return ""


def questions(lab: str) -> list[Question]:
    try:
        return read(lab)
    except Malformed:
        return []


def predicted(lab: str) -> Prediction | None:
    """None, too, where other questions were answered than are asked now."""
    kept = memory.recall("predictions").get(lab)
    date = memory.date_of(kept)
    choices = kept.get("choices") if kept and date else None
    asked = questions(lab)
    if not isinstance(choices, list) or len(choices) != len(asked):
        return None
    valid = [choice if _is_index(choice, question.choices) else None
             for choice, question in zip(choices, asked)]
    return Prediction(date, valid) if set(valid) != {None} else None


def predict(lab: str, choices: list[int | None]) -> None:
    memory.keep("predictions", lab, {"date": memory.today(), "choices": choices})


def lines_of(question: Question, output: str) -> list[str]:
    """The lines of a demo's output that bear on a question."""
    if question.pattern is None:
        return []
    lines = [line for line in output.splitlines() if re.search(question.pattern, line)]
    return ["".join(filter(str.isprintable, line))[:LINE_MOST] for line in lines[:LINES_MOST]]


def observe(lab: str, output: str) -> None:
    """The demo of that lab has run, has seen what it claims, and has printed this."""
    lines = [lines_of(question, output) for question in questions(lab)]
    memory.keep("observations", lab, {"date": memory.today(), "lines": lines})


def observed(lab: str) -> Observation | None:
    kept = memory.recall("observations").get(lab)
    date = memory.date_of(kept)
    if not (kept and date):
        return None
    lines = kept.get("lines")
    if not (isinstance(lines, list) and len(lines) == len(questions(lab))
            and all(isinstance(some, list) for some in lines)):
        lines = [[] for _ in questions(lab)]        # it was seen, but not with these questions
    return Observation(date, [[line[:LINE_MOST] for line in some[:LINES_MOST]
                               if isinstance(line, str) and line.isprintable()]
                              for some in lines])
