"""The built programs, as the tests of whole programs call them: bounded in time, in a copy of their
own, so that a test can put another probe beside the driver and see which processes are theirs."""
from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

LIMIT_S = 600                # for any one command: far more than it needs
# A user who owns nothing and runs nothing else, not even another build's tests.
STRANGER = 20000 + os.getpid() % 40000
PR_SET_CHILD_SUBREAPER = 36
PROGRAMS = Path()            # the folder of the built programs


def main(module: str) -> None:
    """Runs the module's tests; the first argument is the built bench or probe."""
    global PROGRAMS
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} BENCH-OR-PROBE [TEST…]")
    PROGRAMS = Path(sys.argv.pop(1)).resolve().parent
    # Orphans come to us, so that none goes unseen.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if is_emulated(PROGRAMS / "probe"):
        print("skipped: an emulator runs the programs, and /proc shows the emulator in their place")
        sys.exit(77)
    unittest.main(module, verbosity=2)


def is_emulated(probe: Path) -> bool:
    """Whether /proc shows something else in the place of a program of ours that is at work."""
    working = subprocess.Popen([probe, "speedup", "workload=primes", "kind=threads", "workers=1",
                                "size=1000000000"], stdout=subprocess.DEVNULL)
    try:
        return os.readlink(f"/proc/{working.pid}/exe") != str(probe)
    finally:
        working.kill()
        working.wait()


def works(*words: str) -> bool:
    """Whether this command ends well here: is it there, is it allowed?"""
    try:
        return subprocess.run(words, capture_output=True, timeout=LIMIT_S).returncode == 0
    except FileNotFoundError:
        return False


def as_stranger() -> list[str]:
    """What runs a command as a user without rights; skips the test where we cannot."""
    prefix = ["setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    if not works(*prefix, "true"):
        raise unittest.SkipTest("needs root, to become somebody else (setpriv)")
    return prefix


def limited(processes: int) -> list[str]:
    """What runs a command as somebody who may have so many processes, this one included. One is
    too few for anybody; other numbers need somebody who has no others."""
    limit = ["prlimit", f"--nproc={processes}"]
    if os.geteuid() == 0:
        return [*limit, *as_stranger()]
    if processes > 1 or not works(*limit, "true"):
        raise unittest.SkipTest("needs root, to become somebody without other processes")
    return limit


class Case(unittest.TestCase):
    """A test with a folder of its own, and a copy of the programs in it."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bench-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        for name in ("bench", "probe", "empty-dynamic", "empty-static",
                     "probe-glibc-static", "probe-musl-static",
                     "gil.py", "ladder.py"):
            if (PROGRAMS / name).exists():
                shutil.copy(PROGRAMS / name, self.programs / name)
        (self.folder / "labs").mkdir()              # as in the build folder
        for demo in (PROGRAMS.parent / "labs").glob("demo-[0-9][0-9]"):
            shutil.copy(demo, self.folder / "labs" / demo.name)
        self.bench = str(self.programs / "bench")
        self.probe = str(self.programs / "probe")
        self.run_folder = self.folder / "run"
        self.addCleanup(self.assert_nothing_runs)

    def assert_nothing_runs(self) -> None:
        """No process of ours is alive, and none has become ours that nobody waited for."""
        self.assertEqual(self.alive(), [])
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def alive(self) -> list[int]:
        """The processes that run one of our programs."""
        found = []
        for link in Path("/proc").glob("[0-9]*/exe"):
            try:
                if os.readlink(link).startswith(str(self.programs)):
                    found.append(int(link.parent.name))
            except OSError:
                pass         # ended meanwhile, or not ours to look at
        return found

    def call(self, *words: str, status: int = 0, limit_s: float = LIMIT_S,
             **more: Any) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, and checks its exit status."""
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=limit_s, **more)
        self.assertEqual(done.returncode, status, f"{words}\n{done.stdout}{done.stderr}")
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def measure(self, *words: str, prefix: list[str] | None = None, status: int = 0,
                **more: Any) -> subprocess.CompletedProcess[str]:
        """Runs bench into run_folder, when nobody else measures."""
        return self.call(*(prefix or []), self.bench, *words, "--wait", "--output",
                         str(self.run_folder), status=status, **more)

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Starts bench into run_folder; returns once it has begun to measure."""
        process = subprocess.Popen(
            [self.bench, *words, "--wait", "--output", str(self.run_folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            **({"preexec_fn": default_signals} | more))
        self.addCleanup(stop, process)
        while not (line := process.stderr.readline()).startswith(words[0]):
            self.assertTrue(line, "bench ended before it measured")
        return process

    def finish(self, process: subprocess.Popen[str], status: int) -> tuple[str, str]:
        out, err = process.communicate(timeout=LIMIT_S)
        self.assertEqual(process.returncode, status, out + err)
        return out, err

    def complaint(self, done: subprocess.CompletedProcess[str]) -> str:
        """The one line that says what is wrong: nothing else but warnings, progress, and whom
        --wait waited for, when somebody else measures on this machine."""
        lines = [line for line in done.stderr.splitlines()
                 if line.startswith(("bench: ", "probe"))
                 and not line.startswith("bench: waiting for another run")]
        self.assertEqual(len(lines), 1, done.stderr)
        return lines[0]

    def assert_files_are_whole(self) -> None:
        """What is in run_folder, if there is one: whole tables, and nothing temporary."""
        for path in self.run_folder.iterdir() if self.run_folder.exists() else ():
            self.assertFalse(path.name.startswith("."), f"{path} was left")
            if path.suffix == ".csv":
                read_table(path)

    def run_json(self) -> dict[str, Any]:
        return json.loads((self.run_folder / "run.json").read_text())

    def table(self, name: str) -> list[dict[str, str]]:
        return read_table(self.run_folder / f"{name}.csv")

    def fake_probe(self, lines: str) -> None:
        """Puts a script in the probe's place, which may go on with "$real" "$@"."""
        probe = self.programs / "probe"
        real = self.programs / "real-probe"
        if not real.exists():
            probe.rename(real)
        probe.write_text(f'#!/bin/sh\nreal={real}\n{lines}\n')
        probe.chmod(0o755)


    def one_workload(self, lines: str = "") -> None:
        """speedup without the work that fills 64 MiB anew for every block."""
        self.fake_probe('[ "$*" != "list workloads" ] || { "$real" "$@" | grep -v ^sum; exit; }\n'
                        f'{lines}exec "$real" "$@"')


def read_table(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows. Strict: no quotes, every row as long as its header, whole lines."""
    text = path.read_text()
    assert text.endswith("\n"), f"{path} ends within a line"
    assert not set(text) & set('"\\\r'), f"{path} has quotes, backslashes or returns"
    header, *rows = (line.split(",") for line in text[:-1].split("\n"))
    for row in rows:
        assert len(row) == len(header), f"{path}: {row}"
    return [dict(zip(header, row)) for row in rows]


def header_of(path: Path) -> str:
    with path.open() as file:
        return file.readline().rstrip("\n")


def without_leak_check() -> dict[str, str]:
    """The sanitizers' search for leaks starts a thread of its own, which a limit forbids."""
    return dict(os.environ, ASAN_OPTIONS="detect_leaks=0")


def default_signals() -> None:
    """A shell's `&` has SIGINT ignored, and what is ignored stays so in new programs."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def adopt_orphans() -> None:
    """Waits for all that became ours."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=LIMIT_S)


def wait_until(true: Any, limit_s: float = LIMIT_S) -> bool:
    """Whether it came true in time."""
    end_s = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.01)
    return True
