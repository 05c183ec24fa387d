"""What a student's program is run behind: the command line for labs/checking/fence.c, and what of it
this machine can do.
"""
from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import bounded

FENCE_FAILED = 125              # exit status: the fence, not the command, failed
# A uid for whom nobody else is anybody: of those that systemd(1) hands out for a moment, too.
UIDS = range(61184, 65520)
PROBE_LIMIT_S = 10
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class Limits(NamedTuple):
    """For each process; of the tasks together. 0: none."""
    cpu_s: int
    data_mib: int
    file_mib: int
    tasks: int


COMPILING = Limits(cpu_s=60, data_mib=1024, file_mib=64, tasks=200)
# More than any check asks for: its own limits in a trial are tighter, and speak.
CHECKING = Limits(cpu_s=80, data_mib=2048, file_mib=32, tasks=300)


class Ability(NamedTuple):
    sealed: bool                # a room of its own: processes, network, files
    why_not: str


def program(build: Path) -> Path:
    return build / "labs" / "checking" / "fence"


def memory_mib() -> int:
    """What all processes of one check may take together."""
    return min(4096, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 21)


CAP_SETGID, CAP_SETUID = 6, 7   # capabilities(7)


@functools.cache
def _may_change_uid() -> bool:
    """Not every root may: a container can know too few users, or take the right away."""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text()
    rights = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")),
                 16)
    ranges = [[int(word) for word in line.split()]
              for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return (all(rights >> right & 1 for right in (CAP_SETGID, CAP_SETUID))
            and any(first <= UIDS[0] and UIDS[-1] < first + count for first, _, count in ranges))


def own_uid() -> int:
    """For whoever is root, else 0: one that no other check has at the same time."""
    return UIDS[os.getpid() % len(UIDS)] if _may_change_uid() else 0


def fenced(build: Path, command: list[str], limits: Limits, sealed: bool,
           uid: int = 0, see: Sequence[Path] = (), work: Path | None = None) -> list[str]:
    """The command behind its fence. `see`: what it may read, `work`: where it may write."""
    words = [str(program(build))]
    words += [f"--{name}={value}" for name, value in zip(("cpu", "data", "file", "tasks"), limits)
              if value]
    if sealed:
        words += ["--sealed", *(f"--see={path}" for path in see)]
    if work is not None:
        words += [f"--work={work}"]
    return [*words, *([f"--uid={uid}"] if uid else []), *command]


@functools.cache
def ability(build: Path) -> Ability:
    """Tried, not guessed: what stands in the way has many names (AppArmor, Docker, a sysctl)."""
    if "LAB_UNSEALED" in os.environ:    # to try out what then still holds
        return Ability(False, "LAB_UNSEALED is set")
    tried = bounded.run(fenced(build, ["true"], COMPILING, True, own_uid()), PROBE_LIMIT_S)
    if tried.status == 0:
        return Ability(True, "")
    words = tried.output.strip().splitlines()
    return Ability(False, words[-1].removeprefix("fence: ") if words else "it does not start")
