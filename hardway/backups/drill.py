"""A restore drill: a machine of its own that restores the latest backup, and the result that it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from hardway.backups.documents import DrillResult
from hardway.boot_console import FAILED_SECONDS, Boot, console, last_boot

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client

DEADLINE_SECONDS: Final = 900.0
_POLL_SECONDS: Final = 1.0


class DrillFailed(Exception):
    """There is no result; the text says what is known and what to do."""


@contextmanager
def drill_machine(ec2: EC2Client, template: str, subnet: str) -> Iterator[str]:
    """Id of a new machine by that launch template in that subnet, which is gone after the block, however that ends."""
    answer = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"}, SubnetId=subnet, MinCount=1, MaxCount=1
    )
    machine = answer["Instances"][0]["InstanceId"]
    try:
        yield machine
    finally:
        # It ends itself when it is through; what hangs must not go on costing.
        ec2.terminate_instances(InstanceIds=[machine])


def result(s3: S3Client, bucket: str, environment: str, machine: str) -> DrillResult | None:
    """What the drill on that machine came to; None before it has written it."""
    try:
        body = s3.get_object(Bucket=bucket, Key=f"drills/{environment}/{machine}.json")["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        return None
    return DrillResult.model_validate_json(body)


def await_result(
    look: Callable[[], DrillResult | None],
    boot: Callable[[], Boot],
    say: Callable[[str], None],
    *,
    deadline: float = DEADLINE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> DrillResult:
    """The result once it is there. DrillFailed if the machine's boot goes on failing, or after `deadline` seconds."""
    start, failed_since = clock(), None
    said = Boot()
    while (now := clock()) - start < deadline:
        if (found := look()) is not None:
            return found
        said = boot()
        failed_since = (failed_since or now) if said.state == "failed" else None
        if failed_since is not None and now - failed_since > FAILED_SECONDS:
            break
        say(str(said))
        sleep(_POLL_SECONDS)
    raise DrillFailed(
        f"the drill has no result after {clock() - start:.0f} s; its machine's boot says '{said}'. The machine is"
        " ended. What was being restored is untouched: a drill only reads."
    )


def boot_of(ec2: EC2Client, machine: str) -> Boot:
    """How far that machine has booted."""
    return last_boot(console(ec2, machine))
