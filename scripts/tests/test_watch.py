"""scripts/lab watch: at every save, whatever the editor does; and nothing is left when it ends."""
from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from pretend import SCRIPTS, Machine, Terminal, write_program

sys.path.insert(0, str(SCRIPTS))
import watch  # noqa: E402
from steps import Ended  # noqa: E402

LAB = "01-first-things"


class Files(unittest.TestCase):
    """When it checks, and when not; the pauses are what an editor uses to do something."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = Path(folder.name) / "exercise.c"
        self.source.write_text("old\n")

    def wait(self, before: watch.Look | None, *steps: object) -> str:
        """The content that is checked after these steps; each comes between two looks."""
        left = iter(steps)
        with mock.patch.object(watch.time, "sleep", lambda _: next(left)()), \
                contextlib.redirect_stdout(io.StringIO()):
            return watch.wait_for_save(self.source, before).text

    def test_begins_with_what_is_there(self) -> None:
        self.assertEqual(self.wait(None, lambda: None), "old\n")

    def test_waits_until_it_is_whole(self) -> None:
        """First nothing, then a half, then all of it, and only then a check."""
        before = watch.look(self.source)
        self.assertEqual(self.wait(
            before, lambda: None, lambda: self.source.write_text(""),
            lambda: self.source.write_text("ne"), lambda: self.source.write_text("new\n"),
            lambda: None), "new\n")

    def test_an_editor_that_replaces_the_file(self) -> None:
        def replace() -> None:
            other = self.source.with_name("exercise.c~")
            other.write_text("new\n")
            os.replace(other, self.source)

        before = watch.look(self.source)
        self.assertEqual(self.wait(before, self.source.unlink, lambda: None, replace,
                                   lambda: None), "new\n")

    def test_same_time_and_size(self) -> None:
        """A file system whose clock is coarse: the content alone tells."""
        before = watch.look(self.source)
        stat = self.source.stat()

        def save() -> None:
            self.source.write_text("new\n")
            os.utime(self.source, ns=(stat.st_atime_ns, stat.st_mtime_ns))

        self.assertEqual(self.wait(before, save, lambda: None), "new\n")

    def test_saved_without_a_change(self) -> None:
        before = watch.look(self.source)
        self.assertEqual(self.wait(before, lambda: os.utime(self.source, (1, 1)), lambda: None,
                                   lambda: self.source.write_text("new\n"), lambda: None), "new\n")

    def test_saved_while_it_is_checked(self) -> None:
        """What was saved during a check is checked next; an interrupt during a check ends it."""
        checked = []

        def check() -> Ended:
            checked.append(self.source.read_text())
            self.source.write_text(f"version {len(checked)}\n")
            return Ended(1, signal.SIGTERM if len(checked) == 3 else 0)

        with mock.patch.object(watch, "POLL_S", 0), contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(watch.watch(self.source, check), 128 + signal.SIGTERM)
        self.assertEqual(checked, ["old\n", "version 1\n", "version 2\n"])

    def test_words(self) -> None:
        one = watch.Look(0, 0, "", "a\nb\n")
        self.assertEqual(watch.changes(None, one), "2 lines")
        self.assertEqual(watch.changes(one, one._replace(text="a\n--x\n++y\n")),
                         "3 lines, 2 new, 1 gone")
        self.assertEqual(watch.changes(one, one), "2 lines, 0 new, 0 gone")


class Whole(unittest.TestCase):
    """The verb, with a compiler that never ends where the test wants one."""

    def setUp(self) -> None:
        self.machine = Machine()
        self.addCleanup(self.machine.scrap)
        self.machine.add_everything()
        self.exercise = self.machine.project / "labs" / LAB / "exercise.c"
        self.build = self.machine.project / "build"

    def start(self, **more: str) -> Terminal:
        terminal = self.machine.terminal("watch", "1", **more)
        self.addCleanup(terminal.__exit__)
        return terminal

    def leave(self, screen: Terminal) -> None:
        screen.type("\x03")
        self.assertEqual(screen.end(), 0, screen.words)
        self.assertNotIn("Traceback", screen.words)

    def use_a_compiler_without_end(self) -> Path:
        """Gives the file that holds its process id."""
        begun = self.machine.folder / "begun"
        write_program(self.machine.bin / "slow-cc", f"#!{sys.executable}\n"
                      "import os, time\n"
                      f"open({str(begun) + '-'!r}, 'w').write(str(os.getpid()))\n"
                      f"os.rename({str(begun) + '-'!r}, {str(begun)!r})\n"
                      "time.sleep(60)\n")
        for name in ("readelf", "objcopy"):
            write_program(self.machine.bin / name, "#!/bin/sh\n")
        (self.build / "labs" / "checking").mkdir(parents=True)
        write_program(self.build / "labs" / "checking" / "fence", "#!/bin/sh\n"
                      "while case $1 in --*) ;; *) false ;; esac; do shift; done\n"
                      'exec "$@"\n')
        (self.build / "labs" / "recipe.json").write_text(json.dumps(
            {"cmocka": True, "renames": {LAB: []}, "link_arguments": [], "links": {},
             "lacks": {}, "objcopy": "objcopy"}))
        (self.build / "compile_commands.json").write_text(json.dumps(
            [{"file": f"../labs/{LAB}/demo.c", "command": "slow-cc -c demo.c"}]))
        return begun

    def wait_for(self, path: Path) -> int:
        end = time.monotonic() + 60
        while not path.exists():
            self.assertLess(time.monotonic(), end, "it never began")
            time.sleep(0.01)
        return int(path.read_text())

    def test_at_every_save(self) -> None:
        screen = self.start(TERM="xterm")
        screen.read_until("not started: edit")
        screen.read_until("Ctrl-C leaves.")
        self.assertIn("\033[H\033[2J", screen.words)
        screen.words = ""
        self.exercise.write_text("int mine;\n")
        screen.read_until("cannot be checked here")           # which only a begun one is told
        self.assertRegex(screen.words, rf"labs/{LAB}/exercise.c, saved \d\d:\d\d:\d\d: 1 line, 1 new")
        screen.read_until("Ctrl-C leaves.")
        self.assertRegex(screen.words, r"Checked at \d\d:\d\d:\d\d\.")
        self.exercise.unlink()
        screen.read_until("checked when it is back")
        self.leave(screen)

    def test_no_screen_to_clear(self) -> None:
        for more in ({"TERM": "dumb"}, {}):
            screen = self.start(**more)
            screen.read_until("Ctrl-C leaves.")
            self.leave(screen)
            self.assertNotIn("\033", screen.words)

    def test_control_c_during_a_check(self) -> None:
        begun = self.use_a_compiler_without_end()
        self.exercise.write_text("int mine;\n")
        screen = self.start(TERM="xterm")
        compiler = self.wait_for(begun)
        self.leave(screen)
        self.assertFalse(Path(f"/proc/{compiler}").exists(), screen.words)

    def test_terminated_during_a_check(self) -> None:
        begun = self.use_a_compiler_without_end()
        self.exercise.write_text("int mine;\n")
        process = self.machine.start("watch", "1")
        compiler = self.wait_for(begun)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM, out + err)
        self.assertFalse(Path(f"/proc/{compiler}").exists())
        self.assertNotIn("\033", out)


if __name__ == "__main__":
    unittest.main()
