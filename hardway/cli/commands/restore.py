"""`./hw restore ENV`: every etcd volume is lost; the cluster comes back from a backup, and is shown to be equal."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hardway.cli import workbench
from hardway.cli.backing_up import Place, age, place_of, size, told
from hardway.cli.failure import Failure, Refused
from hardway.cli.report import Report

if TYPE_CHECKING:
    from hardway.backups.archive import Archive
    from hardway.backups.documents import Restored
    from hardway.cli.cluster import Cluster, Node
    from hardway.cli.machines import Machine

_WAITING_SECONDS = 90
"""How long control planes may take to say that they wait: right after `up` some are still booting."""
_API_SECONDS = 900
_NODES_SECONDS = 600
_RESULT_SECONDS = 120
_POLL_SECONDS = 0.5


def restore(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment whose etcd volumes are all lost.")],
    key: Annotated[
        str | None, typer.Option("--from", metavar="KEY", help="A backup as ./hw backups names it; else the newest.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing. A sandbox never asks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")] = False,
) -> None:
    """Restore a cluster from a backup, once every control plane's disk is empty. Exit 1 if it is not what lived.

    Refuses while any etcd of it may have data. What was written after the backup is lost.
    """
    from hardway.backups import archive, catalogue
    from hardway.backups.order import standing_order

    place, report = place_of(env), Report()
    with told(env), tempfile.TemporaryDirectory(prefix="hardway-restore-") as folder:
        cluster = workbench.cluster(place.target)
        if cluster.api_reason() is None:
            raise Refused(f"the API of {env} is ready: its etcd has data, and nothing is restored over that.")
        with report.phase("Control planes") as phase:
            waiting = _await_waiting(place, lambda text: phase.say(text))
        with report.phase("Fetch"):
            if key is None:
                wanted = catalogue.latest(place.s3, place.backup_bucket, env).key
            else:
                wanted = catalogue.known_key(place.s3, place.backup_bucket, env, key)
            backup = archive.fetch(place.s3, place.backup_bucket, wanted, Path(folder))
        report.note(_what(backup))
        if not yes and not place.target.is_sandbox:
            typer.confirm(
                f"Restore it into {len(waiting)} control planes of {env}? What was written since is lost", abort=True
            )
        began = datetime.now(UTC)
        with ExitStack() as standing:
            with report.phase("Order"):
                standing.enter_context(standing_order(place.s3, place.artifact_bucket, env, backup))
            found, equal_after = _await_cluster(place, cluster, report)
            with report.phase("Nodes") as phase:
                nodes = _await_nodes(place, cluster, began, lambda text: phase.say(text))
    _tell(backup, found, nodes, report, equal_after, as_json)


def _await_waiting(place: Place, say: Callable[[str], None]) -> list[Machine]:
    """The control planes, once each of them says that it waits. Refused with those that do not."""
    from hardway.cli.machines import machines

    members = place.target.configuration().control_plane.members
    deadline = time.monotonic() + _WAITING_SECONDS
    while True:
        found = [one for one in machines(place.ec2, place.target.name) if one.role == "control-plane"]
        others = not_waiting(list(members), found)
        if not others:
            return found
        # One that is off holds what it held; no time makes that another answer.
        if time.monotonic() > deadline or any(one.state in ("stopping", "stopped") for one in found):
            raise Refused(
                f"nothing is restored while a control plane of {place.target.name} may have data: {'; '.join(others)}."
                f" Start what is off (docs/runbooks/quorum-lost.md). If a volume is lost for good, see"
                f" docs/how-to/disaster-recovery.md; what is gone altogether ./hw up {place.target.name} makes anew."
            )
        say("; ".join(others))
        time.sleep(_POLL_SECONDS)


def not_waiting(members: Sequence[str], found: Sequence[Machine]) -> list[str]:
    """One line for each control plane that does not say that it waits for a backup, or that is not there."""
    named = {one.name for one in found}
    return [f"{member} does not exist" for member in members if member not in named] + [
        f"{one.name} ({one.id}) is {one.state} and says '{one.boot}'"
        for one in found
        if one.state != "running" or not one.awaits_restore
    ]


def _what(backup: Archive) -> str:
    manifest = backup.manifest
    objects = sum(digest.count for digest in manifest.digests.values())
    old = age((datetime.now(UTC) - manifest.taken_at).total_seconds())
    return (
        f"{backup.key}: {objects} objects, {size(manifest.snapshot_bytes)}, taken {old} ago from {manifest.member}"
        f" at revision {manifest.revision}; whole by its SHA-256."
    )


def _await_cluster(place: Place, cluster: Cluster, report: Report) -> tuple[Restored, float]:
    """What the restored cluster holds, once its API is ready, and after how many seconds of the command."""
    from hardway.backups.order import result
    from hardway.cli.machines import machines

    def members() -> list[str]:
        found = machines(place.ec2, place.target.name)
        return [f"{one.name}: {one.restore}" for one in found if one.role == "control-plane"]

    with report.phase("Members and API") as phase:
        cluster.wait_for_api(time.monotonic() + _API_SECONDS, paced(lambda reason: phase.say(reason, members())))
    with report.phase("Comparison") as phase:
        found = _until(
            lambda: result(place.s3, place.artifact_bucket),
            _RESULT_SECONDS,
            f"the restored cluster of {place.target.name} serves, and no member of it has told what it holds",
        )
    return found, report.total_seconds


def paced(say: Callable[[str], None], every: float = 5.0) -> Callable[[str], None]:
    """The same, but it is called at most so often: it asks AWS for each control plane's console."""
    said_at = float("-inf")

    def sometimes(text: str) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= every:
            said_at = time.monotonic()
            say(text)

    return sometimes


