"""Which machines of which groups a hook holds, out of Auto Scaling's answer."""

from __future__ import annotations

import pytest

from hardway.machine.agent import groups as module
from hardway.machine.agent.groups import Groups, Waiting, parse_pools, parse_waiting
from hardway.machine.agent.inventory import Unknown

ANSWER = """<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
<DescribeAutoScalingGroupsResult><AutoScalingGroups><member>
<AutoScalingGroupName>hardway-golden-pool-general</AutoScalingGroupName>
<Instances>{instances}</Instances>
<Tags><member><Key>hardway:pool</Key><Value>general</Value></member>
<member><Key>hardway:role</Key><Value>worker</Value></member></Tags>
</member></AutoScalingGroups>{end}</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>"""
MEMBER = "<member><InstanceId>{id}</InstanceId><LifecycleState>{state}</LifecycleState></member>"


def answer(*states: str, end: str = "") -> str:
    instances = "".join(MEMBER.format(id=f"i-{number}", state=state) for number, state in enumerate(states))
    return ANSWER.format(instances=instances, end=end)


def test_only_those_that_wait() -> None:
    found = parse_waiting(answer("InService", "Pending:Wait", "Terminating:Wait", "Terminating:Proceed"))
    assert found == [
        Waiting("i-1", "hardway-golden-pool-general", "join"),
        Waiting("i-2", "hardway-golden-pool-general", "drain"),
    ]


def test_pools_are_told_by_their_groups_tags() -> None:
    assert parse_pools(answer("InService")) == ["general"]


@pytest.mark.parametrize("text", ["", "<html>", "<Other/>", answer("Pending:Wait", end="<NextToken>x</NextToken>")])
def test_half_an_answer_is_none(text: str) -> None:
    with pytest.raises(Unknown):
        parse_waiting(text)
    with pytest.raises(Unknown):
        parse_pools(text)


def test_somebody_else_may_have_ended_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(action: str, *parameters: str) -> str:
        raise Unknown(reason)

    monkeypatch.setattr(module, "_ask", ask)
    one = Waiting("i-1", "group", "drain")
    reason = "HTTP 400 ValidationError: No active Lifecycle Action found with instance ID i-1"
    Groups("golden").go_on(one)
    reason = "HTTP 403 AccessDenied"
    with pytest.raises(Unknown, match="AccessDenied"):
        Groups("golden").go_on(one)
