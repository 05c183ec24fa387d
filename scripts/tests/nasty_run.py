"""A run folder that means harm: markup in every text, shapes that no bench writes, bad charts.

By hand: nasty_run.py FOLDER
"""
from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "results" / "reference"

PAYLOADS = (
    "<script>harmed = 1</script>", "</style><script>harmed = 1</script>",
    "</svg><img src=x onerror='harmed = 1'>",
    "\"' onmouseover=\"harmed = 1", "javascript:harmed=1", "{{ 7 * 7 }}{% raw %}", "`<b>`*<i>*",
    "‮drawkcab​\u0000\u001b[31m", "\ud800", "]]>--><!--", "&lt;&#60;script&#62;", "W" * 9000,
)
# Texts that a page looks things up by; without them nothing of a run would be shown.
KEPT = {"experiment", "case", "placement", "quantity", "workload", "pages", "work"}

SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' \
           'viewBox="0 0 960 400" onload="harmed = 1">'
BAD_ELEMENTS = (
    "<script>harmed = 1</script>", "<style>* { display: none }</style>",
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='harmed = 1'/>"
    "</foreignObject>",
    "<image href='https://example.com/x.png'/>",
    "<a href='javascript:harmed=1'><text>me</text></a>",
    "<animate attributeName='href' values='javascript:harmed=1'/>",
    "<g onclick='harmed = 1' style='background:url(https://example.com)'><rect/></g>",
    "<use href='https://example.com/x.svg#y'/>", "<use xlink:href='data:image/svg+xml,x'/>",
    "<rect fill='url(https://example.com/x.svg#y)' width='9' height='9'/>",
    "<rect fill='url(#elsewhere)' id='main' class='skip' width='9' height='9'/>",
    "<text>&lt;script&gt;harmed = 1&lt;/script&gt;</text>", "<text><tspan>fine</tspan></text>",
    "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>harmed = 1</h:script>",
    "<filter id='f'><feImage href='https://example.com/x.png'/></filter>",
)
BAD_SVG = SVG_HEAD + "".join(BAD_ELEMENTS) + "</svg>"


class _Spoiler:
    def __init__(self) -> None:
        self.count = 0

    def text(self) -> str:
        self.count += 1
        return PAYLOADS[self.count % len(PAYLOADS)] + str(self.count)

    def spoil(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.spoil(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.spoil(item) for item in value]
        return self.text() if isinstance(value, str) and value and name not in KEPT else value


def facts() -> dict[str, Any]:
    run = json.loads((REFERENCE / "run.json").read_text(encoding="utf-8"))
    run = _Spoiler().spoil(run)
    run["summaries"] += [{}, {"experiment": "<b>"}]
    run["charts"]["../../etc/passwd"] = {"title": "out"}
    run["fits"] += [{"experiment": "memory"}]
    return run


def write(folder: pathlib.Path) -> None:
    (folder / "charts").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(facts()), encoding="utf-8")
    for chart in (REFERENCE / "charts").glob("*.svg"):
        (folder / "charts" / chart.name).write_text(BAD_SVG, encoding="utf-8")


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
