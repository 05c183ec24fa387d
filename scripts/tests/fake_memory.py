"""Invented rows of the experiment memory, for fake_run.py."""

from __future__ import annotations

SUMMARY = ("case label note family placement touched_mib pages written n blocks median_us ci_low_us "
           "ci_high_us ns_per_page ns_per_page_low ns_per_page_high huge_kib huge_kib_after ratio "
           "ratio_low ratio_high verdict unavailable").split()
SLOPES = "case label family pages from_mib to_mib rounds ns_per_page ns_per_page_low ns_per_page_high".split()
FITS = ("case label family pages from_mib to_mib rounds ns_per_page ns_per_page_low ns_per_page_high "
        "intercept_us off_line beyond_mib beyond_ratio beyond_ratio_low beyond_ratio_high "
        "beyond").split()
SIZES = (0, 1, 4, 16, 64, 256, 1024)

# case, label, family, µs with nothing touched, ns a page of 4 KiB, the same of huge pages
GROWTH = (
    ("fork", "fork", "process", 85.0, 46.0, 1.2),
    ("fork-exec", "fork + exec", "program", 240.0, 46.5, 1.2),
    ("vfork", "vfork", "process", 22.0, 0.0, 0.0),
    ("posix-spawn", "posix_spawn", "program", 150.0, 0.0, 0.0),
    ("pthread", "pthread_create", "thread", 8.4, 0.0, 0.0),
)
# case, label, family, ns a page, the same of a huge one
WRITES = (("fork-write", "forked child writes", "process", 560.0, 4300.0),
          ("thread-write", "thread writes", "thread", 1.9, 6.0))

Rows = list[dict]


def cell(value: float) -> str:
    return f"{value:.6g}"


def around(name: str, value: float, half: float) -> dict[str, str]:
    """A value with its interval; half in the value's own unit."""
    low, high = ("ci_low_us", "ci_high_us") if name == "median_us" else (f"{name}_low", f"{name}_high")
    return {name: cell(value), low: cell(value - half), high: cell(value + half)}


def time_us(base: float, ns: float, mib: int, bend: int, steep: float) -> float:
    pages = 256 * min(mib, bend), 256 * max(0, mib - bend)
    return base + (pages[0] * ns + pages[1] * ns * steep) / 1000


def tables(sizes: tuple[int, ...] = SIZES, only: tuple[str, ...] = (), bend: int = 256,
           steep: float = 1.8, noise: float = 0.03, factor: float = 1.0, writes: bool = True,
           why: str = "") -> dict[str, tuple[list[str], Rows]]:
    """The three files; `why`: nothing in huge pages could be measured, for this reason."""
    summary: Rows = []
    slopes: Rows = []
    fits: Rows = []
    for case, label, family, base, *costs in GROWTH:
        for pages, ns in zip(("4k", "huge"), costs):
            if only and case not in only:
                continue
            names = {"case": case, "label": label, "family": family, "pages": pages}
            measured = []
            for mib in sizes:
                row = {**names, "note": "a note", "placement": "same-cpu", "touched_mib": mib}
                us = time_us(base * factor, ns * factor, mib, bend, steep)
                if mib == 0 and pages == "huge":
                    measured.append((mib, us))
                    continue
                if pages == "huge" and (why or mib == 1):
                    row["unavailable"] = why or "smaller than one huge page: 2048 KiB"
                else:
                    row.update(around("median_us", us, us * noise), n=48, blocks=8,
                               huge_kib=mib * 1024 if pages == "huge" else 0)
                    measured.append((mib, us))
                summary.append(row)
            for (begin, before), (end, after) in zip(measured, measured[1:]):
                count = 256 * (end - begin)
                slopes.append({**names, "from_mib": begin, "to_mib": end, "rounds": 8,
                               **around("ns_per_page", (after - before) * 1000 / count,
                                        noise * after * 1000 / count)})
            to = min(bend, sizes[-1])
            fit = {**names, "rounds": 8, "beyond": "no three sizes lie on a line"}
            if len(measured) > 2:
                fit.update(around("ns_per_page", ns * factor, noise * (ns * factor + 0.1)),
                           from_mib=0, to_mib=to, intercept_us=cell(base * factor), off_line="0.02",
                           beyond="nothing larger was measured")
            if len(measured) > 2 and to < sizes[-1]:
                fit.update(around("beyond_ratio", 1.4, 0.1), beyond_mib=to * 4,
                           beyond="costs more than the line says")
            fits.append(fit)
    for page, pages in enumerate(("4k", "huge") if writes else ()):
        for case, label, family, *costs in WRITES:
            ns = costs[page] * factor
            row = {"case": case, "label": label, "note": "a note", "family": family,
                   "placement": "same-cpu", "touched_mib": 64, "pages": pages,
                   "written": 32 if page else 4096}
            if page and why:
                row["unavailable"] = why
            else:
                row.update(around("median_us", ns / 1000 * row["written"], 0), n=40, blocks=8,
                           **around("ns_per_page", ns, ns * noise))
                if family == "process":
                    ratio = ns / (WRITES[1][3 + page] * factor)
                    row.update(around("ratio", ratio, ratio * noise), verdict="costs more")
            summary.append(row)
    return {"memory-summary": (SUMMARY, summary), "memory-slopes": (SLOPES, slopes),
            "memory-fits": (FITS, fits)}
