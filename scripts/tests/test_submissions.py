"""What grade takes from a submission, and what its reports make of it; nothing is built or run."""
from __future__ import annotations

import csv
import io
import multiprocessing
import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))
import elf  # noqa: E402
import grade  # noqa: E402
import grade_report  # noqa: E402
import judging  # noqa: E402
import screening  # noqa: E402
import submission  # noqa: E402
from judging import Verdict  # noqa: E402
from kit import CannotCheck, Kit  # noqa: E402

LAB, OTHER = "01-first-things", "02-second-things"
EVIL = "=1+1 <b>&amp; \x1b[31m\x00\ud800|\n"


class Case(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def exercise(self, lab: str = LAB, inside: str = "") -> Path:
        path = self.folder / inside / "labs" / lab / "exercise.c"
        path.parent.mkdir(parents=True)
        return path

    def read(self) -> bytes | submission.Unreadable:
        taken = submission.read("anna", self.folder, [LAB])
        self.assertEqual(taken.problem, "")
        return taken.exercises[LAB]

    def assert_refused(self, words: str) -> None:
        taken = self.read()
        self.assertIsInstance(taken, submission.Unreadable)
        self.assertIn(words, str(taken))


class Submissions(Case):
    def test_as_it_is(self) -> None:
        self.exercise().write_bytes(b"\xff\x00\r\n")
        self.assertEqual(self.read(), b"\xff\x00\r\n")

    def test_unpacked_archive(self) -> None:
        self.exercise(inside="course-main").write_bytes(b"int a;")
        self.assertEqual(self.read(), b"int a;")

    def put(self, path: str, text: str = "int a;") -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def assert_no_layout(self, words: str, *labs: str) -> None:
        taken = submission.read("anna", self.folder, list(labs or (LAB, OTHER)))
        self.assertEqual(taken.exercises, {})
        self.assertEqual(taken.problem, "no labs/NN-name/exercise.c in it: " + words)

    def test_without_labs_around_it(self) -> None:
        self.put(f"{LAB}/exercise.c")
        self.assertEqual(self.read(), b"int a;")
        both = submission.read("anna", self.folder, [LAB, OTHER]).exercises
        self.assertEqual(both[LAB], b"int a;")
        self.assertIn("no such file", str(both[OTHER]))

    def test_one_folder_around_a_lab(self) -> None:
        self.put(f"upload/{LAB}/exercise.c")
        self.assertEqual(self.read(), b"int a;")

    def test_a_bare_exercise_where_one_lab_is_asked_for(self) -> None:
        self.put("exercise.c")
        self.assertEqual(self.read(), b"int a;")
        self.assert_no_layout("its folder holds exercise.c; --labs NN says which lab's it is")

    def test_one_folder_around_a_bare_exercise(self) -> None:
        self.put("upload/exercise.c")
        self.assertEqual(self.read(), b"int a;")

    def test_another_labs_exercise_is_not_taken(self) -> None:
        self.put(f"{LAB}/exercise.c")
        self.assert_no_layout(f"its folder holds {LAB}/exercise.c", OTHER)

    def test_bare_exercise_that_is_a_link(self) -> None:
        self.put("secret")
        (self.folder / "exercise.c").symlink_to("secret")
        self.assert_refused("a link, which is not followed")

    def test_lab_without_labs_that_is_a_link(self) -> None:
        self.put("elsewhere/exercise.c")
        (self.folder / LAB).symlink_to("elsewhere")
        self.assert_refused("a link, which is not followed")

    def test_the_only_folder_is_a_link(self) -> None:
        with tempfile.TemporaryDirectory() as elsewhere:
            (Path(elsewhere) / "exercise.c").write_text("secret")
            (self.folder / "upload").symlink_to(elsewhere)
            self.assert_no_layout("its folder holds upload", LAB)

    def test_what_is_there_instead(self) -> None:
        self.assert_no_layout("its folder is empty")
        (self.folder / "upload").mkdir()
        self.assert_no_layout("upload/ is empty")
        for name in ("a.c", "b.c", "c" * 200, "d.c", "e.c"):
            self.put(name)
            self.put(f"upload/{name}")
        self.assert_no_layout(f"its folder holds upload/a.c, upload/b.c, upload/{'c' * 40}"
                              " and 2 more")

    def test_links_are_not_followed(self) -> None:
        secret = self.folder / "secret"
        secret.write_text("secret")
        self.exercise().symlink_to(secret)
        self.assert_refused("a link, which is not followed")

    def test_folders_that_are_links(self) -> None:
        self.exercise(OTHER).write_text("int a;")
        (self.folder / "labs" / LAB).symlink_to(OTHER)
        self.assert_refused("a link, which is not followed")
        (self.folder / "labs").rename(self.folder / "elsewhere")
        (self.folder / "labs").symlink_to("elsewhere")
        taken = submission.read("anna", self.folder, [OTHER])
        self.assertEqual(taken.exercises, {})
        self.assertIn("a link, which is not followed", taken.problem)

    def test_no_ordinary_file(self) -> None:
        os.mkfifo(self.exercise())
        self.assert_refused("no ordinary file")

    def test_size(self) -> None:
        path = self.exercise()
        path.write_bytes(b"x" * submission.BYTES_MOST)
        self.assertEqual(len(self.read()), submission.BYTES_MOST)
        path.write_bytes(b"x" * (submission.BYTES_MOST + 1))
        self.assert_refused("more than 256 KiB")

    def test_what_is_not_there(self) -> None:
        self.exercise()
        self.assert_refused("no such file")
        taken = submission.read("bert", self.folder / "bert", [LAB])
        self.assertIn("no such file", taken.problem)

    def test_names(self) -> None:
        paths = [Path("/a/anna"), Path("/a/bert"), Path("/b/bert")]
        self.assertEqual(submission.names(paths), ["anna", "/a/bert", "/b/bert"])

    def test_the_same_twice_is_one_task(self) -> None:
        three = [submission.Submission(name, {LAB: content, OTHER: b"a"}, "")
                 for name, content in (("anna", b"a"), ("bert", b"b"), ("carla", b"a"))]
        self.assertEqual([(task.lab, task.content) for task in grade.tasks_of(three)],
                         [(LAB, b"a"), (OTHER, b"a"), (LAB, b"b")])


def report(*, started_only: bool = False, interrupted: bool = False) -> grade_report.Report:
    verdicts = {LAB: Verdict(judging.NO, f"  ok  a test\n\n{EVIL}", 1.5),
                OTHER: Verdict(judging.NOT_STARTED)}
    solved = {LAB: Verdict(judging.YES), OTHER: Verdict(judging.YES)}
    rows = [grade_report.Graded(EVIL, verdicts), grade_report.Graded("bert", solved)]
    return grade_report.Report(rows, [LAB, OTHER], started_only, interrupted)


class Reports(Case):
    def test_csv(self) -> None:
        rows = list(csv.DictReader(io.StringIO(grade_report.as_csv(report()))))
        self.assertEqual([row["verdict"] for row in rows],
                         ["not solved", "not started", "solved", "solved"])
        self.assertEqual(rows[0]["submission"], "'" + EVIL)        # no formula any more
        self.assertTrue(rows[0]["message"].startswith("'=1+1"))

    def test_junit(self) -> None:
        root = ElementTree.fromstring(grade_report.as_junit(report()))
        anna, bert = root
        self.assertEqual({key: anna.get(key) for key in ("tests", "failures", "skipped")},
                         {"tests": "2", "failures": "2", "skipped": "0"})
        self.assertEqual(bert.get("failures"), "0")
        self.assertIn("=1+1 <b>&amp; \ufffd[31m\ufffd\ufffd|", anna[0][0].get("message"))

    def test_junit_of_an_interrupted_run(self) -> None:
        root = ElementTree.fromstring(grade_report.as_junit(report(interrupted=True)))
        self.assertEqual(root.find("testsuite/properties/property").attrib,
                         {"name": "incomplete", "value": "true"})

    def test_not_started(self) -> None:
        root = ElementTree.fromstring(grade_report.as_junit(report(started_only=True)))
        self.assertEqual(root[0].get("skipped"), "1")
        only = {OTHER: Verdict(judging.NOT_STARTED)}
        rows = [grade_report.Graded("anna", only)]
        self.assertFalse(grade_report.Report(rows, [OTHER], False, False).passed)
        self.assertTrue(grade_report.Report(rows, [OTHER], True, False).passed)

    def test_markdown(self) -> None:
        said = grade_report.as_markdown(report()._replace(rows=report().rows[:1]))
        self.assertIn("=1+1 &lt;b>&amp;amp;", said)
        self.assertEqual(len([line for line in said.splitlines() if line.startswith("|")]), 4)

    def test_terminal(self) -> None:
        graded = report().rows[0]._replace(name=judging.printable(EVIL))
        line = grade.in_a_line(graded, "", 10)
        self.assertNotIn("\x1b", line)
        self.assertIn("0 of 2; not solved: 01; not started: 02", " ".join(line.split()))
        self.assertLessEqual(max(map(len, line.splitlines())), 80)

    def test_in_short(self) -> None:
        tests = "  ok        has a name\n  not yet   prints once\n  -         ends\n"
        told = ("  Text came out 2 times (see exit(3), and\n  exercise.h). It waited. Why?\n\n"
                "  Your code printed:\n  | an error: here\n")
        sentence = "Text came out 2 times (see exit(3), and exercise.h)."
        compiler = "f.c:1: warning: x\nf.c:2:1: error: y. Or z\n"
        for how, words, short in (
                (judging.YES, tests.replace("not yet", "ok     "), ""),
                (judging.NO, f"{tests}\n{told}", sentence),
                (judging.NO, told, sentence),
                (judging.NO, tests, ""),
                (judging.NO, f"{tests}\nThe check did not end, so it was stopped.",
                 "The check did not end, so it was stopped."),
                (judging.NOT_BUILT, compiler, "f.c:2:1: error: y. Or z"),
                (judging.NOT_BUILT, "It has a main. The check has one,\ntoo.\n", "It has a main."),
                (judging.NOT_CHECKED, "No MPI. Install it.", "No MPI. Install it."),
                (judging.NOT_STARTED, "", "")):
            with self.subTest(how=how, words=words):
                self.assertEqual(grade_report.in_short(Verdict(how, words)), short)

    def test_unreadable(self) -> None:
        """No verdict on what the student did: an error; and the web page says why, too."""
        gone = Verdict(judging.UNREADABLE, "its folder\nis | empty")
        link = Verdict(judging.UNREADABLE, "a link")
        rows = [grade_report.Graded("anna", {LAB: gone, OTHER: gone}),
                grade_report.Graded("bert", {LAB: Verdict(judging.YES), OTHER: link})]
        of_two = grade_report.Report(rows, [LAB, OTHER], False, False)
        self.assertEqual(grade_report.as_markdown(of_two).splitlines()[2:4],
                         ["| anna | unreadable: its folder is \\| empty |",
                          "| bert | 1 of 2; unreadable: 02 (a link) |"])
        anna, bert = ElementTree.fromstring(grade_report.as_junit(of_two))
        self.assertEqual((anna.get("failures"), anna.get("errors")), ("0", "2"))
        self.assertEqual((bert.get("failures"), bert.get("errors")), ("0", "1"))

    def test_written_as_a_whole(self) -> None:
        path = self.folder / "grades.csv"
        path.write_text("old")
        grade_report.write(path, "new\ud800")
        self.assertEqual(path.read_text(), "new?")
        self.assertEqual(os.listdir(self.folder), ["grades.csv"])


def killed_by_one(task: grade.Task) -> tuple[str, str, Verdict]:
    if task.digest == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return task.lab, task.digest, Verdict(judging.YES)


class Judging(Case):
    def test_a_lab_that_this_machine_lacks(self) -> None:
        """One verdict, and not the end of all others."""
        (self.folder / LAB).mkdir()
        (self.folder / LAB / "exercise.h").write_text("int f(void);\n")
        lacks = mock.Mock(side_effect=CannotCheck("no MPI here"))
        with mock.patch.multiple(judging, LABS=self.folder, Kit=lacks,
                                 is_untouched=lambda *_: False), \
                mock.patch.object(judging.sandbox, "ability", return_value=mock.Mock(sealed=False)):
            verdict = judging.judge(self.folder, LAB, b"int f(void) { return 1; }\n")
        self.assertEqual((verdict.how, verdict.words), (judging.NOT_CHECKED, "no MPI here"))

    def test_compiled_without_a_cache(self) -> None:
        """Which wants a home to write in, and behind the fence there is none."""
        for first in ("", "ccache ", "/usr/bin/sccache "):
            with self.subTest(first):
                kit = object.__new__(Kit)
                kit.lab = LAB
                words = kit._compiler([{"file": f"../labs/{LAB}/demo.c", "command":
                                        f"{first}cc -O2 -MD -MF x.d -o x.o -c demo.c"}])
                self.assertEqual(words[:2], ["cc", "-O2"])

    def test_a_killed_process_of_the_pool(self) -> None:
        """It costs its own task, and nobody waits for that for ever."""
        tasks = [grade.Task(LAB, digest, b"") for digest in ("good", "bad", "better")]
        with mock.patch.multiple(grade, _judge=killed_by_one, SILENCE_S=0.3), \
                multiprocessing.get_context("fork").Pool(2) as pool:
            how = {digest: verdict.how for _, digest, verdict in grade.judged(pool, tasks)}
        self.assertEqual(how, {"good": judging.YES, "better": judging.YES,
                               "bad": judging.NOT_CHECKED})


class Screening(Case):
    def test_contract(self) -> None:
        header = self.folder / "exercise.h"
        header.write_text("/* see fork() */\n#include <f(x).h>\nstruct s { int (*run)(int); };\n"
                          "int first(int (*task)(void)); // not second()\n"
                          "struct s *third(void (*done)(int i),\n    long n);\n")
        self.assertEqual(screening.contract(header), {"first", "third"})

    def test_no_object_file(self) -> None:
        path = self.folder / "made.o"
        for content in (b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 100, os.urandom(500)):
            path.write_bytes(content)
            with self.assertRaises(elf.BrokenObject):
                elf.Object(path)


if __name__ == "__main__":
    unittest.main()
