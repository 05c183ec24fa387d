"""ladder.py kind=thread|process key=value…: what one empty threading.Thread or multiprocessing.Process
(by fork) costs inside Python, from start() until join() has returned. Prints the rows that the probe
would: index,warmup,elapsed_ns,error."""
from __future__ import annotations

import errno
import os
import signal
import sys
import time
from typing import Any, Callable, Tuple

LIMIT_S = 60
SAMPLES_AT_LEAST = 3
# How to make a child that has not started, and what its end is worth: an errno, 0.
Kind = Tuple[Callable[[], Any], Callable[[Any], int]]


def empty(done: list[int]) -> None:
    """The child's whole work; a thread leaves a sign, a process its exit status."""
    done.append(1)


def make_thread() -> Kind:
    import threading
    done: list[int] = []

    def check(_thread: Any) -> int:
        return 0 if done.pop() == 1 else errno.EPROTO
    return lambda: threading.Thread(target=empty, args=(done,)), check


def make_process() -> Kind:
    import multiprocessing
    forking = multiprocessing.get_context("fork")
    done: list[int] = []

    def check(process: Any) -> int:
        return 0 if process.exitcode == 0 else errno.EPROTO
    return lambda: forking.Process(target=empty, args=(done,)), check


def sample(make: Callable[[], Any], check: Callable[[Any], int]) -> tuple[int, int]:
    """(nanoseconds, errno) of one creation."""
    begin_ns = time.perf_counter_ns()
    try:
        child = make()
        child.start()
        child.join()
    except RuntimeError:                # threading says no more than "can't start new thread"
        return 0, errno.EAGAIN
    except OSError as refused:
        return 0, refused.errno or errno.EPROTO
    elapsed_ns = time.perf_counter_ns() - begin_ns
    return elapsed_ns, check(child)


def main() -> None:
    values = {"samples": "20", "warmup": "3", "budget_ms": "600000", "cpu": "-1"}
    kinds = {"thread": make_thread, "process": make_process}
    for word in sys.argv[1:]:
        name, _, value = word.partition("=")
        if name not in (*values, "kind"):
            sys.exit(f"ladder.py: {word}: the keys are kind, {', '.join(values)}")
        values[name] = value
    if values.get("kind") not in kinds:
        sys.exit("ladder.py: kind=… is missing: give thread or process")
    samples, warmups, budget_ms, cpu = (
        int(values[name]) for name in ("samples", "warmup", "budget_ms", "cpu"))

    signal.alarm(LIMIT_S)               # whatever happens, this ends
    if cpu >= 0:
        os.sched_setaffinity(0, {cpu})
    make, check = kinds[values["kind"]]()
    rows = []
    end_ns = 0
    for index in range(warmups + samples):
        if index == warmups:
            end_ns = time.perf_counter_ns() + budget_ms * 1000000
        rows.append(sample(make, check))
        if index + 1 >= warmups + SAMPLES_AT_LEAST and time.perf_counter_ns() > end_ns:
            break

    print("index,warmup,elapsed_ns,error")
    for index, (elapsed_ns, error) in enumerate(rows):
        print(index, int(index < warmups and not error), "" if error else elapsed_ns,
              errno.errorcode.get(error, f"E{error}") if error else "", sep=",")


if __name__ == "__main__":
    main()
