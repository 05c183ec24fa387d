"""A run folder as other programs read it: run.json, and the charts beside it.

A folder may come from anybody. What is read here is checked for its shape, so that whoever uses it
meets a broken run as one BrokenRun with a line for the person.
"""
from __future__ import annotations

import functools
import json
import math
import os
import re
import stat
from pathlib import Path
from typing import Any, NoReturn

SCHEMA = 1
JSON_BYTES_MOST = 20_000_000            # a thorough run has one tenth of that
CHART_BYTES_MOST = 1_000_000
ROWS_MOST = 50_000
DEEP_MOST = 6
TEXT_MOST = 4000                        # a claim's evidence is the longest that the bench writes
INTEGER_DIGITS_MOST = 18
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")       # a chart

OBJECTS = ("machine", "software", "options", "charts")
LISTS = ("summaries", "comparisons", "fits", "claims", "warnings")
FEW = ("claims", "warnings", "charts")  # of these, a page shows every one
FEW_MOST = 200
ROWS = ("summaries", "comparisons", "fits")
# What readers of a row count on: these fields are words, those are numbers or null; of what else
# a bench may have put there, it is only sure that it is no list and no object.
WORDS = frozenset((
    "experiment", "case", "base", "label", "note", "family", "placement", "zone", "verdict",
    "unavailable", "model", "pages", "beyond", "ten_percent_words", "one_percent_words"))
QUANTITY = re.compile(r".*_(us|ms|ns|s|kib|mib|mb_s|percent|per_page|low|high)|ratio|speedup"
                      r"|efficiency|of_ceiling|n|blocks|failed|pairs|rounds")
COUNTED = frozenset((                   # parameters that one can count with
    "alive", "bytes", "size", "task_us", "tasks", "touched_mib", "workers", "written"))
CLAIM = ("id", "statement", "verdict", "evidence")
NUMBERS = frozenset((                   # facts of a machine that one can count with
    "memory_mib", "memory_available_mib", "cores", "hardware_threads", "affinity_cpus",
    "quota_cpus", "usable_cpus", "cores_usable", "huge_page_kib", "aslr", "overcommit",
    "load_before", "load_after", "steal_share"))

Row = dict[str, Any]


class BrokenRun(Exception):
    """Why a folder cannot be used as a run, in one line; `why` says it without the folder."""

    def __init__(self, folder: Path, why: str) -> None:
        self.why = plain(why)
        super().__init__(f"{plain(str(folder))}: {self.why}")


class _Wrong(Exception):
    """What is wrong with a run.json, for whoever knows the folder."""


def read_run(folder: Path) -> dict[str, Any]:
    """run.json, with all keys of the schema, each of its type; raises BrokenRun."""
    text = _read(folder, "run.json", JSON_BYTES_MOST)
    try:
        run = json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
        if not isinstance(run, dict):
            raise _Wrong("is not a run: an object was expected")
        if type(run.get("schema")) is not int or run["schema"] != SCHEMA:
            raise _Wrong(f"has schema {str(run.get('schema'))[:20]}; this version reads {SCHEMA}")
        return _shaped(_clean(run, 0))
    except _Wrong as wrong:
        raise BrokenRun(folder, f"run.json {wrong}") from None
    except (ValueError, RecursionError) as error:
        raise BrokenRun(folder, f"run.json is not JSON: {error}") from None


def charts(folder: Path) -> list[str]:
    """The names of the charts that have been drawn as SVG."""
    try:
        found = sorted(path.stem for path in (folder / "charts").glob("*.svg"))
    except OSError:
        return []
    return [name for name in found if NAME.fullmatch(name)][:FEW_MOST]


def read_chart(folder: Path, name: str) -> str:
    """A chart's SVG as it is: whoever shows it has to keep its scripts from running."""
    if not NAME.fullmatch(name):
        raise BrokenRun(folder, f"{name}: no such chart")
    return _read(folder, f"charts/{name}.svg", CHART_BYTES_MOST)


def plain(text: str) -> str:
    """One line that is safe to print: no control characters, no invisible ones, not endless."""
    if not text.isprintable():
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= TEXT_MOST else text[:TEXT_MOST - 1] + "…"


