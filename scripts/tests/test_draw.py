#!/usr/bin/env python3
"""Every chart, drawn from plausible and from nasty runs, and draw.py's own manners.

A picture cannot be judged by a program, but this can: gnuplot has nothing to
complain about, no text leaves the page or covers another, colours are ours,
SVG is well-formed, its ids are unique, it is small.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import pathlib
import platform
import re
import shutil
import stat
import struct
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree as tree
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import chart_scripts  # noqa: E402
import fake_run  # noqa: E402
from chart_scripts import read_charts, read_style  # noqa: E402
from draw import draw  # noqa: E402
from wrapping import text_width, wrap  # noqa: E402

NAMES = [chart.name for chart in read_charts(chart_scripts.CHARTS)]
SVG = "{http://www.w3.org/2000/svg}"

# A PNG takes gnuplot five times as long as an SVG, and to a chart's script the
# two differ in the terminal alone, the themes in the colours alone (Parts sees
# to that). So every kind of data is drawn as SVG, and one as everything.
EVERY_FORMAT = chart_scripts.FORMATS
SVG_ONLY = (("light", "svg"),)
WHOLE_KIND = "normal"


def quietly(run: pathlib.Path, charts: list[str] | None = None) -> tuple[int, str, str]:
    """draw(), with what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = draw(run, charts)
    return status, out.getvalue(), err.getvalue()


def in_formats(formats: tuple[tuple[str, str], ...]) -> contextlib.AbstractContextManager:
    return unittest.mock.patch.object(chart_scripts, "FORMATS", formats)


def draw_lab(there: pathlib.Path, lab: pathlib.Path) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        return draw(there, lab=lab), out.getvalue()


