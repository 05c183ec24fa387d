"""How words look: colours, only on a terminal and only for who wants them; lines of 80 columns."""
from __future__ import annotations

import os
import sys
import textwrap
from typing import TextIO

COLUMNS = 80
CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def is_terminal(stream: TextIO | None = None) -> bool:
    """A screen that understands more than lines."""
    return (stream or sys.stdout).isatty() and os.environ.get("TERM", "dumb") != "dumb"


def has_colours() -> bool:
    return is_terminal() and not os.environ.get("NO_COLOR")


def paint(text: str, colour: str) -> str:
    return f"\033[{CODES[colour]}m{text}\033[0m" if has_colours() else text


def wrapped(text: str, first: str = "", later: str | None = None) -> str:
    """Long words (a path, a link) are left whole."""
    return textwrap.fill(text, COLUMNS, initial_indent=first,
                         subsequent_indent=" " * len(first) if later is None else later,
                         break_long_words=False, break_on_hyphens=False)


def clear() -> None:
    """The screen; what has scrolled away stays."""
    if is_terminal():
        print("\033[H\033[2J", end="", flush=True)
