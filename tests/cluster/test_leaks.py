"""No secret of a running cluster is anywhere but with those who need it."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from tests.cluster.conftest import ROOT, Sandbox, by_command
from tests.cluster.leaks import Detector, files, processes, secrets_of_state

pytestmark = by_command

FOLDERS_OF_THEIR_OWN = ("machines", "volumes", "objects", "ca", "kubeconfig", "passphrase", "region.json", "pulumi")
"""Of the region's folder: disks and memory of machines, where secrets belong; what is looked at by other means; keys
of the region itself. The kubeconfig is the operator's own, mode 0600."""


@pytest.fixture(scope="module")
def planted() -> str:
    """A secret that this test makes up, and puts where no secret may be."""
    return f"canary-{secrets.token_hex(20)}"


@pytest.fixture(scope="module")
def detector(sandbox: Sandbox, planted: str) -> Detector:
    """Knows every secret of the cluster: private keys, packed machine secrets, join tokens, what encrypts Secrets."""
    known = {"planted": planted}
    for stack in ("sandbox", "sandbox-services"):
        known |= secrets_of_state(sandbox.pulumi("stack", "export", "--show-secrets", "-s", stack).stdout)
    store = client(sandbox, "secretsmanager")
    for secret in store.list_secrets()["SecretList"]:
        known[secret["Name"]] = store.get_secret_value(SecretId=secret["ARN"])["SecretString"]
    # A token is `id.secret`; the id is public.
    for name in [name for name in known if "/join/" in name]:
        known[name] = known[name].partition(".")[2]
    return Detector(known)


def client(sandbox: Sandbox, service: str) -> Any:
    variables = sandbox.variables()
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def test_there_is_something_to_find(detector: Detector) -> None:
    assert len(detector.names) >= 40
    assert sum("PrivateKey" in name for name in detector.names) >= 40
    assert any("RandomBytes" in name for name in detector.names)
    assert any("/join/" in name for name in detector.names)


