"""What a machine boots, as an object of the bucket."""

from __future__ import annotations

from components.bundle import Bundle, BundleArgs, bundle_url
from components.naming import Naming
from hardway.machine.bundle import sha256
from tests.unit.components.harness import run


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


def test_machines_fetch_it_by_the_regions_own_name() -> None:
    # The bucket in the path: a bucket's name with a dot has no certificate as a host.
    url = bundle_url("eu-central-1", "my.bucket", "bundles/1.tar")
    assert url == "https://s3.eu-central-1.amazonaws.com/my.bucket/bundles/1.tar"
