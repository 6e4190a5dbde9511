"""What the resolver of a VPC answers, by asker and name."""

from __future__ import annotations

import dataclasses

import pytest
from dnslib import QTYPE, RCODE, DNSRecord

from sandbox.dns import addresses, answer
from tests.unit.sandbox.views import CONTROL_PLANE, EXAMPLE, WORKER

REGION = "eu-central-1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api.sandbox.test", ["10.40.1.10", "10.40.2.10"]),
        ("db.sandbox.test", ["10.40.1.50"]),
        ("alias.sandbox.test", ["10.40.1.50"]),
        ("api-1.eu-central-1.elb.amazonaws.com", ["10.40.1.10", "10.40.2.10"]),
        ("ip-10-40-2-130.eu-central-1.compute.internal", ["10.40.2.130"]),
        ("ip-10-40-2-131.eu-central-1.compute.internal", None),
        ("secretsmanager.eu-central-1.amazonaws.com", ["10.40.1.128", "10.40.2.128"]),
        ("s3.eu-central-1.amazonaws.com", ["198.18.255.1"]),
        ("bucket.s3.eu-central-1.amazonaws.com", ["198.18.255.1"]),
        ("kms.eu-central-1.amazonaws.com", None),
        ("other.elsewhere.test", None),
        ("example.com", None),
    ],
)
def test_names_as_a_control_plane_sees_them(name: str, expected: list[str] | None) -> None:
    assert addresses(EXAMPLE, REGION, CONTROL_PLANE, name) == expected


def test_an_endpoint_in_the_askers_subnet_comes_first() -> None:
    assert addresses(EXAMPLE, REGION, WORKER, "secretsmanager.eu-central-1.amazonaws.com") == [
        "10.40.2.128",
        "10.40.1.128",
    ]


def test_without_a_gateway_buckets_have_no_address() -> None:
    assert addresses(EXAMPLE, REGION, WORKER, "bucket.s3.eu-central-1.amazonaws.com") is None


def test_with_nat_every_aws_name_has_one() -> None:
    subnets = {"subnet-b": dataclasses.replace(EXAMPLE.subnets["subnet-b"], nat=True)}
    view = dataclasses.replace(EXAMPLE, subnets=subnets)
    assert addresses(view, REGION, WORKER, "kms.eu-central-1.amazonaws.com") == ["198.18.255.1"]


def ask(name: str, kind: str, asker: object = CONTROL_PLANE) -> DNSRecord:
    return DNSRecord.parse(answer(DNSRecord.question(name, kind).pack(), EXAMPLE, REGION, asker))  # type: ignore[arg-type]


def test_an_unknown_name_is_refused_at_once() -> None:
    assert ask("nothing.example.com", "A").header.rcode == RCODE.NXDOMAIN


def test_a_known_name_has_no_ipv6_address_but_exists() -> None:
    reply = ask("api.sandbox.test", "AAAA")
    assert (reply.header.rcode, reply.rr) == (RCODE.NOERROR, [])


def test_a_name_above_known_ones_exists() -> None:
    assert ask("sandbox.test", "A").header.rcode == RCODE.NOERROR


def test_an_address_has_its_instances_name() -> None:
    reply = ask("130.2.40.10.in-addr.arpa", "PTR")
    assert [str(record.rdata) for record in reply.rr] == ["ip-10-40-2-130.eu-central-1.compute.internal."]
    assert QTYPE[reply.rr[0].rtype] == "PTR"


def test_a_stranger_gets_nothing() -> None:
    assert ask("api.sandbox.test", "A", None).header.rcode == RCODE.REFUSED
