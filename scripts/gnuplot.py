"""Runs gnuplot: a warning of it is an error, and nothing in a text is special to it."""
from __future__ import annotations

import os
import subprocess
from pathlib import Path

import chart_scripts
from chart_scripts import Trouble
from chart_words import plain

TIME_LIMIT = 60                         # seconds for one picture


def quoted(text: str) -> str:
    """A gnuplot string in which nothing is special (no backquote, no backslash)."""
    return "'" + plain(text).replace("'", "''") + "'"


def array(name: str, lines: list[str]) -> str:
    return f"array {name}[{len(lines)}] = [{', '.join(quoted(line) for line in lines)}]\n"


def run(script: Path, settings: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    for name in ("GNUTERM", "GNUPLOT_DEFAULT_GDFONT", "GNUPLOT_LIB"):
        environment.pop(name, None)
    try:
        done = subprocess.run(
            ["gnuplot", "--default-settings", str(settings), str(script)],
            cwd=chart_scripts.CHARTS, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT)
    except FileNotFoundError:
        raise Trouble("gnuplot is missing: install the package gnuplot-nox") from None
    except subprocess.TimeoutExpired:
        raise Trouble(f"{script.name}: gnuplot took longer than {TIME_LIMIT} s") from None
    said = [line.strip() for line in (done.stderr + done.stdout).splitlines()
            if line.strip() and not line.startswith("Fontconfig")]
    if done.returncode != 0 or said:
        detail = next((line for line in said if "line" in line or "warning" in line),
                      said[0] if said else f"exit status {done.returncode}")
        raise Trouble(f"{script.name}: gnuplot says: {detail}")
