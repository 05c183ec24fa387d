"""The states of an exercise, on a copy of the labs whose path has spaces, built for real."""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(SOURCE / "scripts"))
import steps  # noqa: E402

LAB = "01-isolated-memory"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
SANITIZED = "ASAN_OPTIONS" in os.environ

# Few answers are enough here; the lab's own proof judges them all.
KEPT = {"waitid.c", "mapped.c", "raw_status.c", "ran_on.c", "zombie.c"}

OWN_CONSTRUCTOR = """
#include <unistd.h>
__attribute__((constructor)) static void before_main(void)
{
    _exit(0);
}
"""
STOPS_ITS_JUDGE = """
#include "exercise.h"
#include <signal.h>
#include <unistd.h>
int run_in_child(int (*task)(void))
{
    (void)task;
    kill(getppid(), SIGSTOP);
    if (fork() == 0)
        setsid();
    for (;;)
        pause();
}
"""


def without(pattern: str, text: str) -> str:
    """What a copy can do without, and what would be looked at or built again and again."""
    less, found = re.subn(pattern, "", text, flags=re.MULTILINE | re.DOTALL)
    assert found > 0, pattern
    return less


class Lines(unittest.TestCase):
    def test_what_gdb_executes_stays_with_its_option(self) -> None:
        for length in range(55, 76):
            lines = steps.in_lines(["x" * length, "-ex", "run", "y"])
            self.assertIn("-ex run", lines)
            self.assertLessEqual(max(map(len, lines.splitlines())), 80)


