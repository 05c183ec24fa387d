#!/usr/bin/env python3
"""Checks one exercise: compiles the student's file with its check, runs that, says what is wrong.

Exit status: 0 solved; 1 not solved; 77 not started, or this machine lacks something (meson calls
that a skip). The check itself was built by meson; the student's file never is, so that one that
does not compile breaks nothing but its own check. It is compiled as the lab's demo was: same
compiler, same flags, same sanitizer.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import bounded
import sandbox
import screening
from make_starter import MarkerError, starter_of
from steps import in_lines, what_helps

PROJECT = Path(__file__).resolve().parent.parent
LABS = PROJECT / "labs"

SOLVED, FAILED, SKIPPED = 0, 1, 77      # exit statuses; 77 is what meson calls a skip
COMPILE_LIMIT_S = 60
# [  FAILED  ] name, and what else cmocka puts between brackets
CMOCKA_LINE = re.compile(r"\[ *(?P<word>=+|-+|[A-Z]+) *\] (?P<more>.*)")
HOW_IT_WENT = {"OK": "ok", "FAILED": "not yet", "SKIPPED": "left out"}
INSTRUMENTED = ("-fsanitize", "-fprofile", "--coverage")
BREAKPOINTS_MOST = 3
AFTER_A_FAILURE = "-"                   # an "ok" there may be owed to the mistake itself
SUMMARY = tuple("0123456789")
CHECK_LIMIT_S = 90                      # the check's own limits are shorter: this is a last resort


class CannotCheck(Exception):
    """This machine lacks something: no fault of the student's."""


class DoesNotBuild(Exception):
    """The student's file does not compile or link; the compiler's words."""


def shown(path: Path) -> str:
    """A path as the commands use it: without the project's own path, where it can be."""
    path = Path(os.path.normpath(path.absolute()))
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def starter(lab: str) -> str:
    return starter_of((LABS / lab / "solution.c").read_text())


def is_untouched(lab: str, exercise: Path) -> bool:
    """An editor that only changed the line ends has not touched it; text mode reads CRLF as LF."""
    return exercise.read_text(errors="replace") == starter(lab)


