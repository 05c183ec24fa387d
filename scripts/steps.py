"""Plain commands, printed before they run, so that whoever wants to can type them without
scripts/lab; and the one way in which its verbs stop.
"""
from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build"
INTERRUPTS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Stop(Exception):
    """The end of the program: a line for the person (or none), and the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Ended(NamedTuple):
    status: int                 # as a shell counts: 128 + signal
    interrupt: int              # the signal that was meant to stop us, or 0


def shown(path: Path) -> str:
    """A path inside the project without the project's own path, as the commands use it."""
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def file_mode() -> int:
    """For a file that came from mkstemp: whom the umask allows it may read it, no more."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o644 & ~mask


def in_lines(command: list[str]) -> str:
    """A command for a shell, on lines of 80 columns where its words allow that."""
    words: list[str] = []
    for word in map(shlex.quote, command):
        if words and words[-1] == "-ex":        # gdb's: what it executes belongs to it
            words[-1] += f" {word}"
        else:
            words.append(word)
    lines = [" "]
    for word in words:
        if lines[-1].strip() and len(lines[-1]) + len(word) > 76:
            lines.append("   ")
        lines[-1] += " " + word
    return " \\\n".join(lines)


def what_helps(error: OSError) -> str:
    """After a file or program that cannot be used."""
    if isinstance(error, PermissionError):
        return ("Its folder has to be yours, on a disk from which programs may run (not mounted"
                " noexec).")
    if isinstance(error, FileNotFoundError):
        return "scripts/lab setup installs what is missing."
    return "Free it, or take another place, and try again."


def run(command: list[str], **streams: Any) -> Ended:
    """Print a command, run it in the project's folder, and wait until it has really ended.

    An interrupt does not stop the wait: the bench needs it to put its finished blocks in order.
    Ctrl-C reaches the command by itself (the whole foreground group gets it); what another
    process sent to us alone is passed on.
    """
    plain = command[1:] if command[0] == sys.executable else command
    typed = shlex.join(plain)
    print("$ " + (typed if len(typed) <= 78 else in_lines(plain).lstrip()), flush=True)
    watched = INTERRUPTS | {signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    interrupt = 0
    try:
        child = subprocess.Popen(
            command, cwd=PROJECT, **streams,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
        while child.poll() is None:
            received = signal.sigwaitinfo(watched)
            if received.si_signo == signal.SIGCHLD:
                continue
            interrupt = received.si_signo
            if received.si_code <= 0:           # SI_USER and its like: a process, not the kernel
                child.send_signal(interrupt)
    except OSError as error:
        raise Stop(f"{command[0]}: {error.strerror}. {what_helps(error)}")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    status = child.returncode
    return Ended(status if status >= 0 else 128 - status, interrupt)


def run_quietly(command: list[str], failure: str) -> None:
    """Run a command whose output matters only when it fails."""
    with tempfile.TemporaryFile() as output:
        ended = run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        if ended.interrupt:
            raise Stop("interrupted", 128 + ended.interrupt)
        if ended.status != 0:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))
            raise Stop(failure)
