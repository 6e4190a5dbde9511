"""What a boot gets from S3: nothing but what user data and bundle name is taken, and S3 may be away for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cluster.conftest import Sandbox
from tests.cluster.test_boot import BUNDLE_IS_KEPT, BUNDLE_IS_UNPACKED, WRONG, is_told, shell
from tests.cluster.workers import client

BUCKET = "hardway-sandbox-artifacts"
IDENTITY = "/etc/hardway/identity.env"
OTHER_HASH = f"""
set -e
cp {IDENTITY} /run/identity.kept
sed -i 's/^HW_BUNDLE_SHA256=.*/HW_BUNDLE_SHA256={WRONG}/' {IDENTITY}
systemctl restart --no-block hardway-boot.service
"""
RIGHT_HASH = f"""
[ ! -e /run/identity.kept ] || cat /run/identity.kept >{IDENTITY}
rm -f /run/identity.kept
"""
# Nothing listens there.
NO_S3 = f"""
set -e
. {IDENTITY}
host=${{HW_BUNDLE_URL#https://}}
cp /etc/hosts /run/hosts.kept
echo "127.0.0.9 ${{host%%/*}}" >>/etc/hosts
mv /var/lib/hardway/bundle.tar /run/bundle.kept
systemctl restart --no-block hardway-boot.service
"""
S3_IS_BACK = """
[ ! -e /run/hosts.kept ] || cat /run/hosts.kept >/etc/hosts
rm -f /run/hosts.kept /run/bundle.kept
"""
LOOPBACK_ANEW = f"""
{BUNDLE_IS_KEPT}
rm /var/lib/hardway/in-place/+opt+cni+bin+loopback
systemctl restart --no-block hardway-boot.service
"""


@pytest.fixture
def worker(sandbox: Sandbox) -> Iterator[str]:
    """Instance id of a worker, which boots as before in the end."""
    identity = str(next(one for one in sandbox.machines() if one["pool"])["instance_id"])
    yield identity
    shell(sandbox, identity, RIGHT_HASH + S3_IS_BACK + BUNDLE_IS_UNPACKED)
    is_told(sandbox, identity, "units", "done", "")


def test_a_bundle_with_a_wrong_hash(sandbox: Sandbox, worker: str) -> None:
    shell(sandbox, worker, OTHER_HASH)
    is_told(sandbox, worker, "bundle", "failed", f"wrong hash of the bundle: expected {WRONG}, found ")


def test_a_truncated_artifact(sandbox: Sandbox, worker: str) -> None:
    with truncated(sandbox, "loopback.zst"):
        shell(sandbox, worker, LOOPBACK_ANEW)
        is_told(sandbox, worker, "artifacts", "failed", "wrong hash of loopback.zst: expected ")
    # The whole one is fetched without a hand: what was wrong was not kept.
    is_told(sandbox, worker, "units", "done", "")


@contextmanager
def truncated(sandbox: Sandbox, name: str) -> Iterator[None]:
    """Half of that object is in the bucket."""
    s3 = client(sandbox, "s3")
    objects = s3.list_objects_v2(Bucket=BUCKET, Prefix="artifacts/")["Contents"]
    (key,) = [one["Key"] for one in objects if one["Key"].endswith(f"/{name}")]
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    s3.put_object(Bucket=BUCKET, Key=key, Body=body[: len(body) // 2])
    try:
        yield
    finally:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)


def test_s3_is_away_and_comes_back(sandbox: Sandbox, worker: str) -> None:
    shell(sandbox, worker, NO_S3)
    is_told(sandbox, worker, "bundle", "failed", "Failed to connect to ")
    shell(sandbox, worker, S3_IS_BACK)
    began = time.monotonic()
    is_told(sandbox, worker, "units", "done", "")
    print(f"booted {time.monotonic() - began:.0f} s after S3 was back, by itself")
