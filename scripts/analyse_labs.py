#!/usr/bin/env python3
"""Runs every lab's demo and solution under ThreadSanitizer and under Valgrind's memcheck.

A demo runs as it is, but for fewer repeats; a solution is run by its check. What a tool reports of
any of the processes is a finding, also of one that is killed later; so is a program that fails, or
does not end, only because a tool looks on. Exit status 1 if EXCEPTIONS does not explain all.
"""
from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import bounded
from exercises import LABS, shown
from kit import CannotCheck, DoesNotBuild, Kit
from steps import PROJECT

LIMIT_S = 120
SHOWN_MOST = 3                  # findings of one run
FIXED = PROJECT / "scripts" / "fixed_addresses.sh"
QUIET = PROJECT / "scripts" / "quiet_tsan.c"
# With which options of meson's. An older Valgrind does not read the DWARF 5 that clang writes.
TOOLS = {"tsan": ["-Db_sanitize=thread", "-Db_lundef=false"], "memcheck": ["-Dc_args=-gdwarf-4"]}
# The status stays the program's. A child of a process with threads may start some, too. Reports go
# to a file for each process, since a check keeps for itself what a trial prints.
TSAN = "die_after_fork=0 exitcode=0 log_path={0}/log suppressions={0}/suppressions"
MEMCHECK = ["valgrind", "-q", "--trace-children=yes", "--fair-sched=try", "--vgdb=no",
            # Or a child's _exit() would print what waits in stdout.
            "--run-libc-freeres=no", "--leak-check=full", "--show-leak-kinds=definite"]

# What a demo does again and again to measure, it does less often here: a tool sees as much. The
# text in the source, and what stands in its place.
FEWER = {
    "05-who-finishes-first": {"STARTS = 200": "STARTS = 10"},
    "08-lost-updates": {"50000000, 0": "20000, 0", "250000, 500000": "2500, 5000",
                        "1000000, 2000000": "10000, 20000"},
    "10-copy-on-write": {"ROUNDS = 9": "ROUNDS = 1"},
    "11-many-cores": {"ROUNDS = 10": "ROUNDS = 1"},
    "12-one-big-lock": {"ROUNDS = 8": "ROUNDS = 1"},
    "13-waiting-together": {"WAITERS = 1000": "WAITERS = 50"},
    "14-worker-pools": {"ROUNDS = 8": "ROUNDS = 1"},
}


class Expected(NamedTuple):
    finding: str                # tsan: a suppression; memcheck: a regular expression
    reason: str


# Its ranks are started by a launcher, and MPI's own threads and memory are all that a tool sees.
NOT_ANALYSED = {"16-beyond-one-machine"}

EXCEPTIONS: dict[tuple[str, str, str], Expected] = {
    ("09-crash-isolation", "demo", "memcheck"):
        Expected(r"at 0x\w+: work \(demo\.c", "the bad pointer is the lesson"),
    ("10-copy-on-write", "solution", "memcheck"):
        Expected(r"status 77\n.* page faults|You\s+counted\s+\d+\.\s+Each\s+page",
                 "counts page faults; Valgrind has its own"),
}


class Row(NamedTuple):
    lab: str
    program: str                # demo or solution
    tool: str
    verdict: str
    findings: list[str]         # unexpected ones, in the tool's words


