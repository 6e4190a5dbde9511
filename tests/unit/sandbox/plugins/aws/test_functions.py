"""Look-ups that need no AWS."""

from __future__ import annotations

import json

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.functions import FUNCTIONS


def test_a_policy_document_is_written_as_the_official_provider_does() -> None:
    statement = {
        "actions": ["s3:GetObject"],
        "resources": ["*"],
        "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com"]}],
        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
    }
    made = FUNCTIONS["aws:iam/getPolicyDocument:getPolicyDocument"](Aws(), {"statements": [statement]})
    assert json.loads(made["json"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
    ]
