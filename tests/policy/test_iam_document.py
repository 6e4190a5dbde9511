"""Policy documents, in all the ways that AWS takes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.iam_document import is_any_resource, is_write, statements
from policy.resource import UNKNOWN


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("as_list", [True, False])
def test_lists_and_single_values_are_the_same(as_text: bool, as_list: bool) -> None:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::one"}
    if as_list:
        statement = {key: [one] if key != "Effect" else one for key, one in statement.items()}
    document: Any = {"Statement": [statement] if as_list else statement}
    (read,) = statements(json.dumps(document) if as_text else document, "policy")
    assert (read.allows, read.actions, read.resources) == (True, ("s3:GetObject",), ("arn:aws:s3:::one",))


def test_a_statement_is_found_again_by_its_id_or_its_number() -> None:
    both = [{"Sid": "First"}, {"Effect": "Deny"}]
    assert [one.place for one in statements({"Statement": both}, "policy")] == [
        "policy, statement First",
        "policy, statement 2",
    ]


@pytest.mark.parametrize(
    ("principal", "read"),
    [
        ("*", ("*",)),
        ({"AWS": "*", "Service": ["a", "b"]}, ("*", "a", "b")),
        (None, ()),
    ],
)
def test_principals_are_read_without_their_kind(principal: Any, read: tuple[str, ...]) -> None:
    (one,) = statements({"Statement": {"Principal": principal}}, "policy")
    assert one.principals == read


@pytest.mark.parametrize("document", [None, UNKNOWN, "[", "7", [], {}, {"Statement": None}])
def test_what_is_no_document_has_no_statements(document: Any) -> None:
    assert list(statements(document, "policy")) == []


def test_known_statements_are_read_beside_unknown_ones() -> None:
    document = {"Statement": [{"Action": UNKNOWN}, UNKNOWN, {"Sid": "Known"}]}
    assert [one.place for one in statements(document, "policy")] == ["policy, statement Known"]


@pytest.mark.parametrize(
    ("action", "write"),
    [
        ("ec2:DescribeInstances", False),
        ("s3:getobject", False),
        ("s3:Get*", False),
        ("dynamodb:BatchGetItem", False),
        ("dynamodb:BatchWriteItem", True),
        ("kms:Decrypt", True),
        ("s3:PutObject", True),
        ("s3:*", True),
        ("s3:G*", True),
        ("*", True),
    ],
)
def test_an_action_is_a_write_unless_it_begins_like_a_read(action: str, write: bool) -> None:
    assert is_write(action) is write


@pytest.mark.parametrize(
    ("arn", "anything"),
    [
        ("*", True),
        ("arn:aws:s3:::*", True),
        ("arn:*:s3:::*/*", True),
        ("arn:aws:ec2:eu-central-1:123456789012:*", True),
        ("arn:aws:ec2:*:*:volume/*", False),
        ("arn:aws:s3:::one/*", False),
    ],
)
def test_an_arn_names_something_if_it_ends_in_a_name(arn: str, anything: bool) -> None:
    assert is_any_resource(arn) is anything
