"""Drawing that is interrupted, and drawing on a full disk: by draw.py itself with the real gnuplot,
and as scripts/lab meets it (pretend.py). One line, the right status, nothing half-made left."""
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

import fake_run
from pretend import SCRIPTS, Machine

LIMIT_S = 120
# Stands in for draw.py and page.py: says that it has begun, and waits to be interrupted.
SLOW = """import os, signal, sys, time
from pathlib import Path
def end(number, _):
    sys.exit(128 + number)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, end)
Path(os.environ["MACHINE"], "begun").touch()
time.sleep(60)
"""
FULL = """import sys
print("draw: No space left on device; free some space and draw again", file=sys.stderr)
sys.exit(1)
"""


def wait_for(path: Path, pattern: str) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not any(path.glob(pattern)):
        if time.monotonic() > end_s:
            raise AssertionError(f"no {pattern} in {path}")
        time.sleep(0.01)


def at_work(folder: Path) -> list[bytes]:
    """The commands of all processes that were given a path in this folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes()
        except OSError:
            continue            # ended meanwhile
        if os.fsencode(folder) in words:
            found.append(words)
    return found


def default_signals() -> None:
    """A shell's `&` has SIGINT ignored, and what is ignored stays so in new programs."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Draw(unittest.TestCase):
    def setUp(self) -> None:
        if shutil.which("gnuplot") is None:
            self.skipTest("gnuplot is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="draw-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.run_folder = self.folder / "run"
        subprocess.run([sys.executable, fake_run.__file__, str(self.run_folder), "normal"],
                       check=True, timeout=LIMIT_S)
        self.command = [sys.executable, str(SCRIPTS / "draw.py"), str(self.run_folder)]

    def test_interrupted(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True,
                                           stderr=subprocess.PIPE, preexec_fn=default_signals)
                wait_for(self.run_folder, "charts/.drawing-*/*.settings")
                process.send_signal(number)
                _, err = process.communicate(timeout=LIMIT_S)
                self.assertEqual(process.returncode, 128 + number, err)
                self.assertEqual(err, "draw: interrupted; run it again to have the charts\n")
                self.assertEqual(list((self.run_folder / "charts").iterdir()), [])
                self.assertEqual(at_work(self.folder), [])

    def test_full_disk(self) -> None:
        apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        allowed = subprocess.run([*apart, "mount", "-t", "tmpfs", "none", str(self.folder)],
                                 capture_output=True, check=False)
        if allowed.returncode != 0:
            self.skipTest("may not mount a disk that is soon full")
        disk = self.folder / "disk"
        disk.mkdir()
        size = 64 + sum(-(-path.stat().st_size // 4096) * 4 + 4
                        for path in self.run_folder.iterdir())
        script = (f"mount -t tmpfs -o size={size}k none {disk} && cp -r {self.run_folder} {disk} ||"
                  f' exit 99\n"$@" {disk}/run; status=$?\n'
                  f"ls -A {disk}/run/charts; exit $status")
        done = subprocess.run([*apart, "sh", "-c", script, "sh", *self.command[:-1]],
                              capture_output=True, text=True, timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"\Adraw: No space left on device.*; free some space and "
                                      r"draw again\n\Z")
        self.assertEqual(done.stdout, "")


class Lab(unittest.TestCase):
    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)
        self.machine.add_everything()

    def interrupted(self, script: str, number: int) -> tuple[int, str]:
        """What lab says when it is interrupted while this script of it is at work."""
        (self.machine.project / "scripts" / script).write_text(SLOW)
        process = self.machine.start("charts", preexec_fn=default_signals)
        wait_for(self.machine.folder, "begun")
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT_S)
        (self.machine.folder / "begun").unlink()
        shutil.rmtree(self.machine.project / "results")
        self.assertNotIn("Traceback", err)
        self.assertEqual(at_work(self.machine.project), [])
        return process.returncode, out + err

    def test_interrupted_while_drawing(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                status, words = self.interrupted("draw.py", number)
                self.assertEqual(status, 128 + number, words)
                self.assertIn("The charts were not drawn. The numbers are safe;", words)

    def test_interrupted_while_the_page_is_made(self) -> None:
        status, words = self.interrupted("page.py", signal.SIGTERM)
        self.assertEqual(status, 128 + signal.SIGTERM, words)
        self.assertIn("The page was not made.", words)

    def test_full_disk(self) -> None:
        (self.machine.project / "scripts" / "draw.py").write_text(FULL)
        done = self.machine.lab("charts")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("No space left on device"), 1)
        self.assertIn("The charts were not drawn. The numbers are safe;", done.stdout)
        self.assertIn("\nResults: ", done.stdout)


if __name__ == "__main__":
    unittest.main()
