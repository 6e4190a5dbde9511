"""The restore drill: a machine that can be started, is reached by nobody and ends itself."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

from components.restore_drill import RestoreDrill, RestoreDrillArgs
from hardway.machine.bundle import sha256
from tests.unit.components.conftest import NAMING, artifacts_handle, backups_handle, load, network_handle
from tests.unit.components.harness import Recording, run


@cache
def declare() -> Recording:
    def program() -> dict[str, Any]:
        drill = RestoreDrill(
            "drill",
            RestoreDrillArgs(
                naming=NAMING,
                region="eu-central-1",
                network=network_handle(load()),
                artifacts=artifacts_handle(),
                backups=backups_handle(),
                ami="ami-1",
                image_owner="136693071363",
                root_device="/dev/xvda",
                instance_type="t3.xlarge",
                root_volume_gib=13,
                key_arn="arn:aws:kms:eu-central-1:1:key/own",
                bundle=b"bundle",
            ),
        )
        return {"template": drill.template_id}

    return run(program)


def template() -> dict[str, Any]:
    return dict(declare().one("LaunchTemplate", "drill").inputs)


def test_nothing_runs_until_somebody_starts_it() -> None:
    assert not declare().of("Instance")
    assert not declare().of("Group")
    assert declare().outputs["template"] == "drill-id"


def test_it_ends_itself_and_its_disk_goes_with_it_encrypted() -> None:
    assert template()["instanceInitiatedShutdownBehavior"] == "terminate"
    (disk,) = template()["blockDeviceMappings"]
    assert disk["ebs"]["deleteOnTermination"] == disk["ebs"]["encrypted"] == "true"
    assert disk["ebs"]["kmsKeyId"] == "arn:aws:kms:eu-central-1:1:key/own"
    assert template()["metadataOptions"]["httpTokens"] == "required"


def test_nobody_reaches_it_and_it_reaches_s3_only() -> None:
    assert not declare().of("SecurityGroupIngressRule")
    (rule,) = declare().of("SecurityGroupEgressRule")
    assert (rule.inputs["prefixListId"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("pl-s3", 443, 443)
    assert template()["vpcSecurityGroupIds"] == ["drill-id"]


def test_it_boots_its_bundle_and_says_what_it_is() -> None:
    user_data = base64.b64decode(template()["userData"]).decode()
    assert sha256(b"bundle") in user_data
    assert "HW_ROLE=drill" in user_data
    (tags,) = [one["tags"] for one in template()["tagSpecifications"] if one["resourceType"] == "instance"]
    assert (tags["hardway:role"], tags["hardway:machine"]) == ("drill", "restore-drill")


def test_it_reads_no_secret_and_no_order_and_no_other_bucket() -> None:
    policy = json.loads(declare().one("RolePolicy", "drill").inputs["policy"])["Statement"]
    assert not [one for one in policy if "secretsmanager" in str(one["Action"])]
    buckets = {arn.split(":")[-1].split("/")[0] for one in policy for arn in one["Resource"] if ":s3:" in arn}
    assert buckets == {"bucket-1", "backups-1"}
    assert not [one for one in policy if "restore/" in str(one["Resource"])]
