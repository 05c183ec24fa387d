"""Lab 16's count on several hosts, as a person starts it there; and one of them is cut off.

test_hosts.py LAUNCHER DEMO: Open MPI's mpirun, the built demo-16.
"""
from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import hosts

LAUNCHER = DEMO = ""
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


class Count(unittest.TestCase):
    def up(self, number: int) -> hosts.Hosts:
        self.hosts = hosts.Hosts(number)
        self.hosts.__enter__()
        self.addCleanup(self.hosts.__exit__)
        return self.hosts

    def launch(self, ranks: int, *words: str) -> subprocess.Popen[str]:
        """As a person types it at the first host."""
        process = subprocess.Popen(
            [*self.hosts.on("alpha"), LAUNCHER, *KEEPALIVE,
             "--hostfile", str(self.hosts.hostfile(2)), "-n", str(ranks), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=self.hosts.environment())
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def assert_empty(self, *names: str) -> None:
        for name in names:
            self.assertTrue(wait_until(lambda: not self.hosts.running(name)),
                            f"{name}: {self.hosts.running(name)}")

    def test_three_hosts(self) -> None:
        """Five ranks: the right number, and each host has its share of them."""
        self.up(3)
        process = self.launch(5, DEMO, "ranks")
        said, _ = process.communicate(timeout=hosts.LIMIT_S)
        self.assertEqual(process.returncode, 0, said)
        self.assertIn(COUNTED, said)
        self.assertEqual(RANK.findall(said), [("0", "alpha"), ("1", "alpha"), ("2", "beta"),
                                              ("3", "beta"), ("4", "gamma")])
        self.assert_empty("alpha", "beta", "gamma")
        for name in ("alpha", "beta", "gamma"):
            self.assertEqual(self.hosts.left(name), [])

    def cut_off(self) -> str:
        """All ranks have been started when one host's cable is pulled."""
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
        return said

    def test_link_cut(self) -> None:
        """mpirun says whom it has lost; nobody stays behind, on either side."""
        self.assertRegex(self.cut_off(), r"lost communication(.*\n)*.*on node beta")
        self.assert_empty("alpha", "beta")


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
    LAUNCHER, DEMO = sys.argv[1:3]
    del sys.argv[1:3]
    try:
        hosts.look_for_all()
    except hosts.Lacking as lacking:
        print(f"skipped: {lacking}")
        sys.exit(77)
    unittest.main(verbosity=2)
