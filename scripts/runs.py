"""The runs in results/: which there are, and which of them may go."""
from __future__ import annotations

import re
import shutil
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "results"
NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{6}-.+")     # what the bench calls a run's folder


def runs(results: Path = RESULTS) -> list[Path]:
    """Every run's folder, the newest first. What has another name is not ours to touch; neither
    is a link, wherever it points."""
    if not results.is_dir():
        return []
    return sorted((path for path in results.iterdir()
                   if NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink()),
                  key=lambda path: path.name, reverse=True)


def prune(keep: int, results: Path = RESULTS) -> list[Path]:
    """Removes all runs but the newest `keep`; returns what it removed."""
    old = runs(results)[keep:]
    for path in old:
        shutil.rmtree(path)
    latest = results / "latest"
    if latest.is_symlink() and not latest.exists():
        latest.unlink()
    return old
