"""scripts/lab and scripts/lab.py as a student meets them, on pretend machines (pretend.py)."""
from __future__ import annotations

import os
import pty
import signal
import sys
import time
import unittest
from pathlib import Path
from unittest import mock

from pretend import PACKAGES, SCRIPTS, Machine, write_program

sys.path.insert(0, str(SCRIPTS))
import labs  # noqa: E402

# Not on the PATH, so no stand-in can hide them: it depends on the real machine
# whether scripts/lab finds these missing.
REAL = {"fonts-dejavu-core", "python3", "python3-jinja2"}


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)

    def assert_lab(self, arguments: list[str], status: int, *said: str, **more: Path) -> str:
        """Runs scripts/lab; checks its status and that it said so; returns all it said."""
        done = self.machine.lab(*arguments, **more)
        words = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, words)
        for part in said:
            self.assertIn(part, words)
        self.assertNotIn("Traceback", words)
        return words

    def asked_of(self, program: str) -> list[str]:
        return [line for line in self.machine.asked() if line.startswith(program)]


class Words(Case):
    """What it says without doing anything, on a machine that has nothing."""

    def test_help(self) -> None:
        for arguments in (["help"], ["-h"], ["--help"], ["charts", "--help"]):
            with self.subTest(arguments):
                self.assert_lab(arguments, 0, "Usage: scripts/lab", "setup", "charts", "test",
                                "list", "predict", "run", "check", "watch", "hint", "reset",
                                "diff", "solution")
        self.assertEqual(self.machine.asked(), [])

    def test_unknown_verb(self) -> None:
        self.assert_lab(["frobnicate"], 2, 'there is no "frobnicate"', "Usage: scripts/lab")
        self.assertEqual(self.machine.asked(), [])

    def test_unknown_options(self) -> None:
        self.machine.add_everything()
        self.assert_lab(["charts", "--quik"], 2, "charts does not know --quik")
        self.assert_lab(["setup", "twice"], 2, "setup does not know twice")
        self.assert_lab(["charts", "--quick", "--thorough"], 2, "not allowed with")
        self.assert_lab(["charts", "--output"], 2, "--output: expected one argument")
        self.assertEqual(self.machine.asked(), [])


