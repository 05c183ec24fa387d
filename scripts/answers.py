"""The solution of a lab, to read and to compare with: `scripts/lab solution` and `diff`."""
from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile

import labs
from steps import PROJECT, Stop
from terminal import is_terminal, paint

# What only make_starter.py wants to know; grep and Python read the pattern alike.
MARKERS = "^ *// (solution (begins|ends)|starter:)"
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def solution_of(lab: str) -> str:
    """As somebody would hand it in."""
    lines = (labs.LABS / lab / "solution.c").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not re.search(MARKERS, line))


def show_command(lab: str, then: list[str]) -> None:
    pipe = f" |\n    {shlex.join(then)}" if then else ""
    print(f"$ grep -vE {shlex.quote(MARKERS)} \\\n    labs/{lab}/solution.c{pipe}", flush=True)


def read_by(command: list[str], text: str) -> int:
    """Ctrl-C is for the command: a pager stays. Where it stops reading is its business."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            return subprocess.run(command, cwd=PROJECT, stdin=file, check=False).returncode
    except OSError as error:
        raise Stop(f"{command[0]}: {error.strerror}. Without PAGER it is just printed.")
    finally:
        signal.signal(signal.SIGINT, before)


def open_solution(lab: str) -> int:
    """By $PAGER on a terminal, or printed."""
    pager = pager_words() if is_terminal() else []
    show_command(lab, pager)
    if not pager:
        print(solution_of(lab), end="")
        return 0
    status = read_by(pager, solution_of(lab))
    return status if status >= 0 else 128 - status


def pager_words() -> list[str]:
    try:
        return shlex.split(os.environ.get("PAGER", ""))
    except ValueError as error:
        raise Stop(f"PAGER cannot be understood ({error}): {os.environ['PAGER']}")


def compare(lab: str) -> int:
    """Theirs against ours. That they differ is no failure."""
    theirs = f"labs/{lab}/exercise.c"
    command = ["diff", "-u", "-B", "-L", "yours", "-L", "ours", theirs, "-"]
    show_command(lab, command)
    try:
        done = subprocess.run(command, cwd=PROJECT, input=solution_of(lab), stdout=subprocess.PIPE,
                              encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise Stop(f"diff: {error.strerror}. Compare {theirs} with ours in your editor.")
    for line in done.stdout.splitlines():
        print(paint(line, COLOURS[line[0]]) if line[:1] in COLOURS else line)
    if done.returncode == 0:
        print("Yours is ours, line by line.")
    return 0 if done.returncode < 2 else done.returncode