class Kit:
    """What a build folder holds to check a lab's exercise with.

    An answer that nobody here wrote has a `workshop`, a folder of its own with its exercise.h:
    there it is compiled, behind a closed door where the machine has doors.
    """

    def __init__(self, build: Path, lab: str, workshop: Path | None = None) -> None:
        self.build = build.resolve()
        self.lab = lab
        self.workshop = workshop
        self.number = lab[:2]
        try:
            recipe = json.loads((build / "labs" / "recipe.json").read_text())
            commands = json.loads((build / "compile_commands.json").read_text())
        except OSError as error:
            raise CannotCheck(f"{error.filename} cannot be read: {error.strerror}. `meson setup"
                              f" {shlex.quote(shown(build))}` makes a build folder.")
        if lab not in recipe["renames"]:
            raise CannotCheck(f"{shown(build)} does not know {lab} yet: `meson compile -C"
                              f" {shlex.quote(shown(build))}` tells it.")
        if lab in recipe["lacks"]:
            raise CannotCheck(recipe["lacks"][lab])
        if not recipe["cmocka"]:
            raise CannotCheck("cmocka is missing: `scripts/lab setup` installs it.")
        self.renames: list[str] = recipe["renames"][lab]
        self.link_arguments: list[str] = [*recipe["links"].get(lab, []), *recipe["link_arguments"]]
        self.objcopy: str = recipe["objcopy"]
        self.compiler = self._compiler(commands)
        # What these put into an object file we would refuse, and memory they take by the terabyte.
        self.instrumented = any(word.startswith(INSTRUMENTED) for word in self.compiler)
        if not sandbox.program(self.build).exists():
            raise self._not_built(sandbox.program(self.build))
        for tool in (self.compiler[0], "readelf", self.objcopy):
            if shutil.which(tool) is None:
                raise CannotCheck(f"{tool} is missing: `scripts/lab setup` installs it.")

    def _compiler(self, commands: list[dict[str, str]]) -> list[str]:
        """The command that compiled the lab's demo, less what belongs to that one file."""
        demo = f"/labs/{self.lab}/demo.c"
        command = next(row["command"] for row in commands if ("/" + row["file"]).endswith(demo))
        words: list[str] = []
        with_value = False
        for word in shlex.split(command):
            if with_value or word in ("-MQ", "-MF", "-o", "-c"):
                with_value = not with_value
            # Relative include folders count from the build folder, and hold nothing for a lab.
            elif word != "-MD" and not (word.startswith("-I") and not word.startswith("-I/")):
                words.append(word)
        colour = "always" if sys.stdout.isatty() else "never"
        return [*words, f"-fdiagnostics-color={colour}"]

    def _not_built(self, what: Path) -> CannotCheck:
        return CannotCheck(f"{shown(what)} is not built yet: `meson compile -C"
                           f" {shlex.quote(shown(self.build))}` builds it.")

    @property
    def libraries(self) -> tuple[Path, Path]:
        """The lab's check; what checks share."""
        return (self.build / "labs" / f"libcheck-{self.number}.a",
                self.build / "labs" / "checking" / "libchecking.a")

    @property
    def elsewhere(self) -> list[Path]:
        """Where cmocka is, if the system does not have it."""
        return [Path(word[2:]) for word in self.link_arguments if word.startswith("-L/")]

    def limits(self, limits: sandbox.Limits) -> sandbox.Limits:
        return limits._replace(data_mib=0) if self.instrumented else limits

    def run(self, command: list[str]) -> str:
        """Compiles or links; returns the warnings."""
        sealed = self.workshop is not None and sandbox.ability(self.build).sealed
        fenced = sandbox.fenced(
            self.build, command, self.limits(sandbox.COMPILING), sealed,
            uid=sandbox.own_uid() if sealed else 0,
            see=[self.build / "labs", *self.elsewhere], work=self.workshop)
        done = bounded.run(fenced, COMPILE_LIMIT_S, cwd=PROJECT, env=self.environment,
                           memory_mib=sandbox.memory_mib())
        if done.timed_out or done.too_big:
            how = f"ran for {COMPILE_LIMIT_S} s" if done.timed_out else "took too much memory"
            raise DoesNotBuild(f"{done.output}{shlex.join(command)} {how}"
                               " and was stopped.\n")
        if done.status == sandbox.FENCE_FAILED:
            raise CannotCheck(done.output.strip())
        if done.status != 0:
            raise DoesNotBuild(done.output)
        return done.output

    @property
    def environment(self) -> dict[str, str] | None:
        """Strangers get none of ours: it may hold keys."""
        return None if self.workshop is None else sandbox.ENVIRONMENT

    def name(self, path: Path) -> str:
        """As a command names it that runs in the workshop, or in the project's folder."""
        if self.workshop is not None and path.is_relative_to(self.workshop):
            return str(path.relative_to(self.workshop))
        return shown(path)

    def compile(self, source: Path, to: Path) -> str:
        """Makes the object file; returns the compiler's warnings."""
        # A student's array of n is C: that we avoid it, and why, is nobody's first worry.
        # An object for the linker's optimiser holds no code yet in which to rename a call.
        include = "." if self.workshop is not None else shown(LABS / self.lab)
        warnings = self.run([*self.compiler, "-Wno-vla", "-fno-lto", f"-I{include}",
                             "-c", self.name(source), "-o", self.name(to)])
        self._screen(to)
        return warnings

    def _screen(self, compiled: Path) -> None:
        """Leaves in the object file what the contract asks for, or refuses it."""
        for library in self.libraries:
            if not library.exists():
                raise self._not_built(library)
        contract = screening.contract(LABS / self.lab / "exercise.h")
        calls = [f"--redefine-sym={name}=check_{name}" for name in self.renames]
        kept = [f"--keep-global-symbol={name}" for name in sorted(contract)]
        try:
            if not self.instrumented:
                screening.screen(compiled, contract, screening.offered_by(self.libraries))
            self.run([self.objcopy, *calls, *([] if self.instrumented else kept),
                      self.name(compiled)])
            if not self.instrumented:
                screening.screen_offers(compiled, contract)
        except screening.Refused as refused:
            raise DoesNotBuild(str(refused)) from refused

    def link(self, compiled: Path, to: Path) -> None:
        """Makes the program: the student's object, the whole check, what it uses of the library."""
        check, checking = map(str, self.libraries)
        self.run([*self.compiler, self.name(compiled), "-Wl,--whole-archive", check,
                  "-Wl,--no-whole-archive", checking, *self.link_arguments,
                  "-pthread", "-o", self.name(to)])

    def make(self, source: Path, program: Path) -> str:
        """Compiles and links; returns the warnings. Other checks may do the same meanwhile."""
        program.parent.mkdir(exist_ok=True)
        compiled = program.with_name(f"{program.name}.{os.getpid()}.o")
        linked = program.with_name(f"{program.name}.{os.getpid()}")
        try:
            warnings = self.compile(source, compiled)
            try:
                self.link(compiled, linked)
            except DoesNotBuild as error:       # often the warning names the reason
                raise DoesNotBuild(f"{warnings}{error}")
            os.replace(compiled, program.with_name(program.name + ".o"))
            os.replace(linked, program)
        finally:
            compiled.unlink(missing_ok=True)
            linked.unlink(missing_ok=True)
        return warnings


