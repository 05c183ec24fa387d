"""What is compared between machines: a table of sections, each of which picks numbers of a run.

Every number is one that the bench has computed; nothing is computed here.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from run_folder import Row


class Value(NamedTuple):
    """A number with its interval, or the reason why there is none."""
    middle: float | None = None
    low: float | None = None
    high: float | None = None
    at: str = ""                        # under which circumstances, where machines differ in that
    verdict: str = ""
    why: str = ""


NOT_MEASURED = Value(why="not measured")
BEYOND_CPUS = ("oversubscribed", "over-quota")


class Measured:
    """A run's rows, found by what they are about."""

    def __init__(self, run: dict[str, Any]) -> None:
        self.rows: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in run["summaries"]:
            self.rows["summary", row["experiment"], row["case"]].append(row)
        for row in run["comparisons"]:
            key = ("comparison", row["experiment"], row["case"], row.get("base", ""))
            self.rows[key].append(row)
        for row in run["fits"]:
            self.rows["fit", row["experiment"], row["case"]].append(row)

    def find(self, key: tuple[str, ...], match: dict[str, Any]) -> Row | None:
        """The first of these rows in which fields or parameters are as asked for."""
        for row in self.rows.get(key, ()):
            facts = {**row["parameters"], **row}
            if all(facts.get(name) == wanted for name, wanted in match.items()):
                return row
        return None


Pick = Callable[[Measured], Value]
Wanted = Callable[[Measured], Any]      # a parameter that hangs on the machine

SAID: dict[str, Callable[[Any], str]] = {
    "workers": lambda count: f"{count:g} worker{'' if count == 1 else 's'}",
    "alive": lambda count: f"{count:g} asleep", "interpreter": str}


def pick(key: tuple[str, ...], fields: tuple[str, str, str], match: dict[str, Any]) -> Pick:
    """Picks a number and its interval; a match may hang on the machine."""
    def picked(run: Measured) -> Value:
        found = {name: wanted(run) if callable(wanted) else wanted
                 for name, wanted in match.items()}
        row = run.find(key, found) if None not in found.values() else None
        if row is None:
            return NOT_MEASURED
        middle, low, high = (row.get(field) for field in fields)
        if middle is None:
            return Value(why=row.get("unavailable") or row.get("ten_percent_words")
                         or NOT_MEASURED.why)
        at = ", ".join(said(found[name]) for name, said in SAID.items()
                       if callable(match.get(name)))
        return Value(middle, low, high, at, row.get("verdict", ""))
    return picked


def cost(experiment: str, case: str, placement: str = "same-cpu", **parameters: Any) -> Pick:
    return pick(("summary", experiment, case), ("median_us", "ci_low_us", "ci_high_us"),
                {"placement": placement, **parameters})


def speedup(experiment: str, case: str, **parameters: Any) -> Pick:
    return pick(("summary", experiment, case), ("speedup", "speedup_low", "speedup_high"),
                {"placement": "spread", **parameters})


def times(experiment: str, case: str, base: str, placement: str = "same-cpu",
          **parameters: Any) -> Pick:
    return pick(("comparison", experiment, case, base), ("ratio", "ratio_low", "ratio_high"),
                {"placement": placement, **parameters})


def most(name: str, experiment: str, case: str, **match: Any) -> Wanted:
    """The largest value of a parameter for which a case was measured, on CPUs of its own."""
    def found(run: Measured) -> Any:
        return max((row["parameters"].get(name) or 0
                    for row in run.rows.get(("summary", experiment, case), ())
                    if not row.get("unavailable") and row.get("zone") not in BEYOND_CPUS
                    and all(row["parameters"].get(key) == is_ for key, is_ in match.items())),
                   default=None)
    return found


def with_a_lock(run: Measured) -> Any:
    """The first Python that was found and has one lock around its interpreter."""
    return next((row["parameters"].get("interpreter")
                 for row in run.rows.get(("summary", "gil", "python-threads"), ())
                 if row["parameters"].get("has_lock") == 1 and not row.get("unavailable")), None)


class Column(NamedTuple):
    heading: str
    family: str                         # thread, process, program, control: colour and sign
    unit: str
    pick: Pick


class Section(NamedTuple):
    id: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    ratios: tuple[Column, ...] = ()


PRIMES = {"workload": "primes", "workers": most("workers", "speedup", "processes",
                                                workload="primes")}
PYTHON = {"interpreter": with_a_lock, "work": "cpu",
          "workers": most("workers", "gil", "python-processes", work="cpu")}
IN_C = {"interpreter": "c", "work": "cpu",
        "workers": most("workers", "gil", "c-threads", work="cpu")}
ASLEEP: dict[str, Any] = {
    "quantity": "memory", "alive": most("alive", "population", "process", quantity="memory")}
MESSAGE = {"bytes": 65536, "quantity": "latency"}
PAGE = ("ns_per_page", "ns_per_page_low", "ns_per_page_high")
KEPT = ("memory_kib", "memory_low_kib", "memory_high_kib")
TENTH = ("ten_percent_us", "ten_percent_us_low", "ten_percent_us_high")
CROSSING = {"model": "crossing", "placement": "same-cpu"}

