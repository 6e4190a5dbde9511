"""Images come from the platform's own registry."""

from __future__ import annotations

from collections.abc import Iterator

from policy.image_reference import images_of, is_excepted
from policy.kubernetes_objects import TYPES
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    ours = " or ".join(settings.image_registries)
    for where, image in images_of(resource):
        if image is None or is_excepted(image, settings):
            continue
        if not any(image.is_from(registry) for registry in settings.image_registries):
            yield f"{where} takes {image.name} from {image.registry}. Mirror it and take it from {ours}."


RULE = ResourceRule(
    name="image-from-foreign-registry",
    what="Every image comes from a registry of the platform.",
    why="Nodes cannot reach other registries, and whoever runs one decides whether and what our nodes start.",
    source="https://kubernetes.io/docs/concepts/containers/images/",
    fix="Mirror the image into the platform's registry and name it there; seed images are in hardway.local.",
    severity=Severity.HIGH,
    reference="CIS 5.5.1; story: FREE NOW's new nodes could not join, for want of a package in a public mirror",
    settings=("image_registries", "image_exceptions"),
    types=TYPES,
    check=_check,
)
