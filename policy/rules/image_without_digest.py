"""Images are named by digest, so that what was reviewed is what runs."""

from __future__ import annotations

from collections.abc import Iterator

from policy.image_reference import images_of, is_excepted
from policy.kubernetes_objects import TYPES
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for where, image in images_of(resource):
        if image is None:
            yield f"{where} names no image. Name one by digest."
        elif not image.has_digest and not is_excepted(image, settings):
            yield f"{where} runs {image.text}. Name it by digest, as {image.name}@sha256:…."


RULE = ResourceRule(
    name="image-without-digest",
    what="Every image is named by its digest.",
    why="A tag can be moved: nodes then run what nobody reviewed, and two replicas of one revision differ.",
    source="https://kubernetes.io/docs/concepts/containers/images/#image-names",
    fix="Name the image as registry/name@sha256:…, for seed images as the environment's artifact lock gives it.",
    severity=Severity.HIGH,
    reference="story: TeamPCP moved 75 tags of trivy-action in March 2026",
    settings=("image_exceptions",),
    types=TYPES,
    check=_check,
)
