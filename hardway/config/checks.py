"""Checks that need more than one key of an environment: each names both culprits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from itertools import combinations

from hardway.config.addresses import planned_addresses, ranges, reserved
from hardway.config.compatibility import version_faults
from hardway.config.environment import Environment
from hardway.config.instance_types import size_of
from hardway.config.machines import CONTROL_PLANE_MAX_PODS
from hardway.config.node_labels import label_fault

Fault = tuple[str, str]
"""Where (below `hardway:`) and what."""

Check = Callable[[Environment], Iterator[Fault]]


def disjoint_ranges(environment: Environment) -> Iterator[Fault]:
    """The VPC, the pods, the Services and every peer have addresses of their own."""
    for (first, a), (second, b) in combinations(ranges(environment.network), 2):
        if a.overlaps(b):
            yield f"network.{second}", f"{b} overlaps network.{first} {a}"


def subnets_inside(environment: Environment) -> Iterator[Fault]:
    """Every subnet is inside the VPC, in a zone of the region, and overlaps no other."""
    network = environment.network
    for name, subnet in network.subnets.items():
        if not subnet.cidr.subnet_of(network.vpc_cidr):
            yield f"network.subnets.{name}.cidr", f"{subnet.cidr} is outside network.vpc_cidr {network.vpc_cidr}"
        if not subnet.zone.startswith(environment.region):
            yield f"network.subnets.{name}.zone", f"{subnet.zone} is not in aws:region {environment.region}"
    for (first, a), (second, b) in combinations(network.subnets.items(), 2):
        if a.cidr.overlaps(b.cidr):
            yield f"network.subnets.{second}.cidr", f"{b.cidr} overlaps network.subnets.{first}.cidr {a.cidr}"


def addresses_placed(environment: Environment) -> Iterator[Fault]:
    """Every planned address is usable, in its subnet, and planned once."""
    owners: dict[object, str] = {}
    for path, subnet_name, address in planned_addresses(environment.control_plane):
        subnet = environment.network.subnets.get(subnet_name)
        if subnet is None:
            yield path, f"subnet {subnet_name} is not in network.subnets"
        elif address not in subnet.cidr:
            yield path, f"{address} is outside network.subnets.{subnet_name}.cidr {subnet.cidr}"
        elif address in reserved(subnet.cidr):
            yield path, f"{address} is reserved by AWS (the first four and the last of {subnet.cidr})"
        if address in owners:
            yield path, f"{address} is also {owners[address]}"
        owners.setdefault(address, path)


def subnets_of_machines(environment: Environment) -> Iterator[Fault]:
    """Machines stand in private subnets that exist."""
    subnets = environment.network.subnets
    for name, pool in environment.pools.items():
        for index, subnet in enumerate(pool.subnets):
            if subnet not in subnets:
                yield f"pools.{name}.subnets.{index}", f"subnet {subnet} is not in network.subnets"
            elif subnets[subnet].tier == "public":
                yield f"pools.{name}.subnets.{index}", f"{subnet} is public; machines stand in private subnets"
    for name, member in environment.control_plane.members.items():
        if member.subnet in subnets and subnets[member.subnet].tier == "public":
            yield (
                f"control_plane.members.{name}.subnet",
                f"{member.subnet} is public; machines stand in private subnets",
            )


def one_api_address_per_zone(environment: Environment) -> Iterator[Fault]:
    """A network load balancer stands in one subnet of a zone."""
    taken: dict[str, str] = {}
    for name in environment.control_plane.api_addresses:
        if name not in environment.network.subnets:
            continue
        zone = environment.network.subnets[name].zone
        if zone in taken:
            yield (
                f"control_plane.api_addresses.{name}",
                f"{zone} already has one in {taken[zone]}; a load balancer stands in one subnet of a zone",
            )
        taken.setdefault(zone, name)


def odd_members(environment: Environment) -> Iterator[Fault]:
    """An even etcd cluster tolerates no more failures than the odd one below it."""
    count = len(environment.control_plane.members)
    if count % 2 == 0:
        yield "control_plane.members", f"{count} members; etcd wants an odd number, as {count + 1}"


def pool_sizes(environment: Environment) -> Iterator[Fault]:
    """A pool's least size is not above its greatest, and it is not named like a control plane."""
    for name, pool in environment.pools.items():
        if pool.min > pool.max:
            yield f"pools.{name}.min", f"{pool.min} is more than max {pool.max}"
        if name in environment.control_plane.members:
            yield f"pools.{name}", "control_plane.members has the same name"


