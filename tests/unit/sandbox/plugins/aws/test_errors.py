"""Which errors of AWS say that something is gone, and how the others are told."""

from __future__ import annotations

import pytest

from sandbox.plugins.aws.errors import describe, is_gone


class AwsError(Exception):
    """As botocore's: a code in the response, and the call that failed."""

    def __init__(self, code: str) -> None:
        super().__init__("somewhere in botocore")
        self.response = {"Error": {"Code": code, "Message": "what AWS says"}}
        self.operation_name = "DescribeVpcs"


@pytest.mark.parametrize("code", ["InvalidVpcID.NotFound", "NoSuchBucket", "404", "ResourceNotFoundException"])
def test_what_aws_does_not_know_is_gone(code: str) -> None:
    assert is_gone(AwsError(code))


@pytest.mark.parametrize("error", [AwsError("AccessDenied"), AwsError("403"), KeyError("NotFound")])
def test_no_other_error_passes_for_it(error: Exception) -> None:
    assert not is_gone(error)


def test_an_error_says_which_call_failed_and_why() -> None:
    assert describe(AwsError("AccessDenied")) == "DescribeVpcs: AccessDenied: what AWS says"
    assert describe(TimeoutError()) == "TimeoutError"
