"""What EC2 says about instances becomes machines by node name."""

from __future__ import annotations

from hardway.machine.agent.decision import Machine
from hardway.machine.agent.inventory import parse_instances

ITEM = """<item><instancesSet><item>
  <instanceId>{id}</instanceId><instanceState><code>16</code><name>{state}</name></instanceState>
  <privateDnsName>{host}</privateDnsName><privateIpAddress>10.40.1.37</privateIpAddress>
  <tagSet><item><key>{key}</key><value>general</value></item><item><key>Name</key><value>x</value></item></tagSet>
</item></instancesSet></item>"""


def answer(*items: str) -> str:
    return (
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<reservationSet>{''.join(items)}</reservationSet></DescribeInstancesResponse>"
    )


def item(state: str = "running", host: str = "ip-10-40-1-37.ec2.internal", key: str = "hardway:pool") -> str:
    return ITEM.format(id="i-1", state=state, host=host, key=key)


def test_a_running_instance_of_a_pool() -> None:
    assert parse_instances(answer(item())) == {
        "ip-10-40-1-37": Machine(
            "general", frozenset({"ip-10-40-1-37", "ip-10-40-1-37.ec2.internal"}), frozenset({"10.40.1.37"})
        )
    }


def test_what_does_not_run_is_left_out() -> None:
    assert parse_instances(answer(item(state="shutting-down"))) == {}


def test_what_is_in_no_pool_is_left_out() -> None:
    assert parse_instances(answer(item(key="hardway:machine"))) == {}


def test_an_instance_without_a_name_is_left_out() -> None:
    assert parse_instances(answer(item(host=""))) == {}


def test_no_instances() -> None:
    assert parse_instances(answer()) == {}
