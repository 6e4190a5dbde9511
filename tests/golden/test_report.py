"""Each recorded preview in each form, and one of a thousand resources within the limit of a comment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hardway.report import as_json, html, markdown, terminal
from hardway.report.model import Report
from tests.fixtures.events.record import CANARIES
from tests.fixtures.events.reports import RECORDINGS, large, recorded

HERE = Path(__file__).parent / "report"
FORMS: dict[str, Callable[[Report], str]] = {
    "txt": terminal.render,
    "md": markdown.render,
    "html": html.render,
    "json": as_json.render,
}


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with its golden file, or rewrites that with --update-goldens."""

    def compare(name: str, text: str) -> None:
        path = HERE / name
        if request.config.getoption("--update-goldens"):
            path.write_text(text)
        assert text == path.read_text(), f"{name} differs; read the change, then: pytest --update-goldens"

    return compare


def test_every_kind_of_preview_is_recorded() -> None:
    assert RECORDINGS == [
        "create",
        "destroy",
        "drift",
        "no-change",
        "policy-failure",
        "program-failure",
        "replace-one-control-plane",
        "secret-rotation",
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", RECORDINGS)
def test_a_preview_is_reported(name: str, form: str, check: Callable[[str, str], None]) -> None:
    report = recorded(name)
    text = FORMS[form](report)
    if form != "html" or name == "replace-one-control-plane":  # the page around the others is the same
        check(f"{name}.{form}", text)
    assert FORMS[form](recorded(name)) == text
    assert not [canary for canary in CANARIES.values() if canary in text]
    assert "4dabf18193072939515e22adb298388d" not in text
    assert "PRIVATE KEY" not in text


def test_a_preview_of_a_thousand_resources_fits_into_a_comment(check: Callable[[str, str], None]) -> None:
    text = markdown.render(large())
    assert 50_000 < len(text.encode()) <= markdown.LIMIT_BYTES
    check("thousand.md", text)
