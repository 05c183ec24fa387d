"""Makes run folders with invented numbers, plausible or nasty, for the chart tests.

By hand: fake_run.py FOLDER [KIND]   (KIND: see KINDS)
"""

from __future__ import annotations

import functools
import json
import math
import pathlib
import random
import sys
from collections.abc import Callable

import fake_exchange
import fake_gil
import fake_granularity
import fake_memory
import fake_population
import fake_switching

SUMMARY = ("case label note family placement n blocks median_us ci_low_us ci_high_us p01_us "
           "p25_us p75_us p90_us p99_us min_us max_us mean_us beyond_ten_medians returned_us "
           "started_us stamped_reaped_us faults switches other_cpu_share failed ratio ratio_low "
           "ratio_high verdict unavailable").split()
SPEEDUP = ("case label note family placement workload workers zone n blocks median_s ci_low_s "
           "ci_high_s total_s serial_s speedup speedup_low speedup_high efficiency "
           "efficiency_low efficiency_high of_ceiling of_ceiling_low of_ceiling_high verdict "
           "unavailable").split()
RANKS = "workload kind model ranks time_s speedup low high".split()
MODEL = "workload case model workers speedup low high extrapolated fitted_to".split()
INSTRUMENTS = ("case label note family placement n blocks mean_us mean_low_us mean_high_us "
               "slope_us slope_low_us slope_high_us difference_percent difference_low_percent "
               "difference_high_percent verdict unavailable").split()

# case, label, note, family, µs on one CPU, µs when free, faults, switches
MECHANISMS = (
    ("timer", "clock read twice", "the floor of every sample", "timer", 0.046, 0.046, 0, 0),
    ("clone-thread", "clone(CLONE_VM…) + futex", "shares memory; no libc set-up", "thread",
     6.7, 29.0, 0, 1),
    ("pthread", "pthread_create + join", "shares memory; the baseline", "thread", 8.2, 32, 0, 1),
    ("pthread-again", "pthread_create (again)", "A/A control: the noise floor", "control",
     8.21, 32.1, 0, 1),
    ("thrd", "thrd_create + join", "C11's name for the same", "thread", 8.3, 32.4, 0, 1),
    ("vfork", "vfork + _exit + wait", "borrows the parent's memory until _exit", "process",
     30, 41, 0, 3),
    ("fork", "fork + _exit + wait", "copies the parent's page tables", "process", 68, 85, 34, 2),
    ("clone3", "clone3 + _exit + wait", "what fork calls; no handlers", "process", 66, 83, 33, 2),
    ("posix-spawn", "posix_spawn + wait", "a tiny static program; no page-table copy", "program",
     260, 290, 41, 3),
    ("fork-exec", "fork + execve + wait", "page-table copy and a tiny static program", "program",
     300, 340, 66, 3),
    ("fork-exec-dynamic", "fork + execve (dynamic)", "the same with the dynamic linker's work",
     "program", 560, 600, 150, 3),
)


def number(value: float | None) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) \
        else f"{value:.6g}"


def write(path: pathlib.Path, head: list[str], rows: list[dict]) -> None:
    lines = [",".join(head)]
    for row in rows:
        cells = [str(row.get(name, "")) for name in head]
        assert not any("," in cell or '"' in cell for cell in cells), cells
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


CHARTS = [script.stem for script in
          (pathlib.Path(__file__).resolve().parents[1] / "charts").glob("*.gp")
          if script.read_text(encoding="utf-8").startswith("# chart:")]


def fake_ranks(workload: str, work_s: float) -> list[dict]:
    """The model of more ranks, as the bench has it for the first workload."""
    rows = []
    for model, work, launch in (("count", work_s, 0), ("launched", work_s, 0.2),
                                ("hour", 3600, 0.2)) if workload == "primes" else ():
        for level in range(15):
            s = work / (launch + work / 2 ** level + level * 1e-6)
            rows.append({"workload": workload, "kind": "model", "model": model,
                         "ranks": 2 ** level, "time_s": number(work / s), "speedup": number(s),
                         "low": number(s * 0.9), "high": number(s * 1.1)})
    return rows


