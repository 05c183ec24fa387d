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
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import AbstractSet, NamedTuple, NoReturn

PR_SET_CHILD_SUBREAPER = 36
INTERRUPTS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
OUTPUT_MAX = 1 << 20            # bytes; what is printed beyond it is dropped
WATCH_S = 0.2                   # so often the memory is looked at
GRACE_S = 2.0                   # between SIGTERM, which lets a judge tidy up, and SIGKILL


class Result(NamedTuple):
    status: int                 # as a shell counts: 128 + signal
    output: str                 # stdout and stderr, in the order they were written
    timed_out: bool
    too_big: bool               # took more memory than it was given
    seconds: float


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for another in INTERRUPTS:
        signal.signal(another, signal.SIG_IGN)      # it would interrupt the tidying up
    sys.exit(128 + number)      # runs the finally clauses on the way out


def prepare() -> None:
    """Once in a program that uses run()."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in INTERRUPTS:
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


def _mappings(pid: int) -> str:
    """What the kernel tells of a process's memory: in sum since Linux 4.14, else one by one."""
    folder = Path(f"/proc/{pid}")
    with contextlib.suppress(FileNotFoundError):
        return (folder / "smaps_rollup").read_text()
    return (folder / "smaps").read_text()


def _private_bytes(pid: int, exactly: bool) -> int:
    """A process's own memory; exactly: with its share of what it shares, which takes longer."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        if exactly:
            lines = _mappings(pid).splitlines()
            return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
        pages = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _is_too_big(pids: Iterable[int], most: int) -> bool:
    """What fork has copied for nobody yet counts for everybody: so look twice, if need be."""
    pids = list(pids)
    return all(sum(_private_bytes(pid, exactly) for pid in pids) > most
               for exactly in (False, True))


class _Ending(NamedTuple):
    timed_out: bool = False
    too_big: bool = False


def _wait(process: subprocess.Popen[bytes], limit_s: float, spared: AbstractSet[int] = frozenset(),
          memory_mib: int = 0) -> _Ending:
    """Until it has ended, or has to be. (Popen.wait looks now and then: a check takes less.)"""
    end = time.monotonic() + limit_s
    step = WATCH_S if memory_mib else limit_s
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:             # a kernel before 5.3
        handle = -1
    try:
        while process.poll() is None:
            left = end - time.monotonic()
            if left <= 0:
                return _Ending(timed_out=True)
            if handle >= 0:
                select.select([handle], [], [], min(step, left))
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(min(step, left))
            if (memory_mib and process.poll() is None
                    and _is_too_big(descendants() - spared, memory_mib << 20)):
                return _Ending(too_big=True)
    finally:
        if handle >= 0:
            os.close(handle)
    return _Ending()


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _freeze(pids: set[int], spared: set[int]) -> None:
    """Whoever stands still starts nobody, and keeps the place that a limit on processes gives
    him: to kill one of many that multiply would only make room for another.
    """
    frozen: set[int] = set()
    while pids - frozen:
        _signal(pids - frozen, signal.SIGSTOP)
        frozen |= pids
        pids = descendants() - spared


def _end(process: subprocess.Popen[bytes], spared: set[int]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        _wait(process, GRACE_S)
    left = descendants() - spared
    _freeze(left, spared)
    while left := left and descendants() - spared:
        _signal(left, signal.SIGKILL)
        process.poll()
        for pid in left - {process.pid}:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.001)


def run(command: list[str], limit_s: float, cwd: Path | None = None,
        env: dict[str, str] | None = None, memory_mib: int = 0) -> Result:
    """`memory_mib`: of all its processes together, as far as looking now and then can tell.

    The output goes through a file: a pipe would stay open as long as any escaped process.
    """
    spared = descendants()
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            ending = _wait(process, limit_s, spared, memory_mib)
        finally:
            _end(process, spared)
        output.seek(0)
        words = output.read(OUTPUT_MAX).decode(errors="replace")
    status = process.returncode
    return Result(status if status >= 0 else 128 - status, words, *ending,
                  time.monotonic() - begun)
