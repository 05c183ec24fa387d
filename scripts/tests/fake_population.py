"""Invented rows of the experiments population and order, for the chart tests."""
from __future__ import annotations

POPULATION = ("case label note family placement alive quantity n blocks median_us ci_low_us "
              "ci_high_us returned_us memory_kib memory_low_kib memory_high_kib pss_kib pss_low_kib "
              "pss_high_kib failed ratio ratio_low ratio_high verdict unavailable").split()
ORDER = ("case label note family placement n blocks median_us ci_low_us ci_high_us p25_us p75_us "
         "starts main_first main_first_share share_low share_high difference difference_low "
         "difference_high failed verdict unavailable").split()
# case, label, family, µs, KiB, KiB of PSS
KINDS = (("thread", "thread", "thread", 28.0, 36.0, 8.3),
         ("thread-again", "thread (again)", "control", 28.1, 36.1, 8.3),
         ("process", "process", "process", 104.0, 112.0, 32.0))


def text(value: float) -> str:
    return f"{value:.6g}"


def population(counts: tuple[int, ...] = (1, 4, 16, 64, 256, 1024, 4096), noise: float = 0.05,
               growth: float = 0.02, memory_from: int = 64, scale: float = 1) -> list[dict]:
    """One row a kind, count and quantity."""
    rows = []
    for case, label, family, us, kib, pss in KINDS:
        for quantity in ("cost", "memory"):
            for k, alive in enumerate(counts):
                if quantity == "memory" and alive < memory_from:
                    continue
                wide = noise * (4 if alive < 16 else 1)
                row = {"case": case, "label": label, "family": family, "placement": "same-cpu",
                       "note": "invented", "alive": alive, "quantity": quantity, "n": 6,
                       "blocks": 6, "failed": 0}
                if quantity == "cost":
                    value = us * (1 + growth * k) * scale
                    row.update(median_us=text(value), ci_low_us=text(value * (1 - wide)),
                               ci_high_us=text(value * (1 + 3 * wide)))
                    base = KINDS[0][3]
                else:
                    row.update(memory_kib=text(kib), memory_low_kib=text(kib * (1 - 8 * wide)),
                               memory_high_kib=text(kib * (1 + wide)), pss_kib=text(pss))
                    us, base = kib, KINDS[0][4]
                if case != "thread":
                    row.update(ratio=text(us / base), ratio_low=text(us / base * (1 - wide)),
                               ratio_high=text(us / base * (1 + wide)))
                rows.append(row)
    return rows


def stopped(rows: list[dict], case: str, above: int, why: str) -> list[dict]:
    """The same, but that kind was never more than so many."""
    keep = {"case", "label", "note", "family", "placement", "alive", "quantity"}
    for row in rows:
        if row["case"] == case and row["alive"] > above:
            for name in set(row) - keep:
                row[name] = ""
            row["unavailable"] = why
    return rows


def order(shares: tuple[float, ...] = (1, 1, 0.9958, 1, 1, 1, 0.41, 0.4, 0.9975),
          starts: int = 1200, places: tuple[str, ...] = ("same-cpu", "other-cpu", "free")
          ) -> list[dict]:
    rows = []
    for k, place in enumerate(places):
        for j, (case, label, family, us, _, _) in enumerate(KINDS):
            share = shares[(3 * k + j) % len(shares)]
            wide = 1.96 * (max(share * (1 - share), 1 / starts) / starts) ** 0.5
            lead = us / 10 * (1 if share > 0.5 else -1)
            rows.append({"case": case, "label": label, "family": family, "placement": place,
                         "note": "invented", "n": starts, "blocks": 12, "median_us": text(lead),
                         "p25_us": text(lead - 0.3), "p75_us": text(lead + 4), "starts": starts,
                         "main_first": round(share * starts), "main_first_share": text(share),
                         "share_low": text(max(0, share - wide)),
                         "share_high": text(min(1, share + wide)), "failed": 0,
                         "verdict": "always seen" if share == 1 else
                         "mostly" if share > 0.5 else "rarely"})
    return rows
