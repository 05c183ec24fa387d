"""The newest run as a report shows it: its machine, its verdicts, its charts; nothing private."""
from __future__ import annotations

import base64
import html
import re
from pathlib import Path
from typing import Any

from anonymous import anonymous
from compare_machines import facts_of
from run_folder import BrokenRun, charts, read_chart, read_run
from runs import RESULTS, runs
from verdicts import SIGNS, UNKNOWN

TEXTS = re.compile(r"(<(?:title|desc|text|tspan)\b[^>]*>)([^<]+)")
DESCRIPTION = re.compile(r"<desc\b[^>]*>([^<]+)</desc>")


def newest(results: Path = RESULTS) -> Path | None:
    """What `latest` points to, if that is a run in results/; else the last by its name."""
    latest = (results / "latest").resolve()
    if latest.parent == results.resolve() and latest.is_dir():
        return latest
    return next(iter(runs(results)), None)


def private(svg: str, *names: str) -> str:
    """A chart whose words name no host and no path."""
    escaped = [html.escape(name) for name in names]
    return TEXTS.sub(lambda found: found[1] + anonymous(found[2], *escaped), svg)


def figure(folder: Path, name: str, words: dict[str, str], *names: str) -> dict[str, str] | None:
    """A chart as an image: what else might be in the file cannot run there. None if unreadable."""
    try:
        svg = private(read_chart(folder, name), *names)
    except BrokenRun:
        return None
    described = DESCRIPTION.search(svg)
    return {"name": name, "title": anonymous(words.get("title") or name, *names),
            "shows": html.unescape(described[1]) if described else "",
            "data": base64.b64encode(svg.encode()).decode()}


def describe(folder: Path, *names: str) -> dict[str, Any]:
    """What the report's template needs of a run; raises BrokenRun."""
    run = read_run(folder)
    host = run["machine"].get("host")
    names = (*names, host if isinstance(host, str) else "")
    figures = [figure(folder, name, run["charts"].get(name, {}), *names)
               for name in charts(folder)]
    return {
        "day": anonymous(str(run["software"].get("date") or ""), *names)[:10],
        "complete": run["complete"],
        "facts": {name: anonymous(fact, *names) for name, fact in facts_of(run).items()},
        "warnings": [anonymous(warning, *names) for warning in run["warnings"]],
        "claims": [{**claim, "evidence": anonymous(claim["evidence"], *names),
                    "sign": SIGNS.get(claim["verdict"], UNKNOWN)} for claim in run["claims"]],
        "figures": [drawn for drawn in figures if drawn],
    }