class Fake:
    """A run folder in the making: change rows, then save."""

    tail_points = 150           # as many as the bench keeps of one mechanism

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.summary: list[dict] = []
        self.dots: list[dict] = []
        self.tails: list[dict] = []
        self.speedup: list[dict] = []
        self.ranks: list[dict] = []
        self.model: list[dict] = []
        self.instruments: list[dict] = []
        self.population: list[dict] = []
        self.order: list[dict] = []
        self.memory: dict[str, tuple[list[str], list[dict]]] = {}
        self.exchange: list[dict] = []
        self.tables: dict[str, tuple[list[str], list[dict]]] = {}  # of other experiments
        self.run = {
            "schema": 1, "complete": True, "options": {}, "summaries": [], "comparisons": [],
            "fits": [], "claims": [], "warnings": [],
            "machine": {"host": "quiet-host", "cpu_model": "Intel(R) Xeon(R) CPU @ 2.80GHz",
                        "cores": 2, "hardware_threads": 2, "usable_cpus": 2, "quota_cpus": 0,
                        "virtualisation": "virtual machine", "kernel": "6.1.0-18-amd64"},
            "software": {"libc": "glibc 2.36", "compiler": "gcc 12.2.0",
                         "flags": "-O2 -std=gnu17", "date": "2026-01-05T10:20:30Z", "seed": 42},
            "charts": {
                "creation": {
                    "title": "A process costs 8.3 times what a thread costs",
                    "caption": "n = 4,800 samples a row: 24 rounds of fresh processes in random "
                    "order, none discarded. Interval: exact order statistics of 24 block medians; "
                    "it speaks of this run, and another run may differ by about half a per cent. "
                    "Ratios: paired within a round, for all rows together (Bonferroni)."},
                "creation-points": {
                    "title": "fork returns when half of its cost is paid",
                    "caption": "From blocks of their own, in which the child stamps its start."},
                "speedup": {
                    "title": "Processes and threads speed up alike: no difference detected",
                    "caption": "12 blocks; 95 % intervals of paired ratios to the serial run."},
            },
        }

    def sample(self, middle: float, spread: float) -> float:
        slow = self.random.random()
        factor = math.exp(self.random.gauss(0, spread))
        if slow < 0.004:
            factor *= 10 ** self.random.uniform(0.7, 2.3)
        elif slow < 0.04:
            factor *= self.random.uniform(1.3, 3)
        return middle * factor

    def creation(self, places: tuple[str, ...] = ("same-cpu", "other-cpu", "free"),
                 suffixes: tuple[str, ...] = ("",), spread: float = 0.05,
                 only: tuple[str, ...] = (), per_row: int = 3000) -> "Fake":
        slower = {"": 1.0, "-glibc-static": 0.8, "-musl-static": 0.65}
        for place in places:
            for suffix in suffixes:
                if suffix and place != places[0]:
                    continue
                for case, label, note, family, same, free, faults, switches in MECHANISMS:
                    if (only and case not in only) or (suffix and case == "timer"):
                        continue
                    middle = same if place == "same-cpu" else free
                    if family in ("thread", "control") and suffix == "-musl-static":
                        middle *= 2.1
                    elif family == "process":
                        middle *= slower[suffix]
                    if place == "other-cpu":
                        middle = middle * 1.1 + 20 * (case != "timer")
                    self.row(case + suffix, label, note, family, place, middle,
                             8.2 * (2.1 if suffix == "-musl-static" else 1)
                             if place == "same-cpu" else free and 32, spread, per_row,
                             faults, switches)
        return self

    def row(self, case: str, label: str, note: str, family: str, place: str, middle: float,
            base: float, spread: float, n: int, faults: float, switches: float) -> None:
        values = sorted(self.sample(middle, spread) if spread > 0 else middle for _ in range(n))

        def at(share: float) -> float:
            return values[min(n - 1, int(share * n))]

        median = at(0.5)
        wide = 0.004 if spread > 0 else 0
        row = {"case": case, "label": label, "note": note, "family": family, "placement": place,
               "n": n, "blocks": 24, "median_us": number(median),
               "ci_low_us": number(median * (1 - wide)),
               "ci_high_us": number(median * (1 + wide)), "p01_us": number(at(0.01)),
               "p25_us": number(at(0.25)), "p75_us": number(at(0.75)), "p90_us": number(at(0.9)),
               "p99_us": number(at(0.99)) if n >= 1000 else "", "min_us": number(values[0]),
               "max_us": number(values[-1]), "mean_us": number(sum(values) / n),
               "beyond_ten_medians": sum(v > 10 * median for v in values), "faults": faults,
               "switches": switches, "failed": 0,
               "other_cpu_share": "0" if place == "same-cpu" else "0.72"}
        if family != "timer":
            row.update(ratio=number(median / base), ratio_low=number(median / base * 0.996),
                       ratio_high=number(median / base * 1.004), verdict="slower")
            row.update(stamped_reaped_us=number(median * 1.03), returned_us=number(median * 0.45))
            if family != "program":
                row["started_us"] = number(median * (0.3 if case == "vfork" else 0.62))
        self.summary.append(row)
        for value in [*self.random.sample(values[:-3], min(77, max(0, n - 3))), *values[-3:]]:
            self.dots.append({"case": case, "placement": place, "us": number(value)})
        last = None
        for step in range(self.tail_points):
            k = n - 1 - int(10 ** (math.log10(n) * step / (self.tail_points - 1))) + 1
            if k != last and 0 <= k < n:
                self.tails.append({"case": case, "placement": place, "us": number(values[k]),
                                   "slower": number((n - k) / n)})
            last = k

    def speeds(self, counts: tuple[int, ...] = (1, 2, 3, 4), cpus: int = 2, smt_from: int = 0,
               quota: int = 0, workloads: tuple[str, ...] = ("primes", "triad"),
               model: bool = False, noise: float = 0.01) -> "Fake":
        for workload in workloads:
            note = "CPU-bound: counts primes" if workload == "primes" else \
                "memory-bound: streams through arrays"
            serial = 0.2134 if workload == "primes" else 0.1871
            for workers in counts:
                zone = "oversubscribed" if workers > cpus else \
                    "over-quota" if quota and workers > quota else \
                    "smt" if smt_from and workers >= smt_from else ""
                run = min(workers, quota or cpus)
                if smt_from and run > smt_from - 1:
                    run = smt_from - 1 + (run - smt_from + 1) * 0.3
                top = run / (1 + (0.004 if workload == "primes" else 0.09) * (run - 1))
                for case, family, share in (("serial", "control", 1), ("processes", "process", 0.995),
                                            ("threads", "thread", 0.996), ("copies", "control", 1),
                                            ("ranks", "rank", 0.98)):
                    if case == "serial" and workers != 1:
                        continue
                    s = 1.0 if case == "serial" else top * share
                    low, high = s * (1 - noise), s * (1 + noise)
                    self.speedup.append({
                        "case": case, "label": {"copies": "ceiling"}.get(case, case),
                        "note": note, "family": family, "placement": "free",
                        "workload": workload, "workers": workers, "zone": zone, "n": 12,
                        "blocks": 12, "median_s": number(serial / s),
                        "ci_low_s": number(serial / high), "ci_high_s": number(serial / low),
                        "total_s": number(serial / s * 1.01), "serial_s": number(serial),
                        "speedup": number(s), "speedup_low": number(low),
                        "speedup_high": number(high), "efficiency": number(s / workers),
                        "efficiency_low": number(low / workers),
                        "efficiency_high": number(high / workers),
                        "of_ceiling": number(s / top), "of_ceiling_low": number(low / top),
                        "of_ceiling_high": number(high / top),
                        "verdict": "no difference detected"})
            self.ranks += fake_ranks(workload, serial)
            if model:
                for case in ("processes", "threads"):
                    for name in ("amdahl", "usl"):
                        for workers in (*counts, counts[-1] * 2):
                            fraction = 0.004 if workload == "primes" else 0.09
                            s = workers / (1 + fraction * (workers - 1)
                                           + (1e-4 * workers * (workers - 1) if name == "usl" else 0))
                            self.model.append({
                                "workload": workload, "case": case, "model": name,
                                "workers": workers, "speedup": number(s),
                                "low": number(s * (1 - 0.0015 * workers)),
                                "high": number(s * (1 + 0.0015 * workers)),
                                "extrapolated": int(workers > counts[-1]),
                                "fitted_to": counts[-1]})
        return self

    def two_instruments(self, differences: tuple[float, ...] = (0.4, -1.8, 6.3, 2.2)) -> "Fake":
        chosen = [m for m in MECHANISMS if m[0] in ("pthread", "vfork", "fork", "fork-exec")]
        for mechanism, difference in zip(chosen, differences):
            case, label, note, family, same = mechanism[:5]
            wide = 0.9
            inside = difference - wide <= 0 <= difference + wide or abs(difference) + wide <= 5
            self.instruments.append({
                "case": case, "label": label, "note": note, "family": family,
                "placement": "same-cpu", "n": 20, "blocks": 5, "mean_us": number(same * 1.04),
                "mean_low_us": number(same * 1.03), "mean_high_us": number(same * 1.05),
                "slope_us": number(same * 1.04 * (1 + difference / 100)),
                "slope_low_us": number(same * 1.035 * (1 + difference / 100)),
                "slope_high_us": number(same * 1.045 * (1 + difference / 100)),
                "difference_percent": number(difference),
                "difference_low_percent": number(difference - wide),
                "difference_high_percent": number(difference + wide),
                "verdict": "agree" if inside else "differ"})
        return self

    def hand_overs(self, **how) -> "Fake":
        self.exchange = fake_exchange.rows(**how)
        return self

    def unavailable(self, case: str, reason: str) -> "Fake":
        keep = {"case", "label", "note", "family", "placement", "workload", "workers", "zone"}
        for rows in (self.summary, self.instruments, self.speedup):
            for row in rows:
                if row["case"] == case:
                    for name in set(row) - keep:
                        row[name] = ""
                    row["unavailable"] = reason
        self.dots = [d for d in self.dots if d["case"] != case]
        self.tails = [d for d in self.tails if d["case"] != case]
        return self

    def save(self, folder: pathlib.Path) -> pathlib.Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.json").write_text(json.dumps(self.run), encoding="utf-8")
        if self.summary:
            write(folder / "creation-summary.csv", SUMMARY, self.summary)
            write(folder / "creation-dots.csv", ["case", "placement", "us"], self.dots)
            write(folder / "creation-tails.csv", ["case", "placement", "us", "slower"], self.tails)
        if self.speedup:
            write(folder / "speedup-summary.csv", SPEEDUP, self.speedup)
            write(folder / "speedup-model.csv", MODEL, self.model)
            write(folder / "speedup-ranks.csv", RANKS, self.ranks)
        if self.instruments:
            write(folder / "instruments-summary.csv", INSTRUMENTS, self.instruments)
        if self.population:
            write(folder / "population-summary.csv", fake_population.POPULATION, self.population)
        if self.order:
            write(folder / "order-summary.csv", fake_population.ORDER, self.order)
        for name, (head, rows) in self.memory.items():
            write(folder / f"{name}.csv", head, rows)
        if self.exchange:
            write(folder / "exchange-summary.csv", fake_exchange.COLUMNS, self.exchange)
        for name, (head, rows) in self.tables.items():
            write(folder / f"{name}.csv", head, rows)
        return folder


