"""The webhooks that the API server asks before it accepts an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy.kubernetes_objects import entries, object_of
from policy.resource import Resource


def webhooks_of(resource: Resource) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Each webhook of a configuration with its name, and whether what is missing is only not set here."""
    kinds = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    if (found := object_of(resource, "admissionregistration.k8s.io", *kinds)) is None:
        return
    for webhook in entries(found.at("webhooks")):
        yield f"webhook {webhook.get('name')}", webhook, found.is_patch
