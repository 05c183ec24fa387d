"""What scripts/lab remembers about a student, in .lab/: one JSON file a subject, by lab.

It is theirs to edit and to remove: whatever does not look as it should counts as not there.
"""
from __future__ import annotations

import json
import os
import time
from typing import Any

from steps import PROJECT, Stop, shown

MEMORY = PROJECT / ".lab"
BYTES_MOST = 1_000_000                  # all labs together need a hundredth of that


def recall(subject: str) -> dict[str, Any]:
    """What was kept, by lab; empty where nothing can be read."""
    try:
        with open(MEMORY / f"{subject}.json", "rb") as file:
            kept = json.loads(file.read(BYTES_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def keep(subject: str, lab: str, what: Any) -> None:
    """In place of what was kept for that lab; None forgets it. The whole file or none."""
    kept = recall(subject)
    if what is None and lab not in kept:
        return
    kept.pop(lab, None)
    if what is not None:
        kept[lab] = what
    path = MEMORY / f"{subject}.json"
    try:
        MEMORY.mkdir(exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        os.replace(new, path)
    except OSError as error:
        raise Stop(f"{shown(path)} cannot be written: {error.strerror}")


def today() -> str:
    return time.strftime("%Y-%m-%d")


def date_of(kept: Any) -> str:
    """The date that stands with something kept, if it is one."""
    date = kept.get("date") if isinstance(kept, dict) else None
    if not isinstance(date, str):
        return ""
    try:
        time.strptime(date, "%Y-%m-%d")
    except ValueError:
        return ""
    return date
