"""explanations.md: where students write, lab by lab, why they saw what they saw; for the report."""
from __future__ import annotations

import re
from pathlib import Path

import labs
from steps import PROJECT

FILE = PROJECT / "explanations.md"
BYTES_MOST = 400_000
HEADING = re.compile(r"## ([0-9]{2})\b")

BEGINNING = """\
# My explanations

For each lab, in your own words: what did you see, and what did the system do so
that it came out this way? Write below the question. scripts/lab report puts it
into your report, as plain text: **stars**, backquotes and lists stay as you
typed them. Lines that begin with > stay out of it.
"""
QUESTION = "> What did you see, and why? What had you expected, and where were you wrong?"


def _lines(path: Path) -> list[str]:
    """Nothing where there is no such file of the project's own; raises OSError."""
    if path.is_symlink() or not path.is_file():
        return []
    with open(path, "rb") as file:
        text = file.read(BYTES_MOST).decode("utf-8", "replace")
    return ["".join(c for c in line if c == "\t" or c.isprintable()) for line in text.splitlines()]


def read(path: Path = FILE) -> dict[str, str]:
    """What is written for which lab, by its number; labs without a word are left out."""
    found: dict[str, list[str]] = {}
    number = ""
    for line in _lines(path):
        heading = HEADING.match(line)
        if heading:
            number = heading[1]
        elif number and not line.startswith(">"):
            found.setdefault(number, []).append(line)
    texts = {number: "\n".join(lines).strip() for number, lines in found.items()}
    return {number: text for number, text in texts.items() if text}


def prepare(path: Path = FILE) -> bool:
    """A heading for every lab that has none yet; True if the file was made. Raises OSError."""
    is_new = not path.exists()
    if path.is_symlink() or not is_new and (not path.is_file()
                                            or path.stat().st_size >= BYTES_MOST):
        return False
    known = {heading[1] for line in _lines(path) if (heading := HEADING.match(line))}
    missing = [lab for lab in labs.names() if lab[:2] not in known]
    if missing:
        with open(path, "a", encoding="utf-8") as file:
            file.write(BEGINNING if is_new else "")
            for lab in missing:
                file.write(f"\n## {lab[:2]} · {labs.question(lab)}\n\n{QUESTION}\n\n")
    return is_new
