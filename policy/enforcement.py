"""What a finding does, for each kind of environment: one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from policy.settings import EnvironmentKind


class Level(StrEnum):
    """What a finding does."""

    ADVISORY = "advisory"
    """It is shown."""

    MANDATORY = "mandatory"
    """A preview fails, and an update ends before the resource is touched."""

    DISABLED = "disabled"
    """The rule does not run."""


@dataclass(frozen=True)
class Levels:
    """The level of one rule in each kind of environment."""

    sandbox: Level
    dev: Level
    prod: Level

    def of(self, kind: EnvironmentKind) -> Level:
        """The level in environments of that kind."""
        return {
            EnvironmentKind.SANDBOX: self.sandbox,
            EnvironmentKind.DEV: self.dev,
            EnvironmentKind.PROD: self.prod,
        }[kind]


GUARDED: Final = Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY)
"""Where nothing of value runs, a finding is shown; in production it stops the change."""

ALWAYS: Final = Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY)
"""Nobody would sign it anywhere: what a sandbox may do today, production does tomorrow."""

PRODUCTION: Final = Levels(Level.DISABLED, Level.DISABLED, Level.MANDATORY)
"""Elsewhere it is done on purpose, and a finding at each preview would only teach people to skip findings."""

ADVICE: Final = Levels(Level.ADVISORY, Level.ADVISORY, Level.ADVISORY)
"""It is shown everywhere and stops nothing: what to do about it is for whoever runs the environment to say."""

LEVELS: Final[dict[str, Levels]] = {
    "bucket-emptied-on-delete": PRODUCTION,
    "bucket-public": ALWAYS,
    "bucket-unprotected": PRODUCTION,
    "certificate-authority-unprotected": PRODUCTION,
    "cidrs-overlap": ALWAYS,
    "encryption-key-unprotected": PRODUCTION,
    "environment-without-backups": ADVICE,
    "guarded-port-open-to-world": ALWAYS,
    "iam-broad-policy-attached": ALWAYS,
    "iam-policy-grants-everything": ALWAYS,
    "iam-role-assumed-by-anyone": ALWAYS,
    "image-owner-not-allowed": ALWAYS,
    "instance-metadata-beyond-machine": ALWAYS,
    "instance-metadata-v1-allowed": ALWAYS,
    "instance-termination-unprotected": PRODUCTION,
    "load-balancer-public": ALWAYS,
    "load-balancer-unprotected": PRODUCTION,
    "machine-elastic-address": ALWAYS,
    "machine-in-public-subnet": ALWAYS,
    "machine-open-to-world": ALWAYS,
    "machine-public-address": ALWAYS,
    "namespace-unprotected": PRODUCTION,
    "prefix-list-open-to-world": ALWAYS,
    "secret-deleted-at-once": PRODUCTION,
    "secret-in-plain-output": ALWAYS,
    "secret-in-tags": ALWAYS,
    "secret-in-user-data": ALWAYS,
    "user-data-too-large": ALWAYS,
}
"""Levels by rule; a rule that is not here is GUARDED."""


def level(rule: str, kind: EnvironmentKind) -> Level:
    """What a finding of the rule does in environments of that kind, unless policy config says otherwise."""
    return LEVELS.get(rule, GUARDED).of(kind)
