"""A run folder as other programs read it: run.json and the tables beside it.

A folder may come from anybody. What is read here is checked for its shape, so that whoever uses it
meets a broken run as one BrokenRun with a line for the person.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMA = 1
JSON_BYTES_MOST = 20_000_000            # a thorough run has one tenth of that
OBJECTS = ("machine", "software", "options", "charts")
LISTS = ("summaries", "comparisons", "fits", "claims", "warnings")


class BrokenRun(Exception):
    """Why a folder cannot be used as a run, in one line."""


def read_run(folder: Path) -> dict[str, Any]:
    """run.json, with all keys of the schema; raises BrokenRun."""
    path = folder / "run.json"
    try:
        if path.stat().st_size > JSON_BYTES_MOST:
            raise BrokenRun(f"{path} is larger than any run")
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenRun(f"{folder} is not a run folder: it has no run.json") from None
    except OSError as error:
        raise BrokenRun(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BrokenRun(f"{path} is not JSON: {error}") from None
    if not isinstance(run, dict):
        raise BrokenRun(f"{path} is not a run: an object was expected")
    if run.get("schema") != SCHEMA:
        raise BrokenRun(f"{path} has schema {run.get('schema')!r}; this version reads {SCHEMA}")
    for names, kind in ((OBJECTS, dict), (LISTS, list)):
        for name in names:
            if not isinstance(run.setdefault(name, kind()), kind):
                raise BrokenRun(f"{path}: {name} has the wrong type")
    return run
