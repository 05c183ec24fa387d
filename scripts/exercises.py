"""The labs' exercises as files: where they are, whether somebody has touched them, and what a
verdict on one is about.
"""
from __future__ import annotations

import hashlib
import os
from pathlib import Path

from make_starter import starter_of
from steps import PROJECT

LABS = PROJECT / "labs"

SOLVED, FAILED, SKIPPED = 0, 1, 77      # how a check exits; 77 is what meson calls a skip


def shown(path: Path) -> str:
    """A path as the commands use it: without the project's own path, where it can be."""
    path = Path(os.path.normpath(path.absolute()))
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def starter(lab: str) -> str:
    return starter_of((LABS / lab / "solution.c").read_text())


def is_untouched(lab: str, exercise: Path) -> bool:
    """An editor that only changed the line ends has not touched it; text mode reads CRLF as LF."""
    return exercise.read_text(errors="replace") == starter(lab)


def digest(lab: str, source: Path) -> str:
    """Of all that a verdict is about: the exercise, its contract and its check."""
    whole = hashlib.sha256()
    for path in (source, LABS / lab / "exercise.h", LABS / lab / "check.c"):
        whole.update(hashlib.sha256(path.read_bytes() if path.exists() else b"").digest())
    return whole.hexdigest()
