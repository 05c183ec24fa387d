#!/usr/bin/env python3
"""The page of a run: all of a good run is on it, and nothing of a bad one gets out of its text."""
from __future__ import annotations

import contextlib
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import chart_scripts  # noqa: E402
import nasty_run  # noqa: E402
import page  # noqa: E402
from run_folder import BrokenRun  # noqa: E402
import page_figures  # noqa: E402
import page_machine  # noqa: E402
import svg  # noqa: E402
from quantities import Row, quantity  # noqa: E402

REFERENCE = HERE.parents[1] / "results" / "reference"
CHARTS = {chart.name for chart in chart_scripts.read_charts(chart_scripts.CHARTS)}
PAGE_BYTES_MOST = 3_000_000
VOID = {"meta", "link", "br", "hr", "img"}
SHAPES_AND_TEXT = svg.ELEMENTS | {"svg"}
HTML_ELEMENTS = set("""a body caption code dd details div dl dt em figcaption figure footer h1 h2
    h3 h4 head header html li link main meta nav ol p pre section span strong style summary table
    tbody td th thead title tr ul""".split())


class Reader(html.parser.HTMLParser):
    """What a browser would make elements of, and with which attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]

    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def reference() -> dict:
    return json.loads((REFERENCE / "run.json").read_text(encoding="utf-8"))


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="page-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def made(self, facts: object, charts: bool = False) -> Reader:
        (self.folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
        if charts:
            shutil.copytree(REFERENCE / "charts", self.folder / "charts", dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("*.png"))
        return self.read(page.make(self.folder))

    def read(self, path: pathlib.Path) -> Reader:
        self.assertLess(path.stat().st_size, PAGE_BYTES_MOST)
        reader = Reader(path.read_text(encoding="utf-8"))
        self.assert_harmless(reader)
        return reader

    def assert_harmless(self, reader: Reader) -> None:
        self.assertEqual((reader.unbalanced, reader.open), ([], []))
        for tag, attributes in reader.elements:
            self.assertIn(tag, HTML_ELEMENTS | SHAPES_AND_TEXT)
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on"), (tag, attributes))
                if name in ("href", "src"):
                    self.assertTrue(value == "data:," or (value or "").startswith("#"), value)
        self.assertEqual(len(reader.named("style")), 1)
        ids = reader.ids()
        self.assertEqual(len(ids), len(set(ids)))
        for _, attributes in reader.elements:
            for name in ("aria-labelledby", "aria-describedby"):
                self.assertLessEqual(set((attributes.get(name) or "").split()), set(ids))
            target = attributes.get("href") or "#main"
            if target.startswith("#"):
                self.assertIn(target[1:], ids)


class Whole(Case):
    """The page of a run that has everything."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.there = pathlib.Path(tempfile.mkdtemp(prefix="page-"))
        cls.addClassCleanup(shutil.rmtree, cls.there)
        shutil.copy(REFERENCE / "run.json", cls.there)
        shutil.copytree(REFERENCE / "charts", cls.there / "charts",
                        ignore=shutil.ignore_patterns("*.png"))
        cls.page = page.make(cls.there)
        cls.reader = Reader(cls.page.read_text(encoding="utf-8"))

    def test_harmless(self) -> None:
        self.read(self.page)

    def test_everything_is_there(self) -> None:
        words = self.reader.text()
        facts = reference()
        for claim in facts["claims"]:
            self.assertIn(claim["statement"], words)
        for sentence in facts["warnings"]:
            self.assertIn(sentence, words)
        for title in (chart["title"] for chart in facts["charts"].values()):
            self.assertIn(title, words)
        for name in facts["options"]["experiments"]:
            self.assertIn(name, self.reader.ids())
        self.assertNotIn("not drawn", words)

    def test_every_chart_is_a_figure_with_words(self) -> None:
        drawn = {path.stem for path in (REFERENCE / "charts").glob("*.svg")}
        ids = self.reader.ids()
        self.assertEqual(len(self.reader.named("svg")), len(drawn))
        for name in drawn:
            for part in ("chart", "title", "words", "table"):
                self.assertIn(f"{part}-{name}", ids)

    def test_three_numbers_a_chart(self) -> None:
        text = self.page.read_text(encoding="utf-8")
        words = re.findall(r'<div id="words-([\w-]+)">(.*?)</div>', text, re.S)
        self.assertEqual(len(words), len(self.reader.named("svg")))
        for name, inside in words:
            with self.subTest(name):
                wanted = 2 if name == "instruments" else 3      # it has two rows
                self.assertGreaterEqual(inside.count("<li>"), wanted, inside)

    def test_headings(self) -> None:
        levels = [int(tag[1]) for tag, _ in self.reader.elements if re.fullmatch("h[1-6]", tag)]
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        for above, below in zip(levels, levels[1:]):
            self.assertLessEqual(below, above + 1)

    def test_tables(self) -> None:
        self.assertEqual(len(self.reader.named("table")), len(self.reader.named("caption")))
        for attributes in self.reader.named("th"):
            self.assertIn(attributes.get("scope"), ("row", "col"))

    def test_same_run_same_page(self) -> None:
        first = self.page.read_bytes()
        page.make(self.there)
        self.assertEqual(self.page.read_bytes(), first)

    def test_caption_to_paste(self) -> None:
        facts = reference()
        chart, machine = facts["charts"]["speedup"], facts["machine"]
        self.assertIn(f"{chart['title']}. {chart['caption']} {machine['host']} ·"
                      f" {machine['cpu_model']} ·", self.reader.text())


