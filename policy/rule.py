"""What a rule is: what it finds, why that matters, how it is mended, and the predicate that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policy.resource import UNKNOWN, Asset, Resource, is_known, is_wholly_known
from policy.settings import EnvironmentKind, Settings

__all__ = [
    "UNKNOWN",
    "Asset",
    "EnvironmentKind",
    "Finding",
    "Resource",
    "ResourceRule",
    "Rule",
    "Settings",
    "Severity",
    "StackRule",
    "is_known",
    "is_wholly_known",
]


class Severity(StrEnum):
    """How bad it is if the finding stays."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a stack rule found."""

    message: str
    """Where it is and how to mend it, in one sentence or two."""

    urn: str | None = None
    """The resource at fault; None if it is the stack as a whole."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is common to all rules. Each is the `RULE` of one file in policy/rules/."""

    name: str
    """The finding in kebab-case; the file has the same name with underscores."""

    what: str
    """What holds when there is no finding, in one sentence."""

    why: str
    """What happens otherwise, in one sentence or two."""

    source: str
    """Where that is documented: a URL or a document."""

    fix: str
    """How it is mended, in one sentence."""

    severity: Severity

    reference: str
    """A check of a benchmark, as `CIS 5.2.1`, or the story of a failure that it would have prevented."""

    settings: tuple[str, ...] = ()
    """Fields of Settings that the rule reads; they can be configured for it."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule that judges one resource by its inputs, before anything is created or changed."""

    types: tuple[str, ...]
    """Types that it judges; a `*` at the end stands for any rest."""

    check: Callable[[Resource, Settings], Iterator[str]]
    """Gives one message for each finding."""

    def judges(self, resource_type: str) -> bool:
        """Whether resources of that type concern the rule."""
        return any(
            resource_type.startswith(one[:-1]) if one.endswith("*") else resource_type == one for one in self.types
        )


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule that judges all resources of a stack together, after the preview or the update."""

    check: Callable[[Sequence[Resource], Settings], Iterator[Finding]]
    """Gives each finding."""