class SetUp(Case):
    def install(self) -> list[str]:
        """The packages that apt-get was asked to install."""
        line, = self.asked_of("apt-get install")
        return [word for word in line.split() if word in PACKAGES]

    def test_bare_machine(self) -> None:
        self.assert_lab(["setup"], 0, "lab: installing gcc libc6-dev meson", "Ready")
        self.assertEqual(set(self.install()) | REAL, set(PACKAGES) | REAL)
        self.assertEqual(self.machine.asked()[0], "apt-get update")
        self.assertIn("--no-install-recommends", self.asked_of("apt-get install")[0])

    def test_exactly_what_is_missing(self) -> None:
        self.machine.add_everything()
        self.machine.remove("gsl", "libc", "gnuplot")
        self.assert_lab(["setup"], 0, "lab: installing libc6-dev gnuplot-nox libgsl-dev")
        self.assertEqual(self.install(), ["libc6-dev", "gnuplot-nox", "libgsl-dev"])

    def test_nothing_to_do(self) -> None:
        self.machine.add_everything()
        self.assertNotIn("installing", self.assert_lab(["setup"], 0, "Ready"))
        self.assertEqual(self.asked_of("apt-get"), [])

    def test_old_meson(self) -> None:
        self.machine.add_everything()
        self.machine.write("meson-version", "0.61.2")
        self.assert_lab(["setup"], 1, "still not found: meson", "Does an older one come first")
        self.assertEqual(self.install(), ["meson"])

    def test_no_network(self) -> None:
        self.machine.write("offline", "W: Failed to fetch http://example.org/\n" + "more\n" * 99)
        self.assert_lab(["setup"], 1, "W: Failed to fetch", "E: Unable to", "is the network there?")
        self.assertEqual(self.asked_of("meson"), [])

    def test_sudo(self) -> None:
        self.machine.add_everything()
        self.machine.remove("popt")
        self.machine.add("sudo")
        self.machine.write("uid", "1000")
        self.assert_lab(["setup"], 0, "lab: installing libpopt-dev")
        self.assertTrue(all(line.startswith("sudo -n ") for line in self.asked_of("sudo")))
        self.assertEqual(self.install(), ["libpopt-dev"])

    def test_sudo_refuses(self) -> None:
        self.machine.add_everything()
        self.machine.remove("popt", "cmocka")
        self.machine.add("sudo")
        self.machine.write("uid", "1000")
        self.machine.write("sudo-refuses")
        self.assert_lab(
            ["charts"], 1, "lab: missing: popt cmocka",
            "\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends"
            " libpopt-dev libcmocka-dev\n")
        self.assertEqual(self.asked_of("apt-get"), [])

    def test_no_sudo(self) -> None:
        self.machine.add_everything()
        self.machine.remove("popt")
        self.machine.write("uid", "1000")
        self.assert_lab(["test"], 1, "  su -c 'apt-get update && apt-get install -y"
                                     " --no-install-recommends libpopt-dev'\n")
        self.assertEqual(self.machine.asked(), [])

    def test_no_apt(self) -> None:
        self.machine.add_everything()
        self.machine.remove("apt-get", "gsl", "ninja", "musl-gcc")
        words = self.assert_lab(
            ["setup"], 1,
            "  sudo dnf install ninja-build gsl-devel musl-gcc\n",
            "  sudo pacman -S --needed ninja gsl musl\n",
            "  sudo zypper install ninja gsl-devel\n",
            "  doas apk add samurai gsl-dev\n")
        self.assertNotIn("apt", words)

    def test_another_package_manager(self) -> None:
        self.machine.add_everything()
        self.machine.remove("apt-get", "cc", "hwloc")
        self.machine.add("apk")
        words = self.assert_lab(["setup"], 1, "apk add gcc linux-headers musl-dev hwloc-dev\n")
        self.assertNotIn("dnf", words)

    def test_musl_is_optional(self) -> None:
        self.machine.add_everything()
        self.machine.remove("musl-gcc")
        self.machine.write("offline")
        self.assert_lab(["setup"], 0, "no musl-gcc here", "Ready")
        self.machine.write("uid", "1000")
        self.assert_lab(["setup"], 0, "no musl-gcc here", "Ready")
        self.machine.remove("apt-get")
        self.assert_lab(["setup"], 0, "no musl-gcc here", "Ready")

    def test_mpi_is_optional(self) -> None:
        self.machine.add_everything()
        self.machine.remove("mpirun")
        self.machine.write("uid", "1000")
        self.assert_lab(["setup"], 0, "no MPI here, so ranks are left out, and lab 16", "Ready")
        self.machine.remove("musl-gcc")
        self.assert_lab(["setup"], 0, "no musl-gcc here", "no MPI here", "Ready")
        self.machine.remove("cmocka")
        self.assert_lab(["setup"], 1, "lab: missing: cmocka musl-gcc mpi")

    def test_only_the_last_lab_asks_for_mpi(self) -> None:
        self.machine.add_everything()
        self.machine.remove("ompi-c")
        self.assertNotIn("MPI", self.assert_lab(["hint", "1"], 0))
        self.assertNotIn("MPI", self.assert_lab(["check", "01"], 1))
        self.assertEqual(self.asked_of("apt-get"), [])
        self.machine.write("uid", "1000")
        self.assert_lab(["run", "16"], 2, "no MPI here", "there is no lab 16")
        self.machine.write("uid", "0")
        self.assert_lab(["check", "beyond-one-machine"], 2, "lab: installing openmpi-bin libopenm")
        self.assertEqual(self.install(), ["openmpi-bin", "libopenmpi-dev"])

    @unittest.skipUnless(os.path.exists("/usr/bin/python3"), "no /usr/bin/python3 to prefer")
    def test_another_python_first(self) -> None:
        self.machine.add_everything()
        write_program(self.machine.bin / "python3", '#!/bin/sh\necho "wrong python"\nexit 1\n')
        words = self.assert_lab(["setup"], 0, "Ready")
        self.assertNotIn("wrong python", words)

    def test_from_anywhere(self) -> None:
        self.machine.add_everything()
        link = self.machine.folder / "a link"
        link.symlink_to(self.machine.project / "scripts" / "lab")
        self.assert_lab(["setup"], 0, f"$ cd '{self.machine.project}'", "Ready",
                        door=link, cwd=Path("/"))
        self.assertTrue((self.machine.project / "build" / "build.ninja").exists())


