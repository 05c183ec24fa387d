#!/usr/bin/env python3
"""Draw the charts of a run: gnuplot on every charts/*.gp, as PNG and SVG.

A chart is one file that begins with comment lines for this program:
  # chart: NAME          its name: files and run.json use it
  # reads: FILE…         CSV files of the run that it cannot do without
  # also: FILE…          CSV files that may be missing or empty
  # needs: FILE [N COLUMN] COLUMN=PATTERN… -- reason
                         one row (N different values of COLUMN) must match,
                         or the chart is skipped with this reason
  # title: TEXT          used when run.json has no finding for it
  # shows: TEXT          how to picture it, for those who cannot see it
A lab's own chart is such a file, too, in the lab's folder; its demo wrote the
rows, and there is no run.json.
Nothing is computed here: text is wrapped, files are named, and gnuplot's SVG
gets what it lacks (both colour schemes, unique ids, a description).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import csv
import dataclasses
import datetime
import errno
import fnmatch
import html
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import NoReturn

PROJECT = pathlib.Path(__file__).resolve().parent.parent
CHARTS = PROJECT / "scripts" / "charts"
FORMATS = (("light", "png"), ("dark", "png"), ("light", "svg"))
TIME_LIMIT = 60  # seconds for one picture
FULL = (errno.ENOSPC, errno.EDQUOT)
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Advance widths of DejaVu Sans and its bold, ' ' to '~', in 1/1000 em: enough
# to wrap a line before gnuplot sees it. It is the widest font we may get.
WIDTHS = {
    False: (318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
            636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
            1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
            603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
            500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
            635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838),
    True: (348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365,
           696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580,
           1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850,
           733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500,
           500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687,
           716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838),
}
WIDE = {"−": 838, "×": 838, "÷": 838, "±": 838, "…": 1000, "“": 657, "”": 657,
        "–": 500, "—": 1000, "·": 380, "’": 380, "µ": 736, "²": 438}


class Trouble(Exception):
    """Something a person can act on, in one line."""


@dataclasses.dataclass
class Chart:
    name: str
    script: pathlib.Path
    reads: list[str]
    also: list[str]
    needs: list[str]
    title: str
    shows: str

    def outputs(self) -> list[str]:
        return [self.output(theme, kind) for theme, kind in FORMATS]

    def output(self, theme: str, kind: str) -> str:
        return f"{self.name}.svg" if kind == "svg" else f"{self.name}-{theme}.png"


# ---- text

def text_width(text: str, size: float, bold: bool = False) -> float:
    table = WIDTHS[bold]
    total = 0
    for c in text:
        code = ord(c) - 32
        total += table[code] if 0 <= code < len(table) else WIDE.get(c, 960)
    return total * size / 1000


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Lines no wider than width; a word wider than a line is broken, not cut off."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while text_width(word, size, bold) > width:
            fits = max(1, next((n for n in range(len(word), 0, -1)
                                if text_width(word[:n], size, bold) <= width), 1))
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:fits])
            word = word[fits:]
        longer = f"{line} {word}" if line else word
        if text_width(longer, size, bold) <= width:
            line = longer
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    return lines


def plain(text: object) -> str:
    """One line of text without control characters."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", str(text)).strip()


# ---- what is to be drawn

def read_charts(folder: pathlib.Path) -> list[Chart]:
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


def read_style(folder: pathlib.Path) -> tuple[dict[str, tuple[str, str]], dict[str, float]]:
    """The colours (name: light, dark) and sizes that style.gp defines."""
    text = (folder / "style.gp").read_text(encoding="utf-8")
    colours = {name.lower(): (light.lower(), dark.lower()) for name, dark, light in
               re.findall(r'^(\w+)\s*= dark \? "(#\w{6})" : "(#\w{6})"', text, re.M)}
    sizes = {name: float(value) for name, value in
             re.findall(r"^(WIDTH|PAD)\s*=\s*(\d+)", text, re.M)}
    sizes.update({name: float(value) for name, value in
                  re.findall(r'^(TITLE_FONT|FOOTER_FONT)\s*=.*?,([\d.]+)"', text, re.M)})
    return colours, sizes