class Nasty(Fake):
    """What is odd about it does not hang on the number of points; it is drawn sooner."""

    tail_points = 40


BOTH = ("", "-glibc-static", "-musl-static")


def normal() -> Fake:
    """Everything that a chart can show; the only one that is drawn in all formats."""
    fake = Fake().creation(suffixes=BOTH).speeds(model=True).two_instruments()
    fake.memory = fake_memory.tables()
    fake.population = fake_population.population()
    fake.order = fake_population.order()
    fake.hand_overs()
    return fake


def one_row() -> Fake:
    fake = Nasty().creation(places=("free",), only=("fork",)).two_instruments((0.4,))
    fake.memory = fake_memory.tables(sizes=(0, 1), only=("fork",), writes=False)
    fake.population = fake_population.population(counts=(64,))[:2]
    fake.order = fake_population.order(places=("free",))[:1]
    fake.hand_overs(places=("same-cpu",), sizes=(4096,), only=("pipe",))
    return fake.speeds(counts=(1,), cpus=1, workloads=("primes",))


def equal() -> Fake:
    fake = Nasty().creation(spread=0, suffixes=BOTH).speeds(noise=0)
    for row in fake.summary:
        for name in row:
            if name.endswith("_us") and row[name] != "":
                row[name] = "8.2"
        if row.get("ratio"):
            row["ratio"] = row["ratio_low"] = row["ratio_high"] = "1"
    for row in fake.dots + fake.tails:
        row["us"] = "8.2"
    for row in fake.speedup:
        for name in row:
            if name.startswith(("speedup", "efficiency", "of_ceiling")):
                row[name] = "1"
    fake.memory = fake_memory.tables(noise=0)
    for name, (_, rows) in fake.memory.items():
        for row in rows:
            row.update({key: "8.2" if key.endswith("_us") or name == "memory-summary" else "0"
                        for key in row if key.endswith("_us") or key.startswith("ns_per_page")})
    fake.population = fake_population.population(noise=0, growth=0)
    for row in fake.population:
        row.update({name: "8.2" for name in row if name.endswith(("_us", "_kib"))})
    fake.order = fake_population.order(shares=(0.5,))
    fake.hand_overs(equal=True, wide=0)
    fake.two_instruments()
    for row in fake.instruments:
        for name in row:
            if name.endswith("_percent"):
                row[name] = "0"
    return fake


