"""What a lab asks, what was answered, what was seen: the data, and the dialogue at a terminal."""
from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from pretend import QUESTIONS, SCRIPTS, Machine, Terminal, write_program

sys.path.insert(0, str(SCRIPTS))
import memory  # noqa: E402
import predictions  # noqa: E402

LAB = "01-first-things"


class Data(unittest.TestCase):
    """predict.json, and what stands in .lab/, whoever wrote that."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / LAB).mkdir()
        self.asked = self.folder / LAB / "predict.json"
        self.asked.write_text(QUESTIONS)
        for target, value in ((predictions, {"LABS": self.folder}),
                              (memory, {"MEMORY": self.folder / ".lab"})):
            patch = mock.patch.multiple(target, **value)
            patch.start()
            self.addCleanup(patch.stop)

    def keep(self, subject: str, text: str) -> None:
        (self.folder / ".lab").mkdir(exist_ok=True)
        (self.folder / ".lab" / f"{subject}.json").write_text(text)

    def test_well_formed(self) -> None:
        self.assertEqual(predictions.problem(LAB), "")
        certain, measured = predictions.questions(LAB)
        self.assertEqual((certain.choice, certain.pattern), (1, None))
        self.assertEqual((measured.choice, measured.pattern), (None, "the demo"))

    def test_malformed(self) -> None:
        good = json.loads(QUESTIONS)["questions"][0]
        seen = good["seen"]
        for word, question in (
                ("needs ask", {**good, "answer": 1}),
                ("needs ask", ["ask"]),
                ("`ask`", {**good, "ask": ""}),
                ("`ask`", {**good, "ask": "two\nlines"}),
                ("`ask`", {**good, "ask": "x" * 301}),
                ("`choices`", {**good, "choices": ["one"]}),
                ("`choices`", {**good, "choices": ["one", "one"]}),
                ("`choices`", {**good, "choices": list("abcde")}),
                ("`choices`", {**good, "choices": "ab"}),
                ("`seen`", {**good, "seen": {**seen, "pattern": "both"}}),
                ("`seen`", {**good, "seen": {"because": "neither"}}),
                ("`because`", {**good, "seen": {**seen, "because": "\033[2J"}}),
                ("`choice`", {**good, "seen": {**seen, "choice": 2}}),
                ("`choice`", {**good, "seen": {**seen, "choice": True}}),
                ("`pattern`", {**good, "seen": {"pattern": "(", "because": "x"}}),
                ("`pattern`", {**good, "seen": {"pattern": 1, "because": "x"}})):
            with self.subTest(word=word, question=question):
                self.asked.write_text(json.dumps({"questions": [good, question]}))
                self.assertIn(f"question 2: {word}", predictions.problem(LAB))
                self.assertEqual(predictions.questions(LAB), [])
        for text in ("", "[]", "{}", '{"questions": []}', '{"questions": 1}', "[" * 100_000,
                     json.dumps({"questions": [good] * 7})):
            with self.subTest(text=text[:20]):
                self.asked.write_text(text)
                self.assertNotEqual(predictions.problem(LAB), "")
        self.asked.unlink()
        self.assertIn("cannot be read", predictions.problem(LAB))

    def test_answers_are_kept(self) -> None:
        self.assertIsNone(predictions.predicted(LAB))
        predictions.predict(LAB, [None, 2])
        predictions.predict("02-other", [0])
        self.assertEqual(predictions.predicted(LAB), (memory.today(), [None, 2]))
        kept = json.loads((self.folder / ".lab" / "predictions.json").read_text())
        self.assertEqual(kept[LAB], {"date": memory.today(), "choices": [None, 2]})
        self.assertEqual(set(kept), {LAB, "02-other"})

    def test_observation(self) -> None:
        self.assertIsNone(predictions.observed(LAB))
        predictions.observe(LAB, "title\nthe demo walks\tnot\nnothing\n  and the demo runs\n")
        self.assertEqual(predictions.observed(LAB), (
            memory.today(), [[], ["the demo walksnot", "  and the demo runs"]]))
        predictions.observe(LAB, "the demo\n" * 100)
        self.assertEqual(len(predictions.observed(LAB).lines[1]), predictions.LINES_MOST)

    def test_broken_memory(self) -> None:
        """Half-written or edited by hand: it counts as not there."""
        for kept in ("", "{", "[]", "1", f'["{LAB}"]', f'{{"{LAB}": 1}}', f'{{"{LAB}": {{}}}}',
                     '{"%s": {"date": "2026-11-22"}}' % LAB,
                     '{"%s": {"date": "2026-11-22", "choices": [1]}}' % LAB,
                     '{"%s": {"date": "2026-11-22", "choices": [1, 2, 0]}}' % LAB,
                     '{"%s": {"date": "2026-11-22", "choices": ["1", 9]}}' % LAB,
                     '{"%s": {"date": "2026-11-22", "choices": {"1": 2}}}' % LAB,
                     '{"%s": {"date": 7, "choices": [1, 2]}}' % LAB,
                     '{"%s": {"date": "<b>", "choices": [1, 2]}}' % LAB, "[" * 100_000):
            with self.subTest(kept=kept[:60]):
                self.keep("predictions", kept)
                self.assertIsNone(predictions.predicted(LAB))
                predictions.predict(LAB, [0, 0])
                self.assertIsNotNone(predictions.predicted(LAB))
        self.keep("predictions", '{"%s": {"date": "2026-11-22", "choices": [-1, 2]}}' % LAB)
        self.assertEqual(predictions.predicted(LAB).choices, [None, 2])
        for lines in ("1", "[]", "[[], 2]", '[["x"]]', '{"0": []}'):
            with self.subTest(lines=lines):
                self.keep("observations",
                          '{"%s": {"date": "2026-11-22", "lines": %s}}' % (LAB, lines))
                self.assertEqual(predictions.observed(LAB).lines, [[], []])
        self.keep("observations",
                  '{"%s": {"date": "2026-11-22", "lines": [[], [1, "\\u001b[2J", "ok"]]}}' % LAB)
        self.assertEqual(predictions.observed(LAB).lines, [[], ["ok"]])
        self.keep("observations", '{"02-other": {"lines": ["\\ud800"]}}')     # no text at all
        predictions.observe(LAB, "the demo\n")
        self.assertEqual(predictions.observed(LAB).lines, [[], ["the demo"]])

    def test_memory_cannot_be_written(self) -> None:
        (self.folder / ".lab").write_text("a file\n")
        with self.assertRaisesRegex(memory.Stop, "predictions.json cannot be written"):
            predictions.predict(LAB, [0, 0])


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)
        self.machine.add_everything()
        write_program(self.machine.folder / "demo", "#!/bin/sh\necho the demo runs\n")

    def lab(self, *arguments: str, said: str = "", status: int = 0) -> str:
        done = subprocess.run([self.machine.project / "scripts" / "lab", *arguments], input=said,
                              cwd=self.machine.project, env=self.machine.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout)
        self.assertNotIn("Traceback", done.stdout)
        return done.stdout

    def kept(self) -> object:
        try:
            text = (self.machine.project / ".lab" / "predictions.json").read_text()
        except FileNotFoundError:
            return None
        return json.loads(text)[LAB]["choices"]


class Dialogue(Case):
    def test_asks_and_keeps(self) -> None:
        words = self.lab("predict", "1", said="b\n3\n")
        for part in ("01 · What comes first?\n", f"labs/{LAB}/README.md", "1. Which comes first?\n",
                     "   a) the hen\n", "   c) it flies\n", "Kept: 2 of 2", "scripts/lab run 01\n"):
            self.assertIn(part, words)
        self.assertEqual(self.kept(), [1, 2])

    def test_everything_can_be_skipped(self) -> None:
        self.assertIn("nothing is kept", self.lab("predict", "1", said="\n\n"))
        self.assertIsNone(self.kept())
        self.lab("predict", "1", said="\nA)\n")
        self.assertEqual(self.kept(), [None, 0])

    def test_asks_again_for_what_is_no_answer(self) -> None:
        words = self.lab("predict", "1", said=f"0\nd\nab\nüß\n²\n2\n{'1' * 9999}\nb\n")
        self.assertEqual(words.count("That is none of them."), 6)
        self.assertEqual(self.kept(), [1, 1])

    def test_ends_early(self) -> None:
        self.assertIn("Kept: 1 of 2", self.lab("predict", "1", said="a\n"))
        self.assertEqual(self.kept(), [0, None])
        self.lab("predict", "1", said="")
        self.assertEqual(self.kept(), [0, None])

    def test_change_of_mind(self) -> None:
        self.lab("predict", "1", said="a\nb\n")
        words = self.lab("predict", "1", said="\nc\n")
        self.assertIn(" > a) the hen", words)
        self.assertIn("Enter keeps a", words)
        self.assertIn(f"said on {memory.today()}", words)
        self.assertNotIn("seen the demo already", words)
        self.assertEqual(self.kept(), [0, 2])
        self.lab("run", "1")
        self.assertIn("seen the demo already", self.lab("predict", "1", said="\n\n"))

    def test_a_lab_without_questions(self) -> None:
        self.assertIn("lab: labs/11-last-things/predict.json cannot be used: it cannot be read",
                      self.lab("predict", "11", status=1))

    def test_bytes_that_are_no_text(self) -> None:
        done = subprocess.run([self.machine.project / "scripts" / "lab", "predict", "1"],
                              input=b"\xff\xfe\n\0\nb\n", cwd=self.machine.project,
                              env=self.machine.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.kept(), [1, None])


class Beside(Case):
    """After the demo."""

    def test_without_a_prediction(self) -> None:
        words = self.lab("run", "1")
        self.assertTrue(words.endswith("the demo runs\n\nNo prediction of yours to compare:"
                                       " scripts/lab predict 01 asks for one.\n\n"), words)

    def test_beside_what_was_seen(self) -> None:
        self.lab("predict", "1", said="b\nb\n")
        words = self.lab("run", "1")
        self.assertIn("1. Which comes first?\n   You said: the egg\n   Seen:     the egg\n"
                      "   Dinosaurs had eggs.\n", words)
        self.assertIn("2. What does the demo do?\n   You said: it runs\n   Seen:\n"
                      "   the demo runs\n   Look at its verb.\n", words)
        self.assertNotIn("otherwise", words)
        self.lab("predict", "1", said="a\n\n")
        self.assertIn("otherwise than you said", self.lab("run", "1"))

    def test_skipped(self) -> None:
        self.lab("predict", "1", said="\nc\n")
        words = self.lab("run", "1")
        self.assertIn("You said: (skipped)\n", words)
        self.assertNotIn("otherwise", words)

    def test_nothing_seen(self) -> None:
        """The demo says so; then there is nothing to compare, and the board does not claim it."""
        self.lab("predict", "1", said="a\na\n")
        for status in (1, 77):
            write_program(self.machine.folder / "demo", f"#!/bin/sh\necho no\nexit {status}\n")
            self.assertNotIn("You said", self.lab("run", "1", status=status))
        self.assertFalse((self.machine.project / ".lab" / "observations.json").exists())

    def test_wide_lines_stay_as_they_are(self) -> None:
        line = "the demo " + "x" * 71
        write_program(self.machine.folder / "demo", f"#!/bin/sh\necho '{line}'\n")
        self.lab("predict", "1", said="a\na\n")
        self.assertIn(f"Seen:\n{line}\n", self.lab("run", "1"))


class AtATerminal(Case):
    """Where Ctrl-C and Ctrl-D come from, and where a demo must print as without us."""

    def start(self, *arguments: str) -> Terminal:
        terminal = self.machine.terminal(*arguments, TERM="xterm")
        self.addCleanup(terminal.__exit__)
        return terminal

    def test_control_c_keeps_what_was_said(self) -> None:
        screen = self.start("predict", "1")
        screen.read_until("a or b, Enter skips: ")
        screen.type("b\n")
        screen.read_until("c) it flies")
        screen.read_until("a to c, Enter skips: ")
        screen.type("\x03")
        self.assertEqual(screen.end(), 130, screen.words)
        self.assertIn("Kept: 1 of 2", screen.words)
        self.assertNotIn("Traceback", screen.words)
        self.assertEqual(self.kept(), [1, None])

    def test_control_d(self) -> None:
        screen = self.start("predict", "1")
        screen.read_until("Enter skips: ")
        screen.type("a\n")
        screen.read_until("a to c, Enter skips: ")
        screen.type("\x04")
        self.assertEqual(screen.end(), 0, screen.words)
        self.assertEqual(self.kept(), [0, None])

    def test_a_demo_prints_line_by_line(self) -> None:
        """It is on a terminal still, its lines come at once, in order, and are not doubled."""
        write_program(self.machine.folder / "demo", f"""#!{sys.executable}
