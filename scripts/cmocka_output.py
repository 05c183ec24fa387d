"""What cmocka printed, in a student's words."""
from __future__ import annotations

import re

# [  FAILED  ] name, and what else cmocka puts between brackets
CMOCKA_LINE = re.compile(r"\[ *(?P<word>=+|-+|[A-Z]+) *\] (?P<more>.*)")
HOW_IT_WENT = {"OK": "ok", "FAILED": "not yet", "SKIPPED": "left out"}
AFTER_A_FAILURE = "-"                   # an "ok" there may be owed to the mistake itself
SUMMARY = tuple("0123456789")


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
