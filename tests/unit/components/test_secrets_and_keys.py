"""The secret store's entries, the bundles and the key that encrypts them."""

from __future__ import annotations

import json

import pulumi
import pytest

from components.bundle import Bundle, BundleArgs
from components.cluster_secrets import cluster_secrets
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming
from hardway.machine.bundle import sha256
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


@pytest.mark.parametrize(("protect", "days"), [(True, 7), (False, 0)])
def test_a_protected_secret_can_be_taken_back(naming: Naming, protect: bool, days: int) -> None:
    inputs = secret(naming, None, protect).one("Secret", "one").inputs
    assert inputs["recoveryWindowInDays"] == days


def test_break_glass_and_join_tokens_are_entries_of_their_own(naming: Naming) -> None:
    declared = run(
        lambda: cluster_secrets(
            naming=naming,
            pools=["general", "batch"],
            key_arn="arn:key",
            break_glass=pulumi.Output.secret("kubeconfig"),
            deletion_protection=True,
        )
    )
    names = {one.inputs["name"] for one in declared.of("Secret")}
    assert names == {f"hardway/sandbox/{path}" for path in ("break-glass", "join/general", "join/batch")}
    assert [one.name for one in declared.of("SecretVersion")] == ["break-glass"]


def test_its_value_is_secret_even_if_nobody_said_so(naming: Naming) -> None:
    version = secret(naming, pulumi.Output.from_input("x")).one("SecretVersion", "one")
    assert is_secret(version.inputs["secretString"])


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


def test_a_bundle_is_named_by_its_content_which_is_not_in_the_state(naming: Naming) -> None:
    (stored,) = run(
        lambda: Bundle(
            "one",
            BundleArgs(naming=naming, thing="pool-general", tag_role="worker", bucket="bucket-1", content=b"files"),
        )
    ).of("BucketObjectv2")
    assert stored.inputs["key"] == f"bundles/{sha256(b'files')}.tar"
    assert stored.inputs["source"].path.endswith(f"/bundles/{sha256(b'files')}.tar")
    assert "contentBase64" not in stored.inputs


@pytest.mark.parametrize("protect", [False, True])
def test_the_key_rotates_and_is_protected_where_asked(naming: Naming, protect: bool) -> None:
    declared = run(
        lambda: EncryptionKey("key", EncryptionKeyArgs(naming=naming, account_id="123456789012", protect=protect))
    )
    key = declared.one("Key", "key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.protect is protect
    assert declared.one("Alias", "key").inputs["name"] == "alias/hardway-sandbox-key"


def test_whoever_is_not_of_the_account_uses_the_key_as_auto_scaling_only(naming: Naming) -> None:
    declared = run(
        lambda: EncryptionKey("key", EncryptionKeyArgs(naming=naming, account_id="123456789012", protect=True))
    )
    for statement in json.loads(declared.one("Key", "key").inputs["policy"])["Statement"]:
        if statement["Principal"] == {"AWS": "*"}:
            assert statement["Condition"]["ArnEquals"]["aws:PrincipalArn"].endswith("AWSServiceRoleForAutoScaling")
        else:
            assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
