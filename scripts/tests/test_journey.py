"""The board of scripts/lab, solutions, and the completions, as a student meets them."""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from unittest import mock

from pretend import SCRIPTS, Machine, Terminal, write_program

sys.path.insert(0, str(SCRIPTS))
import board  # noqa: E402
import lab  # noqa: E402
import labs  # noqa: E402
import terminal  # noqa: E402

LAB = "01-first-things"
ANSWER = "/* Begin here. */\nint answer(void)\n{\n    return 6 * 7;\n}\n"


class Next(unittest.TestCase):
    """What the board proposes, for every state."""

    def row(self, state: str, lab: str = "05-five", **marks: bool) -> board.Row:
        return board.Row(lab, marks.get("predicted", False), marks.get("seen", False), state)

    def test_step(self) -> None:
        with mock.patch.object(board.predictions, "questions", lambda lab: [lab]):
            for part, row in (
                    ("scripts/lab predict 05", self.row(labs.NOT_STARTED)),
                    ("scripts/lab run 05", self.row(labs.NOT_STARTED, predicted=True)),
                    ("edit labs/05-five/exercise.c", self.row(labs.NOT_STARTED, seen=True)),
                    ("scripts/lab reset 05", self.row(labs.GONE)),
                    ("scripts/lab check 05", self.row(labs.BEGUN)),
                    ("scripts/lab check 05", self.row(labs.CHANGED, seen=True)),
                    ("scripts/lab hint 05", self.row(labs.NOT_SOLVED))):
                self.assertIn(part, board.next_step(row))
        with mock.patch.object(board.predictions, "questions", lambda _: []):
            self.assertEqual(board.next_step(self.row(labs.NOT_STARTED)), "scripts/lab run 05")

    def test_which_lab(self) -> None:
        """After the last that is finished; those left out come at the end."""
        for number, states in (
                (0, [labs.NOT_STARTED, labs.BEGUN, labs.NOT_STARTED]),
                (2, [labs.NOT_STARTED, labs.SOLVED, labs.NOT_SOLVED]),
                (2, [labs.SOLVED, labs.GIVEN_UP, labs.NOT_STARTED]),
                (1, [labs.SOLVED_LATE, labs.CHANGED, labs.SOLVED])):
            rows = [self.row(state, str(i)) for i, state in enumerate(states)]
            self.assertEqual(board.current(rows), rows[number])
        self.assertIsNone(board.current([self.row(labs.SOLVED)]))

    def test_every_state_fits(self) -> None:
        states = [labs.NOT_STARTED, labs.GONE, labs.BEGUN, labs.CHANGED, labs.NOT_SOLVED,
                  labs.SOLVED, labs.GIVEN_UP, labs.SOLVED_LATE]
        with mock.patch.object(labs, "question", lambda _: "?" * 99):
            for state in states:
                self.assertLessEqual(len(board.line(self.row(state))), 80, state)


class Colours(unittest.TestCase):
    def test_only_where_wanted(self) -> None:
        for colours, on_terminal, environment in (
                (True, True, {"TERM": "xterm"}), (False, False, {"TERM": "xterm"}),
                (False, True, {"TERM": "dumb"}), (False, True, {}),
                (False, True, {"TERM": "xterm", "NO_COLOR": "1"}),
                (True, True, {"TERM": "xterm", "NO_COLOR": ""})):
            with self.subTest(environment=environment, on_terminal=on_terminal), \
                    mock.patch.dict(os.environ, environment, clear=True), \
                    mock.patch.object(terminal.sys, "stdout") as stdout:
                stdout.isatty.return_value = on_terminal
                self.assertEqual(terminal.paint("x", "red") != "x", colours)


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)
        self.machine.add_everything()
        self.exercise = self.machine.project / "labs" / LAB / "exercise.c"
        self.verdict = self.machine.project / "build" / "labs" / "verdict-01.json"

    def lab(self, *arguments: str, status: int = 0) -> str:
        done = self.machine.lab(*arguments)
        words = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, words)
        self.assertNotIn("Traceback", words)
        return words

    def at_a_terminal(self, *arguments: str, **more: str) -> str:
        with self.machine.terminal(*arguments, **more) as screen:
            screen.end()
            return screen.words.replace("\r\n", "\n")

    def solve(self, solved: bool = True) -> None:
        """As the check would note it."""
        self.exercise.write_text(ANSWER)
        with mock.patch("exercises.LABS", self.machine.project / "labs"):
            from exercises import digest
            about = digest(LAB, self.exercise)
        self.verdict.parent.mkdir(parents=True, exist_ok=True)
        self.verdict.write_text(json.dumps({"sha256": about, "solved": solved}))


