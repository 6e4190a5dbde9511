"""Compares a map of files with a golden folder, or writes the folder anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from hardway.machine.file import File

CheckTree = Callable[[str, Mapping[str, File]], None]
"""Takes the name of a golden folder and the files that it should hold."""


def compare_tree(root: Path, files: Mapping[str, File]) -> None:
    """Fail with the names of all files that differ; `modes.txt` in the folder holds their modes."""
    rendered = _rendered(files)
    kept = {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}
    changed = sorted(name for name in kept.keys() | rendered.keys() if kept.get(name) != rendered.get(name))
    assert not changed, f"{root.name}: {', '.join(changed)} differ; read the change, then: pytest --update-goldens"


def write_tree(root: Path, files: Mapping[str, File]) -> None:
    """Make the folder hold exactly these files."""
    shutil.rmtree(root, ignore_errors=True)
    for name, content in _rendered(files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def _rendered(files: Mapping[str, File]) -> dict[str, str]:
    modes = "".join(f"{file.mode:04o} {path}\n" for path, file in sorted(files.items()))
    return {**{f"files{path}": file.content for path, file in files.items()}, "modes.txt": modes}
