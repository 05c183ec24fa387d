"""FAULTS.md, the table of what is made to fail, names tests that exist, and all of ours."""
from __future__ import annotations

import ast
import re
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDERS = (HERE, HERE.parent.parent / "scripts" / "tests")
# Every test of these is a row; of others those that the table names.
WHOLLY = ("test_faults", "test_trouble", "test_signals", "test_draw_faults")
ROW = re.compile(r"\| `(\w+\.\w+\.\w+)` \| (.+?) \| (.+?) \|")


def tests_of(module: str) -> set[str]:
    """Its tests, as the table writes them: MODULE.CLASS.TEST."""
    path = next(folder / f"{module}.py" for folder in FOLDERS
                if (folder / f"{module}.py").exists())
    return {f"{module}.{kind.name}.{test.name}"
            for kind in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(kind, ast.ClassDef)
            for test in kind.body
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")}


class Table(unittest.TestCase):
    def setUp(self) -> None:
        text = (HERE / "FAULTS.md").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.startswith("| `")]
        self.rows = [match[1] for match in map(ROW.fullmatch, lines) if match]
        self.assertEqual(len(self.rows), len(lines), "a row has another shape than the others")

    def test_each_row_names_a_test(self) -> None:
        for row in self.rows:
            self.assertIn(row, tests_of(row.split(".")[0]))

    def test_each_test_has_one_row(self) -> None:
        self.assertEqual(len(self.rows), len(set(self.rows)))
        for module in WHOLLY:
            self.assertLessEqual(tests_of(module), set(self.rows))


if __name__ == "__main__":
    unittest.main()