def user_data(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """Of every instance and every launch template."""
    ec2 = client(sandbox, "ec2")
    for machine in sandbox.machines():
        said = ec2.describe_instance_attribute(InstanceId=machine["instance_id"], Attribute="userData")
        yield f"user data of {machine['name']}", base64.b64decode(said["UserData"]["Value"])
    for template in ec2.describe_launch_templates()["LaunchTemplates"]:
        said = ec2.describe_launch_template_versions(LaunchTemplateId=template["LaunchTemplateId"])
        for version in said["LaunchTemplateVersions"]:
            data = version["LaunchTemplateData"].get("UserData", "")
            yield f"user data of {template['LaunchTemplateName']}", base64.b64decode(data)


def tags(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """Tags and descriptions: all that the services list of what they have."""
    ec2, iam, store = client(sandbox, "ec2"), client(sandbox, "iam"), client(sandbox, "secretsmanager")
    groups = client(sandbox, "autoscaling")
    yield "tags of EC2", repr(ec2.describe_tags()).encode()
    yield "security groups", repr(ec2.describe_security_groups()).encode()
    yield "auto-scaling groups", repr(groups.describe_auto_scaling_groups()).encode()
    yield "list of secrets", repr(store.list_secrets()).encode()
    for role in iam.list_roles()["Roles"]:
        yield f"tags of {role['RoleName']}", repr(iam.list_role_tags(RoleName=role["RoleName"])).encode()


def journals(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """Journal and console of every machine; a journal with all fields of its entries."""
    ec2 = client(sandbox, "ec2")
    for machine in sandbox.machines():
        if machine["state"] == "running":
            name = machine["instance_id"]
            yield (
                f"journal of {name}",
                sandbox.on(name, "journalctl", "--no-pager", "--all", "-o", "json").stdout.encode(),
            )
            yield f"console of {name}", ec2.get_console_output(InstanceId=name)["Output"].encode()


def objects(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """What machines fetch, but for the binaries, which are the same everywhere."""
    store = client(sandbox, "s3")
    for bucket in store.list_buckets()["Buckets"]:
        for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for one in page.get("Contents", ()):
                if not one["Key"].startswith("artifacts/"):
                    body = store.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
                    yield f"{bucket['Name']}/{one['Key']}", body


def outputs(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """What the commands print."""
    for arguments in (
        ["status", "sandbox"],
        ["status", "sandbox", "--json"],
        ["preview", "sandbox"],
        ["up", "sandbox", "--yes"],
    ):
        done = sandbox.hw(*arguments, check=False)
        yield f"./hw {' '.join(arguments)}", (done.stdout + done.stderr).encode()
    for stack in ("sandbox", "sandbox-services"):
        for arguments in (["stack", "output"], ["stack", "export"], ["stack", "history"], ["preview", "--diff"]):
            done = sandbox.pulumi(*arguments, "-s", stack)
            yield f"pulumi {' '.join(arguments)} of {stack}", (done.stdout + done.stderr).encode()


def region_files(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """Logs of the region, its services and the engine; Pulumi's states with their history and backups."""
    yield from files(sandbox.directory, FOLDERS_OF_THEIR_OWN)
    yield from files(sandbox.directory / "pulumi", ("plugins",))


def repository(sandbox: Sandbox) -> Iterator[tuple[str, bytes]]:
    """Goldens, recorded states and what else is kept of earlier runs."""
    for folder in ("tests/golden", "tests/fixtures", "docs", "bench", "stacks"):
        yield from files(ROOT / folder)


@pytest.mark.parametrize(
    "places", [user_data, tags, journals, objects, region_files, repository], ids=lambda places: places.__name__
)
def test_no_secret_is_in(sandbox: Sandbox, detector: Detector, places: Any) -> None:
    looked_at = list(places(sandbox))
    assert sum(len(content) for _, content in looked_at) > 1000
    assert detector.search(looked_at) == {}


@contextmanager
def watching_processes(detector: Detector) -> Iterator[dict[str, set[str]]]:
    """Look at every process again and again while the block runs; answers what was found."""
    found: dict[str, set[str]] = {}
    ended = threading.Event()

    def look() -> None:
        seen: set[bytes] = set()
        while not ended.wait(0.1):
            new = [(place, content) for place, content in processes() if content and content not in seen]
            seen.update(content for _, content in new)
            found.update(detector.search(new))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def test_no_secret_is_printed_or_in_a_list_of_processes(sandbox: Sandbox, detector: Detector) -> None:
    """While everything that handles secrets runs: commands, the boot, the making of join tokens."""
    worker = next(machine["instance_id"] for machine in sandbox.machines() if machine["pool"])
    with watching_processes(detector) as found:
        printed = list(outputs(sandbox))
        sandbox.on(worker, "systemctl", "restart", "hardway-boot.service")
        for number in (1, 2, 3):
            sandbox.on(f"control-plane-{number}", "systemctl", "start", "join-token.service")
    assert found == {}
    assert detector.search(printed) == {}


def test_the_detector_finds_what_is_planted(sandbox: Sandbox, detector: Detector, planted: str) -> None:
    """In a journal as it is, in a tag within base64, in a log within base64 of a document, in a process's arguments."""
    worker = next(machine["instance_id"] for machine in sandbox.machines() if machine["pool"])
    ec2 = client(sandbox, "ec2")
    packed = base64.b64encode(json.dumps({"key": planted}).encode()).decode()
    log = sandbox.directory / "logs/planted.log"
    ec2.create_tags(Resources=[worker], Tags=[{"Key": "planted", "Value": packed}])
    try:
        log.write_text("\n".join(packed[start : start + 20] for start in range(0, len(packed), 20)))
        sandbox.on(worker, "logger", "the word is", planted)
        with watching_processes(detector) as found:
            sandbox.on(worker, "bash", "-c", "sleep 2", planted)
        assert set().union(*found.values()) == {"planted"}
        for places in (tags, journals, region_files):
            leaks = detector.search(places(sandbox))
            assert list(leaks.values()) == [{"planted"}], places.__name__
    finally:
        log.unlink(missing_ok=True)
        ec2.delete_tags(Resources=[worker], Tags=[{"Key": "planted"}])