import os, sys
print("on one terminal:", os.ttyname(1) == os.ttyname(2))
print("the demo waits")
if os.read(0, 1):
    print("a word from outside", file=sys.stderr)
    print("and goes on")
""")
        screen = self.start("run", "1")
        screen.read_until("the demo waits\r\n")
        screen.type("\n")
        self.assertEqual(screen.end(), 0, screen.words)
        self.assertIn("on one terminal: True\r\nthe demo waits\r\n", screen.words)
        self.assertRegex(screen.words, r"waits\r\n\s*a word from outside\r\nand goes on\r\n\r\n")
        seen = json.loads((self.machine.project / ".lab" / "observations.json").read_text())
        self.assertEqual(seen[LAB]["lines"], [[], ["the demo waits"]])

    def test_control_c_ends_a_demo(self) -> None:
        write_program(self.machine.folder / "demo", "#!/bin/sh\necho begun\nexec sleep 60\n")
        sleep = "/bin/sleep" if os.path.exists("/bin/sleep") else "/usr/bin/sleep"
        (self.machine.bin / "sleep").symlink_to(sleep)
        screen = self.start("run", "1")
        screen.read_until("begun")
        screen.type("\x03")
        self.assertEqual(screen.end(), 128 + signal.SIGINT, screen.words)
        self.assertFalse((self.machine.project / ".lab" / "observations.json").exists())

    def test_a_status_is_passed_on(self) -> None:
        write_program(self.machine.folder / "demo", "#!/bin/sh\necho the demo\nexit 7\n")
        screen = self.start("run", "1")
        self.assertEqual(screen.end(), 7, screen.words)


class RealLabs(unittest.TestCase):
    def test_questions(self) -> None:
        """Whatever a lab asks can be shown on 80 columns, and letters tell the choices apart."""
        import dialogue
        labs = sorted(path.parent.name for path in SCRIPTS.parent.glob("labs/*/predict.json"))
        self.assertNotEqual(labs, [])
        for lab in labs:
            self.assertEqual(predictions.problem(lab), "", lab)
            with contextlib.redirect_stdout(io.StringIO()) as out:
                for number, question in enumerate(predictions.questions(lab), 1):
                    dialogue.show(number, question, 0)
            self.assertLessEqual(max(map(len, out.getvalue().splitlines())), 80, lab)
            self.assertTrue(re.search(r"^ > a\) ", out.getvalue(), re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
