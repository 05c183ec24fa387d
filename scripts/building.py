"""The build folder: configured when it is not, built, and asked what it holds."""
from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

from steps import BUILD, PROJECT, Stop, run_quietly, shown


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


def lab_left_out(build: Path, lab: str) -> str:
    """Why a configured build lacks a lab (no MPI, say); empty if it has it."""
    try:
        recipe = json.loads((build / "labs" / "recipe.json").read_text())
    except (OSError, ValueError):
        return ""
    return recipe["lacks"].get(lab, "")


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


def reconfigure() -> None:
    """The machine may have gained a library since, or the project a target."""
    run_quietly(["meson", "setup", "--reconfigure", "build"],
                "meson could not configure build/; its words are above.")


def build(*targets: str) -> None:
    """Everything, or just these targets, for which nobody needs the bench's libraries."""
    configure(needs_bench=not targets)
    run_quietly(["meson", "compile", "-C", "build", *targets],
                "the build failed; the compiler's words are above. If build/ is old or half-made,"
                f" remove it (rm -r {shlex.quote(str(BUILD))}) and run this again.")