class Verbs(Case):
    def setUp(self) -> None:
        super().setUp()
        self.machine.add_everything()
        self.build = self.machine.project / "build"

    def left_out(self, option: str) -> None:
        self.machine.write("targets.json", "[]")
        self.machine.write("options.json", '[{"name": "bench", "value": "%s"}]' % option)

    def test_setup_twice(self) -> None:
        self.assert_lab(["setup"], 0, "$ meson setup build\n$ meson compile -C build\n")
        self.assertNotIn("$ meson setup", self.assert_lab(["setup"], 0))

    def test_test(self) -> None:
        self.machine.write("test-status", "3")
        self.assert_lab(["test", "--suite", "scripts", "lab"], 3,
                        "$ meson test -C build --setup all --suite scripts lab")
        self.assertIn("meson test -C build --setup all --suite scripts lab", self.machine.asked())

    def test_charts(self) -> None:
        words = self.assert_lab(
            ["charts"], 0, "$ build/bench/bench all\n",
            "$ scripts/draw.py results/now\n$ scripts/page.py results/now\n")
        self.assertTrue(words.endswith(
            "the table; 0 signals\nPage: results/now/index.html (open it in a browser)\n"
            "Results: results/now\n"), words)
        self.assertEqual(self.machine.asked()[-3:],
                         ["bench all", "draw results/now", "page results/now"])

    def test_charts_options(self) -> None:
        elsewhere = self.machine.folder / "some where"
        elsewhere.mkdir()
        words = self.assert_lab(["charts", "creation", "--quick", "speedup", "--output", "run"], 0,
                                cwd=elsewhere)
        self.assertIn(f"bench creation speedup --profile quick --output {elsewhere}/run",
                      self.machine.asked())
        self.assertTrue(words.endswith(
            "\nPage: run/index.html (open it in a browser)\nResults: run\n"), words)

    def test_charts_of_a_given_build(self) -> None:
        self.assert_lab(["setup"], 0)
        self.build.rename(self.machine.folder / "elsewhere")
        asked = len(self.machine.asked())
        self.assert_lab(["charts", "--built", str(self.machine.folder / "elsewhere")], 0)
        self.assertEqual(self.machine.asked()[asked:],
                         ["bench all", "draw results/now", "page results/now"])

    def test_bench_says_no(self) -> None:
        words = self.assert_lab(["charts", "typo"], 2, "bench: no experiment typo\n")
        self.assertTrue(words.endswith("bench: no experiment typo\n"), words)
        self.assertEqual(self.asked_of("draw"), [])

    def test_bench_crashes(self) -> None:
        self.assert_lab(["charts", "broken"], 1, f"status {128 + signal.SIGSEGV}")

    def test_draw_fails(self) -> None:
        self.machine.write("draw-fails")
        words = self.assert_lab(["charts"], 1, "draw them again with scripts/draw.py results/now")
        self.assertTrue(words.endswith("\nResults: results/now\n"), words)
        self.assertEqual(self.asked_of("page"), ["page results/now"])

    def test_page_fails(self) -> None:
        self.machine.write("page-fails")
        words = self.assert_lab(["charts"], 1, "Make it with scripts/page.py results/now")
        self.assertTrue(words.endswith("\nResults: results/now\n"), words)
        self.assertNotIn("Page: ", words)

    def test_bench_left_out(self) -> None:
        for option, why in (("auto", "a library is missing"), ("disabled", "-Dbench=disabled")):
            with self.subTest(option):
                self.left_out(option)
                self.assert_lab(["setup"], 0, f"without the bench ({why})")
                self.assert_lab(["charts"], 1, f"build has no bench ({why})", "-Dbench=enabled")

    def test_library_came_later(self) -> None:
        self.left_out("auto")
        self.assert_lab(["setup"], 0, "without the bench")
        self.machine.write("targets.json", '[{"name": "bench"}]')
        self.assert_lab(["charts"], 0, "$ meson setup --reconfigure build")

    def test_build_of_another_folder(self) -> None:
        self.assert_lab(["setup"], 0)
        moved = self.machine.project.with_name("moved")
        self.machine.project.rename(moved)
        self.machine.project = moved
        for verb in ("setup", "charts", "test"):
            self.assert_lab([verb], 1, "build/ was made for", "the project", "Remove build (rm -r")

    def test_meson_fails(self) -> None:
        self.build.mkdir()
        self.machine.write("meson-setup-fails")
        self.assert_lab(["setup"], 1, "the words of meson", "Remove build (rm -r")
        (self.machine.folder / "meson-setup-fails").unlink()
        self.machine.write("meson-compile-fails")
        self.assert_lab(["charts"], 1, "the words of meson", "the build failed")
        self.assertEqual(self.asked_of("bench"), [])

    def test_half_made_build(self) -> None:
        self.assert_lab(["setup"], 0)
        (self.build / "build.ninja").unlink()
        self.assert_lab(["setup"], 0, "$ meson setup --reconfigure build\n")


