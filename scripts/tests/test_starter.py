"""Starters are made from solutions, by two markers."""
from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))

from make_starter import MarkerError, starter_of  # noqa: E402

SOLUTION = """\
// starter: /* Write your answer here. */
// solution begins
/* Solved. */
// solution ends
#include "exercise.h"

// solution begins
static int twice(int n)
{
    return 2 * n;
}

// solution ends
int answer(int n)
{
    // solution begins
    return twice(n);
    // solution ends
    // starter: (void)n;
    // starter:
    // starter: if (n > 0)
    // starter:     return 0; /* not yet */
    // starter: return -1;
}
"""

STARTER = """\
/* Write your answer here. */
#include "exercise.h"

int answer(int n)
{
    (void)n;

    if (n > 0)
        return 0; /* not yet */
    return -1;
}
"""


class Starters(unittest.TestCase):
    def test_both_markers(self) -> None:
        self.assertEqual(starter_of(SOLUTION), STARTER)

    def test_faulty_markers(self) -> None:
        begins, ends = "// solution begins\n", "// solution ends\n"
        for faulty, word in (
                ("int x;\n", "no line says"),
                (begins + "int x;\n", "line 1: this region is never closed"),
                ("int x;\n" + ends, "line 2: no region is open"),
                (begins + begins + ends, "line 2: the region of line 1 is still open"),
                (begins + "// starter: int x;\n" + ends, "line 2: a starter line inside")):
            with self.subTest(word), self.assertRaisesRegex(MarkerError, word):
                starter_of(faulty)

    def test_program(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "solution.c").write_text(SOLUTION)
            command = [sys.executable, str(SCRIPTS / "make_starter.py"),
                       str(folder / "solution.c"), str(folder / "exercise.c")]
            subprocess.run(command, check=True)
            self.assertEqual((folder / "exercise.c").read_text(), STARTER)

            (folder / "solution.c").write_text("int x;\n")
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no line says", done.stderr)
            self.assertEqual((folder / "exercise.c").read_text(), STARTER)


if __name__ == "__main__":
    unittest.main()
