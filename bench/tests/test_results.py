"""The files of a run: their names and columns, which others rely on, and that the numbers in them
agree with one another. One short run of everything, looked at from many sides."""
from __future__ import annotations

import json
import re
import statistics
import unittest
from pathlib import Path
from typing import Any

import programs
from programs import Case, header_of, read_table, works
from rigor import Rigor

ROW = "case,label,note,family,placement,"
SAMPLE = "index,warmup,returned_ns,started_ns,reaped_ns,child_cpu,parent_cpu,error"
FACTS = "samples,faults,own_faults,voluntary_switches,involuntary_switches"
COLUMNS = {
    "creation": f"case,placement,stamped,round,order,{SAMPLE}",
    "creation-blocks": f"case,placement,stamped,round,order,others_running,excluded,{FACTS}",
    "creation-summary":
        f"{ROW}n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,"
        "max_us,mean_us,beyond_ten_medians,returned_us,started_us,stamped_reaped_us,faults,"
        "switches,other_cpu_share,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
    "creation-dots": "case,placement,us",
    "creation-tails": "case,placement,us,slower",
    "speedup": "case,placement,workload,workers,size,round,order,elapsed_ns,total_ns,result,error",
    "speedup-blocks": "case,placement,workload,workers,size,round,order,others_running,excluded",
    "speedup-summary":
        f"{ROW}workload,workers,size,zone,n,blocks,median_s,ci_low_s,ci_high_s,total_s,serial_s,"
        "speedup,speedup_low,speedup_high,efficiency,efficiency_low,efficiency_high,of_ceiling,"
        "of_ceiling_low,of_ceiling_high,karp_flatt,karp_flatt_low,karp_flatt_high,failed,verdict,"
        "unavailable",
    "speedup-model": "workload,case,model,workers,speedup,low,high,extrapolated,fitted_to",
    "demos": "case,placement,round,order,status",
    "demos-blocks": "case,placement,round,order,others_running,excluded",
    "demos-summary": f"{ROW}n,blocks,status,failed,verdict,unavailable",
    "gil": "case,placement,interpreter,work,workers,size,has_lock,round,order,elapsed_ns,total_ns,"
        "result,error",
    "gil-blocks": "case,placement,interpreter,work,workers,size,has_lock,round,order,"
        "others_running,excluded",
    "gil-summary":
        f"{ROW}interpreter,work,workers,size,has_lock,zone,n,blocks,median_us,ci_low_us,"
        "ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,"
        "elapsed_s,total_s,serial_s,speedup,speedup_low,speedup_high,failed,ratio,ratio_low,"
        "ratio_high,verdict,unavailable",
    "memory-summary":
        f"{ROW}touched_mib,pages,written,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,"
        "p75_us,p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,ns_per_page,"
        "ns_per_page_low,ns_per_page_high,faults,huge_kib,huge_kib_after,failed,ratio,ratio_low,"
        "ratio_high,verdict,unavailable",
    "memory-slopes": "case,label,family,pages,from_mib,to_mib,rounds,ns_per_page,ns_per_page_low,"
                     "ns_per_page_high",
    "memory-fits":
        "case,label,family,pages,from_mib,to_mib,rounds,ns_per_page,ns_per_page_low,"
        "ns_per_page_high,intercept_us,off_line,beyond_mib,beyond_ratio,beyond_ratio_low,"
        "beyond_ratio_high,beyond",
    "exchange": "case,placement,bytes,quantity,round,order,index,warmup,messages,elapsed_ns,"
                "handover_ns,error",
    "exchange-blocks":
        "case,placement,bytes,quantity,round,order,others_running,excluded,samples,faults,"
        "voluntary_switches,involuntary_switches,filesystem,storage",
    "exchange-summary":
        f"{ROW}bytes,quantity,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,bandwidth_mb_s,bandwidth_low_mb_s,"
        "bandwidth_high_mb_s,faults,switches,filesystem,storage,failed,ratio,ratio_low,ratio_high,"
        "verdict,unavailable",
    "instruments-summary":
        f"{ROW}n,blocks,mean_us,mean_low_us,mean_high_us,slope_us,slope_low_us,slope_high_us,"
        "difference_percent,difference_low_percent,difference_high_percent,verdict,unavailable",
    "ladder-summary":
        f"{ROW}flight,batch,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,base,failed,ratio,ratio_low,ratio_high,"
        "verdict,unavailable",
    "switching": "case,placement,round_trips,round,order,index,warmup,elapsed_ns,error",
    "switching-blocks":
        "case,placement,round_trips,round,order,others_running,excluded,hand_overs,"
        "voluntary_switches,involuntary_switches",
    "switching-summary":
        f"{ROW}round_trips,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,switches,of_bare,of_bare_low,"
        "of_bare_high,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
}
COLUMNS |= {
    "population": "case,placement,workers,limit,round,order,alive,nth,returned_ns,parked_ns,"
                  "memory_kib,pss_kib,error",
    "population-blocks": "case,placement,workers,limit,round,order,others_running,excluded,started,"
                         "stop,most_mib",
    "population-summary":
        f"{ROW}alive,quantity,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,"
        "p99_us,min_us,max_us,mean_us,beyond_ten_medians,returned_us,memory_kib,memory_low_kib,"
        "memory_high_kib,pss_kib,pss_low_kib,pss_high_kib,failed,ratio,ratio_low,ratio_high,verdict,"
        "unavailable",
    "order": "case,placement,round,order,index,warmup,main_first,lead_ns,error",
    "order-blocks": "case,placement,round,order,others_running,excluded",
    "order-summary":
        f"{ROW}n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us,p99_us,min_us,"
        "max_us,mean_us,beyond_ten_medians,starts,main_first,main_first_share,share_low,share_high,"
        "difference,difference_low,difference_high,failed,verdict,unavailable",
    "granularity": "case,placement,task_us,steps,tasks,round,order,index,elapsed_ns,result,error",
    "granularity-blocks": "case,placement,task_us,steps,tasks,round,order,others_running,excluded",
    "granularity-summary":
        f"{ROW}task_us,steps,tasks,n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,"
        "p90_us,p99_us,min_us,max_us,mean_us,beyond_ten_medians,length_us,serial_us,overhead_us,"
        "overhead_low_us,overhead_high_us,efficiency,efficiency_low,efficiency_high,failed,ratio,"
        "ratio_low,ratio_high,verdict,unavailable",
    "granularity-crossings": "case,label,family,placement,percent,task_us,low_us,high_us,words",
}
# Their samples come from two programs; which of them was first decides the order of columns.
INSTRUMENTS = {*"case,placement,instrument,round,order,creations,run,wall_s".split(","),
               *SAMPLE.split(",")}
