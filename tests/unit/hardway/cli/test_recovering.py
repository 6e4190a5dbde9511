"""What an interrupted update left behind, from the state that it left to the state that the next one begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hardway.cli.engine import Stack
from hardway.cli.failure import Failure, Refused
from hardway.cli.recovering import recover
from hardway.cli.report import Report
from hardway.recovery import search

VPC, KEY = "aws:ec2/vpc:Vpc", "tls:index/privateKey:PrivateKey"


def pending(kind: str) -> dict[str, Any]:
    return {"type": "creating", "resource": {"urn": f"urn:pulumi:dev::hardway::{kind}::it", "type": kind, "inputs": {}}}


@dataclass(frozen=True, kw_only=True)
class FakeStack(Stack):
    """A stack with these operations in the works, which keeps what it is given."""

    name: str = "dev"
    binary: Path = Path("pulumi")
    variables: Mapping[str, str] = field(default_factory=dict)
    logs: Path = Path("logs")
    operations: list[dict[str, Any]]
    taken: list[Any] = field(default_factory=list)

    def deployment(self) -> dict[str, Any]:
        return {"resources": [], "pending_operations": self.operations}

    def export(self) -> dict[str, Any]:
        return {"version": 3, "deployment": self.deployment()}

    def take_back(self, exported: Mapping[str, Any]) -> None:
        self.taken.append(exported)


def finding(monkeypatch: pytest.MonkeyPatch, *ids: str) -> None:
    monkeypatch.setattr(search, "find", lambda kind, clients, inputs: list(ids))


def test_a_state_without_doubts_is_left_alone() -> None:
    stack = FakeStack(operations=[{**pending(VPC), "type": "deleting"}])
    recover(stack, "eu-central-1", Report())
    assert stack.taken == []


def test_what_is_found_is_adopted_and_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finding(monkeypatch, "vpc-1")
    stack = FakeStack(operations=[pending(VPC), pending(KEY)])
    recover(stack, "eu-central-1", Report())
    (taken,) = stack.taken
    assert taken["version"] == 3
    assert [one["id"] for one in taken["deployment"]["resources"]] == ["vpc-1"]
    assert taken["deployment"]["pending_operations"] == []
    assert "interrupted update of dev left aws:ec2/vpc:Vpc it behind, now adopted." in capsys.readouterr().err


def test_what_is_found_nowhere_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch)
    stack = FakeStack(operations=[pending(VPC)])
    recover(stack, "eu-central-1", Report())
    assert stack.taken[0]["deployment"] == {"resources": [], "pending_operations": []}


def test_several_that_may_be_it_are_for_a_person_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, "vpc-2", "vpc-1")
    stack = FakeStack(operations=[pending(VPC)])
    with pytest.raises(Refused, match=r"several that may be it: vpc-1, vpc-2\. Nothing was touched"):
        recover(stack, "eu-central-1", Report())
    assert stack.taken == []


def test_a_kind_that_nobody_can_look_for_is_refused_with_a_way_out() -> None:
    stack = FakeStack(operations=[pending("aws:sqs/queue:Queue")])
    with pytest.raises(Refused, match=r"pulumi refresh -s dev --clear-pending-creates"):
        recover(stack, "eu-central-1", Report())
    assert stack.taken == []


def test_an_answer_that_does_not_come_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    def unreachable(kind: str, clients: object, inputs: object) -> list[str]:
        raise EndpointConnectionError(endpoint_url="https://ec2")

    monkeypatch.setattr(search, "find", unreachable)
    stack = FakeStack(operations=[pending(VPC)])
    with pytest.raises(Failure, match=r"AWS does not say whether that exists: .*https://ec2"):
        recover(stack, "eu-central-1", Report())
    assert stack.taken == []
