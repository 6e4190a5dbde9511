"""The gate between two control planes: `python -m hardway.rollout wait …` returns once a member serves.

It asks AWS only, so it needs no way into the network: the load balancer reaches the API server, which says
that it is ready only when its etcd answers.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from hardway.api_health import STALE_SECONDS
from hardway.boot_console import FAILED_SECONDS, Boot, awaits_restore, console, last_boot
from hardway.cluster_marker import MARKER_KEY

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_s3 import S3Client

DEADLINE_SECONDS = 900.0
POLL_SECONDS = 2.0


class NotServing(Exception):
    """A member did not come to serve; the text says what is known and what to do."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What the load balancer thinks of one member."""

    state: str
    reason: str

    @property
    def healthy(self) -> bool:
        """Whether it sends clients there."""
        return self.state == "healthy"


def member_health(elb: ElasticLoadBalancingv2Client, group_arn: str, address: str) -> Health:
    """The load balancer's view of the member at that address."""
    answer = elb.describe_target_health(TargetGroupArn=group_arn)
    for target in answer["TargetHealthDescriptions"]:
        if target["Target"]["Id"] == address:
            health = target["TargetHealth"]
            reason = f"{health.get('Reason', '')} {health.get('Description', '')}".strip()
            return Health(state=health["State"], reason=reason)
    return Health(state="unregistered", reason="the target group does not list this address")


def wait_until_served(
    ask: Callable[[], Health],
    *,
    member: str,
    address: str,
    boot: Callable[[], Boot] = Boot,
    restore_is_due: Callable[[], bool] = lambda: False,
    deadline: float = DEADLINE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> float | None:
    """Seconds until the member served, or NotServing. None once nobody can serve before a backup is restored.

    The new machine has the old one's address, and for a while the load balancer still counts the old one: so
    its answer is believed only once it has held for longer than that. A boot that has said for a while that it failed
    is not waited for any longer.
    """
    start, seen, said = clock(), Health(state="unknown", reason=""), Boot()
    healthy_since: float | None = None
    failed_since: float | None = None
    while (now := clock()) - start < deadline:
        seen, said = ask(), boot()
        failed_since = (failed_since or now) if said.state == "failed" and not seen.healthy else None
        if failed_since is not None and now - failed_since > FAILED_SECONDS:
            break
        if not seen.healthy:
            healthy_since = None
        elif healthy_since is None:
            healthy_since = now
        elif now - healthy_since > STALE_SECONDS:
            return now - start
        if not seen.healthy and restore_is_due():
            return None
        sleep(POLL_SECONDS)
    raise NotServing(
        f"{member} ({address}) does not serve the Kubernetes API after {clock() - start:.0f} s: its boot says "
        f"'{said}', and the load balancer {seen.state}{f' ({seen.reason})' if seen.reason else ''}. The other members "
        f"were left as they are. Mend the cause or revert the edit, then run up again. Its log: ./hw logs {member}."
    )


def cluster_formed(s3: S3Client, bucket: str) -> bool:
    """Whether there is an etcd cluster that a hasty replacement could harm."""
    try:
        s3.head_object(Bucket=bucket, Key=MARKER_KEY)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return False
        raise
    return True


def restore_is_due(ec2: EC2Client, environment: str, instance: str) -> bool:
    """Whether that control plane, and every other one that there is, waits for a backup to be restored.

    Then no member has anything to lose, and a restore takes all of them: the next may be made. One that is stopped, or
    runs and says nothing of the kind, may have data.
    """
    if not awaits_restore(console(ec2, instance)):
        return False
    filters = {
        "tag:hardway:environment": [environment],
        "tag:hardway:role": ["control-plane"],
        "instance-state-name": ["pending", "running", "shutting-down", "stopping", "stopped"],
    }
    answer = ec2.describe_instances(Filters=[{"Name": name, "Values": each} for name, each in filters.items()])
    found = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    return all(one["State"]["Name"] == "running" and awaits_restore(console(ec2, one["InstanceId"])) for one in found)


def wait(*, environment: str, bucket: str, member: str, address: str, deadline: float) -> str:
    """One line on what was waited for; NotServing if it did not come."""
    if not cluster_formed(boto3.client("s3"), bucket):
        return "no cluster has formed yet: nothing to wait for"
    elb = boto3.client("elbv2")
    name = f"hardway-{environment}-api"
    group_arn = elb.describe_target_groups(Names=[name])["TargetGroups"][0]["TargetGroupArn"]
    ec2, instance = boto3.client("ec2"), os.environ["HARDWAY_INSTANCE"]
    seconds = wait_until_served(
        lambda: member_health(elb, group_arn, address),
        member=member,
        address=address,
        deadline=deadline,
        boot=lambda: last_boot(console(ec2, instance)),
        restore_is_due=lambda: restore_is_due(ec2, environment, instance),
    )
    if seconds is None:
        return f"{member} has no data, and no member has: a backup is to be restored, ./hw restore {environment}"
    return f"{member} serves after {seconds:.0f} s"


def main(arguments: list[str] | None = None) -> int:
    """Parse, wait, and say how it ended."""
    parser = argparse.ArgumentParser(prog="python -m hardway.rollout", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    gate = verbs.add_parser("wait", help="return once this member serves the Kubernetes API")
    for option in ("--environment", "--bucket", "--member", "--address"):
        gate.add_argument(option, required=True)
    gate.add_argument("--deadline", type=float, default=DEADLINE_SECONDS, help="seconds after which to give up")
    options = parser.parse_args(arguments)
    try:
        print(
            wait(
                environment=options.environment,
                bucket=options.bucket,
                member=options.member,
                address=options.address,
                deadline=options.deadline,
            )
        )
    except NotServing as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ClientError as error:
        print(f"error: {options.member}: AWS could not be asked whether it serves: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
