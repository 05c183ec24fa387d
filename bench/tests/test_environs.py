"""What surrounds the programs is not what it is at home: an older kernel, a container's filter, a
/proc that hides others, another language and time, odd paths, closed streams, a read-only disk.
Everything works, or is a row or a line that says why not."""
from __future__ import annotations

import datetime
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import programs
from programs import Case, adopt_orphans, as_stranger, works

PROJECT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = PROJECT / "scripts"
sys.path.insert(0, str(SCRIPTS))
from check_exercise import CannotCheck, Kit  # noqa: E402

SMALL = ("creation", "--cases", "fork,clone3,posix-spawn", "--placement", "same-cpu",
         "--time-budget", "0.3")
QUICK = ("order", "--quick")
SOLVED, FAILED, SKIPPED = 0, 1, 77
ODD = "ä b's \"c\" 100%#1"


class EnvironsCase(Case):
    def without(self, what: str, error: int) -> list[str]:
        """What runs a command as if the kernel lacked this."""
        tool = programs.PROGRAMS / "without"
        if not tool.exists() or not works(str(tool), f"{what}={error}", "true"):
            self.skipTest("this kernel has no filters for system calls")
        return [str(tool), f"{what}={error}"]

    def check_of(self, lab: str, answer: str) -> Path:
        """The program that checks this answer to a lab's exercise."""
        program = self.folder / "check"
        try:
            Kit(programs.PROGRAMS.parent, lab).make(PROJECT / "labs" / lab / answer, program)
        except CannotCheck as error:
            self.skipTest(str(error))
        return program

    def demos(self) -> list[Path]:
        return sorted((self.folder / "labs").iterdir())

    def errors(self, prefix: list[str]) -> dict[str, str]:
        """What the system refused, case by case."""
        self.measure(*SMALL, prefix=prefix)
        return {row["case"]: row["error"] for row in self.table("creation")}


class OldKernel(EnvironsCase):
    def test_no_clone3(self) -> None:
        """A kernel before 5.3: only who asks for clone3 itself is refused."""
        found = self.errors(self.without("clone3", errno.ENOSYS))
        self.assertEqual(found.pop("clone3"), "ENOSYS")
        self.assertEqual(set(found.values()), {""})
        rows = {row["case"]: row for row in self.table("creation-summary")}
        self.assertIn("ENOSYS", rows["clone3"]["unavailable"])

    def test_no_clone3_demos(self) -> None:
        prefix = self.without("clone3", errno.ENOSYS)
        for demo in self.demos():
            with self.subTest(demo.name):
                ended = subprocess.run([*prefix, demo], capture_output=True, check=False,
                                       timeout=programs.LIMIT_S)
                self.assertIn(ended.returncode, (SOLVED, SKIPPED), ended.stderr)

    def test_no_clone3_checks(self) -> None:
        prefix = self.without("clone3", errno.ENOSYS)
        for answer, status in (("solution.c", SOLVED), ("wrong/by_main.c", FAILED)):
            with self.subTest(answer):
                program = self.check_of("02-shared-memory", answer)
                self.call(*prefix, str(program), status=status)

    def test_clone3_forbidden(self) -> None:
        """A container that answers EPERM, for which the C library knows no other way."""
        found = self.errors(self.without("clone3", errno.EPERM))
        self.assertEqual(found["clone3"], "EPERM")
        self.assertEqual(found["fork"], "")
        self.assertLessEqual(set(found.values()), {"", "EPERM"})

    def test_clone3_forbidden_demos(self) -> None:
        """A demo that was refused a thread decides no claim."""
        prefix = self.without("clone3", errno.EPERM)
        refused = subprocess.run([*prefix, self.demos()[0]], capture_output=True, text=True,
                                 check=False, timeout=programs.LIMIT_S)
        if refused.returncode == 0:
            self.skipTest("this C library creates threads without clone3")
        self.measure("demos", "--cases", "lab01", prefix=prefix, status=1)
        row, = self.table("demos-summary")
        self.assertEqual(row["unavailable"], refused.stderr.strip())
        self.assertEqual(self.run_json()["claims"][0]["verdict"], "not measured")

    def test_clone3_forbidden_checks(self) -> None:
        """A right answer is not called wrong where it cannot be right."""
        prefix = self.without("clone3", errno.EPERM)
        for answer in ("solution.c", "wrong/by_main.c"):
            program = self.check_of("02-shared-memory", answer)
            done = subprocess.run([*prefix, program], capture_output=True, text=True, check=False,
                                  timeout=programs.LIMIT_S)
            if done.returncode == SOLVED:
                self.skipTest("this C library creates threads without clone3")
            self.assertEqual(done.returncode, SKIPPED, done.stdout)
            self.assertIn("this machine cannot check the exercise: a thread", done.stdout)

    def test_no_smaps_rollup(self) -> None:
        """A kernel before 4.14 tells of one mapping after the other."""
        prefix = self.without("smaps_rollup", errno.ENOENT)
        self.call(*prefix, "cat", "/proc/self/smaps_rollup", status=1)
        done = self.call(*prefix, self.probe, "population", "kind=process", "workers=64",
                         "at=16,64")
        rows = [line.split(",") for line in done.stdout.splitlines() if line.count(",") > 4]
        column = rows[0].index("pss_kib")
        self.assertTrue([row for row in rows[1:] if row[column] not in ("", "-1")], done.stdout)

    def test_no_smaps_rollup_demo(self) -> None:
        prefix = self.without("smaps_rollup", errno.ENOENT)
        self.call(*prefix, str(self.folder / "labs" / "demo-13"))


