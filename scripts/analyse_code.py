#!/usr/bin/env python3
"""Runs analysers over the code: gcc's and clang's, cppcheck, linter and type check for Python, and
the unit tests under Valgrind.

What a tool gets wrong is in its configuration, here or in .clang-tidy, with the reason. A tool that
is missing is skipped and said so; with --strict it is a finding. Exit status 1 if there is any.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from steps import PROJECT

LIMIT_S = 900                   # of one command
MACHINES = str(PROJECT / "bench" / "tests" / "machines")    # as meson tells the unit tests
SHOWN_MOST = 40                 # lines of one finding

# Taste is left to clang-format and review.
CPPCHECK = [
    "--enable=warning,performance,portability", "--std=c11", "--quiet", "--error-exitcode=1",
    "--template={file}:{line}: {id}: {message}",
    "-Djson_array_foreach(array,i,each)=for(;;)",       # jansson's loops: it needs them said
    "-Djson_object_foreach(object,name,each)=for(;;)",
    # Open MPI's constants are made by a macro of a macro, which it does not expand.
    "--suppress=preprocessorErrorDirective:*/mpi.h",
    "--suppress=varFuncNullUB",     # NULL is a pointer in glibc and musl
    "--suppress=uninitvar",         # it does not see what a callee fills in; gcc and memcheck do
    "--suppress=negativeIndex",     # nor that a callee never returns
    # It calls a macro by way of another, which this one does not expand.
    "--suppress=preprocessorErrorDirective:*/labs/checking/steps_tsan.c",
    "--suppress=resourceLeak:*/labs/15-fork-meets-threads/check.c",     # a fork's child has it, too
]
FANALYZER = [
    "-O1", "-fanalyzer", "-Werror", "-fdiagnostics-color=never", "-S", "-o", os.devnull,
    "-Wno-analyzer-null-dereference",       # of one file: error_say() never returns 0
    "-Wno-analyzer-use-of-uninitialized-value",     # nor does it relate a loop to the one before it
]
# A fork's child closes what the parent opened, and a folder of its own cannot refuse a file.
NOT_FANALYZER = "labs/15-fork-meets-threads/check.c"
MYPY = ["--python-version=3.9", "--check-untyped-defs", "--no-implicit-optional",
        "--strict-equality", "--warn-unreachable",
        "--warn-redundant-casts", "--warn-unused-ignores", "--ignore-missing-imports"]
MEMCHECK = ["valgrind", "-q", "--error-exitcode=9", "--fair-sched=try", "--vgdb=no",
            "--run-libc-freeres=no", "--leak-check=full", "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite"]

# Unit tests that fail only because Valgrind looks on: what they see there. (ThreadSanitizer: `meson
# test --setup tsan`, and analyse_labs.py for the labs.)
UNDER_LOAD = "alone it passes; on a busy machine its workers are too late"
NOT_MEMCHECK = {
    "mechanisms": "ENOSYS from some ways of creating",
    "measures": "ENOSYS from some ways of creating",
    "exchange_measure": "another number of open files than its limit allows for",
    "gil_measure": UNDER_LOAD, "granularity_measure": UNDER_LOAD,
    "switching_measure": UNDER_LOAD,
    "memory_measure": "it limits the address space, of which Valgrind needs its share",
}


class Task(NamedTuple):
    what: str                   # the file or the test
    command: list[str]
    folder: Path


class Analyser(NamedTuple):
    name: str
    needs: tuple[str, ...]
    tasks: Callable[[Path], list[Task]]         # for a folder to build in


class Broken(Exception):
    """A build failed: its words."""


def build(folder: Path, compiler: str, targets: tuple[str, ...], *options: str) -> Path:
    commands = [["meson", "setup", str(folder), "-Dbench=enabled", *options],
                ["ninja", "-C", str(folder), *targets]]
    for command in commands[0 if not (folder / "build.ninja").exists() else 1:]:
        done = subprocess.run(command, cwd=PROJECT, env={**os.environ, "CC": compiler},
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Broken(done.stdout + done.stderr)
    return folder


def python_sources(*folders: str) -> list[str]:
    return sorted(str(path.relative_to(PROJECT)) for folder in folders
                  for path in (PROJECT / folder).rglob("*.py"))


def compiled(folder: Path) -> dict[str, list[str]]:
    """How each C file is compiled. What the checks are tested with is wrong on purpose, and of a
    unit test it is enough that it runs under the sanitizers.
    """
    build(folder / "gcc", "gcc", ("bench/bench", "bench/probe"))
    database = json.loads((folder / "gcc" / "compile_commands.json").read_text())
    return {entry["file"]: shlex.split(entry["command"]) for entry in database
            if "/tests/" not in entry["file"]}


def fanalyzer(folder: Path) -> list[Task]:
    return [Task(file, [*command[:command.index("-o")], *FANALYZER, file], folder / "gcc")
            for file, command in compiled(folder).items() if not file.endswith(NOT_FANALYZER)]


def clang_tidy(folder: Path) -> list[Task]:
    return [Task(file, ["clang-tidy", "-p", ".", "--quiet", file], folder / "gcc")
            for file in compiled(folder)]


def cppcheck(folder: Path) -> list[Task]:
    compiled(folder)
    jobs = len(os.sched_getaffinity(0))
    return [Task("", ["cppcheck", f"-j{jobs}", *CPPCHECK, "--project=compile_commands.json"],
                 folder / "gcc")]


def pyflakes(_: Path) -> list[Task]:
    return [Task("", ["pyflakes3", *python_sources("scripts", "bench", "labs")], PROJECT)]


def mypy(folder: Path) -> list[Task]:
    """All has types but tests, whose pretend objects have none, and what runs on any Python."""
    cache = f"--cache-dir={folder / 'mypy'}"
    scripts = [path for path in python_sources("scripts") if "/tests/" not in path]
    alone = python_sources("bench/probe", "labs")
    return [Task("scripts", ["mypy", cache, *MYPY, "--disallow-untyped-defs", *scripts], PROJECT),
            *(Task(path, ["mypy", cache, *MYPY, path], PROJECT) for path in alone)]


def memcheck(folder: Path) -> list[Task]:
    """The unit tests of driver and probe."""
    compiled(folder)
    folder /= "gcc"
    listed = subprocess.run(["meson", "introspect", "--tests", str(folder)],
                            capture_output=True, text=True, check=True).stdout
    tests = {test["name"]: test["cmd"] for test in json.loads(listed)
             if Path(test["cmd"][0]).name.startswith("test-") and "/bench/" in test["cmd"][0]}
    build(folder, "gcc", tuple(str(Path(command[0]).relative_to(folder))
                               for command in tests.values()))
    return [Task(name, [*MEMCHECK, *command], folder) for name, command in tests.items()
            if name not in NOT_MEMCHECK]


ANALYSERS = [
    Analyser("pyflakes", ("pyflakes3",), pyflakes),
    Analyser("mypy", ("mypy",), mypy),
    Analyser("cppcheck", ("cppcheck", "meson", "gcc"), cppcheck),
    Analyser("fanalyzer", ("meson", "gcc"), fanalyzer),
    Analyser("clang-tidy", ("clang-tidy", "meson", "gcc"), clang_tidy),
    Analyser("memcheck", ("valgrind", "meson", "gcc"), memcheck),
]


def finding(task: Task) -> str:
    """What the tool has to say; empty if nothing."""
    try:
        done = subprocess.run(task.command, cwd=task.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S,
                              text=True, errors="replace",
                              env={**os.environ, "TEST_MACHINES": MACHINES})
    except subprocess.TimeoutExpired:
        return f"did not end within {LIMIT_S} s"
    # A forked child's report does not reach the exit status of the test.
    reported = re.search(r"^==\d+==", done.stdout, re.MULTILINE)
    return "" if done.returncode == 0 and not reported else \
        done.stdout or f"status {done.returncode}"


def analyse(analyser: Analyser, folder: Path) -> int:
    """Prints what it found; how many."""
    begun = time.monotonic()
    try:
        tasks = analyser.tasks(folder)
    except Broken as broken:
        print(f"{analyser.name}: it does not build\n{broken}")
        return 1
    found = 0
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for task, words in zip(tasks, pool.map(finding, tasks)):
            if words:
                found += 1
                print(f"{analyser.name}: {task.what}")
                print(textwrap.indent("\n".join(words.splitlines()[:SHOWN_MOST]), "    "))
    print(f"{analyser.name:12} {len(tasks):4} runs  {found} with findings"
          f"  {time.monotonic() - begun:.0f} s", flush=True)
    return found


def main() -> int:
    names = [analyser.name for analyser in ANALYSERS]
    parser = argparse.ArgumentParser(description="Run analysers over the code.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build-analysis", metavar="DIR",
                        help="for its own builds (default: build-analysis)")
    parser.add_argument("--strict", action="store_true", help="a missing tool is a finding")
    parser.add_argument("analysers", nargs="*", metavar="ANALYSER", help=", ".join(names))
    options = parser.parse_args()
    if unknown := set(options.analysers) - set(names):
        parser.error(f"there is no {min(unknown)}; there are {', '.join(names)}")
    folder = options.build.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = 0
    for analyser in ANALYSERS:
        if options.analysers and analyser.name not in options.analysers:
            continue
        missing = [need for need in analyser.needs if shutil.which(need) is None]
        if missing:
            print(f"{analyser.name:12} skipped: {', '.join(missing)} not installed")
            found += options.strict
        else:
            found += analyse(analyser, folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