class Parts(Case):
    """Runs that lack something."""

    def test_templates_and_charts_agree(self) -> None:
        there = page.environment()
        named = []
        for name in page.experiment_names():
            words = there.get_template(f"experiments/{name}.html.j2").make_module(
                {"rows": [], "headline": "", "say": page_figures.finder([]),
                 "fit": page_figures.finder([])})
            named += [spec["name"] for spec in words.charts]
            for part in ("question", "answer", "see", "why", "differs", "labs", "place"):
                self.assertTrue(hasattr(words, part), (name, part))
        self.assertEqual(len(named), len(set(named)))
        self.assertEqual(set(named) - {"demos"}, CHARTS)

    def test_incomplete(self) -> None:
        facts = reference()
        facts["complete"] = False
        self.assertIn("This run is incomplete", self.made(facts).text())

    def test_one_experiment(self) -> None:
        facts = reference()
        facts["summaries"] = [row for row in facts["summaries"] if row["experiment"] == "speedup"]
        facts["fits"], facts["claims"] = [], []
        reader = self.made(facts, charts=True)
        self.assertEqual(len(reader.named("svg")), 3)
        self.assertIn("No claim was judged", reader.text())
        self.assertIn("Not in this run: creation, ", reader.text())
        self.assertIn("this run has none", reader.text())

    def test_charts_not_drawn(self) -> None:
        reader = self.made(reference())
        self.assertEqual(reader.named("svg"), [])
        self.assertEqual(reader.text().count("This chart was not drawn."), len(CHARTS))

    def test_nothing_measured(self) -> None:
        facts = reference()
        for row in facts["summaries"]:
            for name, value in row.items():
                if isinstance(value, (int, float)):
                    row[name] = None
            row["unavailable"] = "only one CPU may be used"
        words = self.made(facts).text()
        self.assertEqual(words.count("(not measured)"), len(page.experiment_names()))
        self.assertIn("thread, thread (again), process: only one CPU may be used", words)
        self.assertRegex(words, r"fork and \d+ more: only one CPU may be used")
        self.assertNotIn("What you should see", words)

    def test_empty_run(self) -> None:
        words = self.made({"schema": 1}).text()
        self.assertIn("Nothing was measured", words)
        self.assertIn("not told by the system", words)

    def test_unreliable(self) -> None:
        facts = reference()
        facts["warnings"] = ["creation same-cpu is unreliable: the same thing, measured twice,"
                             " differs by 7.0 % (99.9 % interval 1.02 to 1.09)"]
        words = self.made(facts).text()
        self.assertIn("A/A control", words)
        self.assertIn("One pair differs so much", words)

    def test_every_warning_of_the_bench_is_explained(self) -> None:
        source = (HERE.parents[1] / "bench/driver/machine_warnings.c").read_text(encoding="utf-8")
        # A sentence is what stands in the string literals of one snprintf.
        sentences = ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call)) for call in
                     re.findall(r"snprintf\((.*?)\);", source, re.S)]
        self.assertGreater(len(sentences), 8)
        for sentence in sentences:
            self.assertTrue(page_machine.explain(sentence), sentence)


