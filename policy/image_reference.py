"""What the name of an image says: registry, repository, tag and digest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from policy.kubernetes_objects import KubernetesObject, elements, read_object
from policy.pod_specs import read_pods, volumes_of
from policy.resource import Resource, is_known
from policy.settings import Settings

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_DOCKER_HUB: Final = ("docker.io", "index.docker.io", "registry-1.docker.io")


@dataclass(frozen=True, kw_only=True)
class ImageReference:
    """A name as a container runtime reads it: https://github.com/distribution/reference."""

    text: str
    registry: str
    repository: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}"

    @property
    def has_digest(self) -> bool:
        """Whether it can mean one content only."""
        return _DIGEST.fullmatch(self.digest) is not None

    def is_from(self, source: str) -> bool:
        """Whether it lies below a registry or a path in one."""
        return self.name.startswith(f"{source}/")


def parse_image(text: str) -> ImageReference:
    """The parts of an image's name; a name without a registry is one of Docker Hub's."""
    name, _, digest = text.partition("@")
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, path = first, rest
    else:
        registry, path = _DOCKER_HUB[0], name
    repository = path.partition(":")[0]
    if registry in _DOCKER_HUB:
        registry = _DOCKER_HUB[0]
        repository = repository if "/" in repository else f"library/{repository}"
    return ImageReference(text=text, registry=registry, repository=repository, digest=digest)


def images_of(resource: Resource) -> Iterator[tuple[str, ImageReference | None]]:
    """Each image that a resource names, with where; None where a container names none.

    Workloads name them in containers and image volumes. Of other APIs than Kubernetes' own, such as an operator's,
    every text under the key `image` is taken for one. What is unknown is left out.
    """
    found = read_object(resource)
    if found is None:
        return
    pods = read_pods(resource)
    if pods is None:
        if _is_custom(found):
            yield from _texts(resource.properties)
        return
    for container in pods.containers:
        image = container.at("image")
        if is_known(image):
            yield str(container), parse_image(image) if image else None
    for volume in volumes_of(pods):
        source = volume.get("image")
        if isinstance(source, Mapping) and isinstance(source.get("reference"), str):
            yield f"volume {volume.get('name')}", parse_image(source["reference"])


def is_excepted(image: ImageReference, settings: Settings) -> bool:
    """Whether the rule lets the image pass."""
    return any(image.name == exception.image for exception in settings.image_exceptions)


def _is_custom(found: KubernetesObject) -> bool:
    return "." in found.group and not found.group.endswith(".k8s.io")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, ImageReference]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            where = f"{path}.{key}" if path else str(key)
            if key == "image" and isinstance(one, str) and one:
                yield where, parse_image(one)
            else:
                yield from _texts(one, where)
    for index, one in enumerate(elements(value)):
        yield from _texts(one, f"{path}[{index}]")
