"""Security groups as an nftables ruleset of the router, through which every packet between machines passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from sandbox.addresses import METADATA, OFFICE, RESOLVER, SERVICE_ADDRESS, vpc_resolver
from sandbox.view import Rule, View


def ruleset(view: View, links: Mapping[str, str]) -> str:
    """The whole ruleset: `links` maps a machine's address to its link in the router. Replaces the last in one step."""
    members: dict[str, list[str]] = {group: [] for group in view.rules}
    for interface in view.interfaces:
        for group in interface.groups:
            members.setdefault(group, []).append(interface.address)
    resolvers = [RESOLVER, *(vpc_resolver(cidr) for cidr in view.vpcs.values())]
    gateways = [subnet.cidr for subnet in view.subnets.values() if subnet.s3_gateway or subnet.nat]
    lines = [
        "table inet region",
        "delete table inet region",
        "table inet region {",
        _set("guarded", "ipv4_addr", (interface.address for interface in view.interfaces)),
        _set("links", "ifname . ipv4_addr", (f'"{link}" . {address}' for address, link in links.items())),
        _set("bucket_clients", "ipv4_addr; flags interval", gateways),
        *(_set(_name(group), "ipv4_addr", addresses) for group, addresses in members.items()),
        "chain source { type filter hook prerouting priority -150; policy accept;",
        '  iifname "m-*" iifname . ip saddr != @links counter drop',
        "}",
        "chain forward { type filter hook forward priority 0; policy drop;",
        "  ct state established,related accept",
        *_apart(view),
        "  ip saddr @guarded jump egress",
        "  ip daddr @guarded jump ingress",
        "  ip daddr @guarded ip saddr @guarded accept",
        f"  ip daddr @guarded ip saddr {OFFICE} accept",
        f"  ip saddr @guarded ip daddr {OFFICE} accept",
        "}",
        "chain input { type filter hook input priority 0; policy drop;",
        "  iifname lo accept",
        "  ct state established,related accept",
        f"  ip daddr {{ {', '.join(resolvers)} }} meta l4proto {{ tcp, udp }} th dport 53 accept",
        f"  ip daddr {METADATA} tcp dport 80 accept",
        "  ip saddr @guarded jump egress",
        "  ip daddr @guarded jump ingress",
        "  ip daddr @guarded accept",
        f"  ip daddr {SERVICE_ADDRESS} ip saddr @bucket_clients tcp dport 443 accept",
        "}",
        "chain output { type filter hook output priority 0; policy accept;",
        "  ct state established,related accept",
        "  ip saddr @guarded jump egress",
        "  ip saddr @guarded ip daddr @guarded jump ingress",
        "}",
        "chain egress {",
        *_chain(view, members, egress=True),
        "}",
        "chain ingress {",
        *_chain(view, members, egress=False),
        "}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _set(name: str, kind: str, elements: Iterable[str]) -> str:
    listed = ", ".join(sorted(set(elements)))
    return f"set {name} {{ type {kind}; {f'elements = {{ {listed} }};' if listed else ''} }}"


def _name(group: str) -> str:
    return group.replace("-", "_")


def _apart(view: View) -> Iterator[str]:
    """VPCs do not reach each other."""
    for own, cidr in view.vpcs.items():
        others = ", ".join(sorted(other for vpc, other in view.vpcs.items() if vpc != own))
        if others:
            yield f"  ip saddr {cidr} ip daddr {{ {others} }} drop"


def _chain(view: View, members: Mapping[str, list[str]], *, egress: bool) -> Iterator[str]:
    own, peer = ("saddr", "daddr") if egress else ("daddr", "saddr")
    for group, rules in view.rules.items():
        if members[group]:
            for rule in rules:
                if rule.egress == egress:
                    yield f"  ip {own} @{_name(group)} {_peer(rule, peer, members)}{_ports(rule)}return"
    yield "  counter drop"


def _peer(rule: Rule, field: str, members: Mapping[str, list[str]]) -> str:
    if rule.peer_kind == "cidr":
        network = IPv4Network(rule.peer, strict=False)
        return "" if network.prefixlen == 0 else f"ip {field} {network} "
    if rule.peer_kind == "prefix":
        return f"ip {field} {SERVICE_ADDRESS} "
    # A group without a set has no member and is never a peer; a rule for it must match nothing.
    return f"ip {field} @{_name(rule.peer)} " if rule.peer in members else f"ip {field} 255.255.255.255 "


def _ports(rule: Rule) -> str:
    if rule.protocol in ("tcp", "udp"):
        whole = rule.first_port in (None, -1) or (rule.first_port, rule.last_port) == (0, 65535)
        if whole:
            return f"meta l4proto {rule.protocol} "
        ports = str(rule.first_port) if rule.first_port == rule.last_port else f"{rule.first_port}-{rule.last_port}"
        return f"{rule.protocol} dport {ports} "
    return "" if rule.protocol == "-1" else f"meta l4proto {rule.protocol} "
