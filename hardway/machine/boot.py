"""What the boot program reads: its settings, the artifacts to put in place and the units to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hardway.machine.artifact_plan import Placement, Role, groups_of
from hardway.machine.file import File
from hardway.machine.user_data import environment_file


def boot_files(
    *,
    role: Role,
    bucket: str,
    secret: str,
    placements: Sequence[Placement],
    units: Mapping[str, Sequence[str]],
) -> dict[str, File]:
    """`units` maps a group of artifacts to the units that start as soon as the group is in place."""
    groups = groups_of(role)
    if unknown := sorted(set(units) - set(groups)):
        raise ValueError(f"no group of artifacts is named {', '.join(unknown)}; a {role} has {', '.join(groups)}")
    return {
        "/etc/hardway/machine.env": File(
            environment_file({"HW_BUCKET": bucket, "HW_SECRET": secret, "HW_GROUPS": " ".join(groups)})
        ),
        "/etc/hardway/artifacts.tsv": File("".join(_artifact_line(placement) for placement in placements)),
        "/etc/hardway/units.tsv": File(
            "".join(f"{group}\t{unit}\n" for group in groups for unit in units.get(group, ()))
        ),
    }


def _artifact_line(placement: Placement) -> str:
    artifact = placement.artifact
    fields = (
        artifact.object_key,
        artifact.sha256,
        artifact.kind,
        placement.destination,
        f"{placement.mode:04o}",
        placement.group,
        f"{artifact.name}={artifact.version}" if artifact.kind == "package" else artifact.reference or "-",
    )
    return "\t".join(fields) + "\n"
