from __future__ import annotations

import os
from pathlib import Path

import pytest

from hardway.cli.commands.preview import has_credentials, preview
from hardway.cli.failure import Failure, Refused


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer on which AWS tools find nothing; its home."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / ".aws").mkdir()
    return tmp_path


@pytest.mark.usefixtures("no_credentials")
def test_nothing_is_no_credentials() -> None:
    assert not has_credentials()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = b\n"),
        ("config", "[default]\naws_access_key_id = A\naws_secret_access_key = b\n"),
        ("config", "[default]\ncredential_process = /bin/echo {}\n"),
        ("config", "[default]\nsso_start_url = https://x\nsso_region = r\nsso_account_id = 1\nsso_role_name = r\n"),
    ],
    ids=["credentials", "config", "process", "sso"],
)
def test_credentials_are_found_in_the_files_of_aws(no_credentials: Path, file: str, text: str) -> None:
    if "credential_process" in text:
        answer = no_credentials / "answer"
        answer.write_text('{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "b"}')
        text = f"[default]\ncredential_process = cat {answer}\n"
    (no_credentials / ".aws" / file).write_text(text)
    assert has_credentials()


@pytest.mark.usefixtures("no_credentials")
def test_credentials_are_found_in_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    assert has_credentials()


@pytest.mark.usefixtures("no_credentials")
def test_a_profile_that_is_nowhere_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    with pytest.raises(Failure, match=r"work.*--offline"):
        has_credentials()


@pytest.mark.parametrize("other", ["offline", "refresh"])
def test_a_base_is_compared_with_nothing_else(other: str) -> None:
    with pytest.raises(Refused, match="--base"):
        preview("prod", base="main", **{other: True})  # type: ignore[arg-type]


def test_a_report_for_a_folder_that_is_not_there_is_refused_before_anything_is_begun(tmp_path: Path) -> None:
    for option in ("output", "save_plan"):
        with pytest.raises(Refused, match=r"no folder .*gone"):
            preview("prod", **{option: tmp_path / "gone" / "file"})  # type: ignore[arg-type]


def test_a_comment_outside_of_ci_is_refused_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)
    with pytest.raises(Refused, match="--comment: GITHUB_EVENT_PATH is not set"):
        preview("prod", comment=True)


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize(("offline", "why"), [(True, "--offline"), (False, "no AWS credentials")])
def test_a_cloud_that_is_not_asked_cannot_be_looked_at_first(offline: bool, why: str) -> None:
    with pytest.raises(Refused, match=f"--refresh looks at what runs.*{why}"):
        preview("prod", refresh=True, offline=offline)
