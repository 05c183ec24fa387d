#!/usr/bin/env python3
"""Runs all tests again and again: does any of them fail by luck?

Each pass is one `meson test --setup all` (or another set-up) in a build folder of its own: n of
them on one CPU, then n beside busy loops on every CPU. A table says which tests failed, and how
often. Exit status 1 if any did, or if a pass did not end in time. Nothing is left running, also
after Ctrl-C.
"""
from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import bounded
from repeat_verdicts import CPUS, loaded, positive
from steps import PROJECT, shown

LOG = "repeat"                  # meson adds the name of the set-up
GOOD = ("OK", "SKIP", "EXPECTEDFAIL")
TAIL = 15                       # lines of a failed test's output
BUILD_LIMIT_S = 3600


class Failed(Exception):
    """One line that says what to do."""


@contextlib.contextmanager
def on_one_cpu(_: int) -> Iterator[None]:
    os.sched_setaffinity(0, {CPUS[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, CPUS)


WAYS: dict[str, Callable[[int], contextlib.AbstractContextManager[None]]] = {
    "one-cpu": on_one_cpu, "busy": loaded}


class Pass(NamedTuple):
    """What one pass said: each test's row in meson's log."""
    tests: list[dict[str, Any]]
    seconds: float
    problem: str                # beside the tests' own; empty: none

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [test for test in self.tests if test["result"] not in GOOD]


def prepare(build: Path) -> None:
    """Configured and built before anything is repeated."""
    steps = [["meson", "compile", "-C", str(build)]]
    if not (build / "build.ninja").exists():
        steps.insert(0, ["meson", "setup", str(build), str(PROJECT)])
    for command in steps:
        done = bounded.run(command, BUILD_LIMIT_S, PROJECT)
        if done.status != 0:
            raise Failed(f"`{' '.join(command)}` failed:\n{done.output[-2000:]}")


def read_log(path: Path) -> list[dict[str, Any]]:
    """The tests that have ended; the last line may be half of one."""
    tests = []
    with contextlib.suppress(OSError):
        for line in path.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                tests.append(json.loads(line))
    return tests


def test_once(options: argparse.Namespace) -> Pass:
    limit_s = options.limit
    log = options.build / "meson-logs" / f"{LOG}-{options.setup}.json"
    log.unlink(missing_ok=True)
    done = bounded.run(["meson", "test", "-C", str(options.build), "--no-rebuild",
                        "--setup", options.setup, "--logbase", LOG, *options.tests],
                       limit_s, PROJECT)
    tests = read_log(log)
    problem = ""
    if done.timed_out:          # what it was at then has not failed
        unfinished = [test["name"] for test in tests if test["result"] == "INTERRUPT"]
        tests = [test for test in tests if test["result"] != "INTERRUPT"]
        problem = f"the pass did not end within {limit_s:.0f} s: {', '.join(unfinished)}"
    elif not tests or (done.status != 0 and all(test["result"] in GOOD for test in tests)):
        problem = f"meson test ended with {done.status}: {done.output[-300:].strip()}"
    return Pass(tests, done.seconds, problem)


def print_failure(test: dict[str, Any]) -> None:
    print(f"  {test['name']}: {test['result']} after {test['duration']:.1f} s, status"
          f" {test['returncode']}")
    words = ((test.get("stdout") or "") + (test.get("stderr") or "")).splitlines()
    for line in words[-TAIL:]:
        print(f"  | {line[:74]}")


def repeat(way: str, options: argparse.Namespace) -> Counter[str]:
    """How often each test failed that way."""
    failures: Counter[str] = Counter()
    for number in range(1, options.runs + 1):
        with WAYS[way](options.loops):
            done = test_once(options)
        skipped = sum(test["result"] == "SKIP" for test in done.tests)
        print(f"{way:8} {number:3} of {options.runs}: {len(done.tests)} tests,"
              f" {len(done.failed)} failed, {skipped} skipped, {done.seconds:.0f} s", flush=True)
        for test in done.failed:
            print_failure(test)
            failures[test["name"]] += 1
        if done.problem:
            print(f"  {done.problem}")
            failures["(the pass itself)"] += 1
        sys.stdout.flush()
    return failures


def print_table(failures: dict[str, Counter[str]], runs: int) -> None:
    names = sorted({name for some in failures.values() for name in some})
    if names:
        print(f"\n{f'failed, of {runs}':56}" + "".join(f"{way:>10}" for way in failures))
    for name in names:
        print(f"  {name.removeprefix('process-thread-lab:'):54}"
              + "".join(f"{some[name]:10}" for some in failures.values()))
    total = sum(sum(some.values()) for some in failures.values())
    print(f"\n{total} failures in {runs * len(failures)} passes, {' and '.join(failures)},"
          f" on {len(CPUS)} CPUs")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Repeat all tests, on one CPU and under load.")
    parser.add_argument("--build", type=Path, default=PROJECT / "build-repeat", metavar="DIR",
                        help="a build folder for this alone (default: build-repeat)")
    parser.add_argument("--runs", type=positive, default=100, metavar="N",
                        help="passes in each way (default: 100)")
    parser.add_argument("--way", choices=list(WAYS), action="append", metavar="WAY",
                        help="one-cpu or busy (default: both)")
    parser.add_argument("--loops", type=positive, default=1, metavar="N",
                        help="busy loops on each CPU (default: 1)")
    parser.add_argument("--limit", type=positive, default=3600, metavar="SECONDS",
                        help="for one pass (default: 3600)")
    parser.add_argument("--setup", choices=("all", "usual"), default="all", metavar="NAME",
                        help="all, or usual: what `meson test` alone runs (default: all)")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="default: all")
    return parser.parse_args()


def main() -> int:
    options = read_options()
    options.build = options.build.resolve()
    bounded.prepare()
    os.environ["LAB_PRISTINE"] = "1"            # whoever has begun an exercise may fail in it
    print(f"Build: {shown(options.build)}", flush=True)
    try:
        prepare(options.build)
    except Failed as error:
        print(f"repeat_tests: {error}", file=sys.stderr)
        return 1
    failures = {way: repeat(way, options) for way in options.way or WAYS}
    print_table(failures, options.runs)
    return 1 if any(failures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
