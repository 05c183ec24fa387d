#!/usr/bin/env python3
"""The demo's experiment in real Python: two workers compute or wait, as threads and as processes.

Every Python that is found on PATH is tried, for about a second, and says whether it has one big
lock (the global interpreter lock). With a file's name as argument, that gets the same as CSV.
"""
from __future__ import annotations

import csv
import json
import os
import platform
import re
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from functools import partial

WORKERS = 2
COMPUTE_S, WAIT_S = 0.05, 0.04  # for one worker; the loop is made long enough for that
TRIES = 4                       # the fastest one counts
LIMIT_S = 15                    # for one question; then that interpreter is stopped, and named
ENOUGH_S = 10                   # then no other interpreter is begun with
OLDEST = (3, 9)
NAME = re.compile(r"python3(\.\d+t?)?|pypy3(\.\d+)?")
COLUMNS = [(what, kind) for what in ("computing", "waiting") for kind in ("process", "thread")]


# ---- inside each interpreter

def compute(n: int) -> None:
    while n > 0:
        n -= 1


def took(action, *arguments) -> float:
    begin = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - begin


def one_after_the_other(job, amount) -> None:
    for _ in range(WORKERS):
        job(amount)


def side_by_side(kind, job, amount) -> None:
    workers = [kind(target=job, args=(amount,)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def steps() -> int:
    """How many make compute() last about COMPUTE_S here."""
    n = 10_000
    while took(compute, n) < COMPUTE_S / 4:
        n *= 2
    return int(n * COMPUTE_S / took(compute, n))


def measure() -> dict:
    """Where this interpreter comes from, and how many times as fast each way was."""
    from multiprocessing import get_context
    ways = {"alone": one_after_the_other,
            "process": partial(side_by_side, get_context("fork").Process),
            "thread": partial(side_by_side, threading.Thread)}
    jobs = {"computing": (compute, steps()), "waiting": (time.sleep, WAIT_S)}

    found: dict = {"lock": getattr(sys, "_is_gil_enabled", lambda: True)()}
    for what, job in jobs.items():
        tries = [{way: took(action, *job) for way, action in ways.items()}
                 for _ in range(TRIES)]             # in turn: a disturbance hits all
        best = {way: min(one[way] for one in tries) for way in ways}
        for way in ("process", "thread"):
            found[f"{what} {way}"] = best["alone"] / best[way]
            found[f"{what} {way} us"] = best[way] * 1e6
    free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    found["name"] = f"{platform.python_implementation()} {platform.python_version()}{free}"
    return found


# ---- outside: find them, ask them, tell

class DoesNotRun(Exception):
    """Why an interpreter could not be tried, in its own words or in ours."""


def ask(command: list[str]) -> str:
    """What it prints. Whatever it started is gone afterwards, also on Ctrl-C."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, errors="replace",
                                 start_new_session=True)
    except OSError as error:
        raise DoesNotRun(error.strerror) from None
    try:
        said, complaints = child.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        raise DoesNotRun(f"not done after {LIMIT_S} s") from None
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    if child.returncode != 0:
        lines = complaints.strip().splitlines() or [f"exit status {child.returncode}"]
        raise DoesNotRun(lines[-1 if lines[0].startswith("Traceback") else 0])
    return said


def on_path() -> list[str]:
    """This one first, then what PATH has; two names of one file are one."""
    paths = [sys.executable]
    for folder in os.get_exec_path():
        try:
            names = sorted(filter(NAME.fullmatch, os.listdir(folder)))
        except OSError:
            continue
        paths += [os.path.join(folder, name) for name in names]
    found: dict[str, str] = {}
    for path in paths:
        if os.path.isfile(path) and os.access(path, os.X_OK):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def try_all() -> tuple[list[dict], dict[str, str]]:
    """The measured, and the reason for each that was not."""
    who = "import os, sys; print(os.path.realpath(sys.executable), *sys.version_info[:2])"
    end = time.monotonic() + ENOUGH_S
    measured: dict[str, dict] = {}
    failed: dict[str, str] = {}
    for path in on_path():
        try:
            if time.monotonic() > end:
                raise DoesNotRun(f"after {ENOUGH_S} s it was enough")
            real, major, minor = ask([path, "-c", who]).rsplit(maxsplit=2)
            if (int(major), int(minor)) < OLDEST:
                raise DoesNotRun(f"Python {major}.{minor} is too old for this program")
            if real not in measured:        # two names, or a script that starts another one
                measured[real] = json.loads(ask([path, os.path.abspath(__file__), "--measure"]))
        except DoesNotRun as reason:
            failed[path] = str(reason)
        except ValueError:
            failed[path] = "it said something else than a Python would"
    return list(measured.values()), failed


def tell(rows: list[dict], failed: dict[str, str]) -> None:
    cpus = len(os.sched_getaffinity(0))
    print("Real Python: when do threads gain nothing?\n")
    print(f"  {WORKERS} workers; usable CPUs: {cpus}; fastest of {TRIES} tries\n")
    print("                            computing, times          waiting, times")
    print("                     lock   process    thread         process    thread")
    for row in rows:
        values = [row[f"{what} {kind}"] for what, kind in COLUMNS]
        print(f"  {row['name'][:18]:18} {'yes' if row['lock'] else 'no':4}"
              "  {:8.2f}  {:8.2f}        {:8.2f}  {:8.2f}".format(*values))
    print("  times: as fast as one worker's job after the other's.\n")
    alike: dict[str, list[str]] = {}
    for path, reason in failed.items():
        name = os.path.basename(path)
        alike.setdefault(reason.replace(f"{name}: ", ""), []).append(name)
    for reason, names in alike.items():
        line = f"  Not tried ({reason}): {', '.join(names)}"
        print(line if len(line) <= 80 else line[:79] + "…")
    for lock, words in (True, "With a big lock"), (False, "Without one"):
        times = [row["computing thread"] for row in rows if row["lock"] == lock]
        if times:
            spread = " to ".join(sorted({f"{min(times):.2f}", f"{max(times):.2f}"}))
            print(f"Seen: {words}, two threads computed {spread} times as fast.")
    if all(row["lock"] for row in rows):
        print("      No Python without one is here; it would be called python3.14t, say.")
    if cpus == 1:
        print("      With one usable CPU, nothing makes computing faster.")


def write_csv(name: str, rows: list[dict]) -> None:
    with open(name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["python", "lock", "what", "family", "workers", "time_us", "speedup"])
        for row in rows:
            for what, kind in COLUMNS:
                writer.writerow([row["name"], "yes" if row["lock"] else "no", what, kind, WORKERS,
                                 f"{row[f'{what} {kind} us']:.1f}", f"{row[f'{what} {kind}']:.4f}"])


def main() -> int:
    if sys.argv[1:] == ["--measure"]:
        print(json.dumps(measure()))
        return 0
    try:
        rows, failed = try_all()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    tell(rows, failed)
    if len(sys.argv) > 1:
        write_csv(sys.argv[1], rows)
    return 0 if rows else 77        # what meson calls a skip


if __name__ == "__main__":
    sys.exit(main())
