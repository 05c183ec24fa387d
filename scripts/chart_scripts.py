"""Charts as their gnuplot scripts describe them.

A chart is one file that begins with comment lines:
  # chart: NAME          its name: files and run.json use it
  # reads: FILE…         CSV files of the run that it cannot do without
  # also: FILE…          CSV files that may be missing or empty
  # needs: FILE [N COLUMN] COLUMN=PATTERN… -- reason
                         one row (N different values of COLUMN) must match,
                         or the chart is skipped with this reason
  # title: TEXT          used when run.json has no finding for it
  # shows: TEXT          how to picture it, for those who cannot see it
A lab's own chart is such a file, too, in the lab's folder.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from steps import PROJECT

CHARTS = PROJECT / "scripts" / "charts"
FORMATS = (("light", "png"), ("dark", "png"), ("light", "svg"))

Colours = dict[str, tuple[str, str]]    # name: light, dark
Style = tuple[Colours, dict[str, float]]        # and sizes


class Trouble(Exception):
    """Something a person can act on, in one line."""


@dataclass
class Chart:
    name: str
    script: Path
    reads: list[str]
    also: list[str]
    needs: list[str]
    title: str
    shows: str

    def outputs(self) -> list[str]:
        return [self.output(theme, kind) for theme, kind in FORMATS]

    def output(self, theme: str, kind: str) -> str:
        return f"{self.name}.svg" if kind == "svg" else f"{self.name}-{theme}.png"


def read_charts(folder: Path) -> list[Chart]:
    charts = []
    for script in sorted(folder.glob("*.gp")):
        fields: dict[str, list[str]] = {}
        for line in script.read_text(encoding="utf-8").splitlines():
            match = re.match(r"#\s*(\w+):\s*(.*\S)\s*$", line)
            if match is None:
                break
            fields.setdefault(match[1], []).append(match[2])
        if "chart" not in fields:
            continue        # a file that charts share
        missing = [key for key in ("reads", "title", "shows") if key not in fields]
        if missing:
            raise Trouble(f"{script}: its first lines lack '# {missing[0]}: …'")
        charts.append(Chart(
            name=fields["chart"][0], script=script,
            reads=" ".join(fields["reads"]).split(),
            also=" ".join(fields.get("also", [])).split(),
            needs=fields.get("needs", []),
            title=fields["title"][0], shows=" ".join(fields["shows"])))
    return charts


def read_style(folder: Path) -> Style:
    """The colours (name: light, dark) and sizes that style.gp defines."""
    text = (folder / "style.gp").read_text(encoding="utf-8")
    colours = {name.lower(): (light.lower(), dark.lower()) for name, dark, light in
               re.findall(r'^(\w+)\s*= dark \? "(#\w{6})" : "(#\w{6})"', text, re.M)}
    sizes = {name: float(value) for name, value in
             re.findall(r"^(WIDTH|PAD)\s*=\s*(\d+)", text, re.M)}
    sizes.update({name: float(value) for name, value in
                  re.findall(r'^(TITLE_FONT|FOOTER_FONT)\s*=.*?,([\d.]+)"', text, re.M)})
    return colours, sizes


def columns_asked_for(folders: set[Path]) -> list[str]:
    """Every column that some chart names: the header of a file that is not there."""
    scripts = "".join(path.read_text(encoding="utf-8")
                      for folder in folders for path in folder.glob("*.gp"))
    return sorted(set(re.findall(r'\b(?:strcol|number|column)\("(\w+)"\)', scripts)))
