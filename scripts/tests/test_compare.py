"""scripts/compare.py: many machines on one page, whose numbers are those of their runs."""
from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))
import compare  # noqa: E402
from anonymous import anonymous  # noqa: E402
from compare_columns import (  # noqa: E402
    PRIMES, SECTIONS, Measured, Value, cost, most, speedup, times)
from compare_drawing import Axis, axis_for, in_words, interval  # noqa: E402
from compare_machines import read_machines  # noqa: E402
from run_folder import read_run  # noqa: E402

REFERENCE = SCRIPTS.parent / "results" / "reference"
WITHOUT_END = {"br", "img", "link", "meta"}


class Page(HTMLParser):
    """What a page says, and whether each element that begins also ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: set[str] = set()
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.ids += [value or "" for name, value in attributes if name == "id"]
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]
        if tag not in WITHOUT_END:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


class Runs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.reference = json.loads((REFERENCE / "run.json").read_text())

    def save(self, name: str, run: object) -> Path:
        (self.folder / name).mkdir()
        (self.folder / name / "run.json").write_text(json.dumps(run))
        return self.folder / name

    def varied(self, name: str, factor: float = 1, **machine: object) -> Path:
        """The reference run with other costs, on another machine."""
        run = copy.deepcopy(self.reference)
        run["machine"].update(machine)
        for row in run["summaries"]:
            for key in row:
                if key.endswith("_us") and row[key] is not None:
                    row[key] *= factor
        return self.save(name, run)

    def lab(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, str(SCRIPTS / "compare.py"), *map(str, arguments)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)


class Numbers(Runs):
    """Every number is the bench's own, at its place."""

    def test_columns_find_their_rows(self) -> None:
        measured = Measured(read_run(REFERENCE))
        row = next(row for row in self.reference["summaries"]
                   if (row["experiment"], row["case"], row["placement"])
                   == ("creation", "fork", "same-cpu"))
        found = cost("creation", "fork")(measured)
        self.assertEqual((found.middle, found.low, found.high),
                         (row["median_us"], row["ci_low_us"], row["ci_high_us"]))
        compared = next(row for row in self.reference["comparisons"]
                        if (row["experiment"], row["case"], row["base"], row["placement"])
                        == ("creation", "fork", "pthread", "free"))
        ratio = times("creation", "fork", "pthread", "free")(measured)
        self.assertEqual(ratio.middle, compared["ratio"])

    def test_all_columns_have_a_number_in_the_reference_run(self) -> None:
        measured = Measured(read_run(REFERENCE))
        for section in SECTIONS:
            for column in section.columns + section.ratios:
                with self.subTest(section=section.id, column=column.heading):
                    self.assertIsNotNone(column.pick(measured).middle)

    def test_what_is_missing_says_why(self) -> None:
        for row in self.reference["summaries"]:
            if row["case"] == "fork":
                row.update(median_us=None, unavailable="fork: refused")
        measured = Measured(read_run(self.save("a", self.reference)))
        self.assertEqual(cost("creation", "fork")(measured).why, "fork: refused")
        self.assertEqual(cost("creation", "spoon")(measured).why, "not measured")
        self.reference["summaries"] = []        # so nothing says how many workers were the most
        without = Measured(read_run(self.save("b", self.reference)))
        self.assertEqual(times("speedup", "threads", "processes", "spread", workload="primes",
                               workers=most("workers", "speedup", "threads"))(without).why,
                         "not measured")
        empty = Measured({"summaries": [], "comparisons": [], "fits": []})
        for section in SECTIONS:
            for column in section.columns + section.ratios:
                self.assertEqual(column.pick(empty).why, "not measured")

    def test_most_workers_have_a_cpu_each(self) -> None:
        found = most("workers", "speedup", "processes", workload="primes")
        self.assertEqual(found(Measured(read_run(REFERENCE))), 2)    # 4 are oversubscribed there
        self.reference["summaries"].append({
            "experiment": "speedup", "case": "processes", "zone": "",
            "parameters": {"workload": "primes", "workers": ""}})
        self.assertEqual(found(Measured(read_run(self.save("a", self.reference)))), 2)

    def test_what_a_number_hangs_on_is_said(self) -> None:
        found = speedup("speedup", "threads", **PRIMES)(Measured(read_run(REFERENCE)))
        self.assertEqual(found.at, "2 workers")
        for row in self.reference["summaries"]:
            row["zone"] = "oversubscribed" if row["parameters"].get("workers", 1) > 1 else ""
        alone = Measured(read_run(self.save("a", self.reference)))
        self.assertEqual(speedup("speedup", "threads", **PRIMES)(alone).at, "1 worker")

    def test_the_middle_is_a_machine_that_is_there(self) -> None:
        def outstanding(*numbers: float | None) -> list[tuple[str, int]]:
            return compare.outstanding([Value(number) for number in numbers])
        self.assertEqual(outstanding(3, 1, 2), [("lowest", 1), ("middle", 2), ("highest", 0)])
        self.assertEqual(outstanding(4, None, 3, 1, 2)[1], ("middle", 4))
        self.assertEqual(outstanding(None), [])