def read_table(path: pathlib.Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except csv.Error as error:
        raise Trouble(f"{path}: {error}") from None
    if not rows:
        return [], []
    head = rows[0]
    if len(rows) > 1 and len(rows[-1]) < len(head):
        rows.pop()          # the run was interrupted while it wrote this line
    for line, row in enumerate(rows, 1):
        if len(row) != len(head):
            raise Trouble(f"{path}: row {line} has {len(row)} fields, its header {len(head)}")
    return head, rows[1:]


def unmet(need: str, tables: dict[str, tuple[list[str], list[list[str]]]]) -> str | None:
    """The reason to skip a chart, when no row matches its '# needs:' line."""
    rule, _, reason = need.partition(" -- ")
    words = rule.split()
    head, rows = tables.get(words[0], ([], []))
    matching = [dict(zip(head, row)) for row in rows]
    count, column = 1, ""
    if len(words) > 2 and words[1].isdigit():
        count, column = int(words[1]), words[2]
        words = words[2:]
    for word in words[1:]:
        name, _, pattern = word.partition("=")
        unequal = name.endswith("!")
        name = name.rstrip("!")
        matching = [row for row in matching
                    if fnmatch.fnmatchcase(row.get(name, ""), pattern) != unequal]
    found = len({row.get(column, "") for row in matching}) if column else len(matching)
    return None if found >= count else (reason or f"{words[0]} has no row with {rule}")


def why_not(chart: Chart, run: pathlib.Path,
            tables: dict[str, tuple[list[str], list[list[str]]]]) -> str | None:
    for name in chart.reads:
        if not (run / name).is_file():
            return f"this run has no {name}"
        if not tables[name][1]:
            return f"{name} has no rows"
    return next((reason for need in chart.needs if (reason := unmet(need, tables))), None)


# ---- what is written beside the picture

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


# ---- gnuplot

def quoted(text: str) -> str:
    """A gnuplot string in which nothing is special (no backquote, no backslash)."""
    return "'" + plain(text).replace("'", "''") + "'"


def array(name: str, lines: list[str]) -> str:
    return f"array {name}[{len(lines)}] = [{', '.join(quoted(line) for line in lines)}]\n"


def columns_asked_for(folders: set[pathlib.Path]) -> list[str]:
    """Every column that some chart names: the header of a file that is not there."""
    scripts = "".join(path.read_text(encoding="utf-8")
                      for folder in folders for path in folder.glob("*.gp"))
    return sorted(set(re.findall(r'\b(?:strcol|number|column)\("(\w+)"\)', scripts)))


def copy_table(table: tuple[list[str], list[list[str]]], path: pathlib.Path) -> None:
    """The same values, in the form that gnuplot 5.4 reads without surprises.

    It takes an empty last field from the line before, and calls a file without
    rows an error: so there is one column more, and always a row. It cuts a quoted
    field at its comma: so there is none.
    """
    head, rows = table
    if not rows:
        rows = [[""] * len(head)]
    clean = [[re.sub(r'["\x00-\x1f]', "", cell.replace(",", ";")) for cell in row] + ["."]
             for row in rows]
    text = [",".join(row) for row in [head + ["end"], *clean]]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def run_gnuplot(script: pathlib.Path, settings: pathlib.Path) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    for name in ("GNUTERM", "GNUPLOT_DEFAULT_GDFONT", "GNUPLOT_LIB"):
        environment.pop(name, None)
    try:
        done = subprocess.run(
            ["gnuplot", "--default-settings", str(settings), str(script)],
            cwd=CHARTS, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT)
    except FileNotFoundError:
        raise Trouble("gnuplot is missing: install the package gnuplot-nox") from None
    except subprocess.TimeoutExpired:
        raise Trouble(f"{script.name}: gnuplot took longer than {TIME_LIMIT} s") from None
    said = [line.strip() for line in (done.stderr + done.stdout).splitlines()
            if line.strip() and not line.startswith("Fontconfig")]
    if done.returncode != 0 or said:
        detail = next((line for line in said if "line" in line or "warning" in line),
                      said[0] if said else f"exit status {done.returncode}")
        raise Trouble(f"{script.name}: gnuplot says: {detail}")


# ---- SVG

def hex_colour(match: re.Match[str]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in match.groups()))


