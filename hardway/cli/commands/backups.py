"""`./hw backups ENV`: which backups of etcd there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hardway.cli.backing_up import age, place_of, size, told

if TYPE_CHECKING:
    from hardway.backups.catalogue import Backup


def backups(
    env: Annotated[str, typer.Argument(metavar="[ENV]", help="Environment whose backups to list.")] = "sandbox",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """List the backups of an environment's etcd, newest first. Exit 1 if there is none."""
    from hardway.backups import catalogue

    place = place_of(env)
    with told(env):
        found = catalogue.backups(place.s3, place.backup_bucket, env)
    if as_json:
        print(json.dumps([_facts(backup) for backup in found], indent=2))
    else:
        _show(found, env, place.backup_bucket, datetime.now(UTC))
    raise typer.Exit(0 if found else 1)


def _facts(backup: Backup) -> dict[str, object]:
    return {
        "key": backup.key,
        "tier": backup.tier,
        "taken_at": backup.taken_at.isoformat(),
        "revision": backup.revision,
        "size_bytes": backup.size_bytes,
    }


def _show(found: list[Backup], env: str, bucket: str, now: datetime) -> None:
    if not found:
        print(f"There is no backup of {env} in bucket {bucket} yet.")
        return
    rows = [("TAKEN AT (UTC)", "AGE", "TIER", "REVISION", "SIZE", "KEY")]
    for backup in found:
        rows.append(
            (
                f"{backup.taken_at:%Y-%m-%d %H:%M:%S}",
                age(backup.age_seconds(now)),
                backup.tier,
                str(backup.revision or "-"),
                size(backup.size_bytes),
                backup.key,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
