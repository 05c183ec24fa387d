"""What `scripts/lab grade` leaves behind: CSV for a table, JUnit XML for a CI system, Markdown for its
summary. Whatever came from a submission is escaped in the way of the format.
"""
from __future__ import annotations

import argparse
import csv
import io
import os
import re
import stat
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import judging
from cmocka_output import AFTER_A_FAILURE, HOW_IT_WENT
from judging import Verdict
from steps import Stop, file_mode

# How in_plain_words() says how a test went: a line of the list that it begins with.
TEST = re.compile(f"  (?:{'|'.join([*HOW_IT_WENT.values(), AFTER_A_FAILURE])})  +[^ ].*")
SENTENCE_ENDS = re.compile("[.!?][)\"']?(?= )")
CELL_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Graded(NamedTuple):
    name: str
    verdicts: dict[str, Verdict]        # by lab

    def count(self, how: str) -> int:
        return sum(verdict.how == how for verdict in self.verdicts.values())


class Report(NamedTuple):
    rows: list[Graded]
    labs: list[str]
    started_only: bool                  # what nobody has begun is no failure
    interrupted: bool

    def is_fine(self, verdict: Verdict) -> bool:
        return verdict.how == judging.YES or (self.started_only
                                              and verdict.how == judging.NOT_STARTED)

    @property
    def passed(self) -> bool:
        return all(self.is_fine(verdict) for row in self.rows for verdict in row.verdicts.values())


def in_short(verdict: Verdict) -> str:
    """The compiler's first error, or the first sentence that stands behind the list of tests; a
    reason that is ours, not the student's, as a whole. Empty if it is solved.
    """
    if verdict.how == judging.YES:
        return ""
    if verdict.how == judging.NOT_BUILT:
        error = re.search(r"^.*(?: error: |undefined reference).*$", verdict.words, re.MULTILINE)
        if error is not None:
            return " ".join(error[0].split())
    parts = (part for part in verdict.words.split("\n\n") if part.strip())
    told = next((part for part in parts if not all(map(TEST.fullmatch, part.splitlines()))), "")
    told = " ".join(told.split())
    ends = SENTENCE_ENDS.search(told) if verdict.how in (judging.NO, judging.NOT_BUILT) else None
    return told[:ends.end()] if ends else told


def plain_cell(text: str) -> str:
    """A spreadsheet shall not take it for a formula."""
    return "'" + text if text.startswith(CELL_BEGINS_FORMULA) else text


def as_csv(report: Report) -> str:
    """A line for each submission and lab."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["submission", "lab", "verdict", "seconds", "message"])
    for row in report.rows:
        for lab, verdict in row.verdicts.items():
            writer.writerow([plain_cell(row.name), lab, verdict.how, f"{verdict.seconds:.2f}",
                             plain_cell(in_short(verdict))])
    return out.getvalue()


def in_xml(text: str) -> str:
    """XML 1.0 has no place for some characters, not even escaped."""
    return "".join(letter if letter in "\n\t" or "\x20" <= letter <= "\ud7ff"
                   or "\ue000" <= letter <= "\ufffd" or letter >= "\U00010000" else "\ufffd"
                   for letter in text)


def _add_case(suite: ElementTree.Element, report: Report, row: Graded, lab: str) -> None:
    verdict = row.verdicts[lab]
    case = ElementTree.SubElement(suite, "testcase", classname=in_xml(row.name), name=lab,
                                  time=f"{verdict.seconds:.3f}")
    if verdict.how == judging.YES:
        return
    said = in_xml(in_short(verdict))
    how = f"{verdict.how}: {said}" if said else verdict.how
    if report.is_fine(verdict):
        kind = "skipped"
    else:
        no_verdict = verdict.how in (judging.NOT_CHECKED, judging.UNREADABLE)
        kind = "error" if no_verdict else "failure"
    ElementTree.SubElement(case, kind, message=how).text = in_xml(verdict.words)


def as_junit(report: Report) -> str:
    root = ElementTree.Element("testsuites", name="labs")
    for row in report.rows:
        suite = ElementTree.SubElement(root, "testsuite", name=in_xml(row.name))
        if report.interrupted:
            properties = ElementTree.SubElement(suite, "properties")
            ElementTree.SubElement(properties, "property", name="incomplete", value="true")
        for lab in report.labs:
            _add_case(suite, report, row, lab)
        suite.set("tests", str(len(report.labs)))
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
        suite.set("time", f"{sum(verdict.seconds for verdict in row.verdicts.values()):.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def in_markdown(text: str) -> str:
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join("\\" + letter if letter in "\\`*_[]|#~!" else letter for letter in text)


def how_many_solved(row: Graded) -> str:
    """And why what could not be read counts as none."""
    unreadable: dict[str, list[str]] = {}
    for lab, verdict in row.verdicts.items():
        if verdict.how == judging.UNREADABLE:
            unreadable.setdefault(in_short(verdict), []).append(lab[:2])
    if len(unreadable) == 1 and row.count(judging.UNREADABLE) == len(row.verdicts):
        return f"unreadable: {next(iter(unreadable))}"
    return "; ".join([f"{row.count(judging.YES)} of {len(row.verdicts)}",
                      *(f"unreadable: {' '.join(which)} ({why})"
                        for why, which in unreadable.items())])


def as_markdown(report: Report) -> str:
    """For one submission a line a lab, for many a line each."""
    lines = ["| lab | | what the check says |", "|---|---|---|"]
    if len(report.rows) == 1:
        for lab, verdict in report.rows[0].verdicts.items():
            lines.append(f"| {lab} | {verdict.how} | {in_markdown(in_short(verdict)[:300])} |")
    else:
        lines = ["| submission | solved |", "|---|---|"]
        lines += [f"| {in_markdown(row.name)} | {in_markdown(how_many_solved(row)[:300])} |"
                  for row in report.rows]
    return "\n".join([*lines, "", *([INCOMPLETE, ""] if report.interrupted else []), ""])


INCOMPLETE = "Incomplete: it was interrupted."
KINDS = {"csv": as_csv, "junit": as_junit, "markdown": as_markdown}


def write(path: Path, text: str) -> None:
    """The whole file or none; where there is a pipe or a device, straight into it."""
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_text(text, encoding="utf-8")
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            os.fchmod(file.fileno(), file_mode())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_all(report: Report, options: argparse.Namespace) -> None:
    for kind, make in KINDS.items():
        path = getattr(options, kind)
        if path is not None:
            try:
                write(path, make(report))
            except OSError as error:
                raise Stop(f"{path}: {error.strerror}")


def summary(report: Report) -> str:
    """How the labs went: which is the hard one?"""
    lines = [INCOMPLETE] if report.interrupted else []
    if len(report.rows) > 1:
        for lab in report.labs:
            counts = Counter(row.verdicts[lab].how for row in report.rows)
            lines.append(f"{lab:28} solved by {counts[judging.YES]:3} of {len(report.rows)}")
    solved = sum(row.count(judging.YES) for row in report.rows)
    of = len(report.rows) * len(report.labs)
    return "\n".join([*lines, f"{solved} of {of} exercises are solved."])
