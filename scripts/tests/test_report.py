"""scripts/report.py, in a small project of its own: what a student hands in, and what stays out."""
from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS), str(Path(__file__).resolve().parent)]
import pretend  # noqa: E402
import report_run  # noqa: E402
from test_compare import Page  # noqa: E402

LAB = "01-first-things"
QUESTIONS = {"questions": [
    {"ask": "How many?", "choices": ["one", "two"],
     "seen": {"choice": 1, "because": "BECAUSE TWO"}},
    {"ask": "Which?", "choices": ["this", "that"], "seen": {"pattern": "=", "because": "LOOK"}}]}
RUN = {"schema": 1, "complete": True, "machine": {"host": "adas-laptop", "cpu_model": "A CPU"},
       "software": {"flags": "-O2 -I/home/ada/include", "date": "2026-03-04T05:06:07Z"},
       "claims": [{"id": "C1", "statement": "Memory is memory", "verdict": "holds here",
                   "evidence": "on adas-laptop, in /home/ada/run"}],
       "warnings": ["adas-laptop is slow"],
       "charts": {"creation": {"title": "Forks cost", "caption": "n = 3"}}}
SVG = ('<svg xmlns="http://www.w3.org/2000/svg"><desc>One row each</desc><style>.ada{}</style>'
       "<text>adas-laptop · A CPU · /home/ada/x</text><script>alert(1)</script></svg>")