def empty() -> Fake:
    """Series without points: no dots, no tails but one, no models, no start points."""
    fake = normal()
    fake.dots = []
    fake.model = []
    fake.tails = fake.tails[:1]
    fake.run["charts"] = {}
    for row in fake.summary:
        row["started_us"] = ""
        row["p99_us"] = ""
    fake.speedup = [row for row in fake.speedup if row["case"] != "threads"]
    return fake


def missing() -> Fake:
    """Rows that could not be measured, few samples, one placement."""
    fake = Nasty().creation(places=("free",), suffixes=BOTH, per_row=240).speeds()
    fake.two_instruments()
    fake.hand_overs(unavailable={"other-cpu": "only one core is usable " * 9,
                                 "file": "refused by the system: ENOSPC",
                                 "variable": "probe did not end within 120 s"})
    fake.unavailable("clone3", "clone3: Function not implemented (the container's seccomp filter)")
    fake.unavailable("fork-exec", "execve: Permission denied " * 12)
    fake.unavailable("vfork", "vfork: Resource temporarily unavailable")
    fake.unavailable("fork-musl-static", "fork: Resource temporarily unavailable")
    fake.unavailable("copies", "fork: Resource temporarily unavailable")
    fake.memory = fake_memory.tables(why="pages of that size: not obtained " * 6)
    rows = fake_population.population()
    rows = fake_population.stopped(rows, "process", 64, "stopped at 99: kernel.pid_max leaves no more")
    fake.population = fake_population.stopped(rows, "thread", 1024, "stopped at 1500: a very long "
                                              "reason that nobody has room for " * 4)
    fake.order = fake_population.order()
    for row in fake.order[3:6]:
        row.update(main_first_share="", median_us="", unavailable="only one core is usable")
    fake.run["complete"] = False
    return fake


