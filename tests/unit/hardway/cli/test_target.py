from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hardway.cli import target as subject
from hardway.cli.failure import Refused
from hardway.cli.paths import STACKS, write_private
from hardway.cli.target import Target, environments, target


def test_services_stacks_are_no_environments() -> None:
    assert environments() == ["dev", "prod", "sandbox"]


def test_a_stack_belongs_to_the_environment_that_its_file_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, environment in {
        "dev": "",
        "dev-two": "",
        "dev-apps": "dev",
        "dev-services": "dev",
        "x": "'dev-two'",
    }.items():
        line = f"  hardway:environment: {environment}\n" if environment else ""
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"config:\n  hardway:kind: any\n{line}")
    monkeypatch.setattr(subject, "STACKS", tmp_path)
    assert environments() == ["dev", "dev-two"]
    assert Target("dev").above == (Target("dev-services"), Target("dev-apps"))
    assert Target("dev-two").above == (Target("x"),)


def test_a_management_stack_is_beneath_its_environment_and_none_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = "  hardway:management: {stack: below, backup_bucket: b}\n"
    for name, config in {
        "dev": f"  hardway:kind: environment\n{link}",
        "dev-services": "  hardway:kind: services\n  hardway:environment: dev\n",
        "below": "  hardway:kind: management\n",
        "alone": "  hardway:kind: environment\n",
    }.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"config:\n{config}")
    monkeypatch.setattr(subject, "STACKS", tmp_path)
    assert environments() == ["alone", "dev"]
    assert Target("dev").stacks == (Target("below"), Target("dev"), Target("dev-services"))
    assert Target("alone").stacks == (Target("alone"),)
    with pytest.raises(Refused, match=r"below is a stack of an environment.*pulumi … --stack below"):
        target("below")


def test_an_unknown_environment_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"no environment 'nope'.*Known: dev, prod, sandbox"):
        target("nope")


@pytest.mark.parametrize(
    ("name", "sandbox"), [("sandbox", True), ("sandbox-two", True), ("sandboxes", False), ("dev", False)]
)
def test_sandboxes_are_known_by_name(name: str, sandbox: bool) -> None:
    assert Target(name).is_sandbox is sandbox


def test_each_sandbox_has_its_own_folder_unless_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HARDWAY_SANDBOX", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Target("sandbox-two").directory == tmp_path / ".local/state/hardway/sandbox-two"
    assert Target("sandbox-two-services").directory == Target("sandbox-two").directory
    assert Target("sandbox-two-management").directory == Target("sandbox-two").directory
    monkeypatch.setenv("HARDWAY_SANDBOX", str(tmp_path / "here"))
    assert Target("sandbox").directory == tmp_path / "here"
    assert Target("dev").directory == tmp_path / ".local/state/hardway/dev"


@pytest.mark.parametrize("name", environments())
def test_every_environment_of_the_repository_is_valid(name: str) -> None:
    assert target(name).configuration().name == name


def test_faults_of_a_stack_file_are_refused_with_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.bad.yaml").write_text("config:\n  aws:region: eu-central-1\n  hardway:nonsense: 1\n")
    monkeypatch.setattr(subject, "STACKS", tmp_path)
    with pytest.raises(Refused, match=r"stacks/Pulumi\.bad\.yaml: hardway:nonsense: is not a known key"):
        target("bad").configuration()


def test_a_version_that_is_not_locked_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (STACKS / "Pulumi.dev.yaml").read_text().replace("runc: 1.5.2", "runc: 1.5.1")
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    monkeypatch.setattr(subject, "STACKS", tmp_path)
    with pytest.raises(Refused, match=r"versions\.runc: 1\.5\.1, but stacks/artifacts/dev\.json has runc 1\.5\.2"):
        target("dev").configuration()


def test_a_kubeconfig_is_private_from_the_start(tmp_path: Path) -> None:
    path = write_private(tmp_path / "new" / "kubeconfig", "secret")
    assert path.read_text() == "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
