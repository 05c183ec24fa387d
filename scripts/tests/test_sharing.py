"""scripts/lab compare and report as they are typed, on pretend machines (pretend.py)."""
from __future__ import annotations

import unittest

from pretend import Machine

# Stands in for the programs that make the pages.
SAY = "import os, sys\nprint('made by', sys.argv, 'in', os.getcwd())\nsys.exit(3)\n"


class Verbs(unittest.TestCase):
    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)
        for name in ("compare.py", "report.py"):
            (self.machine.project / "scripts" / name).write_text(SAY)

    def test_the_plain_command_is_printed_and_run_in_the_project(self) -> None:
        self.machine.add("python3", "jinja2")
        results = self.machine.project / "results"
        results.mkdir()
        for arguments, plain, words in (
                (["compare", "a", "../b b", "/c", "--names", "--output", "x.html"],
                 "scripts/compare.py results/a 'b b' /c --output results/x.html --names",
                 ["results/a", "b b", "/c", "--output", "results/x.html", "--names"]),
                (["report", "--name", "Ada L", "--output", "x.html"],
                 "scripts/report.py --name 'Ada L' --output results/x.html",
                 ["--name", "Ada L", "--output", "results/x.html"]),
                (["report", "--name", ""], "scripts/report.py --name ''", ["--name", ""]),
                (["report"], "scripts/report.py", [])):
            with self.subTest(arguments):
                done = self.machine.lab(*arguments, cwd=results)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(f"\n$ {plain}\n", done.stdout)
                self.assertIn(f"{words}"[1:] + f" in {self.machine.project}", done.stdout)
        self.assertEqual(self.machine.asked(), [])

    def test_what_is_missing_is_asked_for_in_a_line(self) -> None:
        self.machine.add("python3", "jinja2")
        done = self.machine.lab("compare")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "lab: which runs? For example: scripts/lab compare"
                                      " results/*/\n")
        self.assertEqual(self.machine.lab("report", "x").returncode, 2)

    def test_nothing_is_installed_that_a_page_does_not_need(self) -> None:
        self.machine.lab("report")
        for line in self.machine.asked():
            self.assertNotIn("gcc", line)
            self.assertNotIn("gnuplot", line)


if __name__ == "__main__":
    unittest.main()
