"""Renders one folder of templates: files as the machine will see them, with values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hardway.machine.file import File

TEMPLATES: Final = Path(__file__).parent / "templates"
_SUFFIX: Final = ".j2"


def render_tree(folder: str, values: Mapping[str, object]) -> dict[str, File]:
    """Every file under `templates/<folder>`, keyed by its absolute path on the machine.

    A file that ends in `.j2` is rendered with `values`; all others are taken verbatim. A file that
    begins with `#!` is a program and gets mode 0755.
    """
    root = TEMPLATES / folder
    engine = _engine(folder)
    files: dict[str, File] = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        text = engine.get_template(name).render(values) if path.suffix == _SUFFIX else path.read_text()
        files["/" + name.removesuffix(_SUFFIX)] = as_file(text)
    return files


def as_file(text: str) -> File:
    """A file whose mode follows from its text: programs can be run, all else can be read."""
    return File(text, 0o755 if text.startswith("#!") else 0o644)


@cache
def _engine(folder: str) -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
