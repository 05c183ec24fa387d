"""What results/README.md promises under "Twelve rules", as far as a program can check it.

Hoefler and Belli, "Scientific Benchmarking of Parallel Computing Systems", SC15.
"""
from __future__ import annotations

import re
from typing import Any

# A figure that varies from run to run -> its interval. A name in braces stays as it is.
INTERVALS = {
    r"median_(us|s)": ("ci_low_{}", "ci_high_{}"),
    r"(ratio|speedup|efficiency|of_ceiling|karp_flatt)": ("{}_low", "{}_high"),
    r"(mean|slope)_us": ("{}_low_us", "{}_high_us"),
    r"(difference)_percent": ("{}_low_percent", "{}_high_percent"),
    r"(main_first)_share": ("share_low", "share_high"),
    r"(memory|pss)_kib": ("{}_low_kib", "{}_high_kib"),
}
# Figures without an interval of their own: they describe samples, count, or repeat another row's.
DESCRIPTIVE = re.compile(
    r"^(p\d\d|min|max|mean)_(us|s)$|^(n|blocks|failed|beyond_ten_medians|ci_level_reached|status)$"
    r"|_low(_|$)|_high(_|$)")


class Rigor:
    """For a test case that has `json`, a finished run.json of everything."""

    json: dict[str, Any]
    subTest: Any
    assertTrue: Any
    assertIn: Any
    assertNotRegex: Any
    assertLessEqual: Any

    def summaries(self) -> list[dict[str, Any]]:
        return list(self.json["summaries"])

    def named(self, summary: dict[str, Any]) -> dict[str, Any]:
        return {"of": summary["experiment"], "case": summary["case"],
                "at": summary["placement"], **summary["parameters"]}

    def test_rules_1_and_4_every_ratio_has_its_base_in_absolute_terms(self) -> None:
        for comparison in self.json["comparisons"]:
            if comparison["ratio"] is None:
                continue
            with self.subTest(of=comparison["experiment"], case=comparison["case"],
                              base=comparison["base"], at=comparison["placement"]):
                bases = [summary for summary in self.summaries()
                         if summary["experiment"] == comparison["experiment"]
                         and comparison["base"] in (
                             summary["case"], f"{summary['case']} {summary['placement']}",
                             "hyperfine")]
                self.assertTrue(any(
                    summary.get(key) is not None for summary in bases for key in summary
                    if re.search(r"_(us|ns|s|kib|bytes|share)$", key)))

    def test_rule_2_what_was_left_out_is_a_row_with_its_reason(self) -> None:
        for summary in self.summaries():
            with self.subTest(**self.named(summary)):
                self.assertTrue(summary["n"] > 0 or summary["unavailable"])

    def test_rule_3_no_mean_of_rates(self) -> None:
        for summary in self.summaries():
            for key in summary:
                self.assertNotRegex(key, r"mean.*(per_s|rate|bandwidth|speedup|efficiency|share)")

    def test_rule_5_every_varying_figure_has_an_interval(self) -> None:
        for summary in self.summaries():
            for key, value in summary.items():
                for pattern, ends in INTERVALS.items():
                    match = re.fullmatch(pattern, key)
                    if match is None or value is None or summary["n"] == 0:
                        continue
                    if key == "mean_us" and "mean_low_us" not in summary:
                        continue                # describes the samples, beside the median
                    low, high = (summary.get(end.format(match[1])) for end in ends)
                    with self.subTest(figure=key, **self.named(summary)):
                        self.assertTrue(low is not None and high is not None)
                        self.assertLessEqual(low, value)
                        self.assertLessEqual(value, high)

    def test_rule_7_comparisons_say_how_they_were_made(self) -> None:
        for comparison in self.json["comparisons"]:
            self.assertTrue(comparison["ci_method"])
            self.assertLessEqual(1 - 0.05 / comparison["comparisons"],
                                 comparison["ci_level"] + 1e-8)

    def test_rule_9_the_setting_is_written_down(self) -> None:
        for key in ("kernel", "cpu_model", "usable_cpus", "governor", "virtualisation"):
            self.assertIn(key, self.json["machine"])
        for key in ("compiler", "flags", "libc", "seed", "date"):
            self.assertIn(key, self.json["software"])

    def test_rules_10_and_12_every_chart_says_what_it_shows(self) -> None:
        for name, chart in self.json["charts"].items():
            with self.subTest(name):
                self.assertTrue(len(chart["caption"]) > 40)