def known_instance_types(environment: Environment) -> Iterator[Fault]:
    """Machines run what is locked, and their size is known: it decides what is kept back from pods."""
    types = {
        "control_plane": environment.control_plane.instance_type,
        **{f"pools.{name}": pool.instance_type for name, pool in environment.pools.items()},
    }
    for path, instance_type in types.items():
        try:
            size_of(instance_type)
        except ValueError as error:
            yield f"{path}.instance_type", str(error)


def settable_labels(environment: Environment) -> Iterator[Fault]:
    """Kubelet starts with every label of its pool."""
    for name, pool in environment.pools.items():
        for key, value in pool.labels.items():
            if fault := label_fault(key, value):
                yield f"pools.{name}.labels.{key}", fault


def pod_capacity(environment: Environment) -> Iterator[Fault]:
    """Each node gets a block of the pod range that holds its pods, and there are blocks for all nodes."""
    network = environment.network
    if network.node_prefix < network.pod_cidr.prefixlen:
        yield "network.node_prefix", f"/{network.node_prefix} is larger than network.pod_cidr {network.pod_cidr}"
        return
    usable = 2 ** (32 - network.node_prefix) - 3  # network, broadcast and the bridge's own address
    if usable < CONTROL_PLANE_MAX_PODS:
        yield (
            "network.node_prefix",
            f"/{network.node_prefix} has {usable} addresses; a control plane has up to {CONTROL_PLANE_MAX_PODS} pods",
        )
    for name, pool in environment.pools.items():
        if pool.max_pods > usable:
            yield (
                f"pools.{name}.max_pods",
                f"{pool.max_pods} pods do not fit the {usable} addresses of network.node_prefix /{network.node_prefix}",
            )
    blocks = 2 ** (network.node_prefix - network.pod_cidr.prefixlen)
    nodes = len(environment.control_plane.members) + sum(pool.max for pool in environment.pools.values())
    if nodes > blocks:
        yield (
            "network.pod_cidr",
            (
                f"{network.pod_cidr} has {blocks} blocks of /{network.node_prefix}, "
                f"but control_plane.members and pools.*.max are up to {nodes} nodes"
            ),
        )


def service_range(environment: Environment) -> Iterator[Fault]:
    """The Service range has room for the DNS address and is not beyond what the API server takes."""
    cidr: IPv4Network = environment.network.service_cidr
    if not 12 <= cidr.prefixlen <= 26:
        yield "network.service_cidr", f"{cidr} must be between /12 and /26"


def clients_known(environment: Environment) -> Iterator[Fault]:
    """API clients are peers."""
    for index, name in enumerate(environment.network.api_clients):
        if name not in environment.network.peers:
            yield f"network.api_clients.{index}", f"{name} is not in network.peers"


def egress_possible(environment: Environment) -> Iterator[Fault]:
    """A NAT gateway needs a public subnet; without one a public subnet serves nobody."""
    public = [name for name, subnet in environment.network.subnets.items() if subnet.tier == "public"]
    if environment.network.egress == "nat" and not public:
        yield "network.egress", "nat needs a subnet with tier public in network.subnets"
    if environment.network.egress == "none" and public:
        yield f"network.subnets.{public[0]}.tier", "public, but network.egress is none"


def known_versions(environment: Environment) -> Iterator[Fault]:
    """Versions are known and go together. How long they are kept alive is for gates and policies to say."""
    for key, message in version_faults(environment.versions):
        yield f"versions.{key}", message


def short_names(environment: Environment) -> Iterator[Fault]:
    """Load balancer names have 32 characters on AWS: hardway-<name>-api."""
    if len(environment.name) > 20:
        yield "name", f"{environment.name} has {len(environment.name)} characters; 20 at most"


CHECKS: dict[Check, tuple[str, ...]] = {
    disjoint_ranges: ("network",),
    subnets_inside: ("network", "region"),
    addresses_placed: ("network", "control_plane"),
    one_api_address_per_zone: ("network", "control_plane"),
    subnets_of_machines: ("network", "control_plane", "pools"),
    odd_members: ("control_plane",),
    pool_sizes: ("control_plane", "pools"),
    known_instance_types: ("control_plane", "pools"),
    settable_labels: ("pools",),
    pod_capacity: ("network", "control_plane", "pools"),
    service_range: ("network",),
    clients_known: ("network",),
    egress_possible: ("network",),
    known_versions: ("versions",),
    short_names: ("name",),
}
"""Every check and the sections that must be valid for it to run."""