class Labs(Case):
    """run, check, hint, reset. That check judges rightly is for test_exercises.py to say."""

    def setUp(self) -> None:
        super().setUp()
        self.machine.add_everything()
        self.exercise = self.machine.project / "labs" / "01-first-things" / "exercise.c"

    def test_board(self) -> None:
        """Alone, and from anywhere. What it derives, test_journey.py says."""
        words = self.assert_lab([], 0, "\n01 What comes first?", " - - not started\n"
                                "11 And what comes last, And what", "\nNext: ")
        self.assertLessEqual(max(map(len, words.splitlines())), 80)
        self.assertTrue(self.assert_lab(["list"], 0, cwd=self.machine.folder).endswith(words))
        self.assertEqual(self.machine.asked(), [])

    def test_run(self) -> None:
        self.assert_lab(["run", "01"], 3, "$ meson setup build\n$ meson compile -C build demo-01\n"
                        "\nShows what comes first.\nNotice the order.\n\n"
                        "$ build/labs/demo-01\nthe demo ran\n")
        self.assertNotIn("setup", self.assert_lab(["run", "01"], 3))

    def test_run_without_the_bench(self) -> None:
        """A bench left out is no reason to configure again and again."""
        self.machine.write("targets.json", "[]")
        self.assert_lab(["run", "1"], 3)
        self.assertNotIn("setup", self.assert_lab(["run", "1"], 3))

    def test_run_with_a_chart_and_a_twin(self) -> None:
        (self.exercise.parent / "chart.gp").touch()
        (self.exercise.parent / "twin.py").write_text("print('the twin ran')\n")
        self.machine.write("demo", "#!/bin/sh\necho kind >\"$1\"\n")
        rows = "build/labs/chart-01/demo.csv"
        self.assert_lab(["run", "01"], 0, f"$ build/labs/demo-01 {rows}\n",
                        "$ labs/01-first-things/twin.py build/labs/chart-01/twin.csv\nthe twin ran\n",
                        "$ scripts/draw.py --lab labs/01-first-things build/labs/chart-01\n")
        self.assertEqual((self.machine.project / rows).read_text(), "kind\n")
        self.machine.write("demo", "#!/bin/sh\nexit 1\n")     # what it saw is no claim
        self.assertNotIn("draw", self.assert_lab(["run", "01"], 1))
        self.assertFalse((self.machine.project / rows).exists())

    def test_check(self) -> None:
        self.machine.write("targets.json", '[{"name": "bench"}, {"name": "check-01"}]')
        self.assert_lab(["check", "1"], 1, "$ meson compile -C build check-01 checking fence\n"
                        "$ scripts/check_exercise.py --build build 01-first-things\n"
                        "not started: edit labs/01-first-things/exercise.c")

    def test_check_before_cmocka(self) -> None:
        self.assert_lab(["check", "1"], 1, "$ meson setup --reconfigure build\n"
                        "$ scripts/check_exercise.py")

    def test_hints(self) -> None:
        first = "$ sed -n 3,5p labs/01-first-things/hints.md\n## Hint 1\n\nThink.\n\n(1 more)\n"
        self.assert_lab(["hint", "1"], 0, first)
        last = "$ sed -n 7,10p labs/01-first-things/hints.md\n## Hint 2\n\nThink\nagain.\n"
        self.assert_lab(["hint", "first-things"], 0, last, "(That was the last one.)")
        self.assert_lab(["hint", "01-first-things"], 0, last)
        self.assert_lab(["hint", "11"], 0, "Wait.\n\n(That was the last one.)")
        self.assert_lab(["reset", "1"], 0)
        self.assert_lab(["hint", "1"], 0, first)
        memory, = (self.machine.project / ".lab").iterdir()
        memory.write_text("{ half-writ")
        self.assert_lab(["hint", "1"], 0, first)

    def test_reset(self) -> None:
        starter = self.exercise.read_text()
        self.assert_lab(["reset", "1"], 0, "exercise.c is the starter already")
        kept = set()
        for answer in ("int mine;\n", "int better;\n"):
            self.exercise.write_text(answer)
            self.assert_lab(["reset", "1"], 0, "$ cp labs/01-first-things/exercise.c \\\n    lab",
                            "$ scripts/make_starter.py labs/01-first-things/solution.c \\\n    lab")
            self.assertEqual(self.exercise.read_text(), starter)
            kept.add(answer)
            backups = self.exercise.parent.glob("exercise.c.bak-*")
            self.assertEqual({path.read_text() for path in backups}, kept)
        self.exercise.unlink()
        self.assert_lab(["reset", "1"], 0)
        self.assertEqual(self.exercise.read_text(), starter)

    def test_no_such_lab(self) -> None:
        with mock.patch.object(labs, "LABS", self.machine.project / "labs"):
            self.assertEqual(labs.find("1"), "01-first-things")
            for word in ("7", "first", "00", "-1", "1.0", ""):
                with self.subTest(word=word), self.assertRaises(labs.NoSuchLab):
                    labs.find(word)
        for verb, word in (("run", "7"), ("check", "00"), ("hint", "-1"), ("reset", "")):
            with self.subTest(verb=verb, word=word):
                words = self.assert_lab([verb, word], 2)
                self.assertEqual(len(words.splitlines()), 1, words)
        self.assert_lab(["check"], 2, "which lab? For example: scripts/lab check 01")
        self.assert_lab(["reset", "1", "11"], 2, "reset does not know 11")
        self.assert_lab(["list", "1"], 2, "list does not know 1")
        self.assertEqual(self.machine.asked(), [])

    def test_less_is_needed(self) -> None:
        """A machine for the labs alone; what only the bench wants is not asked for."""
        for name in ("gsl", "popt", "gnuplot", "hyperfine", "musl-gcc", "jinja2"):
            self.machine.remove(name)
        self.assert_lab(["run", "1"], 3)
        self.assertEqual(self.asked_of("apt-get"), [])
        self.machine.remove("cmocka", "cc")
        for verb in (["list"], ["hint", "1"], ["predict", "1"], ["solution", "1", "--give-up"]):
            self.assert_lab(verb, 0)
        self.assertEqual(self.asked_of("apt-get"), [])
        self.assert_lab(["check", "1"], 1, "lab: installing gcc libc6-dev libcmocka-dev (")
        self.machine.write("uid", "1000")
        self.machine.remove("meson")
        self.assert_lab(["run", "1"], 1, "lab: missing: meson\n")


