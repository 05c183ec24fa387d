#!/usr/bin/env python3
"""Fuzzes what reads others' text: the targets in bench/tests/fuzz/, each for some seconds from its
own corpus. Needs clang, and builds with ASan and UBSan. Exit status 1 if one finds anything; its
input is then kept.
"""
from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analyse_code import Broken, build
from steps import PROJECT

FOLDER = PROJECT / "bench" / "tests" / "fuzz"
TARGETS = sorted(path.stem[len("fuzz_"):] for path in FOLDER.glob("fuzz_*.c"))
OPTIONS = ("-Db_sanitize=address,undefined", "-Db_lundef=false",
           "-Dc_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined")
BYTES_MOST = 2000               # of an input: what matters is its shape
SLOW_S = 20                     # no input may take so long


def fuzz(target: str, programs: Path, seconds: int) -> bool:
    """Prints how it went; whether nothing was found."""
    with tempfile.TemporaryDirectory() as grown:        # the corpus in the project stays small
        done = subprocess.run(
            [str(programs / f"fuzz-{target}"), f"-max_total_time={seconds}",
             f"-max_len={BYTES_MOST}", f"-timeout={SLOW_S}", "-print_final_stats=1",
             f"-artifact_prefix={programs}/{target}-", grown, str(FOLDER / "corpus" / target)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace")
    runs = re.search(r"number_of_executed_units: (\d+)", done.stdout)
    if done.returncode == 0 and runs:
        print(f"{target}: {runs[1]} inputs, nothing found", flush=True)
        return True
    print(f"{target}: status {done.returncode}\n{done.stdout[-6000:]}", flush=True)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz what reads others' text.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build-fuzz", metavar="DIR",
                        help="for its own build (default: build-fuzz)")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default: 20)")
    parser.add_argument("--strict", action="store_true", help="a missing clang is a failure")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args()
    targets = options.targets or TARGETS
    if unknown := set(targets) - set(TARGETS):
        parser.error(f"there is no {min(unknown)}; there are {', '.join(TARGETS)}")
    if shutil.which("clang") is None:
        print("fuzz: skipped: clang is not installed")
        return 1 if options.strict else 0
    needed = ("bench/probe", "bench/empty-dynamic", *(f"bench/fuzz-{name}" for name in targets))
    try:
        programs = build(options.build.resolve(), "clang", needed, *OPTIONS) / "bench"
    except Broken as broken:
        print(f"fuzz: it does not build\n{broken}", file=sys.stderr)
        return 1
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda name: fuzz(name, programs, options.seconds), targets))
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