def big() -> Fake:
    """64 CPUs with hyperthreads and a quota, fits, a very long model name and title."""
    counts = (*range(1, 17), 20, 25, 32, 40, 50, 64, 80, 101, 128)
    fake = Fake().creation(suffixes=BOTH).two_instruments()
    fake.memory = fake_memory.tables(bend=64, noise=0.9)
    fake.speeds(counts=counts, cpus=64, smt_from=33, quota=50, model=True)
    fake.hand_overs(wide=0.6)
    fake.run["machine"].update(
        cpu_model="AMD EPYC 9755 128-Core Processor with a Very Long Marketing Name " * 4,
        usable_cpus=50, quota_cpus=50.5, host="n" * 60)
    fake.run["software"]["flags"] = "-O2 -std=gnu17 " + "-fsome-very-long-option=value " * 12
    fake.population = fake_population.population(counts=(1, 3, 4, 5, 6, 512))
    fake.order = fake_population.order()
    for name in CHARTS:
        fake.run["charts"][name] = {
            "title": "A process costs 8.3 times what a thread costs, and a title may be "
            "as long as this one; it's `quoted`, \"twice\" \\ 100 % {a_b}",
            "caption": "A caption, with a long explanation of what was done and why. " * 6}
    return fake


def huge() -> Fake:
    """From 0.02 µs to 10 s."""
    fake = Nasty()
    for k, (case, label, note, family, *_, faults, switches) in enumerate(MECHANISMS):
        middle = 0.02 * 10 ** (k * 0.87)
        fake.row(case, label, note, family, "same-cpu", middle, 0.02 * 10 ** 1.74, 0.2, 2000,
                 faults * 1000, switches)
    fake.two_instruments((-99.0, 4000.0, 0.01, 12345.6))
    fake.memory = fake_memory.tables(factor=1e4, steep=0.01)
    fake.population = fake_population.population(
        counts=(1, 4, 16, 64, 256, 1024, 4096, 16384, 30000), growth=900, noise=0.3)
    fake.order = fake_population.order(shares=(0.00001, 0.99999, 0.5), starts=10000000)
    fake.hand_overs(stretch=20)
    return fake.speeds(counts=(1, 2, 4, 8), cpus=4)


