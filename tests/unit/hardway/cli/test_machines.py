from __future__ import annotations

from typing import Any

import pytest

from hardway.cli.failure import Failure
from hardway.cli.machines import Boot, find, last_boot, machines


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

    def get_console_output(self, InstanceId: str) -> dict[str, str]:
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


def test_the_last_boot_line_counts() -> None:
    text = "hardway-boot: step=artifacts state=running\r\nhardway-boot: step=units state=done reason=\r\n"
    assert last_boot(text) == Boot("units", "done", "")
    assert last_boot("nothing of ours") == Boot()


@pytest.mark.parametrize("wanted", ["i-1", "control-plane-1", "10.0.0.1"])
def test_a_machine_is_found_by_id_name_and_address(wanted: str) -> None:
    assert find(FakeEc2(), "dev", wanted).id == "i-1"


def test_a_worker_is_found_by_its_nodes_name() -> None:
    assert find(FakeEc2(), "dev", "ip-10-0-0-9").id == "i-2"


def test_an_unknown_machine_names_the_known_ones() -> None:
    with pytest.raises(Failure, match=r"there is no machine 'x' in dev.*control-plane-1 \(i-1, 10.0.0.1\)"):
        find(FakeEc2(), "dev", "x")
