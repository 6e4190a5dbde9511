"""The environment's whole program: it stands for every stack file, and it means the same in preview and update."""

from __future__ import annotations

import runpy
from itertools import pairwise

import pulumi
import pytest

from tests.unit.components.harness import Recording, is_secret, run
from tests.unit.stacks.programs import ROOT, config, declare

ENVIRONMENTS = ("sandbox", "dev", "prod")


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def stack(request: pytest.FixtureRequest) -> str:
    """Each environment in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def declared(stack: str) -> Recording:
    """The environment as an update declares it."""
    return declare(stack)


@pytest.mark.usefixtures("declared")
def test_a_preview_declares_the_same_resources(stack: str, declared: Recording) -> None:
    assert declare(stack, preview=True).keys == declared.keys


def test_every_resource_is_named_once(declared: Recording) -> None:
    assert len({one.urn for one in declared}) == len(declared.resources)


def test_it_exports_what_others_read(stack: str, declared: Recording) -> None:
    assert set(declared.outputs) == {
        "api_url",
        "backup_bucket",
        "bucket",
        "cluster_dns_address",
        "cluster_domain",
        "control_planes",
        "drill_launch_template",
        "drill_subnet_id",
        "kubeconfig",
        "pools",
        "vpc_id",
    }
    assert declared.secret_outputs == {"kubeconfig"}
    assert declared.outputs["api_url"].startswith("https://api.")
    assert stack in declared.outputs["bucket"]


def test_the_backup_bucket_is_reached_and_is_that_of_the_management_stack(stack: str, declared: Recording) -> None:
    bucket = f"hardway-{stack}-backups"
    assert declared.outputs["backup_bucket"] == bucket
    (endpoint,) = [one for one in declared.of("VpcEndpoint") if one.inputs["serviceName"].endswith(".s3")]
    assert f"arn:aws:s3:::{bucket}/*" in endpoint.inputs["policy"]


def test_another_bucket_than_the_management_stacks_is_an_error() -> None:
    values = config("sandbox")
    values["hardway:management"] = '{"stack": "sandbox-management", "backup_bucket": "another"}'
    with pytest.raises(pulumi.RunError, match=r"is another, but .* sandbox-management is hardway-sandbox-backups"):
        run(lambda: runpy.run_path(str(ROOT / "__main__.py")), config=values)


def test_without_management_there_are_no_backups() -> None:
    declared = declare("sandbox", without="hardway:management")
    assert "backup_bucket" not in declared.outputs
    assert not [one for one in declared if "drill" in one.name]
    assert not [one for one in declared.of("RolePolicy") if "backups" in one.inputs["policy"]]


def test_nobody_knows_the_api_by_a_name_of_aws(declared: Recording) -> None:
    assert "amazonaws" not in declared.outputs["kubeconfig"]
    for request in declared.of("CertRequest"):
        assert "amazonaws" not in str(request.inputs)


def test_key_material_is_passed_as_secret_only(declared: Recording) -> None:
    for one in declared:
        for key, value in one.inputs.items():
            if "PRIVATE KEY" in str(value):
                assert is_secret(value), f"{one.type} {one.name}: {key}"


def test_no_machine_is_reached_from_everywhere(declared: Recording) -> None:
    rules = declared.of("SecurityGroupIngressRule")
    assert rules
    assert not [one.name for one in rules if one.inputs.get("cidrIpv4") == "0.0.0.0/0"]


def test_everything_that_can_be_tagged_says_whose_it_is(declared: Recording, stack: str) -> None:
    tagged = [one for one in declared if isinstance(one.inputs.get("tags"), dict)]
    assert len(tagged) > 60
    for one in tagged:
        tags = one.inputs["tags"]
        assert tags["hardway:environment"] == tags["hardway:stack"] == stack, one.name
        assert tags["hardway:role"], one.name


def test_no_user_data_holds_a_secret_and_all_fit(declared: Recording) -> None:
    for instance in declared.of("Instance"):
        assert "PRIVATE KEY" not in instance.inputs["userData"]
        assert len(instance.inputs["userData"]) < 16_384


def test_every_pool_waits_for_the_last_control_planes_gate(declared: Recording) -> None:
    instances, gates = declared.of("Instance"), {one.urn: one for one in declared.of("Command")}
    members = {urn for urn, gate in gates.items() if gate.name.startswith("control-plane-")}
    (last,) = members - {urn for one in instances for urn in one.depends_on}
    pools = declared.of("Group")
    assert last in pools[0].depends_on
    # And each next one for the pool before: so none begins earlier.
    for before, pool in pairwise(pools):
        assert [gates[urn].name for urn in pool.depends_on if urn in gates] == [f"{before.name}-gate"]


def test_the_state_stays_small(declared: Recording) -> None:
    assert len(declared.resources) < 400


def test_a_fault_in_the_stack_file_is_an_error_without_a_trace() -> None:
    values = config("sandbox")
    del values["hardway:domain"]
    with pytest.raises(pulumi.RunError, match=r"stacks/Pulumi\.sandbox\.yaml: hardway:domain: is missing"):
        run(lambda: runpy.run_path(str(ROOT / "__main__.py")), config=values)