class HiddenProc(EnvironsCase):
    def hidden(self) -> list[str]:
        """What runs a command as somebody who sees no other user's process."""
        stranger = as_stranger()
        prefix = ["unshare", "--mount", "--pid", "--fork", "sh", "-c",
                  'mount -t proc -o hidepid=2 proc /proc || exit; "$@"; exit $?', "sh", *stranger]
        if not works(*prefix, "true"):
            self.skipTest("may not mount a /proc")
        self.call(*prefix, "test", "!", "-e", "/proc/1")        # root's shell
        self.folder.chmod(0o777)
        return prefix

    def test_bench(self) -> None:
        self.measure("order", "population", "demos", "--quick", prefix=self.hidden())
        self.assertTrue(self.run_json()["complete"])
        self.assertEqual({row["status"] for row in self.table("demos-summary")}, {"0"})

    def test_checks(self) -> None:
        prefix = self.hidden()
        for answer, status in (("solution.c", SOLVED), ("wrong/by_main.c", FAILED)):
            with self.subTest(answer):
                program = self.check_of("02-shared-memory", answer)
                self.call(*prefix, str(program), status=status)


class Locale(EnvironsCase):
    def locale(self, name: str) -> dict[str, str]:
        """An environment in a language that may not be installed here."""
        made = shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", name, "-f", "UTF-8", f"{self.folder}/{name}.UTF-8"],
            capture_output=True, check=False).returncode == 0
        adopt_orphans()             # it leaves one behind
        if not made:
            self.skipTest(f"localedef cannot make {name} here")
        return dict(os.environ, LOCPATH=str(self.folder), LC_ALL=f"{name}.UTF-8",
                    PYTHONDONTWRITEBYTECODE="1")

    def test_decimal_comma(self) -> None:
        """Numbers keep their point, and the charts drawn from them are the same."""
        german = self.locale("de_DE")
        self.measure(*QUICK, env=german)
        for row in self.table("order-summary"):
            float(row["median_us"])
        charts = []
        for environment in (german, dict(german, LC_ALL="C")):
            shutil.rmtree(self.run_folder / "charts", ignore_errors=True)
            self.call(sys.executable, str(SCRIPTS / "draw.py"), str(self.run_folder),
                      env=environment)
            charts.append((self.run_folder / "charts" / "order.svg").read_text())
        self.assertEqual(*charts)
        self.call(sys.executable, str(SCRIPTS / "page.py"), str(self.run_folder), env=german)

    def test_other_small_letters(self) -> None:
        """In Turkish the small letter of I is another: names of cases and columns stay."""
        turkish = self.locale("tr_TR")
        self.measure(*QUICK, env=turkish)
        self.assertIn("verdict", self.table("order-summary")[0])
        self.call(sys.executable, str(SCRIPTS / "page.py"), str(self.run_folder), env=turkish)

    def test_time_zones(self) -> None:
        """A quarter of an hour beside the others, and one that does not exist."""
        for zone in ("Asia/Kathmandu", "No/Such:Zone"):
            with self.subTest(zone):
                self.run_folder = self.folder / f"run-{len(zone)}"
                before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
                self.measure("demos", "--cases", "lab01", env=dict(os.environ, TZ=zone))
                date = self.run_json()["software"]["date"]
                self.assertTrue(date.endswith("Z"), date)
                begun = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
                self.assertLessEqual(before, begun)
                self.assertLessEqual(begun, datetime.datetime.now(datetime.timezone.utc))