class Board(Case):
    def row(self) -> str:
        return next(line for line in self.lab().splitlines() if line.startswith("01 "))

    def test_alone_and_list(self) -> None:
        words = self.lab()
        self.assertEqual(words, self.lab("list"))
        self.assertLessEqual(max(map(len, words.splitlines())), 80)
        self.assertIn("demo seen", words)
        self.assertTrue(words.endswith(
            f"\nNext: scripts/lab predict 01, with labs/{LAB}/README.md beside you\n"
            "scripts/lab help shows all that it can do.\n"), words)
        self.assertEqual(self.machine.asked(), [])
        self.assertFalse((self.machine.project / "build").exists())
        self.assertFalse((self.machine.project / ".lab").exists())

    def test_marks(self) -> None:
        self.assertRegex(self.row(), r"\? +- - not started$")
        memory = self.machine.project / ".lab"
        memory.mkdir()
        (memory / "predictions.json").write_text(
            json.dumps({LAB: {"date": "2026-11-22", "choices": [0, None]}}))
        self.assertRegex(self.row(), r" x - not started$")
        write_program(self.machine.folder / "demo", "#!/bin/sh\n")
        self.lab("run", "1")
        self.assertRegex(self.row(), r" x x not started$")

    def test_states(self) -> None:
        self.exercise.write_text("int mine;\n")
        self.assertRegex(self.row(), " begun, not checked$")
        self.solve(False)
        self.assertRegex(self.row(), " not solved yet$")
        self.solve()
        self.assertRegex(self.row(), " solved$")
        self.assertIn("Next: scripts/lab check 11\n", self.lab())
        self.exercise.write_text(ANSWER + "\n")
        self.assertRegex(self.row(), " changed, not checked$")
        self.exercise.unlink()
        self.assertRegex(self.row(), " exercise.c is gone$")

    def test_another_check(self) -> None:
        """What was solved by an older check, or for an older contract, is to be checked again."""
        for name in ("check.c", "exercise.h"):
            self.solve()
            self.assertRegex(self.row(), " solved$")
            (self.exercise.parent / name).write_text("/* stricter */\n")
            self.assertRegex(self.row(), " changed, not checked$", name)

    def test_broken_notes(self) -> None:
        self.solve()
        for text in ("", "[]", "{}", '{"sha256": 1}', "1", "[" * 100_000):
            with self.subTest(text=text[:20]):
                self.verdict.write_text(text)
                self.assertRegex(self.row(), "(begun|changed), not checked$")
        memory = self.machine.project / ".lab"
        memory.mkdir()
        for name in ("predictions", "observations", "given-up", "hints"):
            (memory / f"{name}.json").write_text("[1]")
        self.assertRegex(self.row(), " - - (begun|changed), not checked$")

    def test_colours(self) -> None:
        self.solve()
        plain = self.lab()
        self.assertNotIn("\033", plain)
        painted = self.at_a_terminal(TERM="xterm")
        self.assertIn("\033[32msolved\033[0m", painted)
        self.assertEqual(re.sub("\033\\[[0-9]*m", "", painted), plain)
        self.assertEqual(self.at_a_terminal(TERM="xterm", NO_COLOR="1"), plain)
        self.assertEqual(self.at_a_terminal(TERM="dumb"), plain)

    def test_only_python_is_needed(self) -> None:
        self.machine.remove("cc", "meson", "ninja", "pkg-config", "cmocka")
        self.assertIn("Next: ", self.lab())
        self.assertEqual(self.machine.asked(), [])