class Hostile(Case):
    """Run folders of people who mean harm, or of programs gone wrong."""

    def test_nasty(self) -> None:
        nasty_run.write(self.folder / "run")
        reader = self.read(page.make(self.folder / "run"))
        self.assertIn("<script>harmed = 1</script>", reader.text())
        self.assertIn("{{ 7 * 7 }}", reader.text())
        self.assertEqual(len(reader.named("svg")), len(CHARTS))

    def test_every_field_of_another_shape(self) -> None:
        facts = reference()
        seen = {row["experiment"]: row for row in facts["summaries"] + facts["fits"]}
        for odd in (None, [], {"a": []}, "x", True, -0.0, 10 ** 400, float("nan")):
            with self.subTest(odd=odd):
                facts["summaries"] = [
                    {**row, name: odd} for row in seen.values() for name in [*row, "parameters"]
                    if name != "experiment"]
                facts["fits"] = facts["comparisons"] = facts["summaries"]
                for part in ("machine", "software", "options"):
                    facts[part] = dict.fromkeys(facts[part], odd)
                facts["claims"] = [{"id": odd, "statement": "so", "verdict": odd, "evidence": odd}]
                facts["charts"] = {"creation": odd, "speedup": {"title": odd, "caption": odd}}
                facts["warnings"] = [odd]
                with self.assertRaises(BrokenRun):
                    self.made(facts)

    def test_many_rows(self) -> None:
        facts = reference()
        facts["summaries"] += 100 * [row for row in facts["summaries"]
                                     if row["experiment"] == "switching"]
        self.assertIn("rows more, in the CSV file", self.made(facts, charts=True).text())

    def test_long_texts(self) -> None:
        facts = reference()
        for row in facts["summaries"]:
            row.update(dict.fromkeys(("label", "note", "unavailable", "verdict"), "W" * 4000))
        self.made(facts)                # is small enough all the same

    def test_chart_is_no_file(self) -> None:
        (self.folder / "charts" / "creation.svg").mkdir(parents=True)
        os.mkfifo(self.folder / "charts" / "speedup.svg")
        (self.folder / "charts" / "memory.svg").symlink_to("/dev/zero")
        self.assertEqual(self.made(reference()).named("svg"), [])

    def test_page_was_a_link(self) -> None:
        other = self.folder / "precious"
        other.write_text("mine")
        (self.folder / "index.html").symlink_to(other)
        self.made(reference())
        self.assertEqual(other.read_text(), "mine")


class Command(Case):
    def called(self, folder: pathlib.Path) -> tuple[int, str]:
        err = io.StringIO()
        with unittest.mock.patch.object(sys, "argv", ["page.py", str(folder)]), \
                contextlib.redirect_stderr(err):
            return page.main(), err.getvalue()

    def test_makes_the_page(self) -> None:
        (self.folder / "run.json").write_text('{"schema": 1}', encoding="utf-8")
        self.assertEqual(self.called(self.folder), (0, ""))
        self.assertEqual(sorted(os.listdir(self.folder)), ["index.html", "run.json"])

    def test_what_is_above_stays_private(self) -> None:
        (self.folder / "run.json").write_text('{"schema": 1}', encoding="utf-8")
        page.make(self.folder)
        text = (self.folder / "index.html").read_text(encoding="utf-8")
        self.assertIn(f"…/{self.folder.name}", text)
        self.assertNotIn(str(self.folder.parent) + "/", text)

    def test_one_line_when_it_cannot(self) -> None:
        for text in (None, "{", "[]", '{"schema": 99}', '{"schema": 1, "claims": 5}', "[" * 9000):
            with self.subTest(text):
                if text is not None:
                    (self.folder / "run.json").write_text(text, encoding="utf-8")
                status, words = self.called(self.folder)
                self.assertEqual((status, words.count("\n")), (1, 1), words)
                self.assertTrue(words.startswith("page: "), words)
                self.assertFalse((self.folder / "index.html").exists())


