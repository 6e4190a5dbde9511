"""The order to restore stands for as long as somebody waits for it, and leaves nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hardway.backups.archive import Archive
from hardway.backups.documents import Manifest
from hardway.backups.order import ORDER_KEY, VALID_SECONDS, Order, result, standing_order
from hardway.cluster_marker import RESTORE_RESULT_KEY
from tests.unit.hardway.backups.conftest import KEY, manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "snapshot.db.zst").write_bytes(b"packed")
    return Archive(key=KEY, manifest=Manifest.model_validate(manifest()), snapshot=tmp_path / "snapshot.db.zst")


def versions(s3: S3Client) -> int:
    answer = s3.list_object_versions(Bucket="artifacts", Prefix="cluster/")
    return len(answer.get("Versions", [])) + len(answer.get("DeleteMarkers", []))


def test_machines_read_it_line_by_line() -> None:
    order = Order(snapshot="cluster/restore/aa.db.zst", sha256="aa", token="t", revision=7, valid_until=9)
    assert order.text() == (
        "RESTORE_SNAPSHOT=cluster/restore/aa.db.zst\nRESTORE_SHA256=aa\nRESTORE_TOKEN=t\nRESTORE_REVISION=7\n"
        "RESTORE_VALID_UNTIL=9\n"
    )


def test_it_names_a_snapshot_that_is_there_and_a_cluster_that_never_was(s3: S3Client, archive: Archive) -> None:
    with standing_order(s3, "artifacts", "test", archive) as order:
        assert s3.get_object(Bucket="artifacts", Key=order.snapshot)["Body"].read() == b"packed"
        assert s3.get_object(Bucket="artifacts", Key=ORDER_KEY)["Body"].read().decode() == order.text()
        assert order.snapshot == f"cluster/restore/{archive.manifest.snapshot_sha256}.db.zst"
        assert order.revision == 1_000_000_700
        assert 0 < order.valid_until - time.time() <= VALID_SECONDS
    with standing_order(s3, "artifacts", "test", archive) as another:
        assert another.token != order.token


def test_nothing_of_it_stays_not_even_an_old_version(s3: S3Client, archive: Archive) -> None:
    s3.put_object(Bucket="artifacts", Key="cluster/formed", Body=b"1")

    def interrupted() -> None:
        with standing_order(s3, "artifacts", "test", archive):
            s3.put_object(Bucket="artifacts", Key=RESTORE_RESULT_KEY, Body=b"{}")
            s3.delete_object(Bucket="artifacts", Key=RESTORE_RESULT_KEY)
            assert versions(s3) == 5
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert versions(s3) == 1, "the marker of the cluster is not part of it"


def test_a_result_of_an_earlier_restore_does_not_count(s3: S3Client, archive: Archive) -> None:
    told = {"member": "a", "revision": 1, "digests": {}, "seconds": {}}
    s3.put_object(Bucket="artifacts", Key=RESTORE_RESULT_KEY, Body=json.dumps(told).encode())
    with standing_order(s3, "artifacts", "test", archive):
        assert result(s3, "artifacts") is None
        s3.put_object(Bucket="artifacts", Key=RESTORE_RESULT_KEY, Body=json.dumps(told).encode())
        found = result(s3, "artifacts")
        assert found is not None
        assert found.member == "a"


def test_an_order_that_cannot_be_sent_leaves_no_snapshot(
    s3: S3Client, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(s3, "put_object", refused)
    with pytest.raises(OSError, match="no"), standing_order(s3, "artifacts", "test", archive):
        raise AssertionError("there is no order")
    assert versions(s3) == 0
