"""Lab 16's count and the bench on several hosts; and one of them is cut off.

test_hosts.py LAUNCHER DEMO [BENCH]: Open MPI's mpirun, the built demo-16 and bench.
"""
from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hosts

LAUNCHER = DEMO = BENCH = ""
COUNTED = "\n25997 primes below 300000, "
RANK = re.compile(r"rank +(\d+)  host (\S+) ")
# What lab 16 recommends: by itself mpirun looks after five silent minutes.
KEEPALIVE = [word for name, value in (("time", 5), ("intvl", 2), ("probes", 3))
             for word in ("--mca", f"oob_tcp_keepalive_{name}", str(value))]
# Says that it is there, and waits until it may become the program.
GATE = """\
#!/bin/sh
: >"{folder}/here/$(hostname)-$$"
until [ -e "{folder}/go" ]; do sleep 0.05; done
exec "$@"
"""


def wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + hosts.LIMIT_S
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


class Case(unittest.TestCase):
    def up(self, number: int) -> hosts.Hosts:
        self.hosts = hosts.Hosts(number)
        self.hosts.__enter__()
        self.addCleanup(self.hosts.__exit__)
        return self.hosts

    def start(self, *words: str) -> subprocess.Popen[str]:
        """As a person types it at the first host."""
        process = subprocess.Popen(
            [*self.hosts.on("alpha"), *words], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.hosts.environment())
        # Whoever has its pipe, too, ends with the host.
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def end(self, process: subprocess.Popen[str], status: int) -> str:
        said, _ = process.communicate(timeout=hosts.LIMIT_S)
        self.assertEqual(process.returncode, status, said)
        return said

    def assert_empty(self, *names: str) -> None:
        for name in names:
            self.assertTrue(wait_until(lambda: not self.hosts.running(name)),
                            f"{name}: {self.hosts.running(name)}")


class Count(Case):
    def launch(self, ranks: int, *words: str) -> subprocess.Popen[str]:
        return self.start(LAUNCHER, *KEEPALIVE, "--hostfile", str(self.hosts.hostfile(2)),
                          "-n", str(ranks), *words)

    def test_three_hosts(self) -> None:
        """Five ranks: the right number, and each host has its share of them."""
        self.up(3)
        said = self.end(self.launch(5, DEMO, "ranks"), 0)
        self.assertIn(COUNTED, said)
        self.assertEqual(RANK.findall(said), [("0", "alpha"), ("1", "alpha"), ("2", "beta"),
                                              ("3", "beta"), ("4", "gamma")])
        self.assert_empty("alpha", "beta", "gamma")
        for name in ("alpha", "beta", "gamma"):
            self.assertEqual(self.hosts.left(name), [])

    def test_link_cut(self) -> None:
        """After all ranks were started: mpirun says whom it has lost, nobody stays anywhere."""
        folder = self.up(2).folder
        (folder / "here").mkdir()
        gate = folder / "gate"
        gate.write_text(GATE.format(folder=folder))
        gate.chmod(0o755)
        process = self.launch(4, str(gate), DEMO, "ranks")
        self.assertTrue(wait_until(lambda: len(os.listdir(folder / "here")) == 4))
        self.hosts.cut("beta")
        (folder / "go").touch()
        said, _ = process.communicate(timeout=hosts.LIMIT_S)
        self.assertNotEqual(process.returncode, 0)
        self.assertNotIn(COUNTED, said)
        self.assertRegex(said, r"lost communication(.*\n)*.*on node beta")
        self.assert_empty("alpha", "beta")


