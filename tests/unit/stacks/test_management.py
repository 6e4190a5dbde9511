"""The management stack's whole program: what outlives clusters, and nothing that refers to one."""

from __future__ import annotations

import pytest

from tests.unit.components.harness import Recording
from tests.unit.stacks.programs import declare


@pytest.fixture(scope="module", params=("sandbox", "dev", "prod"))
def stack(request: pytest.FixtureRequest) -> str:
    """Each management stack in turn."""
    return f"{request.param}-management"


@pytest.fixture(scope="module")
def declared(stack: str) -> Recording:
    """The stack as an update declares it."""
    return declare(stack)


def test_a_preview_declares_the_same_resources(stack: str, declared: Recording) -> None:
    assert declare(stack, preview=True).keys == declared.keys


def test_it_exports_where_backups_go_and_what_opens_them(stack: str, declared: Recording) -> None:
    assert set(declared.outputs) == {"backup_bucket", "backup_key_arn"}
    assert declared.outputs["backup_bucket"] == f"hardway-{stack.removesuffix('-management')}-backups"
    assert (
        declared.outputs["backup_key_arn"]
        == declared.one("BucketServerSideEncryptionConfiguration", "backups").inputs["rules"][0][
            "applyServerSideEncryptionByDefault"
        ]["kmsMasterKeyId"]
    )


def test_backups_and_their_key_are_protected_wherever_they_are_not_thrown_away(stack: str, declared: Recording) -> None:
    assert {one.protect for one in (*declared.of("Bucket"), *declared.of("Key"))} == {stack != "sandbox-management"}


def test_everything_says_whose_it_is(stack: str, declared: Recording) -> None:
    tagged = [one.inputs["tags"] for one in declared if isinstance(one.inputs.get("tags"), dict)]
    assert len(tagged) == 2
    assert {(tags["hardway:environment"], tags["hardway:stack"]) for tags in tagged} == {(stack, stack)}


def test_no_production_backup_can_be_deleted_in_its_first_days() -> None:
    (lock,) = declare("prod-management").of("BucketObjectLockConfiguration")
    assert lock.inputs["rule"]["defaultRetention"]["days"] >= 7
