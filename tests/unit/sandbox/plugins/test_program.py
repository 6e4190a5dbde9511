"""What a program names is imported before it runs, and the SDK only where there is a program."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox.plugins.program import import_ahead

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that names modules at its top and within, one of which fails and one of which isn't there."""
    for name in ("ahead_top", "ahead_inner", "ahead_after_failure"):
        (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "ahead_failing.py").write_text("raise ValueError('as it is run, too')\n")
    file = tmp_path / "__main__.py"
    file.write_text(
        "import ahead_top, ahead_failing, ahead_absent\nfrom . import nothing\nfrom ahead_after_failure import x\n"
        "def main():\n    if True:\n        import ahead_inner\nraise SystemExit('it is not run')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return file


def test_what_a_program_names_is_imported_and_what_fails_is_passed_over(program: Path) -> None:
    import_ahead(program, threading.Event())
    assert {"ahead_top", "ahead_after_failure", "ahead_inner"} <= sys.modules.keys()
    assert "ahead_failing" not in sys.modules
    for name in ("ahead_top", "ahead_after_failure", "ahead_inner"):
        del sys.modules[name]


def test_nothing_is_imported_once_the_program_runs(program: Path) -> None:
    runs = threading.Event()
    runs.set()
    import_ahead(program, runs)
    assert "ahead_top" not in sys.modules


def test_a_program_that_is_no_python_is_left_to_the_run(program: Path) -> None:
    program.write_text("def")
    import_ahead(program, threading.Event())
    import_ahead(program.with_name("nowhere.py"), threading.Event())


def test_a_host_that_only_tells_what_it_is_has_no_sdk_and_gets_it_for_a_program() -> None:
    script = """
import sys
from sandbox.plugins import lean_sdk
lean_sdk.register()
from sandbox.plugins import language
assert not hasattr(sys.modules["pulumi"], "Output")
runner = language._runner()
import pulumi, pulumi.runtime
assert pulumi.Output and pulumi.runtime.proto is sys.modules["pulumi.runtime.proto"]
assert runner is language._runner() and pulumi is sys.modules["pulumi"]
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