def functions_of(compiled: Path) -> list[str]:
    """The functions that an object file offers to others."""
    # nm would load the linker's plugins first, which takes ten times as long.
    listed = subprocess.run(["readelf", "--symbols", "--wide", str(compiled)],
                            stdout=subprocess.PIPE, text=True, check=False).stdout
    return re.findall(r" FUNC +(?:GLOBAL|WEAK) +\S+ +[0-9]+ (\S+)$", listed, flags=re.MULTILINE)


def run_check(kit: Kit, program: Path, *tests: str,
              limit_s: float = CHECK_LIMIT_S) -> bounded.Result:
    """Runs a check behind its fence. That it is content it must have said itself."""
    fenced = sandbox.fenced(
        kit.build, [str(program), *tests], kit.limits(sandbox.CHECKING),
        sandbox.ability(kit.build).sealed, uid=sandbox.own_uid(), see=[program, *kit.elsewhere])
    done = bounded.run(fenced, limit_s, env=kit.environment,
                       memory_mib=0 if kit.instrumented else sandbox.memory_mib())
    if done.status == sandbox.FENCE_FAILED:
        raise CannotCheck(done.output.strip())
    if done.status == SOLVED and "[  PASSED  ]" not in done.output:
        return done._replace(status=FAILED, output=done.output + (
            "The check ended before it had come to a verdict.\n"))
    if done.status > 128 and not (done.timed_out or done.too_big):
        return done._replace(output=done.output + (
            f"The check itself was ended, by signal {done.status - 128}"
            f" ({signal.strsignal(done.status - 128)}).\nSignals may go to your own children"
            " only: what pid do you give to kill?\n"))
    return done


def in_plain_words(output: str) -> str:
    """What cmocka printed, for a student: how each test went, and what the first that failed says.

    What the later ones say is often the same mistake once more, or praise that it earned.
    """
    tests: dict[str, str] = {}
    messages: list[str] = []
    rest: list[str] = []
    for line in output.splitlines():
        mark = CMOCKA_LINE.fullmatch(line)
        if mark is None:
            rest.append(line)
        elif mark["word"] == "RUN":
            rest = []
        elif mark["word"] in HOW_IT_WENT and not mark["more"].startswith(SUMMARY):
            how = AFTER_A_FAILURE if messages else HOW_IT_WENT[mark["word"]]
            why = f" ({rest[-1].strip()})" if how == "left out" and rest else ""
            # The summary names those that were left out once more.
            tests.setdefault(mark["more"], f"  {how:9} {mark['more'].replace('_', ' ')}{why}")
            if mark["word"] == "FAILED":
                messages.append("\n".join(rest).strip("\n"))
            rest = []
        elif mark["word"] == "FAILED":          # the summary, which says it all again
            break
    else:
        messages.append("\n".join(rest).strip("\n"))
    first = next((words for words in messages if words), "")
    return "\n\n".join(part for part in ("\n".join(tests.values()), first) if part) + "\n"


def repeat_lines(kit: Kit, source: Path, program: Path, output: str) -> str:
    """How to see the first failing test again, alone and under gdb."""
    test = re.search(r"^\[  FAILED  \] (\w+)$", output, flags=re.MULTILINE)
    words = [test[1]] if test else []
    again = ["scripts/check_exercise.py", "--build", shown(kit.build), kit.lab]
    if source != LABS / kit.lab / "exercise.c":
        again += ["--file", shown(source)]
    gdb = ["gdb", "-q", "-ex", "set follow-fork-mode child"]
    functions = functions_of(program.with_name(program.name + ".o"))
    if len(functions) <= BREAKPOINTS_MOST:              # more are no help
        gdb += [word for name in functions for word in ("-ex", f"break {name}")]
    gdb += ["-ex", "run", "--args", shown(program)]
    return (f"\nThis one alone:\n{in_lines(again + words)}"
            f"\nUnder gdb:\n{in_lines(gdb + words)}\n")


