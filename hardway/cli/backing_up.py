"""What commands about backups need first: where an environment's are, and clients for what they ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hardway.cli import workbench
from hardway.cli.failure import Failure, Refused
from hardway.cli.target import Target, target


@dataclass(frozen=True, kw_only=True)
class Place:
    """An environment that has backups, and where they are."""

    target: Target
    backup_bucket: str
    artifact_bucket: str
    s3: Any
    ec2: Any


def place_of(env: str) -> Place:
    """The place of that environment's backups. Refused if it makes none."""
    from hardway.cli.machines import client

    environment_target = target(env)
    environment = environment_target.configuration()
    if environment.management is None:
        raise Refused(
            f"{env} makes no backups: stacks/{environment_target.stack_file.name} names no `hardway:management`."
            " docs/how-to/backups.md tells how to begin."
        )
    workbench.require_region(environment_target)
    variables = workbench.variables(environment_target)
    return Place(
        target=environment_target,
        backup_bucket=environment.management.backup_bucket,
        artifact_bucket=environment.artifacts.bucket,
        s3=client("s3", environment.region, variables),
        ec2=client("ec2", environment.region, variables),
    )


@contextmanager
def told(env: str) -> Iterator[None]:
    """What goes wrong with backups inside is told in one paragraph."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from pydantic import ValidationError

    from hardway.backups.archive import Damaged
    from hardway.backups.catalogue import NoBackup
    from hardway.backups.drill import DrillFailed

    try:
        yield
    except (NoBackup, Damaged, DrillFailed) as error:
        raise Failure(str(error)) from error
    except ValidationError as error:
        raise Failure(f"what machines wrote about backups of {env} is not understood here: {error}.") from error
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise Failure(f"AWS does not do what backups of {env} need: {error}.") from error


def size(count: int) -> str:
    """Bytes as one would say them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def age(seconds: float) -> str:
    """A time span as one would say it."""
    if seconds < 3600:
        return f"{max(0, int(seconds // 60))} min"
    return f"{int(seconds // 3600)} h" if seconds < 172800 else f"{int(seconds // 86400)} days"
