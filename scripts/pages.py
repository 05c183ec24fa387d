"""HTML pages made from the templates in scripts/pages/: each is one file that needs no network."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path

import jinja2

from steps import file_mode

TEMPLATES = Path(__file__).resolve().parent / "pages"


def environment() -> jinja2.Environment:
    """Everything that a template prints is escaped, and a name it does not know is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True)


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)


def write(path: Path, text: str) -> None:
    """The whole page or none: under another name first. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), file_mode())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
