"""A folder of templates becomes the files of a machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from hardway.machine import template
from hardway.machine.file import File


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(template, "TEMPLATES", tmp_path)
    template._engine.cache_clear()
    root = tmp_path / "role"
    (root / "etc").mkdir(parents=True)
    return root


def test_paths_values_and_modes(folder: Path) -> None:
    (folder / "etc/a.conf.j2").write_text("a={{ a }}\n{% if a %}\nb\n{% endif %}\n")
    (folder / "etc/verbatim").write_text("{{ untouched }}\n")
    (folder / "run").write_text("#!/bin/bash\n")
    assert template.render_tree("role", {"a": 1}) == {
        "/etc/a.conf": File("a=1\nb\n", 0o644),
        "/etc/verbatim": File("{{ untouched }}\n", 0o644),
        "/run": File("#!/bin/bash\n", 0o755),
    }


def test_a_missing_value_is_an_error(folder: Path) -> None:
    (folder / "etc/a.j2").write_text("{{ missing }}")
    with pytest.raises(UndefinedError, match="missing"):
        template.render_tree("role", {})
