"""No image comes from a source that is no longer kept up, mirrored or not."""

from __future__ import annotations

from collections.abc import Iterator

from policy.image_reference import images_of
from policy.kubernetes_objects import TYPES
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for where, image in images_of(resource):
        if image is None:
            continue
        for component in image.repository.split("/"):
            if instead := settings.retired_image_sources.get(component):
                yield f"{where} runs {image.name}, and {component} is {instead}."


RULE = ResourceRule(
    name="image-from-retired-source",
    what="No image is Bitnami's, Kaniko's or MinIO's, under any registry.",
    why="Nobody mends their vulnerabilities any more, and a mirror keeps a hole as well as it keeps an image.",
    source="https://github.com/bitnami/charts/issues/35164",
    fix="Take what the message names instead.",
    severity=Severity.HIGH,
    reference="story: versioned Bitnami images frozen on 2025-08-28",
    settings=("retired_image_sources",),
    types=TYPES,
    check=_check,
)
