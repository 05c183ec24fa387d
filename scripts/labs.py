"""What is in the labs' folders, and how far somebody has come; for the verbs of scripts/lab.

Nothing is built or run here. What is remembered (hints, solutions opened) stands in .lab/.
"""
from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import NamedTuple

import memory
import predictions
from exercises import LABS, digest, is_untouched

# The states of an exercise, in at most 20 characters.
NOT_STARTED, GONE = "not started", "exercise.c is gone"
BEGUN, CHANGED = "begun, not checked", "changed, not checked"
NOT_SOLVED, SOLVED = "not solved yet", "solved"
GIVEN_UP, SOLVED_LATE = "given up", "solved after a look"


class NoSuchLab(Exception):
    """The words of whoever asked for a lab that is not there."""


class Lines(NamedTuple):
    """A part of a file, as sed counts."""
    first: int
    last: int
    text: str


def names() -> list[str]:
    return sorted(path.parent.name for path in LABS.glob("[0-9][0-9]-*/solution.c"))


def find(word: str) -> str:
    """1, 01, isolated-memory, 01-isolated-memory: the folder's name."""
    number = f"{int(word):02}" if re.fullmatch("[0-9]{1,4}", word) else None
    for name in names():
        if word in (name, name[3:]) or number == name[:2]:
            return name
    raise NoSuchLab(f"there is no lab {word}; scripts/lab shows those there are")


QUESTION_COLUMNS = 52                   # what the board has room for
SECTIONS = ("Claim", "Predict", "Run", "Observe", "Explain", "Exercise", "Check",
            "Python beside C", "Go deeper")


def exercise(lab: str) -> Path:
    return LABS / lab / "exercise.c"


def twin(lab: str) -> Path:
    """A lab's second program, in Python, if it has one."""
    return LABS / lab / "twin.py"


def chart_folder(lab: str, build: Path) -> Path | None:
    """Where a lab with a chart of its own wants demo.csv and twin.csv; neither is there yet."""
    if not (LABS / lab / "chart.gp").exists():
        return None
    folder = build / "labs" / f"chart-{lab[:2]}"
    folder.mkdir(exist_ok=True)
    for rows in folder.glob("*.csv"):
        rows.unlink()
    return folder


def question(lab: str) -> str:
    """The title of the handout, less its number."""
    first = (LABS / lab / "README.md").read_text().partition("\n")[0]
    return re.sub(r"^# (Lab )?[0-9]+[^A-Za-z]*", "", first)


def handout_problem(lab: str) -> str:
    """What a handout, its hints or its demo lack; empty if nothing."""
    text = (LABS / lab / "README.md").read_text()
    if not re.match(rf"# {lab[:2]} · \S", text) or len(question(lab)) > QUESTION_COLUMNS:
        return (f"README.md has to begin with `# {lab[:2]} · QUESTION`, the question in at most"
                f" {QUESTION_COLUMNS} characters")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    if [title for title in titles if title in SECTIONS] != list(SECTIONS):
        return f"README.md has to have these sections, in this order: {', '.join(SECTIONS)}"
    for name in ("README.md", "hints.md"):
        for number, line in enumerate((LABS / lab / name).read_text().splitlines(), 1):
            if len(line) > 80 and "http" not in line:
                return f"{name}, line {number} has {len(line)} characters, not 80 at most"
    if len(hints(lab)) != 3:
        return "hints.md has to have three hints, each under `## Hint N`"
    if predictions.problem(lab):
        return f"predict.json: {predictions.problem(lab)}"
    if not opening_comment(LABS / lab / "demo.c"):
        return "demo.c has to begin with a comment that says what to notice"
    return ""


def state(lab: str, build: Path) -> str:
    """Where an exercise stands, from what the last check and `solution` noted."""
    source = exercise(lab)
    if not source.exists():
        return GONE
    untouched = is_untouched(lab, source)
    solved = not untouched and verdict(lab, build)
    if has_given_up(lab):
        return SOLVED_LATE if solved is True else GIVEN_UP
    if untouched:
        return NOT_STARTED
    if isinstance(solved, str):
        return solved
    return SOLVED if solved else NOT_SOLVED


def verdict(lab: str, build: Path) -> bool | str:
    """Whether the last check was content; BEGUN or CHANGED where that says nothing any more."""
    try:
        noted = json.loads((build / "labs" / f"verdict-{lab[:2]}.json").read_text())
        current = noted["sha256"] == digest(lab, exercise(lab))
        return bool(noted["solved"]) if current else CHANGED
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return BEGUN


def is_solved(lab: str, build: Path) -> bool:
    return state(lab, build) in (SOLVED, SOLVED_LATE)


def has_given_up(lab: str) -> bool:
    """Whether the solution was opened before the exercise was solved."""
    return lab in memory.recall("given-up")


def give_up(lab: str) -> None:
    memory.keep("given-up", lab, {"date": memory.today()})


def opening_comment(source: Path) -> str:
    """The comment that a file begins with, as plain text."""
    comment = source.read_text().partition("/*")[2].partition("*/")[0]
    return "\n".join(re.sub(r"^ \* ?", "", line) for line in comment.strip().splitlines())


def hints(lab: str) -> list[Lines]:
    lines = (LABS / lab / "hints.md").read_text().splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("## ")]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        while not lines[end - 1].strip():
            end -= 1
        found.append(Lines(start + 1, end, "\n".join(lines[start:end])))
    return found


def next_hint(lab: str, count: int) -> int:
    """Which hint comes now, from 0; the last one comes again and again."""
    given = memory.recall("hints").get(lab)
    now = min(given, count - 1) if type(given) is int and given >= 0 else 0
    memory.keep("hints", lab, now + 1)
    return now


def hints_left(lab: str) -> int:
    count = len(hints(lab))
    given = memory.recall("hints").get(lab)
    return max(0, count - given) if type(given) is int and given >= 0 else count


def forget_hints(lab: str) -> None:
    memory.keep("hints", lab, None)


def backup_name(source: Path) -> Path:
    """A name that is free."""
    stem = f"{source.name}.bak-{time.strftime('%Y-%m-%d-%H%M%S')}"
    path = source.with_name(stem)
    again = 1
    while path.exists():
        again += 1
        path = source.with_name(f"{stem}-{again}")
    return path
