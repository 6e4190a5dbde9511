"""A webhook that does not answer holds the API up for a few seconds at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.kubernetes_objects import TYPES
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known
from policy.webhooks import webhooks_of

_DEFAULT_SECONDS: Final = 10
"""https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#timeouts"""


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    most = settings.webhook_timeout_seconds
    for name, webhook, is_patch in webhooks_of(resource):
        seconds = webhook.get("timeoutSeconds")
        if seconds is None and is_patch:
            continue
        given = _DEFAULT_SECONDS if seconds is None else seconds
        if is_known(given) and given > most:
            said = "by default" if seconds is None else "as it says"
            yield f"{name} may take {given} s {said}. Set timeoutSeconds to {most} or less."


RULE = ResourceRule(
    name="webhook-slow",
    what="Every webhook answers within 5 seconds or is passed over.",
    why="Each write that a webhook sees waits for it: when its pods are gone, controllers and kubelets queue up behind"
    " the timeout, leases expire, and nodes that are well are declared dead.",
    source="https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
    fix="Set timeoutSeconds: 5 or less.",
    severity=Severity.HIGH,
    reference="story: Jetstack's webhook and the endless re-creation of nodes",
    settings=("webhook_timeout_seconds",),
    types=TYPES,
    check=_check,
)
