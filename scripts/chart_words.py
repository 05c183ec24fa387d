"""What is written beside a picture: title, caption, and where and how it was measured."""
from __future__ import annotations

import datetime
import os
import platform
import re
from pathlib import Path

import run_folder
from chart_scripts import Chart, Trouble


def read_facts(run: Path) -> dict:
    try:
        return run_folder.read_run(run)
    except run_folder.BrokenRun as error:
        raise Trouble(str(error)) from None


def demo_facts() -> dict:
    """What is known where a demo has measured: this machine, now."""
    cpus = len(os.sched_getaffinity(0))
    return {"complete": True, "date": datetime.date.today().isoformat(),
            "machine": {"host": platform.node(), "usable_cpus": cpus,
                        "kernel": platform.release()}}


def plain(text: object) -> str:
    """One line of text without control characters."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", str(text)).strip()


def first(facts: dict, *names: str) -> str:
    """The first of these facts that is known, as text."""
    for name in names:
        value = facts.get(name)
        if value not in (None, "", [], {}):
            return plain(f"{value:g}" if isinstance(value, float) else value)
    return ""


def footer_text(facts: dict, chart: str) -> list[str]:
    """Paragraphs: the chart's own caption, then where and how it was measured."""
    machine = facts.get("machine") or {}
    software = facts.get("software") or {}
    cpus = first(machine, "usable_cpus")
    cpus = f"{cpus} usable CPU{'' if cpus == '1' else 's'}" if cpus else ""
    quota = first(machine, "quota_cpus")
    if cpus and quota not in ("", "0"):
        cpus += f" (quota {quota})"
    kernel = first(machine, "kernel")
    if kernel and not kernel.lower().startswith("linux"):
        kernel = f"Linux {kernel}"
    compiler = " ".join(filter(None, (first(software, "compiler"), first(software, "flags"))))
    virtual = first(machine, "virtualisation")
    parts = [first(machine, "host"), first(machine, "cpu_model"), cpus,
             "" if virtual in ("", "none", "False") else virtual,
             kernel, first(software, "libc"), compiler,
             first(software, "date", "started")[:10] or first(facts, "date")[:10]]
    where = " · ".join(part for part in parts if part)
    if facts.get("complete") is not True:
        where = f"INCOMPLETE RUN. {where}"
    caption = plain(((facts.get("charts") or {}).get(chart) or {}).get("caption") or "")
    return [text for text in (caption, where) if text]


def title_text(facts: dict, chart: Chart) -> str:
    found = ((facts.get("charts") or {}).get(chart.name) or {}).get("title")
    return plain(found or chart.title)
