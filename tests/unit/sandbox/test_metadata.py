"""The metadata service: tokens, folders, and what is not there."""

from __future__ import annotations

import dataclasses

import pytest
from werkzeug.test import Client, TestResponse

from sandbox.metadata import Facts, MetadataApp

FACTS = Facts(
    instance_id="i-1",
    meta_data={"instance-id": "i-1", "placement": {"availability-zone": "eu-central-1a"}},
    document='{"instanceId": "i-1"}',
    user_data=b"#cloud-config\n",
    tokens_required=True,
)
OTHER = dataclasses.replace(
    FACTS, instance_id="i-2", meta_data={"instance-id": "i-2"}, user_data=None, tokens_required=False
)
BY_ADDRESS = {"10.40.1.11": FACTS, "10.40.1.12": OTHER}


@pytest.fixture
def client() -> Client:
    return Client(MetadataApp(BY_ADDRESS.get))


def get(client: Client, path: str, token: str | None = None, address: str = "10.40.1.11") -> TestResponse:
    headers = {"X-aws-ec2-metadata-token": token} if token else {}
    return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})


def new_token(client: Client, address: str = "10.40.1.11", **headers: str) -> TestResponse:
    given = {"X-aws-ec2-metadata-token-ttl-seconds": "300"} | headers
    return client.put("/latest/api/token", headers=given, environ_base={"REMOTE_ADDR": address})


def test_nothing_without_a_token(client: Client) -> None:
    assert get(client, "/latest/meta-data/instance-id").status_code == 401


def test_a_token_opens_everything(client: Client) -> None:
    token = new_token(client).text
    assert get(client, "/latest/meta-data/instance-id", token).text == "i-1"
    assert get(client, "/2021-03-23/user-data", token).data == b"#cloud-config\n"
    assert get(client, "/latest/dynamic/instance-identity/document", token).text == FACTS.document


@pytest.mark.parametrize("path", ["/latest/meta-data/", "/latest/meta-data"])
def test_a_folder_lists_what_is_below(client: Client, path: str) -> None:
    assert get(client, path, new_token(client).text).text == "instance-id\nplacement/"


@pytest.mark.parametrize("path", ["/latest/meta-data/none", "/latest/none", "/1999-01-01/meta-data/instance-id", "/"])
def test_what_is_not_there(client: Client, path: str) -> None:
    assert get(client, path, new_token(client).text).status_code == 404


def test_a_token_is_one_instances_own(client: Client) -> None:
    assert get(client, "/latest/meta-data/instance-id", new_token(client, "10.40.1.12").text).status_code == 401


def test_no_token_for_a_proxy_nor_without_a_lifetime(client: Client) -> None:
    assert new_token(client, **{"X-Forwarded-For": "10.0.0.1"}).status_code == 403
    assert new_token(client, **{"X-aws-ec2-metadata-token-ttl-seconds": "forever"}).status_code == 400


def test_an_instance_that_allows_it_needs_no_token(client: Client) -> None:
    assert get(client, "/latest/meta-data/instance-id", address="10.40.1.12").text == "i-2"
    assert get(client, "/latest/user-data", address="10.40.1.12").status_code == 404


def test_a_stranger_gets_nothing(client: Client) -> None:
    assert new_token(client, "10.40.9.9").status_code == 404