class Drawing(unittest.TestCase):
    def test_numbers_as_text(self) -> None:
        for value, words, bounds in (
                (Value(141.47, 125.9, 149.4), "141", "[126, 149]"),
                (Value(0.05, 0.05, 0.05), "0.05", "[0.05, 0.05]"),
                (Value(1.2345, None, 2), "1.23", "[…, 2.00]"),
                (Value(35.2, -14.78, 35), "35.2", "[−14.8, 35.0]"),
                (Value(2.5e7), "2.5e+07", ""), (Value(why="no"), "", "")):
            with self.subTest(value=value):
                self.assertEqual((in_words(value), interval(value)), (words, bounds))

    def test_places_on_an_axis(self) -> None:
        axis = Axis(0.1, 10)
        self.assertEqual([axis.place(number) for number in (0.1, 1, 10, 0.001, 99, 0, -1)],
                         [0, 50, 100, 0, 100, 0, 0])
        self.assertEqual([label for _, label in axis.ticks()], ["0.1", "0.3", "1", "3", "10"])

    def test_an_axis_has_room_for_one_and_for_every_median(self) -> None:
        for values in ([Value(1.0, 1.0, 1.0)], [Value(30.0, 20.0, 50.0)], [Value(0.2)],
                       [Value(1e-9), Value(1e9, 1e-300, 1e300)], [Value(5.0, -3.0, None)]):
            with self.subTest(values=values):
                axis = axis_for(values)
                assert axis is not None
                for number in (1, *(value.middle for value in values)):
                    self.assertTrue(0 < axis.place(number) < 100)
                self.assertLessEqual(len(axis.ticks()), 6)
        self.assertIsNone(axis_for([Value(why="no"), Value(-1.0), Value(1e308), Value(5e-324)]))


class Anonymity(Runs):
    def test_paths_and_names_are_left_out(self) -> None:
        for text, left in (
                ("/home/ada/x.py: no such file", "…: no such file"), ("~/src/x failed", "… failed"),
                ("in (/tmp/ada/bar), so", "in (…), so"),
                ("-I/home/ada/include -O2", "-I… -O2"), ("A/A control, n/a, 1/2", None),
                ("/usr/bin/python3 has /proc/sys/x", None), ("ada's is ada.", "…'s is …."),
                ("vm.ada, adapt, ada-2", None)):
            with self.subTest(text=text):
                self.assertEqual(anonymous(text, "ada", ""), left or text)

    def test_the_page_names_nobody(self) -> None:
        run = self.reference
        run["machine"]["host"] = "adas-laptop"
        run["software"]["flags"] = "-O2 -I/home/ada/include"
        run["warnings"] = ["adas-laptop: /home/ada/x is slow"]
        run["claims"][0]["evidence"] = "seen in /home/ada/x"
        run["summaries"][0].update(median_us=None, unavailable="/home/ada/probe: not found")
        folder = self.save("ada", run)
        missing = self.folder / "ada-too"
        text, _, _ = compare.page([folder, missing], with_names=False)
        self.assertNotIn("ada", text.replace("adas", "ada"))
        self.assertIn("folder 2 of those given", text)
        text, _, _ = compare.page([folder, folder.parent / "ada-too"], with_names=True)
        self.assertIn("adas-laptop", text)
        self.assertIn("ada-too", text)

    def test_names_that_two_runs_share(self) -> None:
        folders = [self.save("a", self.reference), self.save("b", self.reference)]
        machines, _ = read_machines(folders, with_names=True)
        self.assertEqual([machine.name for machine in machines], ["vm", "vm (2)"])
        machines, _ = read_machines(folders, with_names=False)
        self.assertEqual([machine.name for machine in machines], ["machine 1", "machine 2"])


