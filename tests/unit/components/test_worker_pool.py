"""A worker pool: one template, one group, and no right beyond its own boot."""

from __future__ import annotations

import base64
import json
from functools import cache

import pulumi
import pulumi_command as command

from components.worker_pool import WorkerPool, WorkerPoolArgs
from tests.unit.components.conftest import NAMING, artifacts_handle, load, network_handle
from tests.unit.components.harness import Recording, is_secret, run


@cache
def declare(*, preview: bool = False) -> Recording:
    """The sandbox's pool."""
    environment = load()
    return run(
        lambda: WorkerPool(
            "pool",
            WorkerPoolArgs(
                naming=NAMING,
                pool="general",
                config=environment.pools["general"],
                region=environment.region,
                network=network_handle(environment),
                artifacts=artifacts_handle(),
                ami="ami-1",
                image_owner="136693071363",
                root_device="/dev/xvda",
                key_arn="arn:key",
                bundle=b"bundle",
                secret=pulumi.Output.secret("packed"),
                join_secret_arn="arn:join",
                gate=command.local.Command("last-gate", update="true"),
                deletion_protection=True,
            ),
        ),
        preview=preview,
    )


def test_the_group_keeps_machines_of_the_pools_template_and_carries_its_tags() -> None:
    group = declare().one("Group", "pool").inputs
    assert group["launchTemplate"] == {"id": "pool-id", "version": "pool-latestVersion"}
    tags = {one["key"]: one["value"] for one in group["tags"]}
    assert all(one["tags"] == tags for one in declare().one("LaunchTemplate", "pool").inputs["tagSpecifications"])


def test_machines_are_rolled_after_the_api_servers() -> None:
    pool = declare()
    gate = pool.one("Command", "last-gate").urn
    assert gate in pool.one("Group", "pool").depends_on
    # Only the group makes and replaces machines: all else is ready by then.
    assert [one.name for one in pool if gate in one.depends_on] == ["pool"]


def test_the_template_waits_for_the_pools_keys() -> None:
    pool = declare()
    assert pool.one("SecretVersion", "pool").urn in pool.one("LaunchTemplate", "pool").depends_on


def test_the_template_is_as_strict_as_a_control_plane() -> None:
    template = declare().one("LaunchTemplate", "pool").inputs
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    (disk,) = template["blockDeviceMappings"]
    assert disk["deviceName"] == "/dev/xvda"
    assert (disk["ebs"]["encrypted"], disk["ebs"]["kmsKeyId"]) == ("true", "arn:key")
    assert template["vpcSecurityGroupIds"] == ["sg-worker"]


def test_machines_are_tagged_with_their_pool() -> None:
    specifications = declare().one("LaunchTemplate", "pool").inputs["tagSpecifications"]
    assert {one["resourceType"] for one in specifications} == {"instance", "volume", "network-interface"}
    assert all(one["tags"]["hardway:pool"] == "general" for one in specifications)


def test_the_template_alone_says_whose_image_it_boots() -> None:
    template = declare().one("LaunchTemplate", "pool").inputs
    assert template["tags"]["hardway:image-owner"] == "136693071363"
    # Other tags of machines are another version of the template, and so other machines.
    assert all("hardway:image-owner" not in one["tags"] for one in template["tagSpecifications"])


def test_user_data_holds_no_secret() -> None:
    user_data = base64.b64decode(declare().one("LaunchTemplate", "pool").inputs["userData"]).decode()
    assert user_data.startswith("#cloud-config\n")
    assert "packed" not in user_data


def test_workers_read_their_pools_secrets_only() -> None:
    pool = declare()
    policy = json.loads(pool.one("RolePolicy", "pool").inputs["policy"])
    (secrets,) = [one for one in policy["Statement"] if one["Sid"] == "Secrets"]
    assert secrets["Resource"] == ["arn:join", "arn:aws:secretsmanager:eu-central-1:123456789012:pool"]
    assert is_secret(pool.one("SecretVersion", "pool").inputs["secretString"])


def test_a_preview_declares_the_same_resources() -> None:
    assert declare(preview=True).keys == declare().keys