class Project(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name).resolve() / "ada" / "course"
        (self.project / "scripts").mkdir(parents=True)
        for path in SCRIPTS.glob("*.py"):
            shutil.copy(path, self.project / "scripts")
        shutil.copytree(SCRIPTS / "pages", self.project / "scripts" / "pages")
        for lab, files in pretend.LABS.items():
            for name, text in files.items():
                self.write(f"labs/{lab}/{name}", text)
        self.write(f"labs/{LAB}/predict.json", json.dumps(QUESTIONS))
        # Both labs are as they were handed out.
        self.write("labs/11-last-things/exercise.c", pretend.LABS[LAB]["exercise.c"])
        self.exercise = self.project / "labs" / LAB / "exercise.c"
        (self.project / "results").mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write_run(self, name: str = "2026-03-04-050607-adas-laptop", run: object = RUN) -> None:
        self.write(f"results/{name}/run.json", json.dumps(run))
        self.write(f"results/{name}/charts/creation.svg", SVG)

    def predict(self, *choices: int | None) -> None:
        self.write(".lab/predictions.json", json.dumps(
            {LAB: {"date": "2026-01-02", "choices": choices}}))

    def observe(self, *lines: list[str]) -> None:
        self.write(".lab/observations.json", json.dumps(
            {LAB: {"date": "2026-01-03", "lines": lines}}))

    def report(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "scripts/report.py", *arguments], cwd=self.project, check=False,
            env={"PATH": "/usr/bin:/bin", "SECRET": "swordfish", "USER": "ada", "LOGNAME": "ada",
                 "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def page(self, *arguments: str) -> Page:
        self.report(*arguments)
        return Page((self.project / "report.html").read_text())


class Parts(Project):
    def test_what_is_missing_says_what_makes_it(self) -> None:
        text = self.page().text
        for words in ("0 of 2 labs solved", "01 · What comes first?", "not started",
                      "scripts/lab list", "scripts/lab charts --quick"):
            self.assertIn(words, text)

    def test_an_exercise_that_was_begun_is_there_as_it_is(self) -> None:
        code = 'int answer(void)\n{\n\treturn 41; /* </code></pre><script>x</script> & "q" */\n}'
        self.exercise.write_text(code + "\x1b[31m\u202e\n")
        page = self.page()
        self.assertIn("".join(code.expandtabs(4)) + "[31m", "".join(page.words))
        self.assertNotIn("script", page.elements)
        self.assertIn("Exercise: begun, not checked", page.text)

    def test_predictions_beside_observations(self) -> None:
        self.predict(0, 1)
        self.observe([], ["  a = 1", "    b = 2"])
        text = self.page().text
        for words in ("Predicted on 2026-01-02; demo seen on 2026-01-03", "How many? one two (not"
                      " as expected) BECAUSE TWO", "Which? that a = 1 b = 2 LOOK"):
            self.assertIn(words, text)
        self.assertIn("a = 1\n  b = 2", self.page().words)
        self.predict(1, None)
        text = self.page().text
        self.assertIn("How many? two two (as expected)", text)
        self.assertIn("Which? left open a = 1", text)

    def test_nothing_is_given_away_before_the_demo_was_seen(self) -> None:
        self.predict(0, 1)
        text = self.page().text
        self.assertNotIn("BECAUSE TWO", text)
        self.assertNotIn("(not as expected)", text)
        self.assertIn("scripts/lab run 01", text)

    def test_the_newest_run(self) -> None:
        self.write_run("2026-03-04-050607-old", {**RUN, "warnings": ["an old one"]})
        self.write_run("2026-03-05-050607-new")
        text = self.page().text
        for words in ("Measured on 2026-03-04", "A CPU", "C1 Memory is memory ✓ holds here"):
            self.assertIn(words, text)
        self.assertNotIn("an old one", text)
        (self.project / "results" / "latest").symlink_to("2026-03-04-050607-old")
        self.assertIn("an old one", self.page().text)

    def test_a_run_elsewhere_is_not_ours(self) -> None:
        results = self.project / "results"
        (results / "latest").symlink_to(self.project)
        self.assertIsNone(report_run.newest(results))
        self.assertIsNone(report_run.newest(results / "none"))

    def test_a_broken_run_spoils_nothing_else(self) -> None:
        self.write_run(run={**RUN, "schema": 2})
        text = self.page().text
        self.assertIn("The newest run cannot be read (run.json has schema 2", text)
        self.assertIn("01 · What comes first?", text)

    def test_the_program_says_where_the_page_is(self) -> None:
        self.write_run()
        done = self.report()
        self.assertEqual(done.stdout.splitlines(), [
            "solved: 0 of 2 labs", "predicted: 0 labs; explained: 0",
            "run: of 2026-03-04; charts: 1",
            "explanations.md is new: write there why it came out so, then run this again.",
            "Report: report.html"])
        done = self.report("--output", "none/x.html", status=1)
        self.assertEqual(len(done.stderr.splitlines()), 1)


class Explanations(Project):
    def file(self) -> Path:
        return self.project / "explanations.md"

    def test_they_are_asked_for_and_then_shown(self) -> None:
        self.assertIn("Nothing in explanations.md", self.explained("").text)
        page = self.explained("Because <b>it</b> is so.\n\n> a question\n")
        self.assertIn("Because <b>it</b> is so.", page.text)
        self.assertNotIn("a question", page.text)

    def explained(self, words: str) -> Page:
        self.exercise.write_text("int mine;\n")
        self.report()
        text = self.file().read_text()
        self.assertEqual(re.findall(r"^## (\d\d) ·", text, re.MULTILINE), ["01", "11"])
        self.file().write_text(text.replace("\n## 11", f"{words}\n## 11"))
        return self.page()

    def test_what_is_written_stays_and_new_labs_are_added(self) -> None:
        self.file().write_text("## 01 · mine\nMy words.\n")
        self.assertIn("My words.", self.page().text)
        text = self.file().read_text()
        self.assertTrue(text.startswith("## 01 · mine\nMy words.\n"))
        self.assertEqual(text.count("\n## 11"), 1)
        self.report()
        self.assertEqual(self.file().read_text(), text)

    def test_a_link_is_neither_read_nor_written(self) -> None:
        secret = self.project.parent / "secret"
        secret.write_text("## 01\nswordfish\n")
        self.file().symlink_to(secret)
        self.assertNotIn("swordfish", self.page().text)
        self.assertEqual(secret.read_text(), "## 01\nswordfish\n")


class Privacy(Project):
    def test_nothing_tells_whose_machine_it_was(self) -> None:
        self.write_run()
        self.exercise.write_text("int mine;\n")
        self.predict(0, 1)
        self.observe([], [f"in {self.project} = x", "user = ada, ~/x/y"])
        text = self.page() and (self.project / "report.html").read_text()
        images = re.findall(r"base64,([^\"]*)", text)
        self.assertEqual(len(images), 1)
        svg = base64.b64decode(images[0]).decode()
        self.assertIn("… · A CPU · …", svg)
        for private in ("adas-laptop", "/home", str(self.project), "swordfish"):
            self.assertNotIn(private, text + svg)
        self.assertNotIn("ada", re.sub(r"base64,[^\"]*", "", text))

    def test_a_name_only_where_it_is_given(self) -> None:
        self.assertNotIn("report of", self.page().text)
        self.assertIn("report of Ada <L>", self.page("--name", "Ada <L>\n").text)

    def test_a_name_is_kept_until_it_is_forgotten(self) -> None:
        self.report("--name", "Ada")
        self.assertIn("report of Ada", self.page().text)
        self.assertIn("\nname: Ada (kept", self.report().stdout)
        self.assertNotIn("name:", self.report("--name", "").stdout)
        self.assertNotIn("report of", self.page().text)
        for broken in ("[1]", '{"name": 1}', ""):
            self.write(".lab/report.json", broken)
            self.assertNotIn("report of", self.page().text)

    def test_what_a_link_leads_to_is_left_out(self) -> None:
        secret = self.project.parent / "secret.c"
        secret.write_text("int swordfish;\n")
        self.exercise.unlink()
        self.exercise.symlink_to(secret)
        self.assertNotIn("swordfish", self.page().text)

    def test_a_chart_is_an_image_where_no_script_runs(self) -> None:
        self.write_run()
        page = self.page()
        self.assertNotIn("script", page.elements)
        self.assertTrue(all(link.startswith(("#", "data:")) for link in page.links))


if __name__ == "__main__":
    unittest.main()
