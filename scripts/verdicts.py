"""How a page shows a verdict on a claim: besides its words a sign, so that no colour is needed."""
from __future__ import annotations

VERDICTS = (                            # sign, word for the page's style, verdict
    ("✓", "good", "holds here"),
    ("✗", "bad", "does not hold here"),
    ("±", "open", "depends"),
    ("=", "open", "no difference detected"),
    ("–", "quiet", "not measured"),
)
SIGNS = {verdict: (sign, kind) for sign, kind, verdict in VERDICTS}
UNKNOWN = ("?", "quiet")
