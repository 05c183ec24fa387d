#!/usr/bin/env python3
"""What scripts/lab does once Python is there: configure, build, measure, draw, test, and go through
the labs.

Every step is a plain command and is printed before it runs, so that whoever wants to can type it
without this file. Nothing is measured or computed here.
"""
from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import labs
import runs
from check_exercise import SOLVED, is_untouched

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build"
INTERRUPTS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Stop(Exception):
    """The end of the program: a line for the person (or none), and the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Ended(NamedTuple):
    status: int                 # as a shell counts: 128 + signal
    interrupt: int              # the signal that was meant to stop us, or 0


def shown(path: Path) -> str:
    """A path inside the project without the project's own path, as the commands use it."""
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def run(command: list[str], **streams: Any) -> Ended:
    """Print a command, run it in the project's folder, and wait until it has really ended.

    An interrupt does not stop the wait: the bench needs it to put its finished blocks in order.
    Ctrl-C reaches the command by itself (the whole foreground group gets it); what another
    process sent to us alone is passed on.
    """
    plain = command[1:] if command[0] == sys.executable else command
    print("$ " + shlex.join(plain), flush=True)
    watched = INTERRUPTS | {signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    interrupt = 0
    try:
        child = subprocess.Popen(
            command, cwd=PROJECT, **streams,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
        while child.poll() is None:
            received = signal.sigwaitinfo(watched)
            if received.si_signo == signal.SIGCHLD:
                continue
            interrupt = received.si_signo
            if received.si_code <= 0:           # SI_USER and its like: a process, not the kernel
                child.send_signal(interrupt)
    except OSError as error:
        raise Stop(f"{command[0]}: {error.strerror}. scripts/lab setup installs what is missing.")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    status = child.returncode
    return Ended(status if status >= 0 else 128 - status, interrupt)


def run_quietly(command: list[str], failure: str) -> None:
    """Run a command whose output matters only when it fails."""
    with tempfile.TemporaryFile() as output:
        ended = run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        if ended.interrupt:
            raise Stop("interrupted", 128 + ended.interrupt)
        if ended.status != 0:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))
            raise Stop(failure)


def about(build: Path, what: str) -> Any:
    """What meson wrote down about a build folder; None where it cannot be read."""
    try:
        return json.loads((build / "meson-info" / f"{what}.json").read_text())
    except (OSError, ValueError):
        return None


def has_target(build: Path, name: str) -> bool:
    return any(target["name"] == name for target in about(build, "intro-targets") or [])


def bench_left_out(build: Path) -> str:
    """Why a configured build has no bench; empty if it has one."""
    if has_target(build, "bench"):
        return ""
    options = {row["name"]: row["value"] for row in about(build, "intro-buildoptions") or []}
    return "-Dbench=disabled" if options.get("bench") == "disabled" else "a library is missing"


def configure(needs_bench: bool = True) -> None:
    """Make build/ ready for meson compile; instant when it already is."""
    afresh = f"Remove {shown(BUILD)} (rm -r {shlex.quote(str(BUILD))}) and run this again."
    known = (BUILD / "meson-private" / "coredata.dat").exists()
    if known:
        directories = (about(BUILD, "meson-info") or {}).get("directories", {})
        source = directories.get("source", str(PROJECT))
        if os.path.realpath(source) != str(PROJECT):
            raise Stop(f"build/ was made for {source}, not for this folder. {afresh}")
        # The set-up may have brought a library that an earlier build did without.
        if ((BUILD / "build.ninja").exists()
                and (not needs_bench or bench_left_out(BUILD) in ("", "-Dbench=disabled"))):
            return
    again = ["--reconfigure"] if known else []
    run_quietly(["meson", "setup", *again, "build"],
                "meson could not configure build/; its words are above."
                + (f" {afresh}" if BUILD.exists() else ""))


def build(*targets: str) -> None:
    """Everything, or just these targets, for which nobody needs the bench's libraries."""
    configure(needs_bench=not targets)
    run_quietly(["meson", "compile", "-C", "build", *targets],
                "the build failed; the compiler's words are above. If build/ is old or half-made,"
                f" remove it (rm -r {shlex.quote(str(BUILD))}) and run this again.")


def split_last_line(text: str) -> tuple[str, str]:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:-1]), "".join(lines[-1:])


