"""The verbs of scripts/lab whose pages go to others: compare for a class, report for a teacher."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from steps import run, shown


def _from_here(path: Path) -> str:
    """A path as the project's folder sees it, where the commands run."""
    return shown(Path(os.path.abspath(path)))


def _run(command: list[str]) -> int:
    ended = run([sys.executable, *command])
    return 128 + ended.interrupt if ended.interrupt else ended.status


def compare(options: argparse.Namespace) -> int:
    command = ["scripts/compare.py", *map(_from_here, options.runs)]
    if options.output is not None:
        command += ["--output", _from_here(options.output)]
    if options.names:
        command += ["--names"]
    return _run(command)


def report(options: argparse.Namespace) -> int:
    command = ["scripts/report.py"]
    if options.name is not None:
        command += ["--name", options.name]
    if options.output is not None:
        command += ["--output", _from_here(options.output)]
    return _run(command)


def add_verbs(verbs: Any) -> None:
    """`verbs` is what argparse calls subparsers."""
    verb = verbs.add_parser("compare", add_help=False)
    verb.set_defaults(act=compare)
    verb.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    verb.add_argument("--output", type=Path, metavar="FILE")
    verb.add_argument("--names", action="store_true")

    verb = verbs.add_parser("report", add_help=False)
    verb.set_defaults(act=report)
    verb.add_argument("--name", metavar="NAME")
    verb.add_argument("--output", type=Path, metavar="FILE")
