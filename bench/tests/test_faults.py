"""System calls that fail on purpose, the k-th of its kind (inject.c), in the driver and in the
probe: a clear line, the right status, nothing left behind, nothing half-written that looks whole.

Every k is tried until the program ends untouched; beyond the first few, every k that is three times
the last. FAULTS=every in the environment leaves none out.
"""
from __future__ import annotations

import errno
import itertools
import os
import subprocess
from typing import Iterator

import programs
from programs import Case, wait_until, without_leak_check

# pthread, its control, and fork: 9 rounds, and 16 before that find out about the machine.
SMALL = ("creation", "--cases", "fork", "--placement", "same-cpu", "--time-budget", "0.1")
EACH = 5                    # every k up to here
EVER = 1_000_000            # so many in a row: nothing gets better any more
CANNOT = 125                # inject's own troubles
# What a C library says when it ends a program, and what strerror says of no error.
NEVER = ("Success", "Sanitizer", "Assert", "terminated", "smashing", "corrupt", "double free")


def moments() -> Iterator[int]:
    """The k that are tried."""
    if os.environ.get("FAULTS") == "every":
        yield from itertools.count(1)
    yield from range(1, EACH + 1)
    k = EACH
    while True:
        k *= 3
        yield k


class Injected(Case):
    def setUp(self) -> None:
        super().setUp()
        self.report = self.folder / "report"
        self.inject = str(programs.PROGRAMS / "inject")
        if not os.path.exists(self.inject):
            self.skipTest("inject was not built here: the kernel's headers are too old")
        done = subprocess.run([*self.injector("true", "open", 1, 1, errno.EIO), "true"],
                              capture_output=True, text=True, check=False)
        if done.returncode == CANNOT:
            self.skipTest(f"this system does not let us: {done.stderr.strip()}")

    def injector(self, program: str, call: str, k: int, count: int, error: int) -> list[str]:
        return [self.inject, program, call, str(k), str(count), str(error), str(self.report)]

    def refused(self) -> int:
        """How many calls the last run was refused."""
        return int(self.report.read_text())

    def memory_is_checked(self) -> None:
        if b"__asan_init" in (programs.PROGRAMS / "probe").read_bytes():
            self.skipTest("AddressSanitizer ends a program that gets no memory")


class Driven(Injected):
    """Whole runs of bench, of which one program meets the fault."""

    def every(self, program: str, call: str, error: int, count: int = 1) -> None:
        """For every k until the run ends untouched, which is the next run that works, too."""
        for k in moments():
            with self.subTest(program=program, call=call, k=k, count=count):
                self.run_folder = self.folder / f"run-{k}"
                done = subprocess.run(
                    [*self.injector(program, call, k, count, error), self.bench, *SMALL, "--wait",
                     "--output", str(self.run_folder)],
                    stdin=subprocess.DEVNULL, capture_output=True, text=True,
                    timeout=programs.LIMIT_S, env=without_leak_check())
                refused = self.refused()
                self.assert_clear(done)
                self.assert_files_are_whole()
                self.assert_nothing_runs()
            if refused == 0:
                self.assertEqual(done.returncode, 0)
                self.assertGreater(k, 1, f"{program} never calls {call}")
                return

    def assert_clear(self, done: subprocess.CompletedProcess[str]) -> None:
        """One line for what failed, and a status and a run.json that agree with it."""
        for word in NEVER:
            self.assertNotIn(word, done.stderr)
        complaints = [line for line in done.stderr.splitlines() if line.startswith("bench: ")
                      and not line.startswith("bench: waiting for another run")]
        kept = (self.run_folder / "run.json").exists()
        if done.returncode == 0:
            self.assertEqual(complaints, [])
            self.assertTrue(self.run_json()["complete"])
            return
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(complaints), 1, done.stderr)
        whole = ("some cases were given up" in complaints[0]
                 or "cannot write to the standard output" in complaints[0])
        if kept:
            self.assertEqual(self.run_json()["complete"], whole, complaints)
        else:
            self.assertFalse(whole)
        if "given up" in complaints[0]:
            self.assertIn(" was given up: ", done.stderr)


class Driver(Driven):
    def test_chmod(self) -> None:
        self.every("bench", "chmod", errno.EPERM)

    def test_dup(self) -> None:
        self.every("bench", "dup", errno.EBADF)

    def test_exec(self) -> None:
        self.every("bench", "exec", errno.EACCES)

    def test_fork(self) -> None:
        self.every("bench", "create", errno.EAGAIN)

    def test_fsync(self) -> None:
        self.every("bench", "fsync", errno.EIO)

    def test_memory(self) -> None:
        self.memory_is_checked()
        self.every("bench", "memory", errno.ENOMEM)

    def test_memory_from_then_on(self) -> None:
        self.memory_is_checked()
        self.every("bench", "memory", errno.ENOMEM, EVER)

    def test_mkdir(self) -> None:
        self.every("bench", "mkdir", errno.EACCES)

    def test_open(self) -> None:
        self.every("bench", "open", errno.EMFILE)

    def test_pipe(self) -> None:
        self.every("bench", "pipe", errno.EMFILE)

    def test_print(self) -> None:
        self.every("bench", "print", errno.ENOSPC)

    def test_rename(self) -> None:
        self.every("bench", "rename", errno.EIO)

    def test_socket(self) -> None:
        self.every("bench", "socket", errno.EMFILE)

    def test_waitpid(self) -> None:
        self.every("bench", "wait", errno.ECHILD)

    def test_write(self) -> None:
        self.every("bench", "write", errno.EIO)

    def test_write_from_then_on(self) -> None:
        self.every("bench", "write", errno.ENOSPC, EVER)