def pixels(path: pathlib.Path) -> tuple[int, int, int]:
    """Width, height, and how many different bytes the picture is made of."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    width, height = struct.unpack(">II", data[16:24])
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    return width, height, len(set(zlib.decompress(packed)[::101]))


def texts(root: tree.Element) -> list[tuple[str, float, float, float, float]]:
    """Every text of an SVG with its box, estimated from the font's widths."""
    found = []
    for element in root.iter(f"{SVG}text"):
        text = "".join(element.itertext())
        place = re.match(r"translate\(([-\d.]+),([-\d.]+)\)( rotate)?", element.get("transform", ""))
        if not text.strip() or place is None:
            continue
        assert place[3] is None, f"a turned text: {text}"
        x, y, size = float(place[1]), float(place[2]), float(element.get("font-size"))
        width = text_width(text, size, element.get("font-weight") == "bold")
        x -= {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor")]
        found.append((text, x, y - 0.75 * size, x + width, y + 0.2 * size))
    return found


def setUpModule() -> None:
    if shutil.which("gnuplot") is None:
        raise unittest.SkipTest("gnuplot is missing (package gnuplot-nox)")


class Charts(unittest.TestCase):
    """One run folder for each kind of data, drawn once."""

    folder: tempfile.TemporaryDirectory
    results: dict[str, tuple[pathlib.Path, int, str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.results = {}
        for kind in fake_run.KINDS:
            run = fake_run.KINDS[kind]().save(pathlib.Path(cls.folder.name) / kind)
            with in_formats(EVERY_FORMAT if kind == WHOLE_KIND else SVG_ONLY):
                cls.results[kind] = (run, *quietly(run))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def pictures(self) -> list[tuple[pathlib.Path, tree.Element]]:
        return [(path, tree.parse(path).getroot()) for run, *_ in self.results.values()
                for path in sorted((run / "charts").glob("*.svg"))]

    def of(self, path: pathlib.Path) -> contextlib.AbstractContextManager:
        return self.subTest(kind=path.parent.parent.name, chart=path.stem)

    def test_gnuplot_is_content_and_each_chart_is_drawn_or_explained(self) -> None:
        for kind, (run, status, out, err) in self.results.items():
            with self.subTest(kind=kind):
                self.assertEqual((status, err), (0, ""))
                skipped = dict(re.findall(r"^(\S+): not drawn: (.+)$", out, re.M))
                self.assertEqual(len(skipped), len(out.splitlines()))
                drawn = {path.stem for path in (run / "charts").glob("*.svg")}
                self.assertEqual(drawn | set(skipped), set(NAMES))
                self.assertFalse(drawn & set(skipped))
                tails = ("-light.png", "-dark.png", ".svg") if kind == WHOLE_KIND else (".svg",)
                self.assertEqual(sorted(path.name for path in (run / "charts").iterdir()),
                                 sorted(["manifest.csv", *(f"{name}{tail}" for name in drawn
                                                           for tail in tails)]))

    def test_a_full_run_gets_all_charts(self) -> None:
        run, _, out, _ = self.results["normal"]
        self.assertEqual(out, "")
        self.assertEqual(len(list((run / "charts").glob("*.svg"))), len(NAMES))

    def test_skipped_with_the_right_reason(self) -> None:
        out = self.results["one-row"][2]
        self.assertIn("creation-placements: not drawn: only one placement was measured", out)
        self.assertIn("creation-libc: not drawn: the static musl probe was not measured", out)
        self.assertIn("instruments: not drawn: this run has no instruments-summary.csv",
                      self.results["many"][2])

    def test_png_holds_a_picture_in_both_themes(self) -> None:
        folder = self.results[WHOLE_KIND][0] / "charts"
        for name in NAMES:
            sizes = []
            for theme in ("light", "dark"):
                path = folder / f"{name}-{theme}.png"
                with self.subTest(picture=path.name):
                    width, height, values = pixels(path)
                    sizes.append((width, height))
                    self.assertEqual(width, 1920)
                    self.assertGreater(height, 400)
                    self.assertGreater(values, 30)
                    self.assertGreater(path.stat().st_size, 15_000)
            self.assertEqual(sizes[0], sizes[-1])
            self.assertNotEqual((folder / f"{name}-light.png").read_bytes(),
                                (folder / f"{name}-dark.png").read_bytes())

    def test_svg_describes_itself_and_is_small(self) -> None:
        for path, root in self.pictures():
            with self.of(path):
                self.assertEqual(root.get("role"), "img")
                ids = {e.get("id"): e for e in root.iter() if e.get("id")}
                title, description = root.get("aria-labelledby").split()
                self.assertTrue(ids[title].text.strip())
                self.assertGreater(len(ids[description].text), 60)
                self.assertLess(path.stat().st_size, 100_000)

    def test_svg_ids_are_unique_over_all_charts_and_links_lead_somewhere(self) -> None:
        run = self.results["big"][0]
        seen: list[str] = []
        for path in (run / "charts").glob("*.svg"):
            root = tree.parse(path).getroot()
            own = [e.get("id") for e in root.iter() if e.get("id")]
            links = [e.get("href")[1:] for e in root.iter() if e.get("href")]
            self.assertFalse(set(links) - set(own), path.name)
            self.assertNotIn("xlink", path.read_text())
            seen += own
        self.assertEqual(len(seen), len(set(seen)))

    def test_svg_uses_our_colours_only_each_with_a_variable(self) -> None:
        colours, _ = read_style(chart_scripts.CHARTS)
        light = {pair[0]: name for name, pair in colours.items()}
        self.assertEqual(len(light), len(colours), "two light colours are the same")
        for path, root in self.pictures():
            with self.of(path):
                style = root.find(f"{SVG}style").text
                for element in root.iter():
                    for name in ("fill", "stroke", "color"):
                        value = element.get(name, "none")
                        if value in ("none", "currentColor"):
                            continue
                        self.assertIn(value, light, f"{element.tag} {element.attrib}")
                        self.assertIn(f'[{name}="{value}"]{{{name}:var(--chart-{light[value]})}}', style)
                self.assertIn("prefers-color-scheme:dark", style)

    def test_no_text_leaves_the_page_or_covers_another(self) -> None:
        for path, root in self.pictures():
            with self.of(path):
                width, height = (float(v) for v in root.get("viewBox").split()[2:])
                boxes = texts(root)
                self.assertGreater(len(boxes), 6)
                for text, x0, y0, x1, y1 in boxes:
                    self.assertTrue(x0 > 4 and y0 > 4 and x1 < width - 4 and y1 < height - 4,
                                    f"leaves the page: {text!r} {x0:.0f}–{x1:.0f} {y0:.0f}–{y1:.0f}")
                for one, two in itertools.combinations(boxes, 2):
                    apart = (one[3] <= two[1] + 1 or two[3] <= one[1] + 1
                             or one[4] <= two[2] + 1 or two[4] <= one[2] + 1)
                    self.assertTrue(apart, f"{one[0]!r} covers {two[0]!r}")

    def test_title_and_captions_are_there_whole(self) -> None:
        for kind in ("normal", "big"):
            run = self.results[kind][0]
            facts = json.loads((run / "run.json").read_text())
            for name, words in facts["charts"].items():
                root = tree.parse(run / "charts" / f"{name}.svg").getroot()
                whole = " ".join(text for text, *_ in texts(root))
                self.assertIn(" ".join(words["title"].split()), whole)
                self.assertIn(" ".join(words.get("caption", "").split()), whole)
                self.assertIn("-std=gnu17", whole)
                self.assertIn("2026-01-05", whole)

    def test_an_incomplete_run_says_so(self) -> None:
        for kind, expected in (("missing", True), ("normal", False)):
            text = (self.results[kind][0] / "charts" / "creation.svg").read_text()
            self.assertEqual("INCOMPLETE RUN" in text, expected)

    def test_numbers_and_reasons_are_shown(self) -> None:
        run = self.results["missing"][0]
        svg = (run / "charts" / "creation.svg").read_text()
        self.assertIn("not measured: vfork: Resource temporarily unavailable", svg)
        self.assertIn(">90 %<", svg)        # p99 is empty below 1,000 samples
        svg = (self.results["normal"][0] / "charts" / "creation.svg").read_text()
        self.assertIn(">99 %<", svg)
        self.assertIn("Reading the clock: 46", svg)
        self.assertIn(">baseline<", svg)
        self.assertNotIn("glibc-static", svg)

    def test_manifest_names_what_is_there(self) -> None:
        for kind, outputs in ((WHOLE_KIND, 3), ("big", 1)):
            run = self.results[kind][0]
            with (run / "charts" / "manifest.csv").open() as file:
                rows = list(csv.DictReader(file))
            self.assertEqual([row["chart"] for row in rows], sorted(NAMES))
            for row in rows:
                self.assertTrue((HERE.parent.parent / row["script"]).is_file())
                for name in row["data"].split():
                    self.assertTrue((run / name).is_file())
                self.assertEqual(len(row["outputs"].split()), outputs)
                for name in row["outputs"].split():
                    self.assertTrue((run / "charts" / name).is_file())
                self.assertNotRegex(row["title"], "[,\"'\\\\]")
                self.assertNotIn(None, row)


class Manners(unittest.TestCase):
    """What draw.py does with trouble and with change."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.run_folder = pathlib.Path(self.folder.name) / "run"
        fake_run.Fake().two_instruments().save(self.run_folder)
        formats = in_formats(SVG_ONLY)
        formats.start()
        self.addCleanup(formats.stop)

    def fails(self, pattern: str, charts: list[str] | None = None) -> None:
        status, _, err = quietly(self.run_folder, charts)
        self.assertEqual(status, 1)
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertRegex(err, pattern)
        left = self.run_folder / "charts"
        if left.is_dir():
            self.assertEqual([p for p in left.iterdir() if p.suffix in (".png", ".svg")
                              or p.name.startswith(".")], [])

    def with_gnuplot(self, script: str | None) -> None:
        """Puts another gnuplot (or none) on the path for this test."""
        folder = pathlib.Path(self.folder.name) / "bin"
        folder.mkdir()
        if script is not None:
            program = folder / "gnuplot"
            program.write_text(script)
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        before = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        os.environ["PATH"] = str(folder)

    def test_no_gnuplot(self) -> None:
        self.with_gnuplot(None)
        self.fails("gnuplot is missing: install")

    def test_gnuplot_fails(self) -> None:
        self.with_gnuplot("#!/bin/sh\nexit 3\n")
        self.fails("gnuplot says: exit status 3")

    def test_a_warning_is_an_error(self) -> None:
        self.with_gnuplot(f"#!/bin/sh\n{shutil.which('gnuplot')} \"$@\"\n"
                          "echo 'warning: something is odd' >&2\n")
        self.fails("warning: something is odd")

    def test_gnuplot_draws_nothing(self) -> None:
        self.with_gnuplot("#!/bin/sh\nexit 0\n")
        self.fails("gnuplot wrote no ")

    def test_not_a_run(self) -> None:
        (self.run_folder / "run.json").unlink()
        self.fails("is not a run's folder")

    def test_broken_run_json(self) -> None:
        (self.run_folder / "run.json").write_text("{")
        self.fails("not JSON")

    def test_unknown_chart(self) -> None:
        self.fails("no chart 'pie'.*creation", ["pie"])

    def test_no_place_for_charts(self) -> None:
        (self.run_folder / "charts").write_text("in the way")
        self.fails("File exists|Not a directory")

    def test_a_row_with_a_field_too_many(self) -> None:
        path = self.run_folder / "instruments-summary.csv"
        lines = path.read_text().splitlines()
        path.write_text("\n".join([lines[0], lines[1] + ",more", *lines[2:]]) + "\n")
        self.fails("row 2 has 19 fields, its header 18")

    def test_a_last_line_cut_short_is_left_out(self) -> None:
        path = self.run_folder / "instruments-summary.csv"
        path.write_text(path.read_text()[:-60])
        self.assertEqual(quietly(self.run_folder)[0], 0)
        self.assertNotIn("execve", (self.run_folder / "charts" / "instruments.svg").read_text())

    def test_header_only(self) -> None:
        path = self.run_folder / "instruments-summary.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
        status, out, _ = quietly(self.run_folder)
        self.assertEqual(status, 0)
        self.assertIn("instruments: not drawn: instruments-summary.csv has no rows", out)

    def test_an_old_picture_does_not_outlive_its_data(self) -> None:
        with in_formats(EVERY_FORMAT):
            self.assertEqual(quietly(self.run_folder)[0], 0)
            self.assertTrue((self.run_folder / "charts" / "instruments.svg").is_file())
            (self.run_folder / "instruments-summary.csv").unlink()
            self.assertEqual(quietly(self.run_folder)[0], 0)
        self.assertEqual([p.name for p in (self.run_folder / "charts").iterdir()],
                         ["manifest.csv"])

    def test_one_chart_leaves_the_others_and_the_manifest_knows_both(self) -> None:
        fake_run.Fake().two_instruments().speeds().save(self.run_folder)
        self.assertEqual(quietly(self.run_folder)[0], 0)
        self.assertEqual(quietly(self.run_folder, ["speedup"])[0], 0)
        manifest = (self.run_folder / "charts" / "manifest.csv").read_text()
        for name in ("instruments", "speedup", "speedup-efficiency"):
            self.assertIn(f"\n{name},", manifest)

    def test_columns_are_found_by_name(self) -> None:
        self.assertEqual(quietly(self.run_folder)[0], 0)
        before = (self.run_folder / "charts" / "instruments.svg").read_text()
        path = self.run_folder / "instruments-summary.csv"
        rows = [line.split(",")[::-1] + ["x"] for line in path.read_text().splitlines()]
        rows[0][-1] = "a_new_column"
        path.write_text("\n".join(",".join(row) for row in rows) + "\n")
        self.assertEqual(quietly(self.run_folder)[0], 0)
        self.assertEqual((self.run_folder / "charts" / "instruments.svg").read_text(), before)

    def test_a_file_that_may_be_missing(self) -> None:
        fake_run.Fake().speeds().save(self.run_folder)
        (self.run_folder / "speedup-model.csv").unlink()
        self.assertEqual(quietly(self.run_folder, ["speedup"]), (0, "", ""))

    def test_order_of_rows_does_not_matter_to_a_line(self) -> None:
        pictures = []
        for turn in (1, -1):
            fake = fake_run.Fake().speeds()
            fake.speedup = fake.speedup[::turn] if turn == 1 else sorted(
                fake.speedup, key=lambda row: (row["workload"], -row["workers"]))
            fake.save(self.run_folder)
            self.assertEqual(quietly(self.run_folder, ["speedup"])[0], 0)
            pictures.append((self.run_folder / "charts" / "speedup.svg").read_text())
        self.assertEqual(*pictures)

    def test_a_new_chart_is_one_new_file(self) -> None:
        charts = pathlib.Path(self.folder.name) / "charts"
        shutil.copytree(chart_scripts.CHARTS, charts)
        (charts / "mine.gp").write_text(
            "# chart: mine\n# reads: instruments-summary.csv\n# title: Mine\n"
            "# shows: One dot a mechanism against its number.\n"
            'load "style.gp"\nSUBTITLE = "one"\nload "page.gp"\n'
            'plot DATA."instruments-summary.csv" using 0:(number("mean_us")) '
            "with points pt 7 lc rgb THREAD\n")
        self.addCleanup(setattr, chart_scripts, "CHARTS", chart_scripts.CHARTS)
        chart_scripts.CHARTS = charts
        with in_formats(EVERY_FORMAT):
            self.assertEqual(quietly(self.run_folder, ["mine"]), (0, "", ""))
        self.assertTrue((self.run_folder / "charts" / "mine-dark.png").is_file())

    def test_a_lab_draws_what_its_demo_wrote(self) -> None:
        lab = pathlib.Path(self.folder.name) / "17-new"
        lab.mkdir()
        (lab / "chart.gp").write_text(
            "# chart: new\n# reads: demo.csv\n# title: New\n# shows: One dot a row.\n"
            'load "style.gp"\nSUBTITLE = "one"\nload "page.gp"\n'
            'plot DATA."demo.csv" using (number("a")):(number("b")) with points pt 7, \\\n'
            '    "" using (number("a")):(number("b")):(strcol("what")) with labels\n')
        there = pathlib.Path(self.folder.name) / "there"
        there.mkdir()
        self.assertEqual(draw_lab(there, lab), (0, "new: not drawn: this run has no demo.csv\n"))
        (there / "demo.csv").write_text('what,a,b\n"one, two",1,2\n,3,4\n')
        self.assertEqual(draw_lab(there, lab), (0, ""))
        picture = (there / "charts" / "new.svg").read_text()
        self.assertIn(platform.node(), picture)         # whose numbers these are
        self.assertIn("one; two", picture)
        self.assertNotIn("INCOMPLETE", picture)

    def test_nothing_is_run_from_a_title(self) -> None:
        run = json.loads((self.run_folder / "run.json").read_text())
        mark = pathlib.Path(self.folder.name) / "mark"
        run["charts"]["instruments"] = {"title": f"`touch {mark}` ' \" \\n @OUT %s {{x}}_2^3 ünï"}
        (self.run_folder / "run.json").write_text(json.dumps(run))
        self.assertEqual(quietly(self.run_folder), (0, *quietly(self.run_folder)[1:]))
        self.assertFalse(mark.exists())
        self.assertIn("`touch", (self.run_folder / "charts" / "instruments.svg").read_text())


class Parts(unittest.TestCase):
    def test_wrapped_lines_fit_and_lose_nothing(self) -> None:
        for text in ("a few words only", "word " * 90, "x" * 400, "", "ünïcödé ±5 % “quoted” " * 9):
            lines = wrap(text, 300, 10)
            self.assertEqual("".join("".join(lines).split()), "".join(text.split()))
            for line in lines:
                self.assertLessEqual(text_width(line, 10), 300)

    def test_text_is_readable_on_its_ground(self) -> None:
        def light(colour: str) -> float:
            parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
            r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
            return 0.2126 * r + 0.7152 * g + 0.0722 * b

        colours, _ = read_style(chart_scripts.CHARTS)
        for theme in (0, 1):
            for ink in ("ink", "muted", "thread", "process", "control"):
                for ground in ("back", "shade1", "shade2", "shade3"):
                    if ground != "back" and ink != "muted":
                        continue        # only zone names stand on a shade
                    a, b = sorted((light(colours[ink][theme]), light(colours[ground][theme])))
                    self.assertGreaterEqual((b + 0.05) / (a + 0.05), 4.5, (ink, ground, theme))

    def test_only_the_style_knows_colours_fonts_and_terminals(self) -> None:
        for script in chart_scripts.CHARTS.glob("*.gp"):
            text = re.sub(r"(?m)^\s*#.*$", "", script.read_text())
            if script.name == "style.gp":
                continue
            self.assertNotRegex(text, r'"#[0-9a-fA-F]{3,8}"|0x[0-9a-fA-F]{6}', script.name)
            self.assertNotRegex(text, r"DejaVu|Helvetica|Arial|sans", script.name)
            self.assertNotRegex(text, r"set term(inal)? *(svg|png)|pngcairo|fontscale", script.name)
            self.assertNotRegex(text, r"\b(KIND|THEME|dark|GPVAL_TERM\w*)\b", script.name)

    def test_a_theme_changes_colours_alone_and_a_format_the_terminal(self) -> None:
        text = re.sub(r"(?m)\s*#\s.*$", "", (chart_scripts.CHARTS / "style.gp").read_text())
        lines = [line for line in text.splitlines() if re.search(r"\b(KIND|THEME|dark)\b", line)]
        theme, *colours, format_ = lines
        self.assertEqual(theme, 'dark = THEME eq "dark"')
        for line in colours:
            self.assertRegex(line, r'^\w+(\(c\))? *= \(?dark \? "#\w+" : "#\w+"(\)\.c\[2:7\])?$')
        self.assertEqual(format_, 'terminal(tall) = KIND eq "svg" ? \\')


if __name__ == "__main__":
    if shutil.which("gnuplot") is None:
        print("skipped: gnuplot is missing (package gnuplot-nox)")
        sys.exit(77)
    unittest.main()