def pack_marks(svg: str, prefix: str) -> str:
    """Marks: each kind defined once, then only their places, in runs of one colour."""
    one = (r"<use xlink:href='#(gpPt\d+)' transform='translate\(([-\d.]+),([-\d.]+)\) "
           r"scale\(([\d.]+)\)' color='([^']+)'(?: opacity='([\d.]+)')?/>\s*")
    kinds: dict[tuple[str, str, str], str] = {}
    out: list[str] = []
    last, colour = 0, ""
    for match in re.finditer(one, svg):
        symbol, x, y, scale, paint, opacity = match.groups()
        between = svg[last:match.start()]
        if colour and (between.strip() or paint != colour):
            out.append("</g>")
            colour = ""
        out.append(between)
        if not colour:
            out.append(f'<g color="{paint}">')
            colour = paint
        name = kinds.setdefault((symbol, scale, opacity or "1"), f"{prefix}-m{len(kinds)}")
        out.append(f'<use href="#{name}" x="{float(x):.1f}" y="{float(y):.1f}"/>')
        last = match.end()
    out += ["</g>" if colour else "", svg[last:]]
    definitions = "".join(
        f"<use id=\"{name}\" xlink:href='#{symbol}' transform=\"scale({scale})\" "
        f'opacity="{opacity}"/>\n' for (symbol, scale, opacity), name in kinds.items())
    return "".join(out).replace("</defs>", definitions + "</defs>", 1)


def shorter(match: re.Match[str]) -> str:
    """A path, to a tenth of a pixel."""
    path = re.sub(r"-?\d+\.\d+", lambda n: f"{float(n[0]):.1f}", match[2])
    return " d=" + match[1] + " ".join(path.split()) + match[1]


def finish_svg(svg: str, chart: Chart, title: str,
               colours: dict[str, tuple[str, str]]) -> str:
    """gnuplot's SVG, fit for a web page: themed, described, small, ids its own."""
    prefix = f"chart-{chart.name}"
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    if size is None:
        raise Trouble(f"{chart.script.name}: gnuplot wrote no SVG")
    body = svg[svg.index("<g id=\"gnuplot_canvas\">"):svg.rindex("</svg>")]
    body = body.replace('<g id="gnuplot_canvas">', "<g>", 1)
    body = re.sub(r"<filter .*?</filter>\s*", "", body, flags=re.S)
    body = re.sub(r'<g id="gnuplot_plot_\w+"\s*><title>.*?</title>', "<g>", body, flags=re.S)
    body = pack_marks(body, prefix)
    body = re.sub(r"""\sd=(['"])(M[^'"]*)\1""", shorter, body)
    body = body.replace(' stroke-linecap="butt" stroke-linejoin="miter"', "")
    body = re.sub(r"""(['"])black\1""", f'"{colours["ink"][0]}"', body)
    body = re.sub(r"rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)", hex_colour, body)
    body = re.sub(r"#[0-9A-Fa-f]{6}\b", lambda match: match[0].lower(), body)
    # Markers: only those in use, under names of this chart's own.
    symbols = {match[1]: match[0]
               for match in re.finditer(r"<\w+ [^<>]*\bid='(gp\w+)'[^<>]*/>", body)}
    for _ in range(4):      # a marker may be made from another
        for name, line in list(symbols.items()):
            if not re.search(rf"href='#{name}'", body):
                body = body.replace(line, "", 1)
                del symbols[name]
    body = re.sub(r"xlink:href='#gp", f"href='#{prefix}-gp", body)
    body = re.sub(r"id='gp", f"id='{prefix}-gp", body)
    # Text: the font once, on the root; one element instead of two.
    body = re.sub(r' font-family="[^"]*:Bold"', ' font-weight="bold"', body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    body = re.sub(r'<g (transform="[^"]*")([^>]*)>\s*<text>(.*?)</text>\s*</g>',
                  r"<text \1\2>\3</text>", body, flags=re.S)
    for _ in range(3):
        body = re.sub(r"<g[^>]*>\s*</g>\s*", "", body)
    body = re.sub(r"\s*\n\s*", "\n", body)

    variables = {name: f"--chart-{name}" for name in colours}
    light = "".join(f"{variables[n]}:{pair[0]};" for n, pair in colours.items())
    night = "".join(f"{variables[n]}:{pair[1]};" for n, pair in colours.items())
    rules = "".join(
        f'.chart [fill="{pair[0]}"]{{fill:var({variables[n]})}}'
        f'.chart [stroke="{pair[0]}"]{{stroke:var({variables[n]})}}'
        f'.chart [color="{pair[0]}"]{{color:var({variables[n]})}}\n'
        for n, pair in colours.items() if f'"{pair[0]}"' in body.replace("'", '"'))
    style = (f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n"
             f"{rules}")
    width, height = size.groups()
    say = html.escape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'font-family="DejaVu Sans, Verdana, Arial, sans-serif">\n'
        f'<title id="{prefix}-title">{say(title)}</title>\n'
        f'<desc id="{prefix}-desc">{say(chart.shows)}</desc>\n'
        f"<style>\n{style}</style>\n{body.strip()}\n</svg>\n")


