"""Secrets that the state holds in plain text."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from policy.resource import UNKNOWN, Asset, Resource
from policy.rules.secret_in_plain_output import RULE
from tests.policy.declared import declared, one
from tests.policy.fakes import PRIVATE_KEY, RANDOM, SECRETS
from tests.policy.resources import findings, resource

STACK = "pulumi:pulumi:Stack"


def test_nothing_of_ours_is_a_finding() -> None:
    assert findings(RULE, *declared()) == []


def test_what_is_sealed_in_our_own_state_would_be_found_otherwise() -> None:
    """The rule passes by what is sealed, and not by what it cannot read."""
    version = one("aws:secretsmanager/secretVersion:SecretVersion", "break-glass")
    assert version.secrets == {"secretString"}
    (found,) = findings(RULE, dataclasses.replace(version, secrets=frozenset()))
    assert found.message.startswith("secretString of break-glass seems to hold a private key")


@pytest.mark.parametrize("kind", SECRETS)
def test_every_kind_of_secret_is_found_and_not_repeated(kind: str) -> None:
    (found,) = findings(RULE, resource(STACK, {"key": SECRETS[kind]}, name="hardway-prod"))
    assert f"key of hardway-prod seems to hold {kind} and is not sealed" in found.message
    assert SECRETS[kind] not in found.message


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"a": {"b": PRIVATE_KEY}}, "a.b"),
        ({"a": ["x", {"b": PRIVATE_KEY}]}, "a.1.b"),
        ({"source": Asset(text=PRIVATE_KEY)}, "source"),
    ],
)
def test_it_is_found_wherever_it_is(properties: dict[str, Any], path: str) -> None:
    (found,) = findings(RULE, resource(STACK, properties))
    assert found.message.startswith(f"{path} of thing")


@pytest.mark.parametrize(("sealed", "count"), [("a", 0), ("a.b", 0), ("a.c", 1), ("b", 1)])
def test_what_is_sealed_or_inside_of_it_is_no_finding(sealed: str, count: int) -> None:
    judged = resource(STACK, {"a": {"b": PRIVATE_KEY}}, secrets=frozenset({sealed}))
    assert len(findings(RULE, judged)) == count


@pytest.mark.parametrize("key", ["tags", "tagsAll", "userData", "userDataBase64"])
def test_what_other_rules_read_is_not_found_twice(key: str) -> None:
    assert findings(RULE, resource("aws:ec2/instance:Instance", {key: PRIVATE_KEY})) == []
    assert len(findings(RULE, resource("team:index:App", {key: PRIVATE_KEY}))) == 1


@pytest.mark.parametrize("key", ["etag", "versionId", "fingerprint"])
def test_what_services_make_up_is_no_finding(key: str) -> None:
    assert findings(RULE, resource("aws:s3/bucketObjectv2:BucketObjectv2", {key: RANDOM})) == []


def test_a_name_says_what_its_value_is() -> None:
    assert len(findings(RULE, resource(STACK, {"adminPassword": "correct-h0rse-battery"}))) == 1
    assert findings(RULE, resource(STACK, {"note": "correct-h0rse-battery"})) == []


@pytest.mark.parametrize("value", [None, UNKNOWN, [UNKNOWN], {"a": UNKNOWN}, 7, True, Asset(path="/etc/hosts")])
def test_what_is_missing_or_unknown_is_no_finding(value: Any) -> None:
    judged: Resource = resource(STACK, {"key": value})
    assert findings(RULE, judged) == []


def test_what_aws_calls_a_resource_is_no_secret_however_random() -> None:
    """A record's id begins with its zone's."""
    record = {"id": f"{RANDOM}_api.prod.example.net_A"}
    assert findings(RULE, resource("aws:route53/record:Record", record)) == []
    assert len(findings(RULE, resource("random:index/randomBytes:RandomBytes", record))) == 1
