"""Runs a command that may be anything, a student's program included, and always comes back.

After the time limit, and after an interrupt, nothing is left of the command: its session is ended,
and so is whatever escaped from it. Escaped processes become our children, because we ask to be the
subreaper of everything below us (prctl(2), PR_SET_CHILD_SUBREAPER).
"""
from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

PR_SET_CHILD_SUBREAPER = 36
OUTPUT_MAX = 1 << 20            # bytes; what is printed beyond it is dropped
GRACE_S = 2.0                   # between SIGTERM, which lets a judge tidy up, and SIGKILL


class Result(NamedTuple):
    status: int                 # as a shell counts: 128 + signal
    output: str                 # stdout and stderr, in the order they were written
    timed_out: bool
    seconds: float


def _stop(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)      # runs the finally clauses on the way out


def prepare() -> None:
    """Once in a program that uses run()."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop)


def descendants() -> set[int]:
    """Everybody below this process, zombies included."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:
                parents[int(name)] = int(stat.read().rpartition(b")")[2].split()[1])
    found: set[int] = set()
    level = {os.getpid()}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level} - found
        found |= level
    return found


def _wait(process: subprocess.Popen[bytes], limit_s: float) -> bool:
    """Has it ended in time? (Popen.wait would look now and then: a check takes less than that.)"""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:             # a kernel before 5.3
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(limit_s)
        return process.returncode is not None
    try:
        ended = bool(select.select([handle], [], [], limit_s)[0])
    finally:
        os.close(handle)
    if ended:
        process.wait()
    return ended


def _end(process: subprocess.Popen[bytes], spared: set[int]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        _wait(process, GRACE_S)
    # What is killed may just have started somebody: look again until nobody is left.
    while left := descendants() - spared:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.poll()
        for pid in left - {process.pid}:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.001)


def run(command: list[str], limit_s: float, cwd: Path | None = None) -> Result:
    """The output goes through a file: a pipe would stay open as long as any escaped process."""
    spared = descendants()
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            timed_out = not _wait(process, limit_s)
        finally:
            _end(process, spared)
        output.seek(0)
        words = output.read(OUTPUT_MAX).decode(errors="replace")
    status = process.returncode
    return Result(status if status >= 0 else 128 - status, words, timed_out,
                  time.monotonic() - begun)
