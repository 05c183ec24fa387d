#!/usr/bin/env python3
"""Does the probe cost what a bare loop costs? Both, in turns, on one CPU.

Each round starts a fresh probe and a fresh bare loop (bench/tests/bare_loop.c: the same compiler,
flags and linkage) for pthread and for fork, in an order that changes from round to round. Medians
of blocks are compared with medians of blocks. Ends with 1 when pthread is off by more than 3 %, or
fork by more than 5 %.
"""
from __future__ import annotations

import argparse
import csv
import io
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BOUNDS_PERCENT = {"pthread": 3.0, "fork": 5.0}
SAMPLES = 20


def bare_block(folder: Path, mechanism: str, cpu: int) -> float:
    command = [str(folder / "bare_loop"), mechanism, str(SAMPLES), str(cpu)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return statistics.median(float(line) for line in out.split())


def probe_block(folder: Path, mechanism: str, cpu: int) -> float:
    command = [str(folder / "probe"), "creation", f"mechanism={mechanism}", f"samples={SAMPLES}",
               f"cpu={cpu}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = csv.DictReader(io.StringIO(out.split("\n\n")[0]))
    return statistics.median(float(row["reaped_ns"]) for row in rows if row["warmup"] == "0")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=PROJECT / "build")
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)))
    options = parser.parse_args()
    folder = options.build / "bench"
    if options.rounds < 12:
        parser.error("--rounds: give 12 or more")
    if not (folder / "bare_loop").exists():
        parser.error(f"{folder}/bare_loop is missing: meson compile -C {options.build}")

    blocks = [(mechanism, take) for mechanism in BOUNDS_PERCENT
              for take in (bare_block, probe_block)]
    medians: dict[tuple[str, object], list[float]] = {block: [] for block in blocks}
    for _ in range(options.rounds):
        for block in random.sample(blocks, len(blocks)):
            mechanism, take = block
            medians[block].append(take(folder, mechanism, options.cpu))

    status = 0
    for mechanism, bound in BOUNDS_PERCENT.items():
        bare = statistics.median(medians[mechanism, bare_block])
        probe = statistics.median(medians[mechanism, probe_block])
        percent = (probe / bare - 1) * 100
        within = abs(percent) <= bound
        status |= not within
        print(f"{mechanism:8} bare loop {bare / 1000:7.2f} µs, probe {probe / 1000:7.2f} µs: "
              f"{percent:+.2f} % (bound {bound:.0f} %: {'within' if within else 'BEYOND'})")
    return status


if __name__ == "__main__":
    sys.exit(main())
