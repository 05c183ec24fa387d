"""The verbs of scripts/lab that a student goes through the labs with."""
from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

import answers
import board
import dialogue
import labs
import predictions
import watch
from building import build, configure, has_target, lab_left_out, reconfigure
from exercises import FAILED, SOLVED, is_untouched
from steps import BUILD, Ended, Stop, run, shown
from tee import Tee


def list_labs(_: argparse.Namespace) -> int:
    board.show()
    print("scripts/lab help shows all that it can do.")
    return 0


def stop_if_left_out(lab: str) -> None:
    """What the lab needs may have come since the build was configured."""
    configure(needs_bench=False)
    if lab_left_out(BUILD, lab):
        reconfigure()
    why = lab_left_out(BUILD, lab)
    if why:
        raise Stop(f"lab {lab[:2]} is left out. {why}")


def predict(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    if not predictions.questions(lab):
        raise Stop(f"labs/{lab}/predict.json cannot be used: {predictions.problem(lab)}")
    return 0 if dialogue.ask(lab) else 128 + signal.SIGINT


def run_demo(options: argparse.Namespace) -> int:
    """The demo and what belongs to it; then what was predicted, beside what it showed."""
    lab = labs.find(options.lab)
    stop_if_left_out(lab)
    build(f"demo-{lab[:2]}")
    print("\n" + labs.opening_comment(labs.LABS / lab / "demo.c") + "\n")
    chart = labs.chart_folder(lab, BUILD)
    with Tee() as tee:
        ended = run([f"build/labs/demo-{lab[:2]}", *rows_of(chart, "demo.csv")], **tee.streams)
    if ended.interrupt:
        return 128 + ended.interrupt
    if ended.status != 0:
        return ended.status             # nothing was seen, so nothing is drawn or compared
    predictions.observe(lab, tee.text())
    print(flush=True)

    twin = labs.twin(lab)
    then = [[sys.executable, shown(twin), *rows_of(chart, "twin.csv")]] if twin.exists() else []
    if chart:
        then.append([sys.executable, "scripts/draw.py", "--lab", f"labs/{lab}", shown(chart)])
    worst = 0
    for command in then:
        ended = run(command)
        if ended.interrupt:
            return 128 + ended.interrupt
        worst = worst or ended.status
        print(flush=True)
    dialogue.beside(lab)
    if chart and worst == 0:
        for picture in sorted((chart / "charts").glob("*.svg")):
            print(f"Chart: {shown(picture)}")
    return worst


def rows_of(chart: Path | None, name: str) -> list[str]:
    """The file that a lab with a chart wants its numbers in, as an argument."""
    return [shown(chart / name)] if chart else []


def build_check(lab: str) -> None:
    configure(needs_bench=False)
    target = f"check-{lab[:2]}"
    if not has_target(BUILD, target):                  # cmocka may have come since
        reconfigure()
    if has_target(BUILD, target):
        build(target, "checking", "fence")


def judge(lab: str) -> Ended:
    """Checks it, and says what comes next."""
    ended = run([sys.executable, "scripts/check_exercise.py", "--build", "build", lab])
    if ended.interrupt:
        return ended
    if ended.status == SOLVED:
        print(f"\nSolved. Now compare it with ours: scripts/lab diff {lab[:2]}")
        later = [name for name in labs.names() if name > lab]
        print(f"Next: labs/{later[0]}/README.md" if later else "It was the last lab.")
    elif ended.status == FAILED and labs.exercise(lab).exists():
        print(f"\nNext: change it and check again; scripts/lab hint {lab[:2]} if you are stuck.")
    return ended


def check(options: argparse.Namespace) -> int:
    """Exit status 0 only when the exercise is solved."""
    lab = labs.find(options.lab)
    build_check(lab)
    ended = judge(lab)
    if ended.interrupt:
        return 128 + ended.interrupt
    return 0 if ended.status == SOLVED else 1


def watch_exercise(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    build_check(lab)
    return watch.watch(labs.exercise(lab), lambda: judge(lab))


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


def solution(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    if not labs.is_solved(lab, BUILD):
        refuse_unless_given_up(lab, options.give_up)
        labs.give_up(lab)
    return answers.open_solution(lab)


def diff(options: argparse.Namespace) -> int:
    lab = labs.find(options.lab)
    if not labs.is_solved(lab, BUILD):
        refuse_unless_given_up(lab)
    return answers.compare(lab)


def refuse_unless_given_up(lab: str, now: bool = False) -> None:
    if not now and not labs.has_given_up(lab):
        state, left = labs.state(lab, BUILD), labs.hints_left(lab)
        ours = f"scripts/lab solution {lab[:2]} --give-up opens ours"
        if state in (labs.BEGUN, labs.CHANGED):
            first = f"scripts/lab check {lab[:2]} comes first"
        elif left:
            first = f"{left} more hint{'s' * (left > 1)}: scripts/lab hint {lab[:2]}"
        else:
            raise Stop(f"not while it is {state!r}. You had all hints;\n{ours}")
        raise Stop(f"not while it is {state!r}. {first};\n{ours} all the same")


def add_verbs(verbs: Any) -> None:
    """What a student types; `verbs` is what argparse calls subparsers."""
    verbs.add_parser("list", add_help=False).set_defaults(act=list_labs)
    for name, act in (("predict", predict), ("run", run_demo), ("check", check),
                      ("watch", watch_exercise), ("hint", hint), ("reset", reset),
                      ("solution", solution), ("diff", diff)):
        verb = verbs.add_parser(name, add_help=False)
        verb.set_defaults(act=act)
        verb.add_argument("lab", metavar="NN")
        if name == "solution":
            verb.add_argument("--give-up", action="store_true")
