"""`scripts/lab watch`: checks an exercise again at every save, until Ctrl-C.

The file is looked at now and then, for its time, size and content: that works on every file
system, for editors that replace the file, and where saving takes several steps.
"""
from __future__ import annotations

import difflib
import hashlib
import signal
import time
from pathlib import Path
from typing import Callable, NamedTuple

from steps import Ended, shown
from terminal import clear, paint, wrapped

POLL_S = 0.3


class Look(NamedTuple):
    """A file as it is now."""
    saved_ns: int
    size: int
    digest: str
    text: str


def look(source: Path) -> Look | None:
    """None while it is not there, as between two steps of an editor that replaces it."""
    try:
        saved_ns = source.stat().st_mtime_ns
        content = source.read_bytes()
    except OSError:
        return None
    return Look(saved_ns, len(content), hashlib.sha256(content).hexdigest(),
                content.decode(errors="replace"))


def wait_for_save(source: Path, before: Look | None) -> Look:
    """Waits for another content than before, and until it has settled: two looks that agree."""
    last = before
    gone = False
    while True:
        now = look(source)
        if now is None and last is None and not gone:
            gone = True
            print(f"{shown(source)} is not there. It is checked when it is back.", flush=True)
        if now is not None and now == last and (before is None or now.digest != before.digest):
            return now
        last = now
        time.sleep(POLL_S)


def changes(before: Look | None, now: Look) -> str:
    """What a save has changed, in numbers."""
    number = len(now.text.splitlines())
    count = f"{number} line{'' if number == 1 else 's'}"
    if before is None:
        return count
    marks = [line[0] for line in difflib.unified_diff(
        before.text.splitlines(), now.text.splitlines(), n=0)][2:]          # less the file names
    return f"{count}, {marks.count('+')} new, {marks.count('-')} gone"


def headline(source: Path, before: Look | None, now: Look) -> str:
    saved = time.strftime("%H:%M:%S", time.localtime(now.saved_ns / 1e9))
    return f"{shown(source)}, saved {saved}: {changes(before, now)}"


def watch(source: Path, check: Callable[[], Ended]) -> int:
    """The exit status: 0 for Ctrl-C, since there is no other way to leave."""
    checked = None
    try:
        while True:
            now = wait_for_save(source, checked)
            clear()
            print(paint(wrapped(headline(source, checked, now)), "bold"), flush=True)
            ended = check()
            if ended.interrupt == signal.SIGINT:
                return 0
            if ended.interrupt:
                return 128 + ended.interrupt
            checked = now
            print(f"\nChecked at {time.strftime('%H:%M:%S')}. Save the file to check it again;"
                  " Ctrl-C leaves.", flush=True)
    except KeyboardInterrupt:
        print()
        return 0
