"""How wide text is, and its lines: gnuplot wraps nothing, so it is done before gnuplot sees it."""
from __future__ import annotations

# Advance widths of DejaVu Sans and its bold, ' ' to '~', in 1/1000 em. It is the widest font we
# may get.
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