# ---- all of it

def picture(chart: Chart, theme: str, kind: str, facts: dict, work: pathlib.Path,
            style: tuple[dict[str, tuple[str, str]], dict[str, float]]) -> pathlib.Path:
    """One picture, under its final name, in the work folder."""
    colours, sizes = style
    room = sizes["WIDTH"] - 2 * sizes["PAD"]
    title = title_text(facts, chart)
    footer = [line for text in footer_text(facts, chart.name)
              for line in wrap(text, room, sizes["FOOTER_FONT"])]
    target = work / chart.output(theme, kind)
    settings = work / f"{target.name}.settings"
    settings.write_text(
        f"DATA = {quoted(str(work))} . '/'\nOUT = {quoted(str(target))}\n"
        f"THEME = '{theme}'\nKIND = '{kind}'\n"
        + array("TITLE", wrap(title, room, sizes["TITLE_FONT"], True) or [chart.name])
        + array("FOOTER", footer or [" "]), encoding="utf-8")
    run_gnuplot(chart.script, settings)
    if not target.is_file() or target.stat().st_size == 0:
        raise Trouble(f"{chart.script.name}: gnuplot wrote no {kind}")
    if kind == "svg":
        target.write_text(finish_svg(target.read_text(encoding="utf-8"), chart, title,
                                     colours), encoding="utf-8")
    return target


def read_facts(run: pathlib.Path) -> dict:
    try:
        facts = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Trouble(f"{run} is not a run folder: it has no run.json") from None
    except ValueError as error:
        raise Trouble(f"{run}/run.json is not JSON: {error}") from None
    if not isinstance(facts, dict):
        raise Trouble(f"{run}/run.json is not a run: an object was expected")
    return facts


def demo_facts() -> dict:
    """What is known where a demo has measured: this machine, now."""
    cpus = len(os.sched_getaffinity(0))
    return {"complete": True, "date": datetime.date.today().isoformat(),
            "machine": {"host": platform.node(), "usable_cpus": cpus,
                        "kernel": platform.release()}}


def write_manifest(run: pathlib.Path, target: pathlib.Path, work: pathlib.Path,
                   drawn: list[Chart], kept: list[Chart], facts: dict) -> None:
    """Which script drew which data into which files."""
    lines = ["chart,script,data,outputs,title"]
    for chart in sorted(drawn + kept, key=lambda c: c.name):
        data = [name for name in chart.reads + chart.also if (run / name).is_file()]
        title = re.sub(r"(?<=\d),(?=\d)", "", title_text(facts, chart))
        title = re.sub(r'["\'\\]', "", title.replace(",", ";"))
        lines.append(",".join((chart.name, os.path.relpath(chart.script, PROJECT),
                               " ".join(data), " ".join(chart.outputs()), title)))
    new = work / "manifest.csv"
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(target / "manifest.csv")


