"""FAULTS.md and TRUST.md, the tables of what is made to fail and of what is promised, name tests
that exist, and all of ours. The argument is the build folder, whose list of tests is asked."""
from __future__ import annotations

import ast
import json
import re
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
BUILD = sys.argv[1] if len(sys.argv) > 1 else ""
FOLDERS = (HERE, PROJECT / "scripts" / "tests", PROJECT / "labs" / "checking" / "tests")
# Every test of these is a row; of others those that the table names.
WHOLLY = ("test_faults", "test_trouble", "test_environs", "test_signals", "test_draw_faults",
          "test_surroundings")
# Each of these is named in TRUST.md; so is everything in Python beside this file.
SAFETY = {"test_browser", "test_compare", "test_exercises", "test_fuzzed_runs", "test_grade",
          "test_page", "test_report", "test_run_folder", "test_runs", "test_submissions"}
ROW = re.compile(r"\| `(\w+\.\w+\.\w+)` \| (.+?) \| (.+?) \|")


def text_of(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def path_of(module: str) -> Path:
    return next(path for folder in FOLDERS for path in (folder / module, folder / f"{module}.py")
                if path.exists())


def tests_of(module: str) -> set[str]:
    """Its tests and classes, as the tables write them: MODULE.CLASS.TEST."""
    found = set()
    for kind in ast.parse(path_of(module).read_text(encoding="utf-8")).body:
        if isinstance(kind, ast.ClassDef):
            found |= {f"{module}.{kind.name}"} | {
                f"{module}.{kind.name}.{test.name}" for test in kind.body
                if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")}
    return found


class Faults(unittest.TestCase):
    def setUp(self) -> None:
        lines = [line for line in text_of("FAULTS.md").splitlines() if line.startswith("| `")]
        self.rows = [match[1] for match in map(ROW.fullmatch, lines) if match]
        self.assertEqual(len(self.rows), len(lines), "a row has another shape than the others")

    def test_each_row_names_a_test(self) -> None:
        for row in self.rows:
            self.assertIn(row, tests_of(row.split(".")[0]))

    def test_each_test_has_one_row(self) -> None:
        self.assertEqual(len(self.rows), len(set(self.rows)))
        for module in WHOLLY:
            tests = {test for test in tests_of(module) if test.count(".") == 2}
            self.assertLessEqual(tests, set(self.rows))


class Trust(unittest.TestCase):
    """Each row: what | tests | what is injected | what has to come of it."""

    def setUp(self) -> None:
        lines = [line for line in text_of("TRUST.md").splitlines() if line.startswith("| ")]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        self.assertEqual({len(row) for row in rows}, {4})
        self.proofs = [row[1] for row in rows if row[0] != "What"]
        self.assertGreater(len(self.proofs), 30)

    def words(self, pattern: str) -> set[str]:
        return {word for proof in self.proofs for word in re.findall(pattern, proof)}

    def test_each_row_has_a_proof(self) -> None:
        for proof in self.proofs:
            self.assertRegex(proof, r"`[\w-]+`|by hand: ")

    def test_commands_are_there(self) -> None:
        for proof in self.proofs:
            for command in re.findall(r"`([^`]*/[^`]*)`", proof):
                program = command.split()[0]
                if not program.startswith("build/"):
                    self.assertTrue((PROJECT / program).exists(), command)

    def test_files_and_their_parts_are_there(self) -> None:
        for word in self.words(r"\btest_[\w.]+\b"):
            if word.endswith((".c", ".py")):
                self.assertTrue(path_of(word).exists())
            elif "." in word:
                self.assertIn(word, tests_of(word.split(".")[0]))
            elif not (PROJECT / "scripts" / f"{word}.py").exists():
                self.assertTrue(path_of(word).exists())

    def test_nothing_is_missing(self) -> None:
        ours = {path.stem for path in HERE.glob("test_*.py")}
        named = {word.split(".")[0] for word in self.words(r"\btest_[\w.]+\b")}
        self.assertLessEqual(ours | SAFETY, named)

    def test_meson_knows_them(self) -> None:
        if not BUILD:
            self.skipTest("needs a build folder")
        listed = Path(BUILD, "meson-info", "intro-tests.json").read_text(encoding="utf-8")
        known = {test["name"] for test in json.loads(listed)}
        if not {"whole-faults", "trial", "answers-16"} <= known:
            self.skipTest("this build has not everything: a library is missing")
        for word in self.words(r"`(\w[\w-]*)`"):
            self.assertIn(word, known)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