class Interrupts(Case):
    """The bench gets one signal, however it came, and what it finished is drawn."""

    def setUp(self) -> None:
        super().setUp()
        self.machine.add_everything()

    def wait_for_bench(self) -> None:
        end = time.monotonic() + 60
        while not (self.machine.folder / "measuring").exists():
            self.assertLess(time.monotonic(), end, "the bench never started")
            time.sleep(0.01)

    def interrupt(self, number: int, experiment: str) -> tuple[int, str]:
        """Only lab itself is sent the signal."""
        process = self.machine.start("charts", experiment)
        self.wait_for_bench()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        return process.returncode, out + err

    def test_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.machine.write("asked")
                status, words = self.interrupt(number, "endless")
                self.assertEqual(status, 128 + number, words)
                self.assertIn("the table; 1 signals\nIncomplete: ", words)
                self.assertTrue(words.endswith("\nResults: results/now\n"), words)
                self.assertEqual(self.asked_of("draw"), ["draw results/now"])
                (self.machine.folder / "measuring").unlink()
                (self.machine.project / "results" / "now").rmdir()

    def test_before_the_first_block(self) -> None:
        status, words = self.interrupt(signal.SIGINT, "hasty")
        self.assertEqual(status, 130, words)
        self.assertIn("lab: interrupted before a block was finished", words)
        self.assertEqual(self.asked_of("draw"), [])

    def test_control_c(self) -> None:
        """At a terminal, where the whole foreground group gets the signal."""
        pid, terminal = pty.fork()
        if pid == 0:
            lab = str(self.machine.project / "scripts" / "lab")
            os.execve(lab, [lab, "charts", "endless"], self.machine.environment())
        self.wait_for_bench()
        os.write(terminal, b"\x03")
        words = b""
        try:
            while more := os.read(terminal, 4096):
                words += more
        except OSError:         # how Linux says that the other side has gone
            pass
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 130, words)
        self.assertIn(b"the table; 1 signals", words)
        self.assertIn(b"Incomplete: ", words)


if __name__ == "__main__":
    unittest.main()