def draw_all(run: pathlib.Path, wanted: list[str] | None, lab: pathlib.Path | None) -> int:
    facts = demo_facts() if lab else read_facts(run)
    every = read_charts(lab.resolve() if lab else CHARTS)
    names = [chart.name for chart in every]
    for name in wanted or []:
        if name not in names:
            raise Trouble(f"there is no chart '{name}': choose from {', '.join(names)}")
    if shutil.which("gnuplot") is None:
        raise Trouble("gnuplot is missing: install the package gnuplot-nox")
    charts = [chart for chart in every if not wanted or chart.name in wanted]
    style = read_style(CHARTS)
    target = run / "charts"
    target.mkdir(exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix=".drawing-", dir=target))
    try:
        tables = {}
        asked_for = columns_asked_for({CHARTS, *(chart.script.parent for chart in every)})
        for name in {name for chart in charts for name in chart.reads + chart.also}:
            path = run / name
            tables[name] = read_table(path) if path.is_file() else ([], [])
            head, rows = tables[name]
            copy_table((head or asked_for, rows), work / name)
        drawn = []
        for chart in charts:
            reason = why_not(chart, run, tables)
            if reason is None:
                drawn.append(chart)
                continue
            print(f"{chart.name}: not drawn: {reason}")
            for name in chart.outputs():        # an older picture would be a lie
                (target / name).unlink(missing_ok=True)
        failed = draw_some(drawn, facts, work, target, style)
        drawn = [chart for chart in drawn if chart.name not in failed]
        kept = [chart for chart in every if chart not in charts
                and all((target / name).is_file() for name in chart.outputs())]
        write_manifest(run, target, work, drawn, kept, facts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


def draw_some(charts: list[Chart], facts: dict, work: pathlib.Path, target: pathlib.Path,
              style: tuple[dict[str, tuple[str, str]], dict[str, float]]) -> set[str]:
    """Every picture of these charts; returns the names of those that failed."""
    failed: set[str] = set()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = {pool.submit(picture, chart, theme, kind, facts, work, style): chart
                for chart in charts for theme, kind in FORMATS}
        try:
            for job in concurrent.futures.as_completed(jobs):
                chart = jobs[job]
                try:
                    job.result()
                except Trouble as trouble:
                    if chart.name not in failed:
                        print(f"draw: {trouble}", file=sys.stderr)
                    failed.add(chart.name)
        finally:
            pool.shutdown(cancel_futures=True)  # after an error nobody wants the others
    for chart in charts:
        if chart.name not in failed:
            for name in chart.outputs():
                (work / name).replace(target / name)
    return failed


def draw(run: pathlib.Path, charts: list[str] | None = None,
         lab: pathlib.Path | None = None) -> int:
    """Draw a run's charts (all, or those named), or those of a lab from what its demo wrote.

    Returns 0, or 1 with a line that says why.
    """
    try:
        return draw_all(pathlib.Path(run).resolve(), charts, lab)
    except Trouble as trouble:
        print(f"draw: {trouble}", file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        advice = "; free some space and draw again" if error.errno in FULL else ""
        print(f"draw: {error.strerror}{where}{advice}", file=sys.stderr)
    return 1


def interrupted(number: int, _: object) -> NoReturn:
    """Leaves by all `finally`s: no folder of half-made pictures stays, and no gnuplot."""
    for other in INTERRUPTS:
        signal.signal(other, signal.SIG_IGN)
    print("draw: interrupted; run it again to have the charts", file=sys.stderr)
    sys.exit(128 + number)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="draw.py", description="Draw the charts of a run into its folder charts/.")
    parser.add_argument("run", type=pathlib.Path, metavar="RUN_FOLDER",
                        help="a folder of results/, for example results/latest")
    parser.add_argument("--charts", metavar="NAME[,NAME…]",
                        help="only these (default: all that the run has data for)")
    parser.add_argument("--lab", type=pathlib.Path, metavar="LAB_FOLDER",
                        help="draw this lab's own chart, from what its demo wrote into RUN_FOLDER")
    options = parser.parse_args()
    names = [name for name in (options.charts or "").split(",") if name]
    for number in INTERRUPTS:
        if signal.getsignal(number) != signal.SIG_IGN:      # as nohup does
            signal.signal(number, interrupted)
    return draw(options.run, names or None, options.lab)


if __name__ == "__main__":
    sys.exit(main())