class Pages(Runs):
    def page(self, *folders: Path) -> Page:
        page = Page(compare.page(list(folders), False)[0])
        self.assertEqual(len(set(page.ids)), len(page.ids))
        for link in page.links:
            self.assertTrue(link == "data:," or link[0] == "#" and link[1:] in page.ids, link)
        self.assertNotIn("script", page.elements)
        return page

    def fork_cost(self, times: int = 1) -> str:
        """As the page writes 100 µs and more."""
        row = next(row for row in self.reference["summaries"]
                   if (row["case"], row["placement"]) == ("fork", "same-cpu"))
        low, middle, high = (row[name] * times for name in ("ci_low_us", "median_us", "ci_high_us"))
        self.assertGreater(low, 100)
        return f"{middle:.0f} [{low:.0f}, {high:.0f}]"

    def test_one_machine(self) -> None:
        page = self.page(REFERENCE)
        self.assertIn(self.fork_cost(), page.text)
        self.assertNotIn("What differs", page.text)

    def test_two_machines_side_by_side(self) -> None:
        page = self.page(REFERENCE, self.varied("b", 2, kernel="7.0", governor="performance"))
        self.assertIn(self.fork_cost(), page.text)
        self.assertIn(self.fork_cost(times=2), page.text)
        self.assertIn("What differs", page.text)
        self.assertIn("7.0", page.text)

    def test_what_most_have_is_not_marked(self) -> None:
        folders = [self.varied(str(i), kernel="7.0" if i == 2 else "6.1") for i in range(3)]
        machines, _ = read_machines(folders, with_names=False)
        self.assertEqual(compare.facts(machines)["usual"], {"kernel": "6.1"})
        machines, _ = read_machines(folders[1:], with_names=False)
        self.assertEqual(compare.facts(machines)["usual"], {"kernel": None})

    def test_incomplete_and_warned_runs_are_marked(self) -> None:
        self.reference["complete"] = False
        text = self.page(self.save("a", self.reference)).text
        self.assertIn("incomplete", text)
        self.assertIn(self.reference["warnings"][0], text)

    def test_many_machines_are_folded_and_the_middle_stands_above(self) -> None:
        folders = [self.varied(str(i), 1 + i) for i in range(compare.FEW + 1)]
        page = self.page(*folders)
        self.assertIn("All machines, in the order of their ratios", page.text)
        self.assertIn("middle 0.35", page.text)       # of the clock: 0.05 µs times 7

    def test_a_run_without_any_numbers(self) -> None:
        page = self.page(self.save("a", {"schema": 1}))
        self.assertIn("not measured", page.text)
        self.assertIn("No run says anything", page.text)

    def test_everything_that_a_run_says_is_escaped(self) -> None:
        evil = "<script>alert(1)</script>\"'&"
        run = self.reference
        run["machine"].update(cpu_model=evil, kernel=evil)
        run["warnings"] = [evil]
        for claim in run["claims"]:
            claim.update(statement=evil, evidence=evil, verdict=evil, id=evil + claim["id"])
        for row in run["summaries"]:
            row.update(unavailable=evil, median_us=None, speedup=None)
        for row in run["comparisons"]:
            row["verdict"] = evil
        page = self.page(self.save("a", run), REFERENCE)
        self.assertIn(evil, page.text)


class Program(Runs):
    def test_unusable_runs_are_named_and_left_out(self) -> None:
        output = self.folder / "page.html"
        newer = self.save("newer", {"schema": 2})
        done = self.lab(REFERENCE, newer, self.folder / "none", REFERENCE, "--output", output)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.splitlines(), [
            f"left out: {newer}: run.json has schema 2; this version reads 1",
            f"left out: {self.folder}/none: is not a run's folder: it has no run.json",
            f"left out: {REFERENCE}: is the run of folder 1 once more"])
        warnings = len(self.reference["warnings"])
        self.assertIn(f"machine 1: {REFERENCE} (warnings: {warnings})\n", done.stdout)
        self.assertTrue(done.stdout.endswith(f"Page: {output} (1 compared, 3 left out)\n"))
        self.assertIn("folder 3 of those given", output.read_text())

    def test_nothing_usable_is_a_failure_and_writes_nothing(self) -> None:
        output = self.folder / "page.html"
        done = self.lab(self.save("broken", []), "--output", output)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("none of these folders", done.stderr)
        self.assertFalse(output.exists())

    def test_a_place_that_cannot_be_written(self) -> None:
        done = self.lab(REFERENCE, "--output", self.folder / "none" / "page.html")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_a_free_name(self) -> None:
        self.assertEqual(compare.free_name(self.folder).name, "compare.html")
        (self.folder / "compare.html").touch()
        (self.folder / "compare-2.html").symlink_to("nowhere")
        self.assertEqual(compare.free_name(self.folder).name, "compare-3.html")

    def test_two_hundred_machines(self) -> None:
        """That they come through; how long that takes is nobody's promise."""
        rows = {name: [row for row in self.reference[name] if row["experiment"] == "creation"]
                for name in ("summaries", "comparisons")}
        small = {**self.reference, **rows, "fits": []}
        folders = [self.save(f"{i:03}", small) for i in range(200)]
        text, machines, left_out = compare.page(folders, False)
        self.assertEqual((len(machines), left_out), (200, []))
        self.assertLess(len(text), 3_000_000)
        Page(text)


if __name__ == "__main__":
    unittest.main()
