"""bench selftest as a user runs it: with a probe whose every row is known, honest or not, and with
the real one, of which no time is looked at."""
from __future__ import annotations

import re
import signal
import subprocess

import programs
from programs import Case, default_signals, stop

# Like the probe, but every creation takes the same time: 20 µs a thread, 100 µs a process.
STEADY = r"""
own=20000 ns=0 percent=0 within=1
for word; do
    case $word in
        mechanism=fork) own=100000 ;;
        added_ns=*) ns=${word#*=} ;;
        added_percent=*) percent=${word#*=} ;;
        added_within=*) within=${word#*=} ;;
    esac
done
added=$((ns + own * percent / 100))
[ $within = 0 ] && reaped=$own || reaped=$((own + added))
echo warmup,reaped_ns,error,added_ns
for sample in 1 2 3; do echo "0,$reaped,,$added"; done
"""


class Selftest(Case):
    def quick(self, status: int) -> subprocess.CompletedProcess[str]:
        return self.call(self.bench, "selftest", "--quick", "--wait", status=status,
                         cwd=self.folder)

    def assert_table(self, out: str) -> None:
        for line in out.splitlines():
            self.assertLessEqual(len(line), 80, line)
        self.assertIn("a quiet machine", out)
        self.assertIn("This machine, same-cpu: 3 runs", out)
        self.assertFalse((self.folder / "results").exists())

    def test_an_honest_probe(self) -> None:
        self.fake_probe(STEADY)
        out = self.quick(0).stdout
        self.assert_table(out)
        for words in ("pthread", "fork", "pthread + 5 µs: 5.00 µs, found 5.00, seen 3",
                      "pthread + 10 %: 1.100, found 1.100, seen 3",
                      "fork + 5 µs: 5.00 µs, found 5.00, seen 3",
                      "fork + 10 %: 1.100, found 1.100, seen 3"):
            self.assertRegex(out, rf"(?m)^    {re.escape(words)} +0 of 3 +-  shown$")
        self.assertRegex(out, r"Passed: all \d+ that were judged\.$")

    def test_a_probe_that_lies(self) -> None:
        """The wait is in the samples of those that should not have it, and not in the others'."""
        self.fake_probe(STEADY.replace("added=", "within=$((1 - within))\nadded=", 1))
        out = self.quick(1).stdout
        self.assert_table(out)
        self.assertEqual(len(re.findall(r"seen 0 +3 of 3 +1  FAIL$", out, re.M)), 4)
        self.assertIn("FAILED: 4 wrong more often than they may be.", out)

    def test_a_probe_that_fails(self) -> None:
        self.fake_probe("echo no wish to >&2; exit 1")
        self.assertRegex(self.complaint(self.quick(1)), r"was given up: .*no wish to")

    def test_nobody_created(self) -> None:
        self.fake_probe("echo warmup,reaped_ns,error,added_ns; echo 0,,EAGAIN,0")
        self.assertIn("no child could be created", self.complaint(self.quick(1)))

    def test_the_real_probe(self) -> None:
        self.assert_table(self.quick(0).stdout)

    def test_interrupted(self) -> None:
        self.fake_probe("exec sleep 600")
        process = subprocess.Popen(
            [self.bench, "selftest", "--quick", "--wait"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder,
            preexec_fn=default_signals)
        self.addCleanup(stop, process)
        while not (line := process.stderr.readline()).startswith("same-cpu: real runs"):
            self.assertTrue(line, "bench ended before it measured")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=programs.LIMIT_S)
        self.assertEqual(process.returncode, 128 + signal.SIGINT, out + err)
        self.assertIn("bench: interrupted", err)

    def test_words(self) -> None:
        for words, said in ((["creation"], "selftest: measure no experiment beside it"),
                            (["--output", "x"], "selftest: leave out --output, --cases,"),
                            (["--cases", "fork"], "selftest: leave out --output, --cases,")):
            with self.subTest(words):
                done = self.call(self.bench, "selftest", *words, status=2, cwd=self.folder)
                self.assertIn(said, self.complaint(done))


if __name__ == "__main__":
    programs.main(__name__)