class Bench(Case):
    def measure(self, slots: int, *words: str) -> subprocess.Popen[str]:
        return self.start(BENCH, *words, "--quick", "--hostfile", str(self.hosts.hostfile(slots)),
                          "--output", str(self.hosts.folder / "run"))

    def run_json(self) -> dict[str, Any]:
        return json.loads((self.hosts.folder / "run" / "run.json").read_text())

    def table(self, name: str) -> list[dict[str, str]]:
        with open(self.hosts.folder / "run" / f"{name}.csv", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    def assert_facts(self, ranks: int) -> None:
        facts = self.run_json()["hosts"]
        self.assertEqual([fact["host"] for fact in facts],
                         [host.name for host in self.hosts.hosts])
        for fact in facts:
            self.assertEqual(fact["ranks"], ranks)
            self.assertEqual(fact["kernel"], os.uname().release)
            self.assertEqual(fact["usable_cpus"], len(os.sched_getaffinity(0)))
            self.assertGreater(fact["memory_mib"], 0)

    def test_two_hosts(self) -> None:
        """A message from host to host has its own rows; each host says what it is."""
        self.up(2)
        self.end(self.measure(2, "exchange", "--cases", "rank"), 0)
        self.assertTrue(self.run_json()["complete"])
        self.assert_facts(2)
        for table in ("exchange-blocks", "exchange-summary"):
            rows = [row for row in self.table(table) if row["case"] == "rank-two-hosts"]
            self.assertTrue(rows)
            for row in rows:
                self.assertRegex(row.get("where", "alpha:0 beta:0"), r"^alpha:\d+ beta:\d+$")
                if row.get("unavailable") != "not in the quick profile":
                    self.assertGreater(int(row.get("n", 1)), 0, row)
        self.assert_empty("alpha", "beta")

    def test_link_cut(self) -> None:
        """In the third launch that measures: what was measured before is kept."""
        self.up(3)
        process = self.measure(1, "speedup", "--cases", "ranks")
        # One launch asks who is there; each has two hosts to be called.
        self.assertTrue(wait_until(lambda: self.hosts.calls() >= 2 * 4))
        self.assertTrue(wait_until(lambda: any("/rank " in line
                                               for line in self.hosts.running("gamma"))))
        self.hosts.cut("gamma")
        said = self.end(process, 1)
        self.assertIn("was given up: ORTE has lost communication", said)
        self.assertTrue(said.endswith("bench: some cases were given up, see the warnings\n"), said)
        self.assert_facts(1)
        kept = [row for row in self.table("speedup-blocks")
                if (row["case"], row["workers"]) == ("ranks", "3")]
        self.assertGreaterEqual(len(kept), 2)
        for row in kept:
            self.assertRegex(row["where"], r"^alpha:\d+ beta:\d+ gamma:\d+$")
        for row in self.table("speedup-summary"):
            if (row["case"], row["workers"]) == ("ranks", "3"):
                self.assertGreaterEqual(int(row["n"]), 2, row)
        self.assert_empty("alpha", "beta", "gamma")


class Ground(unittest.TestCase):
    """The hosts themselves: nothing of them is left."""

    def test_ended_by_a_signal(self) -> None:
        code = ("import hosts, signal\n"
                "with hosts.Hosts(2) as up:\n"
                "    print(*up.pids.values(), up.folder, flush=True)\n"
                "    signal.pause()\n")
        for name in ("KILL", "TERM", "INT"):
            with self.subTest(signal=name):
                process = subprocess.Popen([sys.executable, "-c", code], text=True,
                                           cwd=Path(__file__).parent, stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                *pids, folder = process.stdout.readline().split()
                self.addCleanup(subprocess.run, ["rm", "-rf", "--", folder])
                self.assertEqual(len(pids), 3)
                subprocess.run(["kill", f"-{name}", str(process.pid)], check=True)
                process.communicate(timeout=hosts.LIMIT_S)
                self.assertTrue(wait_until(
                    lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids)))
                self.assertEqual(Path(folder).exists(), name == "KILL")


if __name__ == "__main__":
    hosts.become_root()
    LAUNCHER, DEMO, BENCH = map(os.path.abspath, sys.argv[1:4])
    del sys.argv[1:4]
    try:
        hosts.look_for_all()
    except hosts.Lacking as lacking:
        print(f"skipped: {lacking}")
        sys.exit(77)
    unittest.main(verbosity=2)
