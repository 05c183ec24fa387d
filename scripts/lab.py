#!/usr/bin/env python3
"""What scripts/lab does once Python is there: configure, build, measure, draw, test; journey.py
holds the verbs that go through the labs.

Every step is a plain command and is printed before it runs, so that whoever wants to can type it
without this file. Nothing is measured or computed here.
"""
from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import grade
import journey
import labs
import runs
import sharing
from building import bench_left_out, build, configure
from steps import BUILD, INTERRUPTS, PROJECT, Stop, run, shown, what_helps


def split_last_line(text: str) -> tuple[str, str]:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:-1]), "".join(lines[-1:])


def setup(_: argparse.Namespace) -> int:
    build()
    why = bench_left_out(BUILD)
    print(f"Ready, but without the bench ({why})." if why
          else "Ready. Next: scripts/lab charts --quick")
    return 0


def tell_where(results: Path, has_charts: bool, has_page: bool) -> None:
    """The last lines of a run: what it left, or how to make what it did not."""
    if not has_charts:
        print("The charts were not drawn. The numbers are safe; draw them again with"
              f" scripts/draw.py {shlex.quote(shown(results))}")
    if not has_page:
        print(f"The page was not made. Make it with scripts/page.py {shlex.quote(shown(results))}")
    here = Path.cwd()
    folder = results.relative_to(here) if results.is_relative_to(here) else results
    if has_page:
        print(f"Page: {folder / 'index.html'} (open it in a browser)")
    print(f"Results: {folder}")


def charts(options: argparse.Namespace) -> int:
    """Measure, draw, make the page; end with the bench's table and where the results are."""
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
    if options.hostfile is not None:
        command += ["--hostfile", shown(Path(os.path.abspath(options.hostfile)))]
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
    paged = drawn if drawn.interrupt else run([sys.executable, "scripts/page.py", shown(results)])
    sys.stdout.write("\n" + table)
    if interrupted:
        print("Incomplete: the measuring was interrupted; this is what was finished until then.")
    tell_where(results, drawn.status == 0, paged.status == 0)
    if measured.status != 0:                    # what it found is drawn all the same
        return measured.status
    ended = drawn if drawn.status != 0 else paged
    return 128 + ended.interrupt if ended.interrupt else ended.status


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


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        if message.endswith("required: N"):
            raise Stop("how many runs to keep? For example: scripts/lab prune 10", 2)
        if message.endswith("required: RUN"):
            raise Stop("which runs? For example: scripts/lab compare results/*/", 2)
        if message.endswith("required: NN"):
            verb = self.prog.split()[-1]
            raise Stop(f"which lab? For example: scripts/lab {verb} 01;"
                       " scripts/lab shows all", 2)
        raise Stop(f"{message} (scripts/lab help says what it can do)", 2)


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
    verb.add_argument("--hostfile", type=Path, metavar="FILE")
    verb.add_argument("--wait", action="store_true")
    # For the build's own `charts` target: use that build as it is.
    verb.add_argument("--built", type=Path, metavar="BUILD")

    verb = verbs.add_parser("prune", add_help=False)
    verb.set_defaults(act=prune)
    verb.add_argument("keep", metavar="N", type=how_many)

    verb = verbs.add_parser("test", add_help=False)
    verb.set_defaults(act=test)

    journey.add_verbs(verbs)
    sharing.add_verbs(verbs)
    grade.add_verb(verbs)

    # What is left over: experiments (which the bench knows), or options for meson test.
    options, rest = parser.parse_known_args(arguments)
    options.rest = rest
    if options.verb != "test":
        for word in rest:
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
    except OSError as error:        # a folder that is read-only, or on a disk without programs
        if error.filename is None:
            raise
        print(f"lab: {error.filename}: {error.strerror}. {what_helps(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