def note_verdict(kit: Kit, about: str, solved: bool) -> None:
    """For the board of `scripts/lab`, which runs nothing."""
    noted = {"sha256": about, "solved": solved}
    (kit.build / "labs" / f"verdict-{kit.number}.json").write_text(json.dumps(noted) + "\n")


def digest(lab: str, source: Path) -> str:
    """Of all that a verdict is about: the exercise, its contract and its check."""
    whole = hashlib.sha256()
    for path in (source, LABS / lab / "exercise.h", LABS / lab / "check.c"):
        whole.update(hashlib.sha256(path.read_bytes() if path.exists() else b"").digest())
    return whole.hexdigest()


def check(build: Path, lab: str, source: Path, tests: list[str], limit_s: float) -> int:
    name = shown(source)
    if not source.exists():
        print(f"{name} is gone: `scripts/lab reset {lab[:2]}` brings the starter back.")
        return FAILED
    if is_untouched(lab, source):
        print(f"not started: edit {name},\nthen `scripts/lab check {lab[:2]}`")
        return FAILED if os.environ.get("LAB_STRICT") == "1" else SKIPPED

    kit = Kit(build, lab)
    program = kit.build / "labs" / f"exercise-{kit.number}"
    whole = source == LABS / lab / "exercise.c" and not tests
    about = digest(lab, source)                 # now: it may be saved again meanwhile
    try:
        warnings = kit.make(source, program)
    except DoesNotBuild as error:
        if whole:
            note_verdict(kit, about, solved=False)
        print(f"{error}\n{name} does not build, so nothing was checked yet.\n"
              "Why stands above; begin with the first of those words.")
        return FAILED
    if warnings:
        print(f"{warnings}\nIt compiles, but the compiler has doubts (above). They may explain"
              "\nwhat follows.\n")
    done = run_check(kit, program, *tests, limit_s=limit_s)
    print(in_plain_words(done.output), end="")
    if done.timed_out:
        print(f"\nThe check did not end within {limit_s:g} s, so it was stopped, and everything"
              "\nthat it had started.")
    if done.too_big:
        print("\nThe check took more than"
              f" {sandbox.memory_mib()} MiB of memory, so it was stopped, and everything\nthat it"
              " had started.")
    if done.status == SKIPPED:
        return SKIPPED
    if whole:
        note_verdict(kit, about, solved=done.status == SOLVED)
    if done.status != SOLVED:
        print(repeat_lines(kit, source, program, done.output), end="")
        return FAILED
    return SOLVED


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a lab's exercise.c (or another answer).")
    parser.add_argument("--build", type=Path, default=PROJECT / "build", metavar="DIR",
                        help="the build folder (default: build)")
    parser.add_argument("--file", type=Path, metavar="FILE",
                        help="the answer to check (default: the lab's exercise.c)")
    parser.add_argument("--limit", type=float, default=CHECK_LIMIT_S, metavar="S",
                        help="stop the check after so many seconds (default: %(default)s)")
    parser.add_argument("lab", metavar="LAB", help="the lab's folder, such as 01-isolated-memory")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="only these tests of its check")
    options = parser.parse_args()
    if not (LABS / options.lab / "solution.c").exists():
        parser.error(f"there is no lab {options.lab}")
    source = options.file or LABS / options.lab / "exercise.c"
    bounded.prepare()
    try:
        return check(options.build, options.lab, source.absolute(), options.tests,
                     options.limit)
    except CannotCheck as error:
        print(f"cannot be checked here: {error}")
        return SKIPPED
    except OSError as error:
        if error.filename is None:      # nobody reads what we print
            raise
        print(f"cannot be checked here: {error.filename}: {error.strerror}. {what_helps(error)}")
        return SKIPPED
    except MarkerError as error:
        print(f"{shown(LABS / options.lab / 'solution.c')}: {error}")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
