"""When an instance is replaced."""

from __future__ import annotations

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.ec2_instances import Instance


def test_user_data_replaces_only_when_told_so() -> None:
    instance = Instance(Aws())
    assert instance.must_replace("userData", {"userDataReplaceOnChange": True})
    assert not instance.must_replace("userData", {})
