"""The probe as a student calls it, and as the driver does: its words, its exit statuses."""
from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import tempfile

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
                         [["primes", "cpu"], ["sum", "memory"], ["nap", "waiting"]])

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
                ([*creation, "added_ns=-1"], "added_ns=-1: give a whole number from 0 to"),
                ([*creation, "added_percent=x"], "added_percent=x: give a whole number from 0"),
                ([*creation, "added_within=2"], "added_within=2: give a whole number from 0 to 1"),
                ([*creation, "rows=few"], "rows=few: give all or none"),
                (["creation"], "mechanism=… is missing: `probe list mechanisms`"),
                (["creation", "mechanism=x"], "mechanism=x is unknown; `probe list mechanisms`"),
                ([*creation, "pages=big"], "pages=big: give 4k or huge"),
                ([*creation, "touched_mib=-1"], "touched_mib=-1: give a whole number from 0 to"),
                (["writing", "kind=x", "touched_mib=1", "writes=1"], "kind=x: give process or"),
                (["writing", "kind=thread", "writes=1"], "touched_mib=… is missing"),
                ([*speedup], "size=… is missing"),
                ([*speedup, "size=0"], "size=0: give a whole number from 1 to"),
                ([*speedup, "size=10", "workers=0"], "workers=0: give a whole number from 1 to"),
                (["speedup", "workload=x", "kind=serial", "size=1"], "workload=x is unknown"),
                ([*speedup, "size=1", "cpus=0,x"], "cpus=0,x: give numbers with commas"),
                ([*speedup, "size=1", "cpus="], "cpus=: give numbers with commas"),
                ([*speedup, "size=1", "cpus=-1"], "cpus=-1: give numbers with commas"),
                (["population", "kind=x", "workers=1"], "kind=x: give process or thread"),
                (["population", "kind=thread"], "workers=… is missing"),
                (["order"], "kind=… is missing: process or thread"),
                (["exchange", "channel=x", "bytes=8"], "channel=x: give variable, shared, pipe"),
                (["exchange", "channel=pipe", "bytes=9"], "bytes=9: give a multiple of 8"),
                (["exchange", "channel=pipe", "bytes=8", "mode=x"], "mode=x: give latency or"),
                (["exchange", "channel=pipe"], "bytes=… is missing: of a message"),
                (["ladder"], "rung=… is missing: call, or pool"),
                (["ladder", "rung=x"], "rung=x: give call or pool"),
                (["ladder", "rung=call", "batch=0"], "batch=0: give a whole number from 1 to"),
                (["switching"], "by=… is missing: pipe or futex"),
                (["switching", "by=pipe", "peer=x"], "peer=x: give thread, process or none"),
                (["switching", "by=x", "peer=none"], "by=x: give pipe or futex"),
                (["switching", "by=pipe", "peer=none", "round_trips=0"], "from 1 to 10000"),
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

    def test_known_delays(self) -> None:
        """Never shorter than asked for; within the sample, or after it."""
        for words, least in ((["added_ns=50000"], lambda own: 50000),
                             (["added_percent=100"], lambda own: own),
                             (["added_ns=7", "added_percent=20"], lambda own: 7 + own // 5)):
            for within in (True, False):
                with self.subTest(words, within=within):
                    out = self.call(self.probe, "creation", "mechanism=pthread", "samples=4",
                                    *words, f"added_within={int(within)}").stdout
                    header, *rows = out.split("\n\n")[0].splitlines()
                    self.assertTrue(header.endswith(",error,added_ns"))
                    for row in rows:
                        cells = dict(zip(header.split(","), row.split(",")))
                        added, own = int(cells["added_ns"]), int(cells["reaped_ns"])
                        if within:
                            own -= added
                        self.assertGreater(own, 0)
                        self.assertGreaterEqual(added, least(own))

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

    def is_left_out(self, mechanism: str) -> bool:
        """ThreadSanitizer knows one way to make a thread; the probe says so of the others."""
        done = subprocess.run([self.probe, "creation", f"mechanism={mechanism}", "samples=1"],
                              capture_output=True, text=True, timeout=programs.LIMIT_S)
        return f"cannot prepare {mechanism} under ThreadSanitizer: " in done.stderr

    def test_process_limit(self) -> None:
        """One process is all that there may be: what the system refuses is a row."""
        limit = limited(1)
        for mechanism in ("pthread", "thrd", "clone-thread", "fork", "vfork", "clone3",
                          "fork-exec-dynamic"):
            with self.subTest(mechanism):
                if self.is_left_out(mechanism):
                    continue
                out = self.call(*limit, self.probe, "creation", f"mechanism={mechanism}",
                                "samples=4", "warmup=1", env=without_leak_check()).stdout
                rows = out.split("\n\n")[0].splitlines()[1:]
                errors = [row.split(",")[-1] for row in rows]
                if mechanism == "thrd" and errors[0] == "ENOMEM":
                    errors = ["EAGAIN"] * len(errors)   # musl's word for it: thrd_nomem
                self.assertEqual(errors, ["EAGAIN"] * 5)
                self.assertEqual([row.split(",")[4] for row in rows], [""] * 5)
        for kind in ("process", "thread"):
            with self.subTest(kind):
                out = self.call(*limit, self.probe, "writing", f"kind={kind}", "touched_mib=1",
                                "writes=4", "samples=3", env=without_leak_check()).stdout
                rows = out.split("\n\n")[0].splitlines()[1:]
                self.assertEqual([row.split(",")[-1] for row in rows], ["EAGAIN"] * 4)
        for kind in ("processes", "threads", "copies"):
            with self.subTest(kind):
                out = self.call(*limit, self.probe, "speedup", "workload=primes", f"kind={kind}",
                                "workers=4", "size=1000", env=without_leak_check()).stdout
                self.assertEqual(out.splitlines()[1], ",,,EAGAIN")

    def test_a_population_stops_at_the_process_limit(self) -> None:
        for kind in ("process", "thread"):
            with self.subTest(kind):
                out = self.call(*limited(30), self.probe, "population", f"kind={kind}",
                                "workers=500", env=without_leak_check()).stdout
                rows, facts = (part.splitlines() for part in out.split("\n\n"))
                self.assertEqual(rows[-1], "64,30,,,,,EAGAIN")
                self.assertEqual(facts[1].split(",")[:2], ["29", "refused"])

    def test_a_population_is_gone_with_its_probe(self) -> None:
        """However the probe ends, its sleepers are not left behind."""
        probe = subprocess.Popen([self.probe, "population", "kind=process", "workers=30000",
                                  "memory_mib=100000"], stdout=subprocess.DEVNULL)
        self.assertTrue(programs.wait_until(lambda: len(self.alive()) > 50))
        probe.kill()
        probe.wait()

        def reap() -> bool:
            """Orphans come to us: that is what they are seen by."""
            try:
                while os.waitpid(-1, os.WNOHANG)[0] != 0:
                    pass
                return False
            except ChildProcessError:
                return True
        self.assertTrue(programs.wait_until(reap))
        self.assertEqual(self.alive(), [])

    def test_a_start_has_a_first(self) -> None:
        for kind in ("process", "thread"):
            with self.subTest(kind):
                out = self.call(self.probe, "order", f"kind={kind}", "starts=5", "warmup=1").stdout
                head, *rows = (line.split(",") for line in out.splitlines())
                self.assertEqual(head, ["index", "warmup", "main_first", "lead_ns", "error"])
                self.assertEqual([row[:2] for row in rows],
                                 [["0", "1"], *([str(i), "0"] for i in range(1, 6))])
                self.assertLessEqual({row[2] for row in rows}, {"0", "1"})

    def exchange(self, channel: str, *words: str) -> tuple[subprocess.Popen[str], int]:
        """Begins what would take ten minutes; returns once there is a receiver: its pid."""
        begun = subprocess.Popen(
            [self.probe, "exchange", f"channel={channel}", "bytes=65536", "mode=stream",
             "samples=1000000", "messages=1000", *words], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(programs.stop, begun)
        self.assertTrue(programs.wait_until(lambda: set(self.alive()) > {begun.pid}))
        return begun, (set(self.alive()) - {begun.pid}).pop()

    def test_a_receiver_that_is_killed_is_a_row(self) -> None:
        for channel in ("shared", "pipe", "socket", "file"):
            with self.subTest(channel):
                begun, receiver = self.exchange(channel)
                os.kill(receiver, signal.SIGKILL)
                out, _ = begun.communicate(timeout=programs.LIMIT_S)
                last = out.split("\n\n")[0].splitlines()[-1]
                self.assertIn(last.split(",")[-1], ("EPIPE", "ECHILD", "ECONNRESET"))
                self.assertEqual(begun.returncode, 0)

    def test_a_receiver_goes_with_its_sender(self) -> None:
        """And no file is left behind."""
        for channel in ("shared", "pipe", "socket", "file"):
            with self.subTest(channel), tempfile.TemporaryDirectory() as folder:
                begun, receiver = self.exchange(channel, f"folder={folder}")
                begun.kill()
                begun.communicate(timeout=programs.LIMIT_S)
                self.assertTrue(programs.wait_until(lambda: not self.alive()))
                os.waitpid(receiver, 0)     # an orphan is ours
                self.assertEqual(os.listdir(folder), [])

    def test_a_full_disk_is_a_row(self) -> None:
        """A file system of one page, where we may make one."""
        with tempfile.TemporaryDirectory() as folder:
            inside = (f"mount -t tmpfs -o size=4k none '{folder}' || exit 77; "
                      f"exec '{self.probe}' exchange channel=file bytes=65536 folder='{folder}'")
            done = subprocess.run(["unshare", "--mount", "--map-root-user", "sh", "-c", inside],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=programs.LIMIT_S, check=False)
        if done.returncode != 0 and "exchange" not in done.stderr:
            self.skipTest("no file system of our own")
        rows, facts = (part.splitlines() for part in done.stdout.split("\n\n"))
        self.assertEqual(rows[1:], ["0,0,1,,,ENOSPC"])
        self.assertEqual(facts[1], "0,,,,tmpfs,memory")

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

    def test_a_token_that_is_lost(self) -> None:
        """A peer that ends, or stops for good, ends the block: with a row, and not for ever."""
        for means in ("pipe", "futex"):
            for sent, error in ((signal.SIGKILL, "ECHILD"), (signal.SIGSTOP, "ETIMEDOUT")):
                with self.subTest(means, sent=sent):
                    probe = subprocess.Popen(
                        [self.probe, "switching", f"by={means}", "peer=process", "samples=10000",
                         "round_trips=10000", "limit_s=2"], stdout=subprocess.PIPE, text=True)
                    self.assertTrue(programs.wait_until(lambda: len(self.alive()) == 2))
                    [peer] = [pid for pid in self.alive() if pid != probe.pid]
                    os.kill(peer, sent)
                    out, _ = probe.communicate(timeout=programs.LIMIT_S)
                    self.assertEqual(probe.returncode, 0)
                    self.assertRegex(out, rf"\n\d+,0,,{error}\n$")

    def test_inside_python(self) -> None:
        script = str(self.programs / "ladder.py")
        for kind in ("thread", "process"):
            with self.subTest(kind):
                out = self.call(sys.executable, script, f"kind={kind}", "samples=4",
                                "warmup=1").stdout.splitlines()
                self.assertEqual(out[0], "index,warmup,elapsed_ns,error")
                self.assertEqual([row.split(",")[:2] for row in out[1:]],
                                 [["0", "1"], *([str(i), "0"] for i in range(1, 5))])
                for row in out[1:]:
                    self.assertGreater(int(row.split(",")[2]), 0)
                    self.assertEqual(row.split(",")[3], "")
        for words in ([], ["kind=x"], ["kind=thread", "colour=red"]):
            with self.subTest(words):
                done = self.call(sys.executable, script, *words, status=1)
                self.assertRegex(done.stderr, r"^ladder\.py: .*(give thread or process|keys are)")

    def test_python_at_its_process_limit(self) -> None:
        limit = limited(1)
        if not programs.works(*limit, sys.executable, "-c", "pass"):
            self.skipTest("this interpreter is not for strangers")
        for kind in ("thread", "process"):
            with self.subTest(kind):
                out = self.call(*limit, sys.executable, str(self.programs / "ladder.py"),
                                f"kind={kind}", "samples=2", "warmup=1").stdout
                self.assertEqual(out.splitlines()[1:], [f"{i},0,,EAGAIN" for i in range(3)])

    def test_a_peer_goes_with_its_probe(self) -> None:
        for means in ("pipe", "futex"):
            with self.subTest(means):
                probe = subprocess.Popen(
                    [self.probe, "switching", f"by={means}", "peer=process", "samples=10000",
                     "round_trips=10000"], stdout=subprocess.DEVNULL)
                self.assertTrue(programs.wait_until(lambda: len(self.alive()) == 2))
                [peer] = [pid for pid in self.alive() if pid != probe.pid]
                probe.kill()
                probe.wait()
                os.waitpid(peer, 0)     # an orphan comes to us
                self.assertEqual(self.alive(), [])


if __name__ == "__main__":
    programs.main(__name__)
