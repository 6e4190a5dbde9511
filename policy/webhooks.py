"""The webhooks that the API server asks before it accepts an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy.kubernetes_objects import entries, read_object
from policy.resource import Resource


def webhooks_of(resource: Resource) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Each webhook of a configuration with its name, and whether what is missing is only not set here."""
    found = read_object(resource)
    kinds = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    if found is None or not found.is_a("admissionregistration.k8s.io", *kinds):
        return
    for webhook in entries(found.at("webhooks")):
        yield f"webhook {webhook.get('name')}", webhook, found.is_patch
