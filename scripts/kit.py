"""What a build folder holds to check exercises with: compiles an answer, links it with its check,
and runs that.

The check itself was built by meson; the student's file never is, so that one that does not compile
breaks nothing but its own check. It is compiled as the lab's demo was: same compiler, same flags,
same sanitizer.
"""
from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
from pathlib import Path

import bounded
import sandbox
import screening
from exercises import FAILED, LABS, SOLVED, shown
from steps import PROJECT

COMPILE_LIMIT_S = 60
CHECK_LIMIT_S = 90                      # the check's own limits are shorter: this is a last resort
CACHES = ("ccache", "sccache")          # meson has them compile; they want a home, to write in
INSTRUMENTED = ("-fsanitize", "-fprofile", "--coverage")


class CannotCheck(Exception):
    """This machine lacks something: no fault of the student's."""


class DoesNotBuild(Exception):
    """The student's file does not compile or link; the compiler's words."""


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
        said = shlex.split(command)
        for word in said[1:] if Path(said[0]).name in CACHES else said:
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
        """Where cmocka is, or another machine's libraries, if the system does not have them."""
        return [Path(word[len(option):]) for word in self.link_arguments
                for option in ("-L", "--sysroot=") if word.startswith(f"{option}/")]

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
        # What the compiler would share with other files, its helpers on 32-bit x86, is this one's
        # own, too: of a shared section the linker takes the first and drops the others.
        kept = ["--remove-section=.group",
                *(f"--keep-global-symbol={name}" for name in sorted(contract))]
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
