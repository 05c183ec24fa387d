#!/usr/bin/env python3
"""A run's page in a real browser: nothing to complain about, nothing fetched, nothing too wide,
and on paper nothing folded. With LAB_AXE (see axe.sh) axe-core looks for what keeps people out.
"""
from __future__ import annotations

import os
import pathlib
import shutil
import sys
import tempfile
import unittest
from collections.abc import Callable

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import browser  # noqa: E402
import nasty_run  # noqa: E402
import page  # noqa: E402

REFERENCE = HERE.parents[1] / "results" / "reference"
AXE = os.environ.get("LAB_AXE")
PHONE = 360
UNFOLDED = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


class Pages(unittest.TestCase):
    """Each test looks at the page of the reference run and at one that means harm."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pages-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        reference = cls.folder / "reference"
        reference.mkdir()
        shutil.copy(REFERENCE / "run.json", reference)
        shutil.copytree(REFERENCE / "charts", reference / "charts",
                        ignore=shutil.ignore_patterns("*.png"))
        nasty_run.write(cls.folder / "nasty")
        cls.pages = [page.make(cls.folder / name) for name in ("reference", "nasty")]
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def each(self, look: Callable[[pathlib.Path, str], None]) -> None:
        for path in self.pages:
            for scheme in ("light", "dark"):
                with self.subTest(path.parent.name, scheme=scheme):
                    look(path, scheme)

    def test_quiet_and_alone(self) -> None:
        def look(path: pathlib.Path, scheme: str) -> None:
            self.browser.open(path, scheme=scheme)
            self.browser.value(UNFOLDED)
            self.assertEqual(self.browser.told, [])
            self.assertEqual([url for url in self.browser.asked if not url.startswith("data:")],
                             [path.resolve().as_uri()])
            self.assertEqual(self.browser.value("typeof harmed"), "undefined")
        self.each(look)

    def test_fits_a_phone(self) -> None:
        def look(path: pathlib.Path, scheme: str) -> None:
            self.browser.open(path, width=PHONE, scheme=scheme)
            for state in ("folded", "unfolded"):
                self.assertEqual(
                    self.browser.value("document.documentElement.scrollWidth"), PHONE, state)
                self.browser.value(UNFOLDED)
        self.each(look)

    def test_charts_can_be_read_on_a_phone(self) -> None:
        self.browser.open(self.pages[0], width=PHONE)
        self.assertGreater(self.browser.value(
            "Math.min(...[...document.querySelectorAll('svg.chart')]"
            ".map(chart => chart.getBoundingClientRect().width))"), 600)

    def test_paper(self) -> None:
        if not self.browser.value("CSS.supports('selector(::details-content)')"):
            self.skipTest("this browser is too old to print what is folded")

        def look(path: pathlib.Path, scheme: str) -> None:
            self.browser.open(path, scheme=scheme, media="print")
            self.assertEqual(self.browser.value(
                "getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
            self.assertEqual(self.browser.value(
                "[...document.querySelectorAll('details')].filter(fold =>"
                " fold.lastElementChild.getBoundingClientRect().height == 0).length"), 0)
        self.each(look)

    @unittest.skipUnless(AXE, "scripts/tests/axe.sh runs this one")
    def test_axe(self) -> None:
        source = pathlib.Path(AXE or "").read_text(encoding="utf-8")

        def look(path: pathlib.Path, scheme: str) -> None:
            for width in (1100, PHONE):
                self.browser.open(path, width=width, scheme=scheme)
                self.browser.value(UNFOLDED)
                self.browser.value(source + ";0")
                found = self.browser.value(
                    "axe.run().then(result => result.violations.map(violation =>"
                    " violation.id + ': ' + violation.nodes.slice(0, 3)"
                    ".map(node => node.html.slice(0, 200)).join(' | ')))")
                self.assertEqual(found, [], width)
        self.each(look)


if __name__ == "__main__":
    if browser.found() is None:
        print(f"skipped: none of {', '.join(browser.NAMES)} is installed")
        sys.exit(77)
    unittest.main()
