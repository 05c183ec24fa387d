"""scripts/lab where a path, a language, a disk or a stream is not what it is at home; with the real
labs, built for real, in a copy of their own."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
ODD = "ä b's \"c\" 100%#1/-dash"
LONG = f"{'long' * 40}/{'er' * 60}"
LAB = "02-shared-memory"
LIMIT_S = 240
NOTHING_INSTALLED = "#!/bin/sh\necho a test installs nothing >&2\nexit 1\n"


class Project:
    """A clone, as far as the labs need one: without the bench, and one exercise solved."""

    def __init__(self, name: str) -> None:
        self.outside = Path(tempfile.mkdtemp(prefix="surroundings-")).resolve()
        self.folder = self.outside / name
        for part in ("bench", "labs", "scripts"):
            shutil.copytree(SOURCE / part, self.folder / part)
        for file in ("meson.build", "meson_options.txt"):
            shutil.copy(SOURCE / file, self.folder)
        (self.folder / "results").mkdir()
        self.solve()
        self.programs = self.outside / "bin"
        self.programs.mkdir()
        for installer in ("apt-get", "dnf", "sudo"):
            (self.programs / installer).write_text(NOTHING_INSTALLED)
            (self.programs / installer).chmod(0o755)
        self.configured = subprocess.run(
            ["meson", "setup", "build", "-Dbench=disabled", "-Dmpi=disabled"], cwd=self.folder,
            env=self.environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False)

    def solve(self) -> None:
        shutil.copy(self.folder / "labs" / LAB / "solution.c",
                    self.folder / "labs" / LAB / "exercise.c")

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
        return {**kept, "PATH": f"{self.programs}:{os.environ['PATH']}", **more}

    def shell(self, script: str, *words: str, env: dict[str, str] | None = None,
              umask: int = -1) -> subprocess.CompletedProcess[str]:
        """A line of shell, in the clone, with scripts/lab as $0."""
        return subprocess.run(["sh", "-c", script, "scripts/lab", *words], cwd=self.folder,
                              env=env or self.environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", umask=umask,
                              timeout=LIMIT_S, check=False)


def setUpModule() -> None:
    Case.home = Project(ODD)
    unittest.addModuleCleanup(shutil.rmtree, Case.home.outside)


class Case(unittest.TestCase):
    home: Project                   # one for all tests

    def setUp(self) -> None:
        self.assertEqual(self.home.configured.returncode, 0, self.home.configured.stdout)
        self.home.solve()

    def lab(self, *words: str, status: int = 0, script: str = 'exec "$0" "$@"',
            **more: object) -> str:
        """Runs a verb; checks its status, and that no interpreter's words come out."""
        done = self.home.shell(script, *words, **more)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, f"{words}: {said}")
        self.assertNotIn("Traceback", said)
        return said

    def assert_checks(self, **more: object) -> None:
        said = self.lab("check", "02", **more)
        if "cmocka is missing" not in said:
            self.assertIn("Solved.", said)


class Paths(Case):
    def test_odd_path(self) -> None:
        self.assertIn("Seen: ", self.lab("run", "01"))
        self.assert_checks()
        for verb in ("list", "hint 02", "predict 01", "diff 02", "solution 02", "report",
                     "reset 02"):
            with self.subTest(verb):
                self.lab(*verb.split())
        self.assertTrue((self.home.folder / "report.html").exists())

    def test_long_path(self) -> None:
        self.home = Project(LONG)
        self.addCleanup(shutil.rmtree, self.home.outside)
        self.assertEqual(self.home.configured.returncode, 0, self.home.configured.stdout)
        self.assertIn("Seen: ", self.lab("run", "01"))
        self.assert_checks()


class Languages(Case):
    def locale(self, language: str, letters: str) -> dict[str, str]:
        """An environment in a language that may not be installed here."""
        name = f"{language}.{letters}"
        made = shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", language, "-f", letters, f"{self.home.outside}/{name}"],
            capture_output=True, check=False).returncode == 0
        if not made:
            self.skipTest(f"localedef cannot make {name} here")
        return self.home.environment(LOCPATH=str(self.home.outside), LC_ALL=name)

    def assert_speaks(self, environment: dict[str, str]) -> None:
        self.assertIn("One address, one variable", self.lab("list", env=environment))
        self.lab("hint", "03", env=environment)
        self.assert_checks(env=environment)

    def test_none(self) -> None:
        self.assert_speaks(self.home.environment(LC_ALL="C"))

    def test_decimal_comma(self) -> None:
        self.assert_speaks(self.locale("de_DE", "UTF-8"))

    def test_other_letters(self) -> None:
        """No UTF-8: the clone's path is still its own."""
        self.assert_speaks(self.locale("de_DE", "ISO-8859-1"))

    def test_other_small_letters(self) -> None:
        self.assert_speaks(self.locale("tr_TR", "UTF-8"))

    def test_time_zones(self) -> None:
        for zone in ("Asia/Kathmandu", "No/Such:Zone"):
            self.lab("reset", "02", env=self.home.environment(TZ=zone))
            self.home.solve()


class Bare(Case):
    def test_no_environment(self) -> None:
        """No HOME, no TERM, no language."""
        self.assert_checks(env={"PATH": self.home.environment()["PATH"]})
        self.lab("list", env={"PATH": "/usr/bin"})

    def test_closed_streams(self) -> None:
        for verb in ("list", "check 02", "hint 02", "diff 02", "solution 02", "predict 01"):
            for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
                with self.subTest(verb + closed):
                    self.lab(*verb.split(), script=f'exec "$0" "$@" {closed}')


class Disks(Case):
    def mounted(self, path: str, option: str) -> str:
        """A script that runs the verb where this folder of the clone is mounted so."""
        script = (f'mount --bind {path} {path} && cd "$PWD" &&'
                  f' mount -o remount,bind,{option} {path} || exit 99\n'
                  'cd "$PWD" && exec "$0" "$@"')
        enter = "unshare -m" if os.geteuid() == 0 else "unshare -r -m"
        script = f"{enter} sh -c '{script}' \"$0\" \"$@\""
        if self.home.shell(script, "help").returncode != 0:
            self.skipTest("may not mount a folder")
        return script

    def test_no_programs_from_there(self) -> None:
        """noexec, as some machines have /tmp or /home."""
        self.assert_checks()
        self.lab("run", "01")
        script = self.mounted("build", "noexec")
        for verb in ("run 01", "check 02"):
            with self.subTest(verb):
                said = self.lab(*verb.split(), status=1, script=script)
                self.assertEqual(said.count("mounted noexec"), 1, said)

    def test_read_only(self) -> None:
        self.assert_checks()
        script = self.mounted(".", "ro")
        self.lab("list", script=script)
        for verb in ("hint 02", "check 02", "report", "reset 02"):
            with self.subTest(verb):
                said = self.lab(*verb.split(), status=1, script=script)
                self.assertIn("Read-only file system", said)

    def test_umask(self) -> None:
        """What holds somebody's answers is for whom the umask says, and nobody else writes it."""
        report = self.home.folder / "report.html"
        for mask, mode in ((0o077, 0o600), (0o022, 0o644), (0, 0o644)):
            report.unlink(missing_ok=True)
            self.lab("report", umask=mask)
            self.assertEqual(oct(report.stat().st_mode & 0o7777), oct(mode))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
