"""The verbs of scripts/lab that a student goes through the labs with."""
from __future__ import annotations

import argparse
import sys
from typing import Any

import labs
from building import build, configure, has_target, lab_left_out
from check_exercise import SOLVED, is_untouched
from steps import BUILD, Stop, run, run_quietly, shown


def list_labs(_: argparse.Namespace) -> int:
    """One line a lab, 80 columns at most."""
    print("$ grep -m 1 '^# ' labs/[0-9]*/README.md")
    for lab in labs.names():
        print(f"{lab[:2]}  {labs.question(lab):{labs.QUESTION_COLUMNS}.{labs.QUESTION_COLUMNS}}  {labs.state(lab, BUILD)}")
    return 0


def stop_if_left_out(lab: str) -> None:
    """What the lab needs may have come since the build was configured."""
    configure(needs_bench=False)
    if lab_left_out(BUILD, lab):
        run_quietly(["meson", "setup", "--reconfigure", "build"],
                    "meson could not configure build/; its words are above.")
    why = lab_left_out(BUILD, lab)
    if why:
        raise Stop(f"lab {lab[:2]} is left out. {why}")


def run_demo(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    stop_if_left_out(lab)
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


def add_verbs(verbs: Any) -> None:
    """What a student types; `verbs` is what argparse calls subparsers."""
    verbs.add_parser("list", add_help=False).set_defaults(act=list_labs)
    for name, act in (("run", run_demo), ("check", check), ("hint", hint), ("reset", reset)):
        verb = verbs.add_parser(name, add_help=False)
        verb.set_defaults(act=act)
        verb.add_argument("lab", metavar="NN")
