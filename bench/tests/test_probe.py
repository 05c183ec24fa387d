"""The probe as a student calls it, and as the driver does: its words, its exit statuses."""
from __future__ import annotations

import os
import pty
import subprocess
import unittest

import programs
from programs import Case, limited, without_leak_check


class Words(Case):
    def test_help_and_lists(self) -> None:
        self.assertIn("usage: probe MEASURE key=value", self.call(self.probe, "--help").stdout)
        listed = self.call(self.probe, "list", "mechanisms").stdout.splitlines()
        self.assertEqual(listed[0], "mechanism,family,label,note,needs")
        self.assertEqual([line.split(",")[0] for line in listed[1:]],
                         ["timer", "clone-thread", "pthread", "pthread-again", "thrd", "vfork",
                          "fork", "clone3", "posix-spawn", "fork-exec", "fork-exec-dynamic"])
        listed = self.call(self.probe, "list", "workloads").stdout.splitlines()
        self.assertEqual([line.split(",")[:2] for line in listed[1:]],
                         [["primes", "cpu"], ["sum", "memory"]])

    def test_unknown_measures(self) -> None:
        for words in ([], ["nonsense"], ["list"], ["list", "nonsense"], ["creation", "--help"]):
            with self.subTest(words):
                self.assertTrue(self.call(self.probe, *words, status=2).stderr)

    def test_bad_values(self) -> None:
        creation = ["creation", "mechanism=fork"]
        speedup = ["speedup", "workload=primes", "kind=serial"]
        for words, said in (
                ([*creation, "samples=0"], "samples=0: give a whole number from 1 to"),
                ([*creation, "samples=-1"], "samples=-1: give a whole number from 1 to"),
                ([*creation, "samples=99999999999999999999"], "give a whole number from 1 to"),
                ([*creation, "samples=many"], "samples=many: give a whole number from 1 to"),
                ([*creation, "samples="], "samples=: give a whole number from 1 to"),
                ([*creation, "colour=red"], "the keys are mechanism, samples, warmup"),
                ([*creation, "samples"], "the keys are mechanism, samples, warmup"),
                ([*creation, "cpu=4096"], "cpu=4096: give a whole number from -1 to 1023"),
                ([*creation, "budget_ms=0"], "budget_ms=0: give a whole number from 1 to"),
                ([*creation, "stamp=2"], "stamp=2: give a whole number from 0 to 1"),
                ([*creation, "rows=few"], "rows=few: give all or none"),
                (["creation"], "mechanism=… is missing: `probe list mechanisms`"),
                (["creation", "mechanism=x"], "mechanism=x is unknown; `probe list mechanisms`"),
                ([*speedup], "size=… is missing"),
                ([*speedup, "size=0"], "size=0: give a whole number from 1 to"),
                ([*speedup, "size=10", "workers=0"], "workers=0: give a whole number from 1 to"),
                (["speedup", "workload=x", "kind=serial", "size=1"], "workload=x is unknown"),
                ([*speedup, "size=1", "cpus=0,x"], "cpus=0,x: give numbers with commas"),
                ([*speedup, "size=1", "cpus="], "cpus=: give numbers with commas"),
                ([*speedup, "size=1", "cpus=-1"], "cpus=-1: give numbers with commas"),
                (["speedup", "workload=primes", "kind=x", "size=1"], "kind=x: give serial")):
            with self.subTest(words):
                done = self.call(self.probe, *words, status=2)
                self.assertIn(said, self.complaint(done))
                self.assertEqual(done.stdout, "")


    def test_bad_values_of_granularity(self) -> None:
        granularity = ["granularity", "kind=thread"]
        for words, said in (
                ([*granularity], "steps=… is missing: of xorshift"),
                ([*granularity, "steps=0"], "steps=0: give a whole number from 1 to"),
                ([*granularity, "steps=1", "tasks=10001"], "give a whole number from 1 to 10000"),
                (["granularity", "kind=pool", "steps=1"], "kind=pool: give serial, thread")):
            with self.subTest(words):
                self.assertIn(said, self.complaint(self.call(self.probe, *words, status=2)))


