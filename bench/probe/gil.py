#!/usr/bin/env python3
"""The probe's speedup measure once more, in Python: one measurement per process, the same columns.

  gil.py who                                which Python this is, and whether it has one big lock
  gil.py calibrate target_ms=20             how many numbers keep one worker busy for so long
  gil.py speedup workload=primes kind=threads workers=2 size=10000 cpus=0,1

`primes` counts the primes below `size` by trial division, as workloads.c does; `nap` sleeps for
`size` microseconds. Past a common gate, time is the last end minus the first start. A worker that
the system refuses is a row with an error, and sends the others home.
"""
import errno
import mmap
import os
import select
import struct
import sys
import threading
import time

OLDEST = (3, 9)
BLOCK = 100         # numbers dealt at a time: there are far fewer than in C
PATIENCE_S = 30     # at the gate: one who never comes must not hang the others
SLOT = struct.Struct("=QQQQ")           # a worker's start, end, result, and whether it is done
KEYS = {"who": (), "calibrate": ("target_ms",),
        "speedup": ("workload", "kind", "workers", "size", "cpus")}
WORKERS_MAX, SIZE_MAX, CPU_MAX = 4096, 10 ** 9, 1023


class Wrong(Exception):
    """What is wrong with the words we were given, in one line."""


# ---- the work

def is_prime(n):
    if n < 2 or (n % 2 == 0 and n != 2):
        return 0
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return 0
        divisor += 2
    return 1


def primes(size, worker, workers):
    """Blocks dealt in turn, as in workloads.c: big numbers cost more than small ones."""
    found = 0
    for begin in range(worker * BLOCK, size, workers * BLOCK):
        for n in range(begin, min(begin + BLOCK, size)):
            found += is_prime(n)
    return found


def nap(size, worker, workers):
    """An equal share of the microseconds, slept at one go."""
    share = size * (worker + 1) // workers - size * worker // workers
    if share > 0:
        time.sleep(share / 1e6)
    return share


WORKLOADS = {"primes": primes, "nap": nap}


# ---- workers

class Gate:
    """Workers wait at a pipe, and its end lets all of them go at once: a Barrier of multiprocessing
    wakes one after the other, which at four workers is a millisecond of somebody's speedup."""

    def __init__(self):
        self.wait_at, self.hold = os.pipe()
        self.arrivals, self.arrive_at = os.pipe()

    def enter(self):
        """A worker's side: true when all may go."""
        os.write(self.arrive_at, b".")
        return os.read(self.wait_at, 1) == b""

    def give_up(self):
        os.write(self.arrive_at, b"!")

    def leave_to_parent(self):
        """A child has its own copy of what holds the gate shut."""
        os.close(self.hold)

    def await_all(self, started):
        """The starter's side: false when somebody has given up or will never come."""
        arrived, end = 0, time.monotonic() + PATIENCE_S
        while arrived < len(started):
            if select.select([self.arrivals], [], [], 0.1)[0]:
                words = os.read(self.arrivals, 4096)
                arrived += len(words)
                if b"!" in words:
                    return False
            elif time.monotonic() > end or not all(one.is_alive() for one in started):
                return False
        return True

    def open(self):
        os.close(self.hold)

    def abort(self, workers):
        os.write(self.hold, b"!" * workers)
        os.close(self.hold)


class Crew:
    """What the workers of a run share; it exists before the first of them does."""

    def __init__(self, work, size, workers, cpus):
        self.work, self.size, self.workers, self.cpus = work, size, workers, cpus
        self.gate = Gate()
        self.slots = mmap.mmap(-1, workers * SLOT.size)     # shared with children, too

    def take_place(self, worker):
        if self.cpus:
            os.sched_setaffinity(0, {self.cpus[worker % len(self.cpus)]})

    def run(self, worker):
        """One worker: past the gate, its share; its slot is not done if it is sent home."""
        try:
            self.take_place(worker)
        except OSError as error:
            SLOT.pack_into(self.slots, worker * SLOT.size, 0, 0, error.errno, 0)
            self.gate.give_up()
            return
        if not self.gate.enter():
            return
        start = time.monotonic_ns()
        result = self.work(self.size, worker, self.workers)
        end = time.monotonic_ns()
        SLOT.pack_into(self.slots, worker * SLOT.size, start, end, result, 1)

    def read(self):
        """Nanoseconds from the first start to the last end, and the sum of the results."""
        slots = [SLOT.unpack_from(self.slots, i * SLOT.size) for i in range(self.workers)]
        missing = [refused for _, _, refused, done in slots if not done]
        if missing:
            raise OSError(max(missing) or errno.EPROTO, "a worker did not finish")
        return (max(slot[1] for slot in slots) - min(slot[0] for slot in slots),
                sum(slot[2] for slot in slots))


def run_crew(crew, start_one):
    """Starts all, or sends home those that exist. Returns elapsed_ns, total_ns, result."""
    started, refused = [], None
    begin = time.monotonic_ns()
    try:
        for worker in range(crew.workers):
            started.append(start_one(crew, worker))
    except RuntimeError:        # threading: "can't start new thread"; the reason is not told
        refused = OSError(errno.EAGAIN, "no further thread")
    except OSError as error:
        refused = error
    if refused is None and crew.gate.await_all(started):
        crew.gate.open()
    else:
        crew.gate.abort(len(started))
    for one in started:
        one.join()
    total = time.monotonic_ns() - begin
    if refused is not None:
        raise refused
    elapsed, result = crew.read()
    return elapsed, total, result


