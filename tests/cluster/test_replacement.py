"""A control plane is replaced while the API goes on answering, and who may do what without being somebody."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import boto3
import pytest

from tests.cluster.conftest import Sandbox

URL = "https://api.sandbox.hardway.internal:6443"
ETCDCTL = (
    "/opt/hardway/bin/etcdctl",
    "--endpoints=https://127.0.0.1:2379",
    "--cacert=/etc/etcd/pki/ca.crt",
    "--cert=/etc/etcd/pki/client.crt",
    "--key=/etc/etcd/pki/client.key",
)
UNVERIFIED = ssl.create_default_context()
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE
CLIENT = build_opener(ProxyHandler({}), HTTPSHandler(context=UNVERIFIED))


@dataclass
class Answers:
    """What the API said each time."""

    asked: int = 0
    failures: list[str] = field(default_factory=list)


@contextmanager
def asking(path: str) -> Iterator[Answers]:
    """Ask the API every 0.2 s, each time over a new connection, until the block ends."""
    answers, ended = Answers(), threading.Event()

    def ask() -> None:
        while not ended.wait(0.2):
            began = time.monotonic()
            try:
                said = str(status(path))
            except (OSError, HTTPException) as error:
                said = str(error)
            answers.asked += 1
            if said != "200":
                answers.failures.append(f"{said} after {time.monotonic() - began:.1f} s")

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        ended.set()
        thread.join()


def status(path: str) -> int:
    """The status code of an anonymous GET."""
    try:
        with CLIENT.open(URL + path, timeout=3) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def instances(sandbox: Sandbox) -> dict[str, str]:
    """Instance id of each machine by its address."""
    return {machine["address"]: machine["instance_id"] for machine in sandbox.machines()}


def ec2_of(sandbox: Sandbox) -> Any:
    variables = sandbox.variables()
    return boto3.client(
        "ec2",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )


def etcd_volumes(ec2: Any) -> dict[str, dict[str, list[str]]]:
    """By member its etcd volumes, and the instances that each is attached to."""
    found: dict[str, dict[str, list[str]]] = {}
    for volume in ec2.describe_volumes(Filters=[{"Name": "tag:hardway:role", "Values": ["etcd"]}])["Volumes"]:
        member = next(tag["Value"] for tag in volume["Tags"] if tag["Key"] == "hardway:machine")
        found.setdefault(member, {})[volume["VolumeId"]] = [one["InstanceId"] for one in volume["Attachments"]]
    return found


def etcd_members(sandbox: Sandbox, ask: str) -> dict[str, Any]:
    """Members by name: their ids, and whether they are learners."""
    said = json.loads(sandbox.on(ask, *ETCDCTL, "member", "list", "--write-out=json").stdout)
    return {member["name"]: (member["ID"], member.get("isLearner", False)) for member in said["members"]}


@pytest.mark.parametrize(
    ("replaced", "emptied"),
    [("control-plane-2", False), ("control-plane-2", True), ("control-plane-1", True)],
    ids=["with its volume", "with an empty volume", "with an empty volume, the first one"],
)
def test_a_control_plane_is_replaced_while_the_api_answers(
    sandbox: Sandbox, replaced: str, emptied: bool, record_property: Callable[[str, object], None]
) -> None:
    ec2, other = ec2_of(sandbox), "control-plane-3"
    address = next(machine["address"] for machine in sandbox.machines() if machine["member"] == replaced)
    before, volumes, members = instances(sandbox), etcd_volumes(ec2), etcd_members(sandbox, other)
    assert list(volumes[replaced].values()) == [[before[address]]]
    old = next(iter(volumes[replaced]))
    # Not /readyz: a server that takes its leave says 500 there on purpose, and still serves until it is not asked.
    with asking("/livez") as answers:
        said = sandbox.hw("replace", replaced, *(["--empty-volume"] if emptied else []), "--yes").stdout

    after, volumes_after, members_after = instances(sandbox), etcd_volumes(ec2), etcd_members(sandbox, other)
    assert after.keys() == before.keys()
    assert {place for place in after if after[place] != before[place]} == {address}
    its_volumes = volumes_after.pop(replaced)
    assert volumes_after == {member: volumes[member] for member in volumes if member != replaced}
    if emptied:
        assert f"{old} is kept" in said
        assert its_volumes.pop(old) == [], "its data is left as it was"
        ec2.delete_volume(VolumeId=old)
        assert list(its_volumes.values()) == [[after[address]]]
        assert members_after.pop(replaced) != members.pop(replaced), "a member that forgot its promises is another one"
        log = sandbox.on(replaced, "journalctl", "--no-pager", "-u", "etcd", "-u", "etcd-promote").stdout
        for step in ("removing the old one", "added as a learner", f"{replaced} is a voting member"):
            assert step in log, step
    else:
        assert its_volumes == {old: [after[address]]}
    assert members_after == members, "whoever has data is the member that it was"
    assert {learner for _, learner in etcd_members(sandbox, other).values()} == {False}
    health = sandbox.on(other, *ETCDCTL, "endpoint", "health", "--cluster")
    assert (health.stdout + health.stderr).count("is healthy") == 3
    nodes = sandbox.objects("nodes")
    ready = [
        node["metadata"]["name"]
        for node in nodes
        for condition in node["status"]["conditions"]
        if (condition["type"], condition["status"]) == ("Ready", "True")
    ]
    assert len(nodes) == len(ready) == 5
    assert replaced in ready

    counted = f"{len(answers.failures)} of {answers.asked} questions failed"
    print(f"{counted} {answers.failures}")
    record_property("api_while_replacing", counted)
    assert answers.asked > 20
    assert len(answers.failures) < 0.05 * answers.asked, f"{counted}: {answers.failures}"


def test_a_privileged_pod_is_refused(sandbox: Sandbox) -> None:
    container = {"name": "intruder", "image": "hardway.local/agnhost:none", "securityContext": {"privileged": True}}
    overrides = json.dumps({"apiVersion": "v1", "spec": {"containers": [container]}})
    command = ["run", "intruder", "-n", "default", "--image=hardway.local/agnhost:none", f"--overrides={overrides}"]
    refused = sandbox.hw("kubectl", "sandbox", "--", *command, check=False)
    if refused.returncode == 0:
        sandbox.kubectl("delete", "pod", "intruder", "-n", "default", "--now")
    assert refused.returncode != 0
    assert "forbidden" in refused.stderr
    assert "securityContext.privileged=true" in refused.stderr


@pytest.mark.parametrize(("path", "code"), [("/api", 401), ("/version", 401), ("/readyz", 200)])
def test_without_an_identity_only_health_answers(sandbox: Sandbox, path: str, code: int) -> None:
    assert sandbox.summary["api"] == URL
    assert status(path) == code
