"""Everything that a stack makes in a cluster is a resource that these rules can read."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import TYPES, object_of, read_object
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if object_of(resource, "helm.sh", "Release") is not None:
        yield "a Release renders its objects inside the provider. Use a helm.sh/v4 Chart, whose objects are resources."
    found = read_object(resource)
    if found is not None and found.kind.endswith("List") and isinstance(resource.at("items"), list | tuple):
        yield f"a {found.kind} has objects in it that no rule reads. Make each of its items a resource."


RULE = ResourceRule(
    name="objects-hidden-from-policies",
    what="No Helm release and no list hides the objects that it makes.",
    why="What is rendered inside the provider is neither in the preview nor seen by any rule of this pack.",
    source="https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/choosing-the-right-helm-resource-for-your-use-case/",
    fix="Use kubernetes.helm.v4.Chart, which makes a resource of each object.",
    severity=Severity.HIGH,
    reference="pulumi-kubernetes issue 1353: what a release makes is also kept unsealed",
    types=TYPES,
    check=_check,
)
