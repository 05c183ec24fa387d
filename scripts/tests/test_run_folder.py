"""scripts/run_folder.py: a run folder may come from anybody; what is broken is one BrokenRun."""
from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))
import run_folder  # noqa: E402
from run_folder import BrokenRun, read_chart, read_run  # noqa: E402

REFERENCE = SCRIPTS.parent / "results" / "reference"
SUMMARY = {"experiment": "creation", "case": "fork", "median_us": 1.5, "ratio": None,
           "parameters": {"workers": 2, "pages": "4k"}}


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "run"
        self.folder.mkdir()

    def write(self, text: str | bytes, name: str = "run.json") -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def run_with(self, **more: object) -> dict:
        self.write(json.dumps({"schema": 1, **more}))
        return read_run(self.folder)

    def assert_broken(self, words: str, read=read_run, *arguments: str) -> None:
        with self.assertRaises(BrokenRun) as caught:
            read(self.folder, *arguments)
        self.assertIn(words, caught.exception.why)
        self.assertTrue(str(caught.exception).startswith(str(self.folder)))
        self.assertTrue(str(caught.exception).isprintable())

    def assert_shape_broken(self, words: str, **more: object) -> None:
        self.write(json.dumps({"schema": 1, **more}))
        self.assert_broken(words)


class WholeRuns(Folder):
    def test_the_reference_run_is_read_as_it_is(self) -> None:
        run = read_run(REFERENCE)
        written = json.loads((REFERENCE / "run.json").read_text())
        for name in run_folder.ROWS:
            for row in written[name]:
                row.setdefault("parameters", {})
        for name, part in written.items():
            self.assertTrue(run[name] == part, name)
        self.assertTrue(run["complete"])

    def test_what_a_run_leaves_out_is_empty(self) -> None:
        run = self.run_with()
        self.assertEqual((run["summaries"], run["machine"], run["complete"]), ([], {}, False))

    def test_a_row_keeps_its_numbers_and_gets_its_keys(self) -> None:
        run = self.run_with(summaries=[SUMMARY, {}])
        self.assertEqual(run["summaries"],
                         [SUMMARY, {"experiment": "", "case": "", "parameters": {}}])

    def test_what_a_newer_bench_may_add_is_kept(self) -> None:
        # Of a run with many CPUs: what the reference run, with two, has no example of.
        fit = {"experiment": "speedup", "case": "threads", "workload": "primes", "value": 0.1,
               "parameter": "serial share",
               "parameters": {"interpreter": "", "has_lock": "", "workers": ""}}
        self.assertEqual(self.run_with(fits=[fit])["fits"], [fit])

    def test_complete_is_said_by_true_alone(self) -> None:
        self.assertFalse(self.run_with(complete="true")["complete"])
        self.assertTrue(self.run_with(complete=True)["complete"])

    def test_a_folder_that_is_a_link_can_be_read(self) -> None:
        self.run_with()
        link = self.folder.with_name("latest")
        link.symlink_to(self.folder)
        self.assertEqual(read_run(link)["schema"], 1)


class Words(Folder):
    def test_nothing_unseen_is_left_in_them(self) -> None:
        odd = "a\x1b[31mb\nc\u202ed\x00e\ud800f\u200bg"
        run = self.run_with(warnings=[odd], machine={"host": odd, odd: "x"})
        self.assertEqual(run["warnings"], ["a [31mb c d e f g"])
        self.assertEqual(run["machine"], {"host": "a [31mb c d e f g", "a [31mb c d e f g": "x"})
        run["warnings"][0].encode("utf-8")

    def test_they_end_somewhere(self) -> None:
        run = self.run_with(warnings=["x" * 100_000])
        self.assertEqual(len(run["warnings"][0]), run_folder.TEXT_MOST)
        self.assertTrue(run["warnings"][0].endswith("…"))

    def test_ordinary_ones_stay(self) -> None:
        words = "12 µs … “so” – 3 × <b>&amp;"
        self.assertEqual(self.run_with(warnings=[words])["warnings"], [words])


