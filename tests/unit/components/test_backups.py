"""What machines may do in the backup bucket."""

from __future__ import annotations

from typing import Any

from components.backups import drilling_statements, writing_statements

BUCKET = "arn:aws:s3:::backups"
KEY = "arn:aws:kms:eu-central-1:1:key/backups"


def allowed(statements: list[dict[str, Any]]) -> dict[str, list[str]]:
    assert {one["Effect"] for one in statements} == {"Allow"}
    return {action: one["Resource"] for one in statements for action in one["Action"]}


def test_who_makes_backups_writes_its_own_environments_and_neither_reads_nor_deletes() -> None:
    assert allowed(writing_statements("dev", "eu-central-1", BUCKET, KEY)) == {
        "s3:PutObject": [
            f"{BUCKET}/etcd/5-minutely/dev/*",
            f"{BUCKET}/etcd/hourly/dev/*",
            f"{BUCKET}/etcd/daily/dev/*",
            f"{BUCKET}/etcd/latest/dev.json",
        ],
        "kms:GenerateDataKey": [KEY],
    }


def test_who_tries_backups_reads_them_and_writes_results_only() -> None:
    found = allowed(drilling_statements("dev", "eu-central-1", BUCKET, KEY))
    assert found.pop("s3:PutObject") == [f"{BUCKET}/drills/dev/*"]
    assert found.pop("s3:GetObject") == allowed(writing_statements("dev", "r", BUCKET, KEY))["s3:PutObject"]
    assert found == {"s3:ListBucket": [BUCKET], "kms:Decrypt": [KEY], "kms:GenerateDataKey": [KEY]}


def test_the_key_serves_by_way_of_s3_only() -> None:
    for statements in (writing_statements, drilling_statements):
        (key,) = [one for one in statements("dev", "eu-central-1", BUCKET, KEY) if one["Resource"] == [KEY]]
        assert key["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}
