"""What a throw-away region made up is told by name, and nothing else is touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hardway.report.invented import invented_values, without_inventions

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:0123456789abcdef01"}
SUBNET_ID, VPC_ID = "subnet-0a1b2c3d4e5f60718", "vpc-0123456789abcdef0"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB+TCC/A==\n-----END CERTIFICATE-----\n"
SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:hardway/prod/pool/general-WemhaL"


def resource(kind: str, name: str, identity: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::hardway::{kind}::{name}"
    return {"urn": urn, "type": kind, "custom": True, "id": identity, "inputs": inputs, "outputs": outputs}


STATE = [
    {"urn": "urn:pulumi:prod::hardway::pulumi:pulumi:Stack::hardway-prod", "outputs": {"vpc": VPC_ID}},
    resource(
        "aws:ec2/vpc:Vpc",
        "network",
        VPC_ID,
        {"cidrBlock": "10.0.0.0/16"},
        {"id": VPC_ID, "cidrBlock": "10.0.0.0/16", "mainRouteTableId": "rtb-88737fd1cac059d50"},
    ),
    resource(
        "aws:ec2/subnet:Subnet",
        "network-private-a",
        SUBNET_ID,
        {"vpcId": VPC_ID, "sourceHash": "cd" * 32},
        {"id": SUBNET_ID, "vpcId": VPC_ID, "sourceHash": "cd" * 32, "privateIp": "10.99.3.7", "any": "0.0.0.0"},
    ),
    resource(
        "tls:index/selfSignedCert:SelfSignedCert",
        "pki-ca",
        "53477679315956810530222996073362112333",
        {"privateKeyPem": SECRET},
        {"certPem": PEM, "validityStartTime": "2026-11-21T15:06:56Z", "privateKeyPem": SECRET},
    ),
    resource("aws:secretsmanager/secret:Secret", "pool-general", SECRET_ARN, {}, {"arn": SECRET_ARN}),
    resource("aws:route53/zone:Zone", "zone", "2ZCARX71IBTX5COTZT4KBC", {}, {}),
]


def told(value: Any) -> Any:
    return json.loads(without_inventions(json.dumps(value), invented_values(STATE)))


def test_an_id_is_told_by_what_made_it_up_wherever_it_stands() -> None:
    said = {"subnets": [SUBNET_ID], "text": f"HW_VOLUME={VPC_ID}\nmore", "zone": "2ZCARX71IBTX5COTZT4KBC_api_A"}
    assert told(said) == {
        "subnets": ["<Subnet network-private-a>"],
        "text": "HW_VOLUME=<Vpc network>\nmore",
        "zone": "<Zone zone>_api_A",
    }


def test_other_outputs_are_told_with_their_name() -> None:
    assert told("rtb-88737fd1cac059d50") == "<Vpc network mainRouteTableId>"
    assert told(PEM) == "<SelfSignedCert pki-ca certPem>"
    assert told("10.99.3.7") == "<Subnet network-private-a privateIp>"
    assert told({"at": "2026-11-21T15:06:56Z"}) == {"at": "<time>"}


def test_an_arn_keeps_what_is_planned_in_it() -> None:
    assert told(SECRET_ARN) == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:<Secret pool-general>"
    policy = json.dumps({"Resource": f"{SECRET_ARN}*"})
    assert "<Secret pool-general>*" in told(policy)


@pytest.mark.parametrize(
    "text", ["cd" * 32, "10.0.0.0/16", "0.0.0.0/0", "vpc-ffffffffffffffff0", "general", "2026-11-21T15:06:57Z"]
)
def test_what_the_program_says_stays(text: str) -> None:
    assert told(text) == text


def test_secrets_are_not_looked_into() -> None:
    assert "0123456789abcdef01" not in "".join(invented_values(STATE))
