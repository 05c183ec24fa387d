"""run.json as a page and a comparison read it, changed at random: BrokenRun or a whole page, never
a traceback, and nothing of it becomes markup. FUZZ_RUNS in the environment: how many, beside 60.
"""
from __future__ import annotations

import copy
import html.parser
import json
import os
import random
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))
import compare  # noqa: E402
import page  # noqa: E402
from run_folder import BrokenRun  # noqa: E402

REFERENCE = SCRIPTS.parent / "results" / "reference" / "run.json"
RUNS = int(os.environ.get("FUZZ_RUNS", "60"))
MARKUP = ("<fuzz onload='x'>", "</style><fuzz>", "'\"><fuzz a=\"", "</title></td><fuzz>")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, -1e-308, 5e-324, 10**17, "", "0", "nan", [], {}, [[]], {"a": [1]},
    "\ud800", "\x00\x1b[31m", "../../x", "%n%s", "{{7*7}}", "`*`*", "9" * 500, *MARKUP)
BYTES = (b"\x00", b"\xff", b'"', b"{", b"]", b"1e999", b"NaN", b"\\u0000", b"\\ud800", b"-")


class Tags(html.parser.HTMLParser):
    """What of a page a browser would take for more than text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ends: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("fuzz", "script", "iframe", "object"):
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or "fuzz" in name]

    def handle_endtag(self, tag: str) -> None:
        self.ends.append(tag)


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every container with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], (dict, list)):
            places(value[key], found)
    return found


def change(run: Any, dice: random.Random) -> None:
    there = places(run, [])
    if not there:
        return
    holder, key = dice.choice(there)
    how = dice.randrange(5)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[dice.choice(MARKUP)] = holder.pop(key)
    elif how == 2:
        other, name = dice.choice(there)
        holder[key] = copy.deepcopy(other[name]) if name in range(len(other)) or (
            isinstance(other, dict) and name in other) else None
    else:
        holder[key] = dice.choice(VALUES)


def scratch(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + dice.choice(BYTES) + content[at + dice.randrange(3):]


def fuzzed(run: Any, dice: random.Random) -> bytes:
    if dice.randrange(5) == 0:
        content = json.dumps(run).encode()
        for _ in range(dice.randint(1, 3)):
            content = scratch(content, dice)
        return content
    run = copy.deepcopy(run)
    for _ in range(dice.choice((1, 2, 5, 30))):
        change(run, dice)
    return json.dumps(run).encode()


class Fuzzed(unittest.TestCase):
    def assert_harmless(self, text: str) -> None:
        tags = Tags(text)
        self.assertEqual(tags.found, [])
        self.assertEqual(tags.ends.count("html"), 1)
        self.assertTrue(text.rstrip().endswith("</html>"))

    def test_whatever_a_run_holds(self) -> None:
        reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
        pages = 0
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder)
            for seed in range(RUNS):
                (run / "run.json").write_bytes(fuzzed(reference, random.Random(seed)))
                with self.subTest(seed=seed):
                    text, _, _ = compare.page([run, REFERENCE.parent], with_names=seed % 2 == 0)
                    self.assert_harmless(text)
                    try:
                        self.assert_harmless(page.make(run).read_text(encoding="utf-8"))
                        pages += 1
                    except BrokenRun as broken:
                        self.assertTrue(str(broken).isprintable())
        self.assertGreater(pages, RUNS // 10)           # or the changes teach nothing


if __name__ == "__main__":
    unittest.main(verbosity=2)
