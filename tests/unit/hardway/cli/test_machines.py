from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from hardway.boot_console import console
from hardway.cli.failure import Failure
from hardway.cli.machines import find, machines


class FakeEc2:
    """Answers what the code asks, for two machines."""

    instances = (
        ("i-2", "10.0.0.9", {"Name": "hardway-dev-general", "hardway:role": "worker", "hardway:pool": "general"}),
        ("i-1", "10.0.0.1", {"hardway:machine": "control-plane-1", "hardway:role": "control-plane"}),
    )

    def get_paginator(self, operation: str) -> FakeEc2:
        assert operation == "describe_instances"
        return self

    def paginate(self, **query: Any) -> list[dict[str, Any]]:
        assert {"Name": "tag:hardway:environment", "Values": ["dev"]} in query["Filters"]
        return [
            {
                "Reservations": [
                    {
                        "Instances": [
                            {
                                "InstanceId": id,
                                "PrivateIpAddress": address,
                                "PrivateDnsName": f"ip-{address.replace('.', '-')}.eu-central-1.compute.internal",
                                "State": {"Name": "running"},
                                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                            }
                        ]
                    }
                    for id, address, tags in self.instances
                ]
            }
        ]

    def get_console_output(self, InstanceId: str, Latest: bool) -> dict[str, str]:
        assert Latest
        if InstanceId == "i-2":
            return {}
        return {
            "Output": "[  1.0] systemd\nhardway-boot: step=secrets state=running reason=\n"
            "hardway-boot: step=secrets state=failed reason=secret x has no value after 600 s\n"
        }


def test_machines_come_control_planes_first_with_their_boot() -> None:
    first, second = machines(FakeEc2(), "dev")
    assert (first.name, first.role, first.boot.state) == ("control-plane-1", "control-plane", "failed")
    assert str(first.boot) == "secrets failed: secret x has no value after 600 s"
    assert (second.name, second.pool, str(second.boot)) == ("hardway-dev-general", "general", "has said nothing yet")


class OldMachine:
    """An instance type that has no console of now."""

    def __init__(self, code: str) -> None:
        self.code = code

    def get_console_output(self, InstanceId: str, Latest: bool = False) -> dict[str, str]:
        if Latest:
            raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, "GetConsoleOutput")
        return {"Output": "old"}


def test_a_machine_without_a_console_of_now_gives_its_old_one() -> None:
    assert console(OldMachine("UnsupportedOperation"), "i-1") == "old"
    with pytest.raises(ClientError, match="InvalidInstanceID"):
        console(OldMachine("InvalidInstanceID.NotFound"), "i-1")


@pytest.mark.parametrize("wanted", ["i-1", "control-plane-1", "10.0.0.1"])
def test_a_machine_is_found_by_id_name_and_address(wanted: str) -> None:
    assert find(FakeEc2(), "dev", wanted).id == "i-1"


def test_a_worker_is_found_by_its_nodes_name() -> None:
    assert find(FakeEc2(), "dev", "ip-10-0-0-9").id == "i-2"


def test_an_unknown_machine_names_the_known_ones() -> None:
    with pytest.raises(Failure, match=r"there is no machine 'x' in dev.*control-plane-1 \(i-1, 10.0.0.1\)"):
        find(FakeEc2(), "dev", "x")