def many() -> Fake:
    """One CPU, five workloads, over-quota, and a dip below one."""
    fake = Nasty().creation(places=("same-cpu", "free"))
    fake.memory = fake_memory.tables(sizes=(0, 1, 4, 16, 64), only=("pthread",), writes=False)
    fake.speeds(counts=(1, 2), cpus=1, workloads=("primes", "triad", "hash"))
    return fake


def whole(kind: str, make: Callable[[], Fake]) -> Fake:
    """A run of that kind, with the tables that each experiment's own file holds of it."""
    fake = make()
    fake_switching.add_switching(fake.tables, kind)
    fake_switching.add_ladder(fake.tables, kind)
    fake.tables["gil-summary"] = (fake_gil.COLUMNS, fake_gil.KINDS[kind])
    fake.tables.update(fake_granularity.tables(**fake_granularity.VARIANTS[kind]))
    fake.run["charts"].update(fake_granularity.WORDS.get(kind, {}))
    return fake


KINDS = {kind: functools.partial(whole, kind, make) for kind, make in {
    "normal": normal, "one-row": one_row, "equal": equal, "empty": empty,
    "missing": missing, "big": big, "huge": huge, "many": many}.items()}


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or (len(sys.argv) == 3 and sys.argv[2] not in KINDS):
        sys.exit(f"usage: fake_run.py FOLDER [{'|'.join(KINDS)}]")
    KINDS[sys.argv[2] if len(sys.argv) == 3 else "normal"]().save(pathlib.Path(sys.argv[1]))
