"""Machines are reached from known networks only, at whichever port."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.address_ranges import GROUPS, INGRESS_TYPES, Ingress, open_ingress
from policy.machines import INTERFACE, TYPES
from policy.references import of_type, refers
from policy.rule import Finding, Resource, Settings, Severity, StackRule
from policy.tags import role

_MEMBERSHIP: Final = ("vpcSecurityGroupIds", "securityGroups", "networkInterfaces")
"""Where machines, their interfaces and their templates name the groups that guard them."""

_MACHINE_ROLES: Final = {"control-plane", "worker"}


def _guards_machines(group: Resource, resources: Sequence[Resource]) -> bool:
    members = of_type(resources, *TYPES, INTERFACE)
    return role(group) in _MACHINE_ROLES or any(refers(one, key, group) for one in members for key in _MEMBERSHIP)


def _is_guarded(ingress: Ingress, settings: Settings) -> bool:
    """Whether guarded-port-open-to-world finds it already."""
    return any(ingress.reaches(port.first, port.last) for port in settings.guarded_ports)


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    machines = [group for group in of_type(resources, *GROUPS) if _guards_machines(group, resources)]
    for rule in of_type(resources, *INGRESS_TYPES):
        guarded = [group for group in machines if group is rule or refers(rule, "securityGroupId", group)]
        for ingress in open_ingress(rule) if guarded else ():
            if not _is_guarded(ingress, settings):
                yield Finding(
                    message=f"{rule.name} lets in {ingress} of the machines in {guarded[0].name}: put a load balancer"
                    " before them, or name the network or the security group that needs it.",
                    urn=rule.urn,
                )


RULE = StackRule(
    name="machine-open-to-world",
    what="No security group of a machine lets anybody from anywhere in.",
    why="Whatever listens on a machine, today or after the next upgrade, is then a way in.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    fix="Refer to a security group, or to the network of a peer, and not to 0.0.0.0/0 or ::/0.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 5.2, 5.3",
    settings=("guarded_ports",),
    check=_check,
)
