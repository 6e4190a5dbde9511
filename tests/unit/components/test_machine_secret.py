"""An entry of the secret store, with and without its value."""

from __future__ import annotations

import pulumi
import pytest

from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming
from tests.unit.components.harness import Recording, is_secret, run


def secret(naming: Naming, value: pulumi.Output[str] | None, protect: bool = True) -> Recording:
    return run(
        lambda: MachineSecret(
            "one",
            MachineSecretArgs(
                naming=naming,
                path="pool/general",
                description="what",
                tag_role="worker",
                key_arn="arn:key",
                value=value,
                deletion_protection=protect,
            ),
        )
    )


def test_a_secret_has_its_path_and_the_environments_key(naming: Naming) -> None:
    inputs = secret(naming, pulumi.Output.from_input("x")).one("Secret", "one").inputs
    assert (inputs["name"], inputs["kmsKeyId"]) == ("hardway/sandbox/pool/general", "arn:key")


def test_its_tags_name_what_reads_it(naming: Naming) -> None:
    tags = secret(naming, None).one("Secret", "one").inputs["tags"]
    assert (tags["Name"], tags["hardway:role"]) == ("hardway-sandbox-pool-general", "worker")


@pytest.mark.parametrize(("protect", "days"), [(True, 7), (False, 0)])
def test_a_protected_secret_can_be_taken_back(naming: Naming, protect: bool, days: int) -> None:
    inputs = secret(naming, None, protect).one("Secret", "one").inputs
    assert inputs["recoveryWindowInDays"] == days


def test_its_value_is_secret_even_if_nobody_said_so(naming: Naming) -> None:
    version = secret(naming, pulumi.Output.from_input("x")).one("SecretVersion", "one")
    assert is_secret(version.inputs["secretString"])


def test_its_value_is_a_version_of_this_entry(naming: Naming) -> None:
    declared = secret(naming, pulumi.Output.from_input("x"))
    assert declared.one("SecretVersion", "one").inputs["secretId"] == "one-id"
    owner = declared.one("MachineSecret", "one").urn
    assert {one.parent for one in (*declared.of("Secret"), *declared.of("SecretVersion"))} == {owner}


def test_without_a_value_nothing_is_written(naming: Naming) -> None:
    declared = secret(naming, None)
    assert declared.of("SecretVersion") == []
    assert len(declared.of("Secret")) == 1


def test_its_outputs_say_which_value_is_stored(naming: Naming, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: dict[str, pulumi.Output[str]] = {}
    monkeypatch.setattr(MachineSecret, "register_outputs", lambda _, outputs: registered.update(outputs))
    args = MachineSecretArgs(
        naming=naming,
        path="pool/general",
        description="what",
        tag_role="worker",
        key_arn="arn:key",
        value=pulumi.Output.from_input("x"),
        deletion_protection=True,
    )

    def program() -> dict[str, pulumi.Output[str]]:
        MachineSecret("one", args)
        return registered

    declared = run(program)
    assert declared.outputs["version_id"] == "one-versionId"
    assert "version_id" not in declared.secret_outputs
