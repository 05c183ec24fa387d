"""The solution of a lab, to read and to compare with: `scripts/lab solution` and `diff`."""
from __future__ import annotations

import os
import re
import shlex
import subprocess

import labs
from steps import PROJECT, Stop, run, shown
from terminal import is_terminal, paint

# What only make_starter.py wants to know. As grep and as Python spell it alike.
MARKERS = "^ *// (solution (begins|ends)|starter:)"
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def open_solution(lab: str) -> int:
    """By $PAGER on a terminal, or printed."""
    source = shown(labs.LABS / lab / "solution.c")
    pager = pager_words() if is_terminal() else []
    ended = run([*(pager or ["cat"]), source])
    return 128 + ended.interrupt if ended.interrupt else ended.status


def pager_words() -> list[str]:
    try:
        return shlex.split(os.environ.get("PAGER", ""))
    except ValueError as error:
        raise Stop(f"PAGER cannot be understood ({error}): {os.environ['PAGER']}")


def compare(lab: str) -> int:
    """Theirs against ours, less our markers. That they differ is no failure."""
    theirs, ours = (f"labs/{lab}/{name}" for name in ("exercise.c", "solution.c"))
    command = ["diff", "-u", "-B", "-L", "yours", "-L", "ours", theirs, "-"]
    print(f"$ grep -vE {shlex.quote(MARKERS)} {ours} |\n    {shlex.join(command)}", flush=True)
    lines = (PROJECT / ours).read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not re.search(MARKERS, line))
    try:
        done = subprocess.run(command, cwd=PROJECT, input=text, stdout=subprocess.PIPE,
                              encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise Stop(f"diff: {error.strerror}. Compare {theirs} and {ours} in your editor.")
    for line in done.stdout.splitlines():
        print(paint(line, COLOURS[line[0]]) if line[:1] in COLOURS else line)
    if done.returncode == 0:
        print("Yours is ours, line by line.")
    return 0 if done.returncode < 2 else done.returncode
