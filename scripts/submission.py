"""What students handed in: of each folder, only labs/NN-name/exercise.c (or NN-name/exercise.c; or
exercise.c, where a single lab is asked for), and nothing behind a link.

The checks, the headers and the build files of a submission are never looked at: they can be edited.
"""
from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

BYTES_MOST = 256 * 1024
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
NO_LINK = os.O_NOFOLLOW | os.O_CLOEXEC
LAB_FOLDER = re.compile("[0-9]{2}-")
NAMES_MOST, NAME_MOST = 3, 40       # of what a folder holds, in a message


class Unreadable(Exception):
    """A file, or a whole submission, that is not taken; says why."""


class Submission(NamedTuple):
    name: str
    exercises: dict[str, bytes | Unreadable]    # by lab
    problem: str                                # why there are none at all; usually empty


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a link, which is not followed"
    if error.errno == errno.ENOTDIR:
        return "no folder, or a link, which is not followed"
    return (error.strerror or str(error)).lower()


def _open(name: str, folder: int, flags: int, stack: ExitStack) -> int:
    file = os.open(name, flags | NO_LINK, dir_fd=folder)
    stack.callback(os.close, file)
    return file


def _held(folder: int) -> dict[str, bool]:
    """What is in it, and whether that is a folder."""
    with os.scandir(folder) as entries:
        return {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}


def _read_exercise(folder: int) -> bytes | Unreadable:
    try:
        with ExitStack() as stack:
            # Without O_NONBLOCK a FIFO would keep us waiting for its writer.
            file = _open("exercise.c", folder, os.O_RDONLY | os.O_NONBLOCK, stack)
            if not stat.S_ISREG(os.fstat(file).st_mode):
                return Unreadable("exercise.c is no ordinary file")
            with open(file, "rb", closefd=False) as reader:
                content = reader.read(BYTES_MOST + 1)
    except OSError as error:
        return Unreadable(f"exercise.c: {_reason(error)}")
    if len(content) > BYTES_MOST:
        return Unreadable(f"exercise.c has more than {BYTES_MOST // 1024} KiB")
    return content


def _read_lab(labs: int, lab: str) -> bytes | Unreadable:
    try:
        with ExitStack() as stack:
            content = _read_exercise(_open(lab, labs, FOLDER, stack))
        return content
    except OSError as error:
        return Unreadable(f"exercise.c: {_reason(error)}")


def _holds(held: dict[str, bool], inside: str) -> str:
    """What is there in place of what was asked for."""
    if not held:
        return f"{inside or 'its folder'} is empty"
    names = [inside + name[:NAME_MOST] for name in sorted(held)]
    more = f" and {len(names) - NAMES_MOST} more" if len(names) > NAMES_MOST else ""
    return f"its folder holds {', '.join(names[:NAMES_MOST])}{more}"


def _read(path: Path, labs: list[str], stack: ExitStack) -> dict[str, bytes | Unreadable]:
    """Of the folder that was named, or of the only one in it (an unpacked ZIP)."""
    folder = os.open(path, FOLDER)
    stack.callback(os.close, folder)
    held, inside = _held(folder), ""
    wanted = {"labs", *labs, *(["exercise.c"] if len(labs) == 1 else [])}
    folders = [name for name, is_folder in held.items() if is_folder]
    if not wanted & held.keys() and len(folders) == 1:
        folder = _open(folders[0], folder, FOLDER, stack)
        held, inside = _held(folder), folders[0][:NAME_MOST] + "/"
    if "labs" in held:
        folder = _open("labs", folder, FOLDER, stack)
    elif held.keys().isdisjoint(labs):
        # What lies in the folder of one lab is no answer to another.
        if len(labs) == 1 and "exercise.c" in held and not LAB_FOLDER.match(inside):
            return {labs[0]: _read_exercise(folder)}
        whose = "; --labs NN says which lab's it is" if "exercise.c" in held and labs[1:] else ""
        raise Unreadable(f"no labs/NN-name/exercise.c in it: {_holds(held, inside)}{whose}")
    return {lab: _read_lab(folder, lab) for lab in labs}


def read(name: str, path: Path, labs: list[str]) -> Submission:
    try:
        with ExitStack() as stack:
            found = _read(path, labs, stack)
        return Submission(name, found, "")
    except Unreadable as why:
        return Submission(name, {}, str(why))
    except OSError as error:
        what = "labs" if error.filename == "labs" else "the folder"
        return Submission(name, {}, f"{what}: {_reason(error)}")


def names(paths: list[Path]) -> list[str]:
    """What to call them: the folder's own name where that is clear, else its whole path."""
    short = [Path(os.path.abspath(path)).name for path in paths]
    return [name if short.count(name) == 1 and name else str(path)
            for name, path in zip(short, paths)]