def setup(_: argparse.Namespace) -> int:
    build()
    why = bench_left_out(BUILD)
    print(f"Ready, but without the bench ({why})." if why
          else "Ready. Next: scripts/lab charts --quick")
    return 0


def charts(options: argparse.Namespace) -> int:
    """Measure, draw, and end with the bench's table and the path of the run's folder."""
    folder = BUILD
    if options.built is not None:
        folder = options.built.resolve()
    else:
        build()
    why = bench_left_out(folder)
    if why:
        raise Stop(f"{shown(folder)} has no bench ({why}), so there is nothing to measure with."
                   f" `meson setup --reconfigure -Dbench=enabled {shlex.quote(shown(folder))}`"
                   " puts it in, or names what it lacks.")

    command = [shown(folder / "bench" / "bench"), *(options.rest or ["all"])]
    if options.profile is not None:
        command += ["--profile", options.profile]
    if options.output is not None:
        command += ["--output", shown(Path(os.path.abspath(options.output)))]
    if options.wait:
        command += ["--wait"]
    with tempfile.TemporaryFile() as output:
        measured = run(command, stdout=output)
        output.seek(0)
        table, last = split_last_line(output.read().decode(errors="replace"))
    interrupted = measured.status - 128 in INTERRUPTS
    has_run = last.startswith("Results: ")
    if not has_run:
        sys.stdout.write(table + last)
        if interrupted:
            raise Stop("interrupted before a block was finished: nothing to draw", measured.status)
        if measured.status not in (1, 2):       # those two it explains itself
            raise Stop(f"the bench ended with status {measured.status}; nothing is drawn")
        return measured.status

    results = PROJECT / last[len("Results: "):].rstrip("\n")
    drawn = run([sys.executable, "scripts/draw.py", shown(results)])
    sys.stdout.write("\n" + table)
    if interrupted:
        print("Incomplete: the measuring was interrupted; this is what was finished until then.")
    if drawn.status != 0:
        print("The charts were not drawn. The numbers are safe; draw them again with"
              f" scripts/draw.py {shlex.quote(shown(results))}")
    here = Path.cwd()
    print(f"Results: {results.relative_to(here) if results.is_relative_to(here) else results}")
    if measured.status != 0:                    # what it found is drawn all the same
        return measured.status
    return 128 + drawn.interrupt if drawn.interrupt else drawn.status


def prune(options: argparse.Namespace) -> int:
    """Remove old runs: only folders that the bench has made, and only below results/."""
    try:
        removed = runs.prune(options.keep)
    except OSError as error:
        raise Stop(f"{error.filename}: {error.strerror}")
    for path in removed:
        print(f"removed {shown(path)}")
    left = len(runs.runs())
    print(f"{left} run{'' if left == 1 else 's'} left in results/")
    return 0


def how_many(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"'{word}' is no number of runs to keep")
    return int(word)


def test(options: argparse.Namespace) -> int:
    configure()
    ended = run(["meson", "test", "-C", "build", "--setup", "all", *options.rest])
    return 128 + ended.interrupt if ended.interrupt else ended.status


def list_labs(_: argparse.Namespace) -> int:
    """One line a lab, 80 columns at most."""
    print("$ grep -m 1 '^# ' labs/[0-9]*/README.md")
    for lab in labs.names():
        print(f"{lab[:2]}  {labs.question(lab):{labs.QUESTION_COLUMNS}.{labs.QUESTION_COLUMNS}}  {labs.state(lab, BUILD)}")
    return 0