class BrokenJson(Folder):
    def test_what_is_no_run(self) -> None:
        for text, words in (("", "not JSON"), ("{", "not JSON"), ("[]", "not a run"),
                            ("1", "not a run"), ("{}", "schema None"),
                            ('{"schema": 2}', "schema 2"),
                            ('{"schema": true}', "schema True"), ('{"schema": 1.0}', "schema 1.0"),
                            ('{"schema": "1\\n2"}', "schema 1 2")):
            with self.subTest(text=text):
                self.write(text)
                self.assert_broken(words)

    def test_what_is_no_number(self) -> None:
        for number in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 19, "9" * 100_000):
            with self.subTest(number=number[:20]):
                self.write(f'{{"schema": 1, "machine": {{"cores": {number}}}}}')
                self.assert_broken("where a number belongs")

    def test_deep_nesting(self) -> None:
        for depth in (7, 200_000):
            with self.subTest(depth=depth):
                self.write('{"schema": 1, "more": ' + "[" * depth + "]" * depth + "}")
                self.assert_broken("run.json")

    def test_other_encodings(self) -> None:
        for text in (b'{"schema": 1, "x": "\xff"}', '{"schema": 1}'.encode("utf-16")):
            with self.subTest(text=text):
                self.write(text)
                self.assert_broken("UTF-8")

    def test_a_huge_file_is_not_read_to_its_end(self) -> None:
        with open(self.folder / "run.json", "wb") as file:
            file.truncate(1 << 40)              # sparse: it takes no room
        self.assert_broken("larger")


class BrokenShapes(Folder):
    def test_groups(self) -> None:
        for name in (*run_folder.OBJECTS, *run_folder.LISTS):
            with self.subTest(name=name):
                self.assert_shape_broken(name, **{name: "text"})

    def test_more_than_a_page_can_show(self) -> None:
        self.run_with(warnings=["x"] * 200)
        self.assert_shape_broken("201 warnings", warnings=["x"] * 201)
        self.assert_shape_broken("201 claims", claims=[{}] * 201)

    def test_rows(self) -> None:
        for row in (None, 1, "text", [], {"median_us": "fast"}, {"median_us": True},
                    {"median_us": [1]}, {"case": 1}, {"case": None}, {"verdict": {}},
                    {"parameters": []}, {"parameters": {"workers": "2"}},
                    {"parameters": {"workers": {}}}, {"parameters": {"pages": ["4k"]}},
                    {"new_field": []}, {"ratio_low": ""}):
            for name in run_folder.ROWS:
                with self.subTest(name=name, row=row):
                    self.assert_shape_broken(f"{name}[1]", **{name: [SUMMARY, row]})

    def test_claims_warnings_charts_and_facts(self) -> None:
        claim = dict.fromkeys(run_folder.CLAIM, "x")
        self.run_with(claims=[claim], warnings=["x"], charts={"creation": {"title": "x"}})
        for more in ({"claims": [{**claim, "verdict": None}]}, {"claims": [claim, "C1"]},
                     {"warnings": ["x", 1]}, {"charts": {"creation": "x"}},
                     {"charts": {"creation": {"title": 1}}}, {"machine": {"cores": "2"}},
                     {"machine": {"cores": True}}, {"machine": {"host": ["x"]}},
                     {"software": {"flags": {}}}):
            with self.subTest(more=more):
                self.assert_shape_broken("run.json has", **more)


class Files(Folder):
    def test_what_is_not_there(self) -> None:
        self.assert_broken("no run.json")
        shutil.rmtree(self.folder)
        self.assert_broken("no run.json")
        self.folder.write_text("a file")
        self.assert_broken("no run.json")

    def test_links_out_of_the_folder(self) -> None:
        secret = self.folder.with_name("secret")
        secret.mkdir()
        (secret / "x.svg").write_text("<svg/>")
        (self.folder / "run.json").symlink_to(secret / "x.svg")
        self.assert_broken("link out")
        (self.folder / "charts").symlink_to(secret)
        self.assert_broken("link out", read_chart, "x")

    def test_a_ring_of_links(self) -> None:
        (self.folder / "run.json").symlink_to("run.json")
        self.assert_broken("run.json")

    def test_a_pipe_keeps_nobody_waiting(self) -> None:
        os.mkfifo(self.folder / "run.json")
        self.assert_broken("plain file")

    def test_a_folder_instead_of_a_file(self) -> None:
        (self.folder / "run.json").mkdir()
        self.assert_broken("run.json")

    def test_names_lead_nowhere_else(self) -> None:
        for name in ("../x", "/etc/passwd", "", "x/y", ".hidden", "X", "x" * 100):
            with self.subTest(name=name):
                self.assert_broken("no such", read_chart, name)


class Charts(Folder):
    def test_only_what_a_chart_is_called(self) -> None:
        for name in ("b.svg", "a.svg", "c.png", "d e.svg", "-f.svg"):
            self.write("<svg/>", f"charts/{name}")
        self.assertEqual(run_folder.charts(self.folder), ["a", "b"])
        self.assertEqual(read_chart(self.folder, "a"), "<svg/>")

    def test_without_charts(self) -> None:
        self.assertEqual(run_folder.charts(self.folder), [])


if __name__ == "__main__":
    unittest.main()
