"""The two kinds of machines that production is made of."""

from __future__ import annotations

from policy.machines import INSTANCE, LAUNCH_TEMPLATE
from policy.resource import Resource
from tests.policy.declared import one


def instance() -> Resource:
    """A control plane."""
    return one(INSTANCE, "control-plane-control-plane-1")


def template() -> Resource:
    """What the machines of a pool are made from."""
    return one(LAUNCH_TEMPLATE, "pool-general")


MACHINES = (instance, template)