class Copy:
    """One lab alone, without the others and the bench, where nobody else is."""

    def __init__(self) -> None:
        self.outside = Path(tempfile.mkdtemp(prefix="exercises-")).resolve()
        self.project = self.outside / "my course" / "the labs"
        shutil.copytree(SOURCE / "labs", self.project / "labs",
                        ignore=lambda folder, names: {name for name in names
                                                      if name[:2].isdigit() and name != LAB})
        shutil.copytree(SOURCE / "scripts", self.project / "scripts")
        for answer in [*self.lab.glob("right/*.c"), *self.lab.glob("wrong/*.c")]:
            if answer.name not in KEPT:
                answer.unlink()
        shutil.copy(SOURCE / "meson_options.txt", self.project)
        shutil.copy(SOURCE / "meson.build", self.project)
        for file, pattern in (
                ("meson.build", r"subdir\('(bench|scripts)'\)"),
                ("meson.build", r"^add_project_arguments\(.*?language: 'c'\)$"),
                ("labs/meson.build", rf"^    '(?!{LAB})\d\d-[^']*': \[.*?\],\n"),
                ("labs/checking/meson.build", r"subdir\('tests'\)")):
            path = self.project / file
            path.write_text(without(pattern, path.read_text()))
        self.solution = (self.lab / "solution.c").read_text()
        shutil.copy(self.lab / "exercise.c", self.outside / "starter.c")

    @property
    def lab(self) -> Path:
        return self.project / "labs" / LAB

    @property
    def exercise(self) -> Path:
        return self.lab / "exercise.c"

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.project, env={**CLEAN, **environment}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300, check=False)

    def check(self, *arguments: str, build: str = "build",
              **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "scripts/check_exercise.py", "--build", build, LAB,
                        *arguments, **environment)

    def meson_test(self, *arguments: str, build: str = "build",
                   **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("meson", "test", "-C", build, *arguments, **environment)


def setUpModule() -> None:
    if shutil.which("meson") is None:
        raise unittest.SkipTest("meson is not on the PATH")
    copy = Copy()
    unittest.addModuleCleanup(shutil.rmtree, copy.outside)
    for command in (["setup", "-Dbench=disabled", "-Dbuildtype=plain", "build"],
                    ["compile", "-C", "build", "demo-01", "check-01", "checking", "fence"]):
        done = copy.run("meson", *command)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
    Case.copy = copy


class Case(unittest.TestCase):
    copy: Copy

    def setUp(self) -> None:
        shutil.copy(self.copy.outside / "starter.c", self.copy.exercise)

    def write(self, text: str) -> None:
        self.copy.exercise.write_text(text)

    def assert_done(self, done: subprocess.CompletedProcess[str], status: int, *said: str) -> None:
        self.assertEqual(done.returncode, status, done.stdout)
        for words in said:
            self.assertIn(words, " ".join(done.stdout.replace("\\\n", "").split()))
        self.assertNotIn("Traceback", done.stdout)


class States(Case):
    def test_not_started(self) -> None:
        said = f"not started: edit labs/{LAB}/exercise.c, then `scripts/lab check 01`"
        self.assert_done(self.copy.check(), 77, said)
        self.assert_done(self.copy.check(LAB_STRICT="1"), 1, said)
        self.assert_done(self.copy.meson_test("exercise-01"), 0, said, "Skipped: 1")
        self.assert_done(self.copy.meson_test("exercise-01", LAB_STRICT="1"), 1, said, "Fail: 1")

    def test_line_ends_are_no_start(self) -> None:
        starter = self.copy.exercise.read_bytes()
        self.copy.exercise.write_bytes(starter.replace(b"\n", b"\r\n"))
        self.assert_done(self.copy.check(), 77, "not started")

    def test_solved(self) -> None:
        self.write(self.copy.solution)
        self.assert_done(self.copy.meson_test("exercise-01"), 0, "Ok: 1", "ok runs the task")
        self.copy.exercise.write_bytes(self.copy.solution.replace("\n", "\r\n").encode())
        self.assert_done(self.copy.check(), 0, "ok runs the task in a child")

    def test_not_solved(self) -> None:
        self.write((self.copy.lab / "wrong" / "raw_status.c").read_text())
        test = "gives_back_the_low_eight_bits"
        alone = f"scripts/check_exercise.py --build build {LAB} {test}"
        done = self.copy.check()
        self.assert_done(done, 1, "not yet gives back the low eight bits",
                         "That is the raw wait status", f"This one alone: {alone}",
                         f"-ex 'break run_in_child' -ex run --args build/labs/exercise-01 {test}")
        self.assertNotIn("SIGKILL ended the child", done.stdout)    # a later test's message
        # It passes, but what it says of an answer that is wrong so far is worth nothing.
        self.assertIn("  -         leaves other children alone\n", done.stdout)
        self.assert_done(self.copy.run(sys.executable, *alone.split()), 1, "raw wait status")

    def test_does_not_compile(self) -> None:
        self.write(self.copy.solution.replace("pid_t child", "pidt child"))
        self.assert_done(self.copy.check(), 1, f"labs/{LAB}/exercise.c:",
                         "unknown type name", "does not build")
        done = self.copy.meson_test("demo-01", "exercise-01")
        self.assert_done(done, 1, "unknown type name", "demo-01 OK", "exercise-01 FAIL", "Fail: 1")

    def test_does_not_link(self) -> None:
        misspelt = "int run_inchild(int (*)(void));\nint run_inchild("
        self.write(self.copy.solution.replace("int run_in_child(", misspelt))
        self.assert_done(self.copy.check(), 1, "undefined reference to `run_in_child'",
                         "does not build")

    def test_main_of_its_own(self) -> None:
        self.write(self.copy.solution + "\nint main(void)\n{\n    return 0;\n}\n")
        self.assert_done(self.copy.check(), 1, "It has a main of its own")

    def test_warnings_are_shown(self) -> None:
        self.write(self.copy.solution + "\nstatic int unused;\n")
        self.assert_done(self.copy.check(), 0, "unused", "the compiler has doubts")

    def test_gone(self) -> None:
        self.copy.exercise.unlink()
        self.assert_done(self.copy.check(), 1, "is gone", "scripts/lab reset 01")


class Traps(Case):
    """Answers that do not play by the rules. The worst of them are in test_grade.py."""

    def test_nothing_runs_in_the_judge(self) -> None:
        self.write(self.copy.solution + OWN_CONSTRUCTOR)
        self.assert_done(self.copy.check(), 1, "It has a section .init_array", "does not build")

    def test_hangs_and_escapes(self) -> None:
        self.write(STOPS_ITS_JUDGE)
        self.assert_done(self.copy.check("--limit", "2"), 1, "did not end within 2 s")
        for folder in Path("/proc").iterdir():
            try:
                self.assertNotEqual(Path(os.readlink(folder / "exe")).name, "exercise-01")
            except OSError:
                pass            # no process, or gone, or not ours

    def test_interrupted(self) -> None:
        self.write(STOPS_ITS_JUDGE)
        self.assert_done(self.copy.run("timeout", "3", sys.executable, "scripts/check_exercise.py",
                                       LAB), 124)


class Machines(Case):
    """What a machine lacks, and what it renames."""

    def recipe(self, **changes: object) -> None:
        path = self.copy.project / "build" / "labs" / "recipe.json"
        before = path.read_text()
        self.addCleanup(path.write_text, before)
        path.write_text(json.dumps({**json.loads(before), **changes}))

    def test_no_cmocka(self) -> None:
        self.write(self.copy.solution)
        self.recipe(cmocka=False)
        self.assert_done(self.copy.check(), 77, "cannot be checked here: cmocka is missing")
        self.assert_done(self.copy.check(LAB_STRICT="1"), 77, "cmocka is missing")

    def test_no_objcopy(self) -> None:
        self.write(self.copy.solution)
        self.recipe(renames={LAB: ["fork"]})
        tools = self.copy.outside / "tools"
        tools.mkdir()
        for name in ("cc", "gcc", "clang", "ccache", "readelf"):
            found = shutil.which(name)
            if found is not None:
                (tools / name).symlink_to(found)
        self.assert_done(self.copy.check(PATH=str(tools)), 77, "objcopy is missing")

    def test_renames(self) -> None:
        self.write(self.copy.solution)
        self.recipe(renames={LAB: ["fork"]})
        self.assert_done(self.copy.check(), 0, "ok runs the task in a child")
        symbols = self.copy.run("nm", "build/labs/exercise-01.o").stdout
        self.assertRegex(symbols, r"U check_fork\b")
        self.assertNotRegex(symbols, r"U fork\b")

    def test_not_built(self) -> None:
        self.write(self.copy.solution)
        self.assert_done(self.copy.check(build="elsewhere"), 77, "No such file", "meson setup")


class Folders(Case):
    """Build folders that move, and more than one of them."""

    def setUp(self) -> None:
        super().setUp()
        self.write(self.copy.solution)

    def move(self, folder: Path, to: Path) -> None:
        """For this test. What comes back never went: nothing has to be configured again."""
        kept = self.copy.outside / "kept"
        shutil.copytree(folder, to, symlinks=True)
        folder.rename(kept)
        self.addCleanup(kept.rename, folder)
        self.addCleanup(shutil.rmtree, to)

    def test_second_build_folder(self) -> None:
        """Compiled as that folder compiles. A sanitizer is a flag like this one, but would have
        everything built again; .ci/run builds all labs and their answers with one."""
        second = self.copy.project / "a second build"
        shutil.copytree(self.copy.project / "build", second)
        self.addCleanup(shutil.rmtree, second)
        commands = second / "compile_commands.json"
        commands.write_text(commands.read_text().replace(" -MD ", " -finstrument-functions -MD "))
        self.assert_done(self.copy.check(build="a second build"), 0, "ok runs the task in a child")
        symbols = self.copy.run("nm", "a second build/labs/exercise-01.o").stdout
        self.assertIn("__cyg_profile_func_enter", symbols)
        self.write((self.copy.lab / "wrong" / "raw_status.c").read_text())
        self.assert_done(self.copy.check(build="a second build"), 1,
                         f"--build 'a second build' {LAB}",
                         "--args 'a second build/labs/exercise-01'")

    def test_moved_build_folder(self) -> None:
        build, moved = self.copy.project / "build", self.copy.project / "the moved build"
        self.move(build, moved)
        self.assert_done(self.copy.check(build=moved.name), 0, "ok runs the task in a child")

    def test_moved_project_and_build_folder(self) -> None:
        before, moved = self.copy.project, self.copy.project.with_name("the moved labs")
        self.move(before, moved)
        self.copy.project = moved
        self.addCleanup(setattr, self.copy, "project", before)
        (moved / "build").rename(moved / "the moved build")
        done = self.copy.run("meson", "setup", "--reconfigure", "the moved build")
        self.assert_done(done, 0)
        done = self.copy.meson_test("demo-01", "exercise-01", build="the moved build")
        self.assert_done(done, 0, "Ok: 2")


class Proofs(Case):
    def test_starter_out_of_step(self) -> None:
        self.write(self.copy.solution)
        done = self.copy.run(sys.executable, "scripts/prove_lab.py", LAB, "starter")
        self.assert_done(done, 77)
        done = self.copy.meson_test("starter-01", "--print-errorlogs", LAB_PRISTINE="1")
        self.assert_done(done, 1, f"scripts/make_starter.py labs/{LAB}/solution.c")

    def test_wrong_message(self) -> None:
        wrong = self.copy.lab / "wrong" / "raw_status.c"
        text = wrong.read_text()
        self.addCleanup(wrong.write_text, text)
        self.assertIn("/* Earns: That is the raw wait status */\n", text)
        wrong.write_text(re.sub("Earns: .*", "Earns: an unheard word */", text, count=1))
        done = self.copy.run(sys.executable, "scripts/prove_lab.py", LAB, "answers")
        self.assert_done(done, 1, 'wrong/raw_status.c: the words were not "an unheard word"',
                         "right/waitid.c: as it should be")

    def test_lab_without_a_row(self) -> None:
        (self.copy.project / "labs" / "99-no-row").mkdir()
        self.addCleanup((self.copy.project / "labs" / "99-no-row").rmdir)
        self.assert_done(self.copy.run("meson", "setup", "unused build"), 1,
                         "labs/99-no-row is missing from the table")


@unittest.skipIf(SANITIZED, "the door itself has no use for a sanitizer")
class Door(Case):
    """scripts/lab check and list, all the way through."""

    def lab(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.copy.run("scripts/lab", *arguments)

    def listed(self) -> subprocess.CompletedProcess[str]:
        """Without looking each time what the machine lacks."""
        return self.copy.run(sys.executable, "scripts/lab.py", "list")

    def test_check_and_list(self) -> None:
        self.assert_done(self.lab("list"), 0, "not started")
        self.write(self.copy.solution + "\n")
        self.assert_done(self.listed(), 0, "begun, not checked")
        self.assert_done(self.lab("check", "isolated-memory"), 0,
                         "Solved. Now compare it with ours: scripts/lab diff 01")
        self.assert_done(self.lab("diff", "01"), 0, "--- yours", "+++ ours")
        self.assert_done(self.listed(), 0, "solved")
        self.write((self.copy.lab / "wrong" / "raw_status.c").read_text())
        self.assert_done(self.listed(), 0, "changed, not checked")
        self.assert_done(self.lab("check", "01"), 1, "raw wait status")
        self.assert_done(self.listed(), 0, "not solved yet")

    def test_run(self) -> None:
        self.assert_done(self.lab("run", LAB), 0, "$ build/labs/demo-01", "Seen: the child's 42")


if __name__ == "__main__":
    unittest.main()
