"""`./hw status ENV`: machines with their boot state, nodes, and the API's health."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hardway.cli import workbench
from hardway.cli.consoles import restore_due
from hardway.cli.failure import Failure
from hardway.cli.target import target

if TYPE_CHECKING:
    from hardway.cli.cluster import Node
    from hardway.cli.machines import Machine


_SOON_DAYS = {"kube-apiserver": 30, "etcd": 30, "etcd-peer": 30, "kubelet": 2}
"""How many days before its end a certificate needs somebody; a kubelet renews its own, of a month, days before."""

_BACKUP_OVERDUE_MINUTES = 15
"""Three backups have not come; one may fall out while a member is replaced."""

_RENEWAL = {
    "kube-apiserver": "raise hardway:pki.epochs.control_plane, then ./hw up",
    "etcd": "raise hardway:pki.epochs.etcd, then ./hw up",
    "etcd-peer": "raise hardway:pki.epochs.etcd, then ./hw up",
    "kubelet": "it should have been renewed by itself, see ./hw logs {node} kubelet",
}


def status(
    env: Annotated[str, typer.Argument(metavar="[ENV]", help="Environment to look at.")] = "sandbox",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show machines and how far they booted, nodes, and whether the API is healthy. Exit 1 if anything is not well."""
    from hardway.cli.machines import client, machines

    environment_target = target(env)
    environment = environment_target.configuration()
    workbench.require_region(environment_target)
    variables = workbench.variables(environment_target)
    found = machines(client("ec2", environment.region, variables), env)
    nodes: list[Node] = []
    try:
        cluster = workbench.cluster(environment_target)
        reason = cluster.api_reason()
        if reason is None:
            nodes = cluster.nodes()
    except Failure as failure:
        reason = str(failure)
    if reason is not None:
        reason = restore_due(found, env) or majority_lost(list(environment.control_plane.members), found) or reason
    expected = len(environment.control_plane.members) + sum(pool.min for pool in environment.pools.values())
    well = (
        reason is None
        and len(nodes) >= expected
        and all(node.ready and not node.pressure for node in nodes)
        and not any(machine.boot.state == "failed" for machine in found)
    )
    if as_json:
        facts: dict[str, Any] = {
            "environment": env,
            "well": well,
            "api": {"url": environment.api_url, "ready": reason is None, "reason": reason},
            "machines": [asdict(machine) for machine in found],
            "nodes": [asdict(node) for node in nodes],
        }
        print(json.dumps(facts, indent=2))
    else:
        _show(environment.api_url, reason, found, nodes, expected)
        if nodes and environment.management is not None:
            print(backup(nodes, env, datetime.now(UTC)))
    raise typer.Exit(0 if well else 1)


def majority_lost(members: list[str], found: list[Machine]) -> str | None:
    """Why the API cannot work, if so few control planes run that etcd has no majority; else None."""
    running = {machine.name for machine in found if machine.state == "running"}
    off = [member for member in members if member not in running]
    if 2 * len(off) < len(members):
        return None
    return (
        f"{len(off)} of {len(members)} control planes are not running ({', '.join(off)}): without a majority etcd"
        " answers neither reads nor writes, while pods go on. Start them: docs/runbooks/quorum-lost.md"
    )


def _show(url: str, reason: str | None, found: list[Machine], nodes: list[Node], expected: int) -> None:
    print(f"API {url} " + ("is ready" if reason is None else f"is NOT ready: {reason}"))
    by_address = {node.address: node for node in nodes}
    rows = [("MACHINE", "INSTANCE", "ADDRESS", "STATE", "NODE", "KUBELET", "BOOT")]
    for machine in found:
        node = by_address.pop(machine.address, None)
        readiness = "-" if node is None else f"{node.name} {'Ready' if node.ready else 'NotReady'}"
        name = machine.pool or machine.name
        version = node.version if node else "-"
        rows.append((name, machine.id, machine.address, machine.state, readiness, version, str(machine.boot)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    for node in by_address.values():
        print(f"node {node.name} ({node.address}) belongs to no machine")
    for node in nodes:
        if not node.ready:
            print(f"node {node.name} is not Ready: {node.reason}")
    for node in nodes:
        if node.pressure:
            print(f"node {node.name} is short of something: {node.pressure}: docs/runbooks/full-disk.md")
    for line in certificates(nodes, datetime.now(UTC)):
        print(line)
    print(f"{sum(node.ready for node in nodes)} of {expected} nodes Ready, {len(found)} machines")


def certificates(nodes: list[Node], now: datetime) -> list[str]:
    """Which of the certificates that are served ends first; before it, each that ends soon, with what to do."""
    ends = sorted((end, server, node.name) for node in nodes for server, end in node.certificates.items())
    lines = [
        f"{_told(end, server, name, now)}: {_RENEWAL[server].format(node=name)}"
        for end, server, name in ends
        if _days(end, now) < _SOON_DAYS[server]
    ]
    return lines or [f"first certificate to end: {_told(*first, now)}" for first in ends[:1]]


def backup(nodes: list[Node], env: str, now: datetime) -> str:
    """How old the newest backup of etcd is, by what the control planes say; with what to do if it is overdue."""
    times = [datetime.fromisoformat(node.backup) for node in nodes if node.backup]
    if not times:
        return f"no backup of etcd is known yet: ./hw backups {env}"
    minutes = int((now - max(times)).total_seconds() // 60)
    line = f"newest backup of etcd: {minutes} min old"
    return line if minutes < _BACKUP_OVERDUE_MINUTES else f"{line}, which is overdue: docs/runbooks/backup-overdue.md"


def _told(end: str, server: str, node: str, now: datetime) -> str:
    return f"certificate of {server} on {node} ends {end[:10]}, in {_days(end, now)} days"


def _days(end: str, now: datetime) -> int:
    return (datetime.fromisoformat(end) - now).days