class Solutions(Case):
    def test_not_before_it_is_solved(self) -> None:
        for verb in ("solution", "diff"):
            words = self.lab(verb, "1", status=1)
            self.assertIn("not while it is 'not started'. 2 more hints: scripts/lab hint 01;",
                          words)
            self.assertLessEqual(max(map(len, words.splitlines())), 80)
            self.assertIn("scripts/lab solution 01 --give-up", words)
            self.assertNotIn("42", words)
        self.assertIn("not started\n", self.lab())
        self.exercise.write_text("int mine;\n")
        self.assertIn("scripts/lab check 01 comes first", self.lab("diff", "1", status=1))
        self.solve(False)
        for words in ("1 more hint: scripts/lab hint 01;", "You had all hints;"):
            self.lab("hint", "1")
            self.assertIn(f"'not solved yet'. {words}\nscripts/lab solution 01 --give-up",
                          self.lab("diff", "1", status=1))

    def test_given_up(self) -> None:
        """Noted once, and the board says so for good."""
        self.assertIn("return 42;", self.lab("solution", "1", "--give-up"))
        self.assertIn("01 What comes first?", self.lab())
        self.assertRegex(self.lab(), r"(?m)^01 .* given up$")
        self.assertIn("return 42;", self.lab("solution", "1"))
        self.assertIn("+    return 42;", self.lab("diff", "1"))
        self.solve()
        self.assertRegex(self.lab(), r"(?m)^01 .* solved after a look$")
        self.lab("reset", "1")
        self.assertRegex(self.lab(), r"(?m)^01 .* given up$")

    def test_solved(self) -> None:
        self.solve()
        words = self.lab("solution", "1", "--give-up")
        self.assertTrue(words.endswith(f"\n    labs/{LAB}/solution.c\n"
                                       "int answer(void)\n{\n    return 42;\n}\n"), words)
        self.assertRegex(self.lab(), r"(?m)^01 .* solved$")     # it was no giving up

    def test_diff(self) -> None:
        """Of what was written: the solution's markers and its starter are left out."""
        self.solve()
        words = self.lab("diff", "1")
        self.assertIn("\n--- yours", words)
        self.assertIn("\n-    return 6 * 7;\n+    return 42;\n", words)
        self.assertNotRegex(words, r"(?m)^[-+ ].*// (solution|starter)")
        self.assertNotIn("\033", words)
        self.assertIn("\033[32m+    return 42;\033[0m",
                      self.at_a_terminal("diff", "1", TERM="xterm"))
        self.machine.remove("diff")
        self.assertIn("diff: No such file", self.lab("diff", "1", status=1))

    def test_diff_is_the_plain_command(self) -> None:
        """What it prints as a command prints the same."""
        self.solve()
        words = self.lab("diff", "1")
        command, output = re.fullmatch(r"\$ (.*\|\n.*?-)\n(---.*)", words, re.DOTALL).groups()
        plain = re.compile(r"^(---|\+\+\+).*$", re.MULTILINE)       # less the times
        done = subprocess.run(command, shell=True, cwd=self.machine.project, text=True,
                              stdout=subprocess.PIPE, check=False)
        self.assertEqual(plain.sub("", done.stdout), plain.sub("", output))

    def test_pager(self) -> None:
        self.solve()
        write_program(self.machine.bin / "a-pager", '#!/bin/sh\necho "pages $*"\nhead -n 1\n')
        pages = f"    labs/{LAB}/solution.c |\n    a-pager -R\npages -R\nint answer(void)\n"
        more = {"PAGER": "a-pager -R", "TERM": "xterm"}
        self.assertTrue(self.at_a_terminal("solution", "1", **more).endswith(pages))
        self.assertIn("return 42;", self.at_a_terminal("solution", "1", TERM="xterm"))
        self.assertIn("return 42;", self.lab("solution", "1"))
        self.assertIn("lab: no-pager: No such file",
                      self.at_a_terminal("solution", "1", TERM="xterm", PAGER="no-pager"))
        self.assertIn("cannot be understood",
                      self.at_a_terminal("solution", "1", TERM="xterm", PAGER="less '"))


class Completion(unittest.TestCase):
    """In real shells: what a TAB makes of a line."""

    SHELLS = {
        "bash": (["bash", "--norc", "--noprofile", "-i"], "source scripts/completion/lab.bash"),
        "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D;"
                                     " source scripts/completion/lab.zsh"),
    }

    def complete(self, shell: str, lines: list[str]) -> list[str]:
        """What has become of each. In front of what is there comes an echo, so nothing is run."""
        command, prepare = self.SHELLS[shell]
        keys = f"{prepare}\n" + "".join(f"{line}\t\x01echo LINE: \x05\n" for line in lines)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "dumb",
                       "PS1": "> ", "INPUTRC": "/dev/null", "LC_ALL": "C.UTF-8"}
        with Terminal(command, SCRIPTS.parent, environment) as screen:
            screen.type(keys)
            found = screen.read_lines(r"[\r\n]LINE: ([^\r\n]*)\r*\n", len(lines))
        return [line.rstrip(" /") for line in found]

    def assert_completes(self, shell: str) -> None:
        if shutil.which(shell) is None:
            self.skipTest(f"{shell} is not here")
        expected = {
            "scripts/lab pred": "scripts/lab predict",
            "./scripts/lab wat": "./scripts/lab watch",
            "scripts/lab check isol": "scripts/lab check isolated-memory",
            "scripts/lab run 1": "scripts/lab run 1",               # 10, 11, …: not one
            "scripts/lab run 03": "scripts/lab run 03",
            "scripts/lab solution --g": "scripts/lab solution --give-up",
            "scripts/lab charts crea": "scripts/lab charts creation",
            "scripts/lab charts creation --qu": "scripts/lab charts creation --quick",
            "scripts/lab charts --output res": "scripts/lab charts --output results",
            "scripts/lab frobnicate meson_opt": "scripts/lab frobnicate meson_options.txt",
        }
        self.assertEqual(dict(zip(expected, self.complete(shell, list(expected)))), expected)

    def test_bash(self) -> None:
        self.assert_completes("bash")

    def test_zsh(self) -> None:
        self.assert_completes("zsh")

    def words(self, *verb: str) -> list[str]:
        return subprocess.run([SCRIPTS / "completion" / "words.sh", *verb], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.split()

    def test_words(self) -> None:
        with self.assertRaises(lab.Stop) as error:
            lab.parse(["frobnicate"])
        known = re.findall("[a-z-]+", str(error.exception).partition("choose from")[2]
                           .partition(")")[0])
        self.assertEqual(sorted(self.words()), sorted(known))
        self.assertIn("--thorough", self.words("charts"))
        self.assertIn("instruments", self.words("charts"))
        self.assertEqual(self.words("list"), [])
        self.assertEqual([word for word in self.words("hint") if not word[0].isdigit()],
                         [name[3:] for name in labs.names()])


if __name__ == "__main__":
    unittest.main()
