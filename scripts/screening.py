"""Looks at a student's object file before it is linked with its check.

The check runs the student's functions in children and judges from outside. That is worth nothing
if code of the student's runs in the judge itself: before main, in place of a function of the C
library that the judge calls, or by a call into the check. So there is nothing of the kind in what
is linked; what an ordinary exercise does is not touched by any of this.
"""
from __future__ import annotations

import functools
import re
import subprocess
from pathlib import Path

from elf import ALLOCATED, INDIRECT, BrokenObject, Object

# Code and data. Whatever else the system acts on by itself: .init_array, .ctors, .interp …
ORDINARY = re.compile(r"\.(text|s?data|s?rodata|s?bss|tdata|tbss|eh_frame|note|toc|ARM)(\..*)?"
                      r"|\.gcc_except_table|\.got2?|\.opd|__patchable_function_entries")
ORDINARY_KINDS = {1, 7, 8, 0x70000001}          # data, a note, nothing in the file, unwinding
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", re.DOTALL | re.MULTILINE)
PROTOTYPE = re.compile(r"\b([A-Za-z_]\w*)\s*\((?!\s*\*)")
# What a linker's plug-in would compile once more, and take instead.
OF_THE_OPTIMISER = (".gnu.lto_", ".gnu.offload_lto_")
OF_THE_COMPILER = ("__tsan_", "__sanitizer_", "__asan_", "__ubsan_", "MPI_")


class Refused(Exception):
    """What the file holds that no exercise needs; in words for its author."""


def contract(header: Path) -> set[str]:
    """The functions that an exercise.h declares: those the exercise has, or may call."""
    return set(PROTOTYPE.findall(COMMENT.sub("", header.read_text())))


@functools.cache
def offered_by(archives: tuple[Path, ...]) -> set[str]:
    """What a static library defines for others. Ours may be thin, so readelf looks for us."""
    listed = subprocess.run(["readelf", "--symbols", "--wide", *map(str, archives)],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    return set(re.findall(r" (?:GLOBAL|WEAK) +\S+ +(?!UND)\S+ (\S+)$", listed, re.MULTILINE))


def screen(compiled: Path, allowed: set[str], of_the_check: set[str]) -> None:
    """`allowed`: what the exercise may want although it is the check's."""
    try:
        made = Object(compiled)
    except BrokenObject as error:
        raise Refused(f"Your file is not checked: {error}.\n") from error
    if "main" in made.offered:
        raise Refused("It has a main of its own. The check has one already, and calls\n"
                      "your functions from there: take yours out.\n")
    for section in made.sections:
        if section.name.startswith(OF_THE_OPTIMISER):
            raise Refused(f"It has a section {printable(section.name)}: the linker would take that\n"
                          "in the place of what is compiled here. Take it out.\n")
        if section.flags & ALLOCATED and not (ORDINARY.fullmatch(section.name)
                                              and section.kind in ORDINARY_KINDS):
            raise Refused(f"It has a section {printable(section.name)}: something that the system\n"
                          "acts on before main or after it, a constructor for example. The check\n"
                          "calls your functions itself: take that out.\n")
    if any(symbol.kind == INDIRECT for symbol in made.symbols):
        raise Refused("It has an indirect function (ifunc), which would run before main.\n"
                      "The check calls your functions itself: take that out.\n")
    for name in sorted(made.wanted & of_the_check - allowed):
        if not name.startswith(OF_THE_COMPILER):
            raise Refused(f"It uses {printable(name)}, which belongs to the check. Give what you\n"
                          "mean another name, or use what exercise.h and the C library have.\n")


def screen_offers(compiled: Path, contract: set[str]) -> None:
    """After all other names were made its own: what offers them all the same is no ordinary file.
    """
    for name in sorted(Object(compiled).offered - contract):
        raise Refused(f"It offers {printable(name)} to others in a way that cannot be undone.\n")


def printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