class Paths(EnvironsCase):
    def test_odd_path(self) -> None:
        """What a shell, a URL, printf or an option could misread; and 300 letters."""
        for name in (ODD, f"-dash/{'long' * 40}/{'er' * 60}"):
            with self.subTest(name):
                odd = self.folder / name
                odd.mkdir(parents=True)
                for part in ("programs", "labs"):
                    shutil.copytree(self.folder / part, odd / part)
                self.run_folder = odd / "run"
                self.call(str(odd / "programs" / "bench"), "order", "ladder", "instruments",
                          "demos", "--quick", "--time-budget", "1.5", "--wait", "--output",
                          str(self.run_folder))
                self.assertTrue(self.run_json()["complete"])
                for script in ("draw.py", "page.py"):
                    self.call(sys.executable, str(SCRIPTS / script), str(self.run_folder))
                self.assertTrue((self.run_folder / "charts" / "order.svg").exists())
                self.assertTrue((self.run_folder / "index.html").exists())

    def test_read_only_disk(self) -> None:
        apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        if not works(*apart, "mount", "-t", "tmpfs", "-o", "ro", "none", str(self.folder)):
            self.skipTest("may not mount a disk")
        disk = self.folder / "disk"
        disk.mkdir()
        done = self.call(*apart, "sh", "-c", f'mount -t tmpfs -o ro none {disk} && exec "$@"', "sh",
                         self.bench, *QUICK, "--wait", "--output", str(disk / "run"), status=1)
        self.assertIn(os.strerror(errno.EROFS), self.complaint(done))
        self.assertIn("--output", self.complaint(done))

    def test_umask(self) -> None:
        """Files are for whom the umask says, and none can be executed."""
        for mask, folder, file in ((0o077, 0o700, 0o600), (0o022, 0o755, 0o644),
                                   (0, 0o777, 0o666)):
            with self.subTest(oct(mask)):
                self.run_folder = self.folder / f"run-{mask}"
                self.measure("demos", "--cases", "lab01", preexec_fn=lambda m=mask: os.umask(m))
                self.assertEqual(self.run_folder.stat().st_mode & 0o7777, folder)
                self.assertEqual({path.stat().st_mode & 0o7777
                                  for path in self.run_folder.iterdir()}, {file})


class Bare(EnvironsCase):
    def test_no_environment(self) -> None:
        """No HOME, no TERM, no PATH but this."""
        self.measure(*QUICK, env={"PATH": "/usr/bin"})
        self.assertTrue(self.run_json()["complete"])

    def test_closed_streams(self) -> None:
        """What is opened next must not be taken for the standard output."""
        for number, closed in enumerate(("<&-", ">&-", "2>&-", "<&- >&- 2>&-")):
            with self.subTest(closed):
                self.run_folder = self.folder / f"run-{number}"
                self.call("sh", "-c", f'exec "$@" {closed}', "sh", self.bench, *QUICK, "--wait",
                          "--output", str(self.run_folder))
                self.assert_files_are_whole()
                self.assertTrue(self.run_json()["complete"])

    def test_closed_streams_of_the_probe(self) -> None:
        done = self.call("sh", "-c", 'exec "$@" >&-', "sh", self.probe, "creation",
                         "mechanism=fork", "samples=3", status=1)
        self.assertIn("cannot write the results", self.complaint(done))


if __name__ == "__main__":
    programs.main(__name__)
