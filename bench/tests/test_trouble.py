"""What surrounds a run goes wrong: limits, disks, CPUs, and programs in the probe's place. In each
case a clear line or a row that says why, the right status, and nothing left behind. What may be
refused before anything is measured is in test_bench.py."""
from __future__ import annotations

import errno
import os
import signal
import subprocess
import unittest
from pathlib import Path

import programs
from programs import Case, as_stranger, wait_until, without_leak_check, works

SMALL = ("creation", "--cases", "fork", "--placement", "same-cpu", "--time-budget", "0.1")
LONG = (*SMALL[:-1], "60")
LOADER = 127                # how the dynamic linker ends a program that it cannot begin


def setUpModule() -> None:
    # What is stopped and killed here would leave the search for leaks waiting for ever.
    os.environ.update(without_leak_check())


class TroubleCase(Case):
    def assert_ends_clearly(self, done: subprocess.CompletedProcess[str]) -> None:
        """Success and a whole run; or one line, and no run that looks whole."""
        words = done.stderr
        for word in ("Success", "Sanitizer", "Assert"):
            self.assertNotIn(word, words)
        complaints = [line for line in words.splitlines() if line.startswith("bench: ")]
        kept = (self.run_folder / "run.json").exists()
        if done.returncode == 0:
            self.assertEqual(complaints, [])
            self.assertTrue(self.run_json()["complete"])
        elif done.returncode == LOADER:
            self.assertIn("while loading shared libraries", words)
            self.assertFalse(kept)
        else:
            self.assertEqual(done.returncode, 1, words)
            self.assertEqual(len(complaints), 1, words)
            if kept and "given up" not in complaints[0]:
                self.assertFalse(self.run_json()["complete"])
        self.assert_files_are_whole()
        self.assert_nothing_runs()

    def under(self, prefix: list[str], number: int) -> int:
        """Runs bench under a limit; returns its status."""
        self.run_folder = self.folder / f"run-{number}"
        done = subprocess.run(
            [*prefix, self.bench, *SMALL, "--wait", "--output", str(self.run_folder)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=programs.LIMIT_S)
        self.assert_ends_clearly(done)
        return done.returncode


class Limits(TroubleCase):
    def test_descriptors(self) -> None:
        """RLIMIT_NOFILE, from too few to enough."""
        statuses = set()
        for most in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 64):
            with self.subTest(most):
                statuses.add(self.under(["prlimit", f"--nofile={most}:{most}"], most))
        self.assertLessEqual({0, 1}, statuses)

    def test_address_space(self) -> None:
        """RLIMIT_AS, from too little to enough."""
        if b"__asan_init" in (programs.PROGRAMS / "bench").read_bytes():
            self.skipTest("AddressSanitizer needs all the addresses there are")
        statuses = set()
        for mib in (6, 8, 10, 12, 14, 16, 18, 20, 24, 32, 512):
            with self.subTest(mib):
                statuses.add(self.under(["prlimit", f"--as={mib << 20}"], mib))
        self.assertIn(0, statuses)
        self.assertGreater(len(statuses), 1)

    def test_pids_of_a_cgroup(self) -> None:
        """pids.max: refused like any other limit on processes, and recovered from."""
        group = cgroup(self)
        for most in (1, 2, 3):
            with self.subTest(most):
                (group / "pids.max").write_text(f"{most}\n")
                self.under(["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"], most)
        # Two: bench and the probe. Each thread and each process is refused, which is a row.
        self.run_folder = self.folder / "run-2"
        self.assertEqual({row["error"] for row in self.table("creation")}, {"EAGAIN"})
        self.run_folder = self.folder / "run-3"
        self.assertEqual({row["error"] for row in self.table("creation")}, {""})

    def test_inherited_signals(self) -> None:
        """Whoever starts bench may ignore SIGCHLD: the kernel then forgets how a child ended."""
        self.measure(*SMALL, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual({row["error"] for row in self.table("creation")}, {""})


def cgroup(test: Case) -> Path:
    """A new control group that counts processes; skips the test where we may not make one."""
    for root in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")):
        group = root / f"bench-test-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        test.addCleanup(group.rmdir)
        if (group / "pids.max").exists():
            return group
    raise unittest.SkipTest("may not make a control group that counts processes")


class Disk(TroubleCase):
    def with_each_block(self, lines: str, prefix: list[str]) -> str:
        """The complaint of a run that has this happen to its folder while it measures."""
        self.fake_probe(f'case "$*" in *mechanism=*) {lines};; esac\nexec "$real" "$@"')
        return self.complaint(self.measure(*SMALL, prefix=prefix, status=1))

    def test_the_folder_is_removed(self) -> None:
        """In the middle of a run: what was measured has no place to be, and that is said."""
        said = self.with_each_block(f"rm -rf {self.run_folder}", [])
        self.assertIn(f"bench: cannot write {self.run_folder}", said)
        self.assertIn(os.strerror(errno.ENOENT), said)
        self.assertFalse(self.run_folder.exists())

    def test_the_folder_may_no_longer_be_written(self) -> None:
        self.folder.chmod(0o777)
        said = self.with_each_block(f"chmod 555 {self.run_folder}",
                                    as_stranger() if os.geteuid() == 0 else [])
        self.run_folder.chmod(0o755)
        self.assertIn("give a folder that you may write to with --output", said)
        self.assertEqual([path.name for path in self.run_folder.iterdir()], ["run.json"])
        self.assertFalse(self.run_json()["complete"])

    def test_a_disk_that_others_fill(self) -> None:
        """256 KiB, of which somebody takes what is left while bench measures."""
        apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        if not works(*apart, "mount", "-t", "tmpfs", "none", str(self.folder)):
            self.skipTest("may not mount a disk that is soon full")
        disk, kept = self.folder / "disk", self.folder / "kept"
        disk.mkdir()
        self.fake_probe(f'head -c 1M /dev/zero >>{disk}/others 2>/dev/null\nexec "$real" "$@"')
        script = (f"mount -t tmpfs -o size=256k none {disk} || exit 99\n"
                  f'"$@" --wait --output {disk}/run; status=$?\n'
                  f"rm {disk}/others; cp -r {disk} {kept}; exit $status")
        done = self.call(*apart, "sh", "-c", script, "sh", self.bench, *SMALL, status=1)
        self.assertIn("free some space, or give another folder with --output", self.complaint(done))
        self.run_folder = kept / "run"
        self.assertEqual([path for path in kept.glob("run/*") if path.name != "run.json"], [])


class Cpus(TroubleCase):
    def test_affinity_narrowed(self) -> None:
        """Somebody takes CPUs away in the middle: rows or a line, no crash, and an end."""
        cpus = sorted(os.sched_getaffinity(0))
        if len(cpus) < 2:
            self.skipTest("needs two CPUs")
        process = self.start("creation", "--cases", "fork", "--time-budget", "1.5")
        for pid in self.alive():
            try:
                os.sched_setaffinity(pid, cpus[:1])
            except ProcessLookupError:
                pass         # a probe that has just ended
        out, err = process.communicate(timeout=programs.LIMIT_S)
        self.assert_ends_clearly(subprocess.CompletedProcess([], process.returncode, out, err))
        rows = {(row["case"], row["placement"]) for row in self.table("creation-summary")}
        self.assertIn(("fork", "other-cpu"), rows)


class Probes(TroubleCase):
    def start_long(self) -> subprocess.Popen[str]:
        process = self.start(*LONG)
        self.assertTrue(wait_until(lambda: len(self.alive()) > 1))
        return process

    def test_killed_while_it_measures(self) -> None:
        """By SIGKILL, again and again, the probe itself: each loses one case, and bench ends."""
        process = self.start_long()
        while process.poll() is None:
            for pid in self.alive():
                if pid != process.pid:
                    kill(pid)
        _, err = self.finish(process, 1)
        self.assertIn("was ended by signal 9 (Killed)", err)
        self.assertIn("bench: some cases were given up, see the warnings", err)
        self.assertTrue(self.table("creation-summary"))

    def given_up(self, lines: str) -> str:
        """The reason that bench gives for a probe that does this instead of fork."""
        self.fake_probe(f'case "$*" in *mechanism=fork*) {lines};; esac\nexec "$real" "$@"')
        done = self.measure(*SMALL, status=1)
        self.assert_ends_clearly(done)
        rows = {row["case"]: row for row in self.table("creation-summary")}
        self.assertEqual(rows["pthread"]["unavailable"], "")
        return rows["fork"]["unavailable"]

    def test_endless_output(self) -> None:
        self.assertRegex(self.given_up("exec yes 1,2,3"), "probe printed more than [0-9]+ MiB")

    def test_endless_complaints(self) -> None:
        """They are read and dropped, but for the first line."""
        self.assertEqual(self.given_up("yes why not | head -c 20M >&2; exit 1"), "why not")

    def test_half_a_row(self) -> None:
        self.assertIn("the probe's rows cannot be read", self.given_up("printf 'a,b\\n1,'; exit 0"))

    def test_a_row_too_long(self) -> None:
        self.assertIn("the probe's rows cannot be read",
                      self.given_up("head -c 300000 /dev/zero | tr '\\0' ,; exit 0"))

    def test_it_leaves_somebody_behind(self) -> None:
        """A worker that outlives its probe is ended with the probe's group."""
        self.fake_probe('case "$*" in *mechanism=*) "$real" order kind=process starts=100000 '
                        '>/dev/null 2>&1 &\n esac\nexec "$real" "$@"')
        self.measure(*SMALL)
        self.assert_nothing_runs()


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    programs.main(__name__)
