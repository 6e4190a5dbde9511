"""The backup vault: private, and what is in it goes by tier and no earlier."""

from __future__ import annotations

from typing import Any

import pytest

from components.backups import TIERS
from components.management.backup_vault import KEPT_DAYS, BackupVault, BackupVaultArgs
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run


def declare(*, lock_days: int | None = None, protect: bool = True) -> Recording:
    def program() -> dict[str, Any]:
        vault = BackupVault(
            "vault",
            BackupVaultArgs(naming=NAMING, bucket="backups-1", lock_days=lock_days, key_arn="arn:key", protect=protect),
        )
        return {"bucket": vault.bucket}

    return run(program)


def rules() -> dict[str, dict[str, Any]]:
    found = declare().one("BucketLifecycleConfiguration", "vault").inputs["rules"]
    return {rule["id"]: rule for rule in found}


def test_it_is_private_versioned_and_encrypted() -> None:
    vault = declare()
    assert vault.one("BucketPublicAccessBlock", "vault").inputs["restrictPublicBuckets"] is True
    assert vault.one("BucketVersioning", "vault").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = vault.one("BucketServerSideEncryptionConfiguration", "vault").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == "arn:key"
    assert "aws:SecureTransport" in vault.one("BucketPolicy", "vault").inputs["policy"]
    assert vault.outputs["bucket"] == "backups-1"


def test_every_tier_is_kept_as_long_as_it_is_promised() -> None:
    kept = {
        rule["filter"]["prefix"]: rule["expiration"].get("days") for rule in rules().values() if "expiration" in rule
    }
    assert {f"etcd/{tier}/": kept[f"etcd/{tier}/"] for tier in TIERS} == {
        "etcd/5-minutely/": 1,
        "etcd/hourly/": 7,
        "etcd/daily/": 90,
    }
    assert KEPT_DAYS.items() <= kept.items()


def test_what_is_overwritten_or_expired_goes_for_good() -> None:
    found = rules()
    leftovers = found.pop("leftovers")
    assert {rule["noncurrentVersionExpiration"]["noncurrentDays"] for rule in found.values()} == {1}
    assert "etcd-latest" in found
    assert leftovers["expiration"] == {"expiredObjectDeleteMarker": True}
    assert leftovers["filter"] == {"prefix": ""}
    assert all(rule["status"] == "Enabled" for rule in (*found.values(), leftovers))


def test_rules_and_lock_wait_for_versions() -> None:
    vault = declare(lock_days=7)
    versioning = vault.one("BucketVersioning", "vault").urn
    for kind in ("BucketLifecycleConfiguration", "BucketObjectLockConfiguration"):
        assert versioning in vault.one(kind, "vault").depends_on


@pytest.mark.parametrize("lock_days", [None, 7])
def test_a_lock_is_there_where_it_is_asked_for(lock_days: int | None) -> None:
    vault = declare(lock_days=lock_days)
    assert vault.one("Bucket", "vault").inputs["objectLockEnabled"] is (lock_days is not None)
    said = [one.inputs["rule"] for one in vault.of("BucketObjectLockConfiguration")]
    assert said == ([{"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}] if lock_days else [])


@pytest.mark.parametrize("protect", [False, True])
def test_protection_is_explicit(protect: bool) -> None:
    bucket = declare(protect=protect).one("Bucket", "vault")
    assert bucket.protect is protect
    assert bucket.inputs["forceDestroy"] is not protect