def run_demo(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    build(f"demo-{lab[:2]}")
    print("\n" + labs.opening_comment(labs.LABS / lab / "demo.c") + "\n")
    chart = labs.chart_folder(lab, BUILD)
    twin = labs.twin(lab)
    demo = [f"build/labs/demo-{lab[:2]}"]
    then = [[sys.executable, shown(twin)]] if twin.exists() else []
    if chart:
        demo.append(shown(chart / "demo.csv"))
        if then:
            then[0].append(shown(chart / "twin.csv"))
        then.append([sys.executable, "scripts/draw.py", "--lab", f"labs/{lab}", shown(chart)])
    worst = 0
    for command in [demo, *then]:
        ended = run(command)
        if ended.interrupt:
            return 128 + ended.interrupt
        worst = worst or ended.status
        if command is demo and worst != 0:
            return worst                        # nothing was seen, so there is nothing to draw
        print(flush=True)
    if chart and worst == 0:
        for picture in sorted((chart / "charts").glob("*.svg")):
            print(f"Chart: {shown(picture)}")
    return worst


def check(options: argparse.Namespace) -> int:
    """Exit status 0 only when the exercise is solved."""
    lab = labs.find(options.lab)
    configure(needs_bench=False)
    target = f"check-{lab[:2]}"
    if not has_target(BUILD, target):                  # cmocka may have come since
        run_quietly(["meson", "setup", "--reconfigure", "build"],
                    "meson could not configure build/; its words are above.")
    if has_target(BUILD, target):
        build(target, "checking")
    ended = run([sys.executable, "scripts/check_exercise.py", "--build", "build", lab])
    if ended.interrupt:
        return 128 + ended.interrupt
    if ended.status == SOLVED:
        print(f"\nSolved. Now compare it with labs/{lab}/solution.c")
        later = [name for name in labs.names() if name > lab]
        if later:
            print(f"Next: labs/{later[0]}/README.md")
        return 0
    return 1


def hint(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    found = labs.hints(lab)
    now = labs.next_hint(lab, len(found))
    print(f"$ sed -n {found[now].first},{found[now].last}p labs/{lab}/hints.md")
    print(found[now].text)
    left = len(found) - now - 1
    print(f"\n({left} more)" if left else "\n(That was the last one.)")
    return 0


def reset(options: argparse.Namespace) -> int:
    """The starter again; what was there stays beside it."""
    lab = labs.find(options.lab)
    source = labs.exercise(lab)
    labs.forget_hints(lab)
    if source.exists():
        if is_untouched(lab, source):
            print(f"{shown(source)} is the starter already.")
            return 0
        backup = labs.backup_name(source)
        ended = run(["cp", shown(source), shown(backup)])
        if ended.status != 0:
            raise Stop(f"{shown(source)} could not be kept, so it is left as it is")
    made = run([sys.executable, "scripts/make_starter.py", f"labs/{lab}/solution.c",
                shown(source)])
    if made.status == 0:
        print("The starter is back.")
    return made.status


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        if message.endswith("required: N"):
            raise Stop("how many runs to keep? For example: scripts/lab prune 10", 2)
        if message.endswith("required: NN"):
            verb = self.prog.split()[-1]
            raise Stop(f"which lab? For example: scripts/lab {verb} 01;"
                       " `scripts/lab list` shows all", 2)
        raise Stop(f"{message} (scripts/lab alone says what it can do)", 2)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = Parser(prog="scripts/lab", add_help=False)
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=Parser)

    verbs.add_parser("setup", add_help=False).set_defaults(act=setup)

    verb = verbs.add_parser("charts", add_help=False)
    verb.set_defaults(act=charts)
    profile = verb.add_mutually_exclusive_group()
    for name in ("quick", "thorough"):
        profile.add_argument(f"--{name}", dest="profile", action="store_const", const=name)
    verb.add_argument("--output", type=Path, metavar="DIR")
    verb.add_argument("--wait", action="store_true")
    # For the build's own `charts` target: use that build as it is.
    verb.add_argument("--built", type=Path, metavar="BUILD")

    verb = verbs.add_parser("prune", add_help=False)
    verb.set_defaults(act=prune)
    verb.add_argument("keep", metavar="N", type=how_many)

    verb = verbs.add_parser("test", add_help=False)
    verb.set_defaults(act=test)

    verbs.add_parser("list", add_help=False).set_defaults(act=list_labs)
    for name, act in (("run", run_demo), ("check", check), ("hint", hint), ("reset", reset)):
        verb = verbs.add_parser(name, add_help=False)
        verb.set_defaults(act=act)
        verb.add_argument("lab", metavar="NN")

    # What is left over: experiments (which the bench knows), or options for meson test.
    options, options.rest = parser.parse_known_args(arguments)
    if options.verb != "test":
        for word in options.rest:
            if options.verb != "charts" or word.startswith("-"):
                parser.error(f"{options.verb} does not know {word}")
    return options


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # `scripts/lab … | head` ends quietly
    try:
        options = parse(sys.argv[1:])
        if Path.cwd() != PROJECT:
            print(f"$ cd {shlex.quote(str(PROJECT))}")
        return options.act(options)
    except labs.NoSuchLab as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    except Stop as stop:
        print(f"lab: {stop}", file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
