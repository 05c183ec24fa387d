"""`scripts/lab predict`: asks what a student expects; and, after the demo, shows that beside what
was seen. Wrong answers are shown, not punished, and everything can be skipped.
"""
from __future__ import annotations

import io
import sys
import textwrap

import labs
import predictions
from predictions import Question
from terminal import COLUMNS, paint, wrapped

LETTERS, NUMBERS = "abcdefgh", "12345678"
INDENT = "   "


class NoMore(Exception):
    """No more answers come (Ctrl-D)."""


def answer(question: Question, before: int | None) -> int | None:
    """A letter or a number from 1; Enter leaves what was said before. Raises NoMore."""
    count = len(question.choices)
    span = f"a {'or' if count == 2 else 'to'} {LETTERS[count - 1]}"
    enter = "skips" if before is None else f"keeps {LETTERS[before]}"
    while True:
        print(f"{INDENT}{span}, Enter {enter}: ", end="", flush=True)
        line = sys.stdin.readline()
        if not sys.stdin.isatty() or not line:
            print()                             # nobody's Enter has ended that line
        if not line:
            raise NoMore
        word = line.strip().lower().rstrip(").")
        if not word:
            return before
        for names in (LETTERS, NUMBERS):
            if word in list(names[:count]):
                return names.index(word)
        print(f"{INDENT}That is none of them.")


def show(number: int, question: Question, before: int | None) -> None:
    print(wrapped(question.ask, f"{number}. "))
    for i, choice in enumerate(question.choices):
        mark = ">" if i == before else " "
        print(wrapped(choice, f" {mark} {LETTERS[i]}) "))


def ask(lab: str) -> bool:
    """False if somebody broke it off by Ctrl-C; what was answered until then is kept."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")     # bytes that are no text are no answer
    asked = predictions.questions(lab)
    earlier = predictions.predicted(lab)
    seen = predictions.observed(lab)
    choices = earlier.choices if earlier else [None] * len(asked)
    print(f"{lab[:2]} · {labs.question(lab)}")
    print(wrapped(f"The questions are those under Predict in labs/{lab}/README.md: read that first."
                  " A guess is fine; only Enter skips a question; A or 1 is"
                  " as good as a.") + "\n")
    if seen:
        print(wrapped(f"You have seen the demo already ({seen.date}): what you answer or change"
                      " now is no prediction any more.") + "\n")
    if earlier:
        print(f"What you said on {earlier.date} is marked by >.\n")
    finished = True
    now = list(choices)
    try:
        for i, question in enumerate(asked):
            show(i + 1, question, choices[i])
            now[i] = answer(question, choices[i])
            print()
    except NoMore:
        pass
    except KeyboardInterrupt:
        print("\n")
        finished = False
    said = len([choice for choice in now if choice is not None])
    if now != choices:
        predictions.predict(lab, now)
    if said == 0:
        print("You said nothing, and nothing is kept.")
    else:
        print(f"Kept: {said} of {len(asked)} answered (.lab/predictions.json).")
    print(f"Next: scripts/lab run {lab[:2]}")
    return finished


def demo_lines(lines: list[str]) -> str:
    """As they were printed, moved to our margin where they fit beside it."""
    if not lines:
        return f"{INDENT}(The demo printed nothing about it on this machine.)"
    text = textwrap.dedent("\n".join(lines))
    longest = max(map(len, text.splitlines()))
    return textwrap.indent(text, " " * max(0, min(len(INDENT), COLUMNS - longest)))


def beside(lab: str) -> None:
    """Each answer beside what was seen, or a line that says how to predict."""
    asked = predictions.questions(lab)
    if not asked:
        return
    prediction = predictions.predicted(lab)
    seen = predictions.observed(lab)
    if prediction is None or seen is None:
        print(f"No prediction of yours to compare: scripts/lab predict {lab[:2]} asks for one.\n")
        return
    print(paint(f"What you said on {prediction.date}, and what was seen", "bold") + "\n")
    otherwise = False
    for number, (question, choice, lines) in enumerate(
            zip(asked, prediction.choices, seen.lines), 1):
        print(wrapped(question.ask, f"{number}. "))
        print(wrapped("(skipped)" if choice is None else question.choices[choice],
                      f"{INDENT}You said: "))
        if question.choice is not None:
            otherwise |= choice not in (None, question.choice)
            print(wrapped(question.choices[question.choice], f"{INDENT}Seen:     "))
        else:
            print(f"{INDENT}Seen:")
            print(demo_lines(lines))
        print(wrapped(question.because, INDENT) + "\n")
    if otherwise:
        print(wrapped("What came out otherwise than you said is what Observe and Explain are for:"
                      f" labs/{lab}/README.md") + "\n")
