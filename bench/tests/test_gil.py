"""gil.py, the probe in Python: the same words and columns, the same counts, nobody left behind."""
from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import programs
from programs import Case, limited

HEADER = "elapsed_ns,total_ns,result,error"


class Gil(Case):
    def setUp(self) -> None:
        super().setUp()
        self.python = [sys.executable, "-I", "-S", str(self.programs / "gil.py")]
        self.addCleanup(self.assert_nobody_computes)

    def ours(self) -> list[int]:
        """The processes that run our copy of the script."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.programs / "gil.py").encode() in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except OSError:
                pass         # ended meanwhile
        return found

    def assert_nobody_computes(self) -> None:
        self.assertEqual(self.ours(), [])

    def measure(self, *words: str, prefix: list[str] | None = None) -> list[str]:
        """The cells of the one row."""
        out = self.call(*(prefix or []), *self.python, "speedup", *words).stdout.splitlines()
        self.assertEqual((len(out), out[0]), (2, HEADER))
        return out[1].split(",")

    def test_bad_words(self) -> None:
        good = ["speedup", "workload=primes", "kind=serial", "size=10"]
        for words, said in (
                ([], "give a measure: speedup, calibrate, who"),
                (["nonsense"], "give a measure"),
                (["who", "x=1"], "x=1: the keys are none"),
                (["calibrate", "target_ms=0"], "target_ms=0: give a whole number from 1 to"),
                (["speedup"], "workload=... is missing"),
                (good[:3], "size=... is missing"),
                ([*good, "size=0"], "size=0: give a whole number from 1 to"),
                ([*good, "size=-1"], "size=-1: give a whole number from 1 to"),
                ([*good, "size=9999999999"], "give a whole number from 1 to"),
                ([*good, "workers=x"], "workers=x: give a whole number from 1 to 4096"),
                ([*good, "workload=sum"], "workload=sum: give primes, nap"),
                ([*good, "kind=copies"], "kind=copies: give serial, threads, processes"),
                ([*good, "cpus="], "cpus=: give numbers with commas"),
                ([*good, "cpus=0,x"], "cpus=0,x: give numbers with commas"),
                ([*good, "cpus=-1"], "cpus=-1: give numbers with commas"),
                ([*good, "colour=red"], "colour=red: the keys are workload, kind"),
                ([*good, "size"], "size: the keys are workload, kind")):
            with self.subTest(words):
                done = self.call(*self.python, *words, status=2)
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.stderr.count("\n"), 1)
                self.assertIn(said, done.stderr)

    def test_who_it_is(self) -> None:
        head, row = self.call(*self.python, "who").stdout.splitlines()
        self.assertEqual(head, "name,micro,has_lock,executable")
        name, micro, has_lock, executable = row.split(",")
        self.assertTrue(name.startswith(
            f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}"))
        self.assertEqual(int(micro), sys.version_info[2])
        self.assertEqual(has_lock, str(int(getattr(sys, "_is_gil_enabled", lambda: True)())))
        self.assertTrue(os.path.samefile(executable, sys.executable))

    def test_calibrate(self) -> None:
        head, size = self.call(*self.python, "calibrate", "target_ms=5").stdout.splitlines()
        self.assertEqual(head, "size")
        self.assertGreaterEqual(int(size), 1)
        self.assertEqual(size[2:].strip("0"), "", "two digits")

    def test_the_same_count_as_in_c(self) -> None:
        for kind in ("serial", "threads", "processes"):
            for workers, size in ((1, 2), (1, 3), (3, 100), (2, 101), (2, 4321), (7, 12345)):
                words = ("workload=primes", f"kind={kind}", f"workers={workers}", f"size={size}")
                with self.subTest(words):
                    row = self.measure(*words)
                    theirs = self.call(self.probe, "speedup", *words).stdout.splitlines()
                    self.assertEqual(theirs[0], HEADER)
                    self.assertEqual(row[2:], theirs[1].split(",")[2:])
                    self.assertLessEqual(int(row[0]), int(row[1]))

    def test_naps(self) -> None:
        for kind in ("serial", "threads", "processes"):
            for workers in (1, 3):
                with self.subTest(kind=kind, workers=workers):
                    row = self.measure("workload=nap", f"kind={kind}", f"workers={workers}",
                                       "size=1000")
                    self.assertEqual(row[2:], ["1000", ""])

    def test_no_such_cpu(self) -> None:
        for kind in ("serial", "threads", "processes"):
            with self.subTest(kind):
                self.assertEqual(self.measure("workload=primes", f"kind={kind}", "workers=3",
                                              "size=1000", "cpus=1023"), ["", "", "", "EINVAL"])

    def test_process_limit(self) -> None:
        """What the system refuses is a row, and who was started goes home."""
        for processes in (1, 3):
            limit = limited(processes)
            for kind in ("threads", "processes"):
                with self.subTest(kind=kind, processes=processes):
                    self.assertEqual(
                        self.measure("workload=nap", f"kind={kind}", "workers=8",
                                     "size=1000000000", prefix=limit), ["", "", "", "EAGAIN"])

    def test_nobody_waits_for_one_who_never_comes(self) -> None:
        spec = importlib.util.spec_from_file_location("gil", self.programs / "gil.py")
        gil = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(gil)

        class Dead:
            def is_alive(self) -> bool:
                return False

        gate = gil.Gate()
        gate.give_up()
        self.assertFalse(gate.await_all([Dead()]))
        gate.abort(1)
        gate = gil.Gate()
        self.assertFalse(gate.await_all([Dead()]))
        gate.abort(3)
        self.assertEqual([gate.enter() for _ in range(3)], [False] * 3)
        self.assertTrue(gate.await_all([Dead()] * 3), "arrived before it ended")
        self.assertTrue(gate.enter())

    def test_workers_die_with_a_probe_that_is_killed(self) -> None:
        for kind in ("threads", "processes"):
            with self.subTest(kind):
                workers = 3
                process = subprocess.Popen(
                    [*self.python, "speedup", "workload=nap", f"kind={kind}",
                     f"workers={workers}", "size=900000000"], stdout=subprocess.DEVNULL)
                self.addCleanup(programs.stop, process)
                expected = 1 + workers * (kind == "processes")
                self.assertTrue(programs.wait_until(lambda: len(self.ours()) == expected))
                time.sleep(0.2)     # beyond the first thing that a child does
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.assertTrue(programs.wait_until(self.nobody))

    def nobody(self) -> bool:
        """Orphans become ours: wait for them."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            return True
        return False


if __name__ == "__main__":
    programs.main(__name__)