def _read(folder: Path, name: str, bytes_most: int) -> str:
    """A text file of the folder's own: no link out of it, no device, no pipe that never ends."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BrokenRun(folder, f"{name} is a link out of the folder")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise BrokenRun(folder, f"{name} is not a plain file")
            content = file.read(bytes_most + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise BrokenRun(folder, "is not a run's folder: it has no run.json" if name == "run.json"
                        else f"has no {name}") from None
    except (OSError, ValueError, RuntimeError) as error:    # a null byte; a ring of links
        why = error.strerror if isinstance(error, OSError) else error
        raise BrokenRun(folder, f"{name}: {why}") from None
    if len(content) > bytes_most:
        raise BrokenRun(folder, f"{name} is larger than that of any run")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenRun(folder, f"{name} is not UTF-8 text") from None


def _no_number(word: str) -> NoReturn:
    raise _Wrong(f"has {word} where a number belongs")


def _finite(word: str) -> float:
    number = float(word)
    return number if math.isfinite(number) else _no_number(word[:20])


def _whole(word: str) -> int:
    # More digits than a machine counts in, and int() would take its time over millions of them.
    return int(word) if len(word) <= INTEGER_DIGITS_MOST else _no_number(word[:20] + "…")


def _clean(value: Any, depth: int) -> Any:
    """The same, with texts that are safe to show; raises _Wrong where it is nested too deeply."""
    if isinstance(value, str):
        return plain(value)
    if not isinstance(value, (dict, list)):
        return value
    if depth == DEEP_MOST:
        raise _Wrong("is nested too deeply")
    if len(value) > ROWS_MOST:
        raise _Wrong("has lists without end")
    if isinstance(value, list):
        return [_clean(each, depth + 1) for each in value]
    return {plain(name): _clean(each, depth + 1) for name, each in value.items()}


def _is_number(value: Any) -> bool:
    return value is None or type(value) in (int, float)


def _shaped(run: dict[str, Any]) -> dict[str, Any]:
    """The run with everything in its place; raises _Wrong where something has another type."""
    for names, kind in ((OBJECTS, dict), (LISTS, list)):
        for name in names:
            if not isinstance(run.setdefault(name, kind()), kind):
                raise _Wrong(f"has something else than {kind.__name__} under {name}")
    for name in FEW:
        if len(run[name]) > FEW_MOST:
            raise _Wrong(f"has {len(run[name])} {name}")
    run["complete"] = run.get("complete") is True
    for name in ROWS:
        for number, row in enumerate(run[name]):
            _shape_row(row, f"{name}[{number}]")
    for number, claim in enumerate(run["claims"]):
        if not isinstance(claim, dict) or any(type(claim.get(key)) is not str for key in CLAIM):
            raise _Wrong(f"has no claim in claims[{number}]")
    if any(type(warning) is not str for warning in run["warnings"]):
        raise _Wrong("has a warning without words")
    for name, words in run["charts"].items():
        if not isinstance(words, dict) or any(type(word) is not str for word in words.values()):
            raise _Wrong(f"has no words for the chart {name[:60]}")
    for group in ("machine", "software"):
        for name, fact in run[group].items():
            if isinstance(fact, (dict, list)) or name in NUMBERS and not _is_number(fact):
                raise _Wrong(f"has something odd under {group}.{name[:60]}")
    return run


def _shape_row(row: Any, where: str) -> None:
    if not isinstance(row, dict):
        raise _Wrong(f"has no row in {where}")
    parameters = row.setdefault("parameters", {})
    if not isinstance(parameters, dict):
        raise _Wrong(f"has no parameters in {where}")
    for name, value in parameters.items():      # empty in a row of what could not run
        if (isinstance(value, (dict, list))
                or name in COUNTED and not _is_number(value) and value != ""):
            raise _Wrong(f"has something odd in {where}.parameters.{name[:60]}")
    for name in ("experiment", "case"):
        row.setdefault(name, "")
    for name, value in row.items():
        if name in WORDS:
            fits = type(value) is str
        elif _is_quantity(name):
            fits = _is_number(value)
        else:
            fits = name == "parameters" or not isinstance(value, (dict, list))
        if not fits:
            raise _Wrong(f"has something odd in {where}.{name[:60]}")


@functools.lru_cache(maxsize=1000)
def _is_quantity(name: str) -> bool:
    return QUANTITY.fullmatch(name) is not None
