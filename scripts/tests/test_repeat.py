"""scripts/repeat_tests.py, with a meson that pretends: what failed is counted, nothing stays."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "repeat_tests.py"
LIMIT_S = 120                   # far more than anything here takes
GOOD = '{"name": "lab / good", "result": "OK", "duration": 1, "returncode": 0}'
SKIPPED = '{"name": "lab / later", "result": "SKIP", "duration": 1, "returncode": 77}'
BAD = ('{"name": "lab / bad", "result": "FAIL", "duration": 1.25, "returncode": 3,'
       ' "stdout": "first\\\\nlast words\\\\n"}')


class Repeat(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="repeat-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "nap").symlink_to(shutil.which("sleep") or "/bin/sleep")

    def command(self, test: str, *words: str) -> list[str]:
        """A meson whose tests do this: $log takes their rows, $cpus is how many CPUs they have."""
        meson = self.folder / "meson"
        meson.write_text('#!/bin/sh\n'
                         'case $1 in\n'
                         'setup) mkdir -p "$2/meson-logs"; echo >"$2/build.ninja" ;;\n'
                         'test) log=$3/meson-logs/repeat-$6.json cpus=$(nproc)\n'
                         f'{test}\n'
                         ';; esac\n')
        meson.chmod(0o755)
        return [sys.executable, str(SCRIPT), "--build", str(self.folder / "build"), *words]

    def repeat(self, test: str, *words: str, status: int) -> str:
        done = subprocess.run(self.command(test, *words), env=self.environment(), text=True,
                              capture_output=True, timeout=LIMIT_S)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(self.left(), [])
        return done.stdout + done.stderr

    def environment(self) -> dict[str, str]:
        return dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}")

    def left(self) -> list[str]:
        """What still runs of all that we started: our folder is in its PATH."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (path / "environ").read_bytes()
            except OSError:
                continue        # ended, or not ours to look at
            if str(self.folder).encode() in environment:
                found.append(words)
        return found

    def test_all_pass(self) -> None:
        out = self.repeat(f"echo '{GOOD}' >$log; echo '{SKIPPED}' >>$log", "--runs", "2", status=0)
        for way in ("one-cpu ", "busy    "):
            for number in (1, 2):
                self.assertIn(f"{way}   {number} of 2: 2 tests, 0 failed, 1 skipped,", out)
        self.assertIn("0 failures in 4 passes, one-cpu and busy,", out)
        for line in out.splitlines()[1:]:
            self.assertLessEqual(len(line), 80)

    def test_one_cpu(self) -> None:
        self.repeat(f"[ $cpus = 1 ] && echo '{GOOD}' >$log", "--runs", "1", "--way", "one-cpu",
                    status=0)

    def test_set_up(self) -> None:
        """All, or what `meson test` alone runs."""
        for words, name in (((), "all"), (("--setup", "usual"), "usual")):
            self.repeat(f"[ $6 = {name} ] && echo '{GOOD}' >$log", "--runs", "1", "--way", "busy",
                        *words, status=0)

    def test_failures_are_counted(self) -> None:
        out = self.repeat(f"echo '{GOOD}' >$log; echo '{BAD}' >>$log; exit 1", "--runs", "2",
                          status=1)
        self.assertIn("lab / bad: FAIL after 1.2 s, status 3", out)
        self.assertIn("  | last words", out)
        self.assertRegex(out, r"(?m)^failed, of 2 +one-cpu +busy$")
        self.assertRegex(out, r"(?m)^  lab / bad +2 +2$")
        self.assertIn("4 failures in 4 passes", out)

    def test_a_pass_that_says_nothing(self) -> None:
        out = self.repeat("echo no build >&2; exit 5", "--runs", "1", "--way", "busy", status=1)
        self.assertIn("meson test ended with 5: no build", out)
        self.assertRegex(out, r"(?m)^  \(the pass itself\) +1$")

    def test_a_pass_that_hangs(self) -> None:
        out = self.repeat(f"{self.folder}/nap 600", "--runs", "1", "--way", "busy",
                          "--limit", "1", status=1)
        self.assertIn("the pass did not end within 1 s", out)

    def test_half_a_row(self) -> None:
        out = self.repeat(f"echo '{GOOD}' >$log; echo '{BAD[:30]}' >>$log; exit 1", "--runs", "1",
                          "--way", "busy", status=1)
        self.assertIn("1 of 1: 1 tests, 0 failed", out)
        self.assertIn("meson test ended with 1", out)

    def test_interrupted(self) -> None:
        process = subprocess.Popen(
            self.command(f"{self.folder}/nap 600", "--runs", "1", "--way", "busy", "--loops", "2"),
            env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        end_s = time.monotonic() + LIMIT_S
        while not any("nap 600" in words for words in self.left()):
            self.assertLess(time.monotonic(), end_s)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT_S), 128 + signal.SIGINT)
        self.assertEqual(self.left(), [])

    def test_it_does_not_build(self) -> None:
        meson = self.command("")
        (self.folder / "meson").write_text("#!/bin/sh\necho no compiler; exit 1\n")
        done = subprocess.run(meson, env=self.environment(), text=True, capture_output=True,
                              timeout=LIMIT_S)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no compiler", done.stderr)


if __name__ == "__main__":
    unittest.main()
