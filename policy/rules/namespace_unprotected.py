"""No namespace goes without a decision of its own.

A policy sees what will exist and never what will go: the engine hands the pack no deletions. What can be decided is
whether a deletion would be refused, and `protect` is the engine's own way to refuse it: for a namespace that the
program no longer makes, for one whose name changed and which would be replaced, and for `pulumi destroy`.
`retainOnDelete` is no substitute, and the engine does not tell the pack about it: it forgets the namespace, which
then runs on without an owner. Who releases one sets `hardway:deletion_protection: false` in a change of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import CORE, TYPES, object_of
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    found = object_of(resource, CORE, "Namespace")
    if found is not None and not found.is_patch and not resource.protect:
        yield (
            "it would be deleted with everything in it once the program no longer makes it. Pass deletion_protection of"
            " the configuration as its resource option protect."
        )


RULE = ResourceRule(
    name="namespace-unprotected",
    what="Every namespace that a stack makes is protected from deletion.",
    why="Deleting a namespace deletes all that is in it, at once and for good, and a template that renders nothing is"
    " enough to ask for it.",
    source="https://www.pulumi.com/docs/iac/concepts/options/protect/",
    fix="Set protect on the Namespace; to release one, set hardway:deletion_protection: false first.",
    severity=Severity.CRITICAL,
    reference="story: Skyscanner's edit of a template deleted all namespaces worldwide, 2021-08-25",
    types=TYPES,
    check=_check,
)
