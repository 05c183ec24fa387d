"""The board of scripts/lab: how far somebody is, and what to type next. Derived from files: nothing
is built, run or changed.
"""
from __future__ import annotations

from typing import NamedTuple

import labs
import predictions
from steps import BUILD
from terminal import paint, wrapped

COLOURS = {labs.SOLVED: "green", labs.SOLVED_LATE: "green", labs.NOT_SOLVED: "yellow",
           labs.BEGUN: "yellow", labs.CHANGED: "yellow", labs.GONE: "red"}
WIDTH = labs.QUESTION_COLUMNS


class Row(NamedTuple):
    lab: str
    predicted: bool
    seen: bool
    state: str                  # of the exercise, as labs.state has it

    @property
    def finished(self) -> bool:
        return self.state in (labs.SOLVED, labs.SOLVED_LATE, labs.GIVEN_UP)


def rows() -> list[Row]:
    return [Row(lab, predictions.predicted(lab) is not None, predictions.observed(lab) is not None,
                labs.state(lab, BUILD)) for lab in labs.names()]


def line(row: Row) -> str:
    """One lab, 80 columns at most."""
    question = f"{labs.question(row.lab):{WIDTH}.{WIDTH}}"
    marks = " ".join("x" if mark else "-" for mark in (row.predicted, row.seen))
    state = paint(row.state, COLOURS[row.state]) if row.state in COLOURS else row.state
    return f"{row.lab[:2]} {question} {marks} {state}"


def current(board: list[Row]) -> Row | None:
    """The first that is not finished, after the last one that is; None if all are."""
    last = max((i for i, row in enumerate(board) if row.finished), default=-1)
    return next((row for row in [*board[last + 1:], *board] if not row.finished), None)


def next_step(row: Row) -> str:
    """What to type, and what it is for."""
    number = row.lab[:2]
    if row.state == labs.NOT_STARTED and not row.seen:
        if not row.predicted and predictions.questions(row.lab):
            return f"scripts/lab predict {number}, with labs/{row.lab}/README.md beside you"
        return f"scripts/lab run {number}"
    if row.state == labs.NOT_STARTED:
        return f"edit labs/{row.lab}/exercise.c, then scripts/lab check {number}"
    if row.state == labs.GONE:
        return f"scripts/lab reset {number} brings exercise.c back"
    if row.state == labs.NOT_SOLVED:
        return f"scripts/lab watch {number}; scripts/lab hint {number} if you are stuck"
    return f"scripts/lab check {number}"


def show() -> None:
    board = rows()
    print(paint(f"{'':3}{'':{WIDTH}} predicted", "dim"))
    print(paint(f"{'':3}{'':{WIDTH}} | demo seen", "dim"))
    print(paint(f"NN {'question':{WIDTH}} | | exercise", "dim"))
    for row in board:
        print(line(row))
    now = current(board)
    step = next_step(now) if now else "all done; scripts/lab report makes one page of it"
    print("\n" + wrapped(step, "Next: "))
