"""scripts/runs.py: old runs go, the newest stay, and nothing else is touched."""
from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import runs  # noqa: E402

NAMES = ("2026-01-02-030405-box", "2026-01-02-030406-box", "2025-12-31-235959-other-box")


class Prune(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.results = Path(folder.name) / "results"
        self.results.mkdir()
        for name in NAMES:
            (self.results / name / "charts").mkdir(parents=True)
            (self.results / name / "run.json").write_text("{}")

    def names(self) -> set[str]:
        return {path.name for path in self.results.iterdir()}

    def test_the_newest_come_first(self) -> None:
        self.assertEqual([path.name for path in runs.runs(self.results)],
                         [NAMES[1], NAMES[0], NAMES[2]])
        self.assertEqual(runs.runs(self.results / "none"), [])

    def test_old_runs_go(self) -> None:
        removed = runs.prune(2, self.results)
        self.assertEqual([path.name for path in removed], [NAMES[2]])
        self.assertEqual(self.names(), {NAMES[0], NAMES[1]})
        self.assertEqual(runs.prune(2, self.results), [])
        runs.prune(0, self.results)
        self.assertEqual(self.names(), set())

    def test_what_is_not_a_run_stays(self) -> None:
        outside = self.results.parent / "2020-01-01-000000-kept"
        outside.mkdir()
        (self.results / "reference").mkdir()
        (self.results / "README.md").write_text("")
        (self.results / "2020-01-01-000000-file").write_text("")
        (self.results / "2020-01-01-000000-link").symlink_to(outside)
        runs.prune(0, self.results)
        self.assertEqual(self.names(), {"reference", "README.md", "2020-01-01-000000-file",
                                        "2020-01-01-000000-link"})
        self.assertTrue(outside.is_dir())

    def test_latest_points_to_something_or_is_gone(self) -> None:
        latest = self.results / "latest"
        latest.symlink_to(NAMES[1])
        runs.prune(1, self.results)
        self.assertTrue(latest.exists())
        runs.prune(0, self.results)
        self.assertFalse(latest.is_symlink())


if __name__ == "__main__":
    unittest.main()
