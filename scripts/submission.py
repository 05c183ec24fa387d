"""What students handed in: of each folder, only labs/NN-name/exercise.c, and nothing behind a link.

The checks, the headers and the build files of a submission are never looked at: they can be edited.
"""
from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

BYTES_MOST = 256 * 1024
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
NO_LINK = os.O_NOFOLLOW | os.O_CLOEXEC


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


def _open_course(path: Path, stack: ExitStack) -> int:
    """The folder that has labs/: the one that was named, or the only one in it (an unpacked ZIP)."""
    folder = os.open(path, FOLDER)
    stack.callback(os.close, folder)
    with os.scandir(folder) as entries:
        is_folder = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    inside = [name for name, yes in is_folder.items() if yes]
    if "labs" in is_folder or len(inside) != 1:
        return folder
    folder = os.open(inside[0], FOLDER | NO_LINK, dir_fd=folder)
    stack.callback(os.close, folder)
    return folder


def _read_exercise(labs: int, lab: str) -> bytes:
    with ExitStack() as stack:
        folder = os.open(lab, FOLDER | NO_LINK, dir_fd=labs)
        stack.callback(os.close, folder)
        # Without O_NONBLOCK a FIFO would keep us waiting for its writer.
        file = os.open("exercise.c", os.O_RDONLY | os.O_NONBLOCK | NO_LINK, dir_fd=folder)
        stack.callback(os.close, file)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise Unreadable("exercise.c is no ordinary file")
        with open(file, "rb", closefd=False) as reader:
            content = reader.read(BYTES_MOST + 1)
    if len(content) > BYTES_MOST:
        raise Unreadable(f"exercise.c has more than {BYTES_MOST // 1024} KiB")
    return content


def read(name: str, path: Path, labs: list[str]) -> Submission:
    exercises: dict[str, bytes | Unreadable] = {}
    try:
        with ExitStack() as stack:
            course = _open_course(path, stack)
            folder = os.open("labs", FOLDER | NO_LINK, dir_fd=course)
            stack.callback(os.close, folder)
            for lab in labs:
                try:
                    exercises[lab] = _read_exercise(folder, lab)
                except Unreadable as why:
                    exercises[lab] = why
                except OSError as error:
                    exercises[lab] = Unreadable(f"exercise.c: {_reason(error)}")
    except OSError as error:
        what = "labs" if error.filename == "labs" else "the folder"
        return Submission(name, {}, f"{what}: {_reason(error)}")
    return Submission(name, exercises, "")


def names(paths: list[Path]) -> list[str]:
    """What to call them: the folder's own name where that is clear, else its whole path."""
    short = [Path(os.path.abspath(path)).name for path in paths]
    return [name if short.count(name) == 1 and name else str(path)
            for name, path in zip(short, paths)]
