"""Invented hand-overs, plausible or nasty, for the chart tests."""

from __future__ import annotations

COLUMNS = ("case label note family placement bytes quantity n blocks median_us ci_low_us "
           "ci_high_us p01_us p25_us p75_us p90_us p99_us min_us max_us mean_us "
           "beyond_ten_medians bandwidth_mb_s bandwidth_low_mb_s bandwidth_high_mb_s faults "
           "switches filesystem storage failed ratio ratio_low ratio_high verdict "
           "unavailable").split()

# case, label, family, µs for an empty message, and µs a MiB more; in a stream
CHANNELS = (
    ("variable", "variable", "thread", 2.2, 110, 0.015, 112),
    ("variable-again", "variable again", "control", 2.21, 110.3, 0.0151, 112.4),
    ("shared", "shared mapping", "process", 2.3, 111, 0.015, 115),
    ("pipe", "pipe", "process", 3.2, 350, 0.6, 360),
    ("socket", "UNIX socket", "process", 4.5, 260, 5.8, 310),
    ("file", "file", "process", 4.0, 190, 6.1, 230),
)


def rows(places: tuple[str, ...] = ("other-cpu", "same-cpu"),
         sizes: tuple[int, ...] = (8, 4096, 65536, 1048576), only: tuple[str, ...] = (),
         stretch: float = 1, wide: float = 0.02, unavailable: dict[str, str] | None = None,
         equal: bool = False) -> list[dict]:
    """A row a case; the k-th channel takes stretch^k times as long as it should."""
    reasons = unavailable or {}
    made = []
    for place in places:
        for quantity in ("latency", "bandwidth"):
            for size in sizes:
                base = None
                for k, (case, label, family, empty, full, stream, flow) in enumerate(CHANNELS):
                    if only and case not in only:
                        continue
                    row = {"case": case, "label": label, "note": "filled; read", "family": family,
                           "placement": place, "bytes": size, "quantity": quantity, "n": 0,
                           "blocks": 0, "failed": 0}
                    made.append(row)
                    if reason := reasons.get(case) or reasons.get(place):
                        row["unavailable"] = reason
                        continue
                    share = size / 1048576
                    us = empty + share * full if quantity == "latency" else stream + share * flow
                    us = 8.2 if equal else us * stretch**k + 18 * (place == "other-cpu")
                    low, high = us * (1 - wide), us * (1 + wide)
                    base = us if case == "variable" else base
                    row |= {"n": 240, "blocks": 12, "median_us": f"{us:.6g}",
                            "ci_low_us": f"{low:.6g}", "ci_high_us": f"{high:.6g}"}
                    if quantity == "bandwidth":
                        row |= {"bandwidth_mb_s": f"{size / us:.6g}",
                                "bandwidth_low_mb_s": f"{size / high:.6g}",
                                "bandwidth_high_mb_s": f"{size / low:.6g}"}
                    if base is not None and case != "variable":
                        row |= {"ratio": f"{us / base:.6g}", "ratio_low": f"{low / base:.6g}",
                                "ratio_high": f"{high / base:.6g}", "verdict": "slower"}
    return made
