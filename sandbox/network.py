"""The region's network in the kernel: one router namespace, one namespace and one link for each machine."""

from __future__ import annotations

import logging
import subprocess
from ipaddress import IPv4Network
from pathlib import Path

from sandbox.addresses import (
    METADATA,
    OFFICE_HOST,
    OFFICE_ROUTER,
    RESOLVER,
    SERVICE_ADDRESS,
    gateway,
    vpc_resolver,
)
from sandbox.namespaces import existing, inside, ip, run_inside
from sandbox.paths import RegionDirectory
from sandbox.security_groups import ruleset
from sandbox.view import Interface, View

log = logging.getLogger(__name__)
MTU = 1500
NOBODY = "02:00:00:00:00:01"
_ROUTER_SYSCTLS = {
    "ipv4/ip_forward": "1",
    # Every packet between machines passes the router, also in one subnet: it answers for all of them.
    "ipv4/conf/default/proxy_arp": "1",
    "ipv4/neigh/default/proxy_delay": "0",
    "ipv4/conf/default/rp_filter": "0",
    "ipv4/conf/all/rp_filter": "0",
    "ipv4/conf/default/send_redirects": "0",
    "ipv4/conf/all/send_redirects": "0",
    "netfilter/nf_conntrack_tcp_be_liberal": "1",
}  # fmt: skip


class Network:
    """What the kernel has of the region's network, and how it comes to be like a View."""

    def __init__(self, directory: RegionDirectory) -> None:
        self._directory = directory
        self._router = directory.router
        self._own: set[str] = set()
        self._routes: set[str] = set()
        self._links: dict[str, str] = {}
        self._rules = ""

    def up(self) -> None:
        """The router stands and the host is linked to it."""
        office = self._directory.office_link
        ip([f"netns add {self._router}"])
        inside(self._router, lambda: _write_sysctls(_ROUTER_SYSCTLS))
        ip(
            [
                f"link add {office} type veth peer name office netns {self._router}",
                f"addr add {OFFICE_HOST}/24 dev {office}",
                # So that another region, which could not share this computer's routes, can say whom it would disturb.
                f"link set {office} alias {self._directory.root}",
                f"link set {office} up",
            ]
        )
        ip(
            [
                "link set lo up",
                f"addr add {OFFICE_ROUTER}/24 dev office",
                "link set office up",
                *(f"addr add {address}/32 dev lo" for address in (METADATA, RESOLVER, SERVICE_ADDRESS)),
            ],
            self._router,
        )

    def follow(self, view: View) -> None:
        """The router has the region's own addresses, the host its routes, and the security groups hold."""
        own = {vpc_resolver(cidr) for cidr in view.vpcs.values()}
        own |= {gateway(subnet.cidr) for subnet in view.subnets.values()}
        own |= {interface.address for interface in view.interfaces if interface.kind != "instance"}
        ip(
            [f"addr add {address}/32 dev lo" for address in sorted(own - self._own)]
            + [f"addr del {address}/32 dev lo" for address in sorted(self._own - own)],
            self._router,
        )
        self._own = own
        routes = set(view.vpcs.values())
        office = self._directory.office_link
        for cidr in sorted(routes - self._routes):
            try:
                ip([f"route add {cidr} via {OFFICE_ROUTER} dev {office}"])
                self._routes.add(cidr)
            except RuntimeError as fault:
                # Another region of this box has the range: its route stays, this VPC works from inside only.
                log.warning("this host does not reach %s: %s", cidr, fault)
        ip([f"route del {cidr} dev {office}" for cidr in sorted(self._routes - routes)], tolerant=True)
        self._routes &= routes
        self._guard(view)

    def _guard(self, view: View) -> None:
        rules = ruleset(view, self._links)
        if rules != self._rules:
            command = run_inside(self._router, ["nft", "-f", "-"])
            done = subprocess.run(command, input=rules, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(f"nft refuses the ruleset: {done.stderr.strip()}")
            self._rules = rules

    def namespace(self, instance_id: str) -> str:
        """Name of a machine's namespace."""
        return f"{self._directory.prefix}-{instance_id[-8:]}"

    def connect(self, interface: Interface, mac: str, view: View) -> str:
        """The machine's namespace exists, with eth0 up, addressed and routed. Answers its name."""
        name, link = self.namespace(interface.instance), f"m-{interface.instance[-8:]}"
        subnet = view.subnets[interface.subnet]
        prefix = IPv4Network(subnet.cidr).prefixlen
        if name not in existing(name):
            ip([f"link del {link}"], self._router, tolerant=True)
            ip(
                [
                    f"netns add {name}",
                    f"link add eth0 mtu {MTU} address {mac} netns {name}"
                    f" type veth peer name {link} mtu {MTU} netns {self._router}",
                ]
            )
            ip(
                [
                    "link set lo up",
                    f"addr add {interface.address}/{prefix} dev eth0",
                    "link set eth0 up",
                    f"route add default via {gateway(subnet.cidr)}",
                ],
                name,
            )
            ip(
                [
                    f"link set {link} up",
                    f"route replace {interface.address}/32 dev {link}",
                    f"neigh replace {interface.address} lladdr {mac} dev {link} nud permanent",
                ],
                self._router,
            )
        self._links[interface.address] = link
        self._guard(view)
        return name

    def power_off(self, instance_id: str) -> None:
        """Nothing of the machine's kernel is left: no connection, rule or tunnel.

        What is sent there vanishes, as on AWS: an address whose machine is off neither answers nor refuses.
        """
        name, link, sink = self.namespace(instance_id), f"m-{instance_id[-8:]}", f"v-{instance_id[-8:]}"
        address = next((address for address, known in self._links.items() if known == link), None)
        if address is None or name not in existing(name):
            return
        ip([f"link del {link}"], self._router, tolerant=True)
        ip([f"netns del {name}"], tolerant=True)
        # Ethernet frames for a card that is not at the other end: dropped there without a word.
        ip(
            [
                f"link add {link} mtu {MTU} type veth peer name {sink} mtu {MTU}",
                f"link set {sink} up",
                f"link set {link} up",
                f"route replace {address}/32 dev {link}",
                f"neigh replace {address} lladdr {NOBODY} dev {link} nud permanent",
            ],
            self._router,
        )

    def disconnect(self, instance_id: str) -> None:
        """The machine's namespace and link are gone."""
        link = f"m-{instance_id[-8:]}"
        ip([f"link del {link}"], self._router, tolerant=True)
        ip([f"netns del {self.namespace(instance_id)}"], tolerant=True)
        self._links = {address: name for address, name in self._links.items() if name != link}


def _write_sysctls(values: dict[str, str]) -> None:
    # /proc/sys/net shows the namespace of the thread that opens it.
    for name, value in values.items():
        path = Path("/proc/sys/net") / name
        if path.exists():
            path.write_text(value)


def tear_down(directory: RegionDirectory) -> None:
    """No namespace and no link of this region is left, whoever made them."""
    ip([f"link del {directory.office_link}"], tolerant=True)
    ip([f"netns del {name}" for name in existing(f"{directory.prefix}-")], tolerant=True)


def other_region(directory: RegionDirectory) -> str | None:
    """The folder of another region that is linked to this computer."""
    links = sorted(Path("/sys/class/net").glob("hw*-office"))
    return next(((link / "ifalias").read_text().strip() for link in links if link.name != directory.office_link), None)