def before_tsan() -> list[str] | None:
    """What has to stand before a program with ThreadSanitizer; None: it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder, "probe")
        Path(folder, "probe.c").write_text("int main(void) { return 0; }\n")
        bounded.run([*os.environ.get("CC", "cc").split(), "-fsanitize=thread", "-pthread",
                     f"{probe}.c", str(QUIET), "-o", str(probe)], LIMIT_S)
        works = bounded.run([str(FIXED), str(probe)], LIMIT_S).status == 0
    return [str(FIXED)] if works else None


def set_up(folder: Path, options: list[str]) -> None:
    """A build folder with the checks in it."""
    checks = [f"labs/libcheck-{path.parent.name[:2]}.a" for path in LABS.glob("*/check.c")]
    for command in (["meson", "setup", str(folder), "-Dbench=disabled", *options],
                    ["ninja", "-C", str(folder), "labs/checking/libchecking.a",
                     "labs/checking/fence", *checks]):
        done = bounded.run(command, LIMIT_S, cwd=PROJECT)
        if done.status != 0:
            raise DoesNotBuild(done.output)


def make(kit: Kit, program: str, tool: str) -> Path:
    made = kit.build / "labs" / f"analysed-{program}-{kit.number}"
    source = LABS / kit.lab / f"{program}.c"
    extra = [str(QUIET)] if tool == "tsan" else []
    if program == "solution":
        kit.link_arguments = extra + kit.link_arguments
        kit.make(source, made)
        return made
    text = source.read_text()
    for usual, fewer in FEWER.get(kit.lab, {}).items():
        if text.count(usual) != 1:
            raise DoesNotBuild(f'FEWER expects "{usual}" once in {shown(source)}\n')
        text = text.replace(usual, fewer)
    made.with_suffix(".c").write_text(f'#line 1 "{shown(source)}"\n{text}')
    kit.run([*kit.compiler, str(made.with_suffix(".c")), *extra, "-pthread", "-o", str(made)])
    return made


def tsan(program: Path, before: list[str], suppression: str) -> tuple[bounded.Result, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "suppressions").write_text(suppression + "\n")
        done = bounded.run(["env", "TSAN_OPTIONS=" + TSAN.format(folder), *before, str(program)],
                           LIMIT_S)
        logs = [path.read_text(errors="replace") for path in sorted(Path(folder).glob("log.*"))]
    parts = re.split(r"^=+$", "\n".join(logs), flags=re.MULTILINE)
    return done, [part.strip() for part in parts if "ThreadSanitizer:" in part]


def memcheck(program: Path, before: list[str]) -> tuple[bounded.Result, list[str]]:
    """Each of its lines names the process; an empty one stands between two reports."""
    done = bounded.run([*before, str(program)], LIMIT_S)
    found: list[str] = []
    for pid in sorted(set(re.findall(r"^==([0-9]+)== ", done.output, flags=re.MULTILINE))):
        lines = re.findall(rf"^=={pid}== (.*)$", done.output, flags=re.MULTILINE)
        found += [part for part in re.split(r"\n\n+", "\n".join(lines).strip()) if part]
    return done, found


def analyse(build: Path, lab: str, program: str, tool: str, before: list[str] | None) -> Row:
    if before is None:
        return Row(lab, program, tool, "skipped: the tool does not run here", [])
    try:
        made = make(Kit(build / tool, lab), program, tool)
    except (CannotCheck, DoesNotBuild) as error:
        return Row(lab, program, tool, "it does not build", [str(error)])
    known = EXCEPTIONS.get((lab, program, tool))
    if tool == "tsan":
        done, found = tsan(made, before, known.finding if known else "")
    else:
        done, found = memcheck(made, before)
    if done.timed_out or done.status != 0:
        how = f"did not end in {LIMIT_S} s" if done.timed_out else f"had status {done.status}"
        found.append(f"it {how}\n{done.output}")
    if known is not None and tool == "memcheck":
        found = [text for text in found if not re.search(known.finding, text)]
    if found:
        return Row(lab, program, tool, f"findings {len(found)}", found)
    return Row(lab, program, tool, f"exception: {known.reason}" if known else "clean", [])


def show(row: Row) -> None:
    before = f"{row.lab:22} {row.program:9} {row.tool:9} "
    print(textwrap.fill(row.verdict, 80, initial_indent=before,
                        subsequent_indent=" " * len(before)), flush=True)
    for text in row.findings[:SHOWN_MOST]:
        print(textwrap.indent(text, "    "))


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the labs under TSan and Valgrind.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build-analysis", metavar="DIR",
                        help="for its own two builds (default: build-analysis)")
    parser.add_argument("--strict", action="store_true", help="a missing tool is a finding")
    parser.add_argument("--quick", action="store_true", help="the demos alone")
    parser.add_argument("labs", nargs="*", metavar="LAB",
                        help="default: all, but for those that need MPI")
    options = parser.parse_args()
    labs = options.labs or sorted({path.parent.name for path in LABS.glob("*/solution.c")}
                                  - NOT_ANALYSED)
    bounded.prepare()
    begun = time.monotonic()
    before = {"tsan": before_tsan(), "memcheck": MEMCHECK if shutil.which("valgrind") else None}
    build = options.build.resolve()
    try:
        for tool, how in TOOLS.items():
            if before[tool] is not None:
                set_up(build / tool, how)
    except DoesNotBuild as error:
        print(f"analyse_labs: {error}", file=sys.stderr)
        return 1
    tasks = [(build, lab, program, tool, before[tool]) for lab in labs
             for program in ("demo", "solution")[:1 if options.quick else 2] for tool in TOOLS]
    unexpected = 0
    # Processes, for bounded.run() ends everybody below the one that called it.
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), initializer=bounded.prepare) as pool:
        for row in pool.map(analyse, *zip(*tasks)):
            show(row)
            unexpected += len(row.findings)
    missing = [tool for tool in TOOLS if before[tool] is None]
    if missing:
        print(f"\nNot run: {', '.join(missing)}: a trial program did not start")
    print(f"\n{unexpected} unexpected findings in {len(tasks)} runs;"
          f" {time.monotonic() - begun:.0f} s")
    return 1 if unexpected or (options.strict and missing) else 0


if __name__ == "__main__":
    sys.exit(main())
