"""A deleted entry of the secret store can be had back for some days."""

from __future__ import annotations

from collections.abc import Iterator

from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(secret: Resource, settings: Settings) -> Iterator[str]:
    days = secret.at("recoveryWindowInDays", default=30)
    if is_known(days) and days < 7:
        yield f"recoveryWindowInDays is {days}: set recovery_window_in_days to 7 or more."


RULE = ResourceRule(
    name="secret-deleted-at-once",
    what="A deleted entry of Secrets Manager can be had back for a week.",
    why="A machine that boots after a mistake finds no keys, and without a window nobody can put back the ones it had.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    fix="Set recovery_window_in_days to 7 or more, or leave it out.",
    severity=Severity.MEDIUM,
    reference="story: Spotify deleted production clusters twice, from the wrong window",
    types=("aws:secretsmanager/secret:Secret",),
    check=_check,
)
