"""What a machine is told at boot, however it is said."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from policy.machines import INSTANCE, LAUNCH_TEMPLATE, unless_templated, user_data
from policy.resource import UNKNOWN
from tests.policy.resources import resource

ENCODED = base64.b64encode("größe".encode()).decode()


@pytest.mark.parametrize(
    ("resource_type", "properties", "expected"),
    [
        (INSTANCE, {"userData": "größe"}, "größe".encode()),
        (INSTANCE, {"userData": ENCODED}, ENCODED.encode()),
        (INSTANCE, {"userDataBase64": ENCODED}, "größe".encode()),
        (LAUNCH_TEMPLATE, {"userData": ENCODED}, "größe".encode()),
        (LAUNCH_TEMPLATE, {"userData": "#!/bin/sh\n"}, b"#!/bin/sh\n"),
        (LAUNCH_TEMPLATE, {"userData": "#!/bin/env"}, b"#!/bin/env"),
        (INSTANCE, {"userDataBase64": ""}, b""),
        (INSTANCE, {}, b""),
        (LAUNCH_TEMPLATE, {}, b""),
        (INSTANCE, {"userData": UNKNOWN}, UNKNOWN),
        (INSTANCE, {"userDataBase64": UNKNOWN}, UNKNOWN),
        (LAUNCH_TEMPLATE, {"userData": UNKNOWN}, UNKNOWN),
    ],
)
def test_user_data_is_read_as_it_arrives(resource_type: str, properties: dict[str, Any], expected: Any) -> None:
    assert user_data(resource(resource_type, properties)) == expected


@pytest.mark.parametrize(("template", "holds"), [(None, "default"), ({"id": "lt-1"}, UNKNOWN), (UNKNOWN, UNKNOWN)])
def test_a_template_says_what_the_machine_does_not(template: Any, holds: Any) -> None:
    assert unless_templated(resource(INSTANCE, {"launchTemplate": template}), "default") == holds
