"""The key that encrypts volumes, bundles and secrets, and who may use it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run


def declare(protect: bool = True, workers_disks: bool = True) -> Recording:
    def program() -> dict[str, Any]:
        key = EncryptionKey(
            "key",
            EncryptionKeyArgs(
                naming=NAMING,
                account_id="123456789012",
                purpose="Volumes",
                workers_disks=workers_disks,
                protect=protect,
            ),
        )
        return {"arn": key.arn}

    return run(program)


@pytest.fixture(scope="module")
def declared() -> Recording:
    """The key, protected; shared, as nothing changes it."""
    return declare()


def statements(declared: Recording) -> dict[str, dict[str, Any]]:
    policy = json.loads(declared.one("Key", "key").inputs["policy"])
    return {one["Sid"]: one for one in policy["Statement"]}


@pytest.mark.parametrize("protect", [False, True])
def test_the_key_is_protected_where_asked_and_its_alias_never(protect: bool) -> None:
    declared = declare(protect)
    assert declared.one("Key", "key").protect is protect
    assert not declared.one("Alias", "key").protect


def test_it_rotates_and_can_be_taken_back_for_a_month(declared: Recording) -> None:
    inputs = declared.one("Key", "key").inputs
    assert (inputs["enableKeyRotation"], inputs["deletionWindowInDays"]) == (True, 30)


def test_it_has_a_readable_name(declared: Recording) -> None:
    alias = declared.one("Alias", "key").inputs
    assert (alias["name"], alias["targetKeyId"]) == ("alias/hardway-sandbox-key", "key-keyId")
    assert declared.outputs["arn"] == "arn:aws:kms:eu-central-1:123456789012:key"


def test_the_accounts_own_policies_govern_it(declared: Recording) -> None:
    governed = statements(declared)["GovernedByIam"]
    assert governed["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert governed["Action"] == "kms:*"


def test_whoever_is_not_of_the_account_uses_the_key_as_auto_scaling_only(declared: Recording) -> None:
    others = [one for one in statements(declared).values() if one["Principal"] == {"AWS": "*"}]
    assert len(others) == 2
    for statement in others:
        role = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
        assert role.startswith("arn:aws:iam::123456789012:role/aws-service-role/")
        assert role.endswith("/AWSServiceRoleForAutoScaling")
        assert "kms:*" not in statement["Action"]


def test_a_key_that_no_worker_needs_is_the_accounts_alone() -> None:
    assert set(statements(declare(workers_disks=False))) == {"GovernedByIam"}


def test_auto_scaling_hands_it_to_aws_own_services_only(declared: Recording) -> None:
    found = statements(declared)
    assert found["GrantsForDisksOfWorkers"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert "kms:CreateGrant" not in found["DisksOfWorkers"]["Action"]
