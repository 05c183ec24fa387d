"""Charts as part of a page: a run may come from anybody, so only what a chart needs gets through.

A chart is parsed and written anew: known elements, known attributes, harmless values. There is
no script in it then, no style, and nothing that could be loaded from elsewhere. Its title is left
out and its place cut off: the page has it as text, which is as wide as the page is.
"""
from __future__ import annotations

import html
import re
from xml.parsers import expat

from chart_scripts import CHARTS, read_style

BYTES_MOST = 150_000                    # three times the largest chart
DEPTH_MOST = 40

NAMESPACE = "http://www.w3.org/2000/svg"
HREF = ("href", "http://www.w3.org/1999/xlink href")
SHAPES = {"path", "polygon", "polyline", "line", "rect", "circle", "ellipse"}
TEXTS = {"text", "tspan"}
ELEMENTS = SHAPES | TEXTS | {"defs", "g", "use"}
ATTRIBUTES = {
    "color", "cx", "cy", "d", "fill", "fill-opacity", "font-size", "font-weight", "height",
    "opacity", "points", "r", "rx", "ry", "shape-rendering", "stroke", "stroke-dasharray",
    "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width", "text-anchor",
    "transform", "width", "x", "x1", "x2", "y", "y1", "y2",
}
HARMLESS = re.compile(r"[\w\s#%(),.+-]*")       # no quote, colon, slash, backslash or semicolon
TITLE_PLACE = re.compile(r"translate\(\d{1,3}\.\d+,(\d{1,3})\.\d+\)")
BELOW_TITLE = 6                         # from its last line's foot to where the chart begins
VIEW_BOX = re.compile(r"0 0 ([1-9]\d{1,3}) ([1-9]\d{1,3})")


class Refused(Exception):
    """Why a file is not shown, in a few words."""


class _Writer:
    """Writes the chart again while expat reads it."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.ids: dict[str, str] = {}
        self.out: list[str] = []
        self.open: list[str] = []       # of what is written; the root is none of it
        self.skipped = 0                # how deep in something that is left out
        self.size: tuple[int, int] | None = None
        self.title_size = f"{read_style(CHARTS)[1]['TITLE_FONT']:.2f}"
        self.top = 0                    # where the chart begins, below its title

    def own_id(self, name: str) -> str:
        return self.ids.setdefault(name, f"{self.prefix}-{len(self.ids)}")

    def attributes(self, element: str, given: dict[str, str]) -> str:
        kept = []
        for name, value in given.items():
            if name in ATTRIBUTES and HARMLESS.fullmatch(value) and "url" not in value.lower():
                kept.append(f' {name}="{html.escape(value)}"')
            elif name == "id" and element in SHAPES | {"use"}:
                # Never on a group: uses of uses are a chain then, and not a tree that explodes.
                kept.append(f' id="{self.own_id(value)}"')
            elif name in HREF and element == "use" and value.startswith("#"):
                kept.append(f' href="#{self.own_id(value[1:])}"')
        return "".join(kept)

    def below_title(self, element: str, given: dict[str, str]) -> int:
        """Where the chart begins, if this is a line of its title; else 0."""
        place = TITLE_PLACE.fullmatch(given.get("transform", ""))
        if element != "text" or given.get("font-size") != self.title_size or place is None:
            return 0
        below = int(place[1]) + BELOW_TITLE
        return below if self.size and below <= self.size[1] / 2 else 0

    def start(self, name: str, given: dict[str, str]) -> None:
        space, _, element = name.rpartition(" ")
        if self.size is None:
            box = VIEW_BOX.fullmatch(given.get("viewBox", ""))
            if (space, element) != (NAMESPACE, "svg") or box is None:
                raise Refused("it is no chart")
            self.size = (int(box[1]), int(box[2]))
        elif self.skipped or space != NAMESPACE or element not in ELEMENTS:
            self.skipped += 1
        elif below := self.below_title(element, given):
            self.top = max(self.top, below)
            self.skipped += 1
        else:
            if len(self.open) == DEPTH_MOST:
                raise Refused("it is nested too deeply")
            self.open.append(element)
            self.out.append(f"<{element}{self.attributes(element, given)}>")

    def end(self, _: str) -> None:
        if self.skipped:
            self.skipped -= 1
        elif self.open:
            self.out.append(f"</{self.open.pop()}>")

    def text(self, data: str) -> None:
        if not self.skipped and self.open and self.open[-1] in TEXTS:
            self.out.append(html.escape(data))

    def doctype(self, *_: object) -> None:
        raise Refused("it has a DOCTYPE")


def clean(svg: bytes, prefix: str, labelled_by: str, described_by: str) -> str:
    """An <svg> for the middle of a page, whose ids all begin with prefix. Raises Refused.

    The other two are ids of the page: what a chart is called, and what can be seen in it.
    """
    if len(svg) > BYTES_MOST:
        raise Refused("it is larger than any chart")
    writer = _Writer(prefix)
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    parser.StartDoctypeDeclHandler = writer.doctype
    try:
        parser.Parse(svg, True)
    except expat.ExpatError:
        raise Refused("it is no XML") from None
    width, height = writer.size or (0, 0)
    height -= writer.top
    return (f'<svg class="chart" viewBox="0 {writer.top} {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-labelledby="{labelled_by}" '
            f'aria-describedby="{described_by}">{"".join(writer.out)}</svg>')


def colour_rules() -> str:
    """CSS that colours every chart of a page by light and dark; what is printed is light."""
    colours, _ = read_style(CHARTS)
    light = "".join(f"--chart-{name}:{pair[0]};" for name, pair in colours.items())
    dark = "".join(f"--chart-{name}:{pair[1]};" for name, pair in colours.items())
    rules = "".join(f'.chart [{what}="{pair[0]}"]{{{what}:var(--chart-{name})}}\n'
                    for name, pair in colours.items() for what in ("fill", "stroke", "color"))
    return (f":root{{{light}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rules}")
