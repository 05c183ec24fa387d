"""Texts for pages that go to others: without paths, host names and user names."""
from __future__ import annotations

import re

# A path of at least two parts, also right behind an option (-I/home/…); what every system has tells
# nothing about a person.
_PATH = re.compile(r"(?:(?<![\w./~-])|(?<=-[A-Za-z]))(?!/(?:bin|dev|etc|lib|proc|sbin|sys|usr)/)"
                   r"(?:~(?:/[\w.@+~-]+)+|(?:/[\w.@+~-]+){2,})/?")


def anonymous(text: str, *names: str) -> str:
    """The text with paths and with these names, as whole words, left out."""
    text = _PATH.sub("…", text)
    for name in filter(None, names):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", "…", text)
    return text