SECTIONS = (
    Section(
        "creation", "Starting one more flow of control",
        "Parent and child on one CPU; the time until the parent has seen the child end.",
        (Column("reading the clock", "control", "µs", cost("creation", "timer")),
         Column("pthread_create", "thread", "µs", cost("creation", "pthread")),
         Column("vfork", "process", "µs", cost("creation", "vfork")),
         Column("fork", "process", "µs", cost("creation", "fork")),
         Column("posix_spawn", "program", "µs", cost("creation", "posix-spawn")),
         Column("fork + exec", "program", "µs", cost("creation", "fork-exec"))),
        (Column("The same thread again (a control)", "control", "×",
                times("creation", "pthread-again", "pthread")),
         Column("A vfork against a thread", "process", "×", times("creation", "vfork", "pthread")),
         Column("A fork against a thread", "process", "×", times("creation", "fork", "pthread")),
         Column("A fork against a thread, where the scheduler chooses the CPU", "process", "×",
                times("creation", "fork", "pthread", "free")),
         Column("A posix_spawn against a thread", "program", "×",
                times("creation", "posix-spawn", "pthread")),
         Column("A fork + exec against a thread", "program", "×",
                times("creation", "fork-exec", "pthread")))),
    Section(
        "memory", "What the parent's memory adds to a fork",
        "How much longer a fork takes for each 4 KiB that its parent has touched.",
        (Column("in small pages", "process", "ns",
                pick(("fit", "memory", "fork"), PAGE, {"model": "line", "pages": "4k"})),
         Column("in huge pages", "process", "ns",
                pick(("fit", "memory", "fork"), PAGE, {"model": "line", "pages": "huge"})))),
    Section(
        "population", "What a sleeping worker takes",
        "By how much free memory falls for each worker, with as many as were created.",
        (Column("thread", "thread", "KiB", pick(("summary", "population", "thread"), KEPT, ASLEEP)),
         Column("process", "process", "KiB",
                pick(("summary", "population", "process"), KEPT, ASLEEP))),
        (Column("Memory of a process against a thread's", "process", "×",
                times("population", "process", "thread", **ASLEEP)),)),
    Section(
        "switching", "Changing over",
        "Half a round trip of a token between two that sleep in turn, on one CPU.",
        (Column("threads, by futex", "thread", "µs", cost("switching", "thread-futex")),
         Column("processes, by futex", "process", "µs", cost("switching", "process-futex")),
         Column("threads, by pipe", "thread", "µs", cost("switching", "thread-pipe")),
         Column("processes, by pipe", "process", "µs", cost("switching", "process-pipe"))),
        (Column("Processes against threads, by futex", "process", "×",
                times("switching", "process-futex", "thread-futex")),
         Column("Processes against threads, by pipe", "process", "×",
                times("switching", "process-pipe", "thread-pipe")))),
    Section(
        "exchange", "Handing over 64 KiB",
        "To a worker on another CPU, filled and read in full.",
        (Column("a thread's variable", "thread", "µs",
                cost("exchange", "variable", "other-cpu", **MESSAGE)),
         Column("a shared mapping", "process", "µs",
                cost("exchange", "shared", "other-cpu", **MESSAGE)),
         Column("a pipe", "process", "µs", cost("exchange", "pipe", "other-cpu", **MESSAGE)),
         Column("a file", "process", "µs", cost("exchange", "file", "other-cpu", **MESSAGE))),
        (Column("A shared mapping against a thread's variable", "process", "×",
                times("exchange", "shared", "variable", "other-cpu", **MESSAGE)),
         Column("A pipe against a thread's variable", "process", "×",
                times("exchange", "pipe", "variable", "other-cpu", **MESSAGE)))),
    Section(
        "speedup", "Many CPUs",
        "How many times as fast as alone, with a worker for every CPU that may be used. The ceiling"
        " is what independent copies of the work get from the machine.",
        (Column("threads", "thread", "×", speedup("speedup", "threads", **PRIMES)),
         Column("processes", "process", "×", speedup("speedup", "processes", **PRIMES)),
         Column("the ceiling", "control", "×", speedup("speedup", "copies", **PRIMES))),
        (Column("Time of threads against processes", "thread", "×",
                times("speedup", "threads", "processes", "spread", **PRIMES)),)),
    Section(
        "gil", "Python's one lock",
        "How many times as fast as alone, computing, with a worker for every CPU.",
        (Column("threads in C", "thread", "×", speedup("gil", "c-threads", **IN_C)),
         Column("threads in Python", "thread", "×", speedup("gil", "python-threads", **PYTHON)),
         Column("processes in Python", "process", "×",
                speedup("gil", "python-processes", **PYTHON))),
        (Column("Time of Python's threads against processes", "thread", "×",
                times("gil", "python-threads", "python-processes", "spread", **PYTHON)),)),
    Section(
        "granularity", "From which length of task on it matters less",
        "The task whose tenth is what it costs to have it done by somebody else; shorter ones pay"
        " more than that. One CPU.",
        (Column("a thread each", "thread", "µs",
                pick(("fit", "granularity", "thread"), TENTH, CROSSING)),
         Column("a process each", "process", "µs",
                pick(("fit", "granularity", "process"), TENTH, CROSSING)),
         Column("thread pool", "thread", "µs",
                pick(("fit", "granularity", "thread-pool"), TENTH, CROSSING)),
         Column("process pool", "process", "µs",
                pick(("fit", "granularity", "process-pool"), TENTH, CROSSING)))),
)
