"""scripts/slurm.sh on a real Slurm: the distribution's, with two nodes made of namespaces.

test_slurm.py BUILD: the build whose bench measures.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import Any

import hosts

PROJECT = Path(__file__).resolve().parents[2]
BUILD = ""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo", "scontrol")
# Without control groups, whose tree here is everybody's: processes are found by /proc.
SLURM_CONF = """\
ClusterName=test
SlurmctldHost=alpha
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/slurm/state
SlurmdSpoolDir={folder}/slurm/%n
SlurmctldPidFile={folder}/slurm/slurmctld.pid
SlurmdPidFile={folder}/slurm/%n.pid
SlurmctldLogFile={folder}/slurm/slurmctld.log
SlurmdLogFile={folder}/slurm/%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=alpha NodeAddr=192.0.2.1 CPUs={cpus}
NodeName=beta NodeAddr=192.0.2.2 CPUs={cpus}
PartitionName=all Nodes=ALL Default=YES
"""


class Slurm(unittest.TestCase):
    def setUp(self) -> None:
        self.hosts = hosts.Hosts(2)
        self.hosts.__enter__()
        self.addCleanup(self.hosts.__exit__)
        self.folder = self.hosts.folder
        self.environment = dict(self.hosts.environment(),
                                SLURM_CONF=str(self.folder / "slurm" / "slurm.conf"))
        for name in ("munge", "slurm", "slurm/state", "slurm/alpha", "slurm/beta"):
            (self.folder / name).mkdir()
        key = self.folder / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        (self.folder / "slurm" / "slurm.conf").write_text(
            SLURM_CONF.format(folder=self.folder, cpus=len(os.sched_getaffinity(0))))
        # The plugin that touches nothing until another one asks it to.
        (self.folder / "slurm" / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        munge = f"{self.folder}/munge"
        self.start("alpha", "munged", "--foreground", "--force", f"--key-file={munge}/key",
                   f"--socket={munge}/socket", f"--pid-file={munge}/pid",
                   f"--log-file={munge}/log", f"--seed-file={munge}/seed")
        self.wait_until(lambda: Path(munge, "socket").exists())
        self.start("alpha", "slurmctld", "-D")
        for name in ("alpha", "beta"):
            self.start(name, "slurmd", "-D", "-N", name)
        self.wait_until(lambda: self.command("sinfo", "-h", "-o", "%T %D").stdout == "idle 2\n")

    def start(self, name: str, *words: str) -> None:
        process = subprocess.Popen(
            [*self.hosts.on(name), *words], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def command(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Typed at alpha, in the project's folder."""
        return self.hosts.run("alpha", "env", "-C", str(more.pop("cwd", PROJECT)), *words,
                              env=self.environment, capture_output=True, text=True, **more)

    def wait_until(self, true: Any) -> None:
        end = time.monotonic() + hosts.LIMIT_S
        while not true():
            self.assertLess(time.monotonic(), end, self.logs())
            time.sleep(0.1)

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace")
                       for path in (self.folder / "slurm").glob("*.log"))

    def submit(self, *words: str, cwd: Path = PROJECT) -> tuple[int, str]:
        """The job's exit status and its words."""
        told = self.folder / "told.txt"
        done = self.command("sbatch", "--wait", f"--output={told}",
                            str(PROJECT / "scripts" / "slurm.sh"), *words, cwd=cwd)
        return done.returncode, done.stderr + (told.read_text() if told.exists() else "")

    def test_charts(self) -> None:
        """Both nodes are in the hostfile that scripts/lab gets, and ranks have run on both."""
        run = self.folder / "run"
        status, said = self.submit("ladder", "--quick", "--built", BUILD, "--output", str(run))
        self.assertEqual(status, 0, said)
        self.assertTrue(said.startswith("alpha slots=2\nbeta slots=2\n"), said)
        facts = json.loads((run / "run.json").read_text())["hosts"]
        self.assertEqual([(fact["host"], fact["ranks"]) for fact in facts],
                         [("alpha", 2), ("beta", 2)])
        self.assertTrue((run / "index.html").exists())

    def test_elsewhere(self) -> None:
        status, said = self.submit(cwd=self.folder)
        self.assertEqual(status, 2, said)
        self.assertIn("slurm.sh: submit it in the project's folder", said)


class Alone(unittest.TestCase):
    def test_without_sbatch(self) -> None:
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("SLURM_")}
        done = subprocess.run([PROJECT / "scripts" / "slurm.sh"], env=environment, text=True,
                              capture_output=True, timeout=hosts.LIMIT_S)
        self.assertEqual((done.returncode, done.stderr),
                         (2, "slurm.sh: start it with sbatch: sbatch scripts/slurm.sh\n"))


if __name__ == "__main__":
    hosts.become_root()
    BUILD = os.path.abspath(sys.argv.pop(1))
    try:
        hosts.look_for_all()
        for program in PROGRAMS:
            hosts.find(program)
        if len(os.sched_getaffinity(0)) < 2:
            raise hosts.Lacking("needs two CPUs: the script asks for two ranks on a node")
    except hosts.Lacking as lacking:
        print(f"skipped: {lacking}")
        sys.exit(77)
    unittest.main(verbosity=2)
