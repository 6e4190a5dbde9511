from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from hardway.cli import machines
from hardway.cli.engine import Stack
from hardway.cli.engine_events import EngineProgress
from hardway.cli.failure import Refused
from hardway.cli.previewing import Form, bundles_of, preview_stack, render, write_report
from hardway.cli.recording import Recording
from hardway.cli.report import Report as Phases
from hardway.machine.bundle import pack, sha256
from hardway.machine.file import File
from tests.fixtures.events.reports import HERE, PackedBundles, recorded

CONTENT = pack({"/etc/a": File("text\n")})


class FakeStack:
    """A stack whose engine says what was recorded."""

    name = "small"

    def __init__(self, folder: Path, events: str, *, code: int = 0, printed: str = "") -> None:
        self.asked: list[str] = []
        self._log = folder / "log"
        self._log.write_text(printed)
        self._lines = (HERE / f"{events}.jsonl").read_text().splitlines() if events else []
        self._code = code

    def record(self, verb: str, *flags: str, on_progress: Any) -> Recording:
        self.asked = [verb, *flags]
        progress = EngineProgress()
        for line in self._lines:
            progress.read(line)
            on_progress(progress)
        return Recording(exit_code=self._code, events=self._lines, progress=progress, log=self._log)


def seen(stack: FakeStack, **options: Any) -> Any:
    return preview_stack(cast(Stack, stack), Phases(), ["--policy-pack", "p"], PackedBundles(), **options)


def test_a_preview_is_read_with_what_differs_in_its_files(tmp_path: Path) -> None:
    stack = FakeStack(tmp_path, "replace-one-control-plane")
    assert seen(stack) == recorded("replace-one-control-plane").stacks[0]
    assert stack.asked == ["preview", "--policy-pack", "p"]


def test_a_refresh_is_asked_for_and_remembered(tmp_path: Path) -> None:
    stack = FakeStack(tmp_path, "drift")
    assert seen(stack, refresh=True).refreshed
    assert stack.asked[-1] == "--refresh"


def test_an_engine_that_fails_with_findings_needs_no_other_reason(tmp_path: Path) -> None:
    preview = seen(FakeStack(tmp_path, "policy-failure", code=1))
    assert not preview.succeeded
    assert preview.diagnostics == ()


def test_an_engine_that_ends_without_a_word_is_told_by_what_it_printed(tmp_path: Path) -> None:
    key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----"
    preview = seen(FakeStack(tmp_path, "", code=255, printed=f"no such stack\n{key}\n"))
    assert not preview.succeeded
    (said,) = preview.diagnostics
    assert said.message.startswith("no such stack")
    assert "MHcCAQEEIB" not in said.message


def test_an_old_bundle_comes_out_of_the_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    class Bucket:
        def get_object(self, **where: str) -> dict[str, Any]:
            asked.append((where["Bucket"], where["Key"]))
            if "/0" in where["Key"]:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")
            return {"Body": (tmp_path / "content").open("rb")}

    (tmp_path / "content").write_bytes(CONTENT)
    monkeypatch.setenv("HARDWAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(machines, "client", lambda service, region, variables: Bucket())
    bundles = bundles_of("small-artifacts", "eu-central-1", {"AWS_ENDPOINT_URL": "http://localhost"})
    digest = sha256(CONTENT)
    assert bundles.files(digest) == {"/etc/a": File("text\n")}
    assert asked == [("small-artifacts", f"bundles/{digest}.tar")]
    assert bundles.files("0" * 64) is None
    assert "AccessDenied" in bundles.why("0" * 64)


def test_without_credentials_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HARDWAY_CACHE", str(tmp_path))
    bundles = bundles_of("small-artifacts", "eu-central-1", None)
    assert bundles.files("0" * 64) is None
    assert "no credentials" in bundles.why("0" * 64)


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (Form.TERMINAL, "small: Replaces 3 resources\n"),
        (Form.MARKDOWN, "### `small`: Replaces 3 resources\n"),
        (Form.HTML, "<!doctype html>\n"),
        (Form.JSON, '{\n  "version": 1,\n'),
    ],
)
def test_every_form_is_written_to_a_file_or_to_the_terminal(
    form: Form, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = recorded("replace-one-control-plane")
    write_report(report, form, tmp_path / "report")
    assert (tmp_path / "report").read_text() == render(report, form)
    assert capsys.readouterr().out == ""
    write_report(report, form, None)
    assert capsys.readouterr().out.startswith(start)


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--output"):
        write_report(recorded("no-change"), Form.JSON, tmp_path / "no" / "such" / "folder")
