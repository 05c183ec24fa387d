"""SIGINT, SIGTERM and SIGHUP, each at random moments of a run, from its first instruction to its
last: what was finished is kept, run.json says that it is not all, and nothing is left running.

test_signals.py BENCH [--times N] [--seed S]: N moments for each signal (5), in the order that S (1)
gives.
"""
from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import time

import programs
from programs import Case

TIMES, SEED = 5, 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# pthread, its control, and fork.
SMALL = ("creation", "--cases", "fork", "--placement", "same-cpu", "--time-budget", "0.3")


class Interrupted(Case):
    def measure_once(self) -> float:
        """How long a run takes here and now, which says what a random moment of it is."""
        begin = time.monotonic()
        self.measure(*SMALL)
        return time.monotonic() - begin

    def assert_kept(self, status: int, err: str, number: int) -> None:
        """Ended by the signal, or just before it came: run.json agrees with the status."""
        complaints = [line for line in err.splitlines() if line.startswith("bench: ")]
        kept = (self.run_folder / "run.json").exists()
        if status == 0:
            self.assertTrue(self.run_json()["complete"])
            self.assertEqual(complaints, [])
        elif status == -number:             # before the first line of main() that sees to it
            self.assertFalse(kept)
        else:
            self.assertEqual(status, 128 + number, err)
            self.assertEqual(len(complaints), 1, err)
            self.assertIn("interrupted", complaints[0])
            if kept:
                self.assertFalse(self.run_json()["complete"])
            if "creation: what" in err:     # the first block had begun
                self.assertTrue((self.run_folder / "creation.csv").exists())
        self.assert_files_are_whole()

    def interrupt(self, number: int, after_s: float) -> int:
        process = subprocess.Popen(
            [self.bench, *SMALL, "--wait", "--output", str(self.run_folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=programs.default_signals)
        self.addCleanup(programs.stop, process)
        time.sleep(after_s)
        process.send_signal(number)
        _, err = process.communicate(timeout=programs.LIMIT_S)
        self.assert_kept(process.returncode, err, number)
        self.assert_nothing_runs()
        return process.returncode

    def every_moment(self, number: signal.Signals) -> None:
        moments = random.Random(f"{SEED} {number.name}")
        self.run_folder = self.folder / "untouched"
        whole_s = self.measure_once()
        statuses = []
        for time_ in range(TIMES):
            after_s = moments.uniform(0, whole_s)
            with self.subTest(number=number.name, seed=SEED, time=time_, after_s=after_s):
                self.run_folder = self.folder / f"run-{time_}"
                statuses.append(self.interrupt(number, after_s))
        print(f"{number.name}, seed {SEED}: {TIMES} moments in {whole_s:.1f} s,"
              f" {statuses.count(128 + number)} met the run, {statuses.count(0)} came too late,"
              f" {statuses.count(-number)} too early", file=sys.stderr)
        self.assertEqual(len(statuses), TIMES)
        # And the next one measures.
        self.run_folder = self.folder / "next"
        self.measure(*SMALL)

    def test_int(self) -> None:
        self.every_moment(signal.SIGINT)

    def test_term(self) -> None:
        self.every_moment(signal.SIGTERM)

    def test_hup(self) -> None:
        self.every_moment(signal.SIGHUP)


def options() -> argparse.Namespace:
    """Ours, which unittest does not get to see."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--seed", type=int, default=SEED)
    ours, sys.argv[1:] = parser.parse_known_args()
    return ours


if __name__ == "__main__":
    chosen = options()
    TIMES, SEED = chosen.times, chosen.seed
    programs.main(__name__)