def _until(look: Callable[[], Any], seconds: float, problem: str) -> Any:
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Failure(f"{problem} after {seconds:.0f} s.")
        time.sleep(_POLL_SECONDS)
    return found


def _await_nodes(place: Place, cluster: Cluster, began: datetime, say: Callable[[str], None]) -> list[Node]:
    """The nodes, once every machine that runs has one, which is Ready and whose kubelet was heard of since."""
    from hardway.cli.machines import machines

    roles = ("control-plane", "worker")
    running = [one for one in machines(place.ec2, place.target.name) if one.role in roles and one.state == "running"]
    deadline = time.monotonic() + _NODES_SECONDS
    while True:
        try:
            nodes = cluster.nodes()
            away = not_back(running, nodes, cluster.renewals(), began)
        except Failure as failure:
            nodes, away = [], [str(failure)]
        if not away:
            return nodes
        if time.monotonic() > deadline:
            raise Failure(
                f"the cluster of {place.target.name} is restored, and these are not back after {_NODES_SECONDS} s:"
                f" {'; '.join(away)}. A worker that joined after the backup: ./hw replace MACHINE."
            )
        say("; ".join(away))
        time.sleep(_POLL_SECONDS)


def not_back(
    running: Sequence[Machine], nodes: Sequence[Node], renewals: dict[str, datetime], began: datetime
) -> list[str]:
    """One line for each machine whose node is missing, not Ready, or no younger than the backup."""
    by_address = {node.address: node for node in nodes}
    lines = []
    for machine in running:
        node = by_address.get(machine.address)
        if node is None:
            lines.append(f"{machine.node} has no node")
        elif not node.ready:
            lines.append(f"{node.name} is not Ready: {node.reason}")
        # The clocks of machines and of this computer may differ by seconds.
        elif renewals.get(node.name, datetime.min.replace(tzinfo=UTC)) < began - timedelta(seconds=5):
            lines.append(f"{node.name} has not been heard of since the restore")
    return lines


def _tell(
    backup: Archive, found: Restored, nodes: list[Node], report: Report, equal_after: float, as_json: bool
) -> None:
    from hardway.backups.documents import differences

    manifest = backup.manifest
    lines = differences(manifest.digests, found.digests)
    if found.revision != manifest.restored_revision:
        lines.insert(0, f"compared at revision {found.revision}, not at {manifest.restored_revision}")
    objects = sum(digest.count for digest in found.digests.values())
    if as_json:
        facts = {
            "backup": backup.key,
            "equal": not lines,
            "differences": lines,
            "objects": objects,
            "snapshot_bytes": manifest.snapshot_bytes,
            "nodes": [node.name for node in nodes],
            "compared_after_seconds": equal_after,
            "seconds": {**report.seconds, "total": report.total_seconds},
            "member_seconds": dict(found.seconds),
        }
        print(json.dumps(facts, indent=2))
    else:
        verdict = "equal to what lived" if not lines else "NOT EQUAL to what lived"
        print(f"\n{manifest.environment} is restored after {report.total_seconds} s: {objects} objects, {verdict}.")
        for line in lines:
            print(f"  {line}")
        print(f"  {len(nodes)} nodes Ready; etcd's revision went from {manifest.revision} to {found.revision}")
        for title, seconds in report.seconds.items():
            print(f"  {seconds:>7.1f} s   {title}")
    raise typer.Exit(1 if lines else 0)