# So do memory's, which come from two measures.
MEMORY = {*"case,placement,touched_mib,pages,written,round,order,elapsed_ns".split(","),
          *SAMPLE.split(",")}
MEMORY_BLOCKS = {*"case,placement,touched_mib,pages,written,round,order,others_running,excluded,"
                 "stride_kib,huge_kib,huge_kib_after".split(","), *FACTS.split(",")}
CASES = ["timer", "clone-thread", "pthread", "pthread-again", "thrd", "vfork", "fork", "clone3",
         "posix-spawn", "fork-exec", "fork-exec-dynamic"]
REPEATED = [case for case in CASES if case not in ("timer", "pthread-again", "fork-exec-dynamic")]
PLACEMENTS = ["same-cpu", "other-cpu", "free"]
CHARTS = {"creation", "creation-libc", "creation-placements", "creation-points",
          "creation-tails", "exchange", "exchange-bandwidth", "gil", "granularity",
          "granularity-free", "instruments", "ladder", "memory", "memory-pages", "order",
          "population", "population-memory", "speedup", "speedup-efficiency", "switching"}
EXPERIMENTS = ["creation", "speedup", "memory", "population", "switching", "exchange", "gil",
               "granularity", "ladder", "order", "instruments", "demos"]
# What climbs the ladder, and the column that says how long it took.
LADDER = {"call": "elapsed_ns", "pool-hand-over": "elapsed_ns", "thread": "reaped_ns",
          "vfork": "reaped_ns", "process": "reaped_ns", "program": "reaped_ns",
          "dynamic-program": "reaped_ns", "shell": "wall_s", "python": "wall_s",
          "rank": "wall_s",
          "python-thread": "elapsed_ns", "python-process": "elapsed_ns",
          "thread-again": "reaped_ns", "program-hyperfine": "wall_s",
          "dynamic-program-hyperfine": "wall_s"}
LADDER_COLUMNS = {*"case,placement,flight,batch,round,order,creations,run,wall_s".split(","),
                  *SAMPLE.split(","), "elapsed_ns"}
SEED = 7


