"""What gnuplot's SVG becomes: themed, described, small, its ids its own."""
from __future__ import annotations

import html
import re

from chart_scripts import Chart, Colours, Trouble


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


def without_ballast(body: str) -> str:
    """gnuplot's names, filters and defaults: nobody here uses them."""
    body = body.replace('<g id="gnuplot_canvas">', "<g>", 1)
    body = re.sub(r"<filter .*?</filter>\s*", "", body, flags=re.S)
    return re.sub(r'<g id="gnuplot_plot_\w+"\s*><title>.*?</title>', "<g>", body, flags=re.S)


def in_our_colours(body: str, colours: Colours) -> str:
    """Each colour as style.gp writes it, or no rule would find it."""
    body = re.sub(r"""(['"])black\1""", f'"{colours["ink"][0]}"', body)
    body = re.sub(r"rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)", hex_colour, body)
    return re.sub(r"#[0-9A-Fa-f]{6}\b", lambda match: match[0].lower(), body)


def own_markers(body: str, prefix: str) -> str:
    """Only those in use, under names of this chart's own."""
    symbols = {match[1]: match[0]
               for match in re.finditer(r"<\w+ [^<>]*\bid='(gp\w+)'[^<>]*/>", body)}
    for _ in range(4):      # a marker may be made from another
        for name, line in list(symbols.items()):
            if not re.search(rf"href='#{name}'", body):
                body = body.replace(line, "", 1)
                del symbols[name]
    body = re.sub(r"xlink:href='#gp", f"href='#{prefix}-gp", body)
    return re.sub(r"id='gp", f"id='{prefix}-gp", body)


def plainer_text(body: str) -> str:
    """The font is said once, on the root; one element instead of two."""
    body = re.sub(r' font-family="[^"]*:Bold"', ' font-weight="bold"', body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    return re.sub(r'<g (transform="[^"]*")([^>]*)>\s*<text>(.*?)</text>\s*</g>',
                  r"<text \1\2>\3</text>", body, flags=re.S)


def colour_rules(body: str, colours: Colours) -> str:
    """CSS: each colour that is used gets a variable, which is another one in the dark."""
    variables = {name: f"--chart-{name}" for name in colours}
    light = "".join(f"{variables[n]}:{pair[0]};" for n, pair in colours.items())
    night = "".join(f"{variables[n]}:{pair[1]};" for n, pair in colours.items())
    rules = "".join(
        f'.chart [fill="{pair[0]}"]{{fill:var({variables[n]})}}'
        f'.chart [stroke="{pair[0]}"]{{stroke:var({variables[n]})}}'
        f'.chart [color="{pair[0]}"]{{color:var({variables[n]})}}\n'
        for n, pair in colours.items() if f'"{pair[0]}"' in body.replace("'", '"'))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n{rules}"


def finish_svg(svg: str, chart: Chart, title: str, colours: Colours) -> str:
    """gnuplot's SVG, fit for a web page."""
    prefix = f"chart-{chart.name}"
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    if size is None:
        raise Trouble(f"{chart.script.name}: gnuplot wrote no SVG")
    body = without_ballast(svg[svg.index("<g id=\"gnuplot_canvas\">"):svg.rindex("</svg>")])
    body = pack_marks(body, prefix)
    body = re.sub(r"""\sd=(['"])(M[^'"]*)\1""", shorter, body)
    body = body.replace(' stroke-linecap="butt" stroke-linejoin="miter"', "")
    body = plainer_text(own_markers(in_our_colours(body, colours), prefix))
    for _ in range(3):      # groups of nothing but empty groups
        body = re.sub(r"<g[^>]*>\s*</g>\s*", "", body)
    body = re.sub(r"\s*\n\s*", "\n", body)

    width, height = size.groups()
    say = html.escape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" '
        f'font-family="DejaVu Sans, Verdana, Arial, sans-serif">\n'
        f'<title id="{prefix}-title">{say(title)}</title>\n'
        f'<desc id="{prefix}-desc">{say(chart.shows)}</desc>\n'
        f"<style>\n{colour_rules(body, colours)}</style>\n{body.strip()}\n</svg>\n")