def serial(work, size, _workers, cpus):
    Crew(work, size, 1, cpus).take_place(0)
    begin = time.monotonic_ns()
    result = work(size, 0, 1)
    elapsed = time.monotonic_ns() - begin
    return elapsed, elapsed, result


def threads(work, size, workers, cpus):
    def start_one(crew, worker):
        thread = threading.Thread(target=crew.run, args=(worker,))
        thread.start()
        return thread

    return run_crew(Crew(work, size, workers, cpus), start_one)


def die_with_parent():
    """What a child calls first: nobody computes on after a probe that was killed."""
    import signal
    parent = os.getpid()
    try:
        import ctypes
        prctl = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):  # then its group is killed, and that must do
        return lambda: None

    def call():
        prctl(1, int(signal.SIGKILL), 0, 0, 0)      # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
    return call


def processes(work, size, workers, cpus):
    from multiprocessing import get_context
    fork = get_context("fork")
    bind = die_with_parent()

    def child(crew, worker):
        bind()
        crew.gate.leave_to_parent()
        crew.run(worker)

    def start_one(crew, worker):
        process = fork.Process(target=child, args=(crew, worker), daemon=True)
        process.start()
        return process

    return run_crew(Crew(work, size, workers, cpus), start_one)


KINDS = {"serial": serial, "threads": threads, "processes": processes}


# ---- measures

def speedup(values):
    work, kind = WORKLOADS[values["workload"]], KINDS[values["kind"]]
    try:
        elapsed, total, result = kind(work, values["size"], values["workers"], values["cpus"])
    except OSError as error:
        return [["elapsed_ns", "total_ns", "result", "error"],
                ["", "", "", errno.errorcode.get(error.errno, "EPROTO")]]
    return [["elapsed_ns", "total_ns", "result", "error"], [elapsed, total, result, ""]]


def calibrate(values):
    """Two digits, so that runs of one machine often agree; never more than eight times as many at a
    time, since time need not grow in proportion."""
    target = values["target_ms"] * 1e6
    size = 1000
    for _ in range(16):
        begin = time.process_time_ns()      # our own, whatever else runs meanwhile
        primes(size, 0, 1)
        took = time.process_time_ns() - begin
        if 0.8 * target < took < 1.25 * target:
            break
        size = min(max(1, int(size * min(8, target / max(took, 1)))), SIZE_MAX // 100)
    unit = 10 ** max(0, len(str(size)) - 2)
    return [["size"], [size // unit * unit]]


def who(_values):
    """Its short name, and has_lock: 1 unless sys says that threads run side by side."""
    free = "t" if "t" in getattr(sys, "abiflags", "") else ""
    name = sys.implementation.name + "-{}.{}{}".format(*sys.version_info[:2], free)
    micro = sys.version_info[2]
    has_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
    path = sys.executable or ""
    plain = all(" " <= c <= "~" and c not in ',"\\' for c in path)
    return [["name", "micro", "has_lock", "executable"],
            [name, micro, int(has_lock), path if plain else ""]]


MEASURES = {"speedup": speedup, "calibrate": calibrate, "who": who}


def number(name, text, most):
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Wrong(f"{name}={text[:40]}: give a whole number from 1 to {most}")
    return int(text)


def read_cpus(text):
    if text == "free":
        return []
    cpus = text.split(",")
    if not all(cpu.isdecimal() and int(cpu) <= CPU_MAX for cpu in cpus):
        raise Wrong(f"cpus={text[:40]}: give numbers with commas between, or free")
    return [int(cpu) for cpu in cpus]


def read_words(measure, words):
    values = {"workers": "1", "cpus": "free", "target_ms": "20"}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in KEYS[measure]:
            raise Wrong(f"{word[:40]}: the keys are {', '.join(KEYS[measure]) or 'none'}")
        values[key] = value
    for key in KEYS[measure]:
        if key not in values:
            raise Wrong(f"{key}=... is missing")
    values["target_ms"] = number("target_ms", values["target_ms"], 60000)
    if measure == "speedup":
        for key, known in (("workload", list(WORKLOADS)), ("kind", list(KINDS))):
            if values[key] not in known:
                raise Wrong(f"{key}={values[key][:40]}: give {', '.join(known)}")
        values["workers"] = number("workers", values["workers"], WORKERS_MAX)
        values["size"] = number("size", values["size"], SIZE_MAX)
        values["cpus"] = read_cpus(values["cpus"])
    return values


def main():
    try:
        if sys.version_info < OLDEST:
            raise Wrong("Python {}.{} is too old".format(*sys.version_info))
        if len(sys.argv) < 2 or sys.argv[1] not in MEASURES:
            raise Wrong(f"give a measure: {', '.join(MEASURES)}")
        values = read_words(sys.argv[1], sys.argv[2:])
    except Wrong as reason:
        print(f"gil.py: {reason}", file=sys.stderr)
        return 2
    rows = MEASURES[sys.argv[1]](values)
    print("\n".join(",".join(map(str, row)) for row in rows), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