class Svg(unittest.TestCase):
    def clean(self, inside: str, head: str = nasty_run.SVG_HEAD) -> str:
        return svg.clean((head + inside + "</svg>").encode(), "p", "a", "b")

    def test_charts_stay_whole(self) -> None:
        for path in (REFERENCE / "charts").glob("*.svg"):
            with self.subTest(path.name):
                before = Reader(path.read_text(encoding="utf-8"))
                after = Reader(svg.clean(path.read_bytes(), "p", "a", "b"))
                self.assertEqual(
                    [tag for tag, attributes in before.elements
                     if tag not in ("title", "desc", "style")
                     and (tag, attributes.get("font-size")) != ("text", "20.00")],
                    [tag for tag, _ in after.elements])
                self.assertEqual(len(before.named("use")),
                                 sum("href" in attributes for attributes in after.named("use")))
                for attributes in after.named("use"):
                    self.assertIn((attributes["href"] or "")[1:], after.ids())

    def test_a_title_is_left_out_and_cut_off(self) -> None:
        def text(y: int, size: str, words: str) -> str:
            return f'<text transform="translate(24.00,{y}.51)" font-size="{size}">{words}</text>'

        lines = text(40, "20.00", "This") + text(67, "20.00", "title")
        reader = Reader(self.clean(lines + text(92, "13.00", "Words") + text(250, "20.00", "Low")))
        self.assertEqual(reader.text(), "WordsLow")
        self.assertEqual(reader.elements[0][1]["viewbox"], "0 73 960 327")
        reader = Reader(self.clean(text(92, "13.00", "Words")))
        self.assertEqual(reader.elements[0][1]["viewbox"], "0 0 960 400")
        head = nasty_run.SVG_HEAD.replace("960 400", "960 10")
        reader = Reader(self.clean(text(5, "20.00", "Flat"), head))
        self.assertEqual(reader.elements[0][1]["viewbox"], "0 0 960 10")

    def test_what_is_bad_is_left_out(self) -> None:
        for element in nasty_run.BAD_ELEMENTS:
            with self.subTest(element):
                reader = Reader(self.clean(element))
                for tag, attributes in reader.elements:
                    self.assertIn(tag, SHAPES_AND_TEXT)
                    for name, value in attributes.items():
                        self.assertNotIn(name, ("onclick", "onload", "style"))
                        self.assertNotRegex(value or "", r"(?i)url|https?:|javascript:|data:")
                        self.assertTrue(tag == "svg" or name != "class")
                self.assertNotIn("harmed", "".join(reader.words).replace(
                    "<script>harmed = 1</script>", ""))

    def test_references_end(self) -> None:
        """No group has an id: what uses it twice, and is used twice itself, would never end."""
        twice = '<use href="#a"/><use href="#a"/>'
        cleaned = self.clean(f'<g id="a"><rect id="r"/></g><g id="b">{twice}</g>')
        self.assertEqual(Reader(cleaned).ids(), ["p-0"])

    def test_refused(self) -> None:
        bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + nasty_run.SVG_HEAD + "<text>&a;</text></svg>"
        for data in (b"", b"<svg", b"<html/>", b"\xff\xfe\x00", bomb.encode(),
                     b'<svg viewBox="0 0 9 9"/>',
                     b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e9 400"/>',
                     (nasty_run.SVG_HEAD + "<g>" * 99 + "</g>" * 99 + "</svg>").encode(),
                     b" " * (svg.BYTES_MOST + 1)):
            with self.subTest(data[:60]), self.assertRaises(svg.Refused):
                svg.clean(data, "p", "a", "b")

    def test_ids_of_two_charts_differ(self) -> None:
        text = (REFERENCE / "charts" / "creation.svg").read_bytes()
        first, second = (Reader(svg.clean(text, prefix, "a", "b")).ids() for prefix in "pq")
        self.assertFalse(set(first) & set(second))

    def test_colours(self) -> None:
        rules = svg.colour_rules()
        used = {value for path in (REFERENCE / "charts").glob("*.svg") for value in
                re.findall(r'(?:fill|stroke|color)="(#\w{6})"', path.read_text(encoding="utf-8"))}
        for colour in used:
            self.assertIn(f'[fill="{colour}"]', rules)
        self.assertIn("prefers-color-scheme:dark", rules)


class Quantities(unittest.TestCase):
    def test_as_the_charts_write_them(self) -> None:
        for row, column, words in (
                ({"median_us": 141.473, "ci_low_us": 125.9, "ci_high_us": 149.4}, "median_us",
                 "141 µs [126, 149]"),
                ({"median_us": 18.2095}, "median_us", "18.2 µs"),
                ({"median_us": 0.05}, "median_us", "50.0 ns"),
                ({"median_us": 36821.7}, "median_us", "36.8 ms"),
                ({"median_s": 0.0317585}, "median_s", "31.8 ms"),
                ({"ratio": 6.14143, "ratio_low": 5.80716, "ratio_high": 6.71981}, "ratio",
                 "6.14 [5.81, 6.72]"),
                ({"ratio": 0.823468}, "ratio", "0.823"), ({"ratio": 26812.0}, "ratio", "26.8 k"),
                ({"ratio": 2.68e7}, "ratio", "26.8 M"),
                ({"efficiency": 0.989267}, "efficiency", "98.9 %"),
                ({"main_first_share": 0.99739, "share_low": 0.99433, "share_high": 0.99904},
                 "main_first_share", "99.74 % [99.43, 99.90]"),
                ({"memory_kib": -104.5}, "memory_kib", "−104 KiB"),
                ({"touched_mib": 1024}, "touched_mib", "1 GiB"),
                ({"bandwidth_mb_s": 479.6, "bandwidth_low_mb_s": 425.0,
                  "bandwidth_high_mb_s": 616.5}, "bandwidth_mb_s", "480 MB/s [425, 616]"),
                ({"ns_per_page": 2361.98}, "ns_per_page", "2.36 µs"),
                ({"ten_percent_us": 312.0, "ten_percent_us_low": 220.0,
                  "ten_percent_us_high": 375.0}, "ten_percent_us", "312 µs [220, 375]"),
                ({"faults": 20.0}, "faults", "20"), ({"faults": 48.15}, "faults", "48.1"),
                ({}, "median_us", "–"), ({"ratio": float("nan")}, "ratio", "–"),
                ({"n": True}, "n", "–"), ({"n": 10 ** 400}, "n", "–")):
            with self.subTest(column, row=row):
                self.assertEqual(quantity(Row(row), column), words)


if __name__ == "__main__":
    unittest.main()
