"""The machine of a run in words: what each fact is here, and what it does to the numbers."""
from __future__ import annotations

from typing import NamedTuple

from quantities import Row, number, quantity

Facts = Row


class Fact(NamedTuple):
    name: str
    value: str
    meaning: str


class Warned(NamedTuple):
    """What the bench said, and what its words mean."""
    sentence: str
    meaning: str


# A word of a warning: what whoever meets it for the first time has to know.
MEANINGS = (
    ("quota", "A quota is CPU time by the period: a container or service that has used up its"
              " share stands still until the next period begins, usually within a tenth of a"
              " second. Such pauses are in the slow samples, and speedup ends at the quota."),
    ("unreliable", "One case is measured twice under two names (the A/A control). The two should"
                   " differ by nothing but chance. Here they differ by more, so something else"
                   " moved the numbers, and a difference of that size means nothing in this"
                   " experiment."),
    ("governor", "The governor chooses how fast the CPU's clock runs. `powersave` waits before it"
                 " speeds up, so a short run is measured at a low speed."),
    ("battery", "On battery, most machines keep the clock low or let it vary."),
    ("hypervisor gave", "This is *steal*: the virtual machine wanted to run, and the machine"
                        " beneath it ran somebody else. Time went on meanwhile, so steal shows as"
                        " slow samples and as lost speedup."),
    ("hypervisor may", "Two hardware threads of one core share its arithmetic. A virtual machine"
                       " cannot always see whether its CPUs are cores or such halves."),
    ("load average", "Load is how many tasks wanted a CPU, averaged over the last minute. Whatever"
                     " ran beside the bench was measured, too."),
    ("WSL", "WSL 2 is a virtual machine whose CPUs Windows hands out."),
    ("classes of core", "Some processors have fast cores and thrifty ones; the same work takes"
                        " longer on the latter, whoever does it."),
    ("clock source", "Each sample holds two readings of the clock, so a slow clock is part of"
                     " every short time."),
    ("one core", "Without a second core nothing can be placed on another one."),
    ("one CPU", "Without a second CPU nothing can run beside anything else."),
    ("taskset", "Affinity is the list of CPUs that a process may use; its children get the same"
                " list."),
    ("given up", "The case failed too often. Its row stays, with the reason."),
)


def explain(sentence: str) -> str:
    return next((meaning for word, meaning in MEANINGS if word in sentence), "")


def warned(sentences: list[str]) -> list[Warned]:
    return [Warned(sentence, explain(sentence)) for sentence in sentences]


def _text(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _yes_no(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return ("yes" if value else "no") if isinstance(value, bool) else ""


def _count(facts: Facts, name: str) -> str:
    value = number(facts.get(name))
    return "" if value is None else f"{value:g}"


def _of(facts: Facts, part: str, whole: str) -> str:
    some, every = _count(facts, part), _count(facts, whole)
    return f"{some} of {every}" if some and every else some


def _memory(facts: Facts) -> str:
    if number(facts.get("memory_mib")) is None:
        return ""
    free = number(facts.get("memory_available_mib"))
    return quantity(facts, "memory_mib") + \
        ("" if free is None else f", {quantity(facts, 'memory_available_mib')} available")


def _virtual(facts: Facts) -> str:
    kinds = [_text(facts, name) for name in ("virtualisation", "container")]
    return ", ".join(kind for kind in kinds if kind not in ("", "none"))


def _quota(facts: Facts) -> str:
    quota = number(facts.get("quota_cpus"))
    return "" if quota is None else f"{quota:g} CPUs" if quota > 0 else "none"


def _steal(facts: Facts) -> str:
    share = number(facts.get("steal_share"))
    return "" if share is None else f"{100 * share:.2f} %"


def _aslr(facts: Facts) -> str:
    level = number(facts.get("aslr"))
    return "" if level is None else "on" if level else "off"


def describe(machine: Facts, software: Facts) -> list[Fact]:
    """Every fact, in the order in which it helps; what the system does not tell is said so."""
    compiler = " ".join(filter(None, (_text(software, "compiler"), _text(software, "flags"))))
    rows = (
        ("Processor", _text(machine, "cpu_model"), ""),
        ("Usable CPUs", _of(machine, "usable_cpus", "hardware_threads"),
         "How many workers can compute at one moment. Affinity and a quota may make them fewer"
         " than the machine has."),
        ("Cores among them", _of(machine, "cores_usable", "cores"),
         "Hardware threads of one core share its arithmetic: two of them are worth more than one"
         " core, and less than two."),
        ("Quota", _quota(machine),
         "CPU time by the period, granted by a container or service. It stops everyone at once"
         " when it is used up."),
        ("Virtual", _virtual(machine),
         "The CPUs of a virtual machine are lent. Waking a sleeping one takes longer, and the"
         " lender may take one away."),
        ("Steal", _steal(machine),
         "The part of the CPU time that the lender gave to others during this run."),
        ("Load before", _count(machine, "load_before"),
         "How many tasks wanted a CPU in the minute before. More than a fraction of your CPUs:"
         " something else ran."),
        ("Governor", _text(machine, "governor"),
         "Chooses the speed of the CPU's clock; `performance` keeps it up."),
        ("Turbo", _yes_no(machine, "turbo"),
         "The clock runs faster while few cores work, so that one worker looks better than each"
         " of many."),
        ("On battery", _yes_no(machine, "on_battery"), "Clocks are kept low, or vary."),
        ("Clock source", _text(machine, "clock_source"),
         "What the time is read from. `tsc` takes some nanoseconds; `hpet` and `acpi_pm` take"
         " about a microsecond."),
        ("Memory", _memory(machine), "At most a quarter of what is available is used."),
        ("Huge pages", _text(machine, "thp"),
         "`always`: wherever they fit; `madvise`: for whoever asks; `never`: for nobody. They make"
         " page tables shorter, and so a fork cheaper."),
        ("Random addresses", _aslr(machine),
         "Each program is laid out elsewhere in memory (ASLR), which moves its times a little;"
         " many fresh programs average that out."),
        ("Kernel", _text(machine, "kernel"), ""),
        ("C library", _text(software, "libc"), ""),
        ("Compiler", compiler, ""),
    )
    return [Fact(name, value or "not told by the system", meaning)
            for name, value, meaning in rows]