class Probe(Driven):
    """What the driver makes of a probe that meets the fault in each of its blocks."""

    def test_fork_and_pthread_create(self) -> None:
        self.every("probe", "create", errno.EAGAIN)

    def test_memory(self) -> None:
        self.memory_is_checked()
        self.every("probe", "memory", errno.ENOMEM, EVER)

    def test_print(self) -> None:
        self.every("probe", "print", errno.ENOSPC)

    def test_waitpid(self) -> None:
        self.every("probe", "wait", errno.ECHILD)


# Each measure as a process's and as a thread's, as small as it gets.
MEASURES = (
    "creation mechanism=fork samples=3 warmup=1",
    "creation mechanism=vfork samples=3 warmup=1 stamp=1",
    "creation mechanism=clone3 samples=3 warmup=1",
    "creation mechanism=pthread samples=3 warmup=1 touched_mib=1",
    "creation mechanism=thrd samples=3 warmup=1",
    "creation mechanism=clone-thread samples=3 warmup=1 stamp=1",
    "creation mechanism=fork-exec-dynamic samples=3 warmup=1 stamp=1",
    "ladder rung=pool batch=2 samples=3 limit_s=1",
    "granularity kind=process steps=10 tasks=2 samples=2",
    "granularity kind=thread-pool steps=10 tasks=2 samples=2",
    "granularity kind=process-pool steps=10 tasks=2 samples=2",
    "speedup workload=primes kind=processes workers=3 size=1000",
    "speedup workload=primes kind=threads workers=3 size=1000",
    "speedup workload=primes kind=copies workers=3 size=1000",
    "writing kind=process touched_mib=1 writes=2 samples=3",
    "writing kind=thread touched_mib=1 writes=2 samples=3",
    "population kind=process workers=4 at=1,4",
    "population kind=thread workers=4 at=1,4",
    "order kind=process starts=3 warmup=1",
    "order kind=thread starts=3 warmup=1",
    "exchange channel=variable bytes=64 samples=3",
    "exchange channel=shared bytes=64 samples=3",
    "exchange channel=pipe bytes=64 samples=3 mode=stream",
    "exchange channel=socket bytes=64 samples=3",
    "exchange channel=file bytes=64 samples=3",
    "switching by=pipe peer=process round_trips=3 samples=2 limit_s=1",
    "switching by=futex peer=thread round_trips=3 samples=2 limit_s=1",
)


class Measures(Injected):
    """The probe alone, every measure of it: rows that name the error, or one line; and an end."""

    LIMIT_S = 100           # far above any limit of its own: whatever runs so long is stuck

    def every(self, call: str, error: int, counts: tuple[int, ...] = (1, EVER)) -> None:
        met = 0
        for measure, count in itertools.product(MEASURES, counts):
            for k in moments():
                with self.subTest(measure, call=call, k=k, count=count):
                    refused = self.one(measure.split(), call, k, count, error)
                    met += refused
                if refused == 0:
                    break
        self.assertGreater(met, 0, f"no measure calls {call}")

    def one(self, words: list[str], call: str, k: int, count: int, error: int) -> int:
        """The number of calls that were refused."""
        done = subprocess.run(
            [*self.injector("probe", call, k, count, error), self.probe, *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=self.LIMIT_S,
            cwd=self.folder, env=without_leak_check())
        refused = self.refused()
        # A child that it may not wait for becomes ours.
        self.assertTrue(wait_until(lambda: self.alive() == []))
        programs.adopt_orphans()
        for word in NEVER:
            self.assertNotIn(word, done.stderr)
        if done.returncode == 0:
            self.assertEqual(done.stderr, "")
            self.assertGreaterEqual(done.stdout.count("\n"), 2)
        else:
            self.assertIn(done.returncode, (1, 2), done.stderr)
            self.assertRegex(done.stderr, r"\Aprobe.*: .+\n\Z")
            self.assertGreater(refused, 0)
        self.assertEqual([path.name for path in self.folder.iterdir()
                          if path.name not in ("programs", "labs", "report")], [])
        return refused

    def test_create(self) -> None:
        self.every("create", errno.EAGAIN)

    def test_memory(self) -> None:
        self.memory_is_checked()
        self.every("memory", errno.ENOMEM)

    def test_open(self) -> None:
        self.every("open", errno.EMFILE)

    def test_pipe(self) -> None:
        self.every("pipe", errno.EMFILE)

    def test_print(self) -> None:
        self.every("print", errno.ENOSPC)

    def test_read(self) -> None:
        self.every("read", errno.EIO)

    def test_socket(self) -> None:
        self.every("socket", errno.EMFILE)

    def test_waitpid(self) -> None:
        self.every("wait", errno.ECHILD)

    def test_write(self) -> None:
        """One at a time: a pipe between two processes that takes nothing any more, though both hold
        both its ends, is no fault that a system has."""
        self.every("write", errno.ENOSPC, (1,))


if __name__ == "__main__":
    programs.main(__name__)
