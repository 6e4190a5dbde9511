"""In a full region with two plain machines: what reaches what, and that a reset leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from sandbox.record import process_start
from tests.cluster.machines.region import SERVER, Region, allow, build, eventually, sandbox, traces

FETCH = """
set -eu
base=http://169.254.169.254/latest
token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $base/api/token)
keys=$(curl -sf -H "X-aws-ec2-metadata-token: $token" $base/meta-data/iam/security-credentials/region-test)
field() { sed -n "s/.*\\"$1\\": \\"\\([^\\"]*\\)\\".*/\\1/p" <<<"$keys"; }
curl -s --aws-sigv4 aws:amz:eu-central-1:s3 -u "$(field AccessKeyId):$(field SecretAccessKey)" \
  -H "x-amz-security-token: $(field Token)" -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" \
  -w ' %{http_code}' "https://region-test.s3.eu-central-1.amazonaws.com/$1"
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp("network") / "region"
    try:
        started = sandbox(folder, "start")
        assert started.returncode == 0, started.stderr
        made = Region(folder, json.loads(sandbox(folder, "env", "--json").stdout), {}, {}, "")
        build(made)
        yield made
    finally:
        assert sandbox(folder, "reset").returncode == 0
    assert traces(folder) == []


def test_user_data_ran(region: Region) -> None:
    eventually(lambda: region.on("client", "cat", "/root/who").stdout == "client")


def test_a_rule_between_groups_lets_one_machine_reach_another_in_the_same_subnet(region: Region) -> None:
    assert region.get("client", "http://10.90.1.11:8080/") == "10.90.1.12"


def test_what_no_rule_allows_does_not_arrive(region: Region) -> None:
    region.on("client", "systemd-run", "--quiet", "--unit=web", "python3", "-c", SERVER)
    eventually(lambda: region.get("client", "http://127.0.0.1:8080/") != "")
    assert region.get("server", "http://10.90.1.12:8080/") == ""


def test_a_rule_taken_back_closes_the_way(region: Region) -> None:
    allow(region, "client", "server")
    eventually(lambda: region.get("server", "http://10.90.1.12:8080/") == "10.90.1.11")
    pair = [{"GroupId": region.groups["server"]}]
    rule = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": pair}]
    region.api("ec2").revoke_security_group_ingress(GroupId=region.groups["client"], IpPermissions=rule)
    eventually(lambda: region.get("server", "http://10.90.1.12:8080/") == "")


def test_egress_counts_too(region: Region) -> None:
    ec2, group = region.api("ec2"), region.groups["client"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    eventually(lambda: region.get("client", "http://10.90.1.11:8080/") == "")
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything)
    eventually(lambda: region.get("client", "http://10.90.1.11:8080/") == "10.90.1.12")


def test_a_machine_cannot_send_from_an_address_that_is_not_its_own(region: Region) -> None:
    region.on("client", "ip", "addr", "add", "10.90.1.13/32", "dev", "eth0")
    forged = region.on("client", "curl", "-s", "-m", "2", "--interface", "10.90.1.13", "http://10.90.1.11:8080/")
    assert forged.stdout == ""


def test_role_credentials_open_what_the_policy_names_and_no_more(region: Region) -> None:
    assert region.on("client", "bash", "-c", FETCH, "fetch", "open/hello").stdout == "hello 200"
    assert region.on("client", "bash", "-c", FETCH, "fetch", "closed/hello").stdout.endswith(" 403")


def test_metadata_does_not_reach_beyond_the_machine(region: Region) -> None:
    """A pod's namespace is one hop further than the machine, and the hop limit is one."""
    script = """
    ip netns add pod && ip link add v0 type veth peer name eth0 netns pod
    ip addr add 10.99.0.1/24 dev v0 && ip link set v0 up
    ip -n pod addr add 10.99.0.2/24 dev eth0 && ip -n pod link set eth0 up && ip -n pod route add default via 10.99.0.1
    sysctl -qw net.ipv4.ip_forward=1 && iptables -t nat -A POSTROUTING -s 10.99.0.0/24 -o eth0 -j MASQUERADE
    put() { $* curl -s -o /dev/null -w '%{http_code}' -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' \
      http://169.254.169.254/latest/api/token; }
    put; echo; put nsenter --net=/run/netns/pod
    """
    assert region.on("client", "bash", "-c", script).stdout.split() == ["200", "000"]


def test_names(region: Region) -> None:
    assert region.on("client", "getent", "hosts", "web.region.test").stdout.split()[0] == "10.90.1.10"
    assert region.on("client", "getent", "hosts", "ip-10-90-1-11.eu-central-1.compute.internal").returncode == 0
    began = time.monotonic()
    assert region.on("client", "getent", "hosts", "deb.debian.org").returncode != 0
    assert time.monotonic() - began < 2


def test_the_load_balancer_serves_and_tells_the_truth_about_its_targets(region: Region) -> None:
    def health() -> str:
        described = region.api("elbv2").describe_target_health(TargetGroupArn=region.target_group)
        return str(described["TargetHealthDescriptions"][0]["TargetHealth"]["State"])

    eventually(lambda: health() == "healthy")
    url = "http://web.region.test/"
    from_the_office = subprocess.run(["curl", "-s", "-m", "3", url], capture_output=True, text=True, check=False)
    assert from_the_office.stdout == "10.90.1.10"
    assert region.get("client", url) == ""
    region.on("server", "systemctl", "stop", "web")
    eventually(lambda: health() == "unhealthy")


def test_a_machine_that_powers_itself_off_is_a_stopped_instance(region: Region) -> None:
    region.on("client", "systemctl", "poweroff")
    eventually(lambda: region.state("client") == "stopped")
    region.api("ec2").start_instances(InstanceIds=[region.instances["client"]])
    eventually(lambda: region.state("client") == "running")
    assert region.on("client", "cat", "/root/who").stdout == "client"


LAST_WORDS = ("systemd-run", "--quiet", "--property=ExecStop=touch /root/last-words", "sleep", "infinity")


def test_a_forced_stop_is_a_power_cut(region: Region) -> None:
    """Nothing on the machine gets to run, its disk stays, and its kernel's rules do not outlive it."""
    ec2, client = region.api("ec2"), [region.instances["client"]]
    knock = ("curl", "-s", "-m", "2", "http://10.90.1.12:9090/")
    opened = {"IpProtocol": "tcp", "FromPort": 9090, "ToPort": 9090, "CidrIp": "10.90.1.0/24"}
    ec2.authorize_security_group_ingress(GroupId=region.groups["client"], **opened)
    eventually(lambda: region.on("server", *knock).returncode == 7)
    region.on("client", *LAST_WORDS)
    region.on("client", "iptables", "-I", "INPUT", "-p", "tcp", "--dport", "9", "-j", "DROP")
    ec2.stop_instances(InstanceIds=client, Force=True)
    eventually(lambda: region.state("client") == "stopped")
    assert region.on("server", *knock).returncode == 28, "neither answered nor refused"
    ec2.start_instances(InstanceIds=client)
    eventually(lambda: region.state("client") == "running")
    assert region.on("server", *knock).returncode == 7, "a kernel refuses again"
    ec2.revoke_security_group_ingress(GroupId=region.groups["client"], **opened)
    assert region.on("client", "cat", "/root/who").stdout == "client"
    assert region.on("client", "test", "-e", "/root/last-words").returncode == 1
    assert "dpt:9" not in region.on("client", "iptables", "-nL", "INPUT").stdout


def test_a_stop_that_is_not_forced_lets_services_end(region: Region) -> None:
    ec2, client = region.api("ec2"), [region.instances["client"]]
    region.on("client", *LAST_WORDS)
    ec2.stop_instances(InstanceIds=client)
    eventually(lambda: region.state("client") == "stopped")
    ec2.start_instances(InstanceIds=client)
    eventually(lambda: region.state("client") == "running")
    assert region.on("client", "test", "-e", "/root/last-words").returncode == 0


def test_a_terminated_instance_is_gone(region: Region) -> None:
    region.api("ec2").terminate_instances(InstanceIds=[region.instances["client"]])
    eventually(lambda: region.state("client") == "terminated")
    assert not (region.folder / "machines" / region.instances["client"]).exists()


def test_a_reset_after_the_region_was_killed_leaves_nothing(region: Region) -> None:
    """The last of all here, because it is the end of the region. What it left running goes without its help."""
    daemon = int(json.loads(sandbox(region.folder, "status", "--json").stdout)["pid"])
    machines = json.loads(sandbox(region.folder, "machines", "--json").stdout)
    leader = next(one["leader_pid"] for one in machines if one["instance_id"] == region.instances["server"])
    started = process_start(leader)
    assert started is not None
    os.kill(daemon, signal.SIGKILL)
    eventually(lambda: process_start(daemon) is None)
    assert traces(region.folder) != []
    reset = sandbox(region.folder, "reset")
    assert reset.returncode == 0, reset.stderr
    assert traces(region.folder) == []
    assert process_start(leader) != started
    assert not region.folder.exists()
