"""Whose runs are compared: machines by number, or by name where that is wanted."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from anonymous import anonymous
from compare_columns import SECTIONS, Column, Measured, Value
from run_folder import BrokenRun, read_run


class Machine(NamedTuple):
    number: int                         # in the order given, from 1
    name: str
    folder: Path
    values: dict[Column, Value]
    facts: dict[str, str]
    claims: dict[str, tuple[str, str]]  # id: verdict, evidence
    statements: dict[str, str]
    warnings: list[str]
    complete: bool
    profile: str
    day: str


class LeftOut(NamedTuple):
    place: int                          # among the folders given, from 1
    why: str


def _text(value: Any) -> str:
    if value is None or value == "":
        return "not told"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _memory(mib: Any) -> str:
    return "not told" if mib is None else f"{mib / 1024:.1f} GiB"


def _quota(cpus: Any) -> str:
    return "none" if cpus == 0 else _text(cpus)


Fact = tuple[str, str, str, Callable[[Any], str]]
FACTS: tuple[Fact, ...] = (
    ("processor", "machine", "cpu_model", _text),
    ("CPUs that may be used", "machine", "usable_cpus", _text),
    ("cores", "machine", "cores", _text),
    ("hardware threads", "machine", "hardware_threads", _text),
    ("SMT", "machine", "smt", _text),
    ("class of core", "machine", "cpu_class", _text),
    ("CPU quota", "machine", "quota_cpus", _quota),
    ("memory", "machine", "memory_mib", _memory),
    ("virtualisation", "machine", "virtualisation", _text),
    ("container", "machine", "container", _text),
    ("kernel", "machine", "kernel", _text),
    ("governor", "machine", "governor", _text),
    ("turbo", "machine", "turbo", _text),
    ("on battery", "machine", "on_battery", _text),
    ("clock source", "machine", "clock_source", _text),
    ("transparent huge pages", "machine", "thp", _text),
    ("address randomisation", "machine", "aslr", _text),
    ("overcommit", "machine", "overcommit", _text),
    ("C library", "software", "libc", _text),
    ("compiler", "software", "compiler", _text),
    ("its flags", "software", "flags", _text),
    ("version of the lab", "software", "lab", _text),
    ("profile", "options", "profile", _text),
)


def facts_of(run: dict[str, Any]) -> dict[str, str]:
    """What a run says of its machine, in words."""
    facts = {}
    for heading, group, name, words in FACTS:
        value = run[group].get(name)
        facts[heading] = words(None if isinstance(value, (dict, list)) else value)
    return facts


def read_machines(folders: list[Path], with_names: bool) -> tuple[list[Machine], list[LeftOut]]:
    """The runs that can be used, and those that cannot, with the reason; the same run once."""
    machines: list[Machine] = []
    left_out: list[LeftOut] = []
    seen: dict[Path, int] = {}
    taken: Counter[str] = Counter()
    for place, folder in enumerate(folders, 1):
        try:
            real = folder.resolve()
            if real in seen:
                raise BrokenRun(folder, f"is the run of folder {seen[real]} once more")
            run = read_run(folder)
        except BrokenRun as broken:
            left_out.append(LeftOut(place, broken.why))
            continue
        seen[real] = place
        machines.append(_machine(len(machines) + 1, folder, run, with_names, taken))
    return machines, left_out


def _machine(number: int, folder: Path, run: dict[str, Any], with_names: bool,
             taken: Counter[str]) -> Machine:
    host = run["machine"].get("host")
    host = host if isinstance(host, str) else ""
    name = f"machine {number}"
    if with_names and host:
        taken[host] += 1
        name = host if taken[host] == 1 else f"{host} ({taken[host]})"

    def tell(text: str) -> str:
        return text if with_names else anonymous(text, host)

    measured = Measured(run)
    values = {column: column.pick(measured)         # a whole run is large, and there may be many
              for section in SECTIONS for column in section.columns + section.ratios}
    facts = {heading: tell(fact) for heading, fact in facts_of(run).items()}
    return Machine(
        number, name, folder,
        {column: value._replace(why=tell(value.why)) for column, value in values.items()}, facts,
        {claim["id"]: (claim["verdict"], tell(claim["evidence"])) for claim in run["claims"]},
        {claim["id"]: claim["statement"] for claim in run["claims"]},
        [tell(warning) for warning in run["warnings"]], run["complete"], facts["profile"],
        _text(run["software"].get("date"))[:10])