class Results(Rigor, unittest.TestCase):
    """A run that all tests look at; nothing here changes it."""

    case: Case
    folder: Path
    json: dict[str, Any]
    out: str
    experiments: list[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.case = Case()
        cls.case.setUp()
        cls.addClassCleanup(cls.case.doCleanups)
        cls.experiments = [name for name in EXPERIMENTS
                           if name != "instruments" or works("hyperfine", "--version")]
        cls.out = cls.case.measure(*cls.experiments, "--profile", "quick", "--time-budget", "0.1",
                                   f"--seed={SEED}").stdout
        cls.folder = cls.case.run_folder
        cls.json = cls.case.run_json()

    def table(self, name: str) -> list[dict[str, str]]:
        if name.split("-")[0] not in self.experiments:
            self.skipTest("needs hyperfine")
        return read_table(self.folder / f"{name}.csv")

    def kept(self, name: str) -> list[dict[str, str]]:
        """The raw rows that count."""
        excluded = {(row["round"], row["order"]) for row in self.table(f"{name}-blocks")
                    if row["excluded"]}
        return [row for row in self.table(name) if row.get("warmup") != "1" and not row["error"]
                and (row["round"], row["order"]) not in excluded]

    def near(self, text: str, value: float) -> None:
        """CSV has six digits."""
        self.assertLessEqual(abs(float(text) - value), abs(value) * 1e-5 + 1e-9)

    # ---- Names ----

    def test_files_and_columns(self) -> None:
        for name, columns in COLUMNS.items():
            if name.split("-")[0] in self.experiments:
                with self.subTest(name):
                    self.assertEqual(header_of(self.folder / f"{name}.csv"), columns)
                    self.table(name)
        names = {path.name for path in self.folder.iterdir()}
        expected = {f"{name}.csv" for name in COLUMNS
                    if name.split("-")[0] in self.experiments} | {"run.json"}
        if "instruments" in self.experiments:
            header = header_of(self.folder / "instruments.csv").split(",")
            self.assertEqual(set(header), INSTRUMENTS)
            self.assertEqual(len(header), len(INSTRUMENTS))
            expected |= {"instruments.csv", "instruments-blocks.csv", "hyperfine-fork.json",
                         "hyperfine-pthread.json"}
        expected |= {"memory.csv", "memory-blocks.csv"}
        for name, columns in (("memory", MEMORY), ("memory-blocks", MEMORY_BLOCKS)):
            header = header_of(self.folder / f"{name}.csv").split(",")
            self.assertEqual((set(header), len(header)), (columns, len(columns)))
        header = set(header_of(self.folder / "ladder.csv").split(","))
        self.assertLessEqual(header, LADDER_COLUMNS)
        self.assertLessEqual({"case", "flight", "batch", "elapsed_ns", "reaped_ns"}, header)
        expected |= {"ladder.csv", "ladder-blocks.csv"}
        expected |= {f"hyperfine-{row['case']}.json" for row in self.table("ladder-summary")
                     if LADDER[row["case"]] == "wall_s" and row["n"] != "0"}
        self.assertEqual(names, expected)

    def test_columns_are_described(self) -> None:
        """results/README.md, but for those that it describes as a range of names."""
        described = (Path(__file__).resolve().parents[2] / "results" / "README.md").read_text()
        spoken = set(re.findall(r"`([^`]+)`", described))
        ends = re.compile(r"_(low|high)(?=$|_)|^(p\d\d|min|max|ci_low|ci_high)_us$")
        for columns in [*COLUMNS.values(), ",".join(INSTRUMENTS), ",".join(MEMORY),
                        ",".join(MEMORY_BLOCKS)]:
            for column in columns.split(","):
                if not ends.search(column) and column not in (
                        "samples", "switches", "us", "slower", "model", "low", "high"):
                    self.assertIn(column, spoken)

    def test_run_json(self) -> None:
        self.assertEqual(set(self.json), {
            "schema", "complete", "machine", "hosts", "software", "options", "summaries",
            "comparisons", "fits", "claims", "warnings", "charts"})
        self.assertEqual(self.json["schema"], 1)
        self.assertIs(self.json["complete"], True)
        self.assertEqual(self.json["options"]["experiments"], self.experiments)
        self.assertEqual(self.json["options"]["profile"], "quick")
        self.assertEqual(self.json["options"]["time_budget_s"], 0.1)
        self.assertEqual((self.json["options"]["seed"], self.json["software"]["seed"]),
                         (SEED, SEED))
        self.assertLessEqual({
            "host", "cpu_model", "cores", "hardware_threads", "usable_cpus", "quota_cpus", "smt",
            "governor", "turbo", "virtualisation", "clock_source", "thp", "aslr", "overcommit",
            "kernel", "memory_mib", "load_before", "load_after"}, set(self.json["machine"]))
        self.assertLessEqual({"libc", "compiler", "flags", "gsl", "hwloc", "jansson", "hyperfine",
                              "gnuplot", "date", "lab"}, set(self.json["software"]))
        self.assertRegex(self.json["software"]["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for warning in self.json["warnings"]:
            self.assertIsInstance(warning, str)

    def test_summaries_and_comparisons(self) -> None:
        for summary in self.json["summaries"]:
            self.assertLessEqual({"experiment", "case", "family", "placement", "parameters", "n",
                                  "blocks"}, set(summary))
            self.assertIn(summary["family"], ("timer", "thread", "process", "program", "rank",
                                              "control"))
        for comparison in self.json["comparisons"]:
            self.assertLessEqual({"experiment", "case", "base", "placement", "ratio", "ratio_low",
                                  "ratio_high", "ci_level", "ci_method", "comparisons", "verdict"},
                                 set(comparison))
            low, high = comparison["ratio_low"], comparison["ratio_high"]
            if comparison["ratio"] is None:
                self.assertEqual(comparison["verdict"], "not measured")
                continue
            self.assertLessEqual(low, comparison["ratio"])
            self.assertLessEqual(comparison["ratio"], high)
            self.assertGreaterEqual(comparison["ci_level"], 0.95)
            self.assertEqual(comparison["verdict"] == "no difference detected", low <= 1 <= high)

    def test_claims(self) -> None:
        self.assertEqual([claim["id"] for claim in self.json["claims"]],
                         [f"C{number}" for number in range(1, 12)])
        for claim in self.json["claims"]:
            self.assertEqual(set(claim), {"id", "statement", "verdict", "evidence"})
            self.assertIn(claim["verdict"], ("holds here", "does not hold here", "depends",
                                             "no difference detected", "not measured"))

    def test_charts(self) -> None:
        charts = CHARTS if "instruments" in self.experiments else CHARTS - {"instruments"}
        self.assertEqual(set(self.json["charts"]), charts)
        for chart in self.json["charts"].values():
            self.assertEqual(set(chart), {"title", "caption"})
            for words in chart.values():
                self.assertTrue(words)
                self.assertNotRegex(words, r"\bnan\b|\binf\b")

    def test_csv_and_json_agree(self) -> None:
        for experiment in self.experiments:
            rows = self.table(f"{experiment}-summary")
            objects = [summary for summary in self.json["summaries"]
                       if summary["experiment"] == experiment]
            self.assertEqual(len(rows), len(objects))
            for row, summary in zip(rows, objects):
                for column, text in row.items():
                    value = summary.get(column, summary["parameters"].get(column))
                    if value is None:
                        self.assertEqual(text, "", column)
                    elif isinstance(value, str):
                        self.assertEqual(text, value)
                    else:
                        self.near(text, value)

    # ---- creation ----

    def test_every_case_has_its_row(self) -> None:
        rows = [(row["case"], row["placement"]) for row in self.table("creation-summary")]
        expected = [(case, placement) for placement in PLACEMENTS for case in CASES]
        expected += [(f"{case}-{libc}-static", "same-cpu") for libc in ("glibc", "musl")
                     for case in REPEATED]
        self.assertEqual(rows, expected)

    def test_creation_follows_from_its_samples(self) -> None:
        samples: dict[tuple[str, str], dict[str, list[float]]] = {}
        for row in self.kept("creation"):
            if row["stamped"] == "0":
                samples.setdefault((row["case"], row["placement"]), {}).setdefault(
                    row["round"], []).append(int(row["reaped_ns"]) / 1000)
        for row in self.table("creation-summary"):
            with self.subTest(case=row["case"], placement=row["placement"]):
                blocks = samples.get((row["case"], row["placement"]), {})
                values = [value for block in blocks.values() for value in block]
                self.assertEqual(int(row["n"]), len(values))
                self.assertEqual(int(row["blocks"]), len(blocks))
                if not values:
                    self.assertTrue(row["unavailable"])
                    self.assertEqual(row["median_us"], "")
                    continue
                self.assertGreaterEqual(len(blocks), 12)
                medians = [statistics.median(block) for block in blocks.values()]
                self.near(row["median_us"], statistics.median(medians))
                self.near(row["min_us"], min(values))
                self.near(row["max_us"], max(values))
                self.near(row["mean_us"], statistics.fmean(values))
                self.assertEqual(row["p99_us"] == "", len(values) < 1000)
                self.assertLessEqual(float(row["ci_low_us"]), float(row["median_us"]))
                self.assertLessEqual(float(row["median_us"]), float(row["ci_high_us"]))

    def test_ratios_are_paired_within_rounds(self) -> None:
        medians: dict[tuple[str, str, str], list[float]] = {}
        for row in self.kept("creation"):
            if row["stamped"] == "0":
                medians.setdefault((row["placement"], row["case"], row["round"]), []).append(
                    int(row["reaped_ns"]))
        for row in self.table("creation-summary"):
            if not row["ratio"] or "-static" in row["case"]:
                continue
            place = row["placement"]
            ratios = [statistics.median(values) /
                      statistics.median(medians[place, "pthread", number])
                      for (where, case, number), values in medians.items()
                      if (where, case) == (place, row["case"])
                      and (place, "pthread", number) in medians]
            self.near(row["ratio"], statistics.median(ratios))

    def test_rounds_are_shuffled_and_whole(self) -> None:
        rounds: dict[str, list[tuple[str, ...]]] = {}
        for row in self.table("creation-blocks"):
            rounds.setdefault(row["round"], []).append(
                (row["case"], row["placement"], row["stamped"]))
        self.assertGreaterEqual(len(rounds), 12)
        for blocks in rounds.values():
            self.assertEqual(len(blocks), len(set(blocks)))
        headline = [[block for block in blocks if block[2] == "0"] for blocks in rounds.values()]
        self.assertEqual(len({frozenset(blocks) for blocks in headline}), 1)
        self.assertGreater(len({tuple(blocks) for blocks in headline}), 1)

    def test_dots_keep_the_slowest(self) -> None:
        slowest = {(row["case"], row["placement"]): row["max_us"]
                   for row in self.table("creation-summary") if row["n"] != "0"}
        for name, most in (("creation-dots", 80), ("creation-tails", 150)):
            points: dict[tuple[str, str], list[float]] = {}
            for row in self.table(name):
                points.setdefault((row["case"], row["placement"]), []).append(float(row["us"]))
            self.assertEqual(set(points), set(slowest))
            for key, values in points.items():
                self.assertLessEqual(len(values), most)
                self.near(slowest[key], max(values))

    # ---- speedup ----

    def test_speedup_follows_from_its_samples(self) -> None:
        times: dict[tuple[str, ...], dict[str, float]] = {}
        for row in self.kept("speedup"):
            times.setdefault((row["case"], row["workload"], row["workers"]), {})[row["round"]] = (
                int(row["elapsed_ns"]) / 1e9)
        for row in self.table("speedup-summary"):
            with self.subTest(case=row["case"], workload=row["workload"], workers=row["workers"]):
                values = times.get((row["case"], row["workload"], row["workers"]), {})
                self.assertEqual(int(row["n"]), len(values))
                if not values:
                    self.assertTrue(row["unavailable"])
                    continue
                serial = times["serial", row["workload"], "1"]
                self.near(row["median_s"], statistics.median(values.values()))
                factor = int(row["workers"]) if row["case"] == "copies" else 1
                speedup = statistics.median(serial[number] / value * factor
                                            for number, value in values.items())
                self.near(row["speedup"], speedup)
                self.near(row["efficiency"], speedup / int(row["workers"]))

    def test_worker_counts(self) -> None:
        usable = self.json["machine"]["usable_cpus"]
        counts = [int(row["workers"]) for row in self.table("speedup-summary")
                  if (row["case"], row["workload"]) == ("copies", "primes")]
        quick = self.json["options"]["profile"] == "quick"
        self.assertEqual(counts[-1], usable if quick and usable > 1 else 2 * usable)
        self.assertIn(usable, counts)
        self.assertEqual(counts, sorted(set(counts)))
        self.assertEqual(counts[:min(usable, 16)], list(range(1, min(usable, 16) + 1)))

    def test_all_found_the_same(self) -> None:
        for workload in ("primes", "sum"):
            results = {(row["size"], row["result"]) for row in self.kept("speedup")
                       if row["workload"] == workload}
            self.assertEqual(len(results), 1)

    # ---- gil ----

    def test_gil_follows_from_its_samples(self) -> None:
        times: dict[tuple[str, ...], dict[str, float]] = {}
        for row in self.kept("gil"):
            times.setdefault((row["case"], row["interpreter"], row["work"], row["workers"]),
                             {})[row["round"]] = int(row["elapsed_ns"]) / 1e9
        measured = 0
        for row in self.table("gil-summary"):
            key = row["case"], row["interpreter"], row["work"], row["workers"]
            with self.subTest(key):
                values = times.get(key, {})
                self.assertEqual(int(row["n"]), len(values))
                if not values:
                    self.assertTrue(row["unavailable"])
                    continue
                measured += 1
                serial = times[f"{row['case'].split('-')[0]}-serial", *key[1:3], "1"]
                self.near(row["elapsed_s"], statistics.median(values.values()))
                self.near(row["serial_s"], statistics.median(serial.values()))
                self.near(row["speedup"], statistics.median(
                    serial[number] / value for number, value in values.items()))
                self.assertEqual(row["has_lock"] == "", row["interpreter"] == "c")
                if not row["case"].endswith("-threads"):
                    continue
                forked = times[key[0].replace("threads", "processes"), *key[1:]]
                self.near(row["ratio"], statistics.median(
                    value / forked[number] for number, value in values.items()))
        self.assertGreaterEqual(measured, 11, "C at least")
    # ---- exchange ----

    def test_exchange_has_every_size_and_channel(self) -> None:
        rows = {(row["case"], row["placement"], row["bytes"], row["quantity"])
                for row in self.table("exchange-summary")}
        self.assertEqual(rows, {(case, placement, size, quantity)
                                for case in ("variable", "variable-again", "shared", "pipe",
                                             "socket", "file", "rank")
                                for placement in ("other-cpu", "same-cpu")
                                for size in ("8", "4096", "65536", "1048576")
                                for quantity in ("latency", "bandwidth")})
        self.assertEqual([row for row in self.table("exchange") if row["error"]], [])

    def test_exchange_follows_from_its_samples(self) -> None:
        times: dict[tuple[str, ...], dict[str, list[float]]] = {}
        for row in self.kept("exchange"):
            each = int(row["elapsed_ns"]) / int(row["messages"])
            self.assertLessEqual(abs(float(row["handover_ns"]) - each), 0.001)
            times.setdefault((row["case"], row["placement"], row["bytes"], row["quantity"]),
                             {}).setdefault(row["round"], []).append(float(row["handover_ns"]))
        for row in self.table("exchange-summary"):
            key = row["case"], row["placement"], row["bytes"], row["quantity"]
            with self.subTest(key):
                blocks = times.get(key, {})
                self.assertEqual(int(row["n"]), sum(map(len, blocks.values())))
                if not blocks:
                    self.assertTrue(row["unavailable"])
                    continue
                medians = {number: statistics.median(block) for number, block in blocks.items()}
                self.near(row["median_us"], statistics.median(medians.values()) / 1000)
                self.assertEqual(row["bandwidth_mb_s"] == "", row["quantity"] == "latency")
                if row["bandwidth_mb_s"]:
                    self.near(row["bandwidth_mb_s"], int(row["bytes"]) / float(row["median_us"]))
                self.assertEqual(row["filesystem"] != "", row["case"] == "file")
                if row["ratio"]:
                    base = {number: statistics.median(block) for number, block
                            in times["variable", *key[1:]].items()}
                    self.near(row["ratio"], statistics.median(
                        medians[number] / base[number] for number in medians if number in base))
    # ---- granularity ----

    def granularity_rounds(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """By case, placement and length: each round's time per task, in µs."""
        samples: dict[tuple[str, str, str], dict[str, list[float]]] = {}
        for row in self.kept("granularity"):
            samples.setdefault((row["case"], row["placement"], row["task_us"]), {}).setdefault(
                row["round"], []).append(int(row["elapsed_ns"]) / 1000 / int(row["tasks"]))
        return {key: {number: statistics.median(values) for number, values in blocks.items()}
                for key, blocks in samples.items()}

    def test_granularity_follows_from_its_samples(self) -> None:
        rounds = self.granularity_rounds()
        for row in self.table("granularity-summary"):
            with self.subTest(case=row["case"], placement=row["placement"], us=row["task_us"]):
                key = (row["case"], row["placement"], row["task_us"])
                if key not in rounds:
                    self.assertTrue(row["unavailable"])
                    self.assertEqual(row["efficiency"], "")
                    continue
                serial = rounds["serial", row["placement"], row["task_us"]]
                self.near(row["median_us"], statistics.median(rounds[key].values()))
                self.near(row["serial_us"], statistics.median(serial.values()))
                if row["case"] == "serial":
                    continue
                pairs = [(time, serial[number]) for number, time in rounds[key].items()]
                self.near(row["efficiency"], statistics.median(ideal / time
                                                               for time, ideal in pairs))
                self.near(row["overhead_us"], statistics.median(time - ideal
                                                                for time, ideal in pairs))

    def test_granularity_cases(self) -> None:
        """Every kind at every length; a placement that was left out says so."""
        lengths = ["1", "3", "10", "30", "100", "300", "1000", "3000", "10000"]
        rows = [(row["case"], row["task_us"]) for row in self.table("granularity-summary")
                if row["placement"] == "same-cpu"]
        expected = [(case, length)
                    for case in ("serial", "thread", "thread-again", "process", "thread-pool",
                                 "process-pool")
                    for length in (["1", "1000"] if case == "thread-again" else lengths)]
        self.assertEqual(rows, expected)
        for row in self.table("granularity-summary"):
            self.assertEqual(row["unavailable"] != "", row["placement"] == "free")
        crossings = [(row["case"], row["percent"]) for row in self.table("granularity-crossings")
                     if row["placement"] == "same-cpu"]
        self.assertEqual(crossings, [(case, percent)
                                     for case in ("thread", "process", "thread-pool",
                                                  "process-pool") for percent in ("10", "1")])
        for row in self.table("granularity-crossings"):
            self.assertTrue(row["words"])

    def test_same_tasks_same_results(self) -> None:
        found: dict[str, set[str]] = {}
        for row in self.kept("granularity"):
            found.setdefault(row["task_us"], set()).add(row["result"])
        self.assertEqual({length: len(results) for length, results in found.items()},
                         {length: 1 for length in found})

    # ---- instruments ----

    def test_instruments_follow_from_their_samples(self) -> None:
        rows = self.kept("instruments") if "instruments" in self.experiments else []
        for row in self.table("instruments-summary"):
            means: dict[str, list[float]] = {}
            for sample in rows:
                if (sample["case"], sample["instrument"]) == (row["case"], "probe"):
                    means.setdefault(sample["round"], []).append(int(sample["reaped_ns"]) / 1000)
            self.near(row["mean_us"], statistics.median(map(statistics.fmean, means.values())))
            self.assertEqual(int(row["n"]), sum(map(len, means.values())))
            kept = json.loads((self.folder / f"hyperfine-{row['case']}.json").read_text())
            runs = [sample for sample in rows
                    if (sample["case"], sample["instrument"]) == (row["case"], "hyperfine")]
            self.assertEqual(len(runs), sum(len(result["times"]) for result in kept["results"]))

    # ---- memory ----

    def test_memory_has_every_case(self) -> None:
        rows = [(row["case"], row["touched_mib"], row["pages"])
                for row in self.table("memory-summary")]
        expected = [(case, size, pages)
                    for case in ("fork", "fork-exec", "vfork", "posix-spawn", "pthread")
                    for size in ("0", "16", "64")
                    for pages in ("4k", "huge") if (size, pages) != ("0", "huge")]
        expected += [("pthread-again", "0", "4k"), ("fork-again", "16", "4k")]
        expected += [(case, "16", pages) for pages in ("4k", "huge")
                     for case in ("fork-write", "thread-write")]
        self.assertEqual(rows, expected)

    def test_memory_follows_from_its_samples(self) -> None:
        samples: dict[tuple[str, ...], dict[str, list[float]]] = {}
        for row in self.kept("memory"):
            samples.setdefault((row["case"], row["touched_mib"], row["pages"]), {}).setdefault(
                row["round"], []).append(int(row["reaped_ns"] or row["elapsed_ns"]) / 1000)
        medians = {key: {number: statistics.median(values) for number, values in blocks.items()}
                   for key, blocks in samples.items()}
        for row in self.table("memory-summary"):
            case, size, pages = row["case"], row["touched_mib"], row["pages"]
            with self.subTest(case=case, size=size, pages=pages):
                blocks = medians.get((case, size, pages), {})
                self.assertEqual(int(row["blocks"]), len(blocks))
                if not blocks:
                    self.assertTrue(row["unavailable"])
                    continue
                median = statistics.median(blocks.values())
                self.near(row["median_us"], median)
                if row["written"]:
                    self.near(row["ns_per_page"], median * 1000 / int(row["written"]))
                if row["ratio"]:
                    base = ("thread-write" if row["written"] else
                            "fork" if case == "fork-again" else "pthread")
                    below = medians[base, size, pages]
                    self.near(row["ratio"], statistics.median(
                        value / below[number] for number, value in blocks.items()
                        if number in below))

    def test_huge_pages_are_huge(self) -> None:
        """Or there is no row that says so."""
        for row in self.table("memory-summary"):
            if row["huge_kib"]:
                expected = int(row["touched_mib"]) * 1024 if row["pages"] == "huge" else 0
                self.assertEqual(int(float(row["huge_kib"])), expected)

    def test_slopes_are_paired_within_rounds(self) -> None:
        medians: dict[tuple[str, str, str, str], list[float]] = {}
        for row in self.kept("memory"):
            if row["reaped_ns"]:
                medians.setdefault((row["case"], row["touched_mib"], row["pages"], row["round"]),
                                   []).append(int(row["reaped_ns"]))
        for row in self.table("memory-slopes"):
            begin, end = row["from_mib"], row["to_mib"]
            pages = "4k" if begin == "0" else row["pages"]
            values = [(statistics.median(times) -
                       statistics.median(medians[case, begin, pages, number])) /
                      (256 * (int(end) - int(begin)))
                      for (case, size, in_pages, number), times in medians.items()
                      if (case, size, in_pages) == (row["case"], end, row["pages"])
                      and (case, begin, pages, number) in medians]
            self.assertEqual(int(row["rounds"]), len(values))
            self.near(row["ns_per_page"], statistics.median(values))
    # ---- population ----

    def test_population_follows_from_its_samples(self) -> None:
        costs: dict[tuple[str, str], dict[str, list[float]]] = {}
        memory: dict[tuple[str, str], list[float]] = {}
        for row in self.kept("population"):
            key = row["case"], row["alive"]
            costs.setdefault(key, {}).setdefault(row["round"], []).append(
                int(row["parked_ns"]) / 1000)
            if row["memory_kib"]:
                memory.setdefault(key, []).append(float(row["memory_kib"]))
        for row in self.table("population-summary"):
            key = row["case"], row["alive"]
            with self.subTest(key=key, quantity=row["quantity"]):
                if row["n"] == "0":
                    self.assertTrue(row["unavailable"])
                elif row["quantity"] == "cost":
                    self.near(row["median_us"],
                              statistics.median(map(statistics.median, costs[key].values())))
                else:
                    self.near(row["memory_kib"], statistics.median(memory[key]))

    def test_population_looks_at_the_last_up_to_each_count(self) -> None:
        for row in self.table("population"):
            alive, nth = int(row["alive"]), int(row["nth"])
            if not row["error"]:
                self.assertGreater(nth, alive - max(1, min(64, alive // 4)))
                self.assertLessEqual(nth, alive)

    # ---- order ----

    def test_order_follows_from_its_samples(self) -> None:
        first: dict[tuple[str, str], list[int]] = {}
        for row in self.kept("order"):
            self.assertIn(row["main_first"], ("0", "1"))
            first.setdefault((row["case"], row["placement"]), []).append(int(row["main_first"]))
        for row in self.table("order-summary"):
            starts = first.get((row["case"], row["placement"]), [])
            if not starts:
                self.assertTrue(row["unavailable"])
                continue
            self.assertEqual((int(row["starts"]), int(row["main_first"])),
                             (len(starts), sum(starts)))
            self.near(row["main_first_share"], statistics.fmean(starts))
            self.assertLessEqual(float(row["share_low"]), float(row["main_first_share"]))
            self.assertLessEqual(float(row["main_first_share"]), float(row["share_high"]))
            self.assertEqual(row["verdict"] == "always seen", sum(starts) == len(starts))
    # ---- switching ----

    def test_a_switch_is_half_a_round_trip(self) -> None:
        blocks: dict[tuple[str, str], dict[str, list[float]]] = {}
        for row in self.kept("switching"):
            blocks.setdefault((row["case"], row["placement"]), {}).setdefault(
                row["round"], []).append(int(row["elapsed_ns"]) / 2000 / int(row["round_trips"]))
        for row in self.table("switching-summary"):
            with self.subTest(case=row["case"], placement=row["placement"]):
                medians = {number: statistics.median(values) for number, values in
                           blocks.get((row["case"], row["placement"]), {}).items()}
                self.assertEqual(int(row["blocks"]), len(medians))
                if not medians:
                    self.assertTrue(row["unavailable"])
                    continue
                self.near(row["median_us"], statistics.median(medians.values()))
                if row["case"].startswith("self-"):
                    self.assertEqual(row["ratio"], "")
                elif row["placement"] == "same-cpu":
                    self.assertGreater(float(row["switches"]), 0.95)

    # ---- ladder ----

    def test_the_ladder_follows_from_its_samples(self) -> None:
        rows = self.table("ladder-summary")
        self.assertEqual([row["case"] for row in rows], list(LADDER))
        samples = self.kept("ladder")
        medians: dict[str, dict[str, float]] = {}
        for row in rows:
            column = LADDER[row["case"]]
            unit = 1e6 if column == "wall_s" else 1e-3
            blocks: dict[str, list[float]] = {}
            for sample in samples:
                if sample["case"] == row["case"]:
                    blocks.setdefault(sample["round"], []).append(
                        float(sample[column]) * unit / int(row["batch"]))
            medians[row["case"]] = {number: statistics.median(values)
                                    for number, values in blocks.items()}
        for row in rows:
            with self.subTest(row["case"]):
                values = medians[row["case"]]
                self.assertEqual(int(row["blocks"]), len(values))
                if not values:
                    self.assertTrue(row["unavailable"])
                    continue
                self.near(row["median_us"], statistics.median(values.values()))
                base = medians.get(row["base"], {})
                if row["base"]:
                    self.near(row["ratio"], statistics.median(
                        value / base[number] for number, value in values.items()
                        if number in base))

    # ---- The screen ----

    def test_the_short_table(self) -> None:
        self.assertEqual(self.out.splitlines()[-1], f"Results: {self.folder}")
        self.assertNotRegex(self.out, r"\bnan\b|\binf\b")
        for line in self.out.splitlines()[:-1]:
            self.assertLessEqual(len(line), 80, line)


if __name__ == "__main__":
    programs.main(__name__)