class Measures(Case):
    def test_a_worker_that_cannot_be_placed(self) -> None:
        for kind in ("serial", "processes", "threads", "copies"):
            with self.subTest(kind):
                out = self.call(self.probe, "speedup", "workload=primes", f"kind={kind}",
                                "workers=2", "size=1000", "cpus=1023").stdout
                self.assertEqual(out.splitlines()[1], ",,,EINVAL")

    def test_csv(self) -> None:
        out = self.call(self.probe, "creation", "mechanism=fork", "samples=5", "warmup=2").stdout
        samples, counts = (part.splitlines() for part in out.split("\n\n"))
        self.assertEqual(samples[0], "index,warmup,returned_ns,started_ns,reaped_ns,child_cpu,"
                                     "parent_cpu,error")
        self.assertEqual([row.split(",")[:2] for row in samples[1:]],
                         [["0", "1"], ["1", "1"], *([str(i), "0"] for i in range(2, 7))])
        self.assertEqual(counts[0], "samples,faults,own_faults,voluntary_switches,"
                                    "involuntary_switches")
        self.assertEqual(counts[1].split(",")[0], "5")

    def test_aligned_for_people(self) -> None:
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run([self.probe, "creation", "mechanism=timer", "samples=2"],
                              stdin=subprocess.DEVNULL, stdout=theirs, timeout=programs.LIMIT_S)
        os.close(theirs)
        text = os.read(ours, 4096).decode()
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(",", text)
        self.assertEqual(len({len(line) for line in text.splitlines()[:6]}), 1, text)

    def test_known_result(self) -> None:
        for kind in ("serial", "processes", "threads", "copies"):
            with self.subTest(kind):
                out = self.call(self.probe, "speedup", "workload=primes", f"kind={kind}",
                                "workers=3", "size=100000").stdout
                self.assertEqual(out.splitlines()[1].split(",")[2:], ["9592", ""])

    def test_points_are_in_order(self) -> None:
        for mechanism in ("pthread", "fork", "fork-exec-dynamic"):
            with self.subTest(mechanism):
                out = self.call(self.probe, "creation", f"mechanism={mechanism}", "stamp=1",
                                "warmup=0", "samples=5").stdout
                for row in out.split("\n\n")[0].splitlines()[1:]:
                    _, _, returned, started, reaped, child, parent, error = row.split(",")
                    self.assertLess(int(returned), int(reaped))
                    self.assertLess(int(started), int(reaped))
                    self.assertTrue(child.isdigit() and parent.isdigit())
                    self.assertEqual(error, "")

    def test_a_child_that_may_not_move_is_recorded(self) -> None:
        if len(os.sched_getaffinity(0)) > 1000:
            self.skipTest("a machine with CPU 1023")
        out = self.call(self.probe, "creation", "mechanism=fork", "child_cpu=1023",
                        "samples=4", "warmup=0").stdout
        rows = out.split("\n\n")[0].splitlines()[1:]
        self.assertEqual([row.split(",")[-1] for row in rows], ["EPROTO"] * 4)

    def test_no_such_cpu(self) -> None:
        done = self.call(self.probe, "creation", "mechanism=fork", "cpu=1023", status=2)
        self.assertIn("cannot pin to cpu=1023; use one of those that `taskset -p $$` shows",
                      self.complaint(done))

    def test_nowhere_to_write(self) -> None:
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([self.probe, "creation", "mechanism=timer"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=programs.LIMIT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write the results: No space left on device", self.complaint(done))

    def test_process_limit(self) -> None:
        """One process is all that there may be: what the system refuses is a row."""
        limit = limited(1)
        for mechanism in ("pthread", "thrd", "clone-thread", "fork", "vfork", "clone3",
                          "fork-exec-dynamic"):
            with self.subTest(mechanism):
                out = self.call(*limit, self.probe, "creation", f"mechanism={mechanism}",
                                "samples=4", "warmup=1", env=without_leak_check()).stdout
                rows = out.split("\n\n")[0].splitlines()[1:]
                self.assertEqual([row.split(",")[-1] for row in rows], ["EAGAIN"] * 5)
                self.assertEqual([row.split(",")[4] for row in rows], [""] * 5)
        for kind in ("processes", "threads", "copies"):
            with self.subTest(kind):
                out = self.call(*limit, self.probe, "speedup", "workload=primes", f"kind={kind}",
                                "workers=4", "size=1000", env=without_leak_check()).stdout
                self.assertEqual(out.splitlines()[1], ",,,EAGAIN")

    def test_process_limit_on_tasks(self) -> None:
        for kind in ("thread", "process", "thread-pool", "process-pool"):
            with self.subTest(kind):
                out = self.call(*limited(1), self.probe, "granularity", f"kind={kind}", "steps=10",
                                env=without_leak_check()).stdout
                self.assertEqual(out.splitlines(), ["index,elapsed_ns,result,error", "0,,,EAGAIN"])

    def test_some_workers_start_and_go_home(self) -> None:
        """The limit lets three of eight start: they are not left waiting for the others."""
        for kind in ("processes", "threads", "copies"):
            with self.subTest(kind):
                out = self.call(*limited(4), self.probe, "speedup", "workload=primes",
                                f"kind={kind}", "workers=8", "size=1000000000",
                                env=without_leak_check()).stdout
                self.assertEqual(out.splitlines()[1], ",,,EAGAIN")


if __name__ == "__main__":
    programs.main(__name__)
