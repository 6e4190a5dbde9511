"""What all resource types of the `aws` stand-in do, without any AWS."""

from __future__ import annotations

import pytest

from sandbox.plugins.aws import AwsProvider
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import UNKNOWN

PROVIDER = AwsProvider()
VPC = PROVIDER.resources["aws:ec2/vpc:Vpc"]


def test_default_tags_are_in_tags_all_and_lose_against_own_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROVIDER.aws, "default_tags", {"a": "default", "b": "default"})
    outputs = VPC.preview({"cidrBlock": "10.0.0.0/16", "tags": {"a": "own"}})
    assert outputs["tagsAll"] == {"a": "own", "b": "default"}
    assert outputs["arn"] == UNKNOWN
    assert VPC.changed_outputs({"tagsAll": {"a": "own"}}, {"tags": {"a": "own"}}) == {
        "tagsAll": {"a": "own", "b": "default"}
    }


def test_an_unhandled_input_is_refused() -> None:
    with pytest.raises(ProviderError, match="does not implement ipv4IpamPoolId of aws:ec2/vpc:Vpc"):
        VPC.check("vpc", {}, {"cidrBlock": "10.0.0.0/16", "ipv4IpamPoolId": "x"}, b"")
