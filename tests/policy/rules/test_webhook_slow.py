"""Webhooks that can hold the API up."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.webhook_slow import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import object_of

KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
API = "admissionregistration.k8s.io/v1"


def webhooks(*seconds: Any, kind: str = KINDS[0], settings: Settings | None = None) -> list[str]:
    given = [{"name": f"w{index}", "timeoutSeconds": one} for index, one in enumerate(seconds)]
    return messages(RULE, object_of(API, kind, {"webhooks": given}), settings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [1, 5, UNKNOWN])
def test_five_seconds_are_no_finding(kind: str, seconds: Any) -> None:
    assert webhooks(seconds, kind=kind) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("seconds", "said"), [(6, "6 s as it says"), (30, "30 s as it says"), (None, "10 s by default")]
)
def test_longer_is_found_at_each_webhook(kind: str, seconds: Any, said: str) -> None:
    (message,) = webhooks(5, seconds, kind=kind)
    assert message.startswith(f"webhook w1 may take {said}.")


def test_the_limit_is_a_setting() -> None:
    settings = Settings.model_validate({"webhook_timeout_seconds": 2})
    assert len(webhooks(2, 3, settings=settings)) == 1


def test_configurations_that_are_not_known_yet_are_no_finding() -> None:
    assert messages(RULE, object_of(API, KINDS[0], {"webhooks": UNKNOWN})) == []
    assert messages(RULE, object_of(API, KINDS[0], {"webhooks": [UNKNOWN]})) == []
    assert messages(RULE, object_of(API, KINDS[0], {})) == []


def test_a_patch_is_judged_by_what_it_sets() -> None:
    def patched(**webhook: Any) -> list[str]:
        properties = {"apiVersion": API, "kind": KINDS[0], "webhooks": [{"name": "w", **webhook}]}
        return messages(RULE, resource(f"kubernetes:{API}:{KINDS[0]}Patch", properties))

    assert patched() == []
    assert len(patched(timeoutSeconds=10)) == 1
