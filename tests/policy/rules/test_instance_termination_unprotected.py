"""Control planes that a click can end."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.instance_termination_unprotected import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import instance, template
from tests.policy.resources import messages

KEY = "disableApiTermination"


def test_our_control_planes_are_no_finding() -> None:
    assert messages(RULE, instance()) == []


def test_one_that_can_be_ended_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(instance(), (KEY,), False))
    assert "set disable_api_termination=True" in found
    assert messages(RULE, lacking(instance(), KEY)) == [found]


def test_machines_of_a_group_come_and_go() -> None:
    assert messages(RULE, template()) == []


def test_what_is_unknown_or_up_to_a_template_is_no_finding() -> None:
    assert messages(RULE, but(instance(), (KEY,), UNKNOWN)) == []
    assert messages(RULE, but(lacking(instance(), KEY), ("launchTemplate",), {"id": "lt-1"})) == []
